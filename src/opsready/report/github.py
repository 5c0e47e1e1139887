"""Annotations of GitHub Actions: workflow commands in the log.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from opsready.model.verdict import Severity, Verdict
from opsready.report.escape import on_one_line
from opsready.report.markup import in_command, in_property, shortened
from opsready.report.model import Report
from opsready.report.results import place_of, standing
from opsready.report.wording import plural, statement

_KINDS: Mapping[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "notice",
    "info": "notice",
}
# GitHub shows no more of a kind in one step, and says nothing of the rest.
_MOST = 10
_LONGEST_TEXT = 1000


def render(report: Report) -> Iterator[str]:
    """The most urgent findings of each kind as annotations, and a line about those that are only in the text below."""
    given: Counter[str] = Counter()
    for result in standing(report):
        kind = _kind(result.verdict)
        given[kind] += 1
        if given[kind] <= _MOST:
            yield _annotation(kind, result.verdict, report)
    left = [plural(count - _MOST, kind) for kind, count in given.items() if count > _MOST]
    if left:
        yield f"Not annotated, because GitHub shows {_MOST} of a kind: {', '.join(left)}. All of them follow as text.\n"


def _kind(verdict: Verdict) -> str:
    return _KINDS[verdict.severity] if verdict.outcome == "fail" and verdict.scored else "notice"


def _annotation(kind: str, verdict: Verdict, report: Report) -> str:
    span = place_of(verdict, report)
    end = max(span.end_line, span.line)
    properties = [f"file={in_property(span.file)}", f"line={span.line}", f"endLine={end}"]
    if end == span.line and span.end_column > span.column > 0:
        # GitHub refuses columns of a place of several lines.
        properties += [f"col={span.column}", f"endColumn={span.end_column}"]
    word = "cannot tell" if verdict.outcome == "unknown" else verdict.severity
    properties.append(f"title={in_property(f'{verdict.rule} ({word})')}")
    message = in_command(shortened(statement(verdict), _LONGEST_TEXT))
    if verdict.help:
        message += f"%0Ahelp: {in_command(shortened(on_one_line(verdict.help), _LONGEST_TEXT))}"
    return f"::{kind} {','.join(properties)}::{message}\n"
