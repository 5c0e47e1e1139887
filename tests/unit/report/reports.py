"""Reports to render: each maker takes what a test is about and fills in the rest."""

from __future__ import annotations

from typing import Any

from opsready.model.source import Place, Span
from opsready.model.standard import Objective, Pillar, Standard
from opsready.model.verdict import Severity, SubjectReference, Verdict
from opsready.report.model import Coverage, Finding, Gate, PillarScore, Report, ServiceScore

PILLARS = {
    "observability": "Observability by Design",
    "incident-management": "Incident Management",
    "disaster-recovery": "Disaster Recovery",
    "infrastructure-as-code": "Infrastructure as Code",
    "progressive-delivery": "Progressive Delivery",
    "capacity-and-resilience": "Capacity and Resilience",
}
_OBJECTIVES = {
    "high-availability": ("capacity-and-resilience", "A failing instance or node is no outage"),
    "runbooks": ("incident-management", "Step-by-step issue resolution"),
    "container-images": ("infrastructure-as-code", "Images are built from files and pinned"),
}


def standard() -> Standard:
    """A standard of six pillars and three objectives."""
    return Standard(
        name="Operational Excellence",
        version="2.1",
        owner="platform",
        review_cycle="P6M",
        last_updated="2026-09-01",
        pillars=tuple(
            Pillar(
                name,
                title,
                title,
                10,
                tuple(
                    Objective(objective, text, name, 10, text, "files")
                    for objective, (pillar, text) in _OBJECTIVES.items()
                    if pillar == name
                ),
            )
            for name, title in PILLARS.items()
        ),
        parameters={},
        environment_names=frozenset(),
        production_names=frozenset(),
        moving_tags=frozenset(),
        paging_severities=frozenset(),
        placeholder_owners=frozenset(),
        third_party_images=(),
        third_party_charts=frozenset(),
    )


def place(file: str = "deploy/cart.yaml", line: int = 7, column: int = 13, end_column: int = 14) -> Place:
    """A place on one line."""
    return Place("spec.replicas", Span(file, line, column, line, end_column))


def verdict(rule: str = "too-few-replicas", name: str = "cart", **given: Any) -> Verdict:
    """A failure in production, located in the file of its subject."""
    outcome = given.get("outcome", "fail")
    severity: Severity = given.get("severity", "high")
    fields: dict[str, Any] = {
        "objective": "high-availability",
        "pillar": "capacity-and-resilience",
        "outcome": outcome,
        "severity": severity,
        "tier_severity": (severity, severity, severity, None),
        "services": (name,),
        "environment": "",
        "production": True,
        "unit": "deploy",
        "subject": SubjectReference("Workload", "Deployment", name, f"Deployment/{name}"),
        "place": place(f"deploy/{name}.yaml"),
        "message": f"`{name}` runs a single replica" if outcome in {"fail", "waived"} else "",
        "help": "set `replicas: 2` or more" if outcome == "fail" else "",
        "reason": "`var.replicas` has no default" if outcome == "unknown" else "",
    }
    return Verdict(rule=rule, **(fields | given))


def finding(rule: str = "too-few-replicas", name: str = "cart", cost: float = 2.0, **given: Any) -> Finding:
    """A listed verdict; its title is made from the rule's name."""
    title = given.pop("title", rule.replace("-", " ").capitalize())
    return Finding(verdict(rule, name, **given), cost, title)


def pillars(score: float | None = 50.0) -> tuple[PillarScore, ...]:
    """Every pillar with the same score."""
    return tuple(PillarScore(name, title, 10, score, score, 1) for name, title in PILLARS.items())


def service(name: str = "cart", score: float | None = 61.4, tier: int | None = 1, **given: Any) -> ServiceScore:
    """A declared, scored service."""
    fields: dict[str, Any] = {
        "declared": True,
        "profile": tier or 2,
        "scored": True,
        "best": score,
        "debt": 1.0,
        "evidence": 1.0,
        "environments": ("prod",),
        "pillars": pillars(score),
        "objectives": (),
    }
    return ServiceScore(name=name, score=score, tier=tier, **(fields | given))


def report(*findings: Finding, **given: Any) -> Report:
    """A report of one service that misses its gate where something fails."""
    failed = sum(finding.verdict.outcome == "fail" for finding in findings)
    unknown = sum(finding.verdict.outcome == "unknown" for finding in findings)
    fields: dict[str, Any] = {
        "tool_version": "0.1.0",
        "score_model": 1,
        "standard": standard(),
        "as_of": "2026-10-12",
        "score": 61.4,
        "best": 78.9,
        "debt": 3.456,
        "evidence": 0.849,
        "objectives_assessed": 17,
        "objectives_total": 41,
        "pillars": pillars(),
        "counts": {"fail": failed, "unknown": unknown, "pass": 12, "waived": 0, "not-applicable": 3},
        "services": (service(),),
        "rules": (),
        "next_steps": (),
        "findings": findings,
        "others": (),
        "diagnostics": (),
        "coverage": Coverage(files=10, parsed=4, skipped=(), opaque=(), renderers={}),
        "gate": Gate(not failed, ("a failure is at or above `high`",) if failed else ()),
        "fail_on": "high",
        "show": "",
        "snippet": lambda file, line: None,
        "anchor": "README.md",
    }
    return Report(**(fields | given))
