"""What copies a datastore, what its loss would cost, and whose it is: each join, and what cannot be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from opsready.link.graph import RepositoryGraph
from opsready.model.continuity import Continuity, DeclaredDatastore, Promise
from opsready.model.datastore import FOREVER, Bucket, Copied, Copies, CopyStore, Datastore, StoreSelection, Trait
from opsready.model.entity import Entity
from opsready.model.network import Reference
from opsready.model.recovery import BackupPlan, BackupSelection
from opsready.model.source import Items, Known, Unknown, Unset, Value
from opsready.records import replace
from opsready.standard import builtin_standard
from unit.entities import graph, identity, place, service, stub, workload
from unit.link.test_volumes import volume

STANDARD = builtin_standard()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNSET: Unset[Any] = Unset()
NOTHING: Trait[Any] = Trait(Unset(), "it says nothing", "say something")


def trait(value: Any, says: str = "it says so") -> Trait[Any]:
    return Trait(value if isinstance(value, Unset | Unknown) else Known(value, place(line=5)), says, "do better")


def store(name: str = "orders-db", **more: Any) -> Datastore:
    """A platform's datastore; `interval`, `retention`, `behind` and `detached` are values of its own copies."""
    own = {
        key: trait(more.pop(key)) if key in more else NOTHING for key in ("interval", "retention", "behind", "detached")
    }
    fields = {
        key: more.pop(key) for key in ("kept_on", "keys", "makes", "copies_to", "copy_of", "cache") if key in more
    }
    fields.setdefault("copy_of", Trait(Unset()))
    return Datastore(
        identity(more.pop("kind", "aws_db_instance"), name, **more),
        engine="postgres",
        copies=Copies(**own),
        zones=NOTHING,
        deletion=NOTHING,
        **fields,
    )


def plan(*keys: str, name: str = "nightly", schedule: Any = "0 1 * * *", **more: Any) -> BackupPlan:
    chosen = more.pop("stores", None) or StoreSelection(
        keys, more.pop("tags", ()), everything=more.pop("everything", False), kind=more.pop("kind", "")
    )
    stores: Value[StoreSelection] = chosen if isinstance(chosen, Unknown) else Known(chosen, place())
    when: Value[str] = schedule if isinstance(schedule, Unset | Unknown) else Known(schedule, place())
    retention, paused = more.pop("retention", Unset()), more.pop("paused", Unset(default=False))
    by_store = more.pop("by_store", False)
    return BackupPlan(
        identity("Plan", name, **more), "AWS Backup", Unset(), when, retention, paused, stores, by_store=by_store
    )


def copied(item: Datastore, *others: Entity, within: timedelta = DAY) -> Copied:
    return graph([item, *others]).datastores.copied(item, within, STANDARD)


def loses(item: Datastore, *others: Entity) -> Copied:
    return graph([item, *others]).datastores.loses(item, STANDARD)


class TestPlans:
    @pytest.mark.parametrize(
        ("selection", "expected"),
        [
            ({"keys": ["aws_db_instance/orders-db"]}, "yes"),
            ({"keys": ["aws_db_instance/*"]}, "yes"),
            ({"keys": ["aws_db_instance/other"]}, "no"),
            ({"keys": ["aws_dynamodb*"]}, "no"),
            ({"everything": True}, "yes"),
            ({"everything": True, "kind": "aws_db_instance"}, "yes"),
            ({"everything": True, "kind": "Cluster"}, "no"),
            ({"tags": (("backup", "daily"),)}, "yes"),
            ({"tags": (("backup", "never"),)}, "no"),
            ({"tags": (("backup", "never"), ("backup", "daily"))}, "yes"),
        ],
    )
    def test_select_by_key_tag_or_everything(self, selection: dict[str, Any], expected: str) -> None:
        keys = selection.pop("keys", ())
        item = store(labels=(("backup", "daily"),))
        assert copied(item, plan(*keys, **selection)).outcome == expected

    def test_may_name_a_datastore_by_any_of_its_keys(self) -> None:
        assert copied(store(keys=("main",)), plan("main")).outcome == "yes"

    @pytest.mark.parametrize(
        ("mine", "other", "expected"),
        [("", "", "yes"), ("prod", "prod", "yes"), ("prod", "", "yes"), ("prod", "staging", "no"), ("", "dev", "no")],
    )
    def test_of_another_environment_do_not_count(self, mine: str, other: str, expected: str) -> None:
        item = store(environment=mine, production=mine != "staging")
        assert copied(item, plan("orders-db", environment=other, production=other in {"", "prod"})).outcome == "no"
        chosen = plan(item.address, environment=other, production=other in {"", "prod"})
        assert copied(item, chosen).outcome == expected

    def test_of_another_namespace_do_not_count(self) -> None:
        item = store(namespace="shop", keys=("orders-db",))
        assert copied(item, plan("orders-db", namespace="billing")).outcome == "no"
        assert copied(item, plan("orders-db", namespace="shop")).outcome == "yes"

    @pytest.mark.parametrize(
        ("more", "outcome", "says"),
        [
            ({"schedule": "0 * * * *"}, "yes", "`Plan/nightly` copies it every hour"),
            ({"schedule": "0 1 * * *"}, "yes", "`Plan/nightly` copies it every day"),
            ({"schedule": "0 1 * * 0"}, "no", "`Plan/nightly` leaves up to 7 days between two copies"),
            ({"schedule": Unset()}, "no", "`Plan/nightly` copies it once"),
            ({"schedule": "at night"}, "unknown", "is none that is known here"),
            ({"schedule": Unknown("`var.when` has no default")}, "unknown", "`var.when` has no default"),
            ({"paused": Known(True, place())}, "no", "`Plan/nightly` is paused"),
            ({"paused": Known(False, place())}, "yes", "`Plan/nightly` copies it every day"),
            ({"paused": Unknown("?")}, "unknown", "whether `Plan/nightly` is paused cannot be read"),
            ({"stores": Unknown("`var.tag` has no default")}, "unknown", "`var.tag` has no default"),
        ],
    )
    def test_have_to_run_often_enough(self, more: dict[str, Any], outcome: str, says: str) -> None:
        item = store()
        found = copied(item, plan(item.address, **more))
        assert found.outcome == outcome
        assert says in found.reason

    def test_that_copy_volumes_copy_no_datastore_of_a_platform(self) -> None:
        everything = Known(BackupSelection(), place())
        velero = BackupPlan(
            identity("Schedule", "all"), "Velero", everything, Known("@daily", place()), Unset(), Unset()
        )
        assert copied(store(), velero).outcome == "no"
        assert copied(store(kept_on="cluster", kind="Cluster"), velero).outcome == "yes"
        assert loses(store(kept_on="cluster", kind="Cluster"), velero).behind == DAY

    def test_that_copy_datastores_copy_no_volumes(self) -> None:
        item = volume("data")
        found = graph([item, plan(everything=True)]).backups.coverage(item, STANDARD)
        assert found.outcome == "no-system"

    def test_in_what_could_not_be_opened_are_unknown(self) -> None:
        module = stub("backups", "Input", could_hold=frozenset({"BackupPlan"}))
        assert copied(store(), module).outcome == loses(store(), module).outcome == "unknown"
        theirs = stub("backups", "Input", could_hold=frozenset({"BackupPlan"}), third_party=True)
        assert copied(store(), theirs).outcome == "no"
        assert copied(store(), stub("backups", "Input", could_hold=frozenset({"Datastore"}))).outcome == "no"
        assert copied(store(), stub("network", "Input", could_hold=frozenset({"BackupPlan"}))).outcome == "no"
        chart = stub("backups", "Input", could_hold=frozenset({"Workload", "BackupPlan"}))
        assert copied(store(), chart).outcome == "no"
        assert copied(store(interval=DAY), module).outcome == "yes"
        assert loses(store(interval=DAY), module).outcome == "yes"


class TestItself:
    @pytest.mark.parametrize(
        ("interval", "outcome"),
        [
            (DAY, "yes"),
            (HOUR, "yes"),
            (DAY + MINUTE, "no"),
            (Unset(), "no"),
            (Unset(DAY), "yes"),
            (Unknown("?"), "unknown"),
        ],
    )
    def test_may_be_copied_by_its_platform(self, interval: Any, outcome: str) -> None:
        assert copied(store(interval=interval)).outcome == outcome

    def test_is_copied_even_where_its_own_word_is_unknown(self) -> None:
        item = store(interval=Unknown("?"))
        assert copied(item, plan(item.address)).outcome == "yes"

    def test_loses_as_little_as_the_best_way_does(self) -> None:
        item = store(interval=DAY, behind=5 * MINUTE)
        assert loses(item).behind == 5 * MINUTE
        assert loses(store(interval=DAY)).behind == DAY
        assert loses(store(interval=DAY), plan("aws_db_instance/orders-db", schedule="0 * * * *")).behind == HOUR

    def test_an_archived_log_alone_restores_nothing(self) -> None:
        found = loses(store(behind=5 * MINUTE))
        assert (found.outcome, found.behind) == ("no", None)

    def test_may_lose_less_than_can_be_read(self) -> None:
        found = loses(store(interval=DAY, behind=Unknown("`var.pitr` has no default")))
        assert (found.outcome, found.behind) == ("unknown", DAY)

    def test_a_paused_plan_loses_everything(self) -> None:
        assert loses(store(), plan("aws_db_instance/orders-db", paused=Known(True, place()))).behind is None


class TestWhereCopiesAre:
    def test_is_said_by_the_store_that_receives_them(self) -> None:
        target = CopyStore(identity("ObjectStore", "copies"), trait(7 * DAY), trait(True))
        item = store(copies_to="copies", kept_on="cluster")
        linked = graph([item, target])
        assert linked.datastores.kept(item, 30 * DAY).effective == 7 * DAY
        assert linked.datastores.kept_apart(item).effective is True
        assert (
            graph([item]).datastores.kept_apart(item).reason == "`copies`, to which it is copied, is not declared here"
        )

    @pytest.mark.parametrize(
        ("own", "plans", "kept"),
        [
            (35 * DAY, None, 35 * DAY),
            (7 * DAY, Known(35 * DAY, place()), 35 * DAY),
            (7 * DAY, Known(14 * DAY, place()), 7 * DAY),
            (7 * DAY, Unset(FOREVER), FOREVER),
            (7 * DAY, Unset(), 7 * DAY),
            (7 * DAY, Unknown("?"), None),
            (35 * DAY, Unknown("?"), 35 * DAY),
            (Unknown("?"), Known(35 * DAY, place()), 35 * DAY),
            (Unknown("?"), Known(14 * DAY, place()), None),
        ],
    )
    def test_they_are_kept_by_itself_or_by_a_plan(self, own: Any, plans: Any, kept: timedelta | None) -> None:
        item = store(retention=own)
        others = [] if plans is None else [plan(item.address, retention=plans)]
        assert graph([item, *others]).datastores.kept(item, 30 * DAY).effective == kept

    def test_a_plan_that_may_select_it_may_keep_them(self) -> None:
        item = store(retention=7 * DAY)
        assert graph([item, plan(stores=Unknown("?"))]).datastores.kept(item, 30 * DAY).reason == "?"

    @pytest.mark.parametrize(
        ("more", "apart"),
        [
            ({}, True),
            ({"by_store": True}, False),
            ({"paused": Known(True, place())}, False),
            ({"stores": Unknown("?")}, None),
        ],
    )
    def test_a_plan_keeps_them_apart(self, more: dict[str, Any], apart: bool | None) -> None:
        item = store(detached=False)
        assert graph([item, plan(item.address, **more)]).datastores.kept_apart(item).effective is apart


class TestVolumes:
    def stateful(self) -> tuple[Datastore, Entity]:
        own = workload("cart-db", "StatefulSet")
        item = replace(store("cart-db", kind="StatefulSet", kept_on="volumes"), workload=own)
        return item, own

    def velero(self, schedule: str) -> BackupPlan:
        everything = Known(BackupSelection(), place())
        return BackupPlan(identity("Schedule", "all"), "Velero", everything, Known(schedule, place()), Unset(), Unset())

    def test_a_set_loses_what_the_worst_of_its_volumes_loses(self) -> None:
        item, own = self.stateful()
        data = volume("data-cart-db", template_of=own.address)
        assert loses(item, own, data, self.velero("0 * * * *")).behind == HOUR
        assert loses(item, own, data).outcome == "unknown"
        refused = volume("log-cart-db", template_of=own.address, refusals=(("Velero", "a label"),))
        found = loses(item, own, data, refused, self.velero("0 * * * *"))
        assert (found.outcome, found.behind) == ("no", None)

    def test_its_services_are_those_of_its_workload(self) -> None:
        item, own = self.stateful()
        assert [owner.name for owner in graph([item, own]).services_of(item)] == ["cart-db"]


def owners(item: Datastore | Bucket, *others: Entity, catalogue: Any = ()) -> list[str]:
    return [owner.name for owner in graph([item, *others], catalogue).services_of(item)]


def declaring(name: str, *refs: str, rpo: Any = UNSET, own: Any = UNSET) -> Any:
    stores = tuple(DeclaredDatastore(ref, own, Unset(), None, place()) for ref in refs)
    return replace(service(name), continuity=Continuity(datastores=Items(stores), rpo=rpo))


def promise(text: str, length: timedelta) -> Known[Promise]:
    return Known(Promise(text, length), place())


class TestOwners:
    @pytest.mark.parametrize("ref", ["aws_db_instance/orders-db", "AWS_DB_INSTANCE/orders-db", "orders-db", "main"])
    def test_a_service_file_names_it(self, ref: str) -> None:
        assert owners(store(keys=("main",)), catalogue=[declaring("shop", ref), service("orders")]) == ["shop"]

    @pytest.mark.parametrize(
        ("name", "expected"),
        [("orders", ["orders"]), ("orders-db", ["orders"]), ("orders_postgres_main", ["orders"]), ("ordersdb", [])],
    )
    def test_it_is_named_for_a_service(self, name: str, expected: list[str]) -> None:
        assert owners(store(name), catalogue=[service("orders"), service("cart")]) == expected

    def test_a_tag_says_whose_it_is(self) -> None:
        item = store("main", labels=(("Service", "orders"),))
        assert owners(item, catalogue=[service("orders")]) == ["orders"]

    def test_who_uses_its_credentials_owns_it(self) -> None:
        cart, other = workload("cart"), workload("checkout")
        uses = Reference(cart.identity, "object", cart.address, "spec.envFrom", "Secret", "main-app")
        item = store("main", kind="Cluster", makes=("main-app",))
        assert owners(item, cart, other, uses) == ["cart"]

    def test_it_is_beside_one_service_alone(self) -> None:
        assert owners(store("main"), workload("cart")) == ["cart"]
        assert owners(store("main"), workload("cart"), workload("orders")) == []
        assert owners(store("main", unit="elsewhere/"), workload("cart")) == []

    def test_a_bucket_has_owners_as_well(self) -> None:
        assert owners(Bucket(identity("aws_s3_bucket", "orders-bucket"), NOTHING, NOTHING), workload("orders")) == [
            "orders"
        ]

    @pytest.mark.parametrize(
        ("catalogue", "text"),
        [
            ([declaring("orders", rpo=promise("1h", HOUR))], "1h"),
            ([declaring("orders", "orders-db", rpo=promise("1h", HOUR), own=promise("5m", 5 * MINUTE))], "5m"),
            ([declaring("orders", "orders-db", rpo=promise("1h", HOUR))], "1h"),
            (
                [
                    declaring("orders", "orders-db", own=promise("1h", HOUR)),
                    declaring("cart", "orders-db", own=promise("5m", 5 * MINUTE)),
                ],
                "5m",
            ),
            ([declaring("orders", "other", own=promise("5m", 5 * MINUTE))], None),
        ],
    )
    def test_the_shortest_promise_counts(self, catalogue: Any, text: str | None) -> None:
        item = store()
        found = graph([item], catalogue).datastores.promise(item)
        assert (found.value.text if isinstance(found, Known) else None) == text

    def test_a_promise_may_be_unreadable(self) -> None:
        item = store()
        unclear = Unknown("`rpo` is `soon`")
        assert graph([item], [declaring("orders", rpo=unclear)]).datastores.promise(item) == unclear


def kept(linked: RepositoryGraph, name: str = "orders") -> str:
    (found,) = (item for item in linked.services if item.name == name)
    return linked.volumes.data_of(found, STANDARD).state


class TestData:
    @pytest.mark.parametrize(
        ("more", "state"),
        [
            ({}, "kept"),
            ({"cache": "it is a cache"}, "none"),
            ({"copy_of": trait("paris")}, "none"),
            ({"copy_of": Trait(Unknown("?"))}, "unknown"),
        ],
    )
    def test_a_service_with_a_database_keeps_data(self, more: dict[str, Any], state: str) -> None:
        stateless = replace(service("orders"), continuity=Continuity(stateful=Known(False, place())))
        assert kept(graph([store(**more)], [stateless])) == state
