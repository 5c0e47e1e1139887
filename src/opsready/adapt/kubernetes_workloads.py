"""Workloads, their containers, and the names that their pods use for other objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from opsready.adapt.attributes import is_placeholder
from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.adapt.kubernetes_placement import spreads, zone_pin
from opsready.adapt.kubernetes_references import pod_references
from opsready.adapt.kubernetes_selectors import hidden_value
from opsready.adapt.quantities import quantity
from opsready.model.entity import Identity
from opsready.model.source import Items, Known, Unknown, Unset, Value
from opsready.model.workload import (
    Container,
    Port,
    ProbeHandler,
    Quantity,
    RollingUpdate,
    VolumeClaim,
    Workload,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Entity
    from opsready.model.standard import Standard
    from opsready.model.workload import ContainerRole, WorkloadKind
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
    "Pod": "single",
}
# Defaults of https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
_QUARTER = 0.25
_LONGEST_PORT = 6


class _Pod(NamedTuple):
    """A pod template: its metadata and spec."""

    metadata: Node
    spec: Node


def workload(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """A workload, its containers and its references."""
    del standard
    root = root_node(resource)
    identity = identity_of(resource, unit)
    pod = _pod_of(resource.kind, root)
    spec = root.node("spec")
    kind = _KINDS[resource.kind]
    delegated = spec.at("workloadRef").plain_text("name") if resource.kind == "Rollout" else ""
    containers = _containers(pod, identity, kind, delegated=bool(delegated))
    yield Workload(
        identity,
        kind,
        _replicas(kind, spec),
        pod.metadata.pairs("labels"),
        containers,
        spreads(pod.spec),
        _strategy(resource.kind, spec),
        _rolling_update(resource.kind, spec),
        volume_claims=tuple(_volume_claims(pod.spec, spec)),
        pod_requests=frozenset(_pod_requests(pod.spec)),
        node_zone_pinned=zone_pin(pod.spec),
        host_network=pod.spec.plain_text("hostNetwork") == "true",
        hidden_labels=pod.metadata.withheld or hidden_value(pod.metadata, "labels"),
        delegates_to=delegated or None,
    )
    yield from containers.items
    yield from pod_references(identity, pod.spec, spec)


def _pod_of(kind: str, root: Node) -> _Pod:
    if kind == "Pod":
        return _Pod(root.node("metadata"), root.node("spec"))
    template = root.at("spec", "jobTemplate", "spec", "template") if kind == "CronJob" else root.at("spec", "template")
    return _Pod(template.node("metadata"), template.node("spec"))


def _pod_requests(pod: Node) -> Iterator[str]:
    """What the pod requests for all its containers; Kubernetes requests the limit where no request is written."""
    for field in ("requests", "limits"):
        resources = pod.at("resources", field)
        yield from (name for name in ("cpu", "memory") if name in resources)


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
        return Known("progressive", strategy.place) if strategy else Unset("progressive")
    key = "strategy" if kind == "Deployment" else "updateStrategy"
    strategy = spec.node(key)
    if strategy.withheld:
        return Unknown(strategy.withheld, strategy.place)
    value = strategy.text("type")
    return Unset("RollingUpdate") if isinstance(value, Unset) else value


def _rolling_update(kind: str, spec: Node) -> RollingUpdate:
    rolling = spec.at("strategy" if kind == "Deployment" else "updateStrategy", "rollingUpdate")
    if kind == "Deployment":
        return RollingUpdate(rolling.amount("maxUnavailable", _QUARTER), rolling.amount("maxSurge", _QUARTER))
    return RollingUpdate(rolling.amount("maxUnavailable", 1), rolling.amount("maxSurge", 0))


def _volume_claims(pod: Node, spec: Node) -> Iterator[VolumeClaim]:
    for volume in pod.items("volumes").items:
        name = volume.at("persistentVolumeClaim").plain_text("claimName")
        if name:
            yield VolumeClaim(name, own=False)
    for claim in spec.items("volumeClaimTemplates").items:
        name = claim.at("metadata").plain_text("name")
        yield VolumeClaim(name, own=True, access_modes=claim.node("spec").texts("accessModes").items)


def _containers(pod: _Pod, owner: Identity, kind: WorkloadKind, *, delegated: bool) -> Items[Container]:
    if delegated:
        return Items(())
    main, init = pod.spec.items("containers"), pod.spec.items("initContainers")
    made = [_container(node, "main", owner, kind) for node in main.items]
    for node in init.items:
        role: ContainerRole = "sidecar" if node.plain_text("restartPolicy") == "Always" else "init"
        made.append(_container(node, role, owner, kind))
    return Items(tuple(made), main.incomplete or init.incomplete)


def _container(node: Node, role: ContainerRole, owner: Identity, kind: WorkloadKind) -> Container:
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
    )


def _image(node: Node) -> Value[str]:
    value = node.text("image")
    if isinstance(value, Known) and is_placeholder(value.value):
        return Unknown(f"`image` is `{value.value}`, which something fills in before it is deployed", value.place)
    return value


def _probe(node: Node, key: str) -> Value[ProbeHandler]:
    value = node.raw(key)
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Unset()
    probe = node.node(key)
    if not probe:
        return Unknown(f"`{node.inner_path(key)}` is not a mapping", value.place)
    for field, how in (("httpGet", "http"), ("tcpSocket", "tcp"), ("grpc", "grpc"), ("exec", "exec")):
        if field in probe:
            return Known(ProbeHandler(how, _port(probe.node(field)), value.place), value.place)
    return Known(ProbeHandler("", None, value.place), value.place)


def _port(handler: Node) -> int | str | None:
    value = handler.raw("port")
    if isinstance(value, Known) and isinstance(value.value, int | str):
        text = str(value.value)
        return int(text) if text.isdecimal() and len(text) < _LONGEST_PORT else value.value
    return None


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
