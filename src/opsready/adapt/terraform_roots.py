"""Folders that Terraform is run in, as roots: their state, their versions, and what they change in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.terraform_state import place_for_state, settings_of, state_of
from opsready.adapt.terraform_upkeep import upkeep_of
from opsready.adapt.terraform_versions import header_of, plugins_of, tool_of
from opsready.model.entity import Identity
from opsready.model.infrastructure import State, TerraformRoot
from opsready.model.source import Place, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.standard import Standard
    from opsready.resolve import terraform_blocks
    from opsready.resolve.units import Unit


def roots(root: terraform_blocks.TerraformRoot, unit: Unit, standard: Standard) -> Iterator[TerraformRoot]:
    """The root of a unit."""
    del standard
    header = header_of(root, _beginning(unit.id))
    settings = settings_of(root)
    state = state_of(root, settings, header)
    name = root.directory or "."
    plugins, hidden = plugins_of(root, settings)
    yield TerraformRoot(
        identity=Identity(
            kind="TerraformRoot",
            name=name,
            namespace=None,
            unit=unit.id,
            environment=unit.environment,
            production=unit.production,
            place=header,
            written_name=name,
        ),
        state=state,
        place_for_state=place_for_state(root),
        state_files=tuple(_beginning(path) for path in root.state_files),
        tool=tool_of(root, settings, state.kind if isinstance(state, State) else "", header),
        plugins=plugins,
        plugins_hidden=hidden,
        lock_file=root.lock_file,
        upkeep=tuple(upkeep_of(root)),
    )


def _beginning(path: str) -> Place:
    return Place("", Span(path, 1, 1, 1, 1))
