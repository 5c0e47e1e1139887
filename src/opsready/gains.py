"""What each fault costs and which five repairs are worth doing next, by running the score again."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from opsready.model.service import SHARED
from opsready.model.verdict import OPEN
from opsready.plugins import INPUT_NOT_EVALUATED
from opsready.score import objective_value, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opsready.model.standard import Standard
    from opsready.model.verdict import Verdict
    from opsready.score import ServiceTally, Standing

_STEPS = 5


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

    def __init__(self, tallies: dict[str, ServiceTally], now: dict[str, Standing], standard: Standard) -> None:
        """Take every service's marks and what they come to."""
        self._standard = standard
        self._tallies = tallies
        self._now = dict(now)
        self._of_verdict: dict[int, list[tuple[str, str]]] = {}
        for name, service in tallies.items():
            for objective in service.objectives.values():
                place = (name, objective.name)
                for mark in objective.marks:
                    if mark.outcome in OPEN:
                        self._of_verdict.setdefault(mark.index, []).append(place)
        self._fixed: frozenset[int] = frozenset()
        self._effects: dict[Repair, _Effect] = {}
        self._repairs_in: dict[str, set[Repair]] = defaultdict(set)
        self._points: dict[str, dict[str, float]] = {}
        self._sum_up()

    def _sum_up(self) -> None:
        """Add the services up once: a repair changes few of them."""
        values = [found.value for name, found in self._now.items() if name != SHARED and found.value is not None]
        self._total, self._count = math.fsum(values), len(values)
        self._repository = self._after(0.0, self._now[SHARED].value)

    def _after(self, difference: float, shared: float | None) -> float:
        """The repository's value (0..100) if the services' came to so much more; `shared` may be None."""
        if not self._count:
            return shared or 0.0
        total = self._total + difference
        mean = total / self._count
        return mean if shared is None else min(mean, (total + shared) / (self._count + 1))

    def gain(self, repair: Repair) -> float:
        """How many points of the repository's score a repair brings, given those that were made already."""
        effect = self._of(repair)
        shared = self._now[SHARED].value if effect.shared is None else effect.shared
        return self._after(effect.difference, shared) - self._repository

    def promising(self, candidates: Iterable[Repair]) -> list[Repair]:
        """Those that may bring the most: what adds clearly less to the services than another cannot bring more."""
        effects = [(self._of(repair), repair) for repair in candidates]
        most = max([effect.difference for effect, _ in effects if effect.shared is None], default=0.0)
        least = most - 1e-8 * (self._count + 1)
        return [repair for effect, repair in effects if effect.shared is not None or effect.difference >= least]

    def _of(self, repair: Repair) -> _Effect:
        effect = self._effects.get(repair)
        if effect is None:
            effect = self._effects[repair] = self._effect(repair)
        return effect

    def _effect(self, repair: Repair) -> _Effect:
        """What a repair changes, as long as nothing else is repaired in the services that it touches."""
        differences = []
        shared = None
        for name, values in self._repaired(repair).items():
            self._repairs_in[name].add(repair)
            now = self._now[name]
            points = self._worth(name)
            difference = math.fsum(
                [points[objective] * (value - now.objectives[objective]) for objective, value in values.items()]
            )
            if name == SHARED:
                shared = (now.value or 0.0) + difference
            else:
                differences.append(difference)
        return _Effect(math.fsum(differences), shared)

    def _worth(self, name: str) -> dict[str, float]:
        """How many points of a service (0..100) each of its objectives decides: its share of its pillar's share."""
        found = self._points.get(name)
        if found is None:
            now = self._now[name]
            pillars = [pillar for pillar in self._standard.pillars if now.pillars[pillar.name] is not None]
            of_pillars = math.fsum([pillar.weight for pillar in pillars])
            found = self._points[name] = {}
            for pillar in pillars:
                applicable = [objective for objective in pillar.objectives if objective.name in now.objectives]
                of_objectives = math.fsum([objective.weight for objective in applicable])
                for objective in applicable:
                    share = objective.weight / of_objectives
                    found[objective.name] = 100 * pillar.weight / of_pillars * share if of_pillars else 0.0
        return found

    def _repaired(self, repair: Repair) -> dict[str, dict[str, float]]:
        """The objectives that a repair touches, by service, with their values after it."""
        touched: dict[str, set[str]] = {}
        for index in repair.verdicts:
            for name, objective in self._of_verdict.get(index, ()):
                touched.setdefault(name, set()).add(objective)
        fixed = self._fixed | repair.verdicts if self._fixed else repair.verdicts
        return {
            name: {o: objective_value(self._tallies[name].objectives[o].marks, fixed) for o in sorted(objectives)}
            for name, objectives in sorted(touched.items())
        }

    def make(self, repair: Repair) -> None:
        """Count a repair as made."""
        for name, values in self._repaired(repair).items():
            self._now[name] = standing({**self._now[name].objectives, **values}, self._standard)
            for stale in self._repairs_in.pop(name, ()):
                self._effects.pop(stale, None)
        self._fixed |= repair.verdicts
        self._sum_up()


def repairs(verdicts: Sequence[Verdict]) -> list[Repair]:
    """Every single action: a rule's open verdicts in a service with what follows from them, or all of one input."""
    groups: dict[tuple[str, str], set[int]] = defaultdict(set)
    for index, verdict in enumerate(verdicts):
        if verdict.outcome not in OPEN or not verdict.scored:
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
        best = min(
            gains.promising(left), key=lambda repair: (-round(gains.gain(repair), 9), repair.rule, repair.service)
        )
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
        if verdict.outcome in OPEN and verdict.scored:
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
