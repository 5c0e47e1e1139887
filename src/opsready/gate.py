"""The gate: whether the limits that the user set are met, and if not, which are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.errors import UsageError
from opsready.model.service import SHARED
from opsready.model.verdict import SEVERITY_RANK
from opsready.report.model import Gate
from opsready.report.wording import listing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from opsready.options import Options
    from opsready.report.model import Comparison, Finding, PillarScore, ServiceScore

_MOST_RULES = 3
_WORSE = ("new", "worse")
_BINARY_FRACTIONS = 1e-6


def gate(
    score: float | None,
    evidence: float | None,
    pillars: Sequence[PillarScore],
    findings: Sequence[Finding],
    options: Options,
    services: Sequence[ServiceScore] = (),
    known: Collection[str] = (),
    comparison: Comparison | None = None,
) -> Gate:
    """Compare the listed failures, the scores and the evidence (0..100; None: nothing was judged) with the limits.

    Nothing outside production is gated, and no failure whose fingerprint is among the `known` ones of a baseline; with
    a base, no failure either that was there already, and as severe.
    """
    reasons = []
    if options.fail_on is not None:
        reason = _severity_reason(findings, options.fail_on, known, comparison)
        if reason:
            reasons.append(reason)
    for pillar, number in options.min_scores:
        reason = _score_reason(pillar, number, score, pillars, options)
        if reason:
            reasons.append(reason)
    if options.floors:
        reasons.extend(_floor_reasons(services, options.floors))
    least = options.min_evidence
    if least is not None and evidence is not None and evidence < least:
        reasons.append(f"the evidence is {evidence:.1f} %, below {least:g} %")
    if comparison is not None:
        reasons.extend(_reasons_of_change(comparison, options))
    return Gate(not reasons, tuple(reasons))


def _reasons_of_change(comparison: Comparison, options: Options) -> Iterator[str]:
    most = options.max_debt_increase
    increase = comparison.after.debt - comparison.before.debt
    if most is not None and increase > most + _BINARY_FRACTIONS:
        yield f"the debt rises by {increase:.2f}, more than {most:g}"
    if options.no_new_ignores and comparison.new_ignores:
        count = len(comparison.new_ignores)
        rules = list(dict.fromkeys(verdict.rule for verdict in comparison.new_ignores))
        noun = "ignore" if count == 1 else "ignores"
        yield f"{count} new {noun}: {listing(rules, _MOST_RULES)}"


def _severity_reason(
    findings: Sequence[Finding], fail_on: str, known: Collection[str], comparison: Comparison | None
) -> str:
    rank = SEVERITY_RANK[fail_on]  # type: ignore[index]
    failing = [
        finding.verdict
        for finding in findings
        if finding.verdict.outcome == "fail"
        and finding.verdict.scored
        and SEVERITY_RANK[finding.verdict.severity] <= rank
        and not (known and finding.verdict.fingerprint in known)
        and (comparison is None or comparison.changes.get(finding.verdict.fingerprint) in _WORSE)
    ]
    if not failing:
        return ""
    rules = list(dict.fromkeys(verdict.rule for verdict in failing))
    shown = listing(rules, _MOST_RULES)
    fresh = "new " if known else ""
    noun = "failure" if len(failing) == 1 else "failures"
    level = fail_on if fail_on == "critical" else f"{fail_on} or worse"
    if comparison is not None:
        fresh = "new or worse "
    return f"{len(failing)} {fresh}{noun} of severity {level}: {shown}"


def _floor_reasons(services: Sequence[ServiceScore], floors: Mapping[int, float]) -> Iterator[str]:
    """For each tier the services below its floor, the lowest first; one without a tier is judged as tier 2."""
    for tier, least in sorted(floors.items()):
        below = sorted(
            (service.score, service.name)
            for service in services
            if service.name != SHARED
            and service.profile == tier
            and service.score is not None
            and service.score < least
        )
        if below:
            shown = listing([f"`{name}` ({score:.1f})" for score, name in below], _MOST_RULES)
            noun = "service scores" if len(below) == 1 else "services score"
            yield f"{len(below)} {noun} below {least:g}, the floor of tier {tier}: {shown}"


def _score_reason(
    pillar: str, least: float, score: float | None, pillars: Sequence[PillarScore], options: Options
) -> str:
    if not pillar:
        if score is None or score >= least:
            return ""
        return f"the score is {score:.1f}, below {least:g}"
    found = next((item for item in pillars if item.name == pillar), None)
    if found is None:
        known = ", ".join(item.name for item in pillars)
        message = f"{options.origins.get('min_scores', '--min-score')} names `{pillar}`, which is no pillar"
        raise UsageError(message, help=f"the pillars are {known}")
    if found.score is None:
        return f"nothing of {found.title} could be assessed, so it does not reach {least:g}"
    if found.score >= least:
        return ""
    return f"{found.title} scores {found.score:.1f}, below {least:g}"
