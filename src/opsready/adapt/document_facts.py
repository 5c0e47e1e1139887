"""What a page says about itself: its owner, its last review and the next one, its services and alerts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.durations import calendar_date, calendar_period
from opsready.model.source import Known, Place, Span, Unknown, Unset
from opsready.parse.markdown import Item, Paragraph, Row
from opsready.parse.syntax import Map
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, timedelta

    from opsready.adapt.attributes import Node
    from opsready.model.source import Value
    from opsready.parse.markdown import Block, MarkdownPage

_OWNER_KEYS = ("owner", "owners", "team", "owner_slack", "contact", "decision-makers")
_REVIEWED_KEYS = (
    *("last_reviewed_on", "last_reviewed", "last-reviewed", "reviewed", "lastReviewed", "review_date"),
    "verified_on",
)
_CADENCE_KEYS = ("review_in", "review_every", "review_cycle")
_NEXT_KEYS = ("expires", "revisit_on", "next_review")
_SERVICE_KEYS = ("service", "services", "related_repos", "applies_to")
_ALERT_KEYS = ("alerts", "alert")
# A page without front matter often says it in a line or a table near its top: `**Last reviewed:** 2026-05-01`.
_REVIEWED_LINE = pattern(
    r"\W{0,9}last[ _-]?review(?:ed)?(?:[ _-]on)?\W{0,9}[:|]\W{0,9}(?P<said>\w.{0,60})", re.IGNORECASE
)
_OWNER_LINE = pattern(
    r"\W{0,9}(?:owner|owners|owning team|owned by|team)\W{0,9}[:|]\s{0,9}(?P<said>\S.{0,99})", re.IGNORECASE
)
_NEAR_THE_TOP = 12


def owner_of(page: MarkdownPage, front: Node) -> Value[str]:
    """Who keeps the page up to date, as written."""
    for key in _OWNER_KEYS:
        value = front.raw(key)
        if isinstance(value, Known):
            listed = value.value if isinstance(value.value, list) else [value.value]
            names = [str(name).strip() for name in listed if not isinstance(name, Map | list) and name is not None]
            if any(names):
                return Known(", ".join(filter(None, names)), value.place)
    return _from_line(page, _OWNER_LINE, "owner", limit=_NEAR_THE_TOP)


def reviewed_on(page: MarkdownPage, front: Node) -> Value[date]:
    """When the page was last reviewed; Unknown where what is written there is not a date."""
    for key in _REVIEWED_KEYS:
        value = front.raw(key)
        if isinstance(value, Known):
            return _as_date(str(value.value), value.place)
    written = _from_line(page, _REVIEWED_LINE, "reviewed", limit=len(page.blocks))
    if not isinstance(written, Known):
        return Unset()
    return _as_date(written.value.split()[0].strip("*_`.,;)"), written.place)


def _as_date(text: str, place: Place) -> Value[date]:
    found = calendar_date(text)
    return Unknown(f"`{text[:40]}` is not a date as YYYY-MM-DD", place) if found is None else Known(found, place)


def review_cadence(page: MarkdownPage, front: Node) -> Value[timedelta]:
    """How long a review holds by the page's own word, in days from the last review."""
    reviewed = reviewed_on(page, front)
    if not isinstance(reviewed, Known):
        return Unset()
    for key in _CADENCE_KEYS:
        value = front.raw(key)
        if isinstance(value, Known):
            length = calendar_period(str(value.value))
            if length is None:
                return Unknown(f"`{str(value.value)[:40]}` is not a period such as `6 months`", value.place)
            return Known(length.after(reviewed.value) - reviewed.value, value.place)
    for key in _NEXT_KEYS:
        value = front.raw(key)
        following = calendar_date(value.value) if isinstance(value, Known) else None
        if isinstance(value, Known) and following is not None:
            return Known(following - reviewed.value, value.place)
    return Unset()


def services_of(front: Node) -> tuple[str, ...]:
    """The services that the front matter names."""
    return _names(front, _SERVICE_KEYS)


def alerts_of(front: Node) -> tuple[str, ...]:
    """The alerts that the front matter names."""
    return _names(front, _ALERT_KEYS)


def _names(front: Node, keys: tuple[str, ...]) -> tuple[str, ...]:
    names: list[str] = []
    for key in keys:
        value = front.raw(key)
        if isinstance(value, Known):
            listed = value.value if isinstance(value.value, list) else [value.value]
            names.extend(name.strip() for name in listed if isinstance(name, str) and name.strip())
    return tuple(dict.fromkeys(names))


def said_near_the_top(page: MarkdownPage, pattern: re.Pattern[str], what: str) -> Value[str]:
    """What the group `said` of a pattern holds in a line or a row of a table near the top of the page."""
    return _from_line(page, pattern, what, limit=_NEAR_THE_TOP)


def _from_line(page: MarkdownPage, pattern: re.Pattern[str], what: str, *, limit: int) -> Value[str]:
    for block in page.blocks[:limit]:
        for number, line in _lines(block):
            found = pattern.match(line)
            if found is not None:
                place = Place(what, Span(page.file, number, 1, number, 1 + len(line)))
                return Known(found["said"].strip(), place)
    return Unset()


def _lines(block: Block) -> Iterator[tuple[int, str]]:
    if isinstance(block, Row):
        yield block.line, " | ".join(cell.text.strip() for cell in block.cells)
    elif isinstance(block, Item | Paragraph):
        yield from enumerate(block.inline.text.split("\n"), block.line)
