"""From verdicts to the report: scores, what is listed, what to do next, and whether the gate is met."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from opsready import __version__
from opsready.engine import NOT_EVALUATED_TITLE, tier_of
from opsready.gains import Gains, costs, next_repairs, repairs
from opsready.gate import gate
from opsready.listing import Listing
from opsready.model.service import SHARED
from opsready.model.source import Known
from opsready.model.verdict import SEVERITY_RANK, UNDECLARED_TIER
from opsready.next_steps import next_steps
from opsready.plugins import INPUT_NOT_EVALUATED
from opsready.records import dataclass
from opsready.report.model import (
    Coverage,
    Finding,
    ObjectiveScore,
    OpaqueInput,
    PillarScore,
    Report,
    RuleSummary,
    ServiceScore,
)
from opsready.score import (
    SCORE_MODEL,
    debt,
    evidence,
    floored,
    pillar_value,
    repository_value,
    service_value,
    tally,
)
from opsready.settle.causes import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opsready.intake import Intake
    from opsready.model.service import Service
    from opsready.model.standard import Standard
    from opsready.model.verdict import Diagnostic, Verdict
    from opsready.options import Options
    from opsready.plugins import RuleSet
    from opsready.resolve.units import Opaque
    from opsready.score import ServiceTally

_LINES_AROUND = 1


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything that judging gave; `subjects` counts what rules could be asked about besides the repository."""

    verdicts: list[Verdict]
    services: tuple[Service, ...]
    diagnostics: list[Diagnostic]
    subjects: int
    intake: Intake
    opaque: tuple[Opaque, ...]


def summarise(judged: Judged, rules: RuleSet, standard: Standard, options: Options) -> Report:
    """Compute everything that a report shows."""
    listing = Listing(options, rules, standard)
    listed = [verdict for verdict in judged.verdicts if listing.includes(verdict)]
    verdicts = fold(judged.verdicts, listed)
    scored = {service.name: tier_of(service) for service in judged.services if service.identity.production}
    tallies = tally(verdicts, scored, UNDECLARED_TIER)
    gains = Gains(tallies, standard)
    candidates = repairs(verdicts)
    cost = costs(verdicts, gains)
    titles = {entry.name: entry.title for entry in rules.entries} | {INPUT_NOT_EVALUATED: NOT_EVALUATED_TITLE}
    findings = [
        Finding(verdict, round(points, 6), titles[verdict.rule])
        for verdict, points in zip(verdicts, cost, strict=True)
        if verdict.outcome in {"fail", "unknown"} and listing.includes(verdict)
    ]
    findings.sort(key=_costliest)
    empty = judged.subjects == 0
    services = _services(judged.services, tallies, verdicts, standard)
    value = None if empty else _value(tallies, scored, standard, best=False)
    best = None if empty else _value(tallies, scored, standard, best=True)
    pillars = _repository_pillars(tallies, scored, standard)
    decided = evidence(tallies.values(), standard.weights)
    steps = [] if empty else next_steps(next_repairs(candidates, gains), verdicts, titles)
    return Report(
        tool_version=__version__,
        score_model=SCORE_MODEL,
        standard=standard,
        as_of=options.as_of.isoformat(),
        score=floored(value),
        best=floored(best),
        debt=debt(tallies.values(), standard.weights),
        evidence=decided,
        objectives_assessed=len({name for service in tallies.values() for name in service.objectives}),
        objectives_total=len(standard.objectives),
        pillars=pillars,
        counts=_counts(verdicts),
        services=services,
        rules=_rules(verdicts, rules, titles),
        next_steps=tuple(steps),
        findings=tuple(findings),
        others=tuple(v for v in verdicts if v.outcome not in {"fail", "unknown"} and listing.includes(v)),
        diagnostics=tuple(
            sorted(judged.diagnostics, key=lambda found: (found.file, found.line, found.kind, found.message))
        ),
        coverage=_coverage(judged),
        gate=gate(floored(value), None if value is None else floored(100 * decided), pillars, findings, options),
        fail_on=options.fail_on or "info",
        show=options.show,
        snippets=_snippets(findings, judged.intake),
    )


def _costliest(finding: Finding) -> tuple[object, ...]:
    verdict = finding.verdict
    span = verdict.place.span if verdict.place else None
    return (
        -finding.cost,
        SEVERITY_RANK[verdict.severity],
        verdict.rule,
        verdict.objective,
        span.file if span else "",
        span.line if span else 0,
        span.column if span else 0,
        verdict.environment,
        verdict.fingerprint,
    )


def _counts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    found = Counter(verdict.outcome for verdict in verdicts)
    return {outcome: found.get(outcome, 0) for outcome in ("pass", "fail", "unknown", "waived", "not-applicable")}


def _values(service: ServiceTally, *, best: bool) -> dict[str, float]:
    return {name: found.best if best else found.score for name, found in service.objectives.items()}


def _value(
    tallies: Mapping[str, ServiceTally], scored: Mapping[str, int], standard: Standard, *, best: bool
) -> float | None:
    values = {name: service_value(_values(service, best=best), standard) for name, service in tallies.items()}
    services = [value for name in sorted(scored) if (value := values[name]) is not None]
    return repository_value(services, values[SHARED])


def _pillars(service: ServiceTally, standard: Standard) -> tuple[PillarScore, ...]:
    score, best = _values(service, best=False), _values(service, best=True)
    return tuple(
        PillarScore(
            pillar.name,
            pillar.title,
            pillar.weight,
            floored(pillar_value(score, pillar)),
            floored(pillar_value(best, pillar)),
            sum(objective.name in score for objective in pillar.objectives),
            pillar.short,
        )
        for pillar in standard.pillars
    )


def _repository_pillars(
    tallies: Mapping[str, ServiceTally], scored: Mapping[str, int], standard: Standard
) -> tuple[PillarScore, ...]:
    """Each pillar over the services, as the repository's score is made from them."""
    made = []
    both_values = [{name: _values(found, best=best) for name, found in tallies.items()} for best in (False, True)]
    for pillar in standard.pillars:
        both = []
        for of_service in both_values:
            values = {name: pillar_value(found, pillar) for name, found in of_service.items()}
            services = [value for name in sorted(scored) if (value := values[name]) is not None]
            both.append(floored(repository_value(services, values[SHARED])))
        assessed = {o.name for o in pillar.objectives for service in tallies.values() if o.name in service.objectives}
        made.append(
            PillarScore(pillar.name, pillar.title, pillar.weight, both[0], both[1], len(assessed), pillar.short)
        )
    return tuple(made)


def _services(
    services: Sequence[Service],
    tallies: Mapping[str, ServiceTally],
    verdicts: Iterable[Verdict],
    standard: Standard,
) -> tuple[ServiceScore, ...]:
    environments: dict[str, set[str]] = defaultdict(set)
    for verdict in verdicts:
        if verdict.environment and verdict.outcome != "not-applicable":
            for name in verdict.services or (SHARED,):
                environments[name].add(verdict.environment)
    made = [
        _service(
            service.name,
            tallies.get(service.name),
            standard,
            declared=service.declared,
            tier=service.tier.value if isinstance(service.tier, Known) else None,
            profile=tier_of(service),
            environments=tuple(sorted(environments[service.name])),
        )
        for service in services
    ]
    if tallies[SHARED].objectives:
        made.append(
            _service(
                SHARED,
                tallies[SHARED],
                standard,
                declared=False,
                tier=None,
                profile=UNDECLARED_TIER,
                environments=tuple(sorted(environments[SHARED])),
            )
        )
    return tuple(made)


def _service(
    name: str,
    found: ServiceTally | None,
    standard: Standard,
    *,
    declared: bool,
    tier: int | None,
    profile: int,
    environments: tuple[str, ...],
) -> ServiceScore:
    if found is None:
        return ServiceScore(
            name,
            declared,
            tier,
            profile,
            scored=False,
            score=None,
            best=None,
            debt=0.0,
            evidence=0.0,
            environments=environments,
            pillars=(),
            objectives=(),
        )
    weights = standard.weights
    return ServiceScore(
        name=name,
        declared=declared,
        tier=tier,
        profile=profile,
        scored=True,
        score=floored(service_value(_values(found, best=False), standard)),
        best=floored(service_value(_values(found, best=True), standard)),
        debt=debt((found,), weights),
        evidence=evidence((found,), weights),
        environments=environments,
        pillars=_pillars(found, standard),
        objectives=tuple(
            ObjectiveScore(
                objective.name,
                objective.pillar,
                objective.weight,
                item.score,
                item.best,
                _outcomes(item.counts),
            )
            for pillar in standard.pillars
            for objective in pillar.objectives
            if (item := found.objectives.get(objective.name)) is not None
        ),
    )


def _outcomes(counts: Counter[str]) -> dict[str, int]:
    return {outcome: counts[outcome] for outcome in ("pass", "fail", "unknown", "waived") if counts[outcome]}


def _rules(verdicts: Iterable[Verdict], rules: RuleSet, titles: Mapping[str, str]) -> tuple[RuleSummary, ...]:
    by_rule: dict[str, list[Verdict]] = defaultdict(list)
    objectives = {entry.name: entry.objective for entry in rules.entries}
    for verdict in verdicts:
        by_rule[verdict.rule].append(verdict)
    return tuple(
        RuleSummary(name, titles[name], objectives.get(name, ""), _counts(by_rule.get(name, ())))
        for name in sorted({*objectives, *by_rule})
    )


def _coverage(judged: Judged) -> Coverage:
    opaque: dict[tuple[str, str], OpaqueInput] = {}
    for item in judged.opaque:
        file = item.place.span.file
        opaque.setdefault((file, item.input), OpaqueInput(item.input.replace("`", ""), file, item.opens_with))
    return Coverage(
        files=judged.intake.files,
        parsed=judged.intake.parsed_files,
        skipped=judged.intake.skips,
        opaque=tuple(opaque[key] for key in sorted(opaque)),
        renderers={},
    )


def _snippets(findings: Iterable[Finding], intake: Intake) -> dict[tuple[str, int], str]:
    """The lines at the places of findings, and those next to them."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        if finding.verdict.place is not None:
            span = finding.verdict.place.span
            wanted[span.file].update(range(span.line - _LINES_AROUND, span.line + _LINES_AROUND + 1))
    snippets = {}
    for file, numbers in wanted.items():
        lines = intake.texts.get(file, "").split("\n")
        for number in numbers:
            if 0 < number <= len(lines):
                snippets[file, number] = lines[number - 1].rstrip("\r")
    return snippets
