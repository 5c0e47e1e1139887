"""Ignores that are written on an object: which hold on a day, and what is said about those that do not."""

from __future__ import annotations

from datetime import date

import pytest

from opsready.model.entity import Entity, Ignore
from opsready.report.model import Report
from opsready.settle.ignores import Ignores
from repositories import RepositorySpec, ServiceSpec, WorkloadSpec, report_of, text, verdicts_of
from unit.entities import ignore, workload

RULES = ("too-few-replicas", "missing-disruption-budget")
DAY = date(2026, 11, 24)


def kinds(ignores: Ignores) -> list[str]:
    return [diagnostic.kind for diagnostic in ignores.diagnostics()]


def met(item: Entity, day: date = DAY) -> Ignores:
    ignores = Ignores(day, RULES)
    ignores.meet([item])
    return ignores


def test_a_valid_ignore_suppresses_its_rule_with_its_reason_and_nothing_else() -> None:
    cart = workload("cart", ignores=(ignore("too-few-replicas", "2027-01-31", "one writer"),))
    ignores = met(cart)
    found = ignores.suppression(cart, "too-few-replicas")
    assert found is not None
    assert (found.kind, found.reason, found.until) == ("ignore", "one writer", "2027-01-31")
    assert ignores.suppression(cart, "missing-disruption-budget") is None
    assert ignores.suppression(workload("other"), "too-few-replicas") is None
    assert kinds(ignores) == []


@pytest.mark.parametrize(
    ("day", "holds"), [(date(2027, 1, 30), True), (date(2027, 1, 31), True), (date(2027, 2, 1), False)]
)
def test_the_last_day_is_included(day: date, holds: bool) -> None:
    cart = workload("cart", ignores=(ignore("too-few-replicas", "2027-01-31"),))
    ignores = met(cart, day)
    assert (ignores.suppression(cart, "too-few-replicas") is not None) is holds
    assert kinds(ignores) == ([] if holds else ["ignore-expired"])


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (ignore("too-few-replicas", reason="", problem="gives no reason"), "ignore-without-reason"),
        (ignore("too-few-replicas", "", problem="names no last day"), "ignore-malformed"),
        (ignore("too-few-replicas", "soon", problem="names a last day that is no date"), "ignore-malformed"),
        (ignore("to-few-replicas"), "ignore-unknown-rule"),
        (ignore("to-few-replicas", "", problem="names no last day"), "ignore-unknown-rule"),
        (ignore("too-few-replicas", "2026-11-23"), "ignore-expired"),
    ],
)
def test_what_has_no_effect_is_said_once(written: Ignore, kind: str) -> None:
    cart = workload("cart", ignores=(written,))
    ignores = met(cart)
    assert ignores.suppression(cart, "too-few-replicas") is None
    assert kinds(ignores) == [kind]
    (diagnostic,) = ignores.diagnostics()
    assert (diagnostic.file, diagnostic.line) == ("k8s/a.yaml", 5)
    assert written.rule in diagnostic.message


def test_an_ignore_that_nobody_needs_is_said() -> None:
    ignores = met(workload("cart", ignores=(ignore("too-few-replicas"),)))
    assert kinds(ignores) == ["ignore-unused"]


def test_the_same_annotation_met_in_two_renditions_is_one() -> None:
    written = ignore("too-few-replicas")
    used, unused = workload("cart", unit="prod/", ignores=(written,)), workload("cart", unit="dev/", ignores=(written,))
    ignores = Ignores(DAY, RULES)
    ignores.meet([used, unused])
    assert ignores.suppression(used, "too-few-replicas")
    assert kinds(ignores) == []


def spoiled(ignores: dict[str, str], where: str = "workload") -> Report:
    """A repository of one workload that runs one replica, without a budget, with annotations."""
    (made, *others) = WorkloadSpec(replicas=1, budget=False).objects()
    holder = made if where == "workload" else made["spec"]["template"]
    annotations = {f"opsready.dev/ignore.{rule}": value for rule, value in ignores.items()}
    holder["metadata"]["annotations"] = annotations
    spec = RepositorySpec((ServiceSpec(workloads=()),))
    return report_of(spec.files() | {"services/cart/k8s/cart.yaml": text(made, *others)})


def outcome(report: Report, rule: str) -> str:
    (verdict,) = verdicts_of(report, rule)
    return verdict.outcome


@pytest.mark.parametrize("where", ["workload", "pod template"])
def test_an_annotation_on_the_object_or_its_pods_waives(where: str) -> None:
    report = spoiled({"too-few-replicas": "one writer; until=2027-03-31"}, where)
    assert outcome(report, "too-few-replicas") == "waived"
    (verdict,) = verdicts_of(report, "too-few-replicas")
    assert verdict.suppression is not None
    assert verdict.suppression.reason == "one writer"
    assert report.counts["waived"] == 2  # the budget follows from it


def test_an_ignore_of_the_cause_covers_what_follows_from_it_and_not_the_other_way_round() -> None:
    report = spoiled({"too-few-replicas": "one writer; until=2027-03-31"})
    assert outcome(report, "missing-disruption-budget") == "waived"
    report = spoiled({"missing-disruption-budget": "one writer; until=2027-03-31"})
    assert outcome(report, "missing-disruption-budget") == "waived"
    assert outcome(report, "too-few-replicas") == "fail"


def test_the_cause_is_not_covered_where_more_replicas_would_not_cure() -> None:
    (made, *others) = WorkloadSpec(replicas=3, budget=False).objects()
    made["metadata"]["annotations"] = {"opsready.dev/ignore.too-few-replicas": "one writer; until=2027-03-31"}
    report = report_of({"k8s/cart.yaml": text(made, *others)})
    assert outcome(report, "missing-disruption-budget") == "fail"
    assert "ignore-unused" in [diagnostic.kind for diagnostic in report.diagnostics]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("until=2027-03-31", "ignore-without-reason"),
        ("", "ignore-without-reason"),
        ("one writer", "ignore-malformed"),
        ("one writer; until=tomorrow", "ignore-malformed"),
        ("one writer; until=2027-02-30", "ignore-malformed"),
        ("one writer; until=20270331", "ignore-malformed"),
        ("one writer; until=2027-W13-3", "ignore-malformed"),
        ("one writer; until=2026-11-23", "ignore-expired"),
    ],
)
def test_annotations_without_effect(value: str, kind: str) -> None:
    report = spoiled({"too-few-replicas": value})
    assert outcome(report, "too-few-replicas") == "fail"
    assert [diagnostic.kind for diagnostic in report.diagnostics] == [kind]


def test_an_ignore_weighs_less_than_the_fault_and_more_than_none() -> None:
    fault, ignored = spoiled({}), spoiled({"too-few-replicas": "one writer; until=2027-03-31"})
    perfect = report_of(RepositorySpec((ServiceSpec(),)).files())
    assert fault.score is not None
    assert ignored.score is not None
    assert perfect.score is not None
    assert fault.score < ignored.score < perfect.score
