"""What an organisation changes for a part of its repository, and what became of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from opsready.records import dataclass, field

if TYPE_CHECKING:
    from opsready.model.source import Span


@dataclass(frozen=True, slots=True)
class Override:
    """Other severities and parameters for the subjects that every given scope matches; without a scope, for all.

    `paths` are patterns as in a `.gitignore`; `namespaces`, `services` and `environments` are globs. `severities` maps
    a rule to one word for each of tiers 1 to 4, `parameters` a name of the standard's to its other value. `places` says
    where each of them is written, by `severity.RULE` and `parameters.NAME`.
    """

    span: Span
    paths: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    severities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    places: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What an override did to one verdict.

    `what` is `severity`, or the name of a parameter that the rule read. `was` and `now` are the values without and with
    it: severities as `C/H/M/-` until they are settled for a subject, then as one word.
    """

    what: str
    was: str
    now: str
    span: Span
    reason: str = ""
