"""In which regions workloads run: by their own placement, by the directories they lie in, by what deploys them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from opsready.adapt.region_names import region_in, region_of_path
from opsready.model.recovery import RunsIn
from opsready.model.source import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from opsready.model.entity import Entity
    from opsready.model.opaque import Stub
    from opsready.model.service import Service
    from opsready.model.workload import EffectiveReplicas, Workload
    from opsready.resolve.units import Destination

_REGION_KEYS = frozenset({"topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"})


class Regions:
    """What shows where workloads run."""

    def __init__(
        self,
        workloads: Sequence[Workload],
        destinations: Iterable[Destination],
        stubs: Iterable[Stub],
        replicas: Callable[[Workload], EffectiveReplicas],
        owners: Callable[[Entity], tuple[Service, ...]],
    ) -> None:
        """Index the regions to which GitOps objects deploy each directory, and what hides workloads of a service."""
        self._workloads = workloads
        self._replicas = replicas
        self._deployed_to: dict[str, set[str]] = defaultdict(set)
        for destination in destinations:
            self._deployed_to[destination.path].update(filter(None, map(region_in, destination.names)))
        self._hidden: dict[str, str] = {}
        for stub in stubs:
            if "Workload" in stub.could_hold and not stub.third_party:
                for service in owners(stub):
                    self._hidden.setdefault(service.name, f"{stub.input} could not be opened")

    def hidden(self, service: Service, /) -> str:
        """Why a service may have workloads that cannot be read; empty where it has not."""
        return self._hidden.get(service.name, "")

    @cached_property
    def shown(self) -> frozenset[str]:
        """Every region that anything in the repository shows."""
        return frozenset(region for workload in self._workloads for region in self._regions(workload))

    def of(self, workloads: Iterable[Workload], /) -> tuple[RunsIn, ...]:
        """In which regions each of these runs in production, all declarations of one name together."""
        groups: dict[tuple[str, str], list[Workload]] = defaultdict(list)
        for workload in workloads:
            identity = workload.identity
            if identity.production and workload.runs_forever and not self._replicas(workload).parked:
                groups[identity.kind, identity.written_name].append(workload)
        return tuple(self._runs_in(group) for _, group in sorted(groups.items()))

    def _runs_in(self, group: Sequence[Workload]) -> RunsIn:
        return RunsIn(
            group[0].name,
            tuple(sorted({region for workload in group for region in self._regions(workload)})),
            pinned=all(workload.pinned_regions.items for workload in group),
            kept_apart=any(map(_kept_apart, group)),
            hidden=next((w.pinned_regions.incomplete for w in group if not w.pinned_regions.complete), ""),
        )

    def _regions(self, workload: Workload) -> Iterator[str]:
        """The regions of one declaration: its pins, else what deploys its directory and the directories' names."""
        if workload.pinned_regions.items:
            yield from workload.pinned_regions.items
            return
        unit = workload.identity.unit
        region = region_of_path(unit) or region_of_path(workload.place.span.file)
        if region:
            yield region
        directory = unit.rpartition("/")[0]
        while directory:
            yield from self._deployed_to.get(directory, ())
            directory = directory.rpartition("/")[0]


def _kept_apart(workload: Workload) -> bool:
    spreads = workload.spreads.value if isinstance(workload.spreads, Known) else ()
    return any(spread.topology_key in _REGION_KEYS for spread in spreads)
