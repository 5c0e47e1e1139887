"""Kubernetes objects as neutral entities: which kind becomes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.isolation import isolated
from opsready.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opsready.model.entity import Entity
    from opsready.model.standard import Standard
    from opsready.model.telemetry import Collector
    from opsready.model.verdict import Diagnostic
    from opsready.resolve.units import Resource, Unit


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
        if resource.kind in _MAY_HOLD_COLLECTORS:
            with isolated(resource.file, diagnostics):
                adapted.entities.extend(_collectors(resource, unit, diagnostics))
        if adapter is None:
            if may_make_pods(resource.group, resource.kind):
                adapted.foreign_kinds.append(f"{resource.kind}/{resource.name}")
            continue
        if resource.kind in _DATABASE_KINDS and may_make_pods(resource.group, resource.kind):
            adapted.foreign_kinds.append(f"{resource.kind}/{resource.name}")
        with isolated(resource.file, diagnostics):
            adapted.entities.extend(tuple(adapter(resource, unit, standard)))
    adapted.foreign_kinds.extend(unit.other_kinds)
    return adapted


def _collectors(resource: Resource, unit: Unit, diagnostics: list[Diagnostic]) -> list[Collector]:
    """The configurations of the OpenTelemetry Collector in an object; what is wrong in two renditions is said once."""
    if resource.kind == "ConfigMap" and not _mentions_pipelines(resource.tree.get("data")):
        return []
    from opsready.adapt.collectors import collectors, may_hold_collector

    if not may_hold_collector(resource):
        return []
    entities, found = collectors(resource, unit)
    diagnostics.extend(item for item in found if item not in diagnostics)
    return entities


def _mentions_pipelines(data: object) -> bool:
    return isinstance(data, dict) and any(isinstance(text, str) and "pipelines:" in text for text in data.values())


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
    if kind in _ROUTE_KINDS and group in _ROUTE_KINDS[kind]:
        from opsready.adapt.kubernetes_routes import split

        return split
    if kind in _ANALYSIS_KINDS and group == "argoproj.io":
        from opsready.adapt.kubernetes_argo import analysis_template

        return analysis_template
    if kind in _TELEMETRY_KINDS and group in _TELEMETRY_KINDS[kind]:
        from opsready.adapt.kubernetes_telemetry import operators

        return operators
    if kind in _STORAGE_KINDS and group in _STORAGE_KINDS[kind]:
        from opsready.adapt.kubernetes_storage import claim

        return claim
    if kind in _BACKUP_KINDS and group in _BACKUP_KINDS[kind]:
        from opsready.adapt.kubernetes_backups import backup_plan

        return backup_plan
    if kind in _DATABASE_KINDS and group in _DATABASE_KINDS[kind]:
        from opsready.adapt.kubernetes_postgres import postgres

        return postgres
    if kind == "PrometheusRule" and group == "monitoring.coreos.com":
        from opsready.adapt.alerts import alerts_of_resource

        return alerts_of_resource
    if kind in _SLO_KINDS and group in _SLO_KINDS[kind]:
        return _slo_adapter(kind)
    return None


def _slo_adapter(kind: str) -> Callable[[Resource, Unit, Standard], Iterator[Entity]]:
    if kind == "PrometheusServiceLevel":
        from opsready.adapt.sloth import objectives_of_resource

        return objectives_of_resource
    from opsready.adapt.pyrra import objective

    return objective


_WORKLOAD_KINDS = {
    "Deployment": ("apps", "extensions"),
    "StatefulSet": ("apps",),
    "DaemonSet": ("apps", "extensions"),
    "ReplicaSet": ("apps", "extensions"),
    "ReplicationController": ("",),
    "Pod": ("",),
    "Job": ("batch",),
    "CronJob": ("batch",),
    "ScaledJob": ("keda.sh",),
    "Rollout": ("argoproj.io",),
}
_SCALING_KINDS = {
    "PodDisruptionBudget": ("policy",),
    "HorizontalPodAutoscaler": ("autoscaling",),
    "ScaledObject": ("keda.sh",),
    "VerticalPodAutoscaler": ("autoscaling.k8s.io",),
    "Canary": ("flagger.app",),
}
_NETWORK_KINDS = {
    "Service": ("",),
    "Ingress": ("networking.k8s.io", "extensions"),
    "ConfigMap": ("",),
    "Secret": ("",),
    "ServiceAccount": ("",),
    "LimitRange": ("",),
    "SealedSecret": ("bitnami.com",),
    "ExternalSecret": ("external-secrets.io", "kubernetes-client.io"),
}
_GATEWAY = ("gateway.networking.k8s.io", "policy.linkerd.io")
_TRAEFIK = ("traefik.io", "traefik.containo.us")
# Routes that may divide traffic by weight.
_ROUTE_KINDS = {
    "VirtualService": ("networking.istio.io",),
    "HTTPRoute": _GATEWAY,
    "GRPCRoute": _GATEWAY,
    "TLSRoute": _GATEWAY,
    "TCPRoute": _GATEWAY,
    "TrafficSplit": ("split.smi-spec.io",),
    "TraefikService": _TRAEFIK,
    "IngressRoute": _TRAEFIK,
}
_ANALYSIS_KINDS = frozenset({"AnalysisTemplate", "ClusterAnalysisTemplate"})
_SLO_KINDS = {
    "PrometheusServiceLevel": ("sloth.slok.dev",),
    "ServiceLevelObjective": ("pyrra.dev",),
}
_TELEMETRY_KINDS = {
    "Namespace": ("",),
    "Instrumentation": ("opentelemetry.io",),
    "ServiceMonitor": ("monitoring.coreos.com",),
    "PodMonitor": ("monitoring.coreos.com",),
}
# A namespace is only of interest where it asks for something on behalf of all that is in it.
NAMESPACE_HINTS = ("inject", "istio")
_MAY_HOLD_COLLECTORS = frozenset({"OpenTelemetryCollector", "ConfigMap"})
_STORAGE_KINDS = {"PersistentVolumeClaim": ("",)}
_BACKUP_KINDS = {
    "Schedule": ("velero.io", "k8up.io", "backup.appuio.ch"),
    "Backup": ("velero.io",),
    "VolumeSnapshot": ("snapshot.storage.k8s.io",),
    "ReplicationSource": ("volsync.backube",),
    "RecurringJob": ("longhorn.io",),
    "BackupConfiguration": ("stash.appscode.com", "core.kubestash.com"),
    "Policy": ("config.kio.kasten.io",),
}
_DATABASE_KINDS = {
    "Cluster": ("postgresql.cnpg.io",),
    "ScheduledBackup": ("postgresql.cnpg.io",),
    "ObjectStore": ("barmancloud.cnpg.io",),
}
READ_KINDS = frozenset(
    (
        *_WORKLOAD_KINDS,
        *_SCALING_KINDS,
        *_NETWORK_KINDS,
        *_ROUTE_KINDS,
        *_ANALYSIS_KINDS,
        *_SLO_KINDS,
        *(_TELEMETRY_KINDS.keys() - {"Namespace"}),
        *_MAY_HOLD_COLLECTORS,
        *_STORAGE_KINDS,
        *_BACKUP_KINDS,
        *_DATABASE_KINDS,
        "PrometheusRule",
    )
)


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
    "sloth.slok.dev",
    "pyrra.dev",
    "sre.google.com",
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
        "Instrumentation",
        "CustomResourceDefinition",
        "ScheduledBackup",
        "ObjectStore",
    }
)


def may_make_pods(group: str, kind: str) -> bool:
    """Whether an object that is not read here may create pods, as an operator's resource does."""
    return "." in group and not group.endswith(_WITHOUT_PODS) and kind not in _KINDS_WITHOUT_PODS
