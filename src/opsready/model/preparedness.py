"""What a team did and planned before the disaster: drills, reviews, projections of load."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from opsready.model.source import Place, Value
from opsready.records import dataclass


@dataclass(frozen=True, slots=True)
class Drill:
    """One rehearsal of recovery, from a service's log or from a page about it.

    `date` is Unset where none is written and Unknown where what is written is none. `kind` is `restore`, `failover`,
    `region-evacuation`, `tabletop`, `game-day` or another word, `result` `pass`, `partial`, `fail` or another word;
    each is empty where nothing is said. `evidence` is the report that a log names: a path or a URL. `certain` is false
    where only a page's path suggests that it is about a drill.
    """

    date: Value[date]
    kind: str
    result: str
    place: Place
    evidence: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Review:
    """One review that took place; `kinds` are what was reviewed (`cost`, `capacity`, ...), empty where nobody says."""

    date: Value[date]
    kinds: tuple[str, ...]
    place: Place
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Projection:
    """What is expected of one measure of load, and for which day."""

    metric: str
    by: Value[date]
    place: Place


@dataclass(frozen=True, slots=True)
class Preparedness:
    """What a service's own file says of recovery and capacity.

    `datastores` are the addresses of what the service keeps its data in, as written: `aws_rds_cluster.orders`.
    """

    drills: tuple[Drill, ...] = ()
    reviews: tuple[Review, ...] = ()
    projections: tuple[Projection, ...] = ()
    datastores: tuple[str, ...] = ()


def united(parts: Sequence[Preparedness]) -> Preparedness:
    """All that several catalogue entries say of one service."""
    return Preparedness(
        tuple(drill for part in parts for drill in part.drills),
        tuple(review for part in parts for review in part.reviews),
        tuple(projection for part in parts for projection in part.projections),
        tuple(dict.fromkeys(datastore for part in parts for datastore in part.datastores)),
    )
