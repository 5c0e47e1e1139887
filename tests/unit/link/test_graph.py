"""The graph: what rules ask about what links to what, and that it is built in linear time."""

from __future__ import annotations

import gc
from time import process_time

import pytest

from opsready.api import CannotTell, NotApplicable, Yes
from opsready.link.graph import RepositoryGraph
from opsready.model.alert import Alert
from opsready.model.document import Document
from opsready.model.entity import Entity
from opsready.model.network import Reference
from opsready.model.service import Service
from opsready.model.source import Items, Known, Unknown, Unset, Value
from opsready.model.workload import Port, Workload
from opsready.records import replace
from unit.entities import (
    autoscaler,
    budget,
    document,
    graph,
    identity,
    link,
    network_service,
    place,
    service,
    stub,
    workload,
)


def names(found: tuple[Service, ...]) -> list[str]:
    return [item.name for item in found]


def alert(name: str, runbook: str = "", **matchers: str) -> Alert:
    written: Value[str] = Known(runbook, place()) if runbook else Unset()
    return Alert(identity("Alert", name), Unset(), True, Unset(), written, tuple(matchers.items()))


def with_port(item: Workload) -> Workload:
    (only,) = item.containers.items
    return replace(item, containers=Items((replace(only, ports=Items((Port("http", 80),))),)))


def test_budgets_autoscalers_and_containers_belong_to_the_services_of_their_workloads() -> None:
    cart = workload("cart")
    scaler, guard = autoscaler("cart", Unset(1)), budget("cart")
    linked = graph([cart, scaler, guard], [service("checkout", workload_patterns=("cart",))])
    for entity in (cart, scaler, guard, cart.containers.items[0]):
        assert names(linked.services_of(entity)) == ["checkout"]
    assert linked.budgets_of(cart) == (guard,)
    assert linked.selected_by(guard) == (cart,)
    assert linked.autoscaler_of(cart) is scaler


def test_a_budget_over_two_services_counts_in_both() -> None:
    first, second = (workload(name, pod_labels={"app": "cart"}) for name in ("cart-a", "cart-b"))
    guard = budget("cart")
    assert names(graph([first, second, guard]).services_of(guard)) == ["cart-a", "cart-b"]


def test_what_selects_nothing_belongs_to_nobody() -> None:
    guard, scaler = budget("nobody"), autoscaler("nobody", Unset(1))
    linked = graph([workload("cart"), guard, scaler])
    assert linked.services_of(guard) == linked.services_of(scaler) == ()


def test_an_alert_belongs_to_every_service_that_its_matchers_name() -> None:
    both, none = alert("Slow", job="cart", service="orders-alias"), alert("Disk", instance="host")
    linked = graph([both, none, workload("cart")], [service("orders", aliases=("orders-alias",))])
    assert names(linked.services_of(both)) == ["cart", "orders"]
    assert linked.services_of(none) == ()


def test_a_service_s_runbooks_are_its_documents_those_of_its_alerts_and_pages_elsewhere() -> None:
    named, of_alert = document("docs/a.md", ["cart"]), document("docs/b.md")
    outside = link("runbook", "https://wiki.example/cart")
    cart = service("cart", links=(outside,))
    linked = graph(
        [alert("CartDown", "docs/b.md", job="cart")], [cart, service("orders")], [named, of_alert], ["docs/b.md"]
    )
    (found,) = [item for item in linked.services if item.name == "cart"]
    assert linked.runbooks_of(found) == (named, of_alert, outside)


@pytest.mark.parametrize(
    ("item", "beside", "answer"),
    [
        (workload("cart"), [network_service("cart")], Yes),
        (with_port(workload("cart")), [], Yes),
        (workload("cart"), [network_service("other")], NotApplicable),
        (workload("cart"), [network_service("cart", namespace="bank")], Yes),
        (workload("cart", namespace="shop"), [network_service("cart", namespace="bank")], NotApplicable),
        (with_port(workload("cart", "Job")), [network_service("cart")], NotApplicable),
        (with_port(workload("cart", "CronJob")), [], NotApplicable),
        (replace(workload("cart"), containers=Items((), "a patch changes it")), [], CannotTell),
    ],
)
def test_serving_is_being_selected_or_declaring_a_port(item: Workload, beside: list[Entity], answer: type) -> None:
    assert isinstance(graph([item, *beside]).serving(item), answer)


def test_what_an_opaque_input_of_the_same_unit_may_hold_is_not_missing() -> None:
    near, far = workload("cart"), workload("orders", unit="other/")
    linked = graph([near, far, stub("x", "Input", unit="k8s/")])
    assert "could not be opened" in linked.may_be_elsewhere(near, "Workload")
    assert linked.may_be_elsewhere(near, "Alert") == ""
    assert linked.may_be_elsewhere(far, "Workload") == ""


def test_a_budget_whose_selector_cannot_be_read_may_be_anybody_s() -> None:
    guard = replace(budget("cart"), selector=Unknown("a patch changes it"))
    near, far = workload("cart"), workload("orders", unit="other/")
    linked = graph([near, far, guard])
    assert "PodDisruptionBudget/cart" in linked.may_be_elsewhere(near, "DisruptionBudget")
    assert linked.may_be_elsewhere(far, "DisruptionBudget") == ""
    assert linked.budgets_of(near) == ()


def reference_to(name: str, owner: Workload) -> Reference:
    return Reference(owner.identity, "object", owner.address, "spec.envFrom", "Deployment", name)


def repository_of(count: int) -> RepositoryGraph:
    """So many teams, each with a unit of its own in which everything is called `app`, and with a service of its own."""
    entities: list[Entity] = []
    catalogue: list[Service] = []
    documents: list[Document] = []
    for number in range(count):
        name, unit = f"team-{number}", f"teams/{number}/"
        owned = workload("app", unit=unit, pod_labels={"app": "app", "team": name}, namespace=name)
        own = workload(name, unit=unit, namespace=name)
        entities += [owned, own, network_service(name, unit=unit), autoscaler("app", Unset(1), unit=unit)]
        entities += [budget(name, unit=unit), stub(f"stub-{number}", unit=unit), reference_to("app", owned)]
        entities.append(alert(f"Down{number}", f"docs/runbooks/{name}.md", job=name))
        links = (link("runbook", f"docs/missing/{number}"), link("runbook", f"docs/runbooks/{name}.md"))
        catalogue.append(service(name, workload_patterns=(f"deploy/{name}/app", f"sts/{name}"), links=links))
        documents.append(document(f"docs/runbooks/{name}.md"))
    return graph(entities, catalogue, documents)


def ask_everything(linked: RepositoryGraph) -> int:
    """Everything that rules ask of every subject; how many answers there were."""
    answers = 0
    for kind in ("Workload", "Container", "DisruptionBudget", "Autoscaler", "Alert", "Document", "Reference", "Stub"):
        for entity in linked.subjects(kind):
            answers += len(linked.services_of(entity)) + 1
            if isinstance(entity, Workload):
                linked.effective_replicas(entity)
                linked.serving(entity)
                linked.may_be_elsewhere(entity, "DisruptionBudget")
                answers += len(linked.budgets_of(entity))
            elif isinstance(entity, Reference):
                linked.resolve(entity)
            elif isinstance(entity, Alert):
                linked.runbook_target(entity)
    for item in linked.services:
        answers += len(linked.runbooks_of(item)) + len(linked.broken_links_of(item)) + len(linked.workloads_of(item))
        linked.code_owner_of(item)
    return answers


def seconds(teams: int) -> tuple[float, int]:
    # Without the collector: how long that takes depends on what other tests keep.
    gc.collect()
    gc.disable()
    try:
        start = process_time()
        answers = ask_everything(repository_of(teams))
        return process_time() - start, answers
    finally:
        gc.enable()


def test_three_times_the_workloads_take_about_three_times_as_long() -> None:
    seconds(50)  # imports and caches
    small, few = min(seconds(500) for _ in range(3))  # 1,000 workloads
    large, many = min(seconds(1500) for _ in range(2))  # 3,000 workloads
    assert many == 3 * few
    assert large / small < 6, f"{small:.2f} s for 1,000 workloads, {large:.2f} s for 3,000"
