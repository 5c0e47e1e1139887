"""Calls of modules: where a module comes from, and what chooses its version.

https://developer.hashicorp.com/terraform/language/modules/sources
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from opsready.adapt.attributes import Node
from opsready.adapt.version_constraints import bound_of
from opsready.model.entity import Identity
from opsready.model.infrastructure import Bound, ModuleCall, Source
from opsready.model.source import Known, Place, Span, Unknown, Unset, Value
from opsready.patterns import pattern
from opsready.resolve.sources import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.standard import Standard
    from opsready.resolve.terraform_blocks import TerraformBlock, TerraformRoot
    from opsready.resolve.units import Unit

_REGISTRY = pattern(r"(?:[\w.-]+\.[\w.-]+(?::\d+)?/)?[\w-]+/[\w-]+/[\w-]+\Z")
_GIT = pattern(r"git::|(?:github\.com|bitbucket\.org|gitlab\.com)[/:]|[\w.-]+@[\w.-]+:|(?:ssh|git)://|hg::")
_ARCHIVE = pattern(r"(?:s3::|gcs::|https?::)?https?://|oci://")
_OF_GIT_HOST = pattern(r"https?://[^?#]{1,500}?\.git(?://|\?|\Z)")
_COMMIT = pattern(r"[0-9a-f]{7,64}\Z")
# `v1.2.3`, `1.2`, `v3`, `2024-05-01`, `app/1.4.0`: a number of a version is nobody's name for a branch.
_TAG = pattern(
    r"(?:refs/tags/.+|(?:.{0,200}[-_/@])?(?:v\d+|\d+\.\d+|\d{4}-\d\d)(?:[._-]\d+)*(?:[-+.][\w.+-]{1,60})?)\Z"
)
_VERSION_IN_PATH = pattern(r"(?:\A|[-_/@v])v?\d+\.\d+(?:\.\d+)*(?=[-._/+]|\Z)")
_BRANCHES = frozenset({"main", "master", "trunk", "develop", "dev", "development", "head", "latest", "default"})
_OF_BRANCHES = ("feature/", "bugfix/", "hotfix/", "release/")
_CHECKED = ("checksum", "versionid", "digest")
_LONGEST = 2000  # characters


class _Read(NamedTuple):
    kind: Source
    version: str
    bound: Bound


def module_calls(root: TerraformRoot, unit: Unit, standard: Standard) -> Iterator[ModuleCall]:
    """Each call that is written in a root or in a module that it calls, once; and the module that Terragrunt runs."""
    del standard
    seen: set[Span] = set()
    for block in root.of("module"):
        if block.place.span not in seen:
            seen.add(block.place.span)
            yield _call(block, unit)
    if root.elsewhere:
        place = Place("", Span(unit.id, 1, 1, 1, 1))
        yield _made(_identity("source", root.directory, place, unit), root.elsewhere, Unset(), place)


def _identity(name: str, directory: str, place: Place, unit: Unit) -> Identity:
    # A module that several environments call belongs to none of them.
    own = within(directory, unit.directory)
    return Identity(
        kind="ModuleCall",
        name=f"{directory}/{name}" if directory else name,
        namespace=None,
        unit=unit.id,
        environment=unit.environment if own else "",
        production=unit.production if own else True,
        place=place,
        written_name=name,
    )


def _call(block: TerraformBlock, unit: Unit) -> ModuleCall:
    node = Node(block.tree, block.file, "", block.place)
    identity = _identity(f"module.{block.name}", block.directory, block.place, unit)
    source = node.text("source")
    if isinstance(source, Unset):
        why = Unknown("it has no `source`", block.place)
        return ModuleCall(identity, "", why, Unset(), "unclear")
    if isinstance(source, Unknown):
        return ModuleCall(identity, "", source, Unset(), "unclear")
    return _made(identity, source.value, node.text("version"), node.key_place("source"))


def _made(identity: Identity, source: str, version: Value[str], place: Place) -> ModuleCall:
    if len(source) > _LONGEST or "${" in source:
        why = Unknown("its source is put together when it is run", place)
        return ModuleCall(identity, source[:120], why, Unset(), "unclear")
    read = _read(source)
    shown = source.partition("?")[0]
    if read.kind == "registry" and not isinstance(version, Unset):
        bound: Bound = bound_of(version.value) if isinstance(version, Known) else "unclear"
        return ModuleCall(identity, shown, read.kind, version, bound)
    if not read.version:
        return ModuleCall(identity, shown, read.kind, Unset(), "open")
    return ModuleCall(identity, shown, read.kind, Known(read.version, place), read.bound)


def _read(source: str) -> _Read:
    address, _, query = source.partition("?")
    chosen = {key.lower(): value for key, value in parse_qsl(query[:_LONGEST])} if query else {}
    if address.startswith(("./", "../", "/", "file://")):
        return _Read("path", "", "bounded")
    if address.startswith("tfr://"):
        version = chosen.get("version", "")
        return _Read("registry", version, bound_of(version) if version else "open")
    if _GIT.match(address) or _OF_GIT_HOST.match(address):
        ref = chosen.get("ref", chosen.get("rev", ""))
        return _Read("git", ref, _bound_of_ref(ref))
    if _ARCHIVE.match(address):
        return _archive(address, chosen)
    base = address.partition("//")[0]
    return _Read("registry", "", "open") if _REGISTRY.match(base) else _Read("unclear", "", "unclear")


def _bound_of_ref(ref: str) -> Bound:
    if not ref or ref.lower() in _BRANCHES or ref.startswith("refs/heads/"):
        return "open"
    if ref.startswith(_OF_BRANCHES):
        return "unclear"
    return "bounded" if _COMMIT.match(ref) or _TAG.match(ref) else "unclear"


def _archive(address: str, chosen: dict[str, str]) -> _Read:
    checked = next((chosen[key] for key in _CHECKED if chosen.get(key)), chosen.get("tag", ""))
    if checked:
        return _Read("archive", checked, "open" if checked.lower() in _BRANCHES else "bounded")
    found = _VERSION_IN_PATH.search(address.partition("://")[2])
    return _Read("archive", found[0].strip("-_/@"), "bounded") if found is not None else _Read("archive", "", "open")
