"""Durations, periods and dates as people write them in catalogue entries and front matter."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from opsready.model.period import Period, exact_length, period
from opsready.patterns import pattern

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHORT = pattern(r"(?:\d{1,9}[smhdw])+\Z")
_SHORT_PART = pattern(r"(\d{1,9})([smhdw])")
_WORDS = pattern(r"(\d{1,5})\s{0,9}(day|week|month|year)s?\Z", re.IGNORECASE)
_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}
_DATE = pattern(r"\d{4}-\d{2}-\d{2}\Z")
_LONGEST = 64
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?:{'|'.join(_MONTH_NAMES)})[a-z]{{0,6}}"
_WRITTEN_DATE = pattern(
    r"(?<!\d)(?P<y1>\d{4})(?P<mark>[-/.])(?P<m1>\d{1,2})(?P=mark)(?P<d1>\d{1,2})(?!\d)"
    rf"|(?<!\d)(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -](?P<m2>{_NAME})\.?,?[ -](?P<y2>\d{{4}})(?!\d)"
    rf"|\b(?P<m3>{_NAME})\.? (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y3>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_WRITTEN_SPAN = pattern(
    r"\bQ(?P<q1>[1-4])[ /-]{0,3}(?P<y1>\d{4})\b|\b(?P<y2>\d{4})[ /-]{0,3}Q(?P<q2>[1-4])\b"
    rf"|(?<![\d-])(?P<y3>\d{{4}})-(?P<m3>\d{{2}})(?![\d-])|\b(?P<m4>{_NAME})\.?,? (?P<y4>\d{{4}})(?!\d)",
    re.IGNORECASE,
)


def duration(text: str) -> timedelta | None:
    """Read `5m`, `1h30m` or ISO 8601 (`PT5M`, `P1DT12H`); None where the text is no exact length of time.

    A bare `m` is minutes. Months and years have no exact length: `calendar_period` reads them.
    """
    text = text.strip()[:_LONGEST]
    if _SHORT.match(text):
        parts = _SHORT_PART.findall(text)
        return _total([(_UNITS[unit], int(count)) for count, unit in parts])
    return exact_length(text.upper())


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


def written_date(text: str) -> date | None:
    """The first date that exists in running text: `2026-10-02`, `2 October 2026`, `Oct 2nd, 2026`.

    Dates that people of different countries read differently (`10/02/2026`) are none.
    """
    for found in _WRITTEN_DATE.finditer(text):
        number = next(index for index in "123" if found[f"y{index}"])
        made = _day(found[f"y{number}"], found[f"m{number}"], found[f"d{number}"])
        if made is not None:
            return made
    return None


def last_day(text: str) -> date | None:
    """The day that a text names, or the last one of the month or quarter that it names (`2026-12`, `Q4 2026`)."""
    exact = written_date(text)
    found = None if exact else _WRITTEN_SPAN.search(text)
    if found is None:
        return exact
    number = next(index for index in "1234" if found[f"y{index}"])
    quarter = found["q1"] or found["q2"]
    month = str(int(quarter) * 3) if quarter else found[f"m{number}"]
    first = _day(found[f"y{number}"], month, "1")
    return Period(months=1, days=-1).after(first) if first is not None else None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdecimal() else _MONTH_NAMES.index(month[:3].lower()) + 1
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None
