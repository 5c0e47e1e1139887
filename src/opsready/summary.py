"""From verdicts to the report: scores, what is listed, what to do next, and whether the gate is met."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from opsready import __version__
from opsready.config.load import CONFIGURATION_FILE
from opsready.engine import NOT_EVALUATED_TITLE, tier_of
from opsready.gains import Gains, costs, next_repairs, repairs
from opsready.gate import gate
from opsready.listing import Listing
from opsready.model.decisions import Decisions
from opsready.model.service import SHARED
from opsready.model.source import Known
from opsready.model.verdict import OPEN, SEVERITY_RANK, UNDECLARED_TIER
from opsready.next_steps import next_steps
from opsready.plugins import INPUT_NOT_EVALUATED, severities_of
from opsready.records import dataclass, replace
from opsready.report.model import (
    Coverage,
    Finding,
    ObjectiveScore,
    OpaqueInput,
    PillarScore,
    Report,
    RuleSummary,
    ServiceScore,
    Totals,
)
from opsready.score import (
    SCORE_MODEL,
    debt,
    evidence,
    floored,
    repository_score,
    standings,
    tally,
)
from opsready.settle.causes import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from opsready.intake import Intake
    from opsready.model.decisions import Accepted
    from opsready.model.service import Service
    from opsready.model.standard import Standard
    from opsready.model.verdict import Diagnostic, Severities, Severity, Verdict
    from opsready.options import Options
    from opsready.plugins import RuleSet
    from opsready.resolve.units import Opaque
    from opsready.score import ServiceTally, Standings
    from opsready.settle.ratchet import Before

# An input that cannot be opened may hold anything; each of its verdicts has its own.
_OF_THE_ENGINE: Severity = "medium"


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything that judging gave; `subjects` counts what rules could be asked about besides the repository.

    `governance` holds verdicts about decisions, which are no part of the score.
    """

    verdicts: list[Verdict]
    services: tuple[Service, ...]
    diagnostics: list[Diagnostic]
    subjects: int
    intake: Intake
    opaque: tuple[Opaque, ...]
    decisions: Decisions = Decisions()
    baseline: tuple[Accepted, ...] | None = None
    governance: Sequence[Verdict] = ()


def summarise(
    judged: Judged, rules: RuleSet, standard: Standard, options: Options, before: Before | None = None
) -> Report:
    """Compute everything that a report shows; with the base of a change, what became of it as well."""
    listing = Listing(options, rules, standard)
    listed = [verdict for verdict in judged.verdicts if listing.includes(verdict)]
    verdicts = fold(judged.verdicts, listed)
    sums = _added_up(verdicts, judged.services, standard)
    tallies, stands = sums.tallies, sums.stands
    gains = Gains(tallies, {name: found.now for name, found in stands.items()}, standard)
    candidates = repairs(verdicts)
    cost = costs(verdicts, gains)
    titles = {entry.name: entry.title for entry in rules.entries} | {INPUT_NOT_EVALUATED: NOT_EVALUATED_TITLE}
    findings = [
        Finding(verdict, round(points, 6), titles[verdict.rule])
        for verdict, points in zip(verdicts, cost, strict=True)
        if verdict.outcome in OPEN and listing.includes(verdict)
    ]
    if judged.governance:
        from opsready.settle.governance import titles as titles_of_governance

        titles |= titles_of_governance()
        findings += [Finding(found, 0.0, titles[found.rule]) for found in judged.governance if listing.includes(found)]
    findings.sort(key=_costliest)
    counted = _by_rule((*verdicts, *judged.governance) if judged.governance else verdicts)
    empty = judged.subjects == 0
    services = _services(judged.services, tallies, stands, verdicts, standard)
    now = _come_to(sums, standard)
    if empty:
        now = replace(now, score=None)
    best = None if empty else repository_score(stands, sums.scored, lambda found: found.best.value)
    assessed = {name for service in tallies.values() for name in service.objectives}
    pillars = _repository_pillars(assessed, stands, sums.scored, standard)
    share = None if now.score is None else floored(100 * now.evidence)
    counts = _counts(_all_rules(counted))
    decisions = _decisions(judged, verdicts, counts)
    comparison = None
    if before is not None:
        from opsready.settle.ratchet import compare

        everything = (*verdicts, *judged.governance)
        comparison = compare(before, now, everything, judged.services, judged.diagnostics, listing.includes)
    steps = [] if empty else next_steps(next_repairs(candidates, gains), verdicts, titles)
    return Report(
        tool_version=__version__,
        score_model=SCORE_MODEL,
        standard=standard,
        as_of=options.as_of.isoformat(),
        score=now.score,
        best=floored(best),
        debt=now.debt,
        evidence=now.evidence,
        objectives_assessed=len(assessed),
        objectives_total=len(standard.objectives),
        pillars=pillars,
        counts=counts,
        services=services,
        rules=_rules(counted, rules, titles, judged.governance),
        next_steps=tuple(steps),
        findings=tuple(findings),
        others=tuple(v for v in verdicts if v.outcome not in OPEN and listing.includes(v)),
        diagnostics=tuple(
            sorted(
                [*judged.diagnostics, *listing.left_out(verdicts)],
                key=lambda found: (found.file, found.line, found.kind, found.message),
            )
        ),
        coverage=_coverage(judged),
        gate=gate(
            now.score,
            share,
            pillars,
            findings,
            options,
            services,
            decisions.baseline.known if decisions.baseline else (),
            comparison,
        ),
        fail_on=options.fail_on or "info",
        show=options.show,
        snippet=_lines(judged.intake),
        anchor=_anchor(judged.intake.sources.paths),
        decisions=decisions,
        comparison=comparison,
    )


def _decisions(judged: Judged, verdicts: Sequence[Verdict], counts: Mapping[str, int]) -> Decisions:
    """What was decided beside the repair, as far as it has an effect."""
    decisions = judged.decisions
    if counts["waived"]:
        ends = [
            verdict.suppression.until
            for verdict in verdicts
            if verdict.suppression is not None and verdict.suppression.kind == "ignore"
        ]
        decisions = replace(decisions, ignored=len(ends), ignores_end=min(filter(None, ends), default=""))
    if judged.baseline is None:
        return decisions
    from opsready.settle.baseline import use

    return replace(decisions, baseline=use(judged.baseline, (*verdicts, *judged.governance)))


def _costliest(finding: Finding) -> tuple[object, ...]:
    return (-finding.cost, SEVERITY_RANK[finding.verdict.severity], *finding.verdict.order)


def _counts(found: Mapping[str, int]) -> dict[str, int]:
    return {outcome: found.get(outcome, 0) for outcome in ("pass", "fail", "unknown", "waived", "not-applicable")}


def totals(verdicts: Sequence[Verdict], services: Sequence[Service], standard: Standard) -> Totals:
    """What verdicts come to, without a report."""
    return _come_to(_added_up(verdicts, services, standard), standard)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Verdicts added up by service; `scored` maps the services in production to their tiers."""

    scored: Mapping[str, int]
    tallies: dict[str, ServiceTally]
    stands: Mapping[str, Standings]


def _added_up(verdicts: Sequence[Verdict], services: Sequence[Service], standard: Standard) -> _Sums:
    scored = {service.name: tier_of(service) for service in services if service.identity.production}
    tallies = tally(verdicts, scored, UNDECLARED_TIER)
    return _Sums(scored, tallies, {name: standings(found, standard) for name, found in tallies.items()})


def _come_to(sums: _Sums, standard: Standard) -> Totals:
    value = repository_score(sums.stands, sums.scored, lambda found: found.now.value)
    weights = standard.weights
    return Totals(floored(value), debt(sums.tallies.values(), weights), evidence(sums.tallies.values(), weights))


def _pillars(found: ServiceTally, stands: Standings, standard: Standard) -> tuple[PillarScore, ...]:
    return tuple(
        PillarScore(
            pillar.name,
            pillar.title,
            pillar.weight,
            floored(stands.now.pillars[pillar.name]),
            floored(stands.best.pillars[pillar.name]),
            sum(objective.name in found.objectives for objective in pillar.objectives),
            pillar.short,
        )
        for pillar in standard.pillars
    )


def _repository_pillars(
    assessed: Collection[str], stands: Mapping[str, Standings], scored: Mapping[str, int], standard: Standard
) -> tuple[PillarScore, ...]:
    """Each pillar over the services, as the repository's score is made from them."""
    made = []
    for pillar in standard.pillars:
        name = pillar.name
        now = repository_score(stands, scored, lambda found, name=name: found.now.pillars[name])  # type: ignore[misc]
        best = repository_score(stands, scored, lambda found, name=name: found.best.pillars[name])  # type: ignore[misc]
        count = sum(objective.name in assessed for objective in pillar.objectives)
        made.append(PillarScore(name, pillar.title, pillar.weight, floored(now), floored(best), count, pillar.short))
    return tuple(made)


def _services(
    services: Sequence[Service],
    tallies: Mapping[str, ServiceTally],
    stands: Mapping[str, Standings],
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
            stands.get(service.name),
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
                stands[SHARED],
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
    stands: Standings | None,
    standard: Standard,
    *,
    declared: bool,
    tier: int | None,
    profile: int,
    environments: tuple[str, ...],
) -> ServiceScore:
    if found is None or stands is None:
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
        score=floored(stands.now.value),
        best=floored(stands.best.value),
        debt=debt((found,), weights),
        evidence=evidence((found,), weights),
        environments=environments,
        pillars=_pillars(found, stands, standard),
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


def _outcomes(counts: Mapping[str, int]) -> dict[str, int]:
    return {outcome: counts[outcome] for outcome in ("pass", "fail", "unknown", "waived") if outcome in counts}


def _by_rule(verdicts: Iterable[Verdict]) -> dict[str, dict[str, int]]:
    """How many verdicts of each outcome each rule has."""
    found: dict[str, dict[str, int]] = {}
    for verdict in verdicts:
        of_rule = found.setdefault(verdict.rule, {})
        of_rule[verdict.outcome] = of_rule.get(verdict.outcome, 0) + 1
    return found


def _all_rules(counted: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for of_rule in counted.values():
        found.update(of_rule)
    return found


def _rules(
    counted: Mapping[str, Mapping[str, int]],
    rules: RuleSet,
    titles: Mapping[str, str],
    governance: Iterable[Verdict],
) -> tuple[RuleSummary, ...]:
    objectives = {entry.name: entry.objective for entry in rules.entries}
    usual = {entry.name: _usual_severity(severities_of(entry)) for entry in rules.entries}
    for verdict in governance:
        objectives[verdict.rule], usual[verdict.rule] = verdict.objective, verdict.severity
    return tuple(
        RuleSummary(
            name,
            titles[name],
            objectives.get(name, ""),
            _counts(counted.get(name, {})),
            usual.get(name, _OF_THE_ENGINE),
        )
        for name in sorted({*objectives, *counted})
    )


def _usual_severity(found: Severities) -> Severity:
    """What a rule weighs where no tier is declared; its worst where it asks nothing of that tier."""
    usual = found.at(UNDECLARED_TIER)
    if usual is not None:
        return usual
    asked = [severity for severity in found.by_tier if severity is not None]
    return min(asked, key=SEVERITY_RANK.__getitem__, default=_OF_THE_ENGINE)


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


def _anchor(paths: Collection[str]) -> str:
    """The file that stands for the repository: the configuration, a README, else the first there is."""
    for path in (CONFIGURATION_FILE, "README.md"):
        if path in paths:
            return path
    readmes = [path for path in paths if "/" not in path and path.lower().startswith("readme")]
    return min(readmes or paths, default=CONFIGURATION_FILE)


def _lines(intake: Intake) -> Callable[[str, int], str | None]:
    """Looks up a file's line by its number (1-based), with credentials masked; few formats ask for any."""
    split: dict[str, list[str]] = {}

    def line(file: str, number: int) -> str | None:
        if file not in split:
            split[file] = intake.texts.get(file, "").split("\n")
        lines = split[file]
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else None

    return line
