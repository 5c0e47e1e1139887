"""Everything that a rule or a rule pack may import, besides `opsready.model`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, Protocol, TypeVar, get_args, get_origin

from opsready.model.source import Place, Unknown
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from opsready.model.alert import Alert
    from opsready.model.document import Document
    from opsready.model.entity import Entity
    from opsready.model.network import Reference, Resolution
    from opsready.model.service import Link, Service
    from opsready.model.source import Value
    from opsready.model.standard import Standard
    from opsready.model.verdict import Related, Severity
    from opsready.model.workload import (
        Autoscaler,
        Container,
        DisruptionBudget,
        EffectiveReplicas,
        Workload,
    )

API_VERSION = 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Yes:
    """The question makes sense for this subject."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The question makes no sense here, and why; such a subject is outside the score."""

    reason: str


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Whether the question makes sense cannot be told from here, and why."""

    reason: str
    place: Place | None = None


Applicability = Yes | NotApplicable | CannotTell


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of a rule; made by `passes`, `fails` and `cannot_tell`.

    A rule that answers several times about one subject gives each answer an `aspect` of its own: a stable word that
    tells it from the others, from one run and one rendition of the subject to the next.
    """

    outcome: str
    place: Place
    message: str = ""
    help: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""
    severity: Severity | None = None
    cause: str = ""
    related: tuple[Related, ...] = ()
    whole: bool = False
    aspect: str = ""


def passes(place: Place, evidence: str, *more: str, related: Iterable[Related] = (), aspect: str = "") -> Finding:
    """Say that the subject is as it should be, and what shows it."""
    return Finding("pass", place, evidence=(evidence, *more), related=tuple(related), aspect=aspect)


def fails(
    place: Place,
    message: str,
    help: str,  # noqa: A002 - what the reader sees it called
    *,
    severity: Severity | None = None,
    cause: str = "",
    related: Iterable[Related] = (),
    evidence: Iterable[str] = (),
    aspect: str = "",
) -> Finding:
    """Say what is wrong, in the user's own names, and what to do.

    `severity` may only lower the rule's own. `cause` names the rule whose failure of the same subject explains this
    one: it counts, and is shown under that one.
    """
    return Finding("fail", place, message, help, tuple(evidence), "", severity, cause, tuple(related), aspect=aspect)


def cannot_tell(
    place: Place,
    reason: str,
    help: str = "",  # noqa: A002 - what the reader sees it called
    *,
    whole: bool = False,
    cause: str = "",
    related: Iterable[Related] = (),
    aspect: str = "",
) -> Finding:
    """Say why the answer cannot be read from here, and what would decide it.

    `whole` says that the answer stands for an unknown number of subjects, such as a list that cannot be read.
    """
    return Finding(
        "unknown",
        place,
        help=help,
        reason=reason,
        cause=cause,
        related=tuple(related),
        whole=whole,
        aspect=aspect,
    )


class Graph(Protocol):
    """What links to what, built once by index; rules ask and never search."""

    def services_of(self, entity: Entity, /) -> tuple[Service, ...]:
        """The services that own the entity; empty where none does."""

    def workload_of(self, container: Container, /) -> Workload:
        """The workload that a container belongs to."""

    def effective_replicas(self, workload: Workload, /) -> EffectiveReplicas:
        """How many replicas run at least, whoever decides it."""

    def serving(self, workload: Workload, /) -> Applicability:
        """Whether traffic reaches the workload, and if not, why not."""

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


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know besides its subject; `tier` is the one for which the rule is asked."""

    graph: Graph
    as_of: date
    standard: Standard
    tier: int


def counts_replicas(workload: Workload, graph: Graph, /) -> Applicability:
    """Whether somebody chooses how many replicas run: not for what ends by itself, runs once a node, or is parked."""
    if not workload.runs_forever:
        return NotApplicable(f"`{workload.name}` ends by itself")
    if workload.delegates_to:
        return NotApplicable(f"`{workload.delegates_to}` declares the pods that `{workload.name}` runs")
    replicas = graph.effective_replicas(workload)
    if workload.kind == "per-node" or replicas.per_node:
        return NotApplicable(f"`{workload.name}` runs once on every node")
    if replicas.parked:
        return NotApplicable(f"`{workload.name}` is parked ({replicas.because})")
    return Yes()


def survives_losses(workload: Workload, graph: Graph, /) -> Applicability:
    """Whether the loss of some replicas must not be the loss of all: anything that serves or runs two or more.

    A serving workload of one replica is asked as well, so that adding a replica never turns a question up.
    """
    counted = counts_replicas(workload, graph)
    if not isinstance(counted, Yes):
        return counted
    replicas = graph.effective_replicas(workload)
    if isinstance(replicas.minimum, int) and not replicas.below_two:
        return counted
    serving = graph.serving(workload)
    if isinstance(serving, NotApplicable) and isinstance(replicas.minimum, Unknown):
        return CannotTell(replicas.minimum.reason, replicas.minimum.place)
    return serving


class RuleEntry(NamedTuple):
    """What is known of a rule without importing it: `subjects` are names of types, `module` is where it is."""

    name: str
    title: str
    objective: str
    subjects: tuple[str, ...]
    severity: str
    caps_objective: bool
    attestable: bool
    by_tier: bool
    module: str
    attribute: str


class Rule(Generic[T]):
    """One question, asked of every subject of its type."""

    name: ClassVar[str]
    objective: ClassVar[str]
    severity: ClassVar[str]
    subjects: ClassVar[tuple[type, ...]]
    caps_objective: ClassVar[bool] = False
    attestable: ClassVar[bool] = False
    by_tier: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        """Take the subject from the class's type argument, where `subjects` does not name it."""
        super().__init_subclass__()
        if "subjects" not in cls.__dict__:
            bases = [base for base in cls.__dict__.get("__orig_bases__", ()) if get_origin(base) is Rule]
            cls.subjects = tuple(argument for base in bases for argument in get_args(base))

    def applies(self, subject: T, context: Context, /) -> Applicability:
        """Say whether the question makes sense here; a "no" is never a pass."""
        del subject, context
        return Yes()

    @abstractmethod
    def check(self, subject: T, context: Context, /) -> Iterator[Finding]:
        """Answer the question at least once; an empty answer is a crash of the rule."""
