"""Lengths of time and days, as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.adapt.durations import calendar_date, calendar_period, due, duration, last_day, written_date
from opsready.model.period import Period, exact_length, in_words, period


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("5m", timedelta(minutes=5)),
        ("90s", timedelta(seconds=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
        ("2w", timedelta(days=14)),
        (" 1h ", timedelta(hours=1)),
        ("PT5M", timedelta(minutes=5)),
        ("P1DT12H", timedelta(hours=36)),
        ("P2W", timedelta(days=14)),
        ("pt4h", timedelta(hours=4)),
        ("P3M", None),
        ("3 months", None),
        ("5", None),
        ("m", None),
        ("P", None),
        ("PT", None),
        ("1D", None),
        ("-5m", None),
        ("", None),
        ("999999999w", None),
    ],
)
def test_duration(written: str, expected: timedelta | None) -> None:
    assert duration(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("6 months", Period(months=6)),
        ("6 month", Period(months=6)),
        ("1 year", Period(months=12)),
        ("90 days", Period(days=90)),
        ("2 Weeks", Period(days=14)),
        ("P6M", Period(months=6)),
        ("P1Y6M", Period(months=18)),
        ("P7D", Period(days=7)),
        ("P1W", Period(days=7)),
        ("6m", None),
        ("six months", None),
        ("P", None),
        ("", None),
    ],
)
def test_calendar_period(written: str, expected: Period | None) -> None:
    assert calendar_period(written) == expected


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (date(2026, 1, 31), Period(months=1), date(2026, 2, 28)),
        (date(2028, 1, 31), Period(months=1), date(2028, 2, 29)),
        (date(2026, 11, 30), Period(months=3), date(2027, 2, 28)),
        (date(2026, 8, 15), Period(months=6), date(2027, 2, 15)),
        (date(2026, 12, 1), Period(months=1), date(2027, 1, 1)),
        (date(2026, 2, 28), Period(days=7), date(2026, 3, 7)),
        (date(2026, 1, 31), Period(months=1, days=1), date(2026, 3, 1)),
        (date(9999, 12, 1), Period(months=2), date.max),
        (date(9999, 12, 31), Period(days=1), date.max),
    ],
)
def test_due_keeps_the_end_of_a_month(start: date, length: Period, expected: date) -> None:
    assert due(start, length) == expected


@given(st.dates(), st.integers(0, 2000), st.integers(0, 4000))
def test_due_is_never_before_its_start(start: date, months: int, days: int) -> None:
    assert due(start, Period(months, days)) >= start


@given(st.text(max_size=80))
def test_nothing_raises(written: str) -> None:
    duration(written)
    calendar_period(written)
    calendar_date(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-05-01", date(2026, 5, 1)),
        (" 2026-05-01 ", date(2026, 5, 1)),
        ("2026-05-01T23:30:00Z", date(2026, 5, 1)),
        ("2026-05-01T23:30:00-04:00", date(2026, 5, 2)),
        (date(2026, 5, 1), date(2026, 5, 1)),
        (datetime(2026, 5, 1, 23, 30, tzinfo=timezone(timedelta(hours=-4))), date(2026, 5, 2)),
        (datetime(2026, 5, 1, tzinfo=UTC), date(2026, 5, 1)),
        ("2026-02-30", None),
        ("9999-99-9", None),
        ("01/05/2026", None),
        ("20260501", None),
        ("yesterday", None),
        (20260501, None),
        (None, None),
    ],
)
def test_calendar_date_exists(written: object, expected: date | None) -> None:
    assert calendar_date(written) == expected


def test_a_period_reads_as_words() -> None:
    assert str(period("P6M")) == "6 months"
    assert str(period("P1M1D")) == "1 month and 1 day"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-02", date(2026, 10, 2)),
        ("on 2026/10/2, at noon", date(2026, 10, 2)),
        ("2 October 2026", date(2026, 10, 2)),
        ("the 2nd of Oct. 2026", date(2026, 10, 2)),
        ("October 2, 2026", date(2026, 10, 2)),
        ("Sept 30th 2026", date(2026, 9, 30)),
        ("2026-99-99, then 2026-10-02", date(2026, 10, 2)),
        ("10/02/2026", None),
        ("2026-10/02", None),
        ("12026-10-02", None),
        ("2026-10-021", None),
        ("30 February 2026", None),
        ("", None),
    ],
)
def test_written_date(text: str, day: date | None) -> None:
    assert written_date(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-02", date(2026, 10, 2)),
        ("2026-02", date(2026, 2, 28)),
        ("Q1 2026", date(2026, 3, 31)),
        ("2026 Q4", date(2026, 12, 31)),
        ("end of February 2028", date(2028, 2, 29)),
        ("2026-13", None),
        ("Q5 2026", None),
        ("0000-01", None),
        ("soon", None),
    ],
)
def test_last_day(text: str, day: date | None) -> None:
    assert last_day(text) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT4H", timedelta(hours=4)),
        (" P1DT12H ", timedelta(hours=36)),
        ("P2W", timedelta(weeks=2)),
        ("P1M", None),
        ("PT", None),
        ("4h", None),
        ("PT999999999H", timedelta(hours=999_999_999)),
        ("P999999WT999999999H", timedelta(weeks=999_999, hours=999_999_999)),
    ],
)
def test_exact_lengths_of_the_standard(text: str, expected: timedelta | None) -> None:
    assert exact_length(text) == expected


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=4), "4 hours"),
        (timedelta(minutes=90), "1 hour and 30 minutes"),
        (timedelta(days=1, minutes=2, seconds=3), "1 day and 2 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(), "0 seconds"),
    ],
)
def test_lengths_in_words(length: timedelta, words: str) -> None:
    assert in_words(length) == words
