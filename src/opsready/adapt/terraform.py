"""Terraform's blocks as neutral entities: which type is whose. An adapter is imported when a block of a type is met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.isolation import isolated
from opsready.model.entity import Identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opsready.model.entity import Entity
    from opsready.model.standard import Standard
    from opsready.model.verdict import Diagnostic
    from opsready.resolve.terraform_blocks import TerraformBlock, TerraformRoot
    from opsready.resolve.units import Unit

    Adapter = Callable[[TerraformRoot, Unit, Standard], Iterator[Entity]]

# Each type of resource, and the family of adapters that reads it: a family sees the whole root once.
FAMILIES: dict[str, str] = {
    **dict.fromkeys(
        (
            *("aws_db_instance", "aws_rds_cluster", "aws_dynamodb_table", "aws_s3_bucket", "aws_backup_plan"),
            *("google_sql_database_instance", "google_storage_bucket"),
            *("azurerm_postgresql_flexible_server", "azurerm_storage_account"),
        ),
        "stores",
    ),
}


def adapt_root(unit: Unit, root: TerraformRoot, standard: Standard, diagnostics: list[Diagnostic]) -> list[Entity]:
    """Turn a root's blocks into entities; a family that crashes is left out with a diagnostic."""
    entities: list[Entity] = []
    present = {FAMILIES[block.type] for block in root.blocks if block.type in FAMILIES}
    present.update(_of_all(root))
    for family in sorted(present):
        with isolated(unit.id, diagnostics):
            entities.extend(tuple(_adapter_of(family)(root, unit, standard)))
    return entities


def node_of(block: TerraformBlock) -> Node:
    """A block's attributes and nested blocks, shown where its labels are written."""
    return Node(block.tree, block.file, "", block.place)


def identity_of(block: TerraformBlock, unit: Unit) -> Identity:
    """Who the entity of a block is: its address is Terraform's own, and its tags or labels are its labels."""
    node = node_of(block)
    return Identity(
        kind="",
        name=block.address,
        namespace=None,
        unit=unit.id,
        environment=unit.environment,
        production=unit.production,
        place=block.place,
        written_name=block.name,
        labels=(*node.pairs("tags"), *node.pairs("labels")),
    )


def _of_all(root: TerraformRoot) -> Iterator[str]:
    """The families that no type of resource calls for."""
    if not root.module:
        yield "roots"
    if root.of("module") or root.elsewhere:
        yield "module-calls"


def _adapter_of(family: str) -> Adapter:
    """The adapter of a family, from its module."""
    if family == "stores":
        from opsready.adapt.terraform_stores import stores

        return stores
    if family == "roots":
        from opsready.adapt.terraform_roots import roots

        return roots
    if family == "module-calls":
        from opsready.adapt.terraform_sources import module_calls

        return module_calls
    message = f"there is no adapter for `{family}`"
    raise LookupError(message)
