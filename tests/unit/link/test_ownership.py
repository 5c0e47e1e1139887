"""Who owns what: claims by catalogue entries, implied services, shared subjects, stubs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from opsready.link.ownership import APPLICATION_NAME, KUBERNETES_ID, Ownership, assign
from opsready.model.entity import Entity
from opsready.model.opaque import Stub
from opsready.model.service import Service
from opsready.model.workload import Workload
from unit.entities import service, stub, workload


def owned(
    workloads: Sequence[Workload],
    declared: Sequence[Service] = (),
    stubs: Sequence[Stub] = (),
    third_parties: Sequence[Entity] = (),
) -> Ownership:
    return assign(tuple(declared), workloads, stubs, lambda item: item in third_parties)


def names(found: Ownership, entity: Entity) -> list[str]:
    return [owner.name for owner in found.owners.get(id(entity), ())]


@pytest.mark.parametrize(
    "pattern",
    [
        "cart",
        "Deployment/cart",
        "deployment/cart",
        "deploy/cart",
        "shop/cart",
        "Deployment/shop/cart",
        "deploy/shop/cart",
        "CART",
        "c*",
        "c?rt",
        "[bc]art",
        "deploy/*",
        "shop/*",
        "*/shop/*",
        "Deployment/*/cart",
    ],
)
def test_a_scope_claims_by_name_kind_namespace_and_glob(pattern: str) -> None:
    cart = workload("cart", namespace="shop")
    found = owned([cart], [service("checkout", workload_patterns=(pattern,))])
    assert names(found, cart) == ["checkout"]


@pytest.mark.parametrize(
    "pattern", ["car", "sts/cart", "bank/cart", "deploy/bank/cart", "Deployment/shop/other", "shop", "*/*/*/*"]
)
def test_a_scope_does_not_claim_what_it_does_not_name(pattern: str) -> None:
    cart = workload("cart", namespace="shop")
    found = owned([cart], [service("checkout", workload_patterns=(pattern,))])
    assert names(found, cart) == ["cart"]


@pytest.mark.parametrize(
    ("kind", "short"),
    [("StatefulSet", "sts"), ("DaemonSet", "ds"), ("CronJob", "cj"), ("Pod", "po"), ("Deployment", "deploy")],
)
def test_short_kinds_of_kubectl(kind: str, short: str) -> None:
    item = workload("cart", kind)
    assert names(owned([item], [service("checkout", workload_patterns=(f"{short}/cart",))]), item) == ["checkout"]


def test_a_namespace_that_a_kustomization_sets_can_be_named() -> None:
    cart = workload("cart", deploy_namespace="shop")
    assert names(owned([cart], [service("checkout", workload_patterns=("shop/cart",))]), cart) == ["checkout"]


def test_the_most_explicit_claim_wins() -> None:
    labels = ((KUBERNETES_ID, "by-id"), (APPLICATION_NAME, "by-label"))
    cart = workload("cart", labels=labels)
    by_scope = service("by-scope", workload_patterns=("cart",))
    by_id, by_label, by_name = service("x", kubernetes_id="by-id"), service("by-label"), service("cart")
    assert names(owned([cart], [by_name, by_label, by_id, by_scope]), cart) == ["by-scope"]
    assert names(owned([cart], [by_name, by_label, by_id]), cart) == ["x"]
    assert names(owned([cart], [by_name, by_label]), cart) == ["by-label"]
    assert names(owned([cart], [by_name]), cart) == ["cart"]


def test_labels_of_the_pods_count_as_well() -> None:
    cart = workload("cart", pod_labels={APPLICATION_NAME: "checkout"})
    assert names(owned([cart], [service("checkout")]), cart) == ["checkout"]


def test_an_alias_claims_and_so_does_the_name_before_a_prefix() -> None:
    cart, prefixed = workload("cart"), workload("prod-orders", written_name="orders")
    found = owned([cart, prefixed], [service("checkout", aliases=("cart",)), service("orders")])
    assert names(found, cart) == ["checkout"]
    assert names(found, prefixed) == ["orders"]


def test_a_subject_of_several_services_belongs_to_each_in_the_order_of_the_catalogue() -> None:
    gateway = workload("gateway")
    first, second = (service(name, workload_patterns=("gateway",)) for name in ("orders", "cart"))
    found = owned([gateway], [first, second])
    assert names(found, gateway) == ["orders", "cart"]
    assert found.workloads == {"orders": [gateway], "cart": [gateway]}


def test_what_two_patterns_of_one_scope_name_is_claimed_once() -> None:
    cart = workload("cart", namespace="shop")
    found = owned([cart], [service("checkout", workload_patterns=("cart", "shop/cart", "c*"))])
    assert names(found, cart) == ["checkout"]
    assert found.workloads["checkout"] == [cart]


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (((KUBERNETES_ID, "by-id"), (APPLICATION_NAME, "by-label")), "by-id"),
        (((APPLICATION_NAME, "by-label"),), "by-label"),
        ((), "cart"),
    ],
)
def test_what_nobody_claims_founds_a_service(labels: tuple[tuple[str, str], ...], name: str) -> None:
    cart = workload("cart", labels=labels)
    found = owned([cart])
    assert names(found, cart) == [name]
    assert [(item.name, item.declared) for item in found.services] == [(name, False)]


def test_implied_services_of_one_name_are_one() -> None:
    api, worker = (workload(name, labels=((APPLICATION_NAME, "shop"),)) for name in ("api", "worker"))
    found = owned([api, worker])
    assert [item.name for item in found.services] == ["shop"]
    assert found.workloads["shop"] == [api, worker]


def test_the_name_before_a_prefix_founds_so_that_overlays_share_a_service() -> None:
    staging = workload("staging-cart", written_name="cart", environment="staging", production=False, unit="s/")
    live = workload("prod-cart", written_name="cart", environment="prod", unit="p/")
    found = owned([staging, live])
    assert [(item.name, item.identity.production) for item in found.services] == [("cart", True)]


@pytest.mark.parametrize("kind", ["Job", "CronJob", "DaemonSet"])
def test_jobs_and_daemon_sets_never_found_a_service_but_can_be_claimed(kind: str) -> None:
    item = workload("backup", kind)
    assert names(owned([item]), item) == []
    assert owned([item]).services == ()
    assert names(owned([item], [service("backup")]), item) == ["backup"]


def test_third_parties_never_found_a_service_but_can_be_claimed() -> None:
    database = workload("postgres")
    assert names(owned([database], third_parties=[database]), database) == []
    claimed = owned([database], [service("cart", workload_patterns=("postgres",))], third_parties=[database])
    assert names(claimed, database) == ["cart"]


def test_a_rollout_that_runs_the_pods_of_a_deployment_founds_no_second_service() -> None:
    rollout, deployment = workload("cart-rollout", "Rollout", delegates_to="cart"), workload("cart")
    found = owned([rollout, deployment])
    assert [item.name for item in found.services] == ["cart"]
    assert names(found, rollout) == []


def test_there_is_one_service_of_a_name_even_where_its_scope_leaves_others_out() -> None:
    """Else the report would have two services `cart`, one of them without the entry that stands in the catalogue."""
    scoped, left_out = workload("api"), workload("cart")
    found = owned([scoped, left_out], [service("cart", workload_patterns=("api",))])
    assert [(item.name, item.declared) for item in found.services] == [("cart", True)]
    assert names(found, scoped) == names(found, left_out) == ["cart"]


def test_services_are_sorted_by_name() -> None:
    found = owned([workload("b"), workload("a")], [service("c")])
    assert [item.name for item in found.services] == ["a", "b", "c"]


def test_a_declared_service_lives_where_its_workloads_do() -> None:
    staging = workload("cart", unit="s/", environment="staging", production=False)
    (found,) = owned([staging], [service("cart")]).services
    assert (found.identity.production, found.identity.environment) == (False, "staging")
    live = workload("cart", unit="p/", environment="prod")
    (both,) = owned([staging, live], [service("cart")]).services
    assert both.identity.production
    (without,) = owned([], [service("cart")]).services
    assert without.identity.production


def test_owners_are_the_services_that_are_listed() -> None:
    staging = workload("cart", environment="staging", production=False)
    found = owned([staging], [service("cart")])
    assert found.owners[id(staging)] == found.services


@pytest.mark.parametrize(
    "declared",
    [
        service("cart"),
        service("cart", aliases=("other",)),
        service("cart", workload_patterns=("deploy/cart",)),
        service("cart", workload_patterns=("c*",)),
    ],
)
def test_a_stub_joins_the_entry_that_claims_it(declared: Service) -> None:
    item = stub("cart")
    found = owned([], [declared], [item])
    assert names(found, item) == ["cart"]
    assert len(found.services) == 1


def test_a_stub_joins_the_service_of_its_readable_rendition() -> None:
    item, readable = stub("cart"), workload("cart", labels=((APPLICATION_NAME, "shop"),))
    found = owned([readable], stubs=[item])
    assert names(found, item) == ["shop"]
    assert len(found.services) == 1


def test_a_stub_of_another_kind_joins_the_implied_service_of_its_name() -> None:
    item = stub("cart", "StatefulSet")
    found = owned([workload("cart")], stubs=[item])
    assert names(found, item) == ["cart"]
    assert len(found.services) == 1


def test_a_stub_founds_a_service_where_nothing_else_has_its_name() -> None:
    first, second = stub("cart"), stub("cart", "StatefulSet")
    found = owned([], stubs=[first, second])
    assert [(item.name, item.declared) for item in found.services] == [("cart", False)]
    assert names(found, first) == names(found, second) == ["cart"]


@pytest.mark.parametrize(
    "item",
    [
        stub("cart", "Job"),
        stub("cart", "CronJob"),
        stub("cart", "DaemonSet"),
        stub("cart", third_party=True),
        stub("cart", "Input"),
    ],
)
def test_stubs_that_found_no_service_are_shared(item: Stub) -> None:
    found = owned([], stubs=[item])
    assert names(found, item) == []
    assert found.services == ()


def test_a_stub_that_runs_a_third_partys_images_founds_none() -> None:
    item, other = stub("cart"), stub("pay")
    found = owned([], stubs=[item, other], third_parties=[item])
    assert (names(found, item), names(found, other)) == ([], ["pay"])


def test_a_service_that_its_chart_leaves_out_is_in_doubt() -> None:
    (found,) = owned([], stubs=[stub("cart", switched_off=True)]).services
    assert found.doubt == "chart `chart` leaves `cart` out unless it is switched on"


def test_a_service_is_not_in_doubt_where_anything_else_of_its_name_is_there() -> None:
    off = stub("cart", switched_off=True)
    for found in (owned([], stubs=[off, stub("cart", "StatefulSet")]), owned([workload("cart")], stubs=[off])):
        assert [item.doubt for item in found.services] == [""]
        assert names(found, off) == ["cart"]
