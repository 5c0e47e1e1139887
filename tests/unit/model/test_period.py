"""When a thing is due again, and what has taken place."""

from __future__ import annotations

from datetime import date

import pytest

from opsready.model.period import Cadence, Period, in_future, past
from opsready.model.source import Known, Unknown, Unset
from opsready.standard import builtin_standard
from unit.entities import place

QUARTER = Cadence(Period(months=3), Period(days=7))


@pytest.mark.parametrize(
    ("as_of", "current"), [("2026-11-20", True), ("2026-11-27", True), ("2026-11-28", False), ("2026-08-20", True)]
)
def test_the_last_day_of_grace_is_in_time(as_of: str, *, current: bool) -> None:
    held = date(2026, 8, 20)
    assert QUARTER.due_after(held) == date(2026, 11, 20)
    assert QUARTER.current(held, date.fromisoformat(as_of)) is current


def test_what_never_took_place_is_not_current() -> None:
    assert not QUARTER.current(None, date(2026, 11, 20))


def test_the_end_of_the_calendar_is_no_crash() -> None:
    assert QUARTER.due_after(date.max) == date.max
    assert QUARTER.current(date.max, date.max)
    assert not in_future(date.max, date.max)
    assert in_future(date.max, date.min)


@pytest.mark.parametrize(("day", "future"), [("2026-11-24", False), ("2026-11-25", False), ("2026-11-26", True)])
def test_a_clock_may_be_a_day_ahead(day: str, *, future: bool) -> None:
    written, as_of = date.fromisoformat(day), date(2026, 11, 24)
    assert in_future(written, as_of) is future
    assert past(Known(written, place()), as_of) == (None if future else written)


def test_what_cannot_be_read_did_not_take_place() -> None:
    assert past(Unset(), date(2026, 11, 24)) is None
    assert past(Unknown("no date"), date(2026, 11, 24)) is None


def test_the_standard_gives_cadences() -> None:
    standard = builtin_standard()
    assert standard.cadence("drill-cadence", 1) == QUARTER
    assert standard.cadence("document-cadence", 3).every == Period(months=12)
    with pytest.raises(ValueError, match="parameter `rpo` of the standard is not a period: `PT1H`"):
        standard.period("rpo", 1)
