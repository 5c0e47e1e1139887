"""In which regions workloads run, as far as a repository shows."""

from __future__ import annotations

from typing import Any

from opsready.link.regions import Regions
from opsready.model.recovery import RunsIn
from opsready.model.source import Items, Known, Unset
from opsready.model.workload import EffectiveReplicas, Spread, Workload
from opsready.records import replace
from opsready.resolve.units import Destination
from unit.entities import place, service, stub, workload


def in_unit(unit: str, name: str = "cart", pins: tuple[str, ...] = (), **more: Any) -> Workload:
    return replace(workload(name, unit=unit, **more), pinned_regions=Items(pins))


def regions(*workloads: Workload, destinations: tuple[Destination, ...] = ()) -> Regions:
    def replicas(item: Workload) -> EffectiveReplicas:
        parked = isinstance(item.replicas, Known) and item.replicas.value == 0
        return EffectiveReplicas(1, "", item.place, parked=parked)

    return Regions(workloads, destinations, [stub("loyalty")], replicas, lambda _: (service("loyalty"),))


def of(*workloads: Workload, destinations: tuple[Destination, ...] = ()) -> list[RunsIn]:
    return list(regions(*workloads, destinations=destinations).of(workloads))


def names(*workloads: Workload, destinations: tuple[Destination, ...] = ()) -> list[tuple[str, ...]]:
    return [item.regions for item in of(*workloads, destinations=destinations)]


def test_declarations_of_one_name_are_one_workload() -> None:
    found = of(in_unit("a/eu-west-1/"), in_unit("a/us-east-1/"), in_unit("a/eu-west-1/", "orders"))
    assert [(item.workload, item.regions) for item in found] == [
        ("cart", ("eu-west-1", "us-east-1")),
        ("orders", ("eu-west-1",)),
    ]


def test_the_file_tells_where_the_unit_does_not() -> None:
    east = in_unit("k8s/", place=place("k8s/us-east-1/cart.yaml"))
    assert names(east, in_unit("k8s/", place=place("k8s/eu-west-1/cart.yaml"))) == [("eu-west-1", "us-east-1")]
    assert names(in_unit("k8s/eu-west-1/", place=place("base/us-east-1/cart.yaml"))) == [("eu-west-1",)]


def test_pins_outweigh_where_the_files_lie() -> None:
    (found,) = of(in_unit("a/eu-west-1/", pins=("frankfurt",)))
    assert (found.regions, found.pinned) == (("frankfurt",), True)
    (found,) = of(in_unit("a/eu-west-1/", pins=("frankfurt",)), in_unit("a/us-east-1/"))
    assert (found.regions, found.pinned) == (("frankfurt", "us-east-1"), False)


def test_what_is_not_in_production_ends_or_is_parked_is_left_out() -> None:
    others = (
        in_unit("a/eu-west-1/", production=False, environment="staging"),
        in_unit("a/eu-west-1/", kind="Job"),
        in_unit("a/eu-west-1/", replicas=Known(0, place())),
    )
    assert of(*others) == []


def test_what_deploys_a_directory_says_where() -> None:
    both = Destination("apps/cart", ("argocd", "shop-eu-west-1", "shop-us-east-1"))
    assert names(in_unit("apps/cart/"), destinations=(both,)) == [("eu-west-1", "us-east-1")]
    assert names(in_unit("apps/cart/overlays/x/kustomization.yaml"), destinations=(both,)) == [
        ("eu-west-1", "us-east-1")
    ]
    assert names(in_unit("apps/"), destinations=(both,)) == [()]
    assert names(in_unit("apps/cart-admin/"), destinations=(both,)) == [()]


def test_spread_over_regions() -> None:
    def spread(key: str) -> Workload:
        only = Spread("spread-constraint", key, None, place())
        return replace(in_unit("k8s/"), spreads=Known((only,), place()))

    assert of(spread("topology.kubernetes.io/region"))[0].kept_apart
    assert not of(spread("topology.kubernetes.io/zone"))[0].kept_apart
    assert not of(replace(in_unit("k8s/"), spreads=Unset(())))[0].kept_apart


def test_what_is_hidden() -> None:
    hidden = replace(in_unit("k8s/"), pinned_regions=Items((), "a patch changes it"))
    assert of(in_unit("k8s/"), hidden)[0].hidden == "a patch changes it"
    found = regions()
    assert found.hidden(service("loyalty")) == "chart `chart` could not be opened"
    assert found.hidden(service("cart")) == ""


def test_every_region_that_is_shown() -> None:
    assert regions(in_unit("eu-west-1/"), in_unit("us-east-1/", "orders")).shown == {"eu-west-1", "us-east-1"}
