"""Nothing from the repository may move a cursor, reorder or hide what is read."""

from __future__ import annotations

import json
import re

import pytest

from opsready.model.verdict import Diagnostic, Related, Skip, SubjectReference
from opsready.records import replace
from opsready.report import concise, full, github, gitlab, junit, markdown, sarif
from opsready.report import json as json_report
from opsready.report.escape import in_json, on_one_line
from opsready.report.model import Coverage, Gate, NextStep, OpaqueInput, Report, RuleSummary
from unit.report.reports import finding, place, report, service, verdict

HOSTILE = "a\x1b[2Jb\u202ec\u200bd\ne\x9bf\ud800g\U000e0041h"
DANGEROUS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\ud800\U000e0041]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain `text`, Grüße, 漢字", "plain `text`, Grüße, 漢字"),
        ("red\x1b[31m", "red\\u001b[31m"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("pay\u200bments", "pay\\u200bments"),
        ("two\nlines\tand a tab", "two\\nlines\\tand a tab"),
        ("not utf-8: \udcff", "not utf-8: \\udcff"),
        ("tagged\U000e0041", "tagged\\U000e0041"),
        ("::error::evil ::add-mask::x", "\\u003a:error::evil \\u003a:add-mask::x"),
        ("##[error]x ##vso[task.setvariable]y", "\\u0023#[error]x \\u0023#vso[task.setvariable]y"),
        ("arn:aws:iam::12:role/a ::1 [::]:80 ## heading", "arn:aws:iam::12:role/a ::1 [::]:80 ## heading"),
    ],
)
def test_what_hides_or_reorders_is_spelled_out(text: str, shown: str) -> None:
    assert on_one_line(text) == shown


def test_json_keeps_the_data_while_hiding_nothing() -> None:
    encoded = in_json(json.dumps(HOSTILE, ensure_ascii=False))
    assert encoded.isascii()
    assert json.loads(encoded) == HOSTILE


def test_json_gives_no_order_to_a_log_it_is_printed_in() -> None:
    encoded = in_json(json.dumps("##[error]x"))
    assert "##[" not in encoded
    assert json.loads(encoded) == "##[error]x"


def hostile_report(show: str = "") -> Report:
    subject = SubjectReference("Workload", "Deployment", HOSTILE, HOSTILE)
    found = finding(
        rule=HOSTILE,
        title=HOSTILE,
        message=HOSTILE,
        help=HOSTILE,
        objective=HOSTILE,
        evidence=(HOSTILE,),
        services=(HOSTILE,),
        subject=subject,
        place=place(HOSTILE),
        related=(Related(HOSTILE, place(HOSTILE).span),),
    )
    unknown = finding("missing-runbook", outcome="unknown", reason=HOSTILE, help=HOSTILE, place=place(HOSTILE))
    staging = finding("unpinned-image", production=False, environment=HOSTILE, message=HOSTILE, place=place(HOSTILE))
    folded = finding(HOSTILE + "2", cause=HOSTILE, subject=subject)
    names = (HOSTILE, HOSTILE + "2", "missing-runbook", "unpinned-image", "too-few-replicas")
    return report(
        found,
        unknown,
        staging,
        folded,
        show=show,
        others=(verdict(outcome="pass", evidence=(HOSTILE,), subject=subject),),
        services=(service(HOSTILE), service(HOSTILE, None, scored=False, environments=(HOSTILE,))),
        next_steps=(NextStep(HOSTILE, (HOSTILE,), (HOSTILE,), HOSTILE, 1.0),),
        diagnostics=(Diagnostic("kind", HOSTILE, 1, HOSTILE),),
        coverage=Coverage(1, 1, (Skip(HOSTILE, 1, (HOSTILE,)),), (OpaqueInput(HOSTILE, HOSTILE, HOSTILE),), {}),
        gate=Gate(passed=False, reasons=(HOSTILE, HOSTILE)),
        rules=tuple(RuleSummary(name, HOSTILE, HOSTILE, {}) for name in names),
        snippet=lambda file, line: HOSTILE.replace("\n", "") if (file, line) == (HOSTILE, 7) else None,
    )


@pytest.mark.parametrize("show", ["", "all"])
def test_no_format_lets_hostile_text_through(show: str) -> None:
    hostile = hostile_report(show)
    for rendered in (
        full.render(hostile, width=100, colour=False),
        concise.render(hostile),
        json_report.render(hostile),
        sarif.render(hostile, lambda _: ""),
        junit.render(hostile),
        gitlab.render(hostile),
        github.render(hostile),
        markdown.render(hostile),
    ):
        text = "".join(rendered)
        assert not DANGEROUS.search(text)
        assert "\\u202e" in text
        text.encode()


def test_a_hostile_finding_stays_on_its_line() -> None:
    lines = "".join(concise.render(replace(hostile_report(), findings=hostile_report().findings[:1]))).splitlines()
    assert len(lines) == 4  # the finding, the note, the score, the gate
