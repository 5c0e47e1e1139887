"""What could not be opened, as stubs that join services and rules as anything else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.entity import Identity
from opsready.model.opaque import Stub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.resolve.units import Unit


def stubs_of(unit: Unit) -> Iterator[Stub]:
    """A stub for each thing inside an opaque input that is known by name."""
    for opaque in unit.opaque:
        name = opaque.workload or opaque.name
        identity = Identity(
            kind=opaque.workload_kind or "Input",
            name=name,
            namespace=None,
            unit=unit.id,
            environment=unit.environment,
            production=unit.production,
            place=opaque.place,
            written_name=name,
        )
        yield Stub(
            identity,
            opaque.input,
            opaque.opens_with,
            opaque.holds,
            opaque.workload,
            opaque.third_party,
            opaque.switched_off,
            opaque.images,
            opaque.configured,
        )
