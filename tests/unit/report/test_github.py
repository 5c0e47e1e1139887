"""Workflow commands of GitHub Actions."""

from __future__ import annotations

from typing import Any

import pytest

from opsready.model.source import Place, Span
from opsready.report.github import render
from unit.report.reports import finding, place, report


def lines(*findings: Any) -> list[str]:
    return "".join(render(report(*findings))).splitlines()


def test_an_annotation_has_a_place_a_title_and_the_help() -> None:
    assert lines(finding()) == [
        (
            "::error file=deploy/cart.yaml,line=7,endLine=7,col=13,endColumn=14,title=too-few-replicas (high)"
            "::`cart` runs a single replica%0Ahelp: set `replicas: 2` or more"
        )
    ]


@pytest.mark.parametrize(
    ("given", "kind", "word"),
    [
        ({"severity": "critical"}, "error", "critical"),
        ({"severity": "medium"}, "warning", "medium"),
        ({"severity": "low"}, "notice", "low"),
        ({"severity": "info"}, "notice", "info"),
        ({"severity": "critical", "outcome": "unknown"}, "notice", "cannot tell"),
        ({"severity": "critical", "production": False}, "notice", "critical"),
    ],
)
def test_kinds(given: dict[str, Any], kind: str, word: str) -> None:
    (line,) = lines(finding(**given))
    assert line.startswith(f"::{kind} ")
    assert f"({word})::" in line


def test_a_place_of_several_lines_has_no_columns() -> None:
    (line,) = lines(finding(place=Place("", Span("a.yaml", 3, 5, 8, 2))))
    assert line.startswith("::error file=a.yaml,line=3,endLine=8,title=")


def test_what_is_said_of_the_repository_is_at_the_file_that_stands_for_it() -> None:
    assert lines(finding(place=None))[0].startswith("::error file=README.md,line=1,endLine=1,title=")


def test_what_follows_from_another_finding_is_no_annotation_of_its_own() -> None:
    assert len(lines(finding(), finding("missing-disruption-budget", cause="too-few-replicas"))) == 1


def test_ten_of_a_kind_are_annotated_the_most_urgent_first_and_the_rest_is_counted() -> None:
    many = [finding(name=f"a{number}", severity="high") for number in range(12)]
    found = lines(*many, finding(name="z", severity="critical"), finding(name="m", severity="medium"))
    assert "(critical)" in found[0]
    assert sum(line.startswith("::error ") for line in found) == 10
    assert sum(line.startswith("::warning ") for line in found) == 1
    assert found[-1] == ("Not annotated, because GitHub shows 10 of a kind: 3 errors. All of them follow as text.")


def test_ten_are_not_too_many() -> None:
    assert len(lines(*(finding(name=f"a{number}") for number in range(10)))) == 10


def test_no_name_ends_a_command_or_begins_one() -> None:
    evil = "a,title=x::b%0A::error::c\n::add-mask::d"
    (line,) = lines(finding(message=evil, help=evil, place=place(evil)))
    _, head, message = line.split("::", 2)
    assert head.count(",title=") == 1
    assert "file=a%2Ctitle=x%3A%3Ab%250A%3A%3Aerror" in head
    assert message.count("%0A") == 1
