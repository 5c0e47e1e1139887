"""Waivers on a day: which hold, what they waive, and what is said about the others."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from opsready.model.service import SHARED
from opsready.model.source import Known
from opsready.model.standard import Standard
from opsready.model.verdict import Diagnostic, Verdict
from opsready.model.waiver import Waiver
from opsready.records import replace
from opsready.settle.waivers import Waivers, covers, matches
from opsready.standard import builtin_standard
from unit.entities import place, service
from unit.report.reports import verdict

DAY = date(2026, 11, 24)
RULE = "too-few-replicas"


@cache
def the_standard() -> Standard:
    return builtin_standard()


def waiver(created: str = "2026-11-01", expires: str = "2026-12-31", **given: Any) -> Waiver:
    fields: dict[str, Any] = {
        "rule": RULE,
        "service": "",
        "subject": "" if given.get("service") else "Deployment/shop/cart",
        "reason": "one writer",
        "owner": "team-cart",
        "approver": "ana",
        "created": date.fromisoformat(created),
        "expires": date.fromisoformat(expires),
        "place": place(".opsready/waivers.yaml", given.pop("line", 2)),
    }
    return Waiver(**(fields | given))


def failing(rule: str = RULE, address: str = "Deployment/shop/cart", **given: Any) -> Verdict:
    made = verdict(rule, **({"outcome": "fail", "severity": "high", "services": ("cart",)} | given))
    return replace(made, subject=replace(made.subject, address=address))


def settled(
    written: Waiver | list[Waiver], *verdicts: Verdict, day: date = DAY, tier: int = 2
) -> tuple[list[str], list[Diagnostic], Waivers]:
    waivers = Waivers(written if isinstance(written, list) else [written], the_standard(), day)
    after = waivers.apply(verdicts)
    owner = service("cart", tier=Known(tier, place()))
    return [item.outcome for item in after], waivers.diagnostics([owner]), waivers


def kinds(found: list[Diagnostic]) -> list[str]:
    return [item.kind for item in found]


def test_a_waiver_of_a_subject_waives_its_rule_there_and_nothing_else() -> None:
    verdicts = [failing(), failing(address="Deployment/shop/other"), failing("missing-runbook")]
    outcomes, notes, waivers = settled(waiver(), *verdicts)
    assert outcomes == ["waived", "fail", "fail"]
    assert notes == []
    (active,) = waivers.active
    assert active.verdicts == 1


def test_the_suppression_says_who_and_until_when() -> None:
    (after,) = Waivers([waiver()], the_standard(), DAY).apply([failing()])
    assert after.suppression is not None
    found = after.suppression
    assert (found.kind, found.until, found.place.span.line) == ("waiver", "2026-12-31", 2)
    assert found.reason == "one writer (owned by team-cart, approved by ana)"


def test_what_cannot_be_told_is_waived_too_and_what_is_settled_stays() -> None:
    outcomes, _, _ = settled(waiver(), *(failing(outcome=word) for word in ("unknown", "pass", "not-applicable")))
    assert outcomes == ["waived", "pass", "not-applicable"]


def test_a_waiver_of_the_cause_covers_what_follows_from_it_and_not_the_other_way_round() -> None:
    dependent = failing("missing-disruption-budget", cause=RULE)
    assert settled(waiver(), failing(), dependent)[0] == ["waived", "waived"]
    assert settled(waiver(rule="missing-disruption-budget"), failing(), dependent)[0] == ["fail", "waived"]


@pytest.mark.parametrize(
    ("services", "given", "outcome"),
    [
        (("cart",), ["cart"], "waived"),
        (("cart", "orders"), ["cart"], "fail"),
        (("cart", "orders"), ["cart", "orders"], "waived"),
        (("orders",), ["cart"], "fail"),
        ((), [SHARED], "waived"),
        ((), ["cart"], "fail"),
    ],
)
def test_what_belongs_to_several_services_needs_the_word_of_each(
    services: tuple[str, ...], given: list[str], outcome: str
) -> None:
    written = [waiver(service=name, line=number) for number, name in enumerate(given, start=2)]
    assert settled(written, failing(services=services))[0] == [outcome]


@pytest.mark.parametrize(
    ("day", "outcome", "kind"),
    [
        (date(2026, 10, 31), "fail", "waiver-malformed"),
        (date(2026, 11, 1), "waived", ""),
        (date(2026, 12, 16), "waived", ""),
        (date(2026, 12, 17), "waived", "waiver-expires-soon"),
        (date(2026, 12, 31), "waived", "waiver-expires-soon"),
        (date(2027, 1, 1), "fail", "waiver-expired"),
    ],
)
def test_first_and_last_day_are_included_and_two_weeks_ahead_there_is_a_warning(
    day: date, outcome: str, kind: str
) -> None:
    outcomes, notes, waivers = settled(waiver(), failing(), day=day)
    assert outcomes == [outcome]
    assert kinds(notes) == ([kind] if kind else [])
    assert len(waivers.active) == (outcome == "waived")


def test_the_last_day_says_today() -> None:
    _, (note,), _ = settled(waiver(), failing(), day=date(2026, 12, 31))
    assert "expires today; team-cart owns what it waives" in note.message
    _, (note,), _ = settled(waiver(), failing(), day=date(2026, 12, 30))
    assert "expires in 1 day, on 2026-12-31" in note.message


@pytest.mark.parametrize(("expires", "holds"), [("2027-01-30", True), ("2027-01-31", False)])
def test_ninety_days_are_the_most(expires: str, holds: bool) -> None:
    outcomes, notes, _ = settled(waiver(expires=expires), failing())
    assert outcomes == ["waived" if holds else "fail"]
    assert [note.message.rpartition(": ")[2] for note in notes] == (
        [] if holds else ["it is meant for longer than 90 days"]
    )


@pytest.mark.parametrize(("expires", "holds"), [("2026-12-01", True), ("2026-12-02", False)])
@pytest.mark.parametrize("target", [{}, {"service": "cart"}])
def test_thirty_days_are_the_most_for_what_is_critical(expires: str, holds: bool, target: dict[str, str]) -> None:
    outcomes, notes, _ = settled(waiver(expires=expires, **target), failing(severity="critical"))
    assert outcomes == ["waived" if holds else "fail"]
    assert kinds(notes) == ["waiver-expires-soon"] if holds else ["waiver-malformed"]
    if not holds:
        assert "has no effect on 1 critical failure: it is meant for longer than 30 days" in notes[0].message


def test_the_standard_says_how_long() -> None:
    parameters = {**the_standard().parameters, "waiver-maximum": "P10D"}
    waivers = Waivers([waiver()], replace(the_standard(), parameters=parameters), DAY)
    assert [item.outcome for item in waivers.apply([failing()])] == ["fail"]


def test_one_that_nobody_needs_is_told() -> None:
    _, notes, waivers = settled(waiver(), failing(outcome="pass"))
    assert [(note.kind, note.line) for note in notes] == [("waiver-unused", 2)]
    assert [active.verdicts for active in waivers.active] == [0]


def test_the_second_of_two_equal_ones_has_no_effect_unless_the_first_expired() -> None:
    _, notes, waivers = settled([waiver(line=2), waiver(line=9)], failing())
    assert [(note.kind, note.line) for note in notes] == [("waiver-malformed", 9)]
    assert "line 2 waives the same" in notes[0].message
    assert len(waivers.active) == 1
    old = waiver("2026-08-01", "2026-10-01")
    outcomes, notes, _ = settled([old, waiver(line=9)], failing())
    assert (outcomes, kinds(notes)) == (["waived"], ["waiver-expired"])


@pytest.mark.parametrize(("tier", "most"), [(1, 5), (3, 10)])
def test_a_service_has_a_budget_of_waivers(tier: int, most: int) -> None:
    def notes(count: int) -> list[Diagnostic]:
        written = [waiver(subject=f"Deployment/{number}", line=number) for number in range(1, count + 1)]
        found = [failing(address=f"Deployment/{number}") for number in range(1, count + 1)]
        return settled(written, *found, tier=tier)[1]

    assert notes(most) == []
    (over,) = notes(most + 1)
    assert (over.kind, over.line) == ("waiver-budget-exceeded", most + 1)
    assert f"{most + 1} waivers hold for `cart`, and {most} are allowed" in over.message


def test_the_first_to_expire_comes_first() -> None:
    _, _, waivers = settled([waiver(), waiver(subject="Deployment/b", expires="2026-12-01")])
    assert [active.waiver.subject for active in waivers.active] == ["Deployment/b", "Deployment/shop/cart"]


@pytest.mark.parametrize(
    ("pattern", "text", "matched"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/bc", False),
        ("a/*", "a/b", True),
        ("a/*", "b/a/b", False),
        ("*/b", "a/b", True),
        ("a*b", "ab", True),
        ("ab*ba", "aba", False),
        ("a*c*e", "abcde", True),
        ("a*c*e", "abde", False),
        ("a*b*b", "ab", False),
        ('x["a"]', 'x["a"]', True),
        ("a?c", "abc", False),
    ],
)
def test_a_star_is_any_text_and_nothing_else_is_special(pattern: str, text: str, matched: bool) -> None:
    assert matches(pattern, text) is matched


def test_a_workload_covers_its_containers_and_not_the_other_way_round() -> None:
    assert covers("Deployment/shop/cart", "Deployment/shop/cart[app]")
    assert covers("Deployment/shop/*", "Deployment/shop/cart[app]")
    assert covers("Deployment/shop/cart[app]", "Deployment/shop/cart[app]")
    assert not covers("Deployment/shop/cart[app]", "Deployment/shop/cart")
    assert not covers("Deployment/shop/car", "Deployment/shop/cart[app]")


def test_a_pattern_that_would_hold_up_an_expression_does_not_hold_this_up() -> None:
    assert not matches("*a" * 2000 + "b", "a" * 100_000)
