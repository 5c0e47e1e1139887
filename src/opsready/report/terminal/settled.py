"""What needs nobody's work: waived, passed, not applicable. Shown where the user asked for all."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.model.verdict import Outcome, Verdict
from opsready.report.escape import on_one_line
from opsready.report.model import Report
from opsready.report.terminal.findings import headed
from opsready.report.terminal.screen import Screen, block
from opsready.report.wording import OUTCOME_WORDS, plural, where

_OUTCOMES: tuple[Outcome, ...] = ("waived", "pass", "not-applicable")


def settled(report: Report, screen: Screen) -> Iterator[str]:
    """The verdicts by outcome and rule, a line each, with what shows it."""
    for outcome in _OUTCOMES:
        rules: dict[str, list[Verdict]] = {}
        for verdict in report.others:
            if verdict.outcome == outcome:
                rules.setdefault(verdict.rule, []).append(verdict)
        if rules:
            total = plural(sum(map(len, rules.values())), "verdict")
            yield "\n" + headed(OUTCOME_WORDS[outcome], total, screen)
        for rule, verdicts in rules.items():
            yield f"  {on_one_line(rule)}\n"
            for verdict in verdicts:
                lines = screen.wrap(_why(verdict), first=f"    {where(verdict)}  ", rest="      ")
                yield block([screen.paint(line, "dim") for line in lines])


def _why(verdict: Verdict) -> str:
    if verdict.suppression:
        until = f" (until {verdict.suppression.until})" if verdict.suppression.until else ""
        return on_one_line(verdict.suppression.reason + until)
    shown = "; ".join(verdict.evidence) or verdict.reason or verdict.message
    subject = verdict.subject.address
    return on_one_line(f"{subject}: {shown}" if shown and subject else shown or subject)
