"""What introduces new versions of a workload, and what a rollout names."""

from __future__ import annotations

from typing import Any

import pytest

from opsready.api import Yes
from opsready.model.network import NetworkService, Route
from opsready.model.rollout import AnalysisTemplate, Rollout
from opsready.model.source import Items, Known, Unset
from opsready.model.workload import ProgressiveDelivery
from opsready.records import replace
from repositories import report_of, verdicts_of
from unit.entities import graph, identity, network_service, place, service, stub, workload


def rollout(name: str, kind: str = "Canary", target: tuple[str, str] = ("Deployment", "cart"), **more: Any) -> Rollout:
    """A rollout of a target, without stages; `own` are further arguments of its identity."""
    own = identity(kind, name, **more.pop("own", {}))
    return Rollout(own, Known("canary", place()), target[0], target[1], Items(()), Unset(), **more)


def test_a_rollout_belongs_to_its_target_and_to_the_services_of_it() -> None:
    cart, canary = workload("cart"), rollout("anything")
    linked = graph([cart, workload("other"), canary], [service("checkout", workload_patterns=("cart",))])
    assert linked.rollouts.of(cart) == (canary,)
    assert linked.rollouts.targets_of(canary) == (cart,)
    assert [item.name for item in linked.services_of(canary)] == ["checkout"]


def test_a_target_that_is_not_here_belongs_to_the_service_of_its_name() -> None:
    canary = rollout("anything")
    assert [item.name for item in graph([canary], [service("cart")]).services_of(canary)] == ["cart"]
    assert graph([canary]).services_of(canary) == ()
    assert graph([canary]).rollouts.targets_of(canary) == ()


@pytest.mark.parametrize("kind", ["DaemonSet", "StatefulSet", "Rollout"])
def test_a_target_may_be_of_any_kind(kind: str) -> None:
    cart, canary = workload("cart", kind), rollout("cart", target=(kind, "cart"))
    assert graph([cart, workload("cart"), canary]).rollouts.targets_of(canary) == (cart,)


def test_a_service_as_target_is_what_it_selects() -> None:
    cart, canary = workload("cart"), rollout("cart", target=("Service", "cart"))
    linked = graph([cart, network_service("cart"), canary])
    assert linked.rollouts.of(cart) == (canary,)


def test_only_the_nearest_target_counts() -> None:
    here, there = workload("cart", unit="a"), workload("cart", unit="b")
    canary = rollout("cart", own={"unit": "a"})
    linked = graph([here, there, canary])
    assert (linked.rollouts.of(here), linked.rollouts.of(there)) == ((canary,), ())


def test_a_split_reaches_what_its_destinations_select() -> None:
    cart, following = workload("cart"), workload("cart-next")
    split = rollout("cart", "HTTPRoute", ("Service", ""), destinations=(("cart", ""), ("cart-next", ""), ("gone", "")))
    linked = graph([cart, following, network_service("cart"), network_service("cart-next"), split])
    assert linked.rollouts.targets_of(split) == (cart, following)


def test_a_destination_may_be_in_another_namespace() -> None:
    mine, theirs = workload("cart", namespace="a"), workload("cart", namespace="b")
    services = [network_service("cart", namespace="a"), network_service("cart", namespace="b")]
    split = rollout("r", "HTTPRoute", ("Service", ""), destinations=(("cart", "b"),), own={"namespace": "a"})
    assert graph([mine, theirs, *services, split]).rollouts.targets_of(split) == (theirs,)


def test_a_canary_ingress_shares_the_traffic_of_its_host() -> None:
    cart, following, other = workload("cart"), workload("cart-next"), workload("other")
    split = rollout("next", "Ingress", ("Service", ""), destinations=(("cart-next", ""),), hosts=("shop.example",))
    routes = [
        Route(identity("Ingress", "cart"), ("shop.example",), ("cart",)),
        Route(identity("Ingress", "other"), ("other.example",), ("other",)),
        Route(identity("Ingress", "far", unit="far"), ("shop.example",), ("other",)),
    ]
    services = [network_service(item.name) for item in (cart, following, other)]
    linked = graph([cart, following, other, *services, *routes, split])
    assert linked.rollouts.targets_of(split) == (following, cart)


def test_templates_are_found_by_kind_and_by_both_of_their_names() -> None:
    entities = [
        AnalysisTemplate(identity("AnalysisTemplate", "prod-errors", written_name="errors")),
        AnalysisTemplate(identity("ClusterAnalysisTemplate", "latency")),
    ]
    rollouts = graph(entities).rollouts
    here = ("AnalysisTemplate/errors", "AnalysisTemplate/prod-errors", "ClusterAnalysisTemplate/latency")
    assert rollouts.undeclared((*here, "AnalysisTemplate/latency")) == ("AnalysisTemplate/latency",)


@pytest.mark.parametrize(
    ("replicas", "runs"), [(Unset(1), True), (Known(3, place()), True), (Known(0, place()), False)]
)
def test_a_target_runs_unless_it_is_scaled_to_nothing(replicas: Any, runs: bool) -> None:
    cart, canary = workload("cart", replicas=replicas), rollout("cart")
    assert graph([cart, canary]).rollouts.running_target(canary) is (cart if runs else None)


def test_a_canary_shares_a_service_with_others() -> None:
    stable = workload("cart", pod_labels={"app": "cart", "track": "stable"})
    canary = workload("cart-canary", pod_labels={"app": "cart", "track": "canary"})
    rollouts = graph([stable, canary, network_service("cart")]).rollouts
    assert rollouts.labelled_canary(stable) is canary
    assert rollouts.labelled_canary(canary) is canary


def test_a_canary_alone_or_without_a_service_shares_nothing() -> None:
    canary = workload("cart-canary", pod_labels={"app": "cart", "track": "canary"})
    stable = workload("cart", pod_labels={"app": "cart"})
    assert graph([canary, network_service("cart")]).rollouts.labelled_canary(canary) is None
    assert graph([stable, canary]).rollouts.labelled_canary(stable) is None
    assert graph([stable, network_service("cart")]).rollouts.labelled_canary(stable) is None


def test_what_flagger_puts_in_front_of_a_workload_serves_it() -> None:
    cart = workload("cart")
    made = NetworkService(identity("Service", "cart"), Unset(), (("http", 8080),))
    delivery = ProgressiveDelivery(identity("Canary", "cart"), "Deployment", "cart", services=(made,))
    assert isinstance(graph([cart, made, delivery]).serving(cart), Yes)
    assert not isinstance(graph([cart]).serving(cart), Yes)
    bare = replace(delivery, services=())
    assert not isinstance(graph([cart, bare]).serving(cart), Yes)


CANARY = """apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: cart}
spec:
  targetRef: {kind: Deployment, name: cart}
  service: {port: 80, targetPort: 8080}
  analysis: {stepWeight: 10}
---
apiVersion: v1
kind: Service
metadata: {name: other}
spec: {selector: {app: cart}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: "shop/cart:1"}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: cart}
spec:
  rules: [{http: {paths: [{backend: {service: {name: NAME, port: {number: 80}}}}]}}]
"""


@pytest.mark.parametrize(
    ("name", "outcome"), [("cart", "pass"), ("cart-primary", "pass"), ("cart-canary", "pass"), ("cart-gone", "fail")]
)
def test_a_route_may_name_what_flagger_makes(name: str, outcome: str) -> None:
    report = report_of({"k8s/cart.yaml": CANARY.replace("NAME", name)})
    asked = [item for item in verdicts_of(report, "broken-reference") if item.subject.kind == "Ingress"]
    assert {(item.outcome, item.services) for item in asked} == {(outcome, ("cart",) if outcome == "pass" else ())}


@pytest.mark.parametrize(
    "spec",
    [
        "strategy: {canary: {steps: [1, [], null, text, {}, {setWeight: []}, {pause: 5}, {analysis: [], plugin: 3}]}}",
        "strategy: [canary]",
        "workloadRef: {name: cart}\n  strategy: {canary: {steps: {a: b}}}",
        "workloadRef: [cart]\n  strategy: {blueGreen: [], canary: []}",
        "text",
    ],
)
@pytest.mark.parametrize(("api", "kind"), [("argoproj.io/v1alpha1", "Rollout"), ("flagger.app/v1beta1", "Canary")])
def test_damaged_rollouts_cost_nothing_but_themselves(spec: str, api: str, kind: str) -> None:
    written = f"spec:\n  {spec}\n" if ":" in spec else f"spec: {spec}\n"
    report = report_of({"k8s/a.yaml": f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: cart}}\n{written}"})
    assert report.diagnostics == ()
    assert len(verdicts_of(report, "rollout-not-progressive")) == 1


@pytest.mark.parametrize(
    ("name", "holds", "third_party", "hidden"),
    [
        ("cart", {"Workload", "Rollout"}, False, True),
        ("cart", {"Workload"}, False, False),
        ("cart", {"Workload", "Rollout"}, True, False),
        ("pay", {"Workload", "Rollout"}, False, False),
    ],
)
def test_a_chart_of_the_service_may_hold_its_rollout(
    name: str, holds: set[str], third_party: bool, hidden: bool
) -> None:
    cart = workload("cart")
    inside = stub(name, could_hold=frozenset(holds), third_party=third_party)
    found = graph([cart, inside]).rollouts.hidden(cart)
    assert found == ("chart `chart`, which may introduce new versions, could not be opened" if hidden else "")


def test_a_chart_that_nobody_owns_hides_the_rollout_of_nothing() -> None:
    cart, canary = workload("cart"), rollout("cart")
    nobody = stub("cluster", "Input", could_hold=frozenset({"Rollout"}))
    assert graph([cart, canary, nobody]).rollouts.hidden(cart) == ""
