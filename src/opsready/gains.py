"""What each fault costs and which five repairs are worth doing next, by running the score again."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from opsready.model.service import SHARED
from opsready.plugins import INPUT_NOT_EVALUATED
from opsready.score import mean_of_pillars, objective_value, pillar_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opsready.model.standard import Standard
    from opsready.model.verdict import Verdict
    from opsready.score import Mark, ServiceTally

_STEPS = 5
_OPEN = frozenset({"fail", "unknown"})


class Repair(NamedTuple):
    """One action and the verdicts that it settles, by their index; `service` is empty where it is for several."""

    rule: str
    service: str
    verdicts: frozenset[int]


class _Effect(NamedTuple):
    """What a repair adds to the sum of the services' values, and what `(shared)` then has (None: what it has now)."""

    difference: float
    shared: float | None


class Gains:
    """The score as it stands and as it would be after repairs; a repair is worked out again only where one was made."""

    def __init__(self, tallies: dict[str, ServiceTally], standard: Standard) -> None:
        """Take every service's marks."""
        self._standard = standard
        self._tallies = tallies
        self._values = {
            name: {objective.name: objective.score for objective in service.objectives.values()}
            for name, service in tallies.items()
        }
        self._pillar_of = {name: objective.pillar for name, objective in standard.objectives.items()}
        self._pillars = {
            name: {pillar.name: pillar_value(values, pillar) for pillar in standard.pillars}
            for name, values in self._values.items()
        }
        self._services = {name: mean_of_pillars(values, standard) for name, values in self._pillars.items()}
        self._of_verdict: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for name, service in tallies.items():
            for objective in service.objectives.values():
                for mark in objective.marks:
                    if mark.outcome not in _OPEN:
                        continue
                    self._of_verdict[mark.index].append((name, objective.name))
        self._fixed: set[int] = set()
        self._effects: dict[Repair, _Effect] = {}
        self._repairs_in: dict[str, set[Repair]] = defaultdict(set)
        self._sum_up()

    def _sum_up(self) -> None:
        """Add the services up once: a repair changes few of them."""
        values = [value for name, value in self._services.items() if name != SHARED and value is not None]
        self._total, self._count = math.fsum(values), len(values)
        self._repository = self._after(0.0, self._services.get(SHARED))

    def _after(self, difference: float, shared: float | None) -> float:
        """The repository's value (0..100) if the services' came to so much more; `shared` may be None."""
        if not self._count:
            return shared or 0.0
        total = self._total + difference
        mean = total / self._count
        return mean if shared is None else min(mean, (total + shared) / (self._count + 1))

    def gain(self, repair: Repair) -> float:
        """How many points of the repository's score a repair brings, given those that were made already."""
        effect = self._effects.get(repair)
        if effect is None:
            effect = self._effects[repair] = self._effect(repair)
        shared = self._services.get(SHARED) if effect.shared is None else effect.shared
        return self._after(effect.difference, shared) - self._repository

    def _effect(self, repair: Repair) -> _Effect:
        """What a repair changes, as long as nothing else is repaired in the services that it touches."""
        differences = []
        shared = None
        for name, values in self._repaired(repair).items():
            self._repairs_in[name].add(repair)
            value = mean_of_pillars(self._pillars_with(name, values), self._standard) or 0.0
            if name == SHARED:
                shared = value
            else:
                differences.append(value - (self._services[name] or 0.0))
        return _Effect(math.fsum(differences), shared)

    def _pillars_with(self, name: str, changed: dict[str, float]) -> dict[str, float | None]:
        """The pillars of a service with some objectives changed; only theirs are added up again."""
        touched = {self._pillar_of[objective] for objective in changed}
        values = {**self._values[name], **changed}
        again = {
            pillar.name: pillar_value(values, pillar) for pillar in self._standard.pillars if pillar.name in touched
        }
        return {**self._pillars[name], **again}

    def _repaired(self, repair: Repair) -> dict[str, dict[str, float]]:
        """The objectives that a repair touches, by service, with their values after it."""
        touched: dict[str, set[str]] = defaultdict(set)
        for index in repair.verdicts:
            for name, objective in self._of_verdict.get(index, ()):
                touched[name].add(objective)
        fixed = self._fixed | repair.verdicts if self._fixed else repair.verdicts

        def repaired(mark: Mark) -> bool:
            return mark.index in fixed

        return {
            name: {o: objective_value(self._tallies[name].objectives[o].marks, repaired) for o in sorted(objectives)}
            for name, objectives in sorted(touched.items())
        }

    def make(self, repair: Repair) -> None:
        """Count a repair as made."""
        for name, values in self._repaired(repair).items():
            self._pillars[name] = self._pillars_with(name, values)
            self._values[name] |= values
            self._services[name] = mean_of_pillars(self._pillars[name], self._standard)
            for stale in self._repairs_in.pop(name, ()):
                self._effects.pop(stale, None)
        self._fixed |= repair.verdicts
        self._sum_up()


def repairs(verdicts: Sequence[Verdict]) -> list[Repair]:
    """Every single action: a rule's open verdicts in a service with what follows from them, or all of one input."""
    groups: dict[tuple[str, str], set[int]] = defaultdict(set)
    for index, verdict in enumerate(verdicts):
        if verdict.outcome not in _OPEN or not verdict.scored:
            continue
        if verdict.rule == INPUT_NOT_EVALUATED:
            file = verdict.place.span.file if verdict.place else ""
            groups[verdict.rule, f"\0{file}"].add(index)
            continue
        for service in verdict.services or (SHARED,):
            groups[verdict.cause or verdict.rule, service].add(index)
            if verdict.cause:
                groups[verdict.rule, service].add(index)
    return [
        Repair(rule, "" if service.startswith("\0") else service, frozenset(found))
        for (rule, service), found in sorted(groups.items())
    ]


def next_repairs(candidates: Iterable[Repair], gains: Gains) -> list[tuple[Repair, float]]:
    """The repairs to make first, each with its gain given those before it."""
    left = list(candidates)
    chosen: list[tuple[Repair, float]] = []
    while left and len(chosen) < _STEPS:
        best = min(left, key=lambda repair: (-round(gains.gain(repair), 9), repair.rule, repair.service))
        gain = gains.gain(best)
        if gain <= 0 or math.isclose(gain, 0, abs_tol=1e-6):
            break
        chosen.append((best, gain))
        gains.make(best)
        left = [repair for repair in left if not repair.verdicts <= best.verdicts]
    return chosen


def costs(verdicts: Sequence[Verdict], gains: Gains) -> list[float]:
    """For each verdict the points that its rule takes away in the services of that verdict."""
    groups: dict[tuple[str, str], set[int]] = defaultdict(set)
    for index, verdict in enumerate(verdicts):
        if verdict.outcome in _OPEN and verdict.scored:
            for service in verdict.services or (SHARED,):
                groups[verdict.rule, service].add(index)
                if verdict.cause:
                    groups[verdict.cause, service].add(index)
    by_verdict = [0.0] * len(verdicts)
    for (rule, service), found in sorted(groups.items()):
        gain = gains.gain(Repair(rule, service, frozenset(found)))
        for index in found:
            if verdicts[index].rule == rule:
                by_verdict[index] += gain
    return by_verdict
