"""Where Terraform keeps state, and whether that can be locked: backends, `cloud`, and what Terragrunt configures.

https://developer.hashicorp.com/terraform/language/backend
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from opsready.adapt.attributes import Node
from opsready.model.infrastructure import State
from opsready.model.source import Known, Place, Unknown, Unset, Value
from opsready.parse.syntax import COLUMN_BITS, Map, Seq, Withheld
from opsready.patterns import pattern

if TYPE_CHECKING:
    from opsready.model.source import Span
    from opsready.resolve.terraform_blocks import TerraformBlock, TerraformRoot

_LABEL = "label"
_ALONE = frozenset({"local", "inmem"})
# Each page below https://developer.hashicorp.com/terraform/language/backend says so.
_ALWAYS_LOCKED = frozenset({"gcs", "azurerm", "pg", "kubernetes", "cos", "remote", "cloud", "manta"})
_LOCKED_BY_DEFAULT = frozenset({"consul", "etcdv3", "swift"})
_NEVER_LOCKED = frozenset({"artifactory", "etcd"})
# What a backend cannot do without: where it is left out, the rest is given when Terraform is initialised.
_NEEDED: dict[str, tuple[str, ...]] = {"s3": ("bucket", "key"), "http": ("address",), "oss": ("bucket",)}
_LOCKED_BY: dict[str, tuple[str, ...]] = {
    "s3": ("dynamodb_table", "lock_table"),
    "http": ("lock_address",),
    "oss": ("tablestore_table",),
}
_REMEDY = {
    "s3": "set `use_lockfile = true` in the backend (Terraform 1.10 or later), or name a `dynamodb_table`",
    "http": "set `lock_address` in the backend, if its server can lock",
    "oss": "name a `tablestore_table` in the backend",
}
_LONGEST_NAME = 200  # characters
_LONGEST = 100_000  # characters of what Terragrunt generates, which every root that includes it reads anew
_ELSE = "keep state in a backend that locks it, such as `s3` with `use_lockfile`, `gcs` or `azurerm`"


# What a root makes that only prepares the place for the state of the others.
_PREPARES = (
    *("aws_s3_", "aws_dynamodb_table", "aws_kms_", "aws_iam_", "google_storage_", "google_kms_", "google_project_"),
    *("azurerm_storage_", "azurerm_resource_group", "azurerm_key_vault", "random_"),
)
_KEEPS = frozenset(
    {
        "aws_s3_bucket",
        "aws_dynamodb_table",
        "google_storage_bucket",
        "azurerm_storage_account",
        "azurerm_storage_container",
    }
)
_OF_STATE = pattern(r"(?:tf|terraform)[-_]?(?:remote[-_]?)?state|state[-_](?:lock|bucket)|remote[-_]state")


class Settings(NamedTuple):
    """A `terraform` block, or what Terragrunt generates of one, and its first line."""

    node: Node
    place: Place
    module: str


def state_of(root: TerraformRoot, settings: list[Settings], header: Place) -> State | Unknown:
    """Where a root keeps its state; Terragrunt's word comes before that of the configuration."""
    for block in root.of("terragrunt", "remote_state"):
        return _remote_state(block)
    for item in reversed(settings):
        if item.module:
            continue  # Terraform only reads that of the root itself
        for kind in ("cloud", "backend"):
            found = item.node.items(kind)
            if found.items:
                node = found.items[-1]
                name = node.plain_text(_LABEL) if kind == "backend" else "cloud"
                return _state(name, node, node.place)
            if found.incomplete:
                return Unknown(found.incomplete, item.place)
    unread = next((block for block in root.of("terragrunt", "generate") if _is_unread(block)), None)
    if unread is not None:
        return Unknown(f"what `{unread.address}` generates cannot be told", unread.place)
    if root.hidden:
        return Unknown(root.hidden, header)
    if root.elsewhere:
        return Unknown(f"`{root.elsewhere[:120]}`, which it runs, is not in this repository", header)
    return State("", header, shared=False, locked=Known(value=False, place=header), because="", remedy=_ELSE)


def place_for_state(root: TerraformRoot) -> str:
    """What a root makes to keep the state of others in, where it makes nothing else; empty where it does more."""
    made = root.of("resource")
    if root.of("module") or not all(block.type.startswith(_PREPARES) for block in made):
        return ""
    for block in made:
        if block.type in _KEEPS:
            node = Node(block.tree, block.file, "", block.place)
            names = (block.name, node.plain_text("bucket"), node.plain_text("name"))
            if any(_OF_STATE.search(name[:_LONGEST_NAME].lower()) for name in names):
                return block.address
    return ""


def _is_unread(block: TerraformBlock) -> bool:
    contents = block.tree.get("contents")
    return isinstance(contents, Withheld) or (isinstance(contents, str) and len(contents) > _LONGEST)


def _remote_state(block: TerraformBlock) -> State | Unknown:
    node = Node(block.tree, block.file, "", block.place)
    kind = node.text("backend")
    if not isinstance(kind, Known):
        return Unknown(kind.reason if isinstance(kind, Unknown) else "`remote_state` names no backend", block.place)
    return _state(kind.value, node.node("config"), block.place)


def _state(kind: str, node: Node, place: Place) -> State:
    locked, because = _locking(kind, node, place)
    return State(kind, place, kind not in _ALONE, locked, because, _REMEDY.get(kind, _ELSE))


def _locking(kind: str, node: Node, place: Place) -> tuple[Value[bool], str]:
    """Whether a backend is locked, and what shows it."""
    if kind in _ALWAYS_LOCKED:
        return Known(value=True, place=place), f"`{kind}` locks state by itself"
    if kind in _ALONE or kind in _NEVER_LOCKED:
        return Known(value=False, place=place), f"`{kind}` cannot lock it"
    if node.withheld:
        return Unknown(node.withheld, place), ""
    if kind in _LOCKED_BY_DEFAULT:
        said = _switch(node, "lock")
        if isinstance(said, Unknown):
            return said, ""
        off = isinstance(said, Known) and not said.value
        return Known(not off, place), "`lock` is `false`" if off else f"`{kind}` locks state by itself"
    if kind not in _LOCKED_BY:
        return Unknown(f"whether the backend `{kind}` locks state is not known here", place), ""
    return _by_setting(kind, node, place)


def _by_setting(kind: str, node: Node, place: Place) -> tuple[Value[bool], str]:
    """Whether a backend that locks only where it is told to is."""
    own = _switch(node, "use_lockfile") if kind == "s3" else Unset[bool]()
    if isinstance(own, Known) and own.value:
        return Known(value=True, place=own.place), "`use_lockfile` is `true`"
    for key in _LOCKED_BY[kind]:
        # A name that is put together is a name all the same.
        if key in node and node.text(key) != Known("", node.key_place(key)):
            return Known(value=True, place=node.key_place(key)), f"`{key}` is set"
    if isinstance(own, Unknown):
        return own, ""
    missing = next((key for key in _NEEDED[kind] if key not in node), "")
    if missing:
        return Unknown(f"`{missing}` and more of the backend is given when Terraform is initialised", place), ""
    key = "use_lockfile" if kind == "s3" else _LOCKED_BY[kind][0]
    return Known(value=False, place=place), f"`{key}` is {'`false`' if isinstance(own, Known) else 'not set'}"


def _switch(node: Node, key: str) -> Value[bool]:
    value = node.raw(key)
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Unset()
    written = {"true": True, "false": False}.get(value.value) if isinstance(value.value, str) else value.value
    return Known(written, value.place) if isinstance(written, bool) else Unknown(f"`{key}` is no boolean", value.place)


def settings_of(root: TerraformRoot) -> list[Settings]:
    """All `terraform` blocks of a root: what Terragrunt generates, its own, and those of the modules that it calls."""
    found = [item for block in root.of("terragrunt", "generate") for item in _generated(block)]
    own = root.of("terraform")
    found.extend(Settings(Node(block.tree, block.file, "", block.place), block.place, block.module) for block in own)
    return found


def _generated(block: TerraformBlock) -> list[Settings]:
    """The `terraform` blocks of what Terragrunt writes into a file of its own; they stand where it is told to."""
    contents = block.tree.get("contents")
    if not isinstance(contents, str) or "terraform" not in contents or len(contents) > _LONGEST:
        return []
    from opsready.parse.hcl import parse_hcl
    from opsready.resolve.terraform_evaluate import Budget
    from opsready.resolve.terraform_module import Module, Project
    from opsready.resolve.terraform_tree import TreeBuilder

    file = parse_hcl(contents, block.file)
    scope = Module(Project({"": (file,)}, Budget()), "", "", {}, 0).plain
    made = []
    for inner in file.body.blocks:
        if inner.type == "terraform" and not inner.broken:
            tree = TreeBuilder(file, scope).body(inner.body, inner.start)
            _standing_at(tree, block.place.span)
            made.append(Settings(Node(tree, block.file, "", block.place), block.place, ""))
    return made


def _standing_at(value: object, span: Span) -> None:
    """Let everything of a generated block stand where the one that generates it does."""
    start = (span.line - 1) << COLUMN_BITS | (span.column - 1)
    end = (span.end_line - 1) << COLUMN_BITS | (span.end_column - 1)
    if isinstance(value, Map):
        value.start = start
        value.pos = dict.fromkeys(value, (start, start, end))
        value.ends = None
        for item in value.values():
            _standing_at(item, span)
    elif isinstance(value, Seq):
        value.pos = [(start, end)] * len(value)
        for item in value:
            _standing_at(item, span)
