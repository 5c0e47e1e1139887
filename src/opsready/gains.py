"""What each fault costs and which five repairs are worth doing next, by running the score again."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsready.model.service import SHARED
from opsready.plugins import INPUT_NOT_EVALUATED
from opsready.score import objective_value, repository_value, service_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opsready.model.standard import Standard
    from opsready.model.verdict import Verdict
    from opsready.score import Mark, ServiceTally

_STEPS = 5
_OPEN = frozenset({"fail", "unknown"})


@dataclass(frozen=True, slots=True)
class Repair:
    """One action and the verdicts that it settles, by their index; `service` is empty where it is for several."""

    rule: str
    service: str
    verdicts: frozenset[int]


class Gains:
    """The score as it stands and as it would be after repairs."""

    def __init__(self, tallies: dict[str, ServiceTally], standard: Standard) -> None:
        """Take every service's marks."""
        self._standard = standard
        self._tallies = tallies
        self._values = {
            name: {objective.name: objective.score for objective in service.objectives.values()}
            for name, service in tallies.items()
        }
        self._services = {name: service_value(values, standard) for name, values in self._values.items()}
        self._of_verdict: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for name, service in tallies.items():
            for objective in service.objectives.values():
                for mark in objective.marks:
                    self._of_verdict[mark.index].append((name, objective.name))
        self._fixed: set[int] = set()

    def repository(self, changed: dict[str, float | None] | None = None) -> float:
        """The repository's value (0..100), with some services' values replaced."""
        values = {**self._services, **(changed or {})}
        shared = values.pop(SHARED, None)
        return repository_value([value for value in values.values() if value is not None], shared) or 0.0

    def gain(self, verdicts: frozenset[int]) -> float:
        """How many points of the repository's score a repair brings, given those that were made already."""
        changed = {name: service_value(values, self._standard) for name, values in self._after(verdicts).items()}
        return self.repository(changed) - self.repository()

    def _after(self, verdicts: frozenset[int]) -> dict[str, dict[str, float]]:
        """Objective values of the services that a repair touches."""
        touched: dict[str, set[str]] = defaultdict(set)
        for index in verdicts:
            for name, objective in self._of_verdict.get(index, ()):
                touched[name].add(objective)
        fixed = self._fixed | verdicts

        def repaired(mark: Mark) -> bool:
            return mark.index in fixed

        return {
            name: {
                **self._values[name],
                **{o: objective_value(self._tallies[name].objectives[o].marks, repaired) for o in sorted(objectives)},
            }
            for name, objectives in touched.items()
        }

    def make(self, repair: Repair) -> None:
        """Count a repair as made."""
        for name, values in self._after(repair.verdicts).items():
            self._values[name] = values
            self._services[name] = service_value(values, self._standard)
        self._fixed |= repair.verdicts


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
    open_repairs = [(gains.gain(repair.verdicts), repair) for repair in candidates]
    chosen: list[tuple[Repair, float]] = []
    for _ in range(_STEPS):
        # Only promising ones are computed again: a repair in one service leaves most others as they were.
        open_repairs.sort(key=lambda item: (-round(item[0], 9), item[1].rule, item[1].service))
        best: tuple[float, Repair] | None = None
        for position, (estimate, repair) in enumerate(open_repairs):
            if best is not None and estimate * 2 < best[0] and position > _STEPS:
                break
            gain = gains.gain(repair.verdicts)
            open_repairs[position] = (gain, repair)
            if best is None or gain > best[0] + 1e-9:
                best = (gain, repair)
        if best is None or best[0] <= 0 or math.isclose(best[0], 0, abs_tol=1e-6):
            break
        chosen.append((best[1], best[0]))
        gains.make(best[1])
        open_repairs = [(g, r) for g, r in open_repairs if not r.verdicts <= best[1].verdicts]
    return chosen


def costs(verdicts: Sequence[Verdict], gains: Gains, candidates: Iterable[Repair]) -> list[float]:
    """For each verdict the points that its rule takes away in the services of that verdict."""
    by_verdict = [0.0] * len(verdicts)
    for repair in candidates:
        gain = gains.gain(repair.verdicts)
        for index in repair.verdicts:
            if verdicts[index].rule == repair.rule:
                by_verdict[index] += gain
    return by_verdict
