"""What formats for other programs list, one result for everything that is said of a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from opsready.model.source import Span
from opsready.model.verdict import SEVERITY_RANK, Verdict
from opsready.records import dataclass
from opsready.report.groups import fold, shown
from opsready.report.model import Report
from opsready.report.wording import statement

# Beside the tests for `scored` and outcome: the most urgent first.
_UNDECIDED = len(SEVERITY_RANK)
_ELSEWHERE = _UNDECIDED + 1


@dataclass(frozen=True, slots=True)
class Result:
    """A verdict; where an input that cannot be opened says the same of several objectives, one for all of them.

    `verdict` is the worst of those, `fingerprint` that of the first objective by name.
    """

    verdict: Verdict
    objectives: tuple[str, ...]
    fingerprint: str


def findings(report: Report) -> list[Result]:
    """What failed and what cannot be told, the most urgent first."""
    return _results(finding.verdict for finding in report.findings)


def standing(report: Report) -> list[Result]:
    """The findings without those that follow from another one, and with a base those that it had already."""
    return _results(entry.verdict for entry in fold(shown(report)))


def suppressed(report: Report) -> list[Result]:
    """What is waived, or excused on somebody's word."""
    return _results(verdict for verdict in report.others if verdict.suppression is not None)


def settled(report: Report) -> list[Result]:
    """What passed or does not apply."""
    return _results(verdict for verdict in report.others if verdict.suppression is None)


def place_of(verdict: Verdict, report: Report) -> Span:
    """A verdict's place; what is said of the repository as a whole is put at the start of the file that stands for it.

    Platforms refuse a report with a result that has no place, and lines that begin at 0.
    """
    if verdict.place is None or verdict.place.span.line < 1:
        file = verdict.place.span.file if verdict.place else ""
        return Span(file or report.anchor, 1, 1, 1, 1)
    return verdict.place.span


def _results(verdicts: Iterable[Verdict]) -> list[Result]:
    told: dict[tuple[object, ...], dict[str, Verdict]] = {}
    for verdict in verdicts:
        same = told.setdefault(_key(verdict), {})
        if verdict.objective in same:
            # Not the same, although it reads so: nothing is lost.
            told[(*_key(verdict), len(told))] = {verdict.objective: verdict}
        else:
            same[verdict.objective] = verdict
    return sorted(_made(told.values()), key=_urgency)


def _key(verdict: Verdict) -> tuple[object, ...]:
    span = verdict.place.span if verdict.place else None
    place = (span.file, span.line, span.column) if span else ()
    subject = verdict.subject.address
    return verdict.rule, verdict.outcome, place, subject, verdict.environment, verdict.scored, statement(verdict)


def _made(told: Iterable[dict[str, Verdict]]) -> Iterator[Result]:
    for same in told:
        objectives = tuple(sorted(same))
        worst = min(same.values(), key=lambda verdict: SEVERITY_RANK[verdict.severity])
        yield Result(worst, objectives, same[objectives[0]].fingerprint)


def _urgency(result: Result) -> int:
    """Failures by severity, then what cannot be told, then what is not scored; the rest keeps the report's order."""
    verdict = result.verdict
    if not verdict.scored:
        return _ELSEWHERE
    return _UNDECIDED if verdict.outcome == "unknown" else SEVERITY_RANK[verdict.severity]
