"""The problem matcher finds in the concise format what is there, whatever the names of files and objects are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from opsready.model.verdict import SEVERITIES, Diagnostic
from opsready.report.concise import render
from opsready.report.model import Report
from unit.report.reports import finding, place, report

ROOT = Path(__file__).parents[3]
MATCHERS: list[dict[str, Any]] = json.loads((ROOT / ".github/opsready-matcher.json").read_text(encoding="utf-8"))[
    "problemMatcher"
]
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "notice", "info": "notice"}
Match = dict[str, str]


def matched(given: Report) -> list[Match]:
    """What a runner makes of the lines: the first matcher that knows a line has it."""
    return [match for line in "".join(render(given)).splitlines() if (match := _match(line))]


def _match(line: str) -> Match | None:
    for matcher in MATCHERS:
        (pattern,) = matcher["pattern"]
        found = re.search(pattern["regexp"], line)
        if found:
            groups = {name: found[number] or "" for name, number in pattern.items() if name != "regexp"}
            return {"severity": matcher["severity"], **groups}
    return None


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_finding_of_every_severity(severity: str) -> None:
    assert matched(report(finding(severity=severity))) == [
        {
            "severity": LEVELS[severity],
            "file": "deploy/cart.yaml",
            "line": "7",
            "column": "13",
            "message": f"{severity} too-few-replicas: `cart` runs a single replica",
            "code": "too-few-replicas",
        }
    ]


def test_what_cannot_be_told_is_a_notice() -> None:
    (match,) = matched(report(finding(outcome="unknown", severity="critical")))
    assert match["severity"] == "notice"
    assert match["message"].startswith("cannot tell too-few-replicas: ")


def test_a_finding_about_the_repository_has_no_file() -> None:
    (match,) = matched(report(finding(place=None)))
    assert (match["severity"], match["file"], match["line"]) == ("error", "", "")


def test_a_note_has_a_line_and_no_column() -> None:
    given = report(diagnostics=(Diagnostic("unreadable-file", "a.yaml", 3, "is not UTF-8 text"),))
    (match,) = matched(given)
    assert (match["severity"], match["file"], match["line"], match["column"]) == ("notice", "a.yaml", "3", "")
    assert match["code"] == "unreadable-file"


@pytest.mark.parametrize(
    "name",
    [
        "with space/ca rt.yaml",
        "c:/cart.yaml",
        "a:b:12.yaml",
        "-rf.yaml",
        "$(touch pwned).yaml",
        "%0A::error::.yaml",
        "häfen/日本.yaml",
        "x\n::error file=y.yaml::no.yaml",
        "x\x1b[31m\u202e.yaml",
        "high: x: .yaml",
    ],
)
def test_any_file_name_stays_one_name_and_one_match(name: str) -> None:
    (match,) = matched(report(finding(place=place(name))))
    assert (match["severity"], match["line"], match["column"]) == ("error", "7", "13")
    assert match["message"] == "high too-few-replicas: `cart` runs a single replica"
    shown = "".join(render(report(finding(place=place(name))))).partition(":7:13: ")[0]
    assert match["file"] == shown


def test_a_file_name_that_looks_like_a_finding_never_makes_a_fault_less_severe() -> None:
    (match,) = matched(report(finding(place=place("a.yaml:1:1: info nothing: to see.yaml"))))
    assert match["severity"] == "error"


def test_a_message_that_looks_like_a_finding_does_not_move_it() -> None:
    said = "`x.yaml:1:2: critical other-rule: boo` runs a single replica"
    (match,) = matched(report(finding(message=said)))
    assert (match["file"], match["line"], match["code"]) == ("deploy/cart.yaml", "7", "too-few-replicas")


def test_passes_score_and_gate_are_no_problems() -> None:
    assert matched(report()) == []


@pytest.mark.parametrize("matcher", MATCHERS, ids=lambda matcher: str(matcher["owner"]))
def test_a_matcher_is_shaped_as_runners_want_it(matcher: dict[str, Any]) -> None:
    assert set(matcher) == {"owner", "severity", "pattern"}
    assert matcher["severity"] in {"error", "warning", "notice"}
    (pattern,) = matcher["pattern"]
    assert set(pattern) == {"regexp", "file", "line", "column", "message", "code"}
    # JavaScript, .NET and Python read these alike: no lookbehind, no named group, no class that Unicode widens.
    assert not re.search(r"\\[dwsb]|\(\?[<P]", pattern["regexp"])


def test_every_matcher_has_an_owner_of_its_own() -> None:
    owners = [matcher["owner"] for matcher in MATCHERS]
    assert len(set(owners)) == len(owners)


def test_long_lines_do_not_stall_a_matcher() -> None:
    for hostile in (":1" * 20_000, "a:1:1: high " * 5_000, "." * 100_000):
        assert _match(hostile) is None


@pytest.mark.parametrize("example", ["storefront-ready", "storefront-on-fire"])
def test_every_line_of_a_real_report_but_score_and_gate(example: str) -> None:
    lines = (ROOT / "tests/golden" / example / "concise.txt").read_text(encoding="utf-8").splitlines()
    others = [line for line in lines if not _match(line)]
    assert others == lines[-len(others) :]
    # What was decided comes before score and gate, where anything was.
    assert all(line.startswith(("1 waiver: ", "ignored in place: ")) for line in others[:-2])
    for line in lines[: -len(others)]:
        match = _match(line)
        assert match
        assert not match["file"] or (ROOT / "examples" / example / match["file"]).is_file()
