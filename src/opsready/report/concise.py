"""One line a finding, for logs, editors and `grep`."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.model.decisions import NOTHING_DECIDED
from opsready.model.verdict import Verdict
from opsready.report.escape import on_one_line
from opsready.report.groups import Entry, fold, shown
from opsready.report.model import Comparison, Report
from opsready.report.wording import OUTCOME_WORDS, counted, decimal, gate_word, overridden, percent, statement, where


def render(report: Report) -> Iterator[str]:
    """The listed verdicts, notes about the input, then the score with the counts, then the gate.

    With a base: the findings that it did not have, what is fixed, and what became of the numbers.
    """
    yield from _findings(report)
    if report.show == "all":
        for verdict in report.others:
            yield f"{where(verdict)}: {OUTCOME_WORDS[verdict.outcome]} {_said(verdict)}\n"
    for diagnostic in report.diagnostics:
        line = f":{diagnostic.line}" if diagnostic.line else ""
        place = on_one_line(diagnostic.file or ".")
        yield f"{place}{line}: note {on_one_line(diagnostic.kind)}: {on_one_line(diagnostic.message)}\n"
    yield from _decisions(report)
    if report.comparison is not None:
        yield from _against(report.comparison)
    yield _summary(report)
    reasons = "; ".join(on_one_line(reason) for reason in report.gate.reasons)
    yield f"{gate_word(report.gate)}: {reasons}\n" if reasons else f"{gate_word(report.gate)}\n"


def _findings(report: Report) -> Iterator[str]:
    """The findings in order; what an input that cannot be opened says of each objective in turn is said once."""
    objectives: dict[str, set[str]] = {}
    for entry in fold(shown(report)):
        line = _finding(entry, report) + _mark(report, entry.verdict)
        objectives.setdefault(line, set()).add(entry.verdict.objective)
    for line, served in objectives.items():
        yield f"{line} ({len(served)} objectives)\n" if len(served) > 1 else f"{line}\n"


def _mark(report: Report, verdict: Verdict) -> str:
    if report.comparison is None:
        return ""
    from opsready.report.against import mark

    return mark(report.comparison, verdict)


def _against(comparison: Comparison) -> Iterator[str]:
    from opsready.report.against import decisions, elsewhere, headline, line, numbers

    for word, verdict in elsewhere(comparison):
        yield f"{line(word, verdict)}\n"
    for text in decisions(comparison):
        yield f"{text}\n"
    yield f"{headline(comparison)}; {numbers(comparison)}\n"


def _finding(entry: Entry, report: Report) -> str:
    verdict = entry.verdict
    word = "cannot tell" if verdict.outcome == "unknown" else verdict.severity
    # The rules that are folded stay on the line, so that a search for their names finds the place.
    also = ", ".join(dict.fromkeys(finding.verdict.rule for finding in entry.folded))
    counted_too = on_one_line(f" (also counted: {also})") if also else ""
    return (
        f"{where(verdict)}: {word} {_said(verdict)}{counted_too}{_not_scored(verdict)}{_overridden(verdict)}"
        f"{_known(entry, report)}"
    )


def _said(verdict: Verdict) -> str:
    return f"{on_one_line(verdict.rule)}: {statement(verdict)}"


def _not_scored(verdict: Verdict) -> str:
    if verdict.scored:
        return ""
    return f" [{on_one_line(verdict.environment) if not verdict.production else 'third party'}, not scored]"


def _overridden(verdict: Verdict) -> str:
    return f" [{overridden(verdict)}]" if verdict.overridden else ""


def _known(entry: Entry, report: Report) -> str:
    known = report.decisions.baseline.known if report.decisions.baseline else ()
    return " [in the baseline]" if known and entry.verdict.fingerprint in known else ""


def _decisions(report: Report) -> Iterator[str]:
    if report.decisions != NOTHING_DECIDED:
        from opsready.report.decisions import lines

        for line in lines(report.decisions, report.as_of):
            yield f"{on_one_line(line)}\n"


def _summary(report: Report) -> str:
    score = "score none" if report.score is None else f"score {decimal(report.score)} / 100"
    best = "" if report.best is None else f", best {decimal(report.best)}"
    return f"{score}{best}, evidence {percent(report.evidence)}: {counted(report.counts)}\n"
