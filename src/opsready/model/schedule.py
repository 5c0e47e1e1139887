"""How far apart the runs of a schedule are: cron lines of every dialect, `rate(...)` and `@every ...`."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from opsready.patterns import pattern

_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_RATE = pattern(r"rate\( ?(\d{1,6}) (minute|hour|day)s? ?\)\Z")
_EVERY = pattern(r"@every ((?:\d{1,6}[hms])+)\Z")
_PART = pattern(r"(\d{1,6})([hms])")
_ZONE = pattern(r"(?:CRON_)?TZ=\S+ ")
_UNITS = {"h": "hours", "m": "minutes", "s": "seconds"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST = 128
_DAY = timedelta(days=1)
# Every combination of weekday, day and month, the 29th of February included, comes up within these years.
_FIRST, _DAYS = date(2024, 1, 1), 366 * 9
_KUBERNETES, _WITH_SECONDS = 5, 6


def longest_gap(schedule: str) -> timedelta | None:
    """The longest time between two runs; None where the schedule is none that is known here, or never runs."""
    text = " ".join(schedule[:_LONGEST].split())
    if found := _RATE.match(text):
        return timedelta(**{f"{found[2]}s": int(found[1])}) or None
    if found := _EVERY.match(text):
        parts = _PART.findall(found[1])
        return sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in parts), timedelta()) or None
    text = _ZONE.sub("", text, count=1)
    weekday_base = 0
    if text.startswith("cron(") and text.endswith(")"):
        # AWS: minutes hours day month weekday year, where Sunday is 1.
        fields = text[5:-1].split()
        if len(fields) != _WITH_SECONDS or fields[5] != "*":
            return None
        fields, weekday_base = fields[:5], 1
    else:
        fields = _DESCRIPTORS.get(text.lower(), text).split()
        if len(fields) == _WITH_SECONDS:
            fields = fields[1:]  # the first one is seconds
    return _gap(fields, weekday_base) if len(fields) == _KUBERNETES else None


def _gap(fields: list[str], weekday_base: int) -> timedelta | None:
    minutes, hours = _numbers(fields[0], 0, 59), _numbers(fields[1], 0, 23)
    days, months = _numbers(fields[2], 1, 31), _numbers(fields[3], 1, 12, _MONTHS)
    weekdays = _numbers(fields[4], weekday_base, weekday_base + 7, _WEEKDAYS)
    if not (minutes and hours and days and months and weekdays):
        return None
    week = {(weekday - weekday_base) % 7 for weekday in weekdays}
    either = not _any(fields[2]) and not _any(fields[4])
    matching = [
        number for number in range(_DAYS) if _runs_on(_FIRST + number * _DAY, days, months, week, either=either)
    ]
    if len(matching) < 2:
        return None
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    within = max((later - earlier for earlier, later in pairwise(times)), default=0)
    between = max(later - earlier for earlier, later in pairwise(matching))
    return timedelta(minutes=max(within, between * 24 * 60 - times[-1] + times[0]))


def _runs_on(day: date, days: set[int], months: set[int], week: set[int], *, either: bool) -> bool:
    """Whether a schedule runs on a day; of a day of the month and one of the week, both written, one is enough."""
    if day.month not in months:
        return False
    of_month, of_week = day.day in days, day.isoweekday() % 7 in week
    return (of_month or of_week) if either else (of_month and of_week)


def _any(field: str) -> bool:
    return field.startswith(("*", "?"))


def _numbers(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> set[int]:
    """The numbers that a field means; empty where it is not understood."""
    found: set[int] = set()
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = low if span in {"*", "?"} else _number(first, low, names)
        end = high if span in {"*", "?"} or (step and not dash) else _number(last if dash else first, low, names)
        stride = int(step) if step.isdecimal() else 0 if step else 1
        if start is None or end is None or not low <= start <= end <= high or stride < 1:
            return set()
        found.update(range(start, end + 1, stride))
    return found


def _number(text: str, low: int, names: tuple[str, ...]) -> int | None:
    if text in names:
        return names.index(text) + (low if names is _WEEKDAYS else 1)
    return int(text) if text.isdecimal() and len(text) < 4 else None
