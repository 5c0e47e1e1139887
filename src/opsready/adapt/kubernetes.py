"""Kubernetes objects as neutral entities: which kind becomes what, and who an entity is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.isolation import isolated
from opsready.model.entity import Entity, Identity, Ignore
from opsready.model.source import Place
from opsready.parse.syntax import Map, span
from opsready.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opsready.model.standard import Standard
    from opsready.model.verdict import Diagnostic
    from opsready.resolve.units import Resource, Unit

IGNORE_PREFIX = "opsready.dev/ignore."
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNTIL = re.compile(r"\buntil=(\S+)")


@dataclass(frozen=True, slots=True)
class Adapted:
    """What a unit's resources became: entities, and the kinds of object that nothing is known about."""

    entities: list[Entity] = field(default_factory=list)
    foreign_kinds: list[str] = field(default_factory=list)


def adapt_unit(unit: Unit, standard: Standard, diagnostics: list[Diagnostic]) -> Adapted:
    """Turn a unit's resources into entities; one that crashes its adapter is left out with a diagnostic."""
    adapted = Adapted()
    for resource in unit.resources:
        adapter = _adapter_of(resource)
        if adapter is None:
            if may_make_pods(resource.group, resource.kind):
                adapted.foreign_kinds.append(f"{resource.kind}/{resource.name}")
            continue
        with isolated(resource.file, diagnostics):
            adapted.entities.extend(tuple(adapter(resource, unit, standard)))
    adapted.foreign_kinds.extend(unit.other_kinds)
    return adapted


def _adapter_of(resource: Resource) -> Callable[[Resource, Unit, Standard], Iterator[Entity]] | None:
    """The adapter of a kind, imported when the first object of its family is met."""
    kind, group = resource.kind, resource.group
    if kind in _WORKLOAD_KINDS and group in _WORKLOAD_KINDS[kind]:
        from opsready.adapt.kubernetes_workloads import workload

        return workload
    if kind in _SCALING_KINDS and group in _SCALING_KINDS[kind]:
        from opsready.adapt.kubernetes_scaling import scaling

        return scaling
    if kind in _NETWORK_KINDS and group in _NETWORK_KINDS[kind]:
        from opsready.adapt.kubernetes_network import network

        return network
    if kind == "PrometheusRule" and group == "monitoring.coreos.com":
        from opsready.adapt.alerts import alerts_of_resource

        return alerts_of_resource
    return None


_WORKLOAD_KINDS = {
    "Deployment": ("apps", "extensions"),
    "StatefulSet": ("apps",),
    "DaemonSet": ("apps", "extensions"),
    "ReplicaSet": ("apps", "extensions"),
    "ReplicationController": ("",),
    "Pod": ("",),
    "Job": ("batch",),
    "CronJob": ("batch",),
    "Rollout": ("argoproj.io",),
}
_SCALING_KINDS = {
    "PodDisruptionBudget": ("policy",),
    "HorizontalPodAutoscaler": ("autoscaling",),
    "ScaledObject": ("keda.sh",),
    "Canary": ("flagger.app",),
}
_NETWORK_KINDS = {
    "Service": ("",),
    "Ingress": ("networking.k8s.io", "extensions"),
    "ConfigMap": ("",),
    "Secret": ("",),
    "ServiceAccount": ("",),
    "PersistentVolumeClaim": ("",),
    "LimitRange": ("",),
    "SealedSecret": ("bitnami.com",),
    "ExternalSecret": ("external-secrets.io", "kubernetes-client.io"),
}
READ_KINDS = frozenset((*_WORKLOAD_KINDS, *_SCALING_KINDS, *_NETWORK_KINDS, "PrometheusRule"))


# Groups whose objects configure something and never have pods of their own.
_WITHOUT_PODS = (
    ".k8s.io",
    ".istio.io",
    ".googleapis.com",
    "cloud.google.com",
    "networking.gke.io",
    "cert-manager.io",
    "external-secrets.io",
    "bitnami.com",
    "kyverno.io",
    "gatekeeper.sh",
    "flagger.app",
    "linkerd.io",
    "traefik.io",
    "traefik.containo.us",
    "kustomize.config.k8s.io",
    "integreatly.org",
    "policy.linkerd.io",
    "projectcontour.io",
    "getambassador.io",
    "configuration.konghq.com",
    "cilium.io",
    "projectcalico.org",
)


# Of an operator whose other resources run something, the ones that only configure it.
_KINDS_WITHOUT_PODS = frozenset(
    {
        "ServiceMonitor",
        "PodMonitor",
        "Probe",
        "ScrapeConfig",
        "AlertmanagerConfig",
        "PrometheusRule",
        "CustomResourceDefinition",
    }
)


def may_make_pods(group: str, kind: str) -> bool:
    """Whether an object that is not read here may create pods, as an operator's resource does."""
    return "." in group and not group.endswith(_WITHOUT_PODS) and kind not in _KINDS_WITHOUT_PODS


def root_node(resource: Resource) -> Node:
    """The resource itself, shown where its name is written."""
    return Node(resource.tree, resource.file, "", header(resource))


def header(resource: Resource) -> Place:
    """Where a resource's name is written."""
    metadata = resource.tree.get("metadata")
    for key in ("name", "generateName"):
        if isinstance(metadata, Map) and key in metadata.pos:
            _, start, end = metadata.pos[key]
            return Place("", span(resource.file, start, max(start, end)))
    return Place("", span(resource.file, resource.tree.start, resource.tree.start))


def identity_of(resource: Resource, unit: Unit) -> Identity:
    """Who the entity of a resource is; ignores are taken from the object and from its pod template."""
    root = root_node(resource)
    metadata = root.node("metadata")
    template = root.at("spec", "jobTemplate", "spec") if resource.kind == "CronJob" else root.node("spec")
    return Identity(
        kind=resource.kind,
        name=resource.name,
        namespace=resource.namespace,
        unit=unit.id,
        environment=unit.environment,
        production=unit.production,
        place=root.place,
        written_name=resource.written_name,
        deploy_namespace=resource.deploy_namespace,
        labels=metadata.pairs("labels"),
        annotations=metadata.pairs("annotations"),
        ignores=(*_ignores(metadata), *_ignores(template.at("template", "metadata"))),
    )


def _ignores(metadata: Node) -> Iterator[Ignore]:
    annotations = metadata.node("annotations")
    for key in annotations.tree or ():
        if key.startswith(IGNORE_PREFIX):
            yield read_ignore(key[len(IGNORE_PREFIX) :], annotations.plain_text(key), annotations.key_place(key))


def read_ignore(rule: str, text: str, place: Place) -> Ignore:
    """Read `reason; until=2027-03-31`, the value of an ignore annotation."""
    found = _UNTIL.search(text)
    until = found[1].strip(";,") if found else ""
    reason = _UNTIL.sub("", text).strip(" ;,\n\t")
    problem = ""
    if not reason:
        problem = "gives no reason"
    elif not until:
        problem = "names no last day (`until=YYYY-MM-DD`)"
    elif not _is_date(until):
        problem = f"names a last day that is no date: `{until}`"
    return Ignore(rule, reason, until, place, problem)


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
