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


def notes(report: Report) -> list[str]:
    noted = [item.kind for item in report.diagnostics] + [item.verdict.rule for item in report.findings]
    return [kind for kind in noted if kind.startswith("ignore")]


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
    assert "ignore-unused" in notes(report)


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
    assert notes(report) == [kind]


def test_an_ignore_weighs_less_than_the_fault_and_more_than_none() -> None:
    fault, ignored = spoiled({}), spoiled({"too-few-replicas": "one writer; until=2027-03-31"})
    perfect = report_of(RepositorySpec((ServiceSpec(),)).files())
    assert fault.score is not None
    assert ignored.score is not None
    assert perfect.score is not None
    assert fault.score < ignored.score < perfect.score


def commented(above: str = "", **at: str) -> Report:
    """A repository of one workload that runs one replica, with comments above it, or behind lines that begin so."""
    lines = []
    for line in text(*WorkloadSpec(replicas=1, budget=False).objects()).splitlines():
        behind = at.get(line.strip().partition(":")[0])
        lines.append(f"{line}  # {behind}" if behind else line)
    spec = RepositorySpec((ServiceSpec(workloads=()),))
    manifest = (f"# {above}\n" if above else "") + "\n".join(lines) + "\n"
    return report_of(spec.files() | {"services/cart/k8s/cart.yaml": manifest})


COMMENT = "opsready: ignore[too-few-replicas] until=2027-03-31 -- one writer"


@pytest.mark.parametrize("report", [commented(COMMENT), commented(replicas=COMMENT)], ids=["above", "behind"])
def test_a_comment_waives_what_it_is_for_and_what_follows_from_that(report: Report) -> None:
    assert outcome(report, "too-few-replicas") == "waived"
    (found,) = verdicts_of(report, "missing-disruption-budget")
    assert found.outcome == "waived"  # written at another line
    assert found.suppression is not None
    assert (found.suppression.kind, found.suppression.until) == ("ignore", "2027-03-31")
    assert notes(report) == []
    assert (report.decisions.ignored, report.decisions.ignores_end) == (2, "2027-03-31")


def test_a_comment_behind_another_line_waives_nothing() -> None:
    report = commented(kind=COMMENT)
    assert outcome(report, "too-few-replicas") == "fail"
    assert set(notes(report)) == {"ignore-unused"}


@pytest.mark.parametrize(
    ("comment", "kind"),
    [
        ("opsready: ignore[too-few-replicas]", "ignore-without-reason"),
        ("opsready: ignore[too-few-replicas] until=2026-11-23 -- one writer", "ignore-expired"),
        ("opsready: ignore[too-few-replicas] until=9999-99-99 -- one writer", "ignore-malformed"),
        ("opsready: ignore too-few-replicas -- one writer", "ignore-malformed"),
        ("opsready: ignore[to-few-replicas] -- one writer", "ignore-unknown-rule"),
        ("opsready: ignore[input-not-evaluated] -- closed", "ignore-malformed"),
        ("opsready: ignore[probes-identical] -- not here", "ignore-unused"),
    ],
)
def test_comments_without_effect(comment: str, kind: str) -> None:
    report = commented(comment)
    assert outcome(report, "too-few-replicas") == "fail"
    assert notes(report) == [kind]


def test_a_comment_without_an_end_holds_for_good() -> None:
    report = commented("opsready: ignore[too-few-replicas] -- one writer")
    assert outcome(report, "too-few-replicas") == "waived"
    assert report.decisions.ignores_end == ""


def test_what_could_not_be_opened_cannot_be_ignored() -> None:
    chart = "# opsready: ignore[input-not-evaluated] -- closed\napiVersion: v2\nname: cart\nversion: 1.0.0\n"
    report = report_of({"Chart.yaml": chart, "templates/a.yaml": "kind: Deployment\nmetadata:\n  name: cart\n"})
    opaque = verdicts_of(report, "input-not-evaluated")
    assert opaque
    assert {verdict.outcome for verdict in opaque} == {"unknown"}
    assert notes(report) == ["ignore-malformed"]


def test_nothing_is_ignored_where_the_user_says_so() -> None:
    spec = RepositorySpec((ServiceSpec(workloads=(WorkloadSpec(replicas=1, ignores=("too-few-replicas",)),)),))
    assert outcome(report_of(spec.files()), "too-few-replicas") == "waived"
    strict = report_of(spec.files(), no_ignores=True)
    assert outcome(strict, "too-few-replicas") == "fail"
    assert notes(strict) == []


def test_a_comment_of_a_dockerfile_is_read() -> None:
    files = RepositorySpec().files() | {"Dockerfile": f"FROM a:1\n# {COMMENT}\nUSER 1\n"}
    assert notes(report_of(files)) == ["ignore-unused"]


def test_a_comment_of_terraform_is_read() -> None:
    files = RepositorySpec().files() | {"infra/main.tf": f"// {COMMENT}\nlocals {{\n  a = 1\n}}\n"}
    assert notes(report_of(files)) == ["ignore-unused"]
