"""Durations, periods and dates as people write them in catalogue entries and front matter."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from opsready.model.period import Period, period

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHORT = re.compile(r"(?:\d{1,9}[smhdw])+\Z")
_SHORT_PART = re.compile(r"(\d{1,9})([smhdw])")
_ISO = re.compile(
    r"P(?=[\dT])(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?\Z"
)
_WORDS = re.compile(r"(\d{1,5})\s{0,9}(day|week|month|year)s?\Z", re.IGNORECASE)
_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_LONGEST = 64


def duration(text: str) -> timedelta | None:
    """Read `5m`, `1h30m` or ISO 8601 (`PT5M`, `P1DT12H`); None where the text is no exact length of time.

    A bare `m` is minutes. Months and years have no exact length: `calendar_period` reads them.
    """
    text = text.strip()[:_LONGEST]
    if _SHORT.match(text):
        parts = _SHORT_PART.findall(text)
        return _total([(_UNITS[unit], int(count)) for count, unit in parts])
    found = _ISO.match(text.upper())
    if found is None:
        return None
    return _total([(unit, int(count)) for unit, count in found.groupdict().items() if count])


def _total(parts: list[tuple[str, int]]) -> timedelta | None:
    try:
        return sum((timedelta(**{unit: count}) for unit, count in parts), timedelta())
    except OverflowError:
        return None


def calendar_period(text: str) -> Period | None:
    """Read `6 months`, `1 year`, `90 days` or ISO 8601 (`P6M`); None where the text is no period of days."""
    text = text.strip()[:_LONGEST]
    found = _WORDS.match(text)
    if found is None:
        return period(text.upper())
    count, unit = int(found[1]), found[2].lower()
    return Period(count * _MONTHS.get(unit, 0), count * _DAYS.get(unit, 0))


def due(start: date, length: Period) -> date:
    """The last day on which something done on `start`, to be done again after a period, is not overdue."""
    return length.after(start)


def calendar_date(value: object) -> date | None:
    """A date that exists, from what YAML gave: text as ISO 8601, or a date; a time of day is dropped, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()[:_LONGEST]
    try:
        if _DATE.match(text):
            return date.fromisoformat(text)
        return calendar_date(datetime.fromisoformat(text)) if text[4:5] == "-" and ":" in text else None
    except (ValueError, OverflowError):
        return None
