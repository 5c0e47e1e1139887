"""Where a counterpart is looked for: unit first, then environment, then repository."""

from __future__ import annotations

import pytest

from opsready.link.scopes import ByLabels, ByName, nearest
from opsready.model.entity import Entity
from opsready.model.workload import Selector
from unit.entities import identity, workload

HERE = identity("Service", "cart", unit="prod/a/", environment="prod")
IN_UNIT = workload("cart", unit="prod/a/", environment="prod")
IN_ENVIRONMENT = workload("cart", unit="prod/b/", environment="prod")
ELSEWHERE = workload("cart", unit="dev/a/", environment="dev")


@pytest.mark.parametrize(
    ("candidates", "found"),
    [
        ([ELSEWHERE, IN_ENVIRONMENT, IN_UNIT], [IN_UNIT]),
        ([ELSEWHERE, IN_ENVIRONMENT], [IN_ENVIRONMENT]),
        ([ELSEWHERE], [ELSEWHERE]),
        ([], []),
    ],
)
def test_unit_first_environment_next_repository_last(candidates: list[Entity], found: list[Entity]) -> None:
    assert nearest(HERE, candidates) == found
    assert ByName(candidates).nearest(HERE, "Deployment", "cart") == found
    workloads = [candidate for candidate in (IN_UNIT, IN_ENVIRONMENT, ELSEWHERE) if candidate in candidates]
    assert ByLabels(workloads).nearest(HERE, Selector((("app", "cart"),))) == found


def test_another_namespace_of_the_same_unit_is_no_counterpart() -> None:
    origin = identity("Service", "cart", namespace="shop")
    bank, shop, none = (workload("cart", namespace=namespace) for namespace in ("bank", "shop", None))
    assert nearest(origin, [bank, shop]) == [shop]
    assert nearest(origin, [bank]) == []
    assert nearest(origin, [none]) == [none]  # an absent namespace equals any
    assert ByName([bank, none]).nearest(origin, "Deployment", "cart") == [none]
    assert ByLabels([bank, shop]).nearest(origin, Selector((("app", "cart"),))) == [shop]


def test_a_match_in_another_namespace_of_the_unit_does_not_hide_one_further_away() -> None:
    origin = identity("Service", "cart", namespace="shop", unit="a/")
    bank = workload("cart", namespace="bank", unit="a/")
    shop = workload("cart", namespace="shop", unit="b/")
    assert ByName([bank, shop]).nearest(origin, "Deployment", "cart") == [shop]
    assert ByLabels([bank, shop]).nearest(origin, Selector((("app", "cart"),))) == [shop]


def test_the_namespace_that_takes_effect_counts() -> None:
    origin = identity("Service", "cart", deploy_namespace="shop")
    assert nearest(origin, [workload("cart", deploy_namespace="bank")]) == []


def test_a_prefixed_object_is_found_by_the_name_that_is_written_and_by_the_one_that_is_deployed() -> None:
    target = workload("prod-cart", written_name="cart")
    index = ByName([target])
    assert index.nearest(identity("Service", "x"), "Deployment", "cart") == [target]
    assert index.nearest(identity("Service", "x"), "Deployment", "prod-cart") == [target]
    assert index.nearest(identity("Service", "x"), "StatefulSet", "cart") == []


def test_declared_asks_about_one_unit() -> None:
    index = ByName([workload("cart", unit="a/")])
    assert index.declared("Deployment", "a/")
    assert not index.declared("Deployment", "b/")
    assert not index.declared("StatefulSet", "a/")


def test_a_selector_needs_all_its_labels() -> None:
    cart = workload("cart", pod_labels={"app": "cart", "tier": "web"})
    other = workload("other", pod_labels={"app": "cart"})
    origin = identity("Service", "cart")
    assert ByLabels([cart, other]).nearest(origin, Selector((("app", "cart"), ("tier", "web")))) == [cart]
    assert ByLabels([cart, other]).nearest(origin, Selector((("app", "cart"),))) == [cart, other]
    assert ByLabels([cart, other]).nearest(origin, Selector((("app", "none"),))) == []


def test_an_empty_selector_selects_all_of_its_unit_or_nothing() -> None:
    near, far = workload("near"), workload("far", unit="other/")
    origin = identity("PodDisruptionBudget", "all")
    assert ByLabels([near, far]).nearest(origin, Selector(selects_all_when_empty=True)) == [near]
    assert ByLabels([near, far]).nearest(origin, Selector()) == []


@pytest.mark.parametrize(
    ("operator", "values", "selected"),
    [
        ("In", ("web", "api"), ["cart"]),
        ("NotIn", ("web",), ["bare"]),
        ("Exists", (), ["cart"]),
        ("DoesNotExist", (), ["bare"]),
    ],
)
def test_selectors_by_expression(operator: str, values: tuple[str, ...], selected: list[str]) -> None:
    found = ByLabels([workload("cart", pod_labels={"tier": "web"}), workload("bare", pod_labels={})])
    by = Selector(expressions=(("tier", operator, values),))
    assert [item.name for item in found.nearest(identity("Service", "x"), by)] == selected
