"""The report for GitLab's code quality widget: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from opsready.model.verdict import Severity, Verdict
from opsready.report.escape import in_json
from opsready.report.markup import shortened
from opsready.report.model import Report
from opsready.report.results import Result, findings, place_of
from opsready.report.wording import statement

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_SEVERITIES: Mapping[Severity, str] = {
    "critical": "blocker",
    "high": "critical",
    "medium": "major",
    "low": "minor",
    "info": "info",
}
_LONGEST_TEXT = 1000


def render(report: Report) -> Iterator[str]:
    """What failed and what cannot be told, one issue a line; GitLab has no word for what passed or is waived."""
    seen: Counter[str] = Counter()
    yield "["
    separator = "\n"
    for result in findings(report):
        seen[result.fingerprint] += 1
        yield separator + in_json(_ENCODER.encode(_issue(result, seen[result.fingerprint], report)))
        separator = ",\n"
    yield "]\n" if separator == "\n" else "\n]\n"


def _issue(result: Result, number: int, report: Report) -> dict[str, object]:
    """GitLab shows one issue for a fingerprint, so a second one of the same gets a number."""
    verdict = result.verdict
    span = place_of(verdict, report)
    return {
        # GitLab does not show the name of the check.
        "description": shortened(f"{verdict.rule}: {_said(verdict)}", _LONGEST_TEXT),
        "check_name": verdict.rule,
        "fingerprint": result.fingerprint if number == 1 else f"{result.fingerprint}-{number}",
        "severity": _severity(verdict),
        "location": {"path": span.file, "lines": {"begin": span.line, "end": max(span.end_line, span.line)}},
    }


def _said(verdict: Verdict) -> str:
    return f"cannot tell: {statement(verdict)}" if verdict.outcome == "unknown" else statement(verdict)


def _severity(verdict: Verdict) -> str:
    return _SEVERITIES[verdict.severity] if verdict.outcome == "fail" and verdict.scored else "info"
