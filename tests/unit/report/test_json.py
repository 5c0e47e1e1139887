"""The contract with other programs."""

from __future__ import annotations

import json
from typing import Any

from opsready.model.verdict import Diagnostic, Skip, Suppression
from opsready.report.json import render
from opsready.report.model import Coverage, NextStep, ObjectiveScore, OpaqueInput, Report, RuleSummary
from unit.report.reports import finding, place, report, service, verdict


def loaded(given: Report) -> dict[str, Any]:
    value: dict[str, Any] = json.loads("".join(render(given)))
    return value


def test_the_keys_and_their_order_are_the_contract() -> None:
    found = loaded(report(finding()))
    assert list(found) == [
        "schema_version",
        "tool",
        "score_model",
        "standard",
        "as_of",
        "root",
        "score",
        "pillars",
        "counts",
        "services",
        "rules",
        "next",
        "verdicts",
        "diagnostics",
        "waivers",
        "baseline",
        "coverage",
        "comparison",
        "gate",
    ]
    assert list(found["verdicts"][0]) == [
        "rule",
        "objective",
        "pillar",
        "outcome",
        "severity",
        "services",
        "environment",
        "unit",
        "subject",
        "location",
        "message",
        "help",
        "evidence",
        "reason",
        "related",
        "suppression",
        "cause",
        "fingerprint",
    ]
    assert found["schema_version"] == 1
    assert found["root"] == "."
    assert found["score"] == {
        "value": 61.4,
        "best": 78.9,
        "debt": 3.46,
        "evidence": 0.849,
        "objectives_assessed": 17,
        "objectives_total": 41,
    }


def test_a_service_has_its_objectives_and_counts_of_every_outcome() -> None:
    objective = ObjectiveScore("runbooks", "incident-management", 10, 1 / 3, 1.0, {"fail": 2})
    found = loaded(report(services=(service(tier=None, objectives=(objective,)),)))["services"][0]
    keys = "name tier profile score best debt evidence pillars objectives declared scored environments"
    assert list(found) == keys.split()
    assert (found["tier"], found["profile"]) == (None, 2)
    assert found["objectives"][0]["score"] == 0.3333
    assert found["objectives"][0]["counts"] == {"fail": 2, "unknown": 0, "waived": 0, "pass": 0, "not-applicable": 0}


def test_a_verdict_has_a_place_unless_it_is_about_the_repository() -> None:
    located, whole = loaded(report(finding(), finding(place=None)))["verdicts"]
    assert located["location"] == {
        "file": "deploy/cart.yaml",
        "line": 7,
        "column": 13,
        "end_line": 7,
        "end_column": 14,
    }
    assert whole["location"] is None


def test_by_default_passes_are_counts_and_waived_verdicts_are_listed() -> None:
    waived = verdict(outcome="waived", suppression=Suppression("ignore", "frozen", "2026-12-31", place()))
    passed, beside = verdict(outcome="pass"), verdict(outcome="not-applicable")
    rules = (RuleSummary("too-few-replicas", "Too few replicas", "high-availability", {"pass": 1}),)
    some = loaded(report(finding(), others=(waived, passed, beside), rules=rules))
    assert [found["outcome"] for found in some["verdicts"]] == ["fail", "waived"]
    assert some["verdicts"][1]["suppression"]["until"] == "2026-12-31"
    assert some["rules"][0]["counts"]["pass"] == 1
    everything = loaded(report(finding(), others=(waived, passed, beside), show="all"))
    assert [found["outcome"] for found in everything["verdicts"]] == ["fail", "waived", "pass", "not-applicable"]


def test_a_folded_verdict_is_listed_and_names_its_cause() -> None:
    given = report(finding(), finding("missing-disruption-budget", cause="too-few-replicas"))
    assert [found["cause"] for found in loaded(given)["verdicts"]] == [None, "too-few-replicas"]


def test_what_was_not_read_is_told() -> None:
    coverage = Coverage(
        files=9,
        parsed=4,
        skipped=(Skip("tests", 2, ("tests/a.yaml",)),),
        opaque=(OpaqueInput("chart `shop`", "shop/Chart.yaml", "`--render auto`"),),
        renderers={"kustomize": "5.4", "helm": "3.16"},
    )
    found = loaded(report(coverage=coverage, diagnostics=(Diagnostic("no-git", "", 0, "not a git repository"),)))
    assert list(found["coverage"]["renderers"]) == ["helm", "kustomize"]
    assert found["coverage"]["opaque"][0]["opens_with"] == "`--render auto`"
    assert found["diagnostics"] == [{"kind": "no-git", "file": None, "line": None, "message": "not a git repository"}]


def test_gains_have_two_decimals() -> None:
    step = NextStep("Add a replica", ("too-few-replicas",), ("Deployment/cart",), "cart", 4.23456)
    assert loaded(report(next_steps=(step,)))["next"] == [
        {
            "rules": ["too-few-replicas"],
            "subjects": ["Deployment/cart"],
            "gain": 4.23,
            "service": "cart",
            "action": "Add a replica",
        }
    ]


def test_each_verdict_has_a_line_of_its_own_and_arrives_in_pieces() -> None:
    pieces = list(render(report(finding(), finding(name="shop"))))
    lines = "".join(pieces).splitlines()
    assert sum('"fingerprint"' in line for line in lines) == 2
    assert max(piece.count('"fingerprint"') for piece in pieces) == 1


def test_text_in_any_script_stays_readable_and_equal_reports_are_equal_bytes() -> None:
    given = [report(finding(message="`カート` läuft einmal")) for _ in range(2)]
    first, second = ("".join(render(each)) for each in given)
    assert "`カート` läuft einmal" in first
    assert first == second
