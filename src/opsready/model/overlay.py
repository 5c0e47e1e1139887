"""An organisation's own standard: ours with changes, and what is known of how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.source import Span
    from opsready.model.standard import Standard


@dataclass(frozen=True, slots=True)
class Overlay:
    """A standard that extends ours.

    `standard` is the whole, with the changes in it. `severities` maps a rule to one word for each of tiers 1 to 4,
    `serving` a rule to the objective that it serves instead of its own. `changes` says in words what differs, with what
    was there before. `changelog` holds the versions that have an entry. `places` says where things are written, by the
    path of their keys.
    """

    standard: Standard
    severities: Mapping[str, tuple[str, ...]]
    serving: Mapping[str, str]
    changes: tuple[str, ...]
    changelog: frozenset[str]
    places: Mapping[str, Span]
