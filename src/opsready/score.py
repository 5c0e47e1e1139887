"""The score: from verdicts to objectives, pillars, services and the repository. The formula and nothing else.

Every number is explained to users by `opsready explain score`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from opsready.model.service import SHARED
from opsready.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence

    from opsready.model.standard import Pillar, Standard
    from opsready.model.verdict import Severity, Verdict

SCORE_MODEL = 1
PENALTY: dict[str, float] = {"critical": 4.0, "high": 1.0, "medium": 0.3, "low": 0.1, "info": 0.0}
MULTIPLIER: dict[str, float] = {"fail": 1.0, "unknown": 1.0, "waived": 0.2, "pass": 0.0}
CAP: dict[str, float] = {"critical": 0.0, "high": 0.0, "medium": 0.2, "low": 0.5, "info": 1.0}
_DECIDED = frozenset({"pass", "fail", "waived"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict as one service's score sees it, at that service's severity; `index` finds the verdict again."""

    index: int
    rule: str
    subject: str
    outcome: str
    severity: Severity
    caps: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class ObjectiveTally:
    """The marks of one objective of one service and what they come to (0..1)."""

    name: str
    marks: tuple[Mark, ...]
    score: float
    best: float

    @property
    def counts(self) -> dict[str, int]:
        """How many marks have each outcome."""
        found: dict[str, int] = {}
        for mark in self.marks:
            found[mark.outcome] = found.get(mark.outcome, 0) + 1
        return found


@dataclass(frozen=True, slots=True)
class ServiceTally:
    """One service's objectives; only those that apply are there."""

    name: str
    tier: int
    objectives: dict[str, ObjectiveTally] = field(default_factory=dict)


def objective_value(marks: Iterable[Mark], repaired: Container[int] = (), *, best: bool = False) -> float:
    """The value of an objective (0..1): one severe fault weighs the same however many good subjects stand beside it.

    With `best` every unknown counts as a pass. Marks whose `index` is among the `repaired` ones count as passes too.
    """
    worst: dict[str, dict[str, float]] = {}
    cap = 1.0
    for mark in marks:
        outcome = mark.outcome
        if outcome == "pass" or (best and outcome == "unknown") or mark.index in repaired:
            continue
        loss = PENALTY[mark.severity] * MULTIPLIER[outcome]
        of_rule = worst.setdefault(mark.rule, {})
        of_rule[mark.subject] = max(loss, of_rule.get(mark.subject, 0.0))
        if outcome != "waived":
            if mark.caps:
                cap = min(cap, CAP[mark.severity])
            if mark.whole and outcome == "unknown":
                cap = 0.0
    total = sum([_rule_loss(of_rule.values()) for of_rule in worst.values()])
    return min(cap, 1 / (1 + total))


def _rule_loss(losses: Collection[float]) -> float:
    """Further subjects with the same fault add less and less."""
    largest = max(losses)
    # fsum: the order in which subjects were met must not reach the last bit.
    return largest * (1 + math.log2(math.fsum(losses) / largest)) if largest > 0 else 0.0


def tally(verdicts: Sequence[Verdict], tiers: Mapping[str, int], shared_tier: int) -> dict[str, ServiceTally]:
    """Give each service, and `(shared)`, the marks of its verdicts. `tiers` maps every scored service to its tier."""
    marks: dict[str, dict[str, list[Mark]]] = {name: {} for name in (*tiers, SHARED)}
    subjects: dict[int, str] = {}
    for index, verdict in enumerate(verdicts):
        if verdict.outcome == "not-applicable" or not verdict.scored:
            continue
        reference = verdict.subject
        subject = subjects.get(id(reference))
        if subject is None:
            subject = subjects[id(reference)] = f"{reference.type} {reference.address} {reference.name}"
        for name in verdict.services or (SHARED,):
            severity = verdict.tier_severity[tiers.get(name, shared_tier) - 1]
            if severity is None or name not in marks:
                continue
            mark = Mark(index, verdict.rule, subject, verdict.outcome, severity, verdict.caps, verdict.whole)
            marks[name].setdefault(verdict.objective, []).append(mark)
    return {
        name: ServiceTally(
            name,
            tiers.get(name, shared_tier),
            {objective: _objective(objective, found) for objective, found in objectives.items()},
        )
        for name, objectives in marks.items()
    }


def _objective(name: str, marks: list[Mark]) -> ObjectiveTally:
    score = objective_value(marks)
    unknown = any(mark.outcome == "unknown" for mark in marks)
    return ObjectiveTally(name, tuple(marks), score, objective_value(marks, best=True) if unknown else score)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a service's objectives (0..1) come to: its pillars and itself (0..100; None where nothing applies)."""

    objectives: dict[str, float]
    pillars: dict[str, float | None]
    value: float | None


def standing(values: dict[str, float], standard: Standard) -> Standing:
    """Add the values of objectives up, by name."""
    pillars = {pillar.name: pillar_value(values, pillar) for pillar in standard.pillars}
    return Standing(values, pillars, mean_of_pillars(pillars, standard))


@dataclass(frozen=True, slots=True)
class Standings:
    """Where a service stands, and where it would if everything that cannot be told were good."""

    now: Standing
    best: Standing


def standings(service: ServiceTally, standard: Standard) -> Standings:
    """Add a service's objectives up, once for every place that shows them."""
    now = {name: found.score for name, found in service.objectives.items()}
    best = {name: found.best for name, found in service.objectives.items()}
    stands = standing(now, standard)
    return Standings(stands, stands if best == now else standing(best, standard))


def pillar_value(values: Mapping[str, float], pillar: Pillar) -> float | None:
    """The weighted mean of a pillar's applicable objectives (0..100); None where none applies."""
    return _mean(
        [(objective.weight, values[objective.name]) for objective in pillar.objectives if objective.name in values]
    )


def mean_of_pillars(values: Mapping[str, float | None], standard: Standard) -> float | None:
    """The weighted mean of pillars' values (0..100), by the pillar's name; None where none of them applies."""
    return _mean(
        [(pillar.weight, value / 100) for pillar in standard.pillars if (value := values[pillar.name]) is not None]
    )


def repository_value(services: Sequence[float], shared: float | None) -> float | None:
    """The lower of the mean of the services and the mean with `(shared)`; that alone where there is no service."""
    if not services:
        return shared
    mean = math.fsum(services) / len(services)
    if shared is None:
        return mean
    return min(mean, (math.fsum(services) + shared) / (len(services) + 1))


def repository_score(
    stands: Mapping[str, Standings], scored: Iterable[str], of: Callable[[Standings], float | None]
) -> float | None:
    """The repository's value, made from one number of each of the scored services, and of `(shared)`."""
    services = [value for name in sorted(scored) if (value := of(stands[name])) is not None]
    return repository_value(services, of(stands[SHARED]))


def evidence(tallies: Iterable[ServiceTally], weights: Mapping[str, float]) -> float:
    """The share (0..1) of what applies that could be decided; `weights` are those of the objectives, by name."""
    decided, total = [], []
    for service in tallies:
        for objective in service.objectives.values():
            weight = weights.get(objective.name, 0.0)
            told = sum([mark.outcome in _DECIDED for mark in objective.marks])
            decided.append(weight * told / len(objective.marks))
            total.append(weight)
    return math.fsum(decided) / math.fsum(total) if total else 0.0


def debt(tallies: Iterable[ServiceTally], weights: Mapping[str, float]) -> float:
    """What is missing in absolute points: it never falls because something else was added."""
    return math.fsum(
        weights.get(objective.name, 0.0) * (1 - objective.score)
        for service in tallies
        for objective in service.objectives.values()
    )


def floored(value: float | None) -> float | None:
    """A score as it is shown: floored to 0.1, so that 100 means perfect."""
    return None if value is None else math.floor(value * 10 + 1e-9) / 10


def _mean(weighted: Sequence[tuple[float, float]]) -> float | None:
    total = math.fsum([weight for weight, _ in weighted])
    if total <= 0:
        return None
    return 100 * math.fsum([weight * value for weight, value in weighted]) / total
