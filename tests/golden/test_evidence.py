"""Every file of the ready example is evidence: without it the score falls, or something can no longer be asked."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from opsready.options import Options
from opsready.run import examine
from opsready.tree import open_directory

if TYPE_CHECKING:
    from opsready.report.model import Report

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "storefront-ready"
AS_OF = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Falls:
    """The score is lower, and `because` of this rule, among others."""

    because: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """The score stays, and an objective of a service is no longer applicable."""

    objective: str
    service: str


@dataclass(frozen=True, slots=True)
class NotListed:
    """An environment before production, which never counts, is no longer listed for a service."""

    environment: str
    service: str


Effect = Falls | NotAsked | NotListed

WITHOUT: dict[str, Effect] = {
    ".github/CODEOWNERS": Falls("missing-owner"),
    # `preview` is then taken for the name of an environment, and the service for one that is not in production.
    ".opsready/config.yaml": NotAsked("ownership", "preview"),
    "docs/capacity/2027.md": Falls("missing-capacity-plan"),
    "docs/drills/2026-10-14-restore-orders.md": Falls("missing-recovery-drill"),
    "docs/drills/2026-11-05-storefront-failover.md": Falls("missing-recovery-drill"),
    "docs/error-budget-policy.md": Falls("missing-error-budget-policy"),
    "docs/playbooks/major-incident.md": Falls("alert-without-runbook"),
    "docs/postmortems/2026-09-17-orders-connection-pool.md": Falls("missing-postmortem-practice"),
    "docs/recovery/orders.md": Falls("missing-recovery-procedure"),
    "docs/recovery/payments.md": Falls("missing-recovery-procedure"),
    "docs/recovery/preview.md": Falls("missing-recovery-procedure"),
    "docs/recovery/storefront.md": Falls("missing-recovery-procedure"),
    "docs/reviews/2026-11-cost-and-capacity.md": Falls("missing-regular-review"),
    "docs/runbooks/orders.md": Falls("missing-runbook"),
    "docs/runbooks/payments.md": Falls("missing-runbook"),
    "docs/runbooks/preview.md": Falls("missing-runbook"),
    "docs/runbooks/storefront.md": Falls("alert-without-runbook"),
    "infrastructure/.terraform.lock.hcl": Falls("terraform-lock-file-missing"),
    "infrastructure/main.tf": NotAsked("deletion-protection", "orders"),
    "infrastructure/registry.tf": NotAsked("immutable-infrastructure", "(shared)"),
    "platform/telemetry/collector.yaml": NotAsked("telemetry-pipeline", "(shared)"),
    "platform/telemetry/instrumentation.yaml": Falls("missing-tracing"),
    "platform/argocd/applications.yaml": Falls("single-region"),
    "platform/velero/schedules.yaml": Falls("missing-volume-backup"),
    "services/orders/Dockerfile": NotAsked("container-images", "orders"),
    "services/orders/deploy/alerts.yaml": NotAsked("alerting", "orders"),
    "services/orders/deploy/analysis.yaml": Falls("rollout-not-progressive"),
    "services/orders/deploy/autoscaler.yaml": Falls("too-few-replicas"),
    "services/orders/deploy/config.yaml": Falls("broken-reference"),
    "services/orders/deploy/disruption-budget.yaml": Falls("missing-disruption-budget"),
    # The pods still name the claim, and so its service still keeps data.
    "services/orders/deploy/invoices.yaml": Falls("broken-reference"),
    "services/orders/deploy/orders.yaml": Falls("broken-reference"),
    "services/orders/deploy/rollout.yaml": Falls("missing-progressive-rollout"),
    "services/orders/opsready-service.yaml": Falls("uncatalogued-service"),
    "services/orders/slo.yaml": Falls("missing-availability-slo"),
    "services/payments/deploy/alerts.yaml": NotAsked("alerting", "payments"),
    "services/payments/deploy/config.yaml": Falls("broken-reference"),
    "services/payments/deploy/disruption-budget.yaml": Falls("missing-disruption-budget"),
    "services/payments/deploy/worker.yaml": Falls("disruption-budget-blocks-drain"),
    "services/payments/opsready-service.yaml": Falls("uncatalogued-service"),
    "services/payments/slo.yaml": Falls("missing-availability-slo"),
    "services/preview/Dockerfile": NotAsked("container-images", "preview"),
    "services/preview/deploy/alerts.yaml": NotAsked("alerting", "preview"),
    "services/preview/deploy/disruption-budget.yaml": Falls("missing-disruption-budget"),
    "services/preview/deploy/monitor.yaml": Falls("missing-metrics-instrumentation"),
    "services/preview/deploy/preview.yaml": Falls("disruption-budget-blocks-drain"),
    "services/preview/deploy/slos.yaml": Falls("missing-latency-slo"),
    "services/preview/opsready-service.yaml": Falls("uncatalogued-service"),
    "services/storefront/Dockerfile": NotAsked("container-images", "storefront"),
    "services/storefront/catalog-info.yaml": Falls("missing-tier"),
    # The kustomization names a file that is not there: what it would have held is unknown.
    "services/storefront/deploy/base/alerts.yaml": Falls("input-not-evaluated"),
    "services/storefront/deploy/base/deployment.yaml": Falls("input-not-evaluated"),
    "services/storefront/deploy/base/disruption-budget.yaml": Falls("missing-disruption-budget"),
    "services/storefront/deploy/base/kustomization.yaml": Falls("input-not-evaluated"),
    "services/storefront/deploy/base/network.yaml": Falls("input-not-evaluated"),
    "services/storefront/deploy/base/slos.yaml": Falls("input-not-evaluated"),
    # What is left is deployed to staging only.
    "services/storefront/deploy/overlays/prod/autoscaler.yaml": Falls("input-not-evaluated"),
    "services/storefront/deploy/overlays/prod/kustomization.yaml": NotAsked("ownership", "storefront"),
    "services/storefront/deploy/overlays/staging/kustomization.yaml": NotListed("staging", "storefront"),
    "services/storefront/opsready-service.yaml": Falls("missing-escalation-path"),
}


def judged(directory: Path) -> Report:
    return examine(open_directory(directory), Options(as_of=AS_OF))


@cache
def complete() -> Report:
    return judged(EXAMPLE)


def objectives(report: Report, service: str) -> set[str]:
    return {objective.name for item in report.services if item.name == service for objective in item.objectives}


def environments(report: Report, service: str) -> set[str]:
    return {name for item in report.services if item.name == service for name in item.environments}


def score(report: Report) -> float:
    assert report.score is not None
    return report.score


def test_the_table_covers_every_file() -> None:
    files = {path.relative_to(EXAMPLE).as_posix() for path in EXAMPLE.rglob("*") if path.is_file()}
    assert set(WITHOUT) == {file for file in files if not file.endswith("README.md")}


@pytest.mark.parametrize(("file", "effect"), WITHOUT.items(), ids=WITHOUT)
def test_what_is_lost_without_a_file(file: str, effect: Effect, tmp_path: Path) -> None:
    copy = tmp_path / "shop"
    shutil.copytree(EXAMPLE, copy)
    (copy / file).unlink()
    before, after = complete(), judged(copy)
    match effect:
        case Falls(rule):
            assert score(after) < score(before)
            assert rule in {finding.verdict.rule for finding in after.findings}
        case NotAsked(objective, service):
            assert score(after) == score(before)
            assert objective in objectives(before, service) - objectives(after, service)
        case NotListed(environment, service):
            assert score(after) == score(before)
            assert environment in environments(before, service) - environments(after, service)


@pytest.mark.parametrize("file", ["README.md", "docs/postmortems/README.md"])
def test_a_page_for_people_is_no_evidence(file: str, tmp_path: Path) -> None:
    copy = tmp_path / "shop"
    shutil.copytree(EXAMPLE, copy)
    (copy / file).unlink()
    assert judged(copy).counts == complete().counts
