"""Everything that a rule or a rule pack may import, besides `opsready.model`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, TypeVar, get_args, get_origin

from opsready.model.source import Place, Unknown, Unset
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from opsready.joins import Graph
    from opsready.model.datastore import Datastore
    from opsready.model.document import Document
    from opsready.model.standard import Standard
    from opsready.model.verdict import Related, Severity
    from opsready.model.workload import Container, Workload

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


def answers_requests(container: Container, graph: Graph, /) -> Applicability:
    """Whether requests reach a container: of a serving workload its only main one, else those that declare a port.

    Where none declares a port and none has a readiness probe, whichever takes the traffic is as the first one is.
    """
    workload = graph.workload_of(container)
    if container.role == "init":
        return NotApplicable(f"`{container.name}` ends before the pod gets traffic")
    serving = graph.serving(workload)
    if not isinstance(serving, Yes):
        return serving
    together = [other for other in workload.containers.items if other.role != "init"]
    main = [other for other in together if other.role == "main"]
    if container.takes_traffic or (container.role == "main" and len(main) == 1):
        return Yes()
    if not container.ports.complete:
        return CannotTell(container.ports.incomplete)
    if not isinstance(container.readiness, Unset):
        return Yes()
    for other in together:
        if other.takes_traffic or not isinstance(other.readiness, Unset):
            reason = f"`{container.name}` declares no port that takes traffic, `{other.name}` answers for the pod"
            return NotApplicable(reason)
    if container.role == "sidecar":
        reason = f"`{container.name}` declares no port that takes traffic, it runs beside the main container"
        return NotApplicable(reason)
    hidden = next((other.ports.incomplete for other in together if not other.ports.complete), "")
    if hidden:
        return CannotTell(hidden)
    first = main[0]
    return Yes() if first is container else NotApplicable(f"`{first.name}` is asked in its stead: no port is declared")


def weight_of_parked(container: Container, graph: Graph, /) -> Severity | None:
    """The most that a fault weighs of what nobody runs for now; None where it runs."""
    return "low" if graph.effective_replicas(graph.workload_of(container)).parked else None


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


def certainly(document: Document, kind: str, what: str, /) -> Applicability:
    """Whether a page is certainly a document of a kind, and no template; `what` is the kind in words: `a runbook`."""
    if document.kind != kind:
        return NotApplicable(f"`{document.path}` is a {document.kind}")
    if document.template:
        return NotApplicable(f"`{document.path}` is a template")
    if not document.certain:
        return NotApplicable(f"only the path of `{document.path}` suggests that it is {what}")
    return Yes()


def keeps_own_data(store: Datastore, /) -> Applicability:
    """Whether a datastore holds data of its own that somebody would miss."""
    if store.cache:
        return NotApplicable(store.cache)
    copy_of = store.copy_of
    if isinstance(copy_of.value, Unknown):
        return CannotTell(f"whether `{store.name}` is a copy cannot be told: {copy_of.reason}", copy_of.value.place)
    return Yes() if isinstance(copy_of.value, Unset) else NotApplicable(f"`{store.name}` is a copy: {copy_of.says}")


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
    subjects: ClassVar[tuple[type | str, ...]]  # a name where importing the type would cost those who have none
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
