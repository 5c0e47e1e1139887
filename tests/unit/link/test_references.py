"""What becomes of the names that declarations use for one another: found, missing, or not to be told from here."""

from __future__ import annotations

from typing import Any

import pytest

from opsready.model.verdict import Verdict
from repositories import Object, report_of, text, verdicts_of

OUTCOMES = {"found": "pass", "missing": "fail", "unknown": "unknown", "outside": "not-applicable"}


def deployment(name: str = "cart", namespace: str = "", **pod: Any) -> Object:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    container = {"name": "app", "image": "shop/app:1", **pod.pop("container", {})}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container], **pod}}
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def plain(kind: str, name: str, version: str = "v1", namespace: str = "", **more: object) -> Object:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **more}


def service(app: str = "cart", target: object = 8080, **more: object) -> Object:
    ports = [{"name": "http", "port": 80, "targetPort": target}]
    return plain("Service", "front", spec={"selector": {"app": app}, "ports": ports, **more})


def ingress(name: str, port: object) -> Object:
    backend = {"service": {"name": name, "port": {"name" if isinstance(port, str) else "number": port}}}
    rules = [{"http": {"paths": [{"path": "/", "backend": backend}]}}]
    return plain("Ingress", "edge", "networking.k8s.io/v1", spec={"rules": rules})


def scaler(kind: str, name: str) -> Object:
    spec = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name}, "minReplicas": 2}
    return plain("HorizontalPodAutoscaler", "scaler", "autoscaling/v2", spec=spec)


def broken(*objects: Object, **files: str) -> list[Verdict]:
    return verdicts_of(report_of({"k8s/a.yaml": text(*objects), **files}), "broken-reference")


FROM_MAP: Object = {"container": {"envFrom": [{"configMapRef": {"name": "settings"}}]}}
KEY: Object = {"configMapKeyRef": {"name": "settings", "key": "url"}}
FROM_KEY: Object = {"container": {"env": [{"name": "URL", "valueFrom": KEY}]}}
FROM_SECRET: Object = {"container": {"envFrom": [{"secretRef": {"name": "password"}}]}}
OPTIONAL: Object = {"container": {"envFrom": [{"configMapRef": {"name": "settings", "optional": True}}]}}
OTHER_MAP = plain("ConfigMap", "other", data={"a": "b"})
MAP = plain("ConfigMap", "settings", data={"url": "x"})
EMPTY_MAP = plain("ConfigMap", "settings", data={})
ACCOUNT: Object = {"serviceAccountName": "runner"}
CLAIM: Object = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}
PROJECTED: Object = {"volumes": [{"name": "all", "projected": {"sources": [{"configMap": {"name": "settings"}}]}}]}
NAMED_PORT: Object = {"container": {"ports": [{"name": "web", "containerPort": 8080}]}}


@pytest.mark.parametrize(
    ("objects", "outcome"),
    [
        pytest.param([deployment(), service()], "found", id="selector"),
        pytest.param([deployment(), service("other")], "missing", id="selector of other labels"),
        pytest.param([service()], "unknown", id="selector, and no workload is beside it"),
        pytest.param([deployment(**NAMED_PORT), service(target="web")], "found", id="named port"),
        pytest.param([deployment(**NAMED_PORT), service(target="admin")], "missing", id="named port that nobody has"),
        pytest.param([deployment(**FROM_MAP), MAP], "found", id="ConfigMap"),
        pytest.param([deployment(**FROM_MAP), OTHER_MAP], "missing", id="ConfigMap of another name"),
        pytest.param([deployment(**FROM_MAP)], "unknown", id="ConfigMap, and none is beside it"),
        pytest.param([deployment(**FROM_KEY), MAP], "found", id="key"),
        pytest.param([deployment(**FROM_KEY), EMPTY_MAP], "missing", id="key that is not there"),
        pytest.param([deployment(**OPTIONAL), OTHER_MAP], "outside", id="optional"),
        pytest.param([deployment(**PROJECTED), OTHER_MAP], "missing", id="projected volume"),
        pytest.param([deployment(**FROM_SECRET)], "outside", id="Secret"),
        pytest.param([deployment(**FROM_SECRET), plain("Secret", "password")], "found", id="Secret beside it"),
        pytest.param(
            [deployment(**FROM_SECRET), plain("SealedSecret", "password", "bitnami.com/v1alpha1")],
            "found",
            id="SealedSecret",
        ),
        pytest.param(
            [deployment(**FROM_SECRET), plain("ExternalSecret", "password", "external-secrets.io/v1")],
            "found",
            id="ExternalSecret",
        ),
        pytest.param([deployment(**ACCOUNT), plain("ServiceAccount", "runner")], "found", id="ServiceAccount"),
        pytest.param([deployment(**ACCOUNT), plain("ServiceAccount", "x")], "missing", id="ServiceAccount of others"),
        pytest.param([deployment(serviceAccountName="default")], "found", id="the default ServiceAccount"),
        pytest.param([deployment(**CLAIM), plain("PersistentVolumeClaim", "data")], "found", id="claim"),
        pytest.param([deployment(**CLAIM), plain("PersistentVolumeClaim", "x")], "missing", id="claim of others"),
        pytest.param([deployment(), scaler("Deployment", "cart")], "found", id="autoscaler"),
        pytest.param([deployment(), scaler("Deployment", "other")], "missing", id="autoscaler of nothing"),
        pytest.param([deployment(), scaler("StatefulSet", "cart")], "unknown", id="autoscaler of another kind"),
        pytest.param([deployment(), scaler("Widget", "cart")], "unknown", id="autoscaler of a kind nobody reads"),
    ],
)
def test_each_kind_of_reference(objects: list[Object], outcome: str) -> None:
    found = [verdict.outcome for verdict in broken(*objects)]
    assert OUTCOMES[outcome] in found
    if outcome != "missing":
        assert "fail" not in found


@pytest.mark.parametrize(
    ("name", "port", "outcome"),
    [
        ("front", 80, "pass"),
        ("front", "http", "pass"),
        ("front", 81, "fail"),
        ("front", "web", "fail"),
        ("back", 80, "fail"),
    ],
)
def test_an_ingress_names_a_service_and_its_port(name: str, port: object, outcome: str) -> None:
    found = [v for v in broken(deployment(), service(), ingress(name, port)) if v.subject.address == "Ingress/edge"]
    assert [v.outcome for v in found] == [outcome]
    assert outcome == "pass" or name in found[0].message


def test_one_fault_is_one_verdict() -> None:
    """A named port of pods that are not there is the selector's fault, a key of a missing object is the object's."""
    (port,) = [v for v in broken(deployment(), service("other", target="web")) if v.outcome == "fail"]
    assert "selects no pods" in port.message
    (key,) = [v for v in broken(deployment(**FROM_KEY), OTHER_MAP) if v.outcome == "fail"]
    assert "`ConfigMap/settings`, which is not declared" in key.message


def test_a_generated_config_map_is_found_and_its_keys_are_known() -> None:
    kustomization: Object = {
        "resources": ["cart.yaml"],
        "configMapGenerator": [{"name": "settings", "literals": ["url=x"]}],
    }
    files = {"k8s/cart.yaml": text(deployment(**FROM_KEY)), "k8s/kustomization.yaml": text(kustomization)}
    assert [v.outcome for v in verdicts_of(report_of(files), "broken-reference")] == ["pass"]
    kustomization["configMapGenerator"] = [{"name": "settings", "literals": ["other=x"]}]
    files["k8s/kustomization.yaml"] = text(kustomization)
    assert [v.outcome for v in verdicts_of(report_of(files), "broken-reference")] == ["fail"]
    kustomization["configMapGenerator"] = [{"name": "settings", "envs": ["settings.env"]}]
    files["k8s/kustomization.yaml"] = text(kustomization)
    assert [v.outcome for v in verdicts_of(report_of(files), "broken-reference")] == ["unknown"]


def test_what_a_remote_base_may_hold_is_not_missing() -> None:
    kustomization: Object = {"resources": ["cart.yaml", "github.com/shop/base?ref=v1"]}
    files = {"k8s/cart.yaml": text(deployment(**FROM_MAP), OTHER_MAP), "k8s/kustomization.yaml": text(kustomization)}
    (verdict,) = verdicts_of(report_of(files), "broken-reference")
    assert verdict.outcome == "unknown"
    assert "github.com/shop/base" in verdict.reason


def test_pods_that_an_operator_makes_are_not_missing() -> None:
    database = plain("Cluster", "cart-db", "postgresql.cnpg.io/v1", spec={"instances": 3})
    outcomes = [v.outcome for v in broken(deployment(), service("cart-db"), database)]
    assert outcomes == ["unknown"]


def test_another_namespace_is_no_place_to_find_it() -> None:
    assert [
        v.outcome
        for v in broken(
            deployment(namespace="shop", **FROM_MAP), plain("ConfigMap", "settings", namespace="bank", data={})
        )
    ] == ["fail"]
    assert [
        v.outcome
        for v in broken(
            deployment(namespace="shop", **FROM_MAP), plain("ConfigMap", "settings", namespace="shop", data={})
        )
    ] == ["pass"]


def test_a_counterpart_of_another_directory_is_found() -> None:
    files = {"config/settings.yaml": text(MAP), "cart/cart.yaml": text(deployment(**FROM_MAP), OTHER_MAP)}
    assert [v.outcome for v in verdicts_of(report_of(files), "broken-reference")] == ["pass"]


def test_names_that_are_filled_in_later_are_not_looked_for() -> None:
    later: Object = {"container": {"envFrom": [{"configMapRef": {"name": "$(PREFIX)-settings"}}]}}
    assert broken(deployment(**later), OTHER_MAP) == []


def test_a_verdict_stands_where_the_name_is_written_and_names_its_owner() -> None:
    (verdict,) = broken(deployment(**FROM_MAP), OTHER_MAP)
    assert verdict.place is not None
    lines = text(deployment(**FROM_MAP), OTHER_MAP).splitlines()
    assert "name: settings" in lines[verdict.place.span.line - 1]
    assert verdict.subject.address == "Deployment/cart"
    assert verdict.services == ("cart",)
