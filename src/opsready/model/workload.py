"""What runs: workloads, their containers, and what decides how many of them run at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from opsready.model.entity import Entity
from opsready.model.source import Items, Place, Unknown, Unset, Value
from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.scaling import ScalingMetric

WorkloadKind = Literal["service", "ordered", "per-node", "run-to-completion", "scheduled", "single"]
ContainerRole = Literal["main", "init", "sidecar"]


@dataclass(frozen=True, slots=True)
class Selector:
    """Which labels an object must have: equalities and set expressions, all of which must hold.

    `expressions` holds `(key, operator, values)` with Kubernetes' operators In, NotIn, Exists and DoesNotExist.
    A selector with neither selects everything where `selects_all_when_empty` says so, else nothing.
    """

    equals: tuple[tuple[str, str], ...] = ()
    expressions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    selects_all_when_empty: bool = False

    @property
    def empty(self) -> bool:
        """Whether the selector names no label at all."""
        return not self.equals and not self.expressions

    def matches(self, labels: dict[str, str]) -> bool:
        """Whether an object with these labels is selected."""
        if self.empty:
            return self.selects_all_when_empty
        return all(labels.get(key) == value for key, value in self.equals) and all(
            _expression_holds(labels, key, operator, values) for key, operator, values in self.expressions
        )


def _expression_holds(labels: dict[str, str], key: str, operator: str, values: tuple[str, ...]) -> bool:
    match operator:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Spread:
    """One placement constraint that keeps replicas apart.

    `topology_key` is the node label whose values are kept apart (`topology.kubernetes.io/zone`);
    `mechanism` is `spread-constraint` or `anti-affinity`; `selector` is None where none is written.
    """

    mechanism: Literal["spread-constraint", "anti-affinity"]
    topology_key: str
    selector: Selector | None
    place: Place


@dataclass(frozen=True, slots=True)
class RollingUpdate:
    """How old replicas are replaced: counts, or shares (0..1) of the desired replicas.

    Kubernetes' defaults for a Deployment are 25 % and 25 %
    (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment).
    """

    max_unavailable: Value[int | float]
    max_surge: Value[int | float]


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount as written and in base units: cores for CPU, bytes for memory."""

    text: str
    amount: float


@dataclass(frozen=True, slots=True)
class Port:
    """A port that a container declares; `number` is None where it cannot be read."""

    name: str
    number: int | None
    protocol: str = "TCP"


@dataclass(frozen=True, slots=True)
class ProbeHandler:
    """A health check: how it asks (`http`, `tcp`, `grpc`, `exec`) and on which port, a number or a port's name.

    `asks` is all else that is asked, in one comparable text: path, scheme, host and headers, a command, a service's
    name. `hidden` says why a part of that cannot be read (empty: all can), `hidden_port` why the port cannot.
    `tolerance` is how long in seconds the check may fail before the platform acts, 30 where nothing is written: three
    failures, ten seconds apart
    (https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/).
    """

    how: str
    port: int | str | None
    place: Place
    asks: str = ""
    hidden: str = ""
    hidden_port: str = ""
    tolerance: Value[int] = Unset(30)


@dataclass(frozen=True, slots=True)
class VolumeClaim:
    """A volume claim that a workload mounts.

    `own` is true where each instance has a claim of its own (a template of a StatefulSet); `access_modes` are then
    written beside it, otherwise they stand in the claim that is named. `file_copies` tells what the pod says to a
    backup that copies files: it asks for this volume (`asked`), refuses it (`refused`), or says nothing.
    """

    name: str
    own: bool
    access_modes: tuple[str, ...] = ()
    file_copies: Literal["", "asked", "refused"] = ""


@dataclass(frozen=True, slots=True)
class ShutdownHook:
    """What runs in a container before it is told to stop, while the grace period already passes.

    `least` is how long it takes at least; `unmeasured` is the part of it whose length nothing here says, in the user's
    words (empty: `least` is all).
    """

    least: timedelta
    unmeasured: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Container(Entity):
    """One container of a workload; an init container with `restartPolicy: Always` is a sidecar.

    `image` is the reference as deployed. `cpu_request`, `memory_request` and `memory_limit` are what is written on the
    container itself; what the pod or a limit range adds is the graph's to tell. `non_root` tells whether the platform
    keeps its program from running as root, unset where the image decides; `own_command` whether it starts another
    program than its image does.
    """

    role: ContainerRole
    workload_address: str
    workload_kind: WorkloadKind
    image: Value[str]
    readiness: Value[ProbeHandler]
    liveness: Value[ProbeHandler]
    startup: Value[ProbeHandler]
    cpu_request: Value[Quantity]
    memory_request: Value[Quantity]
    cpu_limit: Value[Quantity]
    memory_limit: Value[Quantity]
    ports: Items[Port]
    shutdown_hook: Value[ShutdownHook] = Unset()
    non_root: Value[bool] = Unset()
    own_command: bool = False

    @property
    def address(self) -> str:
        """The workload's address with the container's name: `Deployment/shop/cart[api]`."""
        return f"{self.workload_address}[{self.identity.name}]"

    @property
    def takes_traffic(self) -> bool:
        """Whether a declared port is for requests: one that is named for metrics is scraped, no user waits for it."""
        return any("metrics" not in port.name and "prom" not in port.name for port in self.ports.items)


@dataclass(frozen=True, slots=True, eq=False)
class Workload(Entity):
    """Something that runs: one declaration of a set of equal instances.

    `replicas` is what the declaration itself says (default 1); the number that takes effect is the graph's to tell.
    `kind` in neutral words: `service` (Deployment, Rollout, ReplicaSet), `ordered` (StatefulSet), `per-node`
    (DaemonSet), `run-to-completion` (Job), `scheduled` (CronJob), `single` (a bare Pod). `pod_labels` are the labels
    that selectors see; `hidden_labels` says why some of them cannot be read (empty: all can), `hidden_mounts` the same
    of the claims that it mounts, `hidden_templates` of those that it makes for itself.
    `pinned_regions` are those outside which no instance may run (empty: it is pinned to none).
    `strategy` is `RollingUpdate`, `Recreate`, `OnDelete` or a controller's own. `shutdown_grace` is how long an
    instance has between the order to stop and being killed. `revision_history` is how many old versions are kept to go
    back to, None where the platform keeps none of such a workload. `flag_settings` are the settings by which an
    instance asks a provider of feature flags.
    """

    kind: WorkloadKind
    replicas: Value[int]
    pod_labels: tuple[tuple[str, str], ...]
    containers: Items[Container]
    spreads: Value[tuple[Spread, ...]]
    strategy: Value[str]
    rolling_update: RollingUpdate
    volume_claims: tuple[VolumeClaim, ...] = ()
    pod_requests: frozenset[str] = frozenset()
    pod_limits: frozenset[str] = frozenset()
    node_zone_pinned: Place | None = None
    pinned_regions: Items[str] = Items(())
    host_network: bool = False
    hidden_labels: str = ""
    hidden_mounts: str = ""
    hidden_templates: str = ""
    delegates_to: str | None = None
    shutdown_grace: Value[timedelta] = Unset(timedelta(seconds=30))
    revision_history: Value[int] | None = None
    flag_settings: tuple[str, ...] = ()

    @property
    def selected_labels(self) -> dict[str, str]:
        """The pod's labels as a dictionary, for selectors."""
        return dict(self.pod_labels)

    @property
    def runs_forever(self) -> bool:
        """Whether instances are meant to stay up, rather than to end."""
        return self.kind not in {"run-to-completion", "scheduled"}


@dataclass(frozen=True, slots=True, eq=False)
class DisruptionBudget(Entity):
    """How many instances must stay up while nodes are drained: counts, or shares (0..1) of what it selects."""

    selector: Value[Selector]
    min_available: Value[int | float]
    max_unavailable: Value[int | float]


@dataclass(frozen=True, slots=True, eq=False)
class Autoscaler(Entity):
    """Something that sets the number of replicas of its target, within bounds.

    Defaults: a HorizontalPodAutoscaler has a minimum of 1; a KEDA ScaledObject has 0 and a maximum of 100.
    `metrics` is what it scales by. `stopped` names what keeps it from scaling, each with its place. `from_zero` is true
    where it wakes what has no replica at all. `paused_at` is the number that it holds its target at while it is paused.
    `target_hidden` says why its target cannot be read (empty: it can), `takes_over` whose target it takes over.
    """

    target_kind: str
    target_name: str
    minimum: Value[int]
    maximum: Value[int]
    metrics: Items[ScalingMetric] = Items(())
    stopped: tuple[tuple[str, Place], ...] = ()
    from_zero: bool = False
    paused_at: int | None = None
    target_hidden: str = ""
    takes_over: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ProgressiveDelivery(Entity):
    """Something that takes a workload's replicas over (a Flagger Canary).

    `services` are the network services that it makes in front of the workload.
    """

    target_kind: str
    target_name: str
    autoscaler_kind: str = ""
    autoscaler_name: str = ""
    services: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectiveReplicas:
    """How many replicas of a workload run at least, and what decides it.

    `minimum` is an Unknown where it cannot be told. `per_node` is true where there is one a node rather than a number.
    `parked` is true where somebody wrote an explicit 0, `perhaps_parked` where that number cannot be read. `because`
    names what decides, in the user's own names.
    """

    minimum: int | Unknown
    because: str
    place: Place
    per_node: bool = False
    parked: bool = False
    perhaps_parked: bool = False

    @property
    def below_two(self) -> bool:
        """Whether it is certain that a single instance (or none) is all there may be."""
        return isinstance(self.minimum, int) and not self.per_node and self.minimum < 2
