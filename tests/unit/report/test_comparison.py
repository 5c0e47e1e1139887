"""What became of a repository between two reports."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from opsready.errors import UsageError
from opsready.model.source import Place, Span
from opsready.report.comparison import Comparison, as_json, as_text, compare
from opsready.report.json import render
from opsready.report.model import Finding, Report
from opsready.report.saved import SavedReport, SavedVerdict, read
from unit.report.reports import finding, report, verdict


def saved(*findings: Finding, **given: Any) -> SavedReport:
    return read("".join(render(listed(*findings, **given))), "a.json")


def listed(*findings: Finding, **given: Any) -> Report:
    return report(*findings, **given)


def names(verdicts: tuple[SavedVerdict, ...]) -> list[str]:
    return [verdict.place.removeprefix("deploy/").partition(".yaml")[0] for verdict in verdicts]


def changes(found: Comparison) -> dict[str, list[str]]:
    kinds = ("new", "worse", "hidden", "undecided", "fixed", "still")
    return {kind: listed for kind in kinds if (listed := names(getattr(found, kind)))}


def test_every_failure_is_told_by_what_became_of_it() -> None:
    before = saved(
        finding(name="stays"),
        finding(name="gone"),
        finding(name="passes"),
        finding(name="waived"),
        finding(name="blurred"),
        finding(name="worsens", severity="low"),
        finding(name="eases", severity="high"),
        finding(name="open", outcome="unknown"),
        finding(name="decided", outcome="unknown"),
        finding(name="cleared", outcome="unknown"),
    )
    after = saved(
        finding(name="stays"),
        finding(name="blurred", outcome="unknown"),
        finding(name="worsens", severity="high"),
        finding(name="eases", severity="low"),
        finding(name="open", outcome="unknown"),
        finding(name="decided"),
        finding(name="appears"),
        finding(name="asked", outcome="unknown"),
        others=(verdict(name="passes", outcome="pass"), verdict(name="waived", outcome="waived")),
        show="all",
    )
    assert changes(compare(before, after)) == {
        "new": ["decided", "appears"],
        "worse": ["worsens"],
        "hidden": ["blurred", "waived"],
        "undecided": ["asked"],
        "fixed": ["gone", "passes"],
        "still": ["stays", "eases"],
    }


def test_equal_reports_differ_in_nothing() -> None:
    given = saved(finding(), finding(name="b", outcome="unknown"))
    found = compare(given, given)
    assert changes(found) == {"still": ["cart"]}
    assert "".join(as_text(found)) == (
        "0 new, 0 fixed, 1 failure as before\n"
        "score 61.4 -> 61.4 (+0.0); debt 3.5 -> 3.5 (+0.0); evidence 84 % -> 84 %\n"
    )


def test_verdicts_of_one_fingerprint_are_matched_by_their_outcome() -> None:
    one, other = finding(), finding(outcome="unknown")
    assert changes(compare(saved(one, other), saved(other, one))) == {"still": ["cart"]}
    assert changes(compare(saved(one), saved(one, one))) == {"new": ["cart"], "still": ["cart"]}
    assert changes(compare(saved(one, one), saved(one))) == {"fixed": ["cart"], "still": ["cart"]}


def test_a_finding_at_another_place_of_its_subject_is_the_same_one() -> None:
    elsewhere = Place("metadata.name", Span("deploy/cart.yaml", 4, 3, 4, 7))
    before, after = saved(finding()), saved(finding(place=elsewhere))
    assert changes(compare(before, after)) == {"still": ["cart"]}
    assert changes(compare(before, saved(finding(place=elsewhere, outcome="unknown")))) == {"hidden": ["cart"]}
    assert changes(compare(before, saved(finding(place=elsewhere, severity="critical")))) == {"worse": ["cart"]}


def test_a_second_place_of_a_subject_is_another_finding() -> None:
    here, there = finding(), finding(place=Place("metadata.name", Span("deploy/cart.yaml", 4, 3, 4, 7)))
    another = finding(place=Place("spec.strategy", Span("deploy/cart.yaml", 9, 3, 9, 7)))
    assert changes(compare(saved(here), saved(here, there))) == {"new": ["cart"], "still": ["cart"]}
    assert changes(compare(saved(here), saved(there, another))) == {"new": ["cart", "cart"], "fixed": ["cart"]}
    other_rule = finding("missing-owner", place=there.verdict.place)
    assert changes(compare(saved(here), saved(other_rule))) == {"new": ["cart"], "fixed": ["cart"]}


def test_what_goes_into_an_input_that_cannot_be_opened_is_hidden() -> None:
    chart = finding("input-not-evaluated", name="chart", outcome="unknown", services=("cart",))
    assert changes(compare(saved(finding()), saved(chart))) == {"hidden": ["cart"], "undecided": ["chart"]}
    elsewhere = finding("input-not-evaluated", name="chart", outcome="unknown", services=("search",))
    assert changes(compare(saved(finding()), saved(elsewhere))) == {"fixed": ["cart"], "undecided": ["chart"]}
    assert changes(compare(saved(finding(), chart), saved(chart))) == {"fixed": ["cart"]}


def test_the_text_names_the_worst_first_and_the_numbers_last() -> None:
    before = saved(finding(name="gone"), score=50.0, debt=4.0)
    after = saved(finding(name="appears"), score=None, debt=4.5)
    assert "".join(as_text(compare(before, after))) == (
        "new deploy/appears.yaml:7:13: high too-few-replicas: `appears` runs a single replica\n"
        "fixed deploy/gone.yaml:7:13: high too-few-replicas: `gone` runs a single replica\n"
        "1 new, 1 fixed, 0 failures as before\n"
        "score 50.0 -> none; debt 4.0 -> 4.5 (+0.5); evidence 84 % -> 84 %\n"
    )


def test_json_says_the_same() -> None:
    found = compare(saved(finding(name="gone"), debt=4.0), saved(finding(name="appears", place=None), debt=4.5))
    given = json.loads("".join(as_json(found)))
    assert given["debt"] == {"before": 4.0, "after": 4.5, "change": 0.5}
    assert [item["place"] for item in given["new"]] == ["."]
    assert given["fixed"][0]["fingerprint"] == verdict(name="gone").fingerprint
    assert given["still"] == []
    assert given["pillars"]["Incident Management"] == {"before": 50.0, "after": 50.0, "change": 0.0}


def test_what_makes_numbers_incomparable_is_said() -> None:
    found = compare(saved(), saved(as_of="2026-10-13", counts={"fail": 3}))
    assert found.notes == (
        "judged by another day (2026-10-12, then 2026-10-13): a part of the difference may come from that",
        "the newer report lists 0 of 3 failures: it was filtered",
    )
    assert "".join(as_text(found)).startswith("note: judged by another day")


def test_a_pillar_that_changed_is_named() -> None:
    before = saved()
    after = saved(pillars=())
    assert "Observability" not in "".join(as_text(compare(before, after)))
    assert "  Observability by Design none -> 50.0\n" in "".join(as_text(compare(after, before)))


def test_hostile_names_stay_names() -> None:
    evil = "::error::x\x1b[2J\u202e##[error]"
    text = "".join(as_text(compare(saved(), saved(finding(message=evil)))))
    assert not re.search("[\x1b\u202e]|##\\[", text)
    assert len(text.splitlines()) == 3
    encoded = "".join(as_json(compare(saved(), saved(finding(message=evil)))))
    assert not re.search("[\x1b\u202e]|##\\[", encoded)


def _changed(**changes: Any) -> str:
    data = json.loads("".join(render(report(finding()))))
    return json.dumps(data | changes)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "1", "[" * 100_000, '{"schema_version": 1}', "\ufeff{}"),
        _changed(score={"value": "high", "debt": 1, "evidence": 1}),
        _changed(score=[]),
        _changed(verdicts=[1]),
        _changed(verdicts={"a": 1}),
        _changed(pillars=[{"title": 1, "score": None}]),
        _changed(counts={"fail": True}),
        _changed(standard="2.1"),
        _changed().replace('"fail"', '"gone"', 1),
        _changed().replace('"severity": "high"', '"severity": "huge"'),
        _changed().replace('"line": 7', '"line": "7"'),
        _changed().replace('"debt": 3.46', '"debt": NaN'),
    ],
)
def test_what_is_no_report_is_one_error(text: str) -> None:
    with pytest.raises(UsageError, match=r"`a.json` is no report of opsready in JSON"):
        read(text, "a.json")


@pytest.mark.parametrize("version", [2, 0, "1", True, None])
def test_a_report_of_another_version_is_refused(version: object) -> None:
    with pytest.raises(UsageError, match=r"only version 1 is known"):
        read(_changed(schema_version=version), "a.json")
