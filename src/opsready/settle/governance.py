"""Findings about decisions themselves: beside the score, and gated by their severity as every other one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from opsready.model.source import Place, Span
from opsready.model.verdict import SubjectReference, Verdict
from opsready.plugins import GOVERNANCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.model.verdict import Diagnostic, Severity


class GovernanceRule(NamedTuple):
    """One rule about decisions: its objective, its severity whatever the tier, what it finds and what helps."""

    objective: str
    subject: str
    severity: Severity
    title: str
    help: str


RULES: dict[str, GovernanceRule] = {
    "waiver-expired": GovernanceRule(
        "waivers",
        "Waiver",
        "high",
        "A waiver is still there after its last day.",
        "repair what it waived and remove it, or have it approved anew with `opsready waive`",
    ),
    "waiver-malformed": GovernanceRule(
        "waivers",
        "Waiver",
        "high",
        "A waiver is not written as it has to be, and has no effect.",
        "correct it; `opsready schema waivers` explains the keys, `opsready waive` writes one",
    ),
    "waiver-unused": GovernanceRule(
        "waivers", "Waiver", "low", "A waiver waives nothing, because nothing of it fails.", "remove it"
    ),
    "waiver-budget-exceeded": GovernanceRule(
        "waivers",
        "Waiver",
        "medium",
        "A service has more waivers than the standard allows.",
        "repair what one of them waives",
    ),
    "ignore-without-reason": GovernanceRule(
        "waivers", "Setting", "medium", "An ignore gives no reason, and has no effect.", "say why, or remove it"
    ),
    "ignore-expired": GovernanceRule(
        "waivers",
        "Setting",
        "medium",
        "An ignore is still there after its last day.",
        "repair what it ignored and remove it, or decide anew",
    ),
    "ignore-unused": GovernanceRule(
        "waivers", "Setting", "low", "An ignore is for something that does not fail.", "remove it"
    ),
}


def titles() -> dict[str, str]:
    """What each rule finds, by its name."""
    return {name: rule.title for name, rule in RULES.items()}


def governed(diagnostics: Iterable[Diagnostic]) -> tuple[list[Verdict], list[Diagnostic]]:
    """Take the findings of governance out of what is noted."""
    verdicts: list[Verdict] = []
    rest: list[Diagnostic] = []
    for diagnostic in diagnostics:
        rule = RULES.get(diagnostic.kind)
        if rule is None:
            rest.append(diagnostic)
        else:
            verdicts.append(_verdict(diagnostic, rule))
    return verdicts, rest


def _verdict(diagnostic: Diagnostic, rule: GovernanceRule) -> Verdict:
    name = diagnostic.subject or f"{diagnostic.file}#{diagnostic.line}"
    line = max(diagnostic.line, 1)
    return Verdict(
        rule=diagnostic.kind,
        objective=rule.objective,
        pillar=GOVERNANCE,
        outcome="fail",
        severity=rule.severity,
        tier_severity=(rule.severity,) * 4,
        services=(),
        environment="",
        production=True,
        unit="",
        subject=SubjectReference(rule.subject, rule.subject, name, f"{rule.subject}/{name}"),
        place=Place("", diagnostic.span or Span(diagnostic.file, line, 1, line, 1)),
        message=diagnostic.message,
        help=rule.help,
    )
