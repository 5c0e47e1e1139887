"""The graph: what links to what, built once from all entities of a repository."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from opsready.api import NotApplicable
from opsready.link.documents import Documents
from opsready.link.elsewhere import Elsewhere
from opsready.link.founding import Founding
from opsready.link.ownership import assign
from opsready.link.replicas import Replicas
from opsready.link.scopes import ByName, certain_to_meet
from opsready.link.selection import Selection
from opsready.model.alert import Alert
from opsready.model.document import Document
from opsready.model.entity import Entity
from opsready.model.network import ConfigObject, NetworkService, Reference, Resolution, Route
from opsready.model.opaque import Stub
from opsready.model.service import Link, Repository, Service
from opsready.model.source import Known, Unset, Value
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

    from opsready.api import Applicability
    from opsready.config.terms import Terms
    from opsready.link.backups import Backups
    from opsready.link.belonging import Belonging
    from opsready.link.built_images import BuiltImages
    from opsready.link.datastores import Datastores
    from opsready.link.files import Files
    from opsready.link.images import Images
    from opsready.link.preparedness import Preparations
    from opsready.link.references import References
    from opsready.link.regions import Regions
    from opsready.link.rollouts import Rollouts
    from opsready.link.runbooks import RunbookLinks
    from opsready.link.scaling import Scaling
    from opsready.link.slo_binding import Slos
    from opsready.link.slos import ServiceLevels
    from opsready.link.telemetry import Telemetries
    from opsready.link.volumes import Volumes
    from opsready.model.built_image import Image
    from opsready.model.composed import ComposedService
    from opsready.model.datastore import Bucket, CopyStore, Datastore
    from opsready.model.recovery import BackupPlan, Volume
    from opsready.model.rollout import AnalysisTemplate, Rollout
    from opsready.model.scaling import VerticalAutoscaler
    from opsready.model.slo import Slo
    from opsready.model.source import Place
    from opsready.resolve.units import Destination

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that linking needs: entities, catalogue entries, and what is known about the repository around them.

    `foreign_kinds` maps a unit to the objects in it that nobody here reads; `code_owner` gives the owner of a path.
    `tool_inputs` are the paths that skaffold and Tilt deploy; empty where they name none. `destinations` are the
    directories that GitOps objects deploy. `configured_images` and `load_generators` are the standard's.
    `image_labeller` is the pipeline that labels images while building them. `terms` are what a change is judged by.
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
    configured_images: tuple[str, ...] = ()
    load_generators: frozenset[str] = frozenset()
    image_labeller: str = ""
    terms: Terms | None = None


class RepositoryGraph:
    """Answers what rules ask; every answer comes from an index."""

    def __init__(self, facts: Facts) -> None:
        """Build every index."""
        self._facts = facts
        self._by_type: dict[type[Entity], list[Entity]] = defaultdict(list)
        for entity in facts.entities:
            self._by_type[type(entity)].append(entity)
        workloads, deliveries = self._all(Workload), self._all(ProgressiveDelivery)
        services, autoscalers = self._all(NetworkService), self._all(Autoscaler)
        self._objects: ByName[Entity] = ByName([*workloads, *self._all(ConfigObject), *services, *autoscalers])
        self._limit_ranges = [item for item in self._all(ConfigObject) if item.defaults or item.default_limits]
        self._workload_of = {id(c): workload for workload in workloads for c in workload.containers.items}
        self._selection = Selection(workloads, services, self._all(DisruptionBudget), deliveries, self._objects)
        self._replicas = Replicas(autoscalers, deliveries, workloads, self._objects)
        self._elsewhere = Elsewhere(self._all(Stub), facts.foreign_kinds, self._selection, self._replicas)
        self._founding = Founding(
            self._selection, facts.images, self._all(Reference), facts.configured_images, facts.load_generators
        )
        founds_nothing = self._founding.founds_nothing
        self._ownership = assign(facts.catalogue, workloads, self._all(Stub), founds_nothing, facts.terms)
        self._documents = Documents(facts.documents, facts.files, self._ownership.services)

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

    def _all(self, kind: type[E]) -> list[E]:
        return cast("list[E]", self._by_type.get(kind, []))

    @cached_property
    def _references(self) -> References:
        """What becomes of references."""
        from opsready.link.references import References

        elsewhere = self._elsewhere
        return References(self._objects, self._selection.pods, elsewhere.reason, elsewhere.foreign)

    @cached_property
    def _belonging(self) -> Belonging:
        """Which services own what is no workload."""
        from opsready.link.belonging import Belonging

        return Belonging(
            self._ownership,
            self._selection,
            self._objects,
            self._documents,
            self._all(Alert),
            self._all(Reference),
            self.rollouts.targets_of if self._declared("Rollout") else None,
        )

    @cached_property
    def rollouts(self) -> Rollouts:
        """What introduces new versions of workloads."""
        from opsready.link.rollouts import Rollouts, Surroundings

        selection = self._selection
        around = Surroundings(
            self._objects,
            self._all(Route),
            selection.selected_by,
            selection.services_of,
            self._all(Stub),
            self._ownership.of,
        )
        rollouts = cast("list[Rollout]", self._declared("Rollout"))
        return Rollouts(rollouts, cast("list[AnalysisTemplate]", self._declared("AnalysisTemplate")), around)

    @cached_property
    def scaling(self) -> Scaling:
        """What autoscalers scale."""
        from opsready.link.scaling import Scaling

        verticals = cast("list[VerticalAutoscaler]", self._declared("VerticalAutoscaler"))
        found = self._all(Autoscaler), verticals, self._all(Reference)
        return Scaling(*found, self._objects, self.resolve)

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
        slos = cast("list[Slo]", self._declared("Slo"))
        if not slos:
            return None
        from opsready.link.slo_binding import Slos

        workloads = ((item.identity.written_name, self._ownership.of(item)) for item in self._all(Workload))
        return Slos(slos, self.services, self._belonging.by_word, workloads, self._facts.files)

    @cached_property
    def volumes(self) -> Volumes:
        """Volumes, what mounts them, and which services keep data."""
        from opsready.link.volumes import Volumes

        found = self._volumes(), self._all(Workload), self._all(Stub)
        stores_of = self.datastores.of if self._declared("Datastore") else None
        return Volumes(*found, self._facts.images, self._ownership.of, stores_of)

    def _volumes(self) -> list[Volume]:
        return cast("list[Volume]", self._declared("Volume"))

    @cached_property
    def datastores(self) -> Datastores:
        """Datastores, what copies them, and whose they are."""
        from opsready.link.datastores import Copying, Datastores
        from opsready.link.store_owners import Users

        copying = Copying(
            plans=cast("list[BackupPlan]", self._declared("BackupPlan")),
            targets=cast("list[CopyStore]", self._declared("CopyStore")),
            stubs=self._all(Stub),
            volumes=self._volumes(),
            of_volumes=lambda: self.backups,
        )
        word = self._belonging.by_word.get
        users = Users(self._all(Workload), self._all(Reference), self.services, self.services_of, word)
        stores = cast("list[Datastore]", self._declared("Datastore"))
        return Datastores(stores, cast("list[Bucket]", self._declared("Bucket")), copying, users)

    @cached_property
    def built(self) -> BuiltImages:
        """What runs the images that are built here."""
        from opsready.link.built_images import BuiltImages

        facts, united = self._facts, self._ownership.united
        composed = cast("list[ComposedService]", self._declared("ComposedService"))
        return BuiltImages(self._all(Workload), self._all(Stub), facts.images, united, facts.image_labeller, composed)

    @cached_property
    def regions(self) -> Regions:
        """In which regions workloads run, as far as this repository shows."""
        from opsready.link.regions import Regions

        return Regions(
            self._all(Workload), self._facts.destinations, self._all(Stub), self.effective_replicas, self._ownership.of
        )

    @cached_property
    def backups(self) -> Backups:
        """Which volumes are copied, and by what."""
        from opsready.link.backups import Backups

        plans = cast("list[BackupPlan]", self._declared("BackupPlan"))
        return Backups(self.volumes, plans, self._all(Workload), self._all(Stub))

    @cached_property
    def telemetry(self) -> Telemetries:
        """What shows that workloads emit telemetry."""
        from opsready.link.telemetry import Sources, Telemetries

        return Telemetries(
            Sources(
                objects=self._objects,
                pods=self._selection.pods,
                served_by=self._selection.services_of,
                replicas=self.effective_replicas,
                third_party=self.third_party,
                services=self._all(NetworkService),
                routes=self._all(Route),
                workloads=self._all(Workload),
                injections=self._all(Injection),
                namespaces=self._all(NamespaceDefaults),
                monitors=self._all(Monitor),
                collector_attributes=frozenset(
                    name for collector in self._all(Collector) for name in collector.attributes
                ),
            )
        )

    @cached_property
    def runbook_links(self) -> RunbookLinks:
        """Where the links to runbooks lead."""
        from opsready.link.runbooks import RunbookLinks

        return RunbookLinks(self._documents.by_path, self._facts.files, self._all(Alert), self._ownership.services)

    @cached_property
    def preparedness(self) -> Preparations:
        """What services have for recovery and capacity."""
        from opsready.link.preparedness import Preparations

        stubs = ((stub, self._ownership.of(stub)) for stub in self._all(Stub))
        return Preparations(self._documents, self._facts.files, self.services, self.workloads_of, stubs)

    # What follows is the rest of the protocol that rules see: `opsready.joins.Graph`.

    def services_of(self, entity: Entity, /) -> tuple[Service, ...]:
        """The services that own an entity, by the workloads that it belongs to, selects or is named by."""
        match entity:
            case Service():
                return (entity,)
            case Workload() | Stub() | Repository():
                return self._ownership.of(entity)
            case Container():
                return self._ownership.of(self._workload_of[id(entity)])
            case Telemetry():
                return self._ownership.of(entity.workload)
            case _ if entity.part_of is not None:
                return self.services_of(entity.part_of)
            case _:
                return self._services_of_others(entity)

    def _services_of_others(self, entity: Entity) -> tuple[Service, ...]:
        """The services by the joins of a family; its types, imported only where there is one, are named here."""
        match type(entity).__name__:
            case "Slo":
                return self.slos.services_of(cast("Slo", entity))
            case "Image":
                return self.built.services_of(cast("Image", entity))
            case "Setting":
                return self._owners_of_setting(entity)
            case "ComposedService":
                return self._belonging.of_holder(entity)
            case "Volume":
                return self.volumes.services_of(cast("Volume", entity))
            case "Datastore" | "Bucket":
                return self.datastores.services_of(cast("Datastore", entity))
            case _:
                return self._belonging.services_of(entity)

    def _owners_of_setting(self, setting: Entity) -> tuple[Service, ...]:
        if setting.identity.kind == "Image":
            return self.built.services_of_file(setting.name)
        return self._belonging.of_holder(setting)

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

    def hidden_datastores(self, workload: Entity) -> str:
        """Why a workload may keep data in a way that cannot be read; empty where it cannot."""
        return workload.hidden_templates if isinstance(workload, Workload) else ""

    def effective_replicas(self, workload: Workload, /) -> EffectiveReplicas:
        """How many replicas run at least."""
        return self._replicas.of(workload)

    def only_scraped(self, workload: Workload, /) -> str:
        """Why nobody may wait for the workload: monitoring alone is seen to call it; empty where anything else may."""
        return self.telemetry.only_scraped(workload) if self._all(Monitor) else ""

    def autoscaler_of(self, workload: Workload, /) -> Autoscaler | None:
        """The autoscaler that sets the workload's replicas, or those of what runs its pods in its stead."""
        return self._replicas.autoscaler_of(workload)

    def serving(self, workload: Workload, /) -> Applicability:
        """Serving: selected by a Service, or declaring a port; never what ends by itself, or only makes load."""
        if self._founding.makes_load(workload) and not any(item.declared for item in self._ownership.of(workload)):
            return NotApplicable(f"`{workload.name}` makes load to try others out with, and serves nobody")
        return self._selection.serving(workload)

    def budgets_of(self, workload: Workload, /) -> tuple[DisruptionBudget, ...]:
        """The disruption budgets that select the workload's pods."""
        return tuple(self._selection.budgets_of(workload))

    def selected_by(self, budget: DisruptionBudget, /) -> tuple[Workload, ...]:
        """The workloads whose pods a budget selects."""
        return tuple(self._selection.selected_by(budget))

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

    def single_writer_claim(self, workload: Workload, /) -> Value[str]:
        """The volume claim that only one node or instance may mount at a time."""
        if not workload.volume_claims:
            return Unset()
        from opsready.link.volumes import single_writer_claim

        return single_writer_claim(workload, self._objects)

    def may_be_elsewhere(self, entity: Entity, subject_type: str, /) -> str:
        """Why a counterpart may exist that cannot be read: an input of the same unit could not be opened."""
        return self._elsewhere.reason(entity, subject_type)

    def resolve(self, reference: Reference, /) -> Resolution:
        """What became of a reference."""
        return self._references.resolve(reference)

    def runbooks_of(self, service: Service, /) -> tuple[Document | Link, ...]:
        """The service's runbooks: documents here, those that its alerts link, then links that lead elsewhere."""
        found: list[Document | Link] = [*self._documents.about(service, "runbook")]
        alerts = self._belonging.alerts_of(service) if self._all(Alert) else ()
        found.extend(item for item in self._documents.runbooks_of_alerts(alerts) if item not in found)
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
