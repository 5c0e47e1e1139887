"""Whether another value may stand in for a parameter of the standard: only one of the same sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.durations import calendar_date
from opsready.config.reader import did_you_mean, kind
from opsready.model.period import exact_length, period
from opsready.model.verdict import TIERS

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST = 1_000_000


def problem(name: str, value: object, known: Mapping[str, object]) -> tuple[str, str] | None:
    """What is wrong with a value for a parameter and what to write instead; None where it may stand."""
    if name not in known:
        return (
            f"`{name[:60]}` is no parameter of the standard{did_you_mean(name, known)}",
            "`opsready standard` lists them",
        )
    was = known[name]
    example = was[0] if isinstance(was, tuple) else was
    values = value if isinstance(value, tuple) else (value,)
    if isinstance(value, tuple) and len(value) != len(TIERS):
        return f"`{name}` has {len(value)} values, and there are {len(TIERS)} tiers", "write one, or a list of four"
    for item in values:
        wanted = _wanted(item, example)
        if wanted:
            return f"`{name}` is {kind(item)}, which is not {wanted}", f"write it as the standard does: `{example}`"
    return None


def _wanted(value: object, example: object) -> str:
    """What sort of value it should be; empty where it is."""
    if isinstance(example, int | float):
        return _wanted_number(value, example)
    text = str(example)
    if not isinstance(value, str) or not value.strip():
        return "a text"
    if calendar_date(text) is not None:
        return "" if calendar_date(value) is not None else "a day"
    if exact_length(text) is not None and period(text) is None:
        return "" if exact_length(value) is not None else "a length of time with hours"
    if period(text) is not None:
        return "" if period(value) is not None else "a period"
    if all(word.isdecimal() for word in text.split()):
        return "" if all(word.isascii() and word.isdecimal() for word in value.split()) else "a list of numbers"
    return ""


def _wanted_number(value: object, example: float) -> str:
    # Written so that a NaN passes no comparison.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
        return "a number"
    if 0 < example < 1:
        return "" if value <= 1 else "a ratio from 0 to 1"
    return "a whole number" if isinstance(value, float) and isinstance(example, int) else ""
