"""Calendar periods such as six months, which have no fixed number of days, and exact lengths such as four hours."""

from __future__ import annotations

from datetime import date, timedelta

from opsready.model.source import Known, Value
from opsready.patterns import pattern
from opsready.records import dataclass

# An ISO 8601 period without a time of day; the look-ahead refuses a bare `P`.
_ISO = pattern(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?\Z")
_EXACT = pattern(
    r"P(?=[\dT])(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?\Z"
)
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months and days, as people agree on them: `Period(months=6)` is half a year, whatever its length."""

    months: int = 0
    days: int = 0

    def after(self, start: date) -> date:
        """The day on which the period ends; a month's end is kept: 31 January and one month is 28 February."""
        years, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        if not date.min.year <= years <= date.max.year:
            return date.max
        day = min(start.day, _days_in(years, month + 1))
        try:
            return date(years, month + 1, day) + timedelta(days=self.days)
        except OverflowError:
            return date.max

    def __str__(self) -> str:
        """In words: `6 months`, `7 days`."""
        counts = ((self.months, "month"), (self.days, "day"))
        return " and ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in counts if count) or "0 days"


def _days_in(year: int, month: int) -> int:
    """The number of days of a month; `calendar` knows as well, and takes longer to import than all else here."""
    return 31 if month == 12 else (date(year, month + 1, 1) - timedelta(days=1)).day


def period(text: str) -> Period | None:
    """Read an ISO 8601 period of days or longer (`P6M`, `P1Y`, `P7D`); None where the text is not one."""
    found = _ISO.match(text.strip())
    if found is None:
        return None
    years, months, weeks, days = (int(count or 0) for count in found.groups())
    return Period(years * 12 + months, weeks * 7 + days)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a thing is done again, and how long after that it is not yet overdue."""

    every: Period
    grace: Period

    def due_after(self, last: date) -> date:
        """The day on which it is due again."""
        return self.every.after(last)

    def overdue(self, due: date, as_of: date) -> bool:
        """Whether a thing that was due is overdue; the last day of grace is still in time."""
        return as_of > self.grace.after(due)

    def current(self, last: date | None, as_of: date) -> bool:
        """Whether what was last done on a day (None: never) need not have been done again."""
        return last is not None and not self.overdue(self.due_after(last), as_of)


# What is dated may be dated by a clock that is a day ahead of ours.
_TOLERATED = timedelta(days=1)


def in_future(day: date, as_of: date) -> bool:
    """Whether a day is certain not to have come yet."""
    return day - as_of > _TOLERATED


def past(written: Value[date], as_of: date) -> date | None:
    """The day on which something took place; None where no day can be read, or it has not come yet."""
    return None if not isinstance(written, Known) or in_future(written.value, as_of) else written.value


def exact_length(text: str) -> timedelta | None:
    """Read an ISO 8601 length with a fixed number of seconds (`PT4H`, `P1DT12H`); None where the text is not one."""
    found = _EXACT.match(text.strip())
    if found is None:
        return None
    try:
        return timedelta(**{unit: int(count) for unit, count in found.groupdict().items() if count})
    except OverflowError:
        return None


def in_words(length: timedelta) -> str:
    """A length of time in the largest units: `4 hours`, `1 day and 12 hours`."""
    left = int(length.total_seconds())
    parts = []
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " and ".join(parts[:2]) or "0 seconds"
