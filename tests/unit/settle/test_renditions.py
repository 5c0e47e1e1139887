"""Declarations of the same thing: one verdict from the worst, the others beside it, environments apart."""

from __future__ import annotations

import dataclasses

import pytest

from opsready.model.verdict import Verdict
from opsready.records import replace
from opsready.report.model import Report
from opsready.settle.renditions import Addresses
from repositories import (
    Object,
    RepositorySpec,
    ServiceSpec,
    WorkloadSpec,
    report_of,
    runbook,
    text,
    verdicts_of,
)
from unit.entities import network_service, service, workload

RULE = "too-few-replicas"


def cart(replicas: int | None = 1, namespace: str = "", **more: object) -> str:
    return text(*WorkloadSpec(replicas=replicas, namespace=namespace, **more).objects())  # type: ignore[arg-type]


UNKNOWN = cart(1).replace("replicas: 1", "replicas: ${REPLICAS}")


def of_rule(files: dict[str, str], rule: str = RULE) -> list[Verdict]:
    return verdicts_of(report_of(files), rule)


def fingerprints(files: dict[str, str]) -> dict[str, str]:
    """What fails or cannot be told, by fingerprint."""
    found = [v for v in verdicts_of(report_of(files)) if v.outcome in {"fail", "unknown"}]
    return {v.fingerprint: f"{v.rule} {v.subject.address} {v.objective}" for v in found}


def test_renditions_are_one_verdict_with_the_worst_and_what_else_is_to_repair_beside_it() -> None:
    files = {"a/cart.yaml": cart(3), "b/cart.yaml": cart(1), "c/cart.yaml": cart(None), "d/cart.yaml": UNKNOWN}
    (verdict,) = of_rule(files)
    assert verdict.outcome == "fail"
    assert verdict.place is not None
    assert verdict.place.span.file == "b/cart.yaml"
    said = {related.span.file: related.what for related in verdict.related}
    assert set(said) == {"c/cart.yaml", "d/cart.yaml"}
    assert "fails" in said["c/cart.yaml"]
    assert "c/" in said["c/cart.yaml"]


def test_an_absent_namespace_equals_any() -> None:
    files = {"a/cart.yaml": cart(3), "b/cart.yaml": cart(1, "shop"), "c/cart.yaml": cart(2, "shop")}
    (verdict,) = of_rule(files)
    assert (verdict.outcome, verdict.subject.address) == ("fail", "Deployment/shop/cart")
    (container,) = of_rule(files, "missing-readiness-probe")
    assert container.subject.address == "Deployment/shop/cart[app]"


def test_two_namespaces_are_two_things() -> None:
    verdicts = of_rule({"a/cart.yaml": cart(3, "bank"), "b/cart.yaml": cart(1, "shop")})
    assert {v.subject.address: v.outcome for v in verdicts} == {
        "Deployment/bank/cart": "pass",
        "Deployment/shop/cart": "fail",
    }


def test_another_kind_or_name_is_another_thing() -> None:
    files = {"a/cart.yaml": cart(3), "b/cart.yaml": cart(1, kind="StatefulSet"), "c/c.yaml": cart(1, name="orders")}
    assert len(of_rule(files)) == 3


@pytest.mark.parametrize("order", [("fail", "unknown"), ("unknown", "waived"), ("waived", "pass")])
def test_the_worst_outcome_wins(order: tuple[str, str]) -> None:
    made = {
        "fail": cart(1),
        "unknown": UNKNOWN,
        "waived": cart(1, ignores=(RULE,)),
        "pass": cart(2),
    }
    for first, second in (order, order[::-1]):
        (verdict,) = of_rule({"a/cart.yaml": made[first], "b/cart.yaml": made[second]})
        assert verdict.outcome == order[0]


def test_environments_are_apart_and_only_production_is_scored() -> None:
    files = {"prod/cart.yaml": cart(3), "staging/cart.yaml": cart(1), "qa/cart.yaml": cart(1)}
    verdicts = of_rule(files)
    assert {v.environment: v.outcome for v in verdicts} == {"prod": "pass", "staging": "fail", "qa": "fail"}
    assert {v.environment: v.scored for v in verdicts} == {"prod": True, "staging": False, "qa": False}
    assert len({v.fingerprint for v in verdicts}) == 3
    assert report_of(files).score == report_of({"prod/cart.yaml": cart(3)}).score


def test_production_and_unnamed_environments_are_one() -> None:
    (verdict,) = of_rule({"prod/cart.yaml": cart(3), "deploy/cart.yaml": cart(1)})
    assert verdict.outcome == "fail"
    (same,) = of_rule({"prod/cart.yaml": cart(1)})
    (unnamed,) = of_rule({"deploy/cart.yaml": cart(1)})
    assert same.fingerprint == unnamed.fingerprint


BASE = {"deploy/cart.yaml": cart(1, budget=False, spread=False), "docs/runbooks/cart.md": runbook("cart", "2020-01-01")}


def test_fingerprints_are_unique() -> None:
    report = report_of(BASE)
    assert len({v.fingerprint for v in verdicts_of(report)}) == len(verdicts_of(report))


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param({"deploy/cart.yaml": "# a comment\n\n\n" + BASE["deploy/cart.yaml"]}, id="lines"),
        pytest.param({"deploy/cart.yaml": "", "manifests/shop/cart.yml": BASE["deploy/cart.yaml"]}, id="file"),
        pytest.param({"deploy/a.yaml": "", "deploy/copy.yaml": BASE["deploy/cart.yaml"]}, id="copy"),
        pytest.param({"staging/cart.yaml": cart(1, "staging")}, id="staging manifest with a namespace"),
        pytest.param(
            {"docs/runbooks/cart.md": runbook("cart", "2020-01-01", lines=["", "More words."])}, id="more words"
        ),
    ],
)
def test_a_fingerprint_survives_what_is_no_new_fault(moved: dict[str, str]) -> None:
    assert scored(BASE | moved) == set(fingerprints(BASE))


def scored(files: dict[str, str]) -> set[str]:
    """The fingerprints of what fails or cannot be told in production."""
    return {v.fingerprint for v in verdicts_of(report_of(files)) if v.scored and v.outcome in {"fail", "unknown"}}


def overlay(environment: str) -> dict[str, str]:
    listed = {"resources": ["../../base"], "namespace": environment, "namePrefix": ""}
    return {f"deploy/overlays/{environment}/kustomization.yaml": text(listed)}


def test_fingerprints_survive_overlays() -> None:
    """From a plain manifest to a base with an overlay for production, and then one for staging beside it."""
    base = {
        "deploy/base/cart.yaml": BASE["deploy/cart.yaml"],
        "deploy/base/kustomization.yaml": text({"resources": ["cart.yaml"]}),
        "docs/runbooks/cart.md": BASE["docs/runbooks/cart.md"],
    }
    found = scored(BASE)
    assert scored(base) == found
    assert scored(base | overlay("prod")) == found
    assert scored(base | overlay("prod") | overlay("staging")) == found
    assert scored(base | overlay("staging")) == {
        v.fingerprint for v in verdicts_of(report_of(BASE), "missing-postmortem-practice")
    } | {mark for mark, name in fingerprints(BASE).items() if "Runbook" in name}


def test_a_moved_document_is_another_one() -> None:
    moved = {**BASE, "docs/runbooks/shop/cart.md": BASE["docs/runbooks/cart.md"]}
    del moved["docs/runbooks/cart.md"]
    gone = {name for mark, name in fingerprints(BASE).items() if mark not in fingerprints(moved)}
    assert gone == {"runbook-stale Runbook/docs/runbooks/cart.md runbooks"}


def test_a_second_fault_of_a_rule_has_a_fingerprint_of_its_own() -> None:
    (made, *others) = WorkloadSpec().objects()
    sources = [{"configMapRef": {"name": name}} for name in ("first", "second")]
    made["spec"]["template"]["spec"]["containers"][0]["envFrom"] = sources
    other: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other"}}
    found = [v for v in of_rule({"k8s/a.yaml": text(made, *others, other)}, "broken-reference") if v.outcome == "fail"]
    assert len({v.fingerprint for v in found}) == 2


def test_a_service_of_the_catalogue_keeps_its_address_beside_a_service_of_kubernetes() -> None:
    addresses = Addresses([network_service("cart", namespace="shop"), workload("cart", namespace="shop")])
    assert addresses.of(service("cart")) == "Service/cart"
    assert addresses.of(network_service("cart")) == "Service/shop/cart"
    assert addresses.of(workload("cart")) == "Deployment/shop/cart"


def test_a_namespace_of_another_environment_is_not_filled_in() -> None:
    staging = workload("cart", namespace="staging", environment="staging", production=False)
    addresses = Addresses([staging])
    assert addresses.of(workload("cart")) == "Deployment/cart"
    assert addresses.of(replace(staging, identity=replace(staging.identity, namespace=None))) == (
        "Deployment/staging/cart"
    )


def faults(report: Report) -> list[tuple[str, str]]:
    """What fails about what runs; whoever reads the report sees each of these as a finding."""
    return sorted((v.rule, v.subject.address) for v in verdicts_of(report) if v.outcome == "fail")


def test_a_service_in_three_readable_renditions_and_a_chart_is_one_service_with_one_finding_per_fault() -> None:
    bad = WorkloadSpec(replicas=1, budget=False)
    once = RepositorySpec((ServiceSpec(workloads=(bad,)),)).files()
    chart = RepositorySpec((ServiceSpec(workloads=(bad,)),), charted=frozenset({"cart"})).files()
    other = text(*dataclasses.replace(bad, namespace="shop").objects())
    files = once | chart | {"release/all.yaml": other, "kubernetes/cart.yaml": text(*bad.objects())}
    one, many = report_of(once), report_of(files)
    assert [found.name for found in many.services] == [found.name for found in one.services] == ["cart", "(shared)"]
    assert [rule for rule, _ in faults(many)] == [rule for rule, _ in faults(one)]
    opaque = verdicts_of(many, "input-not-evaluated")
    assert {v.services for v in opaque} == {("cart",)}
    assert len(opaque) == len({v.objective for v in opaque})
    assert many.score is not None
    assert one.score is not None
    assert many.score < one.score  # what the chart holds is not known to be the same
