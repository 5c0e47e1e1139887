"""What Jenkins, GitLab and others take as the result of tests."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from opsready.model.verdict import Diagnostic, Suppression
from opsready.report.junit import render
from opsready.report.model import Gate, Report
from unit.report.junit_schema import problems
from unit.report.reports import finding, place, report, verdict


def loaded(given: Report) -> ET.Element:
    text = "".join(render(given))
    assert problems(text) == []
    return ET.fromstring(text)  # noqa: S314 - our own output


def cases(given: Report, suite: str = "capacity-and-resilience") -> list[ET.Element]:
    return loaded(given).findall(f"testsuite[@name='{suite}']/testcase")


@pytest.mark.parametrize(
    "text",
    [
        '<testsuites><testsuite name="a" tests="1" failures="0"/></testsuites>',
        '<testsuites file="a"/>',
        "<testsuites><testcase/></testsuites>",
        "<testsuites>text</testsuites>",
        '<testsuites time="soon"/>',
        "<other/>",
    ],
)
def test_the_check_itself_finds_what_the_schema_forbids(text: str) -> None:
    assert problems(text)


def test_a_failure_has_its_message_place_and_help() -> None:
    (case,) = cases(report(finding()))
    assert case.get("classname") == "capacity-and-resilience.too-few-replicas"
    assert case.get("name") == "Deployment/cart"
    (failure,) = case
    assert (failure.tag, failure.get("type")) == ("failure", "high")
    assert failure.get("message") == "`cart` runs a single replica"
    assert failure.text == "deploy/cart.yaml:7:13\nhelp: set `replicas: 2` or more"


def test_passes_are_cases_and_what_does_not_apply_is_one_where_asked_for() -> None:
    others = (verdict(outcome="pass"), verdict(outcome="not-applicable"))
    assert [len(case) for case in cases(report(others=others))] == [0]
    assert [len(case) for case in cases(report(others=others, show="all"))] == [0, 1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"outcome": "unknown"}, "cannot tell: `var.replicas` has no default"),
        ({"production": False, "environment": "staging"}, "not scored: `cart` runs a single replica"),
        ({"third_party": True}, "not scored: `cart` runs a single replica"),
    ],
)
def test_what_neither_passed_nor_failed_is_skipped(given: dict[str, object], message: str) -> None:
    (case,) = cases(report(finding(**given)))
    assert (case[0].tag, case[0].get("message")) == ("skipped", message)


def test_a_waived_fault_is_skipped_on_somebodys_word() -> None:
    ignored = Suppression("ignore", "leader election", "2026-12-31", place())
    (case,) = cases(report(others=(verdict(outcome="waived", suppression=ignored),)))
    assert case[0].get("message") == "waived: `cart` runs a single replica"
    assert "ignore: leader election (until 2026-12-31)" in (case[0].text or "")


def test_the_gate_is_a_case_of_its_own() -> None:
    (missed,) = cases(report(gate=Gate(passed=False, reasons=("the score is 3", "so is this"))), "opsready")
    assert missed.get("name") == "gate"
    assert missed[0].text == "the score is 3\nso is this"
    (met,) = cases(report(), "opsready")
    assert len(met) == 0


def test_a_crash_is_an_error_and_other_notes_are_skipped() -> None:
    notes = (Diagnostic("rule-crashed", "", 0, "it broke"), Diagnostic("unreadable-document", "a.yaml", 3, "no YAML"))
    _, crash, note = cases(report(diagnostics=notes), "opsready")
    assert (crash[0].tag, crash.get("name")) == ("error", ".")
    assert (note[0].tag, note.get("name")) == ("skipped", "a.yaml:3")


def test_the_numbers_are_those_of_the_cases() -> None:
    given = report(finding(), finding(name="b", outcome="unknown"), others=(verdict(name="c", outcome="pass"),))
    root = loaded(given)
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "2", "0")
    suite = root.find("testsuite[@name='capacity-and-resilience']")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")


def test_no_two_cases_have_one_name() -> None:
    assert [case.get("name") for case in cases(report(finding(), finding()))] == [
        "Deployment/cart",
        "Deployment/cart (2)",
    ]


def test_the_score_is_a_property() -> None:
    properties = {item.get("name"): item.get("value") for item in loaded(report()).iter("property")}
    assert properties["score"] == "61.4"
    assert {item.get("name"): item.get("value") for item in loaded(report(score=None)).iter("property")}[
        "score"
    ] == "none"


@pytest.mark.parametrize("text", ["]]>", '<a href="x">&\'', "\ufffe\uffff\ufdd0", "\x00\x0b\ud800", "<![CDATA["])
def test_anything_can_be_told(text: str) -> None:
    (case,) = cases(report(finding(message=text, help=text, place=place(text))))
    assert case[0].get("message")
