"""What keeps and copies data in a Terraform root, whichever cloud it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.adapt.terraform import identity_of, node_of
from opsready.adapt.terraform_blocks import Block, Blocks, inner
from opsready.model.datastore import Bucket, Copies, Datastore, Trait
from opsready.model.source import Unknown
from opsready.parse.syntax import Map, Seq, Withheld
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.entity import Entity
    from opsready.model.standard import Standard
    from opsready.resolve.terraform_blocks import TerraformBlock, TerraformRoot
    from opsready.resolve.units import Unit

_DEFAULT = "the default of "
_TAGS = ("tags", "labels", "user_labels")


def stores(root: TerraformRoot, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """The datastores, buckets and backup plans of a root; the clouds are imported as they are met."""
    defaults = _default_tags(root)
    by_kind: dict[str, list[TerraformBlock]] = {}
    for found in root.of("resource"):
        by_kind.setdefault(found.type, []).append(found)
    blocks = Blocks(
        by_kind, lambda kind: [_block(found, unit, defaults, called=not root.module) for found in by_kind[kind]]
    )
    for entity in _of_all_clouds(blocks, standard):
        doubt = blocks.doubt(entity.address)
        yield _if_it_exists(entity, doubt) if doubt else entity


def _of_all_clouds(blocks: Blocks, standard: Standard) -> Iterator[Entity]:
    if blocks.any("aws_"):
        from opsready.adapt.terraform_aws import aws

        yield from aws(blocks, standard)
    if blocks.any("google_"):
        from opsready.adapt.terraform_google import google

        yield from google(blocks, standard)
    if blocks.any("azurerm_"):
        from opsready.adapt.terraform_azure import azure

        yield from azure(blocks, standard)


def _if_it_exists(entity: Entity, doubt: str) -> Entity:
    """A datastore or bucket that may not exist: nothing is claimed of it."""
    if isinstance(entity, Bucket):
        return replace(entity, versioning=Trait(Unknown(doubt)), deletion=Trait(Unknown(doubt)))
    if isinstance(entity, Datastore):
        copies = Copies(
            interval=Trait(Unknown(doubt)),
            retention=Trait(Unknown(doubt)),
            behind=Trait(Unknown(doubt)),
            detached=Trait(Unknown(doubt)),
        )
        return replace(entity, copies=copies, zones=Trait(Unknown(doubt)), deletion=Trait(Unknown(doubt)))
    return entity


def _block(
    block: TerraformBlock, unit: Unit, defaults: dict[tuple[str, str], dict[str, str]], *, called: bool
) -> Block:
    tree = block.tree if called else _without_defaults(block.tree)
    node = Node(tree, block.file, "", block.place)
    tags = {**defaults.get((block.module, _provider(block, node)), {})}
    for key in _TAGS:
        tags.update(node.pairs(key))
    tags.update(inner(node, "settings").pairs("user_labels"))
    identity = replace(
        identity_of(block, unit),
        kind=block.type,
        labels=tuple(tags.items()),
        own_address=f"{unit.directory}/{block.address}" if unit.directory else block.address,
    )
    return Block(block.type, block.address, identity, node, block.references, block.conditional)


def _without_defaults(tree: Map) -> Map:
    """A tree of a module that nobody here calls: what its variables say by default is its callers' to decide."""
    made = Map(tree.start)
    made.pos, made.ends, made.blocks, made.origins = tree.pos, tree.ends, tree.blocks, tree.origins
    for key, value in tree.items():
        origin = (tree.origins or {}).get(key)
        if origin is not None and origin.what.startswith(_DEFAULT):
            variable = origin.what.removeprefix(_DEFAULT)
            made[key] = Withheld(f"{variable} is for those to decide who call this module")
        elif isinstance(value, Map):
            made[key] = _without_defaults(value)
        elif isinstance(value, Seq):
            made[key] = _each_without_defaults(value)
        else:
            made[key] = value
    return made


def _each_without_defaults(items: Seq) -> Seq:
    made = Seq(items.start)
    made.pos, made.incomplete = items.pos, items.incomplete
    made.extend(_without_defaults(item) if isinstance(item, Map) else item for item in items)
    return made


def _provider(block: TerraformBlock, node: Node) -> str:
    """The configuration of a provider that a block uses: `aws`, or `aws.backup` where it names an alias."""
    return node.plain_text("provider") or block.type.partition("_")[0]


def _default_tags(root: TerraformRoot) -> dict[tuple[str, str], dict[str, str]]:
    """The tags that each configuration of a provider gives, by the module that it stands in."""
    found = {}
    for provider in root.of("provider"):
        node = node_of(provider)
        alias = node.plain_text("alias")
        name = f"{provider.type}.{alias}" if alias else provider.type
        tags = {**dict(inner(node, "default_tags").pairs("tags")), **dict(node.pairs("default_labels"))}
        found[provider.module, name] = tags
    # A module that is called inherits the default configurations of the root.
    for block in root.blocks:
        name = block.type.partition("_")[0]
        if block.module and (block.module, name) not in found and ("", name) in found:
            found[block.module, name] = found["", name]
    return found
