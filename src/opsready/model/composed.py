"""Containers that one machine starts together, without an orchestrator that moves them to another."""

from __future__ import annotations

from opsready.model.entity import Entity
from opsready.model.source import Value
from opsready.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class ComposedService(Entity):
    """A container as a compose file describes it.

    `image` is what is pulled, unset where it is built, by `dockerfile` where that is here (else empty). `health_check`
    is the command that asks whether it works, empty where the file switches the image's own off. `development` says
    why the file is not for production (empty: it may be).
    """

    image: Value[str]
    dockerfile: str
    health_check: Value[str]
    development: str = ""
