"""Which volumes are copied: a plan's namespaces, labels, claims and way of copying, and what cannot be told."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from opsready.model.entity import Entity
from opsready.model.recovery import BackupPlan, BackupSelection, Volume
from opsready.model.source import Known, Unknown, Unset
from opsready.model.workload import Selector, VolumeClaim
from opsready.records import replace
from opsready.standard import builtin_standard
from unit.entities import graph, identity, place, stub, workload
from unit.link.test_volumes import mounting, volume

STANDARD = builtin_standard()


def plan(name: str = "daily", **more: Any) -> BackupPlan:
    """A plan in `velero` that copies everything; identity's words by `at`, the rest is the selection's."""
    at = {"namespace": "velero", "unit": "platform/", **more.pop("at", {})}
    system, paused = more.pop("system", "Velero"), more.pop("paused", Unset())
    selection = more.pop("selection", None) or Known(BackupSelection(**more), place())
    return BackupPlan(identity("Schedule", name, **at), system, selection, Known("@daily", place()), Unset(), paused)


def outcome(item: Volume, *others: Entity) -> str:
    return graph([item, *others]).backups.coverage(item, STANDARD).outcome


def reason(item: Volume, *others: Entity) -> str:
    return graph([item, *others]).backups.coverage(item, STANDARD).reason


IN_SHOP = volume("data", namespace="shop")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({}, "covered"),
        ({"namespaces": ("shop",)}, "covered"),
        ({"namespaces": ("billing", "shop")}, "covered"),
        ({"namespaces": ("sh*",)}, "covered"),
        ({"namespaces": ("billing",)}, "uncovered"),
        ({"namespaces": ("b*",)}, "uncovered"),
        ({"excluded_namespaces": ("shop",)}, "uncovered"),
        ({"excluded_namespaces": ("kube-*",)}, "covered"),
        ({"namespaces": ("shop",), "excluded_namespaces": ("s*",)}, "uncovered"),
        ({"claims": ("data",)}, "covered"),
        ({"claims": ("data-1",)}, "uncovered"),
        ({"own_namespace": True}, "uncovered"),
    ],
)
def test_by_namespace_and_claim(selection: dict[str, Any], expected: str) -> None:
    assert outcome(IN_SHOP, plan(**selection)) == expected


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({}, "covered"),
        ({"namespaces": ("shop",)}, "unknown"),
        ({"namespaces": ("sh*",)}, "unknown"),
        ({"excluded_namespaces": ("kube-system",)}, "unknown"),
        ({"own_namespace": True}, "unknown"),
        ({"own_namespace": True, "claims": ("data",)}, "covered"),
        ({"own_namespace": True, "at": {"unit": "k8s/"}}, "covered"),
    ],
)
def test_a_namespace_that_is_not_written(selection: dict[str, Any], expected: str) -> None:
    assert outcome(volume("data"), plan(**selection)) == expected


def test_a_plan_for_its_own_namespace_needs_both_to_be_written() -> None:
    assert outcome(IN_SHOP, plan(own_namespace=True, at={"namespace": "shop"})) == "covered"
    assert outcome(IN_SHOP, plan(own_namespace=True, at={"namespace": None})) == "unknown"


def test_the_claim_of_an_instance_is_the_template_s() -> None:
    template = volume("data-db", claim="data", template_of="StatefulSet/shop/db", namespace="shop")
    for claim, expected in (("data-db-0", "covered"), ("data-db", "uncovered"), ("data-db-x", "uncovered")):
        assert outcome(template, plan(claims=(claim,))) == expected
    # A claim of its own may have a number in its name.
    assert outcome(volume("media-2"), plan(claims=("media-2",))) == "covered"


def test_labels_are_those_of_the_volume_or_of_a_pod_that_mounts_it() -> None:
    wanted = plan(selectors=(Selector((("app", "cart"),)), Selector((("tier", "data"),))))
    assert outcome(IN_SHOP, wanted) == "uncovered"
    assert outcome(volume("data", labels=(("tier", "data"),)), wanted) == "covered"
    cart = mounting("cart", "data", namespace="shop")
    assert outcome(IN_SHOP, wanted, cart) == "covered"
    assert outcome(IN_SHOP, wanted, mounting("orders", "data", namespace="shop")) == "uncovered"
    hidden = replace(mounting("orders", "data", namespace="shop"), hidden_labels="a patch changes them")
    assert outcome(IN_SHOP, wanted, hidden) == "unknown"


@pytest.mark.parametrize(
    ("how", "said", "expected"),
    [
        ("snapshot", "", "covered"),
        ("snapshot", "refused", "covered"),
        ("files", "", "covered"),
        ("files", "asked", "covered"),
        ("files", "refused", "uncovered"),
        ("asked", "asked", "covered"),
        ("asked", "", "uncovered"),
        ("asked", "refused", "uncovered"),
    ],
)
def test_by_the_way_of_copying(how: Any, said: Any, expected: str) -> None:
    cart = replace(workload("cart"), volume_claims=(VolumeClaim("data", own=False, file_copies=said),))
    assert outcome(volume("data"), plan(how=how), cart) == expected


def test_files_are_copied_of_what_pods_mount_only() -> None:
    assert outcome(volume("data"), plan(how="files")) == "unknown"


def test_what_keeps_one_system_away_keeps_no_other_away() -> None:
    refusing = volume("data", refusals=(("Velero", "the label `x`"),))
    assert outcome(refusing, plan()) == "uncovered"
    assert reason(refusing, plan()) == "the label `x` keeps Velero away from it"
    assert outcome(refusing, plan(system="K8up")) == "covered"
    assert outcome(refusing) == "uncovered"


def test_a_paused_plan_copies_nothing_unless_another_does() -> None:
    paused = plan(paused=Known(value=True, place=place()))
    assert outcome(volume("data"), paused) == "uncovered"
    assert outcome(volume("data"), paused, plan("weekly")) == "covered"
    assert outcome(volume("data"), plan(paused=Known(value=False, place=place()))) == "covered"
    assert outcome(volume("data"), plan(paused=Unknown("a patch changes it"))) == "unknown"


@pytest.mark.parametrize(
    ("mine", "other", "expected"),
    [
        ("", "", "covered"),
        ("prod", "", "covered"),
        ("", "prod", "covered"),
        ("prod", "live", "covered"),
        ("staging", "staging", "covered"),
        ("staging", "", "covered"),
        ("staging", "prod", "uncovered"),
        ("prod", "staging", "uncovered"),
        ("", "staging", "uncovered"),
    ],
)
def test_a_plan_copies_its_own_environment(mine: str, other: str, expected: str) -> None:
    produces = {"", "prod", "live"}
    item = volume("data", environment=mine, production=mine in produces)
    assert outcome(item, plan(at={"environment": other, "production": other in produces})) == expected


def test_what_cannot_be_read_is_unknown() -> None:
    unread = plan(selection=Unknown("its list is a text"))
    assert outcome(volume("data"), unread) == "unknown"
    assert outcome(volume("data"), unread, plan("weekly")) == "covered"
    assert outcome(volume("data"), plan(selection=Unset())) == "uncovered"


def test_nothing_here_that_copies_volumes() -> None:
    assert outcome(volume("data")) == "no-system"
    assert outcome(volume("data"), workload("reports", "CronJob")) == "no-system"


@pytest.mark.parametrize(
    ("job", "more", "expected"),
    [
        ("data-backup", {}, "covered"),
        ("backup-cart-db-nightly", {}, "covered"),
        ("cart-db-dump", {"namespace": "shop"}, "covered"),
        ("cart-db-vacuum", {}, "no-system"),
        ("cart-dbx-backup", {}, "unknown"),
        ("backup", {"unit": "elsewhere/"}, "no-system"),
        ("cart-db-copy", {"image": "restic/restic:0.17"}, "covered"),
    ],
)
def test_a_job_that_copies_what_it_is_named_for(job: str, more: dict[str, Any], expected: str) -> None:
    item = volume("data", namespace="shop")
    database = mounting("cart-db", "data", namespace="shop")
    assert outcome(item, database, workload(job, "CronJob", **more)) == expected


def test_a_job_of_another_namespace_copies_something_else() -> None:
    job = workload("data-backup", "CronJob", namespace="billing", unit="billing/")
    assert outcome(IN_SHOP, job) == "no-system"


def test_a_deployment_is_no_job_and_an_init_container_copies_nothing_in_the_long_run() -> None:
    assert outcome(volume("data"), workload("data-backup")) == "no-system"
    cart = mounting("cart", "data", image="litestream/litestream:0.3")
    assert outcome(volume("data"), cart) == "covered"
    (only,) = cart.containers.items
    restoring = replace(cart, containers=replace(cart.containers, items=(replace(only, role="init"),)))
    assert outcome(volume("data"), restoring) == "no-system"


def test_inputs_that_could_not_be_opened() -> None:
    holding = frozenset({"BackupPlan"})
    assert outcome(volume("data"), stub("web", could_hold=holding, unit="k8s/")) == "unknown"
    assert outcome(volume("data"), stub("web", could_hold=holding, unit="elsewhere/")) == "no-system"
    assert outcome(volume("data"), stub("web", could_hold=frozenset({"Workload"}), unit="k8s/")) == "no-system"
    velero = stub("velero", could_hold=holding, unit="elsewhere/", third_party=True)
    assert outcome(volume("data"), velero) == "unknown"
    assert outcome(volume("data"), stub("web", could_hold=holding, unit="k8s/", third_party=True)) == "no-system"
    assert outcome(volume("data"), velero, plan()) == "covered"


def test_why_plans_leave_a_volume_out_is_said_of_two() -> None:
    plans = [plan(name, namespaces=("a*",)) for name in ("one", "two", "three")]
    assert reason(IN_SHOP, *plans) == (
        "`Schedule/velero/one` takes other namespaces; `Schedule/velero/two` takes other namespaces; and 1 more"
    )


def test_many_plans_and_volumes_are_joined_by_index() -> None:
    def seconds(count: int) -> float:
        volumes = [volume(f"data-{number}", namespace=f"n{number}") for number in range(count)]
        plans = [plan(f"p{number}", namespaces=(f"n{number}",)) for number in range(count)]
        jobs = [workload(f"data-{number}-backup", "CronJob", namespace=f"n{number}") for number in range(count)]
        linked = graph([*volumes, *plans, *jobs])
        start = perf_counter()
        assert {linked.backups.coverage(item, STANDARD).outcome for item in volumes} == {"covered"}
        return perf_counter() - start

    small = min(seconds(300) for _ in range(3))
    assert min(seconds(1200) for _ in range(3)) < 12 * small
