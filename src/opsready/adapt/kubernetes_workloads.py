"""Workloads, their containers, and the names that their pods use for other objects."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from opsready.adapt.attributes import is_placeholder
from opsready.adapt.kubernetes_objects import TEMPLATE_OWNERS, identity_of, root_node
from opsready.adapt.kubernetes_placement import region_pins, spreads, zone_pin
from opsready.adapt.kubernetes_references import pod_references
from opsready.adapt.kubernetes_selectors import hidden_value
from opsready.adapt.kubernetes_telemetry import telemetry
from opsready.adapt.quantities import quantity
from opsready.model.entity import Identity
from opsready.model.source import Items, Known, Unknown, Unset, Value
from opsready.model.workload import (
    Container,
    Port,
    Quantity,
    RollingUpdate,
    ShutdownHook,
    VolumeClaim,
    Workload,
)
from opsready.parse.syntax import Map, Masked, Seq

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Entity
    from opsready.model.standard import Standard
    from opsready.model.workload import ContainerRole, ProbeHandler, WorkloadKind
    from opsready.resolve.units import Resource, Unit

_KINDS: dict[str, WorkloadKind] = {
    "Deployment": "service",
    "ReplicaSet": "service",
    "ReplicationController": "service",
    "Rollout": "service",
    "StatefulSet": "ordered",
    "DaemonSet": "per-node",
    "Job": "run-to-completion",
    "CronJob": "scheduled",
    "ScaledJob": "run-to-completion",
    "Pod": "single",
}
# What a Job may set: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-template
_ENDS = frozenset({"Never", "OnFailure"})
# Defaults of https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
_QUARTER = 0.25
# https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
_GRACE: Value[timedelta] = Unset(timedelta(seconds=30))
_LONGEST_GRACE = 31_536_000  # seconds; more is a slip, and would not fit a length of time
# `revisionHistoryLimit` of a Deployment, a StatefulSet and a DaemonSet:
# https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#clean-up-policy and the API reference
_HISTORY = 10
_KEEP_HISTORY = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Rollout"})
_NO_HOOK: Value[ShutdownHook] = Unset()
# The settings by which clients of feature flags find their provider, as each provider documents them.
_FLAG_SETTINGS = frozenset(
    {
        "CONFIGCAT_SDK_KEY",
        "FLAGD_HOST",
        "FLAGD_SOURCE_SELECTOR",
        "FLAGSMITH_ENVIRONMENT_KEY",
        "FLIPT_URL",
        "GROWTHBOOK_CLIENT_KEY",
        "LAUNCHDARKLY_SDK_KEY",
        "SPLIT_SDK_KEY",
        "STATSIG_SERVER_KEY",
        "UNLEASH_API_TOKEN",
        "UNLEASH_API_URL",
        "UNLEASH_URL",
    }
)
# https://openfeature.dev/docs/tutorials/ofo: the operator of OpenFeature adds flagd to such a pod.
_FLAG_ANNOTATIONS = ("openfeature.dev/enabled", "openfeature.dev/featureflagsource")
_FILE_COPIES: dict[str, Literal["asked", "refused"]] = {
    "backup.velero.io/backup-volumes-excludes": "refused",
    "backup.velero.io/backup-volumes": "asked",
}


class _Pod(NamedTuple):
    """A pod template: its metadata and spec."""

    metadata: Node
    spec: Node


def workload(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """A workload, its containers, its telemetry and its references."""
    del standard
    root = root_node(resource)
    identity = identity_of(resource, unit)
    pod = _pod_of(resource.kind, root)
    spec = root.node("spec")
    kind = _workload_kind(resource.kind, pod.spec)
    delegated = spec.at("workloadRef").plain_text("name") if resource.kind == "Rollout" else ""
    containers = _containers(pod, identity, kind, delegated=bool(delegated))
    made = Workload(
        identity,
        kind,
        _replicas(kind, spec),
        pod.metadata.pairs("labels"),
        containers,
        spreads(pod.spec),
        _strategy(resource.kind, spec),
        _rolling_update(resource.kind, spec),
        pod_requests=_pod_resources(pod.spec, "requests", "limits"),
        pod_limits=_pod_resources(pod.spec, "limits"),
        volume_claims=tuple(_volume_claims(pod, spec)),
        node_zone_pinned=zone_pin(pod.spec),
        pinned_regions=region_pins(pod.spec),
        host_network=pod.spec.plain_text("hostNetwork") == "true",
        hidden_labels=pod.metadata.withheld or hidden_value(pod.metadata, "labels"),
        hidden_mounts=_hidden_mounts(pod.spec),
        hidden_templates=spec.items("volumeClaimTemplates").incomplete,
        delegates_to=delegated or None,
        shutdown_grace=_grace(pod.spec),
        revision_history=spec.integer("revisionHistoryLimit", _HISTORY) if resource.kind in _KEEP_HISTORY else None,
        flag_settings=tuple(_flag_settings(pod)),
    )
    yield made
    yield from containers.items
    yield telemetry(made, root, pod.metadata, pod.spec)
    if "volumeClaimTemplates" in spec:
        from opsready.adapt.kubernetes_storage import template_volumes

        yield from template_volumes(identity, spec)
        if resource.kind == "StatefulSet":
            from opsready.adapt.kubernetes_stores import store_of

            yield store_of(made, spec)
    yield from pod_references(identity, pod.spec, spec)
    if _holds_credentials(pod.spec):
        from opsready.adapt.kubernetes_settings import pod_settings

        yield from pod_settings(identity, pod.spec)
    if resource.kind == "Rollout":
        from opsready.adapt.kubernetes_argo import argo_rollout

        yield from argo_rollout(identity, spec)


def _holds_credentials(pod: Node) -> bool:
    """Whether anything that was masked is among a pod's variables and arguments, or anything that a Secret gives."""
    for key in ("containers", "initContainers"):
        containers = pod.tree.get(key) if pod.tree is not None else None
        for container in containers if isinstance(containers, Seq) else ():
            if not isinstance(container, Map):
                continue
            variables = container.get("env")
            for variable in variables if isinstance(variables, Seq) else ():
                if not isinstance(variable, Map):
                    continue
                source = variable.get("valueFrom")
                if isinstance(variable.get("value"), Masked) or (isinstance(source, Map) and "secretKeyRef" in source):
                    return True
            for words in (container.get("command"), container.get("args")):
                if isinstance(words, Seq) and any(isinstance(word, Masked) for word in words):
                    return True
    return False


def _grace(pod: Node) -> Value[timedelta]:
    if "terminationGracePeriodSeconds" not in pod and not pod.withheld:
        return _GRACE
    seconds = pod.integer("terminationGracePeriodSeconds")
    if isinstance(seconds, Known):
        bounded = min(max(seconds.value, 0), _LONGEST_GRACE)
        return Known(timedelta(seconds=bounded), seconds.place, seconds.origin)
    return seconds if isinstance(seconds, Unknown) else _GRACE


def _flag_settings(pod: _Pod) -> Iterator[str]:
    annotations = pod.metadata.tree.get("annotations") if pod.metadata.tree is not None else None
    if isinstance(annotations, Map):
        for key in _FLAG_ANNOTATIONS:
            value = annotations.get(key)
            if value is True or (isinstance(value, str) and value not in {"", "false"}):
                yield key
    containers = pod.spec.tree.get("containers") if pod.spec.tree is not None else None
    for container in containers if isinstance(containers, Seq) else ():
        variables = container.get("env") if isinstance(container, Map) else None
        for variable in variables if isinstance(variables, Seq) else ():
            name = variable.get("name") if isinstance(variable, Map) else None
            if isinstance(name, str) and name in _FLAG_SETTINGS:
                yield name


def _workload_kind(kind: str, pod: Node) -> WorkloadKind:
    """The neutral kind; a bare pod that is meant to end, as a Job's is, and offers no port runs to completion."""
    known = _KINDS[kind]
    if known != "single" or pod.plain_text("restartPolicy") not in _ENDS:
        return known
    containers = pod.items("containers")
    offers = not containers.complete or any("ports" in container for container in containers.items)
    return known if offers else "run-to-completion"


def _pod_of(kind: str, root: Node) -> _Pod:
    if kind == "Pod":
        return _Pod(root.node("metadata"), root.node("spec"))
    template = root.at(*TEMPLATE_OWNERS.get(kind, ("spec",)), "template")
    return _Pod(template.node("metadata"), template.node("spec"))


def _pod_resources(pod: Node, *fields: str) -> frozenset[str]:
    """What the pod sets for all its containers; Kubernetes requests the limit where no request is written."""
    resources = [pod.at("resources", field) for field in fields]
    return frozenset(name for name in ("cpu", "memory") if any(name in node for node in resources))


def _replicas(kind: WorkloadKind, spec: Node) -> Value[int]:
    if kind in {"service", "ordered"}:
        return spec.integer("replicas", 1)
    return Unset(1)


def _strategy(kind: str, spec: Node) -> Value[str]:
    if kind in {"ReplicaSet", "ReplicationController"}:
        # Neither replaces running pods when its template changes.
        return Unset("OnDelete")
    if kind == "Rollout":
        strategy = spec.node("strategy")
        name = "RollingUpdate" if _only_rolls(strategy) else "progressive"
        return Known(name, strategy.place) if strategy else Unset(name)
    key = "strategy" if kind == "Deployment" else "updateStrategy"
    strategy = spec.node(key)
    if strategy.withheld:
        return Unknown(strategy.withheld, strategy.place)
    value = strategy.text("type")
    return Unset("RollingUpdate") if isinstance(value, Unset) else value


def _only_rolls(strategy: Node) -> bool:
    """Whether a Rollout replaces its replicas as a Deployment does: a canary with neither steps nor routes of its own.

    https://argo-rollouts.readthedocs.io/en/stable/features/canary/#mimicking-rolling-update
    """
    canary = strategy.node("canary")
    return bool(canary) and "blueGreen" not in strategy and "steps" not in canary and "trafficRouting" not in canary


def _rolling_update(kind: str, spec: Node) -> RollingUpdate:
    if kind == "Rollout":
        # A canary has a Deployment's limits, with the same defaults:
        # https://argo-rollouts.readthedocs.io/en/stable/features/canary/#maxsurge
        canary = spec.at("strategy", "canary")
        return RollingUpdate(canary.amount("maxUnavailable", _QUARTER), canary.amount("maxSurge", _QUARTER))
    rolling = spec.at("strategy" if kind == "Deployment" else "updateStrategy", "rollingUpdate")
    if kind == "Deployment":
        return RollingUpdate(rolling.amount("maxUnavailable", _QUARTER), rolling.amount("maxSurge", _QUARTER))
    return RollingUpdate(rolling.amount("maxUnavailable", 1), rolling.amount("maxSurge", 0))


def _volume_claims(pod: _Pod, spec: Node) -> Iterator[VolumeClaim]:
    annotations = dict(pod.metadata.pairs("annotations"))
    for volume in pod.spec.items("volumes").items:
        name = volume.at("persistentVolumeClaim").plain_text("claimName")
        if name:
            yield VolumeClaim(name, own=False, file_copies=_file_copies(annotations, volume.plain_text("name")))
    for claim in spec.items("volumeClaimTemplates").items:
        name = claim.at("metadata").plain_text("name")
        modes = claim.node("spec").texts("accessModes").items
        yield VolumeClaim(name, own=True, access_modes=modes, file_copies=_file_copies(annotations, name))


def _file_copies(annotations: Mapping[str, str], volume: str) -> Literal["", "asked", "refused"]:
    """What a pod says of one of its volumes: https://velero.io/docs/main/file-system-backup/."""
    for key, said in _FILE_COPIES.items():
        if key in annotations and volume in map(str.strip, annotations[key].split(",")):
            return said
    return ""


def _hidden_mounts(pod: Node) -> str:
    """Why some of the claims that a pod mounts cannot be read; empty where all can."""
    volumes = pod.items("volumes")
    claims = (volume.node("persistentVolumeClaim").text("claimName") for volume in volumes.items)
    return volumes.incomplete or next((name.reason for name in claims if isinstance(name, Unknown)), "")


def _containers(pod: _Pod, owner: Identity, kind: WorkloadKind, *, delegated: bool) -> Items[Container]:
    if delegated:
        return Items(())
    main, init = pod.spec.items("containers"), pod.spec.items("initContainers")
    made = [_container(node, "main", pod.spec, owner, kind) for node in main.items]
    for node in init.items:
        role: ContainerRole = "sidecar" if node.plain_text("restartPolicy") == "Always" else "init"
        made.append(_container(node, role, pod.spec, owner, kind))
    return Items(tuple(made), main.incomplete or init.incomplete)


def _container(node: Node, role: ContainerRole, pod: Node, owner: Identity, kind: WorkloadKind) -> Container:
    name = node.plain_text("name")
    requests, limits = node.at("resources", "requests"), node.at("resources", "limits")
    identity = Identity(
        kind="Container",
        name=name,
        namespace=None,
        unit=owner.unit,
        environment=owner.environment,
        production=owner.production,
        place=node.place,
        written_name=name,
        deploy_namespace=owner.deploy_namespace,
        labels=owner.labels,
        ignores=owner.ignores,
    )
    return Container(
        identity,
        role,
        owner.address,
        kind,
        _image(node),
        _probe(node, "readinessProbe"),
        _probe(node, "livenessProbe"),
        _probe(node, "startupProbe"),
        _quantity(requests, "cpu"),
        _quantity(requests, "memory"),
        _quantity(limits, "cpu"),
        _quantity(limits, "memory"),
        _ports(node),
        _shutdown_hook(node),
        _non_root(node, pod),
        own_command="command" in node,
    )


def _non_root(container: Node, pod: Node) -> Value[bool]:
    """Whether the container, else its pod, says that it runs as another user than root.

    https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    for owner in (container, pod):
        if "securityContext" not in owner:
            continue
        context = owner.node("securityContext")
        if context.withheld:
            return Unknown(context.withheld, context.place)
        user = context.integer("runAsUser")
        if isinstance(user, Known):
            return Known(user.value != 0, user.place)
        if isinstance(user, Unknown):
            return user
        if context.plain_text("runAsNonRoot") == "true":
            return Known(value=True, place=context.place)
    return Unset()


def _shutdown_hook(node: Node) -> Value[ShutdownHook]:
    if "lifecycle" not in node:
        return _NO_HOOK
    from opsready.adapt.kubernetes_lifecycle import shutdown_hook

    return shutdown_hook(node)


def _image(node: Node) -> Value[str]:
    value = node.text("image")
    if isinstance(value, Known) and is_placeholder(value.value):
        return Unknown(f"`image` is `{value.value}`, which something fills in before it is deployed", value.place)
    return value


def _probe(node: Node, key: str) -> Value[ProbeHandler]:
    value = node.raw(key)
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Unset()
    from opsready.adapt.kubernetes_probes import probe

    return probe(node, key, value.place)


def _quantity(node: Node, key: str) -> Value[Quantity]:
    value = node.text(key)
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Unset()
    found = quantity(value.value)
    if found is None:
        return Unknown(f"`{key}` is `{value.value}`, which is not a quantity", value.place)
    return Known(found, value.place, value.origin)


def _ports(node: Node) -> Items[Port]:
    ports = node.items("ports")
    made = []
    for port in ports.items:
        number = port.integer("containerPort")
        made.append(
            Port(
                port.plain_text("name"),
                number.value if isinstance(number, Known) else None,
                port.plain_text("protocol") or "TCP",
            )
        )
    return Items(tuple(made), ports.incomplete)
