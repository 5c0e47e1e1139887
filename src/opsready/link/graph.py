"""The graph: what links to what, built once from all entities of a repository."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from opsready.api import Applicability, CannotTell, NotApplicable, Yes
from opsready.link.documents import Documents
from opsready.link.ownership import Ownership, assign
from opsready.link.references import References
from opsready.link.replicas import effective_replicas
from opsready.link.scopes import ByLabels, ByName, certain_to_meet
from opsready.model.alert import Alert
from opsready.model.document import Document
from opsready.model.entity import Entity
from opsready.model.network import ConfigObject, NetworkService, Reference, Resolution, Route
from opsready.model.opaque import Stub
from opsready.model.service import Link, Repository, Service
from opsready.model.source import Known, Unknown, Unset, Value
from opsready.model.telemetry import Collector, Injection, Monitor, NamespaceDefaults, Telemetry
from opsready.model.workload import (
    Autoscaler,
    Container,
    DisruptionBudget,
    EffectiveReplicas,
    ProgressiveDelivery,
    Workload,
)
from opsready.records import dataclass
from opsready.resolve.sources import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opsready.link.backups import Backups
    from opsready.link.files import Files
    from opsready.link.images import Images
    from opsready.link.preparedness import Preparations
    from opsready.link.regions import Regions
    from opsready.link.rollouts import Rollouts
    from opsready.link.runbooks import RunbookLinks
    from opsready.link.scaling import Scaling
    from opsready.link.slo_binding import Slos
    from opsready.link.slos import ServiceLevels
    from opsready.link.telemetry import Telemetries
    from opsready.link.volumes import Volumes
    from opsready.model.recovery import BackupPlan, Volume
    from opsready.model.rollout import AnalysisTemplate, Rollout
    from opsready.model.scaling import VerticalAutoscaler
    from opsready.model.slo import Slo
    from opsready.model.source import Place
    from opsready.resolve.units import Destination

E = TypeVar("E", bound=Entity)
_SINGLE_WRITER = frozenset({"ReadWriteOnce", "ReadWriteOncePod"})


@dataclass(frozen=True, slots=True)
class Facts:
    """All that linking needs: entities, catalogue entries, and what is known about the repository around them.

    `foreign_kinds` maps a unit to the objects in it that nobody here reads; `code_owner` gives the owner of a path.
    `tool_inputs` are the paths that skaffold and Tilt deploy; empty where they name none. `destinations` are the
    directories that GitOps objects deploy.
    """

    entities: tuple[Entity, ...]
    catalogue: tuple[Service, ...]
    documents: tuple[Document, ...]
    repository: Repository
    images: Images
    foreign_kinds: Mapping[str, tuple[str, ...]]
    files: Files
    code_owner: Callable[[str], tuple[str, Place] | None]
    tool_inputs: tuple[str, ...] = ()
    destinations: tuple[Destination, ...] = ()


class RepositoryGraph:
    """Answers what rules ask; every answer comes from an index."""

    def __init__(self, facts: Facts) -> None:
        """Build every index."""
        self._facts = facts
        self._scaling: Scaling | None = None
        self._by_type: dict[type[Entity], list[Entity]] = defaultdict(list)
        for entity in facts.entities:
            self._by_type[type(entity)].append(entity)
        self._pods = ByLabels(self._all(Workload))
        self._objects: ByName[Entity] = ByName(
            [*self._all(Workload), *self._all(ConfigObject), *self._all(NetworkService), *self._all(Autoscaler)]
        )
        self._limit_ranges = [item for item in self._all(ConfigObject) if item.defaults or item.default_limits]
        self._workload_of = {id(c): workload for workload in self._all(Workload) for c in workload.containers.items}
        self._stubs_of_unit: dict[str, list[Stub]] = defaultdict(list)
        for stub in self._all(Stub):
            self._stubs_of_unit[stub.identity.unit].append(stub)
        self._third_party = {id(workload): self._runs_third_party(workload) for workload in self._all(Workload)}
        self._selected_by_service = self._select(self._all(NetworkService))
        self._selected_by_budget = self._select(self._all(DisruptionBudget))
        self._link_selectors()
        self._link_scaling()
        self._references = References(self._objects, self._pods, self.may_be_elsewhere, self._foreign)
        self._ownership: Ownership = assign(
            facts.catalogue, self._all(Workload), self._all(Stub), lambda workload: self._third_party[id(workload)]
        )
        self._documents = Documents(facts.documents, facts.files, self._ownership.services)
        self._services_by_name = {service.name: service for service in self._ownership.services}
        self._service_of_word = {
            word: service
            for service in self._ownership.services
            for word in (*service.aliases, service.kubernetes_id, service.name)
            if word
        }
        self._alerts_of = self._link_alerts()

    @property
    def services(self) -> tuple[Service, ...]:
        """Every service, declared and implied, by name."""
        return self._ownership.services

    def subjects(self, subject_type: str) -> Iterable[Entity]:
        """Every subject of a type, by the type's name."""
        if subject_type == "Service":
            return self._ownership.services
        if subject_type == "Document":
            return self._facts.documents
        if subject_type == "Repository":
            return (self._facts.repository,)
        found = self._declared(subject_type)
        if subject_type == "Reference":
            return [item for item in found if not self._references.moot(cast("Reference", item))]
        return found

    def _declared(self, subject_type: str) -> list[Entity]:
        """All entities of a type whose module is imported only where there is one."""
        return next((items for kind, items in self._by_type.items() if kind.__name__ == subject_type), [])

    @cached_property
    def rollouts(self) -> Rollouts:
        """What introduces new versions of workloads."""
        from opsready.link.rollouts import Rollouts, Surroundings

        around = Surroundings(
            self._objects,
            self._all(Route),
            lambda service: self._selected_by_service.get(id(service), ()),
            lambda workload: self._served_by.get(id(workload), ()),
        )
        rollouts = cast("list[Rollout]", self._declared("Rollout"))
        return Rollouts(rollouts, cast("list[AnalysisTemplate]", self._declared("AnalysisTemplate")), around)

    def _all(self, kind: type[E]) -> list[E]:
        return cast("list[E]", self._by_type.get(kind, []))

    def _select(self, owners: Iterable[NetworkService | DisruptionBudget]) -> dict[int, list[Workload]]:
        """The workloads that each owner's selector selects."""
        return {
            id(owner): self._pods.nearest(owner.identity, owner.selector.value)
            if isinstance(owner.selector, Known)
            else []
            for owner in owners
        }

    def _link_selectors(self) -> None:
        """The way back from a workload to what selects it."""
        self._budgets_of: dict[int, list[DisruptionBudget]] = defaultdict(list)
        self._unreadable_budget_in: dict[str, str] = {}
        for budget in self._all(DisruptionBudget):
            if isinstance(budget.selector, Unknown):
                reason = f"what `{budget.address}` selects is unknown: {budget.selector.reason}"
                self._unreadable_budget_in.setdefault(budget.identity.unit, reason)
            for workload in self._selected_by_budget[id(budget)]:
                self._budgets_of[id(workload)].append(budget)
        self._served_by: dict[int, list[NetworkService]] = defaultdict(list)
        for service in self._all(NetworkService):
            for workload in self._selected_by_service[id(service)]:
                self._served_by[id(workload)].append(service)

    def _link_scaling(self) -> None:
        """The way back from a workload to what decides its replicas."""
        self._autoscaler_of: dict[int, Autoscaler] = {}
        self._unreadable_autoscaler_in: dict[str, str] = {}
        for autoscaler in self._all(Autoscaler):
            if autoscaler.target_hidden:
                reason = f"what `{autoscaler.address}` scales is unknown: {autoscaler.target_hidden}"
                self._unreadable_autoscaler_in.setdefault(autoscaler.identity.unit, reason)
            for target in self._objects.nearest(autoscaler.identity, autoscaler.target_kind, autoscaler.target_name):
                self._autoscaler_of.setdefault(id(target), autoscaler)
        self._delivery_of: dict[int, ProgressiveDelivery] = {}
        for delivery in self._all(ProgressiveDelivery):
            scalers = self._objects.nearest(delivery.identity, delivery.autoscaler_kind, delivery.autoscaler_name)
            scaler = next((found for found in scalers if isinstance(found, Autoscaler)), None)
            for target in self._objects.nearest(delivery.identity, delivery.target_kind, delivery.target_name):
                self._delivery_of[id(target)] = delivery
                self._put_in_front(target, delivery)
                if scaler is not None:
                    self._autoscaler_of.setdefault(id(target), scaler)
        self._delegate_of: dict[int, Workload] = {}
        for workload in self._all(Workload):
            if workload.delegates_to:
                for target in self._objects.nearest(workload.identity, "Deployment", workload.delegates_to):
                    self._delegate_of[id(target)] = workload

    def _put_in_front(self, target: Entity, delivery: ProgressiveDelivery) -> None:
        """Link a workload with the network services that its delivery makes, which write no selector."""
        if isinstance(target, Workload):
            for made in delivery.services:
                if isinstance(made, NetworkService):
                    self._selected_by_service[id(made)].append(target)
                    self._served_by[id(target)].append(made)

    def _link_alerts(self) -> dict[str, list[Alert]]:
        linked: dict[str, list[Alert]] = defaultdict(list)
        self._services_of_alert: dict[int, tuple[Service, ...]] = {}
        for alert in self._all(Alert):
            named = {self._service_of_word[value].name for _, value in alert.matchers if value in self._service_of_word}
            self._services_of_alert[id(alert)] = tuple(self._services_by_name[name] for name in sorted(named))
            for name in sorted(named):
                linked[name].append(alert)
        return linked

    def _runs_third_party(self, workload: Workload) -> bool:
        """Whether all main containers run known third-party images."""
        images = [c.image.value for c in workload.containers.items if c.role == "main" and isinstance(c.image, Known)]
        main = [c for c in workload.containers.items if c.role == "main"]
        return bool(images) and len(images) == len(main) and all(map(self._facts.images.third_party, images))

    def _foreign(self, unit: str) -> tuple[str, ...]:
        return self._facts.foreign_kinds.get(unit, ())

    @cached_property
    def slos(self) -> ServiceLevels:
        """Service level objectives, bound to their services when the first rule asks for them."""
        from opsready.link.slos import ServiceLevels

        return ServiceLevels(
            self._bound_slos(),
            self._all(Alert),
            self._all(Stub),
            self.services_of,
            self._documents,
            self._facts.files,
            self._all(ConfigObject),
        )

    def _bound_slos(self) -> Slos | None:
        slos = cast("list[Slo]", list(self.subjects("Slo")))
        if not slos:
            return None
        from opsready.link.slo_binding import Slos

        workloads = ((item.identity.written_name, self._owners(item)) for item in self._all(Workload))
        return Slos(slos, self.services, self._service_of_word, workloads, self._facts.files)

    # What follows is the protocol that rules see: `opsready.api.Graph`.

    def services_of(self, entity: Entity, /) -> tuple[Service, ...]:
        """The services that own an entity, by the workloads that it belongs to, selects or is named by."""
        match entity:
            case Service():
                return (entity,)
            case Container():
                return self._owners(self._workload_of[id(entity)])
            case DisruptionBudget():
                return self._united(self._selected_by_budget[id(entity)])
            case Autoscaler():
                return self._united(self._objects.nearest(entity.identity, entity.target_kind, entity.target_name))
            case Reference():
                return self._owners_of_reference(entity)
            case Alert():
                return self._services_of_alert[id(entity)]
            case Telemetry():
                return self._owners(entity.workload)
            case Collector():
                return self._owners_of_collector(entity)
            case Document():
                names = self._documents.services_of(entity)
                return tuple(self._services_by_name[name] for name in names if name in self._services_by_name)
            case _ if entity.part_of is not None:
                return self.services_of(entity.part_of)
            case _:
                return self._owners_in_family(entity)

    def _owners_in_family(self, entity: Entity) -> tuple[Service, ...]:
        """The owners by the joins of a family; its types, imported only where there is one, are named here."""
        match type(entity).__name__:
            case "Slo":
                return self.slos.services_of(cast("Slo", entity))
            case "Volume":
                return self.volumes.services_of(cast("Volume", entity))
            case _:
                return self._owners(entity) or self._owners_of_rollout(entity)

    def _owners_of_rollout(self, entity: Entity) -> tuple[Service, ...]:
        """The owners of a rollout's targets, else the service that its target is named after."""
        if not self._declared("Rollout"):
            return ()
        owners = self._united(self.rollouts.targets_of(entity))
        named = self._service_of_word.get(getattr(entity, "target_name", ""))
        return owners or ((named,) if named is not None else ())

    @cached_property
    def volumes(self) -> Volumes:
        """Volumes, what mounts them, and which services keep data."""
        from opsready.link.volumes import Volumes

        volumes = cast("list[Volume]", self._declared("Volume"))
        return Volumes(volumes, self._all(Workload), self._all(Stub), self._facts.images, self._owners)

    @cached_property
    def regions(self) -> Regions:
        """In which regions workloads run, as far as this repository shows."""
        from opsready.link.regions import Regions

        return Regions(
            self._all(Workload), self._facts.destinations, self._all(Stub), self.effective_replicas, self._owners
        )

    @cached_property
    def backups(self) -> Backups:
        """Which volumes are copied, and by what."""
        from opsready.link.backups import Backups

        plans = cast("list[BackupPlan]", self._declared("BackupPlan"))
        return Backups(self.volumes, plans, self._all(Workload), self._all(Stub))

    def _owners(self, entity: Entity) -> tuple[Service, ...]:
        return self._ownership.owners.get(id(entity), ())

    def _united(self, entities: Iterable[Entity]) -> tuple[Service, ...]:
        found = {service.name: service for entity in entities for service in self._owners(entity)}
        return tuple(found[name] for name in sorted(found))

    def _owners_of_reference(self, reference: Reference) -> tuple[Service, ...]:
        identity = reference.identity
        if reference.selector is not None:
            selected = self._united(self._pods.nearest(identity, reference.selector))
            # What selects nothing belongs to whom its own name says.
            named = self._service_of_word.get(identity.written_name)
            return selected or ((named,) if named is not None else ())
        owners = [
            owner
            for owner in self._objects.nearest(identity, identity.kind, identity.written_name)
            if isinstance(owner, Workload)
        ]
        if owners:
            return self._united(owners)
        targets = self._objects.nearest(identity, reference.target_kind, reference.target_name)
        return self._united(
            workload
            for target in targets
            for workload in (
                self._selected_by_service.get(id(target), ()) if isinstance(target, NetworkService) else (target,)
            )
        )

    def _owners_of_collector(self, collector: Collector) -> tuple[Service, ...]:
        """The service that a collector's own name says, else those of the workloads that run it."""
        named = self._service_of_word.get(collector.identity.written_name)
        if named is not None:
            return (named,)
        return self._united(
            owner
            for reference in self._users_of.get((collector.identity.kind, collector.identity.written_name), ())
            for owner in self._objects.nearest(
                reference.identity, reference.identity.kind, reference.identity.written_name
            )
        )

    @cached_property
    def _users_of(self) -> dict[tuple[str, str], list[Reference]]:
        """Who names an object, by the object's kind and name."""
        found: dict[tuple[str, str], list[Reference]] = defaultdict(list)
        for reference in self._all(Reference):
            found[reference.target_kind, reference.target_name].append(reference)
        return found

    @cached_property
    def telemetry(self) -> Telemetries:
        """What shows that workloads emit telemetry."""
        from opsready.link.telemetry import Sources, Telemetries

        return Telemetries(
            Sources(
                objects=self._objects,
                pods=self._pods,
                served_by=lambda workload: self._served_by.get(id(workload), ()),
                replicas=self.effective_replicas,
                third_party=self.third_party,
                services=self._all(NetworkService),
                workloads=self._all(Workload),
                injections=self._all(Injection),
                namespaces=self._all(NamespaceDefaults),
                monitors=self._all(Monitor),
                collector_attributes=frozenset(
                    name for collector in self._all(Collector) for name in collector.attributes
                ),
            )
        )

    def workload_of(self, container: Container, /) -> Workload:
        """The workload that a container belongs to."""
        return self._workload_of[id(container)]

    def hidden_containers(self, workload: Entity) -> str:
        """Why a workload may have more containers than can be read; empty where it has not."""
        return workload.containers.incomplete if isinstance(workload, Workload) else ""

    def hidden_volumes(self, workload: Entity) -> str:
        """Why a workload may have volumes that cannot be read; empty where it has not."""
        if not isinstance(workload, Workload) or not (workload.hidden_mounts or workload.hidden_templates):
            return ""
        return self.volumes.hidden_in(workload)

    def effective_replicas(self, workload: Workload, /) -> EffectiveReplicas:
        """How many replicas run at least."""
        key = id(workload)
        autoscaler = self.autoscaler_of(workload)
        hidden = self._unreadable_autoscaler_in.get(workload.identity.unit, "") if autoscaler is None else ""
        return effective_replicas(workload, autoscaler, self._delivery_of.get(key), self._delegate_of.get(key), hidden)

    def serving(self, workload: Workload, /) -> Applicability:
        """Serving: selected by a Service, or declaring a port; never what ends by itself."""
        if not workload.runs_forever:
            return NotApplicable(f"`{workload.name}` ends by itself")
        if workload.delegates_to:
            return NotApplicable(f"its pods are those of `Deployment/{workload.delegates_to}`")
        if self._served_by.get(id(workload)):
            return Yes()
        if any(c.ports.items for c in workload.containers.items if c.role != "init"):
            return Yes()
        if not workload.containers.complete:
            return CannotTell(workload.containers.incomplete, workload.place)
        hidden = next((c.ports.incomplete for c in workload.containers.items if not c.ports.complete), "")
        if hidden:
            return CannotTell(hidden, workload.place)
        return NotApplicable(f"no Service selects `{workload.name}` and it declares no port")

    def budgets_of(self, workload: Workload, /) -> tuple[DisruptionBudget, ...]:
        """The disruption budgets that select the workload's pods."""
        return tuple(self._budgets_of.get(id(workload), ()))

    def selected_by(self, budget: DisruptionBudget, /) -> tuple[Workload, ...]:
        """The workloads whose pods a budget selects."""
        return tuple(self._selected_by_budget[id(budget)])

    def autoscaler_of(self, workload: Workload, /) -> Autoscaler | None:
        """The autoscaler that sets the workload's replicas, or those of what runs its pods in its stead."""
        found = self._autoscaler_of.get(id(workload))
        delegate = self._delegate_of.get(id(workload))
        return self._autoscaler_of.get(id(delegate)) if found is None and delegate is not None else found

    def third_party(self, container: Container, /) -> str:
        """The name of the known third-party image that a container runs."""
        return self._facts.images.third_party(container.image.value) if isinstance(container.image, Known) else ""

    def built_here(self, image: str, /) -> str:
        """The file that builds an image of this name."""
        return self._facts.images.built_here(image)

    def deployed_by_build_tool(self, container: Container, /) -> bool:
        """Whether skaffold or Tilt deploys the container's manifest, and so sets its image itself."""
        inputs = self._facts.tool_inputs
        places = (container.place.span.file, container.identity.unit)
        return not inputs or any(within(place, path) for path in inputs for place in places)

    def default_requests(self, container: Container, /) -> frozenset[str]:
        """What the pod itself or a limit range of its namespace requests for the container."""
        workload = self._workload_of[id(container)]
        return workload.pod_requests.union(*(item.defaults for item in self._ranges_of(workload)))

    def default_limits(self, container: Container, /) -> frozenset[str]:
        """What the pod itself or a limit range of its namespace limits for the container."""
        workload = self._workload_of[id(container)]
        return workload.pod_limits.union(*(item.default_limits for item in self._ranges_of(workload)))

    def _ranges_of(self, workload: Workload) -> list[ConfigObject]:
        return [item for item in self._limit_ranges if certain_to_meet(workload.identity, item.identity)]

    @property
    def scaling(self) -> Scaling:
        """What autoscalers scale, built when the first rule asks."""
        if self._scaling is None:
            from opsready.link.scaling import Scaling

            verticals = cast("list[VerticalAutoscaler]", self.subjects("VerticalAutoscaler"))
            found = self._all(Autoscaler), verticals, self._all(Reference)
            self._scaling = Scaling(*found, self._objects, self.resolve)
        return self._scaling

    def single_writer_claim(self, workload: Workload, /) -> Value[str]:
        """The volume claim that only one node or instance may mount at a time."""
        missing: Value[str] = Unset()
        for claim in workload.volume_claims:
            targets = self._objects.nearest(workload.identity, "PersistentVolumeClaim", claim.name)
            modes = claim.access_modes or next((t.access_modes for t in targets if isinstance(t, ConfigObject)), ())
            if modes and _SINGLE_WRITER.issuperset(modes):
                return Known(claim.name, workload.place)
            if not modes:
                missing = Unknown(
                    f"the volume claim `{claim.name}` is not declared here, so who may mount it is unknown"
                )
        return missing

    def may_be_elsewhere(self, entity: Entity, subject_type: str, /) -> str:
        """Why a counterpart may exist that cannot be read: an input of the same unit could not be opened."""
        for stub in self._stubs_of_unit.get(entity.identity.unit, ()):
            if subject_type in stub.could_hold or subject_type not in _NEUTRAL_TYPES:
                return f"{stub.input} could not be opened"
        unit = entity.identity.unit
        if subject_type == "DisruptionBudget" and isinstance(entity, Workload):
            return self._unreadable_budget_in.get(unit, "") or entity.hidden_labels
        if subject_type == "Autoscaler":
            foreign = next((kind for kind in self._foreign(unit) if "Autoscaler" in kind or "ScaledObject" in kind), "")
            return self._unreadable_autoscaler_in.get(unit, "") or (f"`{foreign}` is not read here" if foreign else "")
        return ""

    def resolve(self, reference: Reference, /) -> Resolution:
        """What became of a reference."""
        return self._references.resolve(reference)

    def runbooks_of(self, service: Service, /) -> tuple[Document | Link, ...]:
        """The service's runbooks: documents here, those that its alerts link, then links that lead elsewhere."""
        found: list[Document | Link] = [*self._documents.about(service, "runbook")]
        found.extend(
            item
            for item in self._documents.runbooks_of_alerts(self._alerts_of.get(service.name, ()))
            if item not in found
        )
        return (*found, *self._documents.links_to_other_files(service, "runbook"))

    def broken_links_of(self, service: Service, /) -> tuple[Link, ...]:
        """Links of the service's catalogue entry that lead to no file."""
        return self._documents.broken_links(service)

    def links(self, kind: str, /) -> tuple[Link, ...]:
        """The links of a kind in all catalogue entries, whether or not they lead to a file."""
        return tuple(link for service in self._facts.catalogue for link in service.links if link.kind == kind)

    def runbook_target(self, alert: Alert, /) -> Resolution:
        """Where an alert's runbook link leads."""
        return self.runbook_links.resolution(alert)

    @cached_property
    def runbook_links(self) -> RunbookLinks:
        """Where the links to runbooks lead."""
        from opsready.link.runbooks import RunbookLinks

        return RunbookLinks(self._documents.by_path, self._facts.files, self._all(Alert), self._ownership.services)

    def code_owner_of(self, service: Service, /) -> tuple[str, Place] | None:
        """The code owner of the service's manifests, else of the file that declares it."""
        files = [workload.place.span.file for workload in self.workloads_of(service)]
        for path in (*files, service.place.span.file):
            owner = self._facts.code_owner(path)
            if owner is not None:
                return owner
        return None

    def documents(self, kind: str, /) -> tuple[Document, ...]:
        """All documents of a kind."""
        return self._documents.of_kind(kind)

    def owner_of(self, document: Document, /) -> str:
        """Who keeps a document up to date: the page's owner, else the owner of its service, else of its file."""
        if isinstance(document.owner, Known):
            return document.owner.value
        for service in self.services_of(document):
            if isinstance(service.owner, Known):
                return service.owner.value
        owner = self._facts.code_owner(document.path)
        return owner[0] if owner else ""

    def workloads_of(self, service: Service, /) -> tuple[Workload, ...]:
        """The workloads that a service owns."""
        return tuple(self._ownership.workloads.get(service.name, ()))

    @cached_property
    def preparedness(self) -> Preparations:
        """What services have for recovery and capacity."""
        from opsready.link.preparedness import Preparations

        stubs = ((stub, self._owners(stub)) for stub in self._all(Stub))
        return Preparations(self._documents, self._facts.files, self.services, self.workloads_of, stubs)


_NEUTRAL_TYPES = frozenset(
    {
        *("Workload", "Container", "DisruptionBudget", "Autoscaler", "Reference", "Alert", "Rollout", "Slo"),
        *("Telemetry", "Collector"),
        *("Volume", "BackupPlan"),
    }
)
