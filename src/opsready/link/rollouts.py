"""Which workloads a rollout introduces new versions of, and what it names."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.model.network import NetworkService, Route
from opsready.model.source import Known
from opsready.model.workload import Workload
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from opsready.link.scopes import ByName
    from opsready.model.entity import Entity, Identity
    from opsready.model.opaque import Stub
    from opsready.model.rollout import AnalysisTemplate, Rollout
    from opsready.model.service import Service

_CANARY = "canary"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rollouts are linked with: the graph's indexes.

    `selected` gives the workloads that a network service selects, `served_by` the way back; `owners` gives the services
    of a workload or stub.
    """

    objects: ByName[Entity]
    routes: Sequence[Route]
    selected: Callable[[NetworkService], Sequence[Workload]]
    served_by: Callable[[Workload], Sequence[NetworkService]]
    stubs: Sequence[Stub]
    owners: Callable[[Entity], tuple[Service, ...]]


class Rollouts:
    """Answers what rules ask about rollouts; built when the first one asks."""

    def __init__(
        self, rollouts: Iterable[Rollout], templates: Iterable[AnalysisTemplate], around: Surroundings
    ) -> None:
        """Link every rollout with its targets."""
        self._around = around
        self._templates = self._by_address(templates)
        self._routes_of_host: dict[str, list[Route]] = defaultdict(list)
        for route in around.routes:
            for host in route.hosts:
                self._routes_of_host[host].append(route)
        self._hidden = {
            service.name: f"{stub.input}, which may introduce new versions, could not be opened"
            for stub in around.stubs
            if "Rollout" in stub.could_hold and not stub.third_party
            for service in around.owners(stub)
        }
        self._targets: dict[int, tuple[Workload, ...]] = {}
        self._of: dict[int, list[Rollout]] = defaultdict(list)
        for rollout in rollouts:
            targets = tuple({id(workload): workload for workload in self._reached(rollout)}.values())
            self._targets[id(rollout)] = targets
            for workload in targets:
                self._of[id(workload)].append(rollout)

    @staticmethod
    def _by_address(templates: Iterable[AnalysisTemplate]) -> frozenset[str]:
        names = ((template.identity.kind, template.identity) for template in templates)
        return frozenset(f"{kind}/{name}" for kind, who in names for name in (who.written_name, who.name))

    def of(self, workload: Workload, /) -> tuple[Rollout, ...]:
        """What introduces new versions of a workload."""
        return tuple(self._of.get(id(workload), ()))

    def hidden(self, workload: Workload, /) -> str:
        """Why a rollout of a workload's service may be where it cannot be read; empty where none is known to be."""
        services = self._around.owners(workload)
        return next((self._hidden[service.name] for service in services if service.name in self._hidden), "")

    def targets_of(self, rollout: Entity, /) -> tuple[Workload, ...]:
        """The workloads whose versions a rollout introduces; empty where none is declared here."""
        return self._targets.get(id(rollout), ())

    def undeclared(self, addresses: tuple[str, ...], /) -> tuple[str, ...]:
        """Those of some analysis templates that are not declared in this repository."""
        return tuple(address for address in addresses if address not in self._templates)

    def running_target(self, rollout: Rollout, /) -> Workload | None:
        """A target of a rollout whose own declaration runs replicas; None where all are scaled to 0 or none is."""
        for workload in self.targets_of(rollout):
            replicas = workload.replicas
            if not (isinstance(replicas, Known) and replicas.value == 0):
                return workload
        return None

    def labelled_canary(self, workload: Workload, /) -> Workload | None:
        """A workload labelled as a canary that shares a network service with another: each gets a share of the traffic.

        https://kubernetes.io/docs/concepts/workloads/management/#canary-deployments
        """
        for service in self._around.served_by(workload):
            selected = self._around.selected(service)
            canary = next((found for found in selected if _CANARY in found.selected_labels.values()), None)
            if canary is not None and len(selected) > 1:
                return canary
        return None

    def _reached(self, rollout: Rollout) -> Iterable[Workload]:
        """The workloads behind the target, the destinations, and the routes that have the other share."""
        identity = rollout.identity
        yield from self._named(identity, rollout.target_kind, rollout.target_name)
        for name, namespace in rollout.destinations:
            origin = replace(identity, deploy_namespace=namespace) if namespace else identity
            yield from self._named(origin, "Service", name)
        for host in rollout.hosts:
            for route in self._routes_of_host.get(host, ()):
                if route.identity.unit == identity.unit:
                    for name in route.services:
                        yield from self._named(route.identity, "Service", name)

    def _named(self, origin: Identity, kind: str, name: str) -> Iterable[Workload]:
        for found in self._around.objects.nearest(origin, kind, name) if name else ():
            if isinstance(found, Workload):
                yield found
            elif isinstance(found, NetworkService):
                yield from self._around.selected(found)
