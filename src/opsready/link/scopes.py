"""Where a counterpart is looked for: in the same unit, then in the same environment, then in the whole repository."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Generic, TypeVar

from opsready.model.entity import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.model.entity import Identity
    from opsready.model.workload import Selector, Workload

E = TypeVar("E", bound=Entity)


def same_namespace(one: Identity, other: Identity) -> bool:
    """Whether two declarations may meet in one namespace; one that names none meets every other."""
    return (
        one.deploy_namespace is None or other.deploy_namespace is None or one.deploy_namespace == other.deploy_namespace
    )


def certain_to_meet(one: Identity, other: Identity) -> bool:
    """Whether two declarations are certain to meet in one namespace."""
    if one.unit == other.unit:
        return same_namespace(one, other)
    return one.deploy_namespace is not None and one.deploy_namespace == other.deploy_namespace


def nearest(origin: Identity, candidates: Iterable[E]) -> list[E]:
    """Those candidates that are closest to an origin: its unit's, else its environment's, else all."""
    compatible = [found for found in candidates if same_namespace(origin, found.identity)]
    in_unit = [found for found in compatible if found.identity.unit == origin.unit]
    if in_unit:
        return in_unit
    in_environment = [found for found in compatible if found.identity.environment == origin.environment]
    return in_environment or compatible


class ByName(Generic[E]):
    """Entities by kind and by the name that the declarations beside them use."""

    def __init__(self, entities: Iterable[E]) -> None:
        """Index entities once."""
        self._found: dict[tuple[str, str], list[E]] = defaultdict(list)
        self._in_unit: dict[tuple[str, str, str], list[E]] = defaultdict(list)
        self._kinds: set[tuple[str, str]] = set()
        for entity in entities:
            identity = entity.identity
            for name in {identity.written_name, identity.name}:
                self._found[identity.kind, name].append(entity)
                self._in_unit[identity.unit, identity.kind, name].append(entity)
            self._kinds.add((identity.kind, identity.unit))

    def nearest(self, origin: Identity, kind: str, name: str) -> list[E]:
        """The entities of a kind and name that are closest to an origin."""
        own = nearest(origin, self._in_unit.get((origin.unit, kind, name), ()))
        return own or nearest(origin, self._found.get((kind, name), ()))

    def declared(self, kind: str, unit: str) -> bool:
        """Whether a unit declares any object of a kind."""
        return (kind, unit) in self._kinds


class ByLabels:
    """Workloads by the labels of their instances, so that a selector need not look at all of them."""

    def __init__(self, workloads: Iterable[Workload]) -> None:
        """Index workloads once, by unit and over all units."""
        self._all: dict[tuple[str, str], list[Workload]] = defaultdict(list)
        self._in_unit: dict[tuple[str, str, str], list[Workload]] = defaultdict(list)
        self._by_unit: dict[str, list[Workload]] = defaultdict(list)
        self._namespaces: set[str] = set()
        for workload in workloads:
            unit = workload.identity.unit
            self._by_unit[unit].append(workload)
            if workload.identity.deploy_namespace is not None:
                self._namespaces.add(workload.identity.deploy_namespace)
            for key, value in workload.pod_labels:
                self._all[key, value].append(workload)
                self._in_unit[unit, key, value].append(workload)

    def nearest(self, origin: Identity, selector: Selector) -> list[Workload]:
        """The workloads that a selector of an origin selects, closest first: a unit's own before any other's."""
        labels = [workload for workload in self._unit_candidates(origin.unit, selector) if _fits(selector, workload)]
        own = [workload for workload in labels if same_namespace(origin, workload.identity)]
        if own or not selector.equals:
            return own
        rarest = min((self._all.get(pair, []) for pair in selector.equals), key=len)
        return nearest(origin, (workload for workload in rarest if _fits(selector, workload)))

    def any_in(self, namespace: str) -> bool:
        """Whether a workload says that it is deployed to a namespace."""
        return namespace in self._namespaces

    def hidden(self, unit: str) -> str:
        """Why the labels of some workload of a unit cannot all be read; empty where all can."""
        return next((w.hidden_labels for w in self._by_unit.get(unit, ()) if w.hidden_labels), "")

    def _unit_candidates(self, unit: str, selector: Selector) -> list[Workload]:
        if not selector.equals:
            return self._by_unit.get(unit, [])
        return min((self._in_unit.get((unit, *pair), []) for pair in selector.equals), key=len)


def _fits(selector: Selector, workload: Workload) -> bool:
    return selector.matches(workload.selected_labels)
