"""Objectives that a service is excused from: out of the score, with a word about everything that this hides."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from opsready.model.service import Exemption
from opsready.model.verdict import Diagnostic, Suppression, Verdict
from opsready.records import replace
from opsready.report.json import render
from opsready.settle.exemptions import exempt
from repositories import RepositorySpec, ServiceSpec, report_of, text, verdicts_of
from unit.entities import place, service
from unit.report.reports import verdict

DAY = date(2026, 11, 24)
OBJECTIVES = {"escalation": "incident-management", "runbooks": "incident-management"}


def exemption(objective: str = "escalation", review_by: str = "2027-03-01") -> Exemption:
    at = place("opsready-service.yaml", 7)
    return Exemption(objective, "nobody is woken up", "cto", date.fromisoformat(review_by), at)


def settled(
    outcome: str = "fail",
    *given: Exemption,
    services: tuple[str, ...] = ("cart",),
    day: date = DAY,
    objective: str = "escalation",
) -> tuple[Verdict, list[Diagnostic]]:
    owner = service("cart", exemptions=given or (exemption(),))
    before = verdict("a-rule", objective=objective, outcome=outcome, services=services)
    (found,), notes = exempt([before], [owner, service("orders")], OBJECTIVES, day)
    return found, notes


@pytest.mark.parametrize(
    ("outcome", "word"), [("fail", "1 failed"), ("unknown", "1 cannot be told"), ("waived", "1 waived")]
)
def test_what_was_wrong_is_taken_out_of_the_score_and_named(outcome: str, word: str) -> None:
    found, (note,) = settled(outcome)
    assert found.outcome == "not-applicable"
    assert found.reason == "nobody is woken up (decided by cto), until 2027-03-01"
    assert found.suppression == Suppression(
        "not-applicable", "nobody is woken up (decided by cto)", "2027-03-01", exemption().place
    )
    assert (note.kind, note.line) == ("objective-not-asked", 7)
    assert note.message.endswith(f"until 2027-03-01, by the word of cto: taken out of the score: {word}")


@pytest.mark.parametrize("outcome", ["pass", "not-applicable"])
def test_what_was_well_needs_no_suppression(outcome: str) -> None:
    found, (note,) = settled(outcome)
    assert (found.outcome, found.suppression) == ("not-applicable", None)
    assert note.message.endswith("nothing is wrong with it")


def test_other_objectives_and_other_services_are_left_alone() -> None:
    assert settled(objective="runbooks")[0].outcome == "fail"
    assert settled(services=("orders",))[0].outcome == "fail"
    assert settled(services=())[0].outcome == "fail"


def test_a_verdict_of_several_services_needs_the_word_of_each() -> None:
    assert settled(services=("cart", "orders"))[0].outcome == "fail"
    before = verdict("a-rule", objective="escalation", services=("cart", "orders"))
    owners = [service(name, exemptions=(exemption(),)) for name in ("cart", "orders")]
    (found,), notes = exempt([before], owners, OBJECTIVES, DAY)
    assert (found.outcome, len(notes)) == ("not-applicable", 2)


@pytest.mark.parametrize(("day", "outcome"), [(date(2027, 3, 1), "not-applicable"), (date(2027, 3, 2), "fail")])
def test_the_day_of_review_is_included(day: date, outcome: str) -> None:
    found, (note,) = settled(day=day)
    assert found.outcome == outcome
    assert note.kind == ("exemption-expired" if outcome == "fail" else "objective-not-asked")


def test_an_objective_that_the_standard_does_not_have_is_named() -> None:
    found, (note,) = settled("fail", exemption("escalatoin"))
    assert found.outcome == "fail"
    assert note.kind == "exemption-without-effect"
    assert note.message.endswith("the standard has no such objective; did you mean `escalation`?")


def test_a_renewed_decision_counts_and_the_expired_one_is_still_said() -> None:
    found, notes = settled("fail", exemption(review_by="2026-11-01"), exemption())
    assert found.outcome == "not-applicable"
    assert [note.kind for note in notes] == ["exemption-expired", "objective-not-asked"]


def test_what_is_excused_explains_nothing_and_follows_from_nothing() -> None:
    before = replace(verdict("a-rule", objective="escalation", services=("cart",)), cause="another-rule")
    (found,), _ = exempt([before], [service("cart", exemptions=(exemption(),))], OBJECTIVES, DAY)
    assert found.cause == ""


WORDS = {"objective": "escalation", "reason": "nobody is woken up", "by": "cto", "review_by": "2027-03-01"}


def files(*listed: Any) -> dict[str, str]:
    spec = ServiceSpec(escalation=False)
    entry = spec.entry()
    entry["spec"]["not_applicable"] = list(listed)
    return RepositorySpec((spec,)).files() | {"services/cart/opsready-service.yaml": text(entry)}


def test_a_service_file_excuses_its_service() -> None:
    before, after = report_of(files()), report_of(files(WORDS))
    assert before.score is not None
    assert before.score < 100
    assert after.score == 100
    assert "escalation" not in {item.name for owner in after.services for item in owner.objectives}
    (note,) = after.diagnostics
    assert (note.kind, note.file) == ("objective-not-asked", "services/cart/opsready-service.yaml")
    (found,) = verdicts_of(after, "missing-escalation-path")
    assert found.outcome == "not-applicable"


def test_the_report_lists_what_is_excused_even_where_only_failures_are_wanted() -> None:
    report = replace(report_of(files(WORDS)), show="failures")
    listed = json.loads("".join(render(report)))["verdicts"]
    (found,) = [item for item in listed if item["rule"] == "missing-escalation-path"]
    assert (found["outcome"], found["suppression"]["kind"]) == ("not-applicable", "not-applicable")


@pytest.mark.parametrize(
    "changed",
    [
        {"review_by": "2027-02-30"},
        {"review_by": None},
        {"reason": ""},
        {"by": ["cto"]},
        {"objective": {"escalation": 1}},
    ],
)
def test_a_decision_that_says_too_little_has_no_effect(changed: dict[str, Any]) -> None:
    report = report_of(files(WORDS | changed))
    (found,) = verdicts_of(report, "missing-escalation-path")
    assert found.outcome == "unknown"
    assert {note.kind for note in report.diagnostics} <= {"invalid-value", "missing-key"}
    assert report.diagnostics


def test_nonsense_in_its_place_is_a_diagnostic() -> None:
    for nonsense in ("escalation", 7, ["escalation"], None):
        report = report_of(files(nonsense))
        assert verdicts_of(report, "missing-escalation-path")[0].outcome == "unknown"
