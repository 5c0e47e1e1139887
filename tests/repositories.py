"""Small repositories: manifests, catalogue entries and runbooks as text, good ones unless a test spoils them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import yaml

from opsready.model.verdict import Verdict
from opsready.options import Options
from opsready.report.model import Report
from opsready.run import examine
from opsready.tree import MemoryTree

Object = dict[str, Any]

AS_OF = date(2026, 11, 24)
GOOD_IMAGE = "registry.example/shop/app:1.4.2"
TELEMETRY = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317",
    "OTEL_SERVICE_NAME": "shop",
    "OTEL_RESOURCE_ATTRIBUTES": "service.version=1.4.2,deployment.environment.name=production",
    "LOG_FORMAT": "json",
}
CLAIM: Object = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
BACKUP: Object = {
    "apiVersion": "velero.io/v1",
    "kind": "Schedule",
    "metadata": {"name": "daily", "namespace": "velero"},
    "spec": {"schedule": "0 1 * * *", "template": {"includedNamespaces": ["*"]}},
}
PATCHED = {
    "replicas": "/spec/replicas",
    "image": "/spec/template/spec/containers/0/image",
    "requests": "/spec/template/spec/containers/0/resources",
    "probe": "/spec/template/spec/containers/0/readinessProbe",
    "containers": "/spec/template/spec/containers",
    "spread": "/spec/template/spec/topologySpreadConstraints",
    "templates": "/spec/volumeClaimTemplates",
    "volumes": "/spec/template/spec/volumes",
    "ports": "/spec/template/spec/containers/0/ports",
    "telemetry": "/spec/template/spec/containers/0/env",
}


def report_of(files: Mapping[str, str], **options: Any) -> Report:
    """The report of a repository on a fixed day, everything shown."""
    return examine(MemoryTree(files), Options(**{"as_of": AS_OF, "show": "all", **options}))


def verdicts_of(report: Report, rule: str = "") -> list[Verdict]:
    """Every verdict of a report, or those of one rule."""
    everything = [*(finding.verdict for finding in report.findings), *report.others]
    return [verdict for verdict in everything if rule in {"", verdict.rule}]


def text(*objects: Object) -> str:
    """Objects as the documents of one file."""
    return yaml.safe_dump_all(objects, sort_keys=False)


@dataclass(frozen=True)
class ContainerSpec:
    """One container; `port` 0: it declares none. With `flags` it puts new versions behind feature flags."""

    name: str = "app"
    image: str = GOOD_IMAGE
    requests: bool = True
    probe: bool = True
    alive: bool = True
    port: int = 8080
    flags: bool = True
    telemetry: bool = True

    def rendered(self) -> Object:
        """The container as a manifest has it."""
        made: Object = {"name": self.name, "image": self.image}
        if self.port:
            made["ports"] = [{"containerPort": self.port}]
        variables = {**({"FLAGD_HOST": "flagd"} if self.flags else {}), **(TELEMETRY if self.telemetry else {})}
        if variables:
            made["env"] = [{"name": name, "value": value} for name, value in variables.items()]
        if self.requests:
            made["resources"] = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}}
        if self.probe:
            made["readinessProbe"] = {"httpGet": {"path": "/ready", "port": self.port or 8080}}
        if self.alive:
            made["livenessProbe"] = {"httpGet": {"path": "/alive", "port": self.port or 8080}}
        return made


@dataclass(frozen=True)
class WorkloadSpec:
    """One workload with all that belongs to it; `application` is its `app.kubernetes.io/name`."""

    name: str = "cart"
    application: str = ""
    kind: str = "Deployment"
    namespace: str = ""
    replicas: int | None = 2
    scaled_from: int | None = None
    served: bool = True
    budget: bool = True
    spread: bool = True
    sized: bool = True
    volume: bool = False
    containers: tuple[ContainerSpec, ...] = (ContainerSpec(),)
    ignores: tuple[str, ...] = ()

    def objects(self) -> list[Object]:
        """The workload, and what selects or scales it."""
        made = [self._workload()]
        if self.volume and self.kind != "StatefulSet":
            made.append(self._object("v1", "PersistentVolumeClaim", CLAIM))
        selector = {"app": self.name}
        if self.served and self.kind != "CronJob":
            made.append(self._object("v1", "Service", {"selector": selector, "ports": [{"port": 80}]}))
        if self.budget and self.kind != "CronJob":
            spec = {"maxUnavailable": 1, "selector": {"matchLabels": selector}}
            made.append(self._object("policy/v1", "PodDisruptionBudget", spec))
        if self.scaled_from is not None and self.kind != "CronJob":
            target = {"apiVersion": "apps/v1", "kind": self.kind, "name": self.name}
            spec = {"scaleTargetRef": target, "minReplicas": self.scaled_from, "maxReplicas": 10}
            made.append(self._object("autoscaling/v2", "HorizontalPodAutoscaler", spec))
        return made

    def _object(self, version: str, kind: str, spec: Object) -> Object:
        metadata: Object = {"name": self.name}
        if self.namespace:
            metadata["namespace"] = self.namespace
        return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}

    def _workload(self) -> Object:
        labels = {"app": self.name}
        pod: Object = {"containers": [container.rendered() for container in self.containers]}
        if self.spread:
            pod["topologySpreadConstraints"] = [
                {
                    "maxSkew": 1,
                    "topologyKey": "topology.kubernetes.io/zone",
                    "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": {"matchLabels": labels},
                }
            ]
        if self.volume and self.kind != "StatefulSet":
            pod["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": self.name}}]
        template = {"metadata": {"labels": labels}, "spec": pod}
        if self.kind == "CronJob":
            spec: Object = {"schedule": "@daily", "jobTemplate": {"spec": {"template": template}}}
            made = self._object("batch/v1", "CronJob", spec)
        else:
            spec = {"selector": {"matchLabels": labels}, "template": template}
            if self.replicas is not None:
                spec = {"replicas": self.replicas, **spec}
            if self.volume and self.kind == "StatefulSet":
                spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": CLAIM}]
            made = self._object("apps/v1", self.kind, spec)
        if self.application:
            made["metadata"]["labels"] = {"app.kubernetes.io/name": self.application}
        annotations = {f"opsready.dev/ignore.{rule}": "decided; until=2027-03-31" for rule in self.ignores}
        if self.sized:
            annotations["opsready.dev/fixed-size"] = "the load is known, and small"
        if annotations:
            made["metadata"]["annotations"] = annotations
        return made


@dataclass(frozen=True)
class ServiceSpec:
    """One service with its catalogue entry and its workloads; one that is not `declared` has no entry."""

    name: str = "cart"
    declared: bool = True
    tier: int | None = 2
    owner: str = "team-cart"
    escalation: bool = True
    runbook: bool = True
    prepared: bool = True
    alert_links_runbook: bool | None = None
    levels: bool = True
    recovery: bool = True
    workloads: tuple[WorkloadSpec, ...] = (WorkloadSpec(),)

    def entry(self) -> Object:
        """The `opsready-service.yaml`."""
        spec: Object = {}
        if self.tier is not None:
            spec["tier"] = self.tier
        if self.owner:
            spec["owner"] = {"team": self.owner}
        if self.escalation:
            spec["escalation"] = [{"to": f"schedule:{self.name}"}, {"to": "team:managers", "within": "PT15M"}]
        if self.prepared:
            day = "2026-11-03"
            spec["docs"] = {"recovery_procedure": f"docs/dr/{self.name}.md"}
            spec["drills"] = [{"date": day, "kind": "restore", "result": "pass"}]
            spec["reviews"] = [{"date": day, "kind": kind} for kind in ("cost", "capacity")]
            spec["capacity"] = {"projections": [{"metric": "peak_rps", "projected": 900, "by": "2027-06-01"}]}
        if self.recovery:
            spec["data"] = {"stateful": any(workload.volume for workload in self.workloads)}
            spec["objectives"] = {"rpo": "1h", "rto": "4h"}
        return {"apiVersion": "opsready.dev/v1", "kind": "Service", "metadata": {"name": self.name}, "spec": spec}

    def objectives(self) -> Object:
        """A file of Sloth's with an objective for failed and one for late requests."""
        job = f'{{job="{self.name}"'
        total = f"sum(rate(http_duration_seconds_count{job}}}[{{{{.window}}}}]))"
        failed = f'sum(rate(http_duration_seconds_count{job},code=~"5.."}}[{{{{.window}}}}]))'
        late = f'{total} - sum(rate(http_duration_seconds_bucket{job},le="0.3"}}[{{{{.window}}}}]))'
        slos = [
            {"name": name, "objective": objective, "sli": {"events": {"error_query": bad, "total_query": total}}}
            for name, objective, bad in (("requests", 99.9, failed), ("latency", 99, late))
        ]
        return {"version": "prometheus/v1", "service": self.name, "slos": slos}

    def alert(self) -> Object:
        """A rule file with one paging alert about the service."""
        annotations = {"runbook_url": f"docs/runbooks/{self.name}.md"} if self.alert_links_runbook else {}
        rule = {
            "alert": f"{self.name.title()}Down",
            "expr": f'up{{job="{self.name}"}} == 0',
            "labels": {"severity": "critical"},
            "annotations": annotations,
        }
        return {"groups": [{"name": self.name, "rules": [rule]}]}


@dataclass(frozen=True)
class RepositorySpec:
    """A whole repository. `patched` names a value of a workload that a kustomization patches: `(workload, value)`."""

    services: tuple[ServiceSpec, ...] = (ServiceSpec(),)
    postmortem: bool = True
    backup: bool = False
    patched: tuple[tuple[str, str], ...] = ()
    charted: frozenset[str] = frozenset()
    kustomized: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)

    def files(self) -> dict[str, str]:
        """The files by path."""
        made = dict(self.extra)
        if self.postmortem:
            made["docs/postmortems/template.md"] = POSTMORTEM_TEMPLATE
        if any(service.levels for service in self.services):
            made["docs/error-budget-policy.md"] = BUDGET_POLICY
        if self.backup:
            made["platform/velero/daily.yaml"] = text(BACKUP)
        for service in self.services:
            made |= self._files_of(service)
        return made

    def _files_of(self, service: ServiceSpec) -> dict[str, str]:
        top = f"services/{service.name}"
        folder = f"{top}/chart/templates" if service.name in self.charted else f"{top}/k8s"
        made = {f"{folder}/{workload.name}.yaml": text(*workload.objects()) for workload in service.workloads}
        if service.name in self.charted:
            made[f"{top}/chart/Chart.yaml"] = text({"apiVersion": "v2", "name": service.name, "version": "1.0.0"})
        elif self.kustomized:
            names = [f"{workload.name}.yaml" for workload in service.workloads]
            made[f"{folder}/kustomization.yaml"] = text({"resources": names, "patches": list(self._patches(service))})
        if service.declared:
            made[f"{top}/opsready-service.yaml"] = text(service.entry())
        if service.levels:
            made[f"{top}/slo.yaml"] = text(service.objectives())
        if service.runbook:
            made[f"docs/runbooks/{service.name}.md"] = runbook(service.name)
        if service.declared and service.prepared:
            made[f"docs/dr/{service.name}.md"] = recovery_procedure(service.name)
        if service.alert_links_runbook is not None:
            made[f"{top}/alerts.yaml"] = text(service.alert())
        return made

    def _patches(self, service: ServiceSpec) -> Iterable[Object]:
        for name, value in self.patched:
            for workload in service.workloads:
                if workload.name == name:
                    operation = {"op": "replace", "path": PATCHED[value], "value": "whatever"}
                    yield {"target": {"kind": workload.kind, "name": name}, "patch": yaml.safe_dump([operation])}

    def with_service(self, service: ServiceSpec) -> RepositorySpec:
        """The repository in which a service of the same name is replaced, or added at the end."""
        if any(other.name == service.name for other in self.services):
            kept = tuple(service if other.name == service.name else other for other in self.services)
        else:
            kept = (*self.services, service)
        return replace(self, services=kept)


def runbook(service: str, reviewed: str = "2026-11-01", lines: Iterable[str] = ()) -> str:
    """A runbook that can be followed and was reviewed."""
    return "\n".join(
        [
            "---",
            "type: runbook",
            f"service: {service}",
            "owner: team-cart",
            f"last_reviewed_on: {reviewed}",
            "---",
            f"# Runbook of {service}",
            "",
            f"## When to use this page\n\nUse it when an alert of {service} fires and customers see errors,",
            "or when the dashboard shows that more than one request in a hundred fails for longer than five minutes.",
            "",
            "## Diagnosis\n\n1. Look at the dashboard and find out since when requests fail.",
            f"2. Read the logs of the newest pod with `kubectl logs deploy/{service}` and note the first error.",
            "",
            "## Mitigation\n\n1. Roll the last release back:",
            "",
            f"```sh\nkubectl rollout undo deployment/{service}\n```",
            "",
            "2. Wait until all pods are ready, then check that the rate of errors falls below one in a thousand.",
            *lines,
            "",
        ]
    )


def recovery_procedure(service: str, reviewed: str = "2026-11-01") -> str:
    """A recovery procedure that is complete and was reviewed."""
    return "\n".join(
        [
            "---",
            "type: recovery-procedure",
            f"service: {service}",
            "owner: team-cart",
            f"last_reviewed_on: {reviewed}",
            "---",
            f"# Recovery of {service}",
            "",
            "The incident commander decides.",
            "",
            "1. Restore the newest snapshot.",
            f"2. Start {service} with `kubectl rollout restart deployment/{service}`.",
            "3. Verify that customers can buy.",
            "",
        ]
    )


BUDGET_POLICY = """# Error budget policy

When the budget of a service is spent, nothing but repairs is released until it has recovered.
"""

POSTMORTEM_TEMPLATE = """---
type: postmortem
---
# Postmortem: title

## Impact

## Timeline

## Root cause

## Action items
"""
