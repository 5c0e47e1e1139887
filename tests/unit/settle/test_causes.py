"""Causes: a fault that follows from another is folded under it, while that one is a listed failure."""

from __future__ import annotations

from typing import Any

import pytest

from opsready.model.verdict import SubjectReference
from opsready.settle.causes import fold
from repositories import RepositorySpec, ServiceSpec, WorkloadSpec, report_of, verdicts_of
from unit.report.reports import verdict

CAUSE = verdict("too-few-replicas")
DEPENDENT = verdict("missing-disruption-budget", cause="too-few-replicas")


def test_a_fault_is_folded_under_the_listed_failure_that_explains_it() -> None:
    assert fold([CAUSE, DEPENDENT], [CAUSE, DEPENDENT]) == [CAUSE, DEPENDENT]
    assert fold([CAUSE, DEPENDENT], [CAUSE]) == [CAUSE, DEPENDENT]


@pytest.mark.parametrize(
    "changed",
    [
        {"outcome": "pass"},
        {"outcome": "unknown"},
        {"outcome": "waived"},
        {"subject": SubjectReference("Workload", "Deployment", "other", "Deployment/other")},
        {"production": False, "environment": "staging"},
    ],
)
def test_it_stands_alone_where_its_cause_is_no_listed_failure_of_the_same_subject(changed: dict[str, Any]) -> None:
    other = verdict("too-few-replicas", **changed)
    (_, found) = fold([other, DEPENDENT], [other, DEPENDENT])
    assert found.cause == ""
    (_, found) = fold([CAUSE, DEPENDENT], [DEPENDENT])
    assert found.cause == ""


def test_production_and_unnamed_environments_are_one() -> None:
    named = verdict("too-few-replicas", environment="prod")
    assert fold([DEPENDENT], [named])[0].cause == "too-few-replicas"


def test_environments_are_apart() -> None:
    staging = verdict("too-few-replicas", production=False, environment="staging")
    follows = verdict("missing-disruption-budget", cause="too-few-replicas", production=False, environment="staging")
    assert fold([follows], [staging])[0].cause == "too-few-replicas"
    qa = verdict("too-few-replicas", production=False, environment="qa")
    assert fold([follows], [qa])[0].cause == ""


SINGLE = RepositorySpec((ServiceSpec(workloads=(WorkloadSpec(replicas=1, budget=False, spread=False),)),)).files()


def causes(**options: Any) -> dict[str, str]:
    return {v.rule: v.cause for v in verdicts_of(report_of(SINGLE, **options)) if v.outcome == "fail"}


def test_what_one_replica_explains_counts_and_is_folded() -> None:
    report = report_of(SINGLE)
    assert causes() == {
        "too-few-replicas": "",
        "missing-disruption-budget": "too-few-replicas",
        "not-spread-across-zones": "too-few-replicas",
    }
    assert report.counts["fail"] == 3


def test_it_stands_alone_where_the_cause_is_not_listed_and_the_score_stays() -> None:
    assert set(causes(ignore=("too-few-replicas",)).values()) == {""}
    assert causes(select=("missing-disruption-budget",)) == {"missing-disruption-budget": ""}
    assert report_of(SINGLE, ignore=("too-few-replicas",)).score == report_of(SINGLE).score


def test_one_step_repairs_the_cause_with_what_follows_from_it() -> None:
    steps = {step.rules: step for step in report_of(SINGLE).next_steps}
    (together,) = steps.values()
    assert set(together.rules) == {"too-few-replicas", "missing-disruption-budget", "not-spread-across-zones"}
    assert together.gain > 0
