"""One line a finding that tools can rely on."""

from __future__ import annotations

from opsready.report.concise import render
from opsready.report.model import Gate, Report
from unit.report.reports import finding, report, verdict


def lines(given: Report) -> list[str]:
    return "".join(render(given)).splitlines()


def test_a_finding_names_place_severity_rule_and_what_is_wrong() -> None:
    assert lines(report(finding()))[0] == "deploy/cart.yaml:7:13: high too-few-replicas: `cart` runs a single replica"


def test_what_cannot_be_told_says_so_and_why() -> None:
    first = lines(report(finding("missing-runbook", outcome="unknown")))[0]
    assert first == "deploy/cart.yaml:7:13: cannot tell missing-runbook: `var.replicas` has no default"


def test_a_finding_about_the_repository_stands_at_its_root() -> None:
    assert lines(report(finding(place=None)))[0].startswith(".: high too-few-replicas: ")


def test_a_finding_outside_production_says_that_it_does_not_count() -> None:
    assert lines(report(finding(production=False, environment="staging")))[0].endswith(" [staging, not scored]")


def test_what_follows_from_a_cause_is_named_on_the_line_of_its_cause() -> None:
    given = report(finding(), finding("missing-disruption-budget", cause="too-few-replicas"))
    found = [line for line in lines(given) if "missing-disruption-budget" in line]
    assert len(found) == 1
    assert found[0].endswith("`cart` runs a single replica (also counted: missing-disruption-budget)")


def test_the_end_has_score_counts_and_gate() -> None:
    summary, gate = lines(report(finding(), gate=Gate(passed=False, reasons=("too bad", "too low"))))[-2:]
    assert summary == ("score 61.4 / 100, best 78.9, evidence 84 %: 1 failed, 12 passed, 3 not applicable")
    assert gate == "gate missed: too bad; too low"


def test_nothing_to_judge_is_no_score() -> None:
    assert lines(report(score=None, best=None))[-2].startswith("score none, evidence")


def test_passes_are_lines_only_where_all_is_asked_for() -> None:
    passed = verdict("missing-runbook", outcome="pass", evidence=("`docs/runbooks/cart.md` has 4 steps",))
    assert len(lines(report(others=(passed,)))) == 2
    shown = lines(report(others=(passed,), show="all"))[0]
    assert shown == "deploy/cart.yaml:7:13: passed missing-runbook: `docs/runbooks/cart.md` has 4 steps"


def test_an_input_that_cannot_be_opened_is_one_line() -> None:
    given = [finding("input-not-evaluated", outcome="unknown", objective=f"o-{number}") for number in range(9)]
    found = lines(report(*given))
    assert len(found) == 3
    assert found[0].endswith("`var.replicas` has no default (9 objectives)")
