"""What GitLab's code quality widget takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from opsready.report.gitlab import render
from opsready.report.model import Report
from unit.report.reports import finding, report, verdict

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def loaded(given: Report) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads("".join(render(given)))
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert all(isinstance(issue[key], str) and issue[key] for key in set(issue) - {"location"})
        assert issue["severity"] in SEVERITIES
        path = issue["location"]["path"]
        assert path
        assert not path.startswith(("/", "./"))
        assert issue["location"]["lines"]["begin"] >= 1
        assert issue["location"]["lines"]["end"] >= issue["location"]["lines"]["begin"]
    fingerprints = [issue["fingerprint"] for issue in issues]
    assert len(set(fingerprints)) == len(fingerprints)
    return issues


def test_nothing_found_is_an_empty_array() -> None:
    assert "".join(render(report(others=(verdict(outcome="pass"),)))) == "[]\n"


def test_an_issue_names_its_rule_in_its_description() -> None:
    (issue,) = loaded(report(finding()))
    assert issue == {
        "description": "too-few-replicas: `cart` runs a single replica",
        "check_name": "too-few-replicas",
        "fingerprint": verdict().fingerprint,
        "severity": "critical",
        "location": {"path": "deploy/cart.yaml", "lines": {"begin": 7, "end": 7}},
    }


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ({"severity": "critical"}, "blocker"),
        ({"severity": "medium"}, "major"),
        ({"severity": "low"}, "minor"),
        ({"severity": "info"}, "info"),
        ({"severity": "critical", "outcome": "unknown"}, "info"),
        ({"severity": "critical", "production": False}, "info"),
    ],
)
def test_severities(given: dict[str, Any], severity: str) -> None:
    assert loaded(report(finding(**given)))[0]["severity"] == severity


def test_an_issue_of_the_repository_is_at_the_file_that_stands_for_it() -> None:
    assert loaded(report(finding(place=None)))[0]["location"]["path"] == "README.md"


def test_equal_fingerprints_are_told_apart() -> None:
    assert [issue["fingerprint"] for issue in loaded(report(finding(), finding()))] == [
        verdict().fingerprint,
        f"{verdict().fingerprint}-2",
    ]


def test_what_cannot_be_told_says_so() -> None:
    (issue,) = loaded(report(finding(outcome="unknown")))
    assert issue["description"] == "too-few-replicas: cannot tell: `var.replicas` has no default"
