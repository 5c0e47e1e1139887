"""What autoscalers scale, and who else changes the same workload."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.model.network import Resolution
from opsready.model.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opsready.link.scopes import ByName
    from opsready.model.entity import Entity
    from opsready.model.network import Reference
    from opsready.model.scaling import VerticalAutoscaler
    from opsready.model.workload import Autoscaler


class Scaling:
    """Autoscalers by what they scale, built when the first rule asks."""

    def __init__(
        self,
        autoscalers: Iterable[Autoscaler],
        verticals: Iterable[VerticalAutoscaler],
        references: Iterable[Reference],
        objects: ByName[Entity],
        resolve: Callable[[Reference], Resolution],
    ) -> None:
        """Index everything once."""
        self._objects = objects
        self._resolve = resolve
        self._reference_of = {
            (reference.identity.unit, reference.owner_address): reference
            for reference in references
            if reference.asks == "object" and reference.field.endswith("scaleTargetRef.name")
        }
        # By the unit and the workload, and there by address: a second rendition of an autoscaler is no second one.
        self._autoscalers_of: dict[tuple[str, int], dict[str, Autoscaler]] = defaultdict(dict)
        for autoscaler in autoscalers:
            for workload in self.targets_of(autoscaler):
                key = (autoscaler.identity.unit, id(workload))
                self._autoscalers_of[key].setdefault(autoscaler.address, autoscaler)
        self._verticals_of: dict[int, list[VerticalAutoscaler]] = defaultdict(list)
        for vertical in verticals:
            for found in objects.nearest(vertical.identity, vertical.target_kind, vertical.target_name):
                self._verticals_of[id(found)].append(vertical)

    def target(self, autoscaler: Autoscaler, /) -> Resolution:
        """What became of the name of an autoscaler's target."""
        reference = self._reference_of.get((autoscaler.identity.unit, autoscaler.identity.address))
        if reference is None:
            return Resolution("unknown", f"`{autoscaler.name}` names no target")
        return self._resolve(reference)

    def targets_of(self, autoscaler: Autoscaler, /) -> tuple[Workload, ...]:
        """The workloads whose replicas an autoscaler sets."""
        found = self._objects.nearest(autoscaler.identity, autoscaler.target_kind, autoscaler.target_name)
        return tuple(workload for workload in found if isinstance(workload, Workload))

    def pods_of(self, workload: Workload, /) -> Workload | None:
        """The workload that declares the pods which another one runs: itself, unless it delegates to one."""
        if not workload.delegates_to:
            return workload
        found = self._objects.nearest(workload.identity, "Deployment", workload.delegates_to)
        return next((target for target in found if isinstance(target, Workload)), None)

    def rival_of(self, autoscaler: Autoscaler, workload: Workload, /) -> Autoscaler | None:
        """Another autoscaler that is deployed together with this one and scales the same workload."""
        found = self._autoscalers_of.get((autoscaler.identity.unit, id(workload)), {})
        for address, other in found.items():
            handed_over = autoscaler.takes_over == other.name or other.takes_over == autoscaler.name
            if address != autoscaler.address and not handed_over:
                return other
        return None

    def resized_by(self, workload: Workload, /) -> tuple[VerticalAutoscaler, ...]:
        """What changes the requests of a workload's containers while it runs."""
        return tuple(self._verticals_of.get(id(workload), ()))
