"""What links to what, as rules see it: one method a question, never a search.

Only type checkers import this module; `opsready.link` answers. What belongs to one family of entities is an attribute
of its own, which is built when the first rule asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import timedelta

    from opsready.api import Applicability
    from opsready.model.alert import Alert
    from opsready.model.built_image import Image
    from opsready.model.composed import ComposedService
    from opsready.model.continuity import Promise
    from opsready.model.datastore import Bucket, Copied, Copies, Datastore, Trait
    from opsready.model.document import Document, RunbookLink
    from opsready.model.entity import Entity
    from opsready.model.network import Reference, Resolution
    from opsready.model.preparedness import Drill, Review
    from opsready.model.recovery import BackupPlan, Coverage, DataKept, RunsIn, Volume
    from opsready.model.rollout import Rollout
    from opsready.model.scaling import VerticalAutoscaler
    from opsready.model.service import Link, Service
    from opsready.model.slo import Measure, Measured, Slo
    from opsready.model.source import Place, Value
    from opsready.model.standard import Standard
    from opsready.model.telemetry import Signals, Telemetry
    from opsready.model.verdict import Severity
    from opsready.model.workload import Autoscaler, Container, DisruptionBudget, EffectiveReplicas, Workload


class Rollouts(Protocol):
    """What introduces new versions of workloads."""

    def of(self, workload: Workload, /) -> tuple[Rollout, ...]:
        """What introduces new versions of a workload."""

    def hidden(self, workload: Workload, /) -> str:
        """Why a rollout of a workload's service may be where it cannot be read; empty where none is known to be."""

    def targets_of(self, rollout: Entity, /) -> tuple[Workload, ...]:
        """The workloads whose versions a rollout introduces; empty where none is declared here."""

    def undeclared(self, addresses: tuple[str, ...], /) -> tuple[str, ...]:
        """Those of some analysis templates that are not declared in this repository."""

    def running_target(self, rollout: Rollout, /) -> Workload | None:
        """A target of a rollout whose own declaration runs replicas; None where all are scaled to 0 or none is."""

    def labelled_canary(self, workload: Workload, /) -> Workload | None:
        """A workload labelled as a canary that shares the network service of a workload with others."""


class Scaling(Protocol):
    """What autoscalers scale, and who else changes the same workload."""

    def target(self, autoscaler: Autoscaler, /) -> Resolution:
        """What became of the name of an autoscaler's target."""

    def targets_of(self, autoscaler: Autoscaler, /) -> tuple[Workload, ...]:
        """The workloads whose replicas an autoscaler sets."""

    def pods_of(self, workload: Workload, /) -> Workload | None:
        """The workload that declares the pods which another one runs; None where it is not here."""

    def rival_of(self, autoscaler: Autoscaler, workload: Workload, /) -> Autoscaler | None:
        """Another autoscaler that is deployed together with this one and scales the same workload."""

    def resized_by(self, workload: Workload, /) -> tuple[VerticalAutoscaler, ...]:
        """What changes the requests of a workload's containers while it runs."""


class ServiceLevels(Protocol):
    """Service level objectives, and what is known of the levels of a service."""

    @property
    def knows_services(self) -> bool:
        """Whether there is any service that an objective could belong to."""

    def of(self, service: Service, /) -> tuple[Slo, ...]:
        """The objectives of a service that hold where it runs."""

    def services_of(self, slo: Slo, /) -> tuple[Service, ...]:
        """The services that an objective belongs to."""

    def measured(self, service: Service, measure: Measure, /) -> Measured:
        """What measures something of a service: an objective, for the error rate an alert as well."""

    def policies_of(self, service: Service, /) -> tuple[Document | Link, ...]:
        """The policies for a spent error budget: documents here first, then links that lead elsewhere."""


class RunbookLinks(Protocol):
    """Where the links to runbooks lead, followed as far as this repository goes."""

    def of_alert(self, alert: Alert, /) -> RunbookLink | None:
        """Where an alert's link leads; None where it has none."""

    def of_service(self, service: Service, /) -> tuple[RunbookLink, ...]:
        """Where each link of a catalogue entry to a runbook leads."""


class Graph(Protocol):
    """What links to what, built once by index; rules ask and never search."""

    @property
    def rollouts(self) -> Rollouts:
        """What introduces new versions of workloads."""

    @property
    def scaling(self) -> Scaling:
        """What autoscalers scale."""

    @property
    def slos(self) -> ServiceLevels:
        """What links service level objectives to services."""

    @property
    def runbook_links(self) -> RunbookLinks:
        """Where the links of alerts and services to runbooks lead."""

    def services_of(self, entity: Entity, /) -> tuple[Service, ...]:
        """The services that own the entity; empty where none does."""

    def workload_of(self, container: Container, /) -> Workload:
        """The workload that a container belongs to."""

    def effective_replicas(self, workload: Workload, /) -> EffectiveReplicas:
        """How many replicas run at least, whoever decides it."""

    def serving(self, workload: Workload, /) -> Applicability:
        """Whether traffic reaches the workload, and if not, why not."""

    def only_scraped(self, workload: Workload, /) -> str:
        """Why nobody may wait for the workload: monitoring alone is seen to call it; empty where anything else may."""

    def budgets_of(self, workload: Workload, /) -> tuple[DisruptionBudget, ...]:
        """The disruption budgets that select the workload's instances."""

    def selected_by(self, budget: DisruptionBudget, /) -> tuple[Workload, ...]:
        """The workloads whose instances a budget selects."""

    def autoscaler_of(self, workload: Workload, /) -> Autoscaler | None:
        """The autoscaler that sets the workload's replicas, None where none does."""

    def third_party(self, container: Container, /) -> str:
        """The name of the known third-party image that the container runs; empty where it is the team's own."""

    def built_here(self, image: str, /) -> str:
        """The file that builds an image of this name (Dockerfile, skaffold, Tilt); empty where none does."""

    def deployed_by_build_tool(self, container: Container, /) -> bool:
        """Whether skaffold or Tilt deploys the container's manifest, and so sets its image itself."""

    def default_requests(self, container: Container, /) -> frozenset[str]:
        """The resources (`cpu`, `memory`) that the pod or a limit range requests where the container does not."""

    def default_limits(self, container: Container, /) -> frozenset[str]:
        """The resources (`cpu`, `memory`) that the pod or a limit range limits where the container does not."""

    def may_be_elsewhere(self, entity: Entity, subject_type: str, /) -> str:
        """Why a counterpart of this type may exist that we cannot look at or cannot read; empty where none can."""

    def single_writer_claim(self, workload: Workload, /) -> Value[str]:
        """The volume claim of the workload that only one node or instance may mount at a time; Unset where none is.

        Unknown where a claim that the workload mounts is not here, so that its access modes cannot be read.
        """

    def resolve(self, reference: Reference, /) -> Resolution:
        """What became of a reference."""

    def runbooks_of(self, service: Service, /) -> tuple[Document | Link, ...]:
        """The service's runbooks: documents of this repository first, then links that lead elsewhere."""

    def broken_links_of(self, service: Service, /) -> tuple[Link, ...]:
        """Links of the service's catalogue entry that lead to no file."""

    def links(self, kind: str, /) -> tuple[Link, ...]:
        """The links of a kind in all catalogue entries, whether or not they lead to a file."""

    def runbook_target(self, alert: Alert, /) -> Resolution:
        """Where an alert's runbook link leads."""

    def code_owner_of(self, service: Service, /) -> tuple[str, Place] | None:
        """The code owner of the service's files, and the line that says so."""

    def documents(self, kind: str, /) -> tuple[Document, ...]:
        """All documents of a kind."""

    def owner_of(self, document: Document, /) -> str:
        """Who keeps a document up to date: the page's owner, else its service's; empty where nobody is named."""

    def workloads_of(self, service: Service, /) -> tuple[Workload, ...]:
        """The workloads that a service owns."""

    @property
    def telemetry(self) -> Telemetries:
        """What shows that workloads emit telemetry."""

    @property
    def preparedness(self) -> Preparedness:
        """What services have for recovery and capacity."""

    @property
    def volumes(self) -> Volumes:
        """Volumes, what mounts them, and which services keep data."""

    @property
    def built(self) -> BuiltImages:
        """What runs the images that are built here."""

    @property
    def datastores(self) -> Datastores:
        """Datastores, what copies them, and whose they are."""

    @property
    def regions(self) -> Regions:
        """In which regions workloads run, as far as this repository shows."""

    @property
    def backups(self) -> Backups:
        """Which volumes are copied, and by what."""


class Preparedness(Protocol):
    """What services have for the day of the disaster and for growth: procedures, plans, drills, reviews."""

    def written(self, service: Service, kind: str, /) -> Resolution:
        """What became of the search for a service's `recovery-procedure` or `capacity-plan`.

        `outside` where it is a page elsewhere, which nobody opens.
        """

    def drills_of(self, service: Service, /) -> tuple[Drill, ...]:
        """The drills of a service, from its own log and from reports about it."""

    def drills_of_nobody(self) -> tuple[Drill, ...]:
        """The drills of reports that name no service."""

    def reviews_of(self, service: Service, /) -> tuple[Review, ...]:
        """The reviews of a service, from its own log and from minutes that name it."""

    def reviews_of_nobody(self) -> tuple[Review, ...]:
        """The reviews of minutes that name no service."""

    def lacks_report(self, drill: Drill, /) -> bool:
        """Whether a drill's report is said to be in this repository and is not."""

    def uncovered(self, procedure: Document, /) -> tuple[str, ...]:
        """The datastores of a recovery procedure's services that none of their procedures mentions."""

    def may_leave_out(self, procedure: Document, /) -> str:
        """Why a recovery procedure may not cover a datastore that cannot be read; empty where it covers all."""


class Telemetries(Protocol):
    """What shows that workloads emit telemetry."""

    def asked(self, telemetry: Telemetry, /) -> Applicability:
        """Whether a workload is to tell about itself: the team's own, and one that stays up."""

    def perhaps_not_asked(self, telemetry: Telemetry, /) -> bool:
        """Whether there may be no question at all: of what is parked and says nothing nothing is asked."""

    def weight(self, telemetry: Telemetry, /) -> Severity | None:
        """The most that a fault weighs of what nobody runs for now; None where it runs."""

    def signals(self, telemetry: Telemetry, /) -> Signals:
        """All that declarations say about a workload's telemetry."""


class Volumes(Protocol):
    """What keeps data, and whose it is."""

    def mounted_by(self, volume: Volume, /) -> tuple[Workload, ...]:
        """The workloads that mount a volume."""

    def disposable(self, volume: Volume, standard: Standard, /) -> str:
        """Why nobody would miss what is on a volume (a cache, telemetry, copies); empty where somebody may."""

    def volumes_of(self, service: Service, standard: Standard, /) -> tuple[Volume, ...]:
        """The volumes that a service's workloads mount and whose loss would be missed."""

    def data_of(self, service: Service, standard: Standard, /) -> DataKept:
        """Whether a service keeps data that would be missed, and what shows it."""


class Backups(Protocol):
    """What copies volumes."""

    def coverage(self, volume: Volume, standard: Standard, /) -> Coverage:
        """Whether something copies a volume, and what shows it."""


class Datastores(Protocol):
    """Databases and buckets: what copies them, and whose they are."""

    def services_of(self, item: Datastore | Bucket, /) -> tuple[Service, ...]:
        """The services that own a datastore or bucket, by name."""

    def of(self, service: Service, /) -> tuple[Datastore, ...]:
        """The datastores of a service whose data would be missed, and is its own as far as can be told."""

    def copies(self, store: Datastore, /) -> Copies:
        """How a datastore's platform copies it, what is said of the place of its copies included."""

    def plans_of(self, store: Datastore, /) -> tuple[tuple[BackupPlan, str], ...]:
        """The plans that copy a datastore, each with why that cannot be told (empty: it can)."""

    def copied(self, store: Datastore, within: timedelta, standard: Standard, /) -> Copied:
        """Whether something copies a datastore again and again, at most so far apart."""

    def kept(self, store: Datastore, wanted: timedelta, /) -> Trait[timedelta]:
        """How long copies of a datastore are kept: by itself, else by a plan that keeps them as long as is wanted."""

    def kept_apart(self, store: Datastore, /) -> Trait[bool]:
        """Whether a copy outlives a datastore: one of its own, else one that a plan keeps elsewhere."""

    def loses(self, store: Datastore, standard: Standard, /) -> Copied:
        """How much data the loss of a datastore would cost at most: `behind`, None where nothing copies it."""

    def promise(self, store: Datastore, /) -> Value[Promise]:
        """The shortest time of data that may be lost, among the promises of a datastore's services."""


class Regions(Protocol):
    """Where workloads run."""

    @property
    def shown(self) -> frozenset[str]:
        """Every region that anything in the repository shows."""

    def of(self, workloads: tuple[Workload, ...], /) -> tuple[RunsIn, ...]:
        """In which regions each of these runs in production; those that end by themselves or are parked left out."""

    def hidden(self, service: Service, /) -> str:
        """Why a service may have workloads that cannot be read; empty where it has not."""


class BuiltImages(Protocol):
    """What runs the images that are built here."""

    @property
    def orchestrated(self) -> bool:
        """Whether anything in the repository says how containers run."""

    @property
    def labeller(self) -> str:
        """The pipeline that labels images while it builds them; empty where none is seen to."""

    def asked(self, image: Image, /) -> Applicability:
        """Whether an image is meant to run in production: what is seen to run is, else its path and content tell."""

    def containers_of(self, image: Image, /) -> tuple[Container, ...]:
        """The containers that run an image."""

    def composed_of(self, image: Image, /) -> tuple[ComposedService, ...]:
        """The services of compose files for production that are built from an image's file."""

    def hidden(self, image: Image, /) -> str:
        """Why more containers may run an image than can be read; empty where all can."""
