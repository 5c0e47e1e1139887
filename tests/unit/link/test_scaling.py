"""What autoscalers scale: targets, rivals, and what an unreadable one keeps from being known."""

from __future__ import annotations

from opsready.link.graph import RepositoryGraph
from opsready.model.scaling import VerticalAutoscaler
from opsready.model.source import Known, Unknown, Unset
from opsready.records import replace
from unit.entities import autoscaler, graph, identity, place, workload


def test_an_autoscaler_finds_its_target_and_its_rival() -> None:
    cart = workload("cart")
    one = autoscaler("cart", Unset(1))
    other = replace(one, identity=identity("ScaledObject", "cart-queue"))
    far = replace(one, identity=identity("HorizontalPodAutoscaler", "far", unit="other/"))
    scaling = graph([cart, one, other, far]).scaling
    assert scaling.targets_of(one) == (cart,)
    assert scaling.rival_of(one, cart) is other
    assert scaling.rival_of(other, cart) is one
    assert scaling.rival_of(far, cart) is None


def test_an_autoscaler_that_is_taken_over_is_no_rival_in_either_direction() -> None:
    cart, one = workload("cart"), autoscaler("cart", Unset(1))
    heir = replace(one, identity=identity("ScaledObject", "heir"), takes_over="cart")
    scaling = graph([cart, one, heir]).scaling
    assert (scaling.rival_of(one, cart), scaling.rival_of(heir, cart)) == (None, None)


def test_pods_are_those_of_whom_a_workload_delegates_to() -> None:
    cart, rollout = workload("cart"), workload("cart", "Rollout", delegates_to="cart")
    scaling = graph([cart, rollout]).scaling
    assert scaling.pods_of(rollout) is cart
    assert scaling.pods_of(cart) is cart
    assert graph([rollout]).scaling.pods_of(rollout) is None


def test_a_vertical_one_belongs_to_its_target() -> None:
    cart, web = workload("cart"), workload("web")
    vertical = VerticalAutoscaler(
        identity("VerticalPodAutoscaler", "v"), "Deployment", "cart", Unset(default=True), frozenset({"cpu"})
    )
    scaling = graph([cart, web, vertical]).scaling
    assert (scaling.resized_by(cart), scaling.resized_by(web)) == ((vertical,), ())


def hidden_target() -> RepositoryGraph:
    scaler = replace(autoscaler("cart", Known(1, place())), target_name="", target_hidden="it is hidden")
    everything = [
        workload("cart", replicas=Known(3, place())),
        workload("agent", "DaemonSet"),
        workload("far", replicas=Known(3, place()), unit="other/"),
        scaler,
    ]
    return graph(everything)


def test_what_a_hidden_target_may_be_has_no_known_number_of_replicas() -> None:
    linked = hidden_target()
    found = {item.name: linked.effective_replicas(item) for item in linked.subjects("Workload")}  # type: ignore[arg-type]
    assert isinstance(found["cart"].minimum, Unknown)
    assert found["agent"].per_node
    assert found["far"].minimum == 3


def test_a_hidden_target_may_be_any_workload_of_its_unit() -> None:
    linked = hidden_target()
    reasons = {item.name: linked.may_be_elsewhere(item, "Autoscaler") for item in linked.subjects("Workload")}
    assert "is unknown: it is hidden" in reasons["cart"]
    assert reasons["far"] == ""


def test_a_pause_holds_the_number() -> None:
    cart = workload("cart")
    for held, parked in ((4, False), (0, True)):
        scaler = replace(autoscaler("cart", Known(2, place())), paused_at=held)
        found = graph([cart, scaler]).effective_replicas(cart)
        assert (found.minimum, found.parked) == (held, parked)


def test_a_number_that_cannot_be_read_may_be_none() -> None:
    hidden = workload("cart", replicas=Unknown("it is patched"))
    assert graph([hidden]).effective_replicas(hidden).perhaps_parked
    scaled = graph([hidden, autoscaler("cart", Unknown("so is that"))]).effective_replicas(hidden)
    assert not scaled.perhaps_parked
