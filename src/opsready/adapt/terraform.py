"""Terraform's blocks as neutral entities: which type is whose. An adapter is imported when a block of a type is met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.isolation import isolated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opsready.model.entity import Entity
    from opsready.model.standard import Standard
    from opsready.model.verdict import Diagnostic
    from opsready.resolve.terraform_blocks import TerraformRoot
    from opsready.resolve.units import Unit

    Adapter = Callable[[TerraformRoot, Unit, Standard], Iterator[Entity]]

# Each type of resource, and the family of adapters that reads it: a family sees the whole root once.
FAMILIES: dict[str, str] = {}


def adapt_root(unit: Unit, root: TerraformRoot, standard: Standard, diagnostics: list[Diagnostic]) -> list[Entity]:
    """Turn a root's blocks into entities; a family that crashes is left out with a diagnostic."""
    entities: list[Entity] = []
    present = {FAMILIES[block.type] for block in root.blocks if block.type in FAMILIES}
    for family in sorted(present):
        with isolated(unit.id, diagnostics):
            entities.extend(tuple(_adapter_of(family)(root, unit, standard)))
    return entities


def _adapter_of(family: str) -> Adapter:
    """The adapter of a family, from its module."""
    message = f"there is no adapter for `{family}`"
    raise LookupError(message)
