"""What a service file says of recovery and capacity: drills, reviews, projections of load, datastores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.durations import calendar_date
from opsready.model.preparedness import Drill, Preparedness, Projection, Review
from opsready.model.source import Known, Unknown, Unset

if TYPE_CHECKING:
    from datetime import date

    from opsready.adapt.attributes import Node
    from opsready.model.source import Place, Value

_LONGEST_SHOWN = 40


def preparedness(spec: Node) -> Preparedness:
    """Read what the file says; what is not as its schema has it is a diagnostic already."""
    return Preparedness(
        drills=tuple(map(_drill, spec.items("drills").items)),
        reviews=tuple(map(_review, spec.items("reviews").items)),
        projections=tuple(map(_projection, spec.node("capacity").items("projections").items)),
        datastores=_datastores(spec),
    )


def day(node: Node, key: str) -> Value[date]:
    """A date that exists; Unknown where what is written is none."""
    value = node.raw(key)
    if isinstance(value, Known):
        return as_day(value.value, value.place)
    return value if isinstance(value, Unknown) else Unset()


def as_day(written: object, place: Place) -> Value[date]:
    """A date as somebody wrote it."""
    found = calendar_date(written)
    if found is None:
        return Unknown(f"`{str(written)[:_LONGEST_SHOWN]}` is not a date as YYYY-MM-DD", place)
    return Known(found, place)


def word(node: Node, key: str) -> str:
    """A word of a list of words, in lower case with hyphens."""
    return "-".join(node.plain_text(key).lower().replace("_", " ").split())[:_LONGEST_SHOWN]


def _drill(item: Node) -> Drill:
    return Drill(
        day(item, "date"), word(item, "kind"), word(item, "result"), item.place, item.plain_text("evidence").strip()
    )


def _review(item: Node) -> Review:
    kind = word(item, "kind")
    return Review(day(item, "date"), (kind,) if kind else (), item.place)


def _projection(item: Node) -> Projection:
    return Projection(item.plain_text("metric").strip()[:_LONGEST_SHOWN], day(item, "by"), item.place)


def _datastores(spec: Node) -> tuple[str, ...]:
    written = (item.plain_text("ref").strip() for item in spec.node("data").items("datastores").items)
    return tuple(dict.fromkeys(filter(None, written)))
