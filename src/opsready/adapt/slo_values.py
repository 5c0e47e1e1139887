"""Targets and windows of service level objectives, whose units differ from format to format."""

from __future__ import annotations

import re
from datetime import timedelta
from math import isfinite
from typing import TYPE_CHECKING, Literal

from opsready.adapt.attributes import is_placeholder
from opsready.model.slo import Problem
from opsready.model.source import Known, Unknown, Unset
from opsready.parse.syntax import Map, Seq
from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.adapt.attributes import Node
    from opsready.model.source import Place, Value

Unit = Literal["ratio", "percent", "percent-text"]
_DECIMAL = re.compile(r"[-+]?\d{1,20}(?:\.\d{0,20})?\Z")
_DURATION = re.compile(r"(?:\d{1,6}(?:ms|[smhdwMQYy]))+\Z")
_PART = re.compile(r"(\d{1,6})(ms|[smhdwMQYy])")
# The lengths that OpenSLO's own library gives to a month, a quarter and a year:
# https://github.com/OpenSLO/go-sdk/blob/main/pkg/openslo/v1/duration_shorthand.go
_LENGTHS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "M": timedelta(days=30),
    "Q": timedelta(days=90),
    "Y": timedelta(days=365),
    "y": timedelta(days=365),
}
OPENSLO_UNITS = "mhdwMQY"
PROMETHEUS_UNITS = ("ms", *"smhdwy")
_SHORTEST_WINDOW = timedelta(days=1)
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Target:
    """A target as it was read, a share of 0 to 1, and what is wrong with it."""

    value: Value[float]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A window as it was read, and what is wrong with it."""

    value: Value[timedelta]
    problem: Problem | None = None


def target(node: Node, key: str, unit: Unit) -> Target:
    """A target in the unit that its format gives to this key; Unknown where it cannot be meant as it is written."""
    written = node.raw(key)
    if isinstance(written, Unset):
        return Target(Unset())
    if isinstance(written, Unknown):
        return Target(written)
    shown = _shown(written.value)
    if isinstance(written.value, str) and is_placeholder(written.value):
        return Target(Unknown(f"`{node.inner_path(key)}` is filled in later: `{shown}`", written.place))
    number = _number(written.value, unit)
    if number is None:
        wanted = "a text with a number, in per cent" if unit == "percent-text" else "a number"
        return _bad(node, key, f"is `{shown}` where {wanted} belongs", _write(unit), written.place)
    if unit == "ratio":
        return _ratio(node, key, number, written.place)
    return _percentage(node, key, number, unit, written.place)


def _number(value: object, unit: Unit) -> float | None:
    if unit == "percent-text":
        return float(value) if isinstance(value, str) and _DECIMAL.match(value) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return float(value)
    return None


def _ratio(node: Node, key: str, number: float, place: Place) -> Target:
    if 0 < number < 1:
        return Target(Known(number, place))
    if number == 1:
        return _bad(node, key, "is 1 (100 %), which leaves no error budget", _write("ratio"), place)
    said = "where a ratio between 0 and 1 belongs"
    return _bad(node, key, f"is {number:.10g} {said}", _write("ratio"), place)


def _percentage(node: Node, key: str, number: float, unit: Unit, place: Place) -> Target:
    if 1 < number < 100:
        return Target(Known(number / 100, place))
    if number == 100:
        return _bad(node, key, "is 100 %, which leaves no error budget", _write(unit), place)
    if 0 < number <= 1:
        problem = (
            f"is {number:.10g} in a format of per cent, where it means {number:.10g} % and not {number * 100:.10g} %"
        )
        return _bad(node, key, problem, _write(unit), place)
    return _bad(node, key, f"is {number:.10g} where a percentage between 0 and 100 belongs", _write(unit), place)


def _write(unit: Unit) -> str:
    example = {"ratio": "0.999", "percent": "99.9", "percent-text": '"99.9"'}[unit]
    return f"write the share of good events as {'a ratio' if unit == 'ratio' else 'per cent'}, such as `{example}`"


def _bad(node: Node, key: str, said: str, remedy: str, place: Place) -> Target:
    path = node.inner_path(key)
    return Target(Unknown(f"`{path}` {said}", place), Problem(path, f"`{path}` {said}", remedy, place))


def window(node: Node, key: str, units: str | tuple[str, ...], default: timedelta | None = None) -> Window:
    """A window such as `30d`; `m` is minutes in every format, and shorter than a day is a slip."""
    written = node.text(key)
    if isinstance(written, Unset):
        return Window(Unset(default))
    if isinstance(written, Unknown):
        return Window(written)
    path, shown = node.inner_path(key), _shown(written.value)
    if is_placeholder(written.value):
        return Window(Unknown(f"`{path}` is filled in later: `{shown}`", written.place))
    length = duration(written.value, units)
    if length is None:
        said = f"`{path}` is `{shown}`, which is no length of time of this format"
    elif length < _SHORTEST_WINDOW:
        said = f"`{path}` is `{shown}`, {in_words(length)}, too short for an error budget"
        if "M" in units and shown.endswith("m"):
            said = f"{said}: `m` is minutes, `M` months"
    else:
        return Window(Known(length, written.place))
    problem = Problem(path, said, "write the time over which the target holds, such as `30d`", written.place)
    return Window(Unknown(said, written.place), problem)


def duration(text: str, units: str | tuple[str, ...]) -> timedelta | None:
    """A length of time of numbers and units; None where it is none, or in a unit that the format does not know."""
    text = text.strip()
    if len(text) > _LONGEST_SHOWN or _DURATION.match(text) is None:
        return None
    total = timedelta()
    for count, unit in _PART.findall(text):
        if unit not in units:
            return None
        total += int(count) * _LENGTHS[unit]
    return total


def in_words(length: timedelta) -> str:
    """A length of time in its largest whole unit: `30 days`, `1 minute`."""
    seconds = length.total_seconds()
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:.10g} seconds"


def _shown(value: object) -> str:
    if isinstance(value, Map | Seq):
        return "a mapping" if isinstance(value, Map) else "a list"
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
