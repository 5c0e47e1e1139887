"""Four repositories as people have them, and the score that each deserves: the scale must mean what it says.

A repository is a table of files. Whoever adds a rule reads here what it costs an ordinary team, and adds to the perfect
repository what the rule asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

import pytest

from repositories import BUDGET_POLICY, POSTMORTEM_TEMPLATE, ServiceSpec, recovery_procedure, report_of, runbook, text


@dataclass(frozen=True)
class Repository:
    """The files of a repository by path, and between which scores it belongs, both included."""

    name: str
    lowest: float
    highest: float
    files: dict[str, str]


def yaml(lines: str) -> str:
    return dedent(lines).lstrip("\n")


# Somebody's evening project: one Deployment, as a tutorial shows it.
HOBBY = {
    "deployment.yaml": yaml(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: hello}
        spec:
          selector: {matchLabels: {app: hello}}
          template:
            metadata: {labels: {app: hello}}
            spec:
              containers:
                - name: hello
                  image: hello
                  ports: [{containerPort: 8080}]
        """
    )
}

# A service that a team runs with some care: it has an owner, replicas, a probe and some requests, metrics and an alert,
# a page in a wiki, and postmortems are written. Nobody has thought about disasters.
ORDINARY = {
    "docs/postmortems/template.md": POSTMORTEM_TEMPLATE,
    "opsready-service.yaml": yaml(
        """
        apiVersion: opsready.dev/v1
        kind: Service
        metadata: {name: cart}
        spec:
          owner: {team: checkout}
          tier: 2
          lifecycle: production
          docs: {runbooks: [https://wiki.shop.example/cart]}
        """
    ),
    "k8s/cart.yaml": yaml(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cart, namespace: shop}
        spec:
          replicas: 2
          selector: {matchLabels: {app: cart}}
          template:
            metadata:
              labels: {app: cart}
              annotations: {prometheus.io/scrape: "true", prometheus.io/port: "8080"}
            spec:
              containers:
                - name: cart
                  image: registry.shop.example/cart:1.4.2
                  ports: [{name: http, containerPort: 8080}]
                  readinessProbe: {httpGet: {path: /ready, port: http}}
                  resources:
                    requests: {cpu: 100m}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: cart, namespace: shop}
        spec:
          selector: {app: cart}
          ports: [{port: 80, targetPort: http}]
        """
    ),
    "alerts.yaml": yaml(
        """
        groups:
          - name: cart
            rules:
              - alert: CartErrors
                expr: sum(rate(http_requests_total{job="cart",code=~"5.."}[5m])) > 1
                labels: {severity: warning, service: cart}
        """
    ),
}

# The same service with most of what it takes; what is left open is small.
GOOD = {
    "opsready-service.yaml": yaml(
        """
        apiVersion: opsready.dev/v1
        kind: Service
        metadata: {name: cart}
        spec:
          owner: {team: checkout, contact: "slack:#checkout"}
          tier: 2
          lifecycle: production
          docs: {runbooks: [docs/runbooks/cart.md], recovery_procedure: docs/dr/cart.md}
          escalation:
            - {to: "schedule:checkout-primary", within: 15m}
            - {to: "schedule:checkout-secondary", within: 15m}
          data: {stateful: false}
          objectives: {rto: 6h}
          drills: [{date: 2026-10-20, kind: failover, result: pass}]
          reviews: [{kind: cost, date: 2026-11-03}]
        """
    ),
    "docs/runbooks/cart.md": runbook("cart"),
    "docs/dr/cart.md": recovery_procedure("cart"),
    "slo/cart.yaml": text(ServiceSpec("cart").objectives()),
    "docs/postmortems/template.md": POSTMORTEM_TEMPLATE,
    "k8s/cart.yaml": yaml(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cart, namespace: shop}
        spec:
          replicas: 3
          selector: {matchLabels: {app: cart}}
          template:
            metadata: {labels: {app: cart}}
            spec:
              topologySpreadConstraints:
                - maxSkew: 1
                  topologyKey: topology.kubernetes.io/zone
                  whenUnsatisfiable: ScheduleAnyway
                  labelSelector: {matchLabels: {app: cart}}
              containers:
                - name: cart
                  image: registry.shop.example/cart:1.4.2
                  env:
                    - {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: "http://collector:4317"}
                    - {name: OTEL_SERVICE_NAME, value: cart}
                    - name: OTEL_RESOURCE_ATTRIBUTES
                      value: service.version=1.4.2,deployment.environment.name=production
                    - {name: LOG_FORMAT, value: json}
                  ports: [{name: http, containerPort: 8080}]
                  readinessProbe: {httpGet: {path: /ready, port: http}}
                  livenessProbe: {httpGet: {path: /alive, port: http}, failureThreshold: 6}
                  lifecycle: {preStop: {sleep: {seconds: 10}}}
                  resources:
                    requests: {cpu: 100m, memory: 128Mi}
                    limits: {memory: 256Mi}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: cart, namespace: shop}
        spec:
          selector: {app: cart}
          ports: [{port: 80, targetPort: http}]
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: cart, namespace: shop}
        spec:
          maxUnavailable: 1
          selector: {matchLabels: {app: cart}}
        """
    ),
}

# All of it: tier 1, in two regions, with a database; what no file can show somebody has attested.
PERFECT = {
    "slo/cart.yaml": text(ServiceSpec("cart").objectives()),
    "docs/error-budget-policy.md": BUDGET_POLICY,
    "docs/runbooks/cart.md": runbook("cart"),
    "docs/dr/cart.md": recovery_procedure("cart").replace(
        "newest snapshot", "newest snapshot of `aws_rds_cluster.carts`"
    ),
    "docs/postmortems/template.md": POSTMORTEM_TEMPLATE,
    "opsready-service.yaml": yaml(
        """
        apiVersion: opsready.dev/v1
        kind: Service
        metadata: {name: cart}
        spec:
          owner: {team: checkout, contact: "slack:#checkout", manager: Ada Lind}
          tier: 1
          lifecycle: production
          docs:
            runbooks: [docs/runbooks/cart.md]
            postmortems: docs/postmortems
            recovery_procedure: docs/dr/cart.md
          data:
            stateful: true
            datastores:
              - {ref: aws_rds_cluster.carts, rpo: 5m, rto: 1h}
          objectives: {rpo: 1h, rto: 4h}
          drills:
            - {date: 2026-10-29, kind: failover, result: pass, measured_rto: 40m, measured_rpo: 1m}
          reviews:
            - {kind: cost, date: 2026-11-03}
            - {kind: capacity, date: 2026-11-03}
          capacity:
            projections: [{metric: peak_rps, current: 400, measured_on: 2026-11-02, projected: 900, by: 2027-06-01}]
            growth: {rate: 6%/month}
            limit: {metric: peak_rps, value: 2000}
            regions: {primary: eu-north-1, others: [eu-west-1], mode: active-passive}
          attestations:
            - rule: missing-escalation-path
              statement: The pager calls Checkout primary, after ten minutes Checkout secondary.
              by: Ada Lind
              date: "2026-11-02"
              expires: "2027-01-25"
            - rule: single-region
              statement: The database has a replica in eu-west-1, which was promoted on 29 October.
              by: Ada Lind
              date: "2026-11-02"
              expires: "2027-01-25"
        """
    ),
    "deploy/base/kustomization.yaml": "resources: [cart.yaml, autoscaler.yaml, canary.yaml]\n",
    "deploy/base/autoscaler.yaml": yaml(
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: cart, namespace: shop}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
          minReplicas: 3
          maxReplicas: 12
          metrics:
            - type: Resource
              resource: {name: cpu, target: {type: Utilization, averageUtilization: 65}}
        """
    ),
    "deploy/base/canary.yaml": yaml(
        """
        apiVersion: flagger.app/v1beta1
        kind: Canary
        metadata: {name: cart, namespace: shop}
        spec:
          targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
          autoscalerRef: {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, name: cart}
          service: {port: 80, targetPort: http}
          analysis:
            interval: 1m
            threshold: 5
            stepWeight: 10
            maxWeight: 50
            metrics:
              - name: request-success-rate
                thresholdRange: {min: 99}
                interval: 1m
        """
    ),
    # The autoscaler decides about the replicas.
    "deploy/base/cart.yaml": GOOD["k8s/cart.yaml"].replace("  replicas: 3\n", ""),
    "deploy/overlays/prod-eu-north-1/kustomization.yaml": "resources: [../../base]\n",
    "deploy/overlays/prod-eu-west-1/kustomization.yaml": "resources: [../../base]\n",
    "alerts.yaml": yaml(
        """
        groups:
          - name: cart
            rules:
              - alert: CartDown
                expr: sum(up{job="cart"}) == 0
                for: 2m
                labels: {severity: critical, service: cart}
                annotations: {runbook_url: docs/runbooks/cart.md}
        """
    ),
}

REPOSITORIES = (
    Repository("hobby", 20, 35, HOBBY),
    Repository("ordinary", 45, 55, ORDINARY),
    Repository("good", 80.1, 99.9, GOOD),
    Repository("perfect", 100, 100, PERFECT),
)


@pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda repository: repository.name)
def test_a_repository_has_the_score_that_it_deserves(repository: Repository) -> None:
    report = report_of(repository.files)
    assert report.score is not None
    assert repository.lowest <= report.score <= repository.highest, [
        f"{service.name} {objective.name} {objective.score:.2f}"
        for service in report.services
        for objective in service.objectives
    ]


@pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda repository: repository.name)
def test_everything_in_it_can_be_read(repository: Repository) -> None:
    assert report_of(repository.files).diagnostics == ()


def test_a_better_one_has_a_higher_score() -> None:
    scores = [report_of(repository.files).score for repository in REPOSITORIES]
    assert scores == sorted(scores, key=lambda score: score or 0)
