"""Volumes: what mounts them, whose they are, which of them nobody would miss, and which services keep data."""

from __future__ import annotations

from typing import Any

import pytest

from opsready.link.graph import RepositoryGraph
from opsready.model.continuity import Continuity, DeclaredDatastore
from opsready.model.entity import Entity
from opsready.model.recovery import Volume
from opsready.model.service import Service
from opsready.model.source import Items, Known, Unknown, Unset
from opsready.model.workload import VolumeClaim, Workload
from opsready.records import replace
from opsready.standard import builtin_standard
from unit.entities import graph, identity, place, service, stub, workload

STANDARD = builtin_standard()


def volume(name: str, **more: Any) -> Volume:
    template_of, read_only = more.pop("template_of", ""), more.pop("read_only", False)
    refusals = more.pop("refusals", ())
    claim = more.pop("claim", name)
    return Volume(identity("PersistentVolumeClaim", name, **more), claim, template_of, read_only, refusals)


def mounting(name: str, *claims: str, own: bool = False, hidden: str = "", **more: Any) -> Workload:
    item = workload(name, **more)
    return replace(item, volume_claims=tuple(VolumeClaim(claim, own) for claim in claims), hidden_mounts=hidden)


def declared(name: str = "cart", **continuity: Any) -> Service:
    return replace(service(name), continuity=Continuity(**continuity))


def state(linked: RepositoryGraph, name: str = "cart") -> tuple[str, str]:
    (found,) = (item for item in linked.services if item.name == name)
    data = linked.volumes.data_of(found, STANDARD)
    return data.state, data.because


def owners(linked: RepositoryGraph, item: Entity) -> list[str]:
    return [found.name for found in linked.services_of(item)]


def test_a_volume_belongs_to_the_services_whose_workloads_mount_it() -> None:
    data = volume("data")
    cart, orders = mounting("cart", "data"), mounting("orders", "data")
    linked = graph([data, cart, orders, workload("search")])
    assert owners(linked, data) == ["cart", "orders"]
    assert set(linked.volumes.mounted_by(data)) == {cart, orders}
    assert owners(graph([data]), data) == []


def test_a_template_is_mounted_by_its_own_workload_only() -> None:
    template = volume("data-cart", claim="data", template_of="StatefulSet/cart")
    own, stranger = mounting("cart", "data", own=True, kind="StatefulSet"), mounting("orders", "data-cart")
    linked = graph([template, own, stranger])
    assert linked.volumes.mounted_by(template) == (own,)


def test_the_claim_of_the_same_unit_is_mounted_before_any_other() -> None:
    here, there = volume("data", unit="a/"), volume("data", unit="b/")
    linked = graph([here, there, mounting("cart", "data", unit="a/")])
    assert [len(linked.volumes.mounted_by(item)) for item in (here, there)] == [1, 0]


@pytest.mark.parametrize(
    ("item", "mounts"),
    [
        (volume("page-cache"), workload("cart")),
        (volume("pages", claim="tmp-pages"), mounting("scratch", "pages")),
        (volume("pages"), mounting("redis-cache", "pages")),
        (volume("pages"), mounting("web", "pages", image="memcached:1.6")),
        (volume("pages"), mounting("web", "pages", image="docker.io/grafana/loki:3.2.0")),
        (volume("db-backups"), workload("cart")),
        (volume("wal-g"), workload("cart")),
        (volume("models", read_only=True), mounting("cart", "models")),
    ],
)
def test_what_is_made_again_is_disposable(item: Volume, mounts: Workload) -> None:
    assert graph([item, mounts]).volumes.disposable(item, STANDARD)


@pytest.mark.parametrize(
    ("item", "mounts"),
    [
        (volume("data"), mounting("cart", "data")),
        (volume("catches"), mounting("cart", "catches")),
        (volume("data"), mounting("web", "data", image="grafana/grafana:11.3.0")),
        (volume("my-gateway"), mounting("cart", "my-gateway")),
        (volume("data"), mounting("redis", "data", image="redis:7.4")),
    ],
)
def test_what_may_be_missed_is_not(item: Volume, mounts: Workload) -> None:
    assert graph([item, mounts]).volumes.disposable(item, STANDARD) == ""


def test_a_service_that_mounts_a_volume_keeps_data_whatever_it_declares() -> None:
    stateless = declared(stateful=Known(value=False, place=place()))
    linked = graph([volume("data"), mounting("cart", "data")], [stateless])
    assert state(linked) == ("kept", "it mounts the volume `data`")
    assert state(graph([volume("cart-cache"), mounting("cart", "cart-cache")], [stateless]))[0] == "none"


def test_a_claim_that_is_made_elsewhere_is_data_as_well() -> None:
    assert state(graph([mounting("cart", "data")])) == ("kept", "`cart` mounts the claim `data`")
    assert state(graph([mounting("cart", "cart-cache")]))[0] == "unknown"


def test_what_is_declared_counts_where_no_volume_shows_it() -> None:
    store = DeclaredDatastore("aws_rds_cluster.cart", Unset(), Unset(), None, place())
    no = Known(value=False, place=place())
    assert state(graph([], [declared(datastores=Items((store,)), stateful=no)]))[0] == "kept"
    assert state(graph([], [declared(stateful=Known(value=True, place=place()))]))[0] == "kept"
    assert state(graph([], [declared(stateful=no)])) == ("none", "`cart` is declared to keep no data")
    assert state(graph([], [declared(stateful=Unknown("it is a list"))]))[0] == "unknown"
    assert state(graph([], [declared()])) == ("unknown", "nothing says whether `cart` keeps data")
    assert state(graph([], [service("cart")])) == ("unknown", "nothing says whether `cart` keeps data")


def test_what_is_hidden_outweighs_a_word_that_there_is_no_data() -> None:
    stateless = declared(stateful=Known(value=False, place=place()))
    for item in (
        stub("cart", could_hold=frozenset({"Volume"})),
        replace(workload("cart"), hidden_templates="a patch changes it"),
    ):
        assert state(graph([item], [stateless]))[0] == "unknown"
    for item in (
        stub("cart", could_hold=frozenset({"Workload"})),
        replace(stub("cart", could_hold=frozenset({"Volume"})), third_party=True),
        mounting("cart", hidden="a patch changes it"),
    ):
        assert state(graph([item], [stateless]))[0] == "none"


def test_what_a_hidden_mount_may_mean_depends_on_volumes_that_nothing_mounts() -> None:
    stateless = declared(stateful=Known(value=False, place=place()))
    cart = mounting("cart", hidden="a patch changes it")
    alone, mounted = volume("data"), volume("other")
    linked = graph([alone, cart], [stateless])
    assert state(linked)[0] == "unknown"
    assert linked.hidden_volumes(cart) == "a patch changes it"
    # It stays with the service that may mount it: hiding moves no fault to nobody.
    assert owners(linked, alone) == ["cart"]
    linked = graph([mounted, mounting("orders", "other"), cart], [stateless])
    assert state(linked)[0] == "none"
    assert linked.hidden_volumes(cart) == ""
    assert owners(linked, mounted) == ["orders"]
