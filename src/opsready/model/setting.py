"""Configuration values that are credentials, or would be."""

from __future__ import annotations

from opsready.model.entity import Entity
from opsready.model.source import Place
from opsready.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Exposed:
    """A credential that anybody can read who can read the file: where, and in words what and how it is called there."""

    what: str
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Setting(Entity):
    """A configuration value that is named as a credential, or looks like one. The value itself is in no model.

    `identity` is that of what holds it; its place is the value's. `field` is the value's path there, which stays what
    it is when lines move, and `title` is how a sentence names the value. `exposed` are the credentials in it, `kept`
    says why there is none, and `hidden` why that cannot be told. `development` says why what holds it is not for
    production (empty: it may be). It is `without_orchestrator` where what holds it starts containers by itself, and so
    only counts where nothing else says how they run.
    """

    field: str
    title: str
    exposed: tuple[Exposed, ...] = ()
    kept: str = ""
    hidden: str = ""
    development: str = ""
    without_orchestrator: bool = False
