"""Which versions of Terraform and of its providers a root lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.version_constraints import bound_of, names_version
from opsready.model.infrastructure import Versions
from opsready.model.source import Place, Unknown, Unset
from opsready.parse.syntax import Map, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.adapt.terraform_state import Settings
    from opsready.resolve.terraform_blocks import TerraformBlock, TerraformRoot

_RANK = {"bounded": 0, "unclear": 1, "open": 2}
_TERRAGRUNT = "terraform_version_constraint"
# What Terraform brings along: https://developer.hashicorp.com/terraform/language/terraform
_BUILT_IN = "terraform"
_RUN_ELSEWHERE = frozenset({"cloud", "remote"})


def tool_of(root: TerraformRoot, settings: list[Settings], kind: str, header: Place) -> Versions | Unknown:
    """The versions of Terraform that may apply a root; every constraint holds, so the narrowest decides."""
    found = sorted(_constraints(root, settings), key=lambda versions: _RANK[versions.bound])
    best = found[0] if found else None
    if best is not None and best.bound == "bounded":
        return best
    if root.version and names_version(root.version):
        return Versions("", root.version, "bounded", header, root.version_file)
    if best is not None and best.bound == "unclear":
        return Unknown(f"`{best.written[:60]}` is no constraint that can be read here", best.place)
    if root.hidden:
        return Unknown(root.hidden, header)
    if root.elsewhere:
        return Unknown(f"`{root.elsewhere[:120]}`, which it runs, is not in this repository", header)
    if kind in _RUN_ELSEWHERE:
        return Unknown("the workspace that runs it chooses the version, and its settings are not here", header)
    return best or Versions("", "", "open", header)


def _constraints(root: TerraformRoot, settings: list[Settings]) -> Iterator[Versions]:
    for block in root.of("terragrunt", _TERRAGRUNT):
        value = block.tree.get(_TERRAGRUNT)
        if value is not None:
            yield _versions("", value, block.place)
    for item in settings:
        value = item.node.raw("required_version")
        if not isinstance(value, Unset):
            place = item.node.key_place("required_version")
            yield _versions("", Withheld(value.reason) if isinstance(value, Unknown) else value.value, place)


def _versions(name: str, value: object, place: Place | None) -> Versions:
    if isinstance(value, str):
        return Versions(name, value, bound_of(value), place)
    return Versions(name, value.reason if isinstance(value, Withheld) else "", "unclear", place)


def plugins_of(root: TerraformRoot, settings: list[Settings]) -> tuple[tuple[Versions, ...], str]:
    """The versions of each provider that may be used, by name, and why there may be more providers."""
    best: dict[str, Versions] = {}
    for found in (*_required(settings), *_configured(root)):
        known = best.get(found.name)
        if known is None or _RANK[found.bound] < _RANK[known.bound]:
            best[found.name] = found
    for block in (*root.of("resource"), *root.of("data")):
        name = block.type.partition("_")[0]
        if name != _BUILT_IN and name not in best:
            best[name] = Versions(name, "", "open", block.place)
    hidden = root.hidden
    if root.elsewhere:
        hidden = f"`{root.elsewhere[:120]}`, which it runs, is not in this repository"
    unopened = next((block for block in root.of("module") if block.local is None), None)
    if not hidden and not best and unopened is not None:
        hidden = f"`{unopened.address}` is not in this repository"
    return tuple(best[name] for name in sorted(best)), hidden


def _required(settings: list[Settings]) -> Iterator[Versions]:
    """`required_providers`, whose entries are objects, or constraints alone in the manner of Terraform 0.12."""
    for item in settings:
        for node in item.node.items("required_providers").items:
            for name in node.tree or ():
                yield _of_entry(name, node)


def _of_entry(name: str, node: Node) -> Versions:
    assert node.tree is not None  # noqa: S101 - a name comes from it
    entry = node.tree[name]
    place = node.key_place(name)
    if not isinstance(entry, Map):
        return _versions(name, entry, place)
    if entry.get("version") is None:
        return Versions(name, "", "open", place)
    return _versions(name, entry["version"], place)


def _configured(root: TerraformRoot) -> Iterator[Versions]:
    """Constraints in a provider's own configuration, as they were written until Terraform 0.13."""
    for block in root.of("provider"):
        value = block.tree.get("version")
        if value is not None:
            yield _versions(block.type if block.type != "provider" else block.name, value, block.place)
        elif block.name:
            yield Versions(block.name, "", "open", block.place)


def header_of(root: TerraformRoot, identifier_place: Place) -> Place:
    """Where a root is shown: Terragrunt's file, else its `terraform` block, else whatever it begins with."""
    if root.terragrunt:
        return identifier_place
    own: list[TerraformBlock] = [block for block in root.blocks if not block.module]
    for mode in ("terraform", "provider"):
        for block in own:
            if block.mode == mode:
                return block.place
    return own[0].place if own else identifier_place
