"""How many replicas run at least, whoever decides it: the workload, an autoscaler, KEDA, Flagger, Argo Rollouts."""

from __future__ import annotations

import pytest

from opsready.link.replicas import effective_replicas
from opsready.model.source import Known, Origin, Unknown, Unset, Value
from opsready.model.workload import Autoscaler, EffectiveReplicas, ProgressiveDelivery, Workload
from repositories import report_of, text, verdicts_of
from unit.entities import autoscaler, canary, graph, place, workload


def effective(
    item: Workload,
    scaler: Autoscaler | None = None,
    delivery: ProgressiveDelivery | None = None,
    delegate: Workload | None = None,
) -> EffectiveReplicas:
    return effective_replicas(item, scaler, delivery, delegate)


@pytest.mark.parametrize(
    ("replicas", "minimum", "parked"),
    [(Known(3, place()), 3, False), (Unset(1), 1, False), (Known(0, place()), 0, True), (Known(1, place()), 1, False)],
)
def test_a_workload_decides_where_nobody_else_does(replicas: Value[int], minimum: int, parked: bool) -> None:
    found = effective(workload("cart", replicas=replicas))
    assert (found.minimum, found.parked) == (minimum, parked)
    assert found.below_two == (minimum < 2)


def test_the_words_say_who_decides() -> None:
    by_kustomization = Known(3, place(), Origin("`replicas` in prod/kustomization.yaml"))
    assert effective(workload("cart", replicas=by_kustomization)).because == (
        "`replicas` is 3, from `replicas` in prod/kustomization.yaml"
    )
    assert effective(workload("cart")).because == "`replicas` is unset, so Kubernetes runs 1"
    assert effective(workload("cart", "Pod")).because == "a bare pod is one instance"


def test_an_unknown_number_is_unknown_with_its_reason() -> None:
    found = effective(workload("cart", replicas=Unknown("a patch changes it")))
    assert isinstance(found.minimum, Unknown)
    assert found.because == "a patch changes it"
    assert not found.below_two


def test_a_daemon_set_runs_once_a_node() -> None:
    found = effective(workload("agent", "DaemonSet"))
    assert found.per_node
    assert not found.below_two


@pytest.mark.parametrize(
    ("minimum", "least"),
    [(Known(3, place()), 3), (Unset(1), 1), (Unset(0), 0), (Unset(), 0), (Known(0, place()), 0)],
)
def test_an_autoscaler_overrides_what_the_workload_says(minimum: Value[int], least: int) -> None:
    found = effective(workload("cart", replicas=Known(9, place())), autoscaler("cart", minimum))
    assert found.minimum == least
    assert "HorizontalPodAutoscaler/cart" in found.because
    assert not found.parked


def test_an_autoscaler_with_an_unknown_minimum_leaves_it_unknown() -> None:
    found = effective(workload("cart", replicas=Known(9, place())), autoscaler("cart", Unknown("a patch changes it")))
    assert isinstance(found.minimum, Unknown)


def test_flagger_scales_its_target_to_zero_and_runs_a_copy() -> None:
    zero = workload("cart", replicas=Known(0, place()))
    found = effective(zero, delivery=canary("cart"))
    assert isinstance(found.minimum, Unknown)
    assert not found.parked
    assert effective(zero).parked
    assert effective(zero, autoscaler("cart", Known(2, place())), canary("cart")).minimum == 2
    assert effective(workload("cart", replicas=Known(3, place())), delivery=canary("cart")).minimum == 3


def test_a_rollout_runs_the_pods_of_the_deployment_it_names() -> None:
    deployment = workload("cart", replicas=Known(0, place()))
    rollout = workload("cart-rollout", "Rollout", replicas=Known(3, place()), delegates_to="cart")
    found = effective(deployment, delegate=rollout)
    assert (found.minimum, found.parked) == (3, False)
    assert "Rollout/cart-rollout" in found.because
    assert graph([deployment, rollout]).effective_replicas(deployment).minimum == 3


def test_an_autoscaler_of_the_rollout_decides_for_the_deployment_as_well() -> None:
    deployment = workload("cart", replicas=Known(0, place()))
    rollout = workload("cart", "Rollout", delegates_to="cart")
    scaler = autoscaler("cart", Known(4, place()), kind="Rollout")
    linked = graph([deployment, rollout, scaler])
    assert linked.effective_replicas(deployment).minimum == 4
    assert linked.autoscaler_of(deployment) is scaler


def test_an_autoscaler_of_another_namespace_or_kind_decides_nothing() -> None:
    cart = workload("cart", namespace="shop", replicas=Known(3, place()))
    others = [
        autoscaler("cart", Known(1, place()), namespace="bank"),
        autoscaler("cart", Known(1, place()), kind="StatefulSet"),
    ]
    assert graph([cart, *others]).effective_replicas(cart).minimum == 3


def test_an_autoscaler_of_the_own_unit_decides_before_one_further_away() -> None:
    prod, staging = (
        workload("cart", unit=f"{name}/", environment=name, replicas=Known(9, place())) for name in ("prod", "staging")
    )
    scalers = [
        autoscaler("cart", Known(minimum, place()), unit=f"{name}/", environment=name)
        for name, minimum in (("staging", 1), ("prod", 5))
    ]
    linked = graph([staging, prod, *scalers])
    assert [linked.effective_replicas(item).minimum for item in (prod, staging)] == [5, 1]


POD = {
    "metadata": {"labels": {"app": "cart"}},
    "spec": {"containers": [{"name": "cart", "image": "a/b:1", "ports": [{"containerPort": 80}]}]},
}
SELECTOR = {"matchLabels": {"app": "cart"}}
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "cart"},
    "spec": {"replicas": 5, "selector": SELECTOR, "template": POD},
}


def custom(version: str, kind: str, **spec: object) -> dict[str, object]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "cart"}, "spec": spec}


TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}


@pytest.mark.parametrize(
    ("scaler", "outcome", "words"),
    [
        (custom("autoscaling/v2", "HorizontalPodAutoscaler", scaleTargetRef=TARGET, minReplicas=3), "pass", "3"),
        (custom("autoscaling/v2", "HorizontalPodAutoscaler", scaleTargetRef=TARGET), "fail", "1 replica"),
        (custom("keda.sh/v1alpha1", "ScaledObject", scaleTargetRef={"name": "cart"}), "fail", "no replica at all"),
        (
            custom("keda.sh/v1alpha1", "ScaledObject", scaleTargetRef={"name": "cart"}, minReplicaCount=2),
            "pass",
            "2 replicas",
        ),
        (
            custom(
                "keda.sh/v1alpha1",
                "ScaledObject",
                scaleTargetRef={"name": "cart"},
                minReplicaCount=2,
                idleReplicaCount=0,
            ),
            "fail",
            "no replica at all",
        ),
        (custom("flagger.app/v1beta1", "Canary", targetRef=TARGET), "pass", "5"),
        (
            custom("argoproj.io/v1alpha1", "Rollout", workloadRef=TARGET, replicas=4),
            "pass",
            "4 replicas at least (`Rollout/cart` runs its pods",
        ),
    ],
)
def test_a_reader_is_told_who_decides(scaler: dict[str, object], outcome: str, words: str) -> None:
    report = report_of({"k8s/cart.yaml": text(DEPLOYMENT, scaler)})
    asked = [v for v in verdicts_of(report, "too-few-replicas") if v.outcome != "not-applicable"]
    (verdict,) = asked
    assert verdict.outcome == outcome
    assert words in (verdict.message or verdict.evidence[0])
