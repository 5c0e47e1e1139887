"""What a baseline keeps from the gate, and what of it is gone."""

from __future__ import annotations

from typing import Any

import pytest

from opsready.gate import gate
from opsready.model.decisions import Accepted
from opsready.options import Options
from opsready.settle.baseline import accepted, pruned, use
from repositories import AS_OF
from unit.report.reports import finding, verdict


def entry(name: str = "cart", severity: str = "high", **given: Any) -> Accepted:
    (found,) = accepted([verdict(name=name, outcome="fail", severity=severity, **given)])
    return found


def test_what_counts_is_accepted_and_nothing_else() -> None:
    verdicts = [verdict(name=word, outcome=word) for word in ("fail", "unknown", "waived", "pass", "not-applicable")]
    verdicts += [verdict(name="lab", outcome="fail", production=False), verdict(outcome="fail", third_party=True)]
    assert [found.subject for found in accepted(verdicts)] == [verdicts[0].subject.address]


@pytest.mark.parametrize(
    ("now", "known", "worse", "gone"),
    [
        ({"outcome": "fail", "severity": "high"}, 1, 0, 0),
        ({"outcome": "fail", "severity": "low"}, 1, 0, 0),
        ({"outcome": "fail", "severity": "critical"}, 0, 1, 0),
        ({"outcome": "unknown"}, 0, 0, 0),
        ({"outcome": "waived"}, 0, 0, 0),
        ({"outcome": "pass"}, 0, 0, 1),
        ({"outcome": "not-applicable"}, 0, 0, 1),
        ({"name": "other", "outcome": "fail"}, 0, 0, 1),
    ],
)
def test_what_became_of_an_entry(now: dict[str, Any], known: int, worse: int, gone: int) -> None:
    found = use([entry()], [verdict(**now)])
    assert (found.entries, len(found.known), len(found.worse), len(found.gone)) == (1, known, worse, gone)


def test_the_gate_speaks_of_what_is_not_accepted() -> None:
    findings = [finding(name="old", severity="high"), finding(name="new", severity="high")]
    known = use([entry("old")], [item.verdict for item in findings]).known
    options = Options(as_of=AS_OF)
    assert gate(50.0, 90.0, (), findings[:1], options, known=known).passed
    found = gate(50.0, 90.0, (), findings, options, known=known)
    assert found.reasons == ("1 new failure of severity high or worse: too-few-replicas",)
    assert not gate(50.0, 90.0, (), findings[:1], options).passed


def test_the_score_is_gated_whatever_is_accepted() -> None:
    found = finding(severity="high")
    known = use([entry()], [found.verdict]).known
    options = Options(as_of=AS_OF, min_scores=(("", 60.0),))
    assert gate(50.0, 90.0, (), [found], options, known=known).reasons == ("the score is 50.0, below 60",)


def test_pruning_takes_out_what_is_gone_and_lowers_what_is_less_severe() -> None:
    entries = [entry("gone"), entry("stays"), entry("eases"), entry("worsens"), entry("hidden")]
    verdicts = [
        verdict(name="stays", outcome="fail", severity="high"),
        verdict(name="eases", outcome="fail", severity="low"),
        verdict(name="worsens", outcome="fail", severity="critical"),
        verdict(name="hidden", outcome="unknown"),
    ]
    left = pruned(entries, use(entries, verdicts), verdicts)
    assert [item.severity for item in left] == ["high", "low", "high", "high"]
    assert [item.fingerprint for item in left] == [item.fingerprint for item in entries[1:]]
