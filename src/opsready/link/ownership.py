"""Which service owns what: catalogue entries claim workloads, the rest found implied services."""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from opsready.model.service import Service
from opsready.model.source import Unset
from opsready.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from opsready.config.terms import Terms
    from opsready.model.entity import Entity, Identity
    from opsready.model.opaque import Stub
    from opsready.model.workload import Workload

KUBERNETES_ID = "backstage.io/kubernetes-id"
APPLICATION_NAME = "app.kubernetes.io/name"
_NEVER_FOUND = frozenset({"run-to-completion", "scheduled", "per-node"})
_STUB_KINDS_THAT_NEVER_FOUND = frozenset({"Job", "CronJob", "DaemonSet"})
# kubectl's short names, which people write in `scope.workloads`.
_SHORT_KINDS = {
    "deploy": "deployment",
    "sts": "statefulset",
    "ds": "daemonset",
    "rs": "replicaset",
    "cj": "cronjob",
    "po": "pod",
}


@dataclass(frozen=True, slots=True)
class Ownership:
    """Services, and the workloads and stubs of each by the service's name; by the subject's `id()` the way back."""

    services: tuple[Service, ...]
    owners: dict[int, tuple[Service, ...]]
    workloads: dict[str, list[Workload]] = field(default_factory=dict)

    def of(self, entity: Entity) -> tuple[Service, ...]:
        """The services that own a workload or a stub."""
        return self.owners.get(id(entity), ())

    def united(self, entities: Iterable[Entity]) -> tuple[Service, ...]:
        """The services that own any of these workloads, by name."""
        found = {service.name: service for entity in entities for service in self.of(entity)}
        return tuple(found[name] for name in sorted(found))


class _Catalogue:
    """Catalogue entries by every name that they may be claimed by."""

    def __init__(self, declared: Sequence[Service]) -> None:
        self._order = {id(service): position for position, service in enumerate(declared)}
        self._by_address: dict[str, list[Service]] = defaultdict(list)
        self._by_glob: list[tuple[Service, str]] = []
        self._by_kubernetes_id: dict[str, list[Service]] = defaultdict(list)
        self._by_any_name: dict[str, list[Service]] = defaultdict(list)
        self._by_own_name: dict[str, tuple[Service, ...]] = {}
        for service in declared:
            self._by_own_name[service.name] = (service,)
            if service.workload_patterns:
                self._index_scope(service)
                continue
            self._by_kubernetes_id[service.kubernetes_id or service.name].append(service)
            for name in (service.name, *service.aliases):
                self._by_any_name[name].append(service)

    def _index_scope(self, service: Service) -> None:
        for pattern in map(_normal, service.workload_patterns):
            if _is_glob(pattern):
                self._by_glob.append((service, pattern))
            else:
                self._by_address[pattern].append(service)

    def claims(self, workload: Workload) -> tuple[Service, ...]:
        """The entries that claim a workload, by the most explicit way that any of them has."""
        scoped = self._scoped(workload.identity)
        if scoped:
            return scoped
        label = _label(workload, KUBERNETES_ID)
        if label and label in self._by_kubernetes_id:
            return tuple(self._by_kubernetes_id[label])
        for name in (_label(workload, APPLICATION_NAME), workload.identity.written_name, workload.name):
            if name and name in self._by_any_name:
                return tuple(self._by_any_name[name])
        return ()

    def claims_of_stub(self, stub: Stub, name: str) -> tuple[Service, ...]:
        """The entries that claim what a stub stands for, which shows its kind and name and no label."""
        return self._scoped(stub.identity) or tuple(self._by_any_name.get(name, ()))

    def of_this_name(self, name: str) -> tuple[Service, ...]:
        """The entry of that name: there is one service of a name, whatever its scope leaves out."""
        return self._by_own_name.get(name, ())

    def _scoped(self, identity: Identity) -> tuple[Service, ...]:
        """The entries whose `scope.workloads` names an identity."""
        addresses = _addresses(identity)
        found = {id(service): service for address in addresses for service in self._by_address.get(address, ())}
        for service, pattern in self._by_glob:
            if any(address.count("/") == pattern.count("/") and fnmatchcase(address, pattern) for address in addresses):
                found[id(service)] = service
        return tuple(sorted(found.values(), key=lambda service: self._order[id(service)]))


def assign(
    declared: tuple[Service, ...],
    workloads: Sequence[Workload],
    stubs: Iterable[Stub],
    founds_nothing: Callable[[Workload | Stub], bool],
    terms: Terms | None = None,
) -> Ownership:
    """Give every workload and stub to its services; what nobody claims founds implied ones, unless `founds_nothing`.

    With `terms`, services have the tiers of a change's base.
    """
    catalogue = _Catalogue(declared)
    owners: dict[int, tuple[Service, ...]] = {}
    owned: dict[str, list[Workload]] = defaultdict(list)
    founders: dict[str, list[Workload]] = defaultdict(list)
    for workload in workloads:
        claims = catalogue.claims(workload)
        if claims:
            owners[id(workload)] = claims
            for service in claims:
                owned[service.name].append(workload)
        elif workload.kind not in _NEVER_FOUND and workload.delegates_to is None and not founds_nothing(workload):
            founders[_founded_name(workload)].append(workload)
    implied: dict[str, Service] = {}
    for name, group in sorted(founders.items()):
        found = catalogue.of_this_name(name)
        if not found:
            implied[name] = _implied(name, group)
            found = (implied[name],)
        owned[name].extend(group)
        for workload in group:
            owners[id(workload)] = found
    readable = {
        (workload.identity.kind, workload.identity.written_name): owners.get(id(workload), ()) for workload in workloads
    }
    _assign_stubs(stubs, catalogue, implied, owners, readable, _alone(workloads, owners), founds_nothing)
    services = (*(_placed(service, owned[service.name]) for service in declared), *implied.values())
    if terms is not None:
        services = tuple(
            terms.applied(service, [item.identity.address for item in owned[service.name]]) for service in services
        )
    renewed = {service.name: service for service in services}
    return Ownership(
        tuple(sorted(services, key=lambda service: service.name)),
        {key: tuple(renewed[service.name] for service in found) for key, found in owners.items()},
        dict(owned),
    )


def _alone(workloads: Iterable[Workload], owners: dict[int, tuple[Service, ...]]) -> dict[str, tuple[Service, ...]]:
    """For each unit whose workloads all belong to one service, that service."""
    by_unit: dict[str, dict[str, Service]] = defaultdict(dict)
    for workload in workloads:
        for service in owners.get(id(workload), ()):
            by_unit[workload.identity.unit][service.name] = service
    return {unit: tuple(found.values()) for unit, found in by_unit.items() if len(found) == 1}


def _assign_stubs(
    stubs: Iterable[Stub],
    catalogue: _Catalogue,
    implied: dict[str, Service],
    owners: dict[int, tuple[Service, ...]],
    readable: dict[tuple[str, str], tuple[Service, ...]],
    alone: dict[str, tuple[Service, ...]],
    founds_nothing: Callable[[Stub], bool],
) -> None:
    """A stub joins the service of its readable rendition, else the one of its name; a workload's may found one.

    One that is no workload joins the only service that anything readable of its unit belongs to (`alone`).
    """
    # One that is there for sure comes first, so that nothing is in doubt for the sake of one that may not be.
    for stub in sorted(stubs, key=lambda stub: stub.switched_off):
        name = stub.workload_name or stub.name
        if (stub.identity.kind, name) in readable:
            owners[id(stub)] = readable[stub.identity.kind, name]
            continue
        found = catalogue.claims_of_stub(stub, name) or catalogue.of_this_name(name)
        if not found and name in implied:
            found = (implied[name],)
        if not found and not stub.workload_name:
            found = alone.get(stub.identity.unit, ())
        if not found and _founds(stub) and not founds_nothing(stub):
            implied[name] = _implied_from_stub(name, stub)
            found = (implied[name],)
        if found:
            owners[id(stub)] = found


def _founds(stub: Stub) -> bool:
    """Whether a stub is enough to say that there is a service, of which nothing else is known."""
    runs = bool(stub.workload_name) and stub.identity.kind not in _STUB_KINDS_THAT_NEVER_FOUND
    return runs and not stub.third_party


def _normal(pattern: str) -> str:
    kind, slash, rest = pattern.lower().partition("/")
    return f"{_SHORT_KINDS.get(kind, kind)}{slash}{rest}"


def _addresses(identity: Identity) -> tuple[str, ...]:
    """The ways in which people name a workload: with kind and namespace, with either, with neither."""
    kind, name = identity.kind.lower(), identity.name.lower()
    namespace = (identity.namespace or identity.deploy_namespace or "").lower()
    qualified = (f"{kind}/{namespace}/{name}", f"{namespace}/{name}") if namespace else ()
    return (*qualified, f"{kind}/{name}", name)


def _is_glob(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def _label(workload: Workload, key: str) -> str:
    return workload.identity.label(key) or workload.selected_labels.get(key, "")


def _founded_name(workload: Workload) -> str:
    return _label(workload, KUBERNETES_ID) or _label(workload, APPLICATION_NAME) or workload.identity.written_name


def _implied(name: str, group: list[Workload]) -> Service:
    """The service that workloads of one name imply; it is shown where the first of them in production is declared."""
    first = min(group, key=lambda workload: (not workload.identity.production, workload.identity.unit))
    identity = replace(
        first.identity,
        kind="Service",
        name=name,
        written_name=name,
        namespace=None,
        labels=(),
        ignores=(),
    )
    return _undeclared(identity)


def _implied_from_stub(name: str, stub: Stub) -> Service:
    identity = replace(stub.identity, kind="Service", name=name, written_name=name, namespace=None, ignores=())
    doubt = f"{stub.input} leaves `{name}` out unless it is switched on" if stub.switched_off else ""
    return replace(_undeclared(identity), doubt=doubt)


def _undeclared(identity: Identity) -> Service:
    return Service(
        identity, declared=False, source="", owner=Unset(), owner_is_person=False, tier=Unset(), lifecycle=Unset()
    )


def _placed(service: Service, workloads: list[Workload]) -> Service:
    """A declared service whose workloads all live outside production lives there too."""
    if not workloads or any(workload.identity.production for workload in workloads):
        return service
    environment = min(workload.identity.environment for workload in workloads)
    return replace(service, identity=replace(service.identity, environment=environment, production=False))
