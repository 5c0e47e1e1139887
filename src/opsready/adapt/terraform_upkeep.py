"""What of a root a change alters in place: provisioners, machines of a group, tags in a registry.

https://developer.hashicorp.com/terraform/language/resources/provisioners/syntax
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.model.infrastructure import Upkeep
from opsready.model.source import Known, Unknown, Unset, Value
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.resolve.terraform_blocks import TerraformBlock, TerraformRoot

_LOGS_IN = frozenset({"remote-exec", "file", "chef", "habitat", "puppet", "salt-masterless"})
# Programs that log in to a machine, or run others that do.
_BY_HAND = pattern(
    r"(?:\A|[\n;&|(]|\bsudo\s)[ \t]*(?:\w{1,50}=\S{0,200}[ \t]+){0,5}"
    r"(ssh|scp|sftp|ansible|ansible-playbook|salt-ssh|knife)[ \t]"
)
_INDEX = pattern(r"\[[^\]]*\]")
_LONGEST = 20_000  # characters of a command
_IMAGE = "bake what it does into the image, or hand it over as user data, and let a change make a new machine"
_GROUP = "add `instance_refresh`, or put the name of the launch template into its `name_prefix`"
_SCALE_SET = "set `upgrade_mode` to `Rolling`, or to `Automatic`"
_TAGS = "let each tag be pushed once only"


def upkeep_of(root: TerraformRoot) -> Iterator[Upkeep]:
    """Each provisioner that changes what was made, each group of machines, and each registry."""
    seen: set[tuple[str, int, int]] = set()
    for block in root.of("resource"):
        if "provisioner" in block.nested:
            yield from _provisioners(block, seen)
        reader = _READERS.get(block.type)
        span = block.place.span
        if reader is None or (span.file, span.line, span.column) in seen:
            continue
        # Instances of one block, and calls of one module, say the same.
        seen.add((span.file, span.line, span.column))
        found = reader(block, Node(block.tree, block.file, "", block.place))
        if found is not None:
            yield _if_it_exists(found, block)


def _if_it_exists(found: Upkeep, block: TerraformBlock) -> Upkeep:
    if not block.conditional or not isinstance(found.replaced, Known) or found.replaced.value:
        return found
    unclear = Unknown(block.conditional, found.place)
    return Upkeep(found.address, found.place, unclear, found.shown, found.remedy)


def _provisioners(block: TerraformBlock, seen: set[tuple[str, int, int]]) -> Iterator[Upkeep]:
    node = Node(block.tree, block.file, "", block.place)
    for number, item in enumerate(node.items("provisioner").items):
        span = item.place.span
        kind = item.plain_text("label")
        # What runs before a thing is destroyed changes nothing that stays.
        if (span.file, span.line, span.column) in seen or "when" in item:
            continue
        seen.add((span.file, span.line, span.column))
        what = f"`{kind}`" if kind in _LOGS_IN else _by_hand(kind, item)
        if what:
            address = f"{block.address}.provisioner[{number}]"
            shown = f"`{_unindexed(block)}` is changed by {what} after it was made"
            yield _if_it_exists(Upkeep(address, item.place, Known(value=False, place=item.place), shown, _IMAGE), block)


def _by_hand(kind: str, node: Node) -> str:
    """The program with which a command of `local-exec` logs in to machines; empty where none is seen."""
    if kind != "local-exec":
        return ""
    found = _BY_HAND.search(node.plain_text("command")[:_LONGEST])
    return f"`{found[1]}`" if found is not None else ""


def _autoscaling_group(block: TerraformBlock, node: Node) -> Upkeep:
    name = f"`{_unindexed(block)}`"
    if "instance_refresh" in block.nested:
        return Upkeep(
            block.address, block.place, Known(value=True, place=block.place), f"{name} refreshes its instances"
        )
    renewed = next((key for key in ("name", "name_prefix") if _names_launch(block, key)), "")
    if renewed:
        shown = f"{name} is replaced with its launch template: `{renewed}` holds its name"
        place = node.key_place(renewed)
        return Upkeep(block.address, place, Known(value=True, place=place), shown)
    if "max_instance_lifetime" in node:
        place = node.key_place("max_instance_lifetime")
        shown = f"{name} replaces its instances after a while"
        return Upkeep(block.address, place, Known(value=True, place=place), shown)
    if "dynamic" in block.nested and node.items("instance_refresh").incomplete:
        why = Unknown(node.items("instance_refresh").incomplete, block.place)
        return Upkeep(block.address, block.place, why, "", _GROUP)
    shown = f"a change of its launch template reaches no running instance of {name}"
    return Upkeep(block.address, block.place, Known(value=False, place=block.place), shown, _GROUP)


def _unindexed(block: TerraformBlock) -> str:
    """The address of all instances of a block."""
    return _INDEX.sub("", block.address)


def _names_launch(block: TerraformBlock, key: str) -> bool:
    return any("aws_launch_" in address for address in block.references.get(key, ()))


def _ecr_repository(block: TerraformBlock, node: Node) -> Upkeep:
    value = node.text("image_tag_mutability")
    place = node.key_place("image_tag_mutability")
    replaced: Value[bool]
    if isinstance(value, Unknown):
        replaced = value
    else:
        # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecr_repository: MUTABLE
        replaced = Known(isinstance(value, Known) and value.value.startswith("IMMUTABLE"), place)
    remedy = f"{_TAGS}: `image_tag_mutability` is `IMMUTABLE`"
    return Upkeep(block.address, place, replaced, _tags(block, replaced), remedy)


def _artifact_registry(block: TerraformBlock, node: Node) -> Upkeep | None:
    if node.plain_text("format").upper() != "DOCKER" or node.plain_text("mode") not in {"", "STANDARD_REPOSITORY"}:
        return None
    docker = node.items("docker_config")
    value = docker.items[0].raw("immutable_tags") if docker.items else Unset[object](default=False)
    place = docker.items[0].key_place("immutable_tags") if docker.items else block.place
    replaced: Value[bool] = Known(isinstance(value, Known) and value.value in {True, "true"}, place)
    if isinstance(value, Unknown) or (docker.incomplete and not docker.items):
        replaced = Unknown(value.reason if isinstance(value, Unknown) else docker.incomplete, place)
    remedy = f"{_TAGS}: `immutable_tags` of `docker_config` is `true`"
    return Upkeep(block.address, place, replaced, _tags(block, replaced), remedy)


def _tags(block: TerraformBlock, replaced: Value[bool]) -> str:
    if isinstance(replaced, Known) and replaced.value:
        return f"a tag in `{_unindexed(block)}` keeps its image"
    return f"a tag in `{_unindexed(block)}` can be moved to another image"


def _scale_set(block: TerraformBlock, node: Node) -> Upkeep:
    value = node.text("upgrade_mode")
    place = node.key_place("upgrade_mode")
    # https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/linux_virtual_machine_scale_set
    manual = value.value == "Manual" if isinstance(value, Known) else True
    replaced = value if isinstance(value, Unknown) else Known(not manual, place)
    shown = f"`{_unindexed(block)}` brings changes to machines that run"
    if manual:
        shown = f"a change reaches no running machine of `{_unindexed(block)}`"
    return Upkeep(block.address, place, replaced, shown, _SCALE_SET)


_READERS = {
    "aws_autoscaling_group": _autoscaling_group,
    "aws_ecr_repository": _ecr_repository,
    "google_artifact_registry_repository": _artifact_registry,
    "azurerm_linux_virtual_machine_scale_set": _scale_set,
    "azurerm_windows_virtual_machine_scale_set": _scale_set,
}
