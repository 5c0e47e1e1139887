"""Which workloads network services and disruption budgets select, and the way back."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.api import Applicability, CannotTell, NotApplicable, Yes
from opsready.link.scopes import ByLabels
from opsready.model.network import NetworkService
from opsready.model.source import Known, Unknown
from opsready.model.workload import DisruptionBudget, Workload

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opsready.link.scopes import ByName
    from opsready.model.entity import Entity
    from opsready.model.workload import ProgressiveDelivery


class Selection:
    """Answers who selects what; `pods` are the workloads by their labels."""

    def __init__(
        self,
        workloads: Iterable[Workload],
        services: Sequence[NetworkService],
        budgets: Sequence[DisruptionBudget],
        deliveries: Iterable[ProgressiveDelivery],
        objects: ByName[Entity],
    ) -> None:
        """Follow every selector once; `objects` are what deliveries name."""
        self.pods = ByLabels(workloads)
        self._selected: dict[int, list[Workload]] = {}
        self._served_by: dict[int, list[NetworkService]] = defaultdict(list)
        for service in services:
            for workload in self._select(service):
                self._served_by[id(workload)].append(service)
        self._budgets_of: dict[int, list[DisruptionBudget]] = defaultdict(list)
        self._unreadable_budget_in: dict[str, str] = {}
        for budget in budgets:
            if isinstance(budget.selector, Unknown):
                reason = f"what `{budget.address}` selects is unknown: {budget.selector.reason}"
                self._unreadable_budget_in.setdefault(budget.identity.unit, reason)
            for workload in self._select(budget):
                self._budgets_of[id(workload)].append(budget)
        for delivery in deliveries:
            for target in objects.nearest(delivery.identity, delivery.target_kind, delivery.target_name):
                self._put_in_front(target, delivery)

    def _select(self, owner: NetworkService | DisruptionBudget) -> list[Workload]:
        """Note and give the workloads that an owner's selector selects."""
        selector = owner.selector
        found = self.pods.nearest(owner.identity, selector.value) if isinstance(selector, Known) else []
        self._selected[id(owner)] = found
        return found

    def _put_in_front(self, target: Entity, delivery: ProgressiveDelivery) -> None:
        """Link a workload with the network services that its delivery makes, which write no selector."""
        if isinstance(target, Workload):
            for made in delivery.services:
                if isinstance(made, NetworkService):
                    self._selected[id(made)].append(target)
                    self._served_by[id(target)].append(made)

    def selected_by(self, owner: NetworkService | DisruptionBudget) -> Sequence[Workload]:
        """The workloads whose instances a network service or a disruption budget selects."""
        return self._selected.get(id(owner), ())

    def services_of(self, workload: Workload) -> Sequence[NetworkService]:
        """The network services that select a workload's instances."""
        return self._served_by.get(id(workload), ())

    def budgets_of(self, workload: Workload) -> Sequence[DisruptionBudget]:
        """The disruption budgets that select a workload's instances."""
        return self._budgets_of.get(id(workload), ())

    def unreadable_budget_in(self, unit: str) -> str:
        """Why it cannot be read what some disruption budget of a unit selects; empty where it can."""
        return self._unreadable_budget_in.get(unit, "")

    def serving(self, workload: Workload) -> Applicability:
        """Serving: selected by a Service, or declaring a port; never what ends by itself."""
        if not workload.runs_forever:
            return NotApplicable(f"`{workload.name}` ends by itself")
        if workload.delegates_to:
            return NotApplicable(f"its pods are those of `Deployment/{workload.delegates_to}`")
        if self.services_of(workload):
            return Yes()
        if any(c.ports.items for c in workload.containers.items if c.role != "init"):
            return Yes()
        if not workload.containers.complete:
            return CannotTell(workload.containers.incomplete, workload.place)
        hidden = next((c.ports.incomplete for c in workload.containers.items if not c.ports.complete), "")
        if hidden:
            return CannotTell(hidden, workload.place)
        return NotApplicable(f"no Service selects `{workload.name}` and it declares no port")
