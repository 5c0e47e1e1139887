"""CloudNativePG's objects as datastores, plans and stores of copies; wrong types are Unknown, never a fault."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsready.model.datastore import FOREVER, CopyStore, Datastore, StoreSelection
from opsready.model.network import ConfigObject
from opsready.model.recovery import BackupPlan
from opsready.model.source import Known, Unknown, Unset
from unit.adapt.test_kubernetes import every, obj, one

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def cluster(spec: str, metadata: str = "{name: orders-db, namespace: shop}") -> Datastore:
    return one(Datastore, obj("Cluster", spec, api="postgresql.cnpg.io/v1", metadata=metadata))


def plan(spec: str) -> BackupPlan:
    metadata = "{name: nightly, namespace: shop}"
    return one(BackupPlan, obj("ScheduledBackup", spec, api="postgresql.cnpg.io/v1", metadata=metadata))


class TestClusters:
    def test_an_operator_keeps_its_data_in_the_cluster_and_makes_objects_for_its_users(self) -> None:
        found = cluster("{instances: 3}")
        assert (found.address, found.engine, found.kept_on) == ("Cluster/shop/orders-db", "postgres", "cluster")
        assert "orders-db-app" in found.makes

    def test_what_it_makes_for_its_users_is_there(self) -> None:
        text = obj("Cluster", "{}", api="postgresql.cnpg.io/v1", metadata="{name: orders-db, namespace: shop}")
        addresses = {item.address for item in every(ConfigObject, text) if not item.complete}
        assert {"Secret/shop/orders-db-app", "Service/shop/orders-db-rw"} <= addresses

    @pytest.mark.parametrize(("forced", "zones"), [("DoNotSchedule", 2), ("ScheduleAnyway", 1)])
    def test_only_what_is_forced_counts(self, forced: str, zones: int) -> None:
        spread = f"{{topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: {forced}}}"
        assert cluster(f"{{instances: 3, topologySpreadConstraints: [{spread}]}}").zones.effective == zones

    def test_another_operators_cluster_is_none(self) -> None:
        text = obj("Cluster", "{}", api="cluster.x-k8s.io/v1beta1", metadata="{name: prod}")
        assert every(Datastore, text) == []

    @pytest.mark.parametrize(
        ("spec", "zones"),
        [
            ("{}", 1),
            ("{instances: 1}", 1),
            ("{instances: 0}", 1),
            ("{instances: 3}", 1),
            ("{instances: three}", None),
            ("{instances: 3, affinity: {topologyKey: topology.kubernetes.io/zone}}", 2),
            ("{instances: 3, affinity: {topologyKey: failure-domain.beta.kubernetes.io/zone}}", 2),
            ("{instances: 1, affinity: {topologyKey: topology.kubernetes.io/zone}}", 1),
            ("{instances: 3, affinity: {topologyKey: kubernetes.io/hostname}}", 1),
            ("{instances: 3, affinity: {topologyKey: [a]}}", None),
            ("{instances: 3, affinity: 7}", None),
            ("{instances: 3, topologySpreadConstraints: [{topologyKey: topology.kubernetes.io/zone}]}", 2),
            ("{instances: 3, topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]}", 1),
            ("{instances: 3, topologySpreadConstraints: 7}", None),
        ],
    )
    def test_zones(self, spec: str, zones: int | None) -> None:
        assert cluster(spec).zones.effective == zones

    @pytest.mark.parametrize(
        ("spec", "behind"),
        [
            ("{}", None),
            ("{backup: {barmanObjectStore: {destinationPath: 's3://b'}}}", 5 * MINUTE),
            ("{backup: {volumeSnapshot: {}}}", None),
            ("{plugins: [{name: barman-cloud.cloudnative-pg.io, isWALArchiver: true}]}", 5 * MINUTE),
            ("{plugins: [{name: barman-cloud.cloudnative-pg.io}]}", None),
            ("{plugins: [{name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, enabled: false}]}", None),
            ("{plugins: [{name: another.example, isWALArchiver: true}]}", None),
        ],
    )
    def test_the_archive_of_the_log(self, spec: str, behind: timedelta | None) -> None:
        assert cluster(spec).copies.behind.effective == behind

    @pytest.mark.parametrize(
        ("timeout", "behind"),
        [
            ("60", MINUTE),
            ("60s", MINUTE),
            ("'2 min'", 2 * MINUTE),
            ("90000ms", 1.5 * MINUTE),
            ("1h", 60 * MINUTE),
            ("0", None),
            ("often", None),
        ],
    )
    def test_how_often_a_quiet_log_is_archived(self, timeout: str, behind: timedelta | None) -> None:
        parameters = f"postgresql: {{parameters: {{archive_timeout: {timeout}}}}}"
        found = cluster(f"{{backup: {{barmanObjectStore: {{destinationPath: 's3://b'}}}}, {parameters}}}")
        assert found.copies.behind.effective == behind
        assert bool(found.copies.behind.reason) is (behind is None)

    @pytest.mark.parametrize(
        ("written", "kept"),
        [("30d", 30 * DAY), ("4w", 28 * DAY), ("1m", 30 * DAY), ("0d", None), ("30", None), ("[a]", None)],
    )
    def test_retention(self, written: str, kept: timedelta | None) -> None:
        assert cluster(f"{{backup: {{retentionPolicy: {written}}}}}").copies.retention.effective == kept

    def test_nothing_deletes_copies_unless_told(self) -> None:
        assert cluster("{backup: {}}").copies.retention.value == Unset(FOREVER)

    @pytest.mark.parametrize(
        ("backup", "detached"),
        [
            ("{barmanObjectStore: {destinationPath: 's3://b'}}", True),
            ("{barmanObjectStore: {destinationPath: 's3://b', endpointURL: 'https://s3.example.com'}}", True),
            ("{barmanObjectStore: {destinationPath: 's3://b', endpointURL: 'http://minio.svc.example.com/'}}", True),
            ("{barmanObjectStore: {destinationPath: 's3://b', endpointURL: 'http://minio.storage.svc:9000'}}", False),
            ("{barmanObjectStore: {destinationPath: 's3://b', endpointURL: 'http://m.s.svc.cluster.local/'}}", False),
            ("{barmanObjectStore: {}}", False),
            ("{barmanObjectStore: {destinationPath: '${BUCKET}'}}", None),
            ("{barmanObjectStore: 7}", None),
            ("{volumeSnapshot: {className: fast}}", False),
            ("{volumeSnapshot: {className: fast}, barmanObjectStore: {destinationPath: 's3://b'}}", True),
        ],
    )
    def test_where_copies_are(self, backup: str, detached: bool | None) -> None:
        assert cluster(f"{{backup: {backup}}}").copies.detached.effective is detached

    @pytest.mark.parametrize(
        ("replica", "copy"),
        [
            ("{enabled: true, source: paris}", "paris"),
            ("{enabled: false, source: paris}", None),
            ("{primary: paris, source: paris}", "paris"),
            ("{primary: orders-db, source: paris}", None),
            ("{self: oslo, primary: oslo, source: paris}", None),
            ("{self: oslo, primary: orders-db}", "orders-db"),
            ("{}", None),
        ],
    )
    def test_what_repeats_another_one(self, replica: str, copy: str | None) -> None:
        assert cluster(f"{{replica: {replica}}}").copy_of.effective == copy

    @pytest.mark.parametrize("replica", ["7", "{enabled: [a]}", "{primary: '${PRIMARY}'}"])
    def test_what_may_repeat_another_one(self, replica: str) -> None:
        assert cluster(f"{{replica: {replica}}}").copy_of.reason

    @pytest.mark.parametrize(
        ("annotation", "protected"),
        [
            ("helm.sh/resource-policy: keep", True),
            ("helm.sh/resource-policy: delete", None),
            ("kustomize.toolkit.fluxcd.io/prune: disabled", True),
            ("kustomize.toolkit.fluxcd.io/prune: enabled", None),
            ("argocd.argoproj.io/sync-options: 'Validate=false, Delete=confirm'", True),
            ("argocd.argoproj.io/sync-options: Prune=false", True),
            ("argocd.argoproj.io/sync-options: Delete=true", None),
            ("other: keep", None),
        ],
    )
    def test_what_keeps_it(self, annotation: str, protected: bool | None) -> None:
        metadata = f"{{name: orders-db, annotations: {{{annotation}}}}}"
        assert cluster("{}", metadata).deletion.effective is protected


class TestPlans:
    def test_a_schedule_names_its_cluster(self) -> None:
        found = plan("{schedule: 0 0 1 * * *, cluster: {name: orders-db}}")
        assert isinstance(found.stores, Known)
        assert found.stores.value == StoreSelection(("orders-db",), kind="Cluster")
        assert found.by_store

    @pytest.mark.parametrize("spec", ["{}", "{cluster: 7}", "{cluster: {name: '${CLUSTER}'}}", "7"])
    def test_or_nobody_knows_which(self, spec: str) -> None:
        assert isinstance(plan(spec).stores, Unknown)

    @pytest.mark.parametrize(("suspend", "paused"), [("true", True), ("false", False), ("'yes'", False)])
    def test_it_may_be_suspended(self, suspend: str, paused: bool) -> None:
        found = plan(f"{{suspend: {suspend}, cluster: {{name: orders-db}}}}").paused
        assert isinstance(found, Known)
        assert found.value is paused

    @pytest.mark.parametrize(
        ("written", "read"),
        [("0 0 1 * * *", "0 0 1 * * *"), ("0 2 * * *", "0 2 * * * *"), ("'@daily'", "@daily"), ("'${X}'", None)],
    )
    def test_the_first_field_is_seconds(self, written: str, read: str | None) -> None:
        found = plan(f"{{schedule: {written}, cluster: {{name: orders-db}}}}").schedule
        assert (found.value if isinstance(found, Known) else None) == read

    def test_a_store_of_copies(self) -> None:
        spec = "{retentionPolicy: 30d, configuration: {destinationPath: 's3://b'}}"
        found = one(CopyStore, obj("ObjectStore", spec, api="barmancloud.cnpg.io/v1", metadata="{name: copies}"))
        assert found.retention.effective == 30 * DAY
        assert found.detached.effective is True


class TestStatefulSets:
    def store(self, spec: str) -> Datastore | None:
        text = obj(
            "StatefulSet", f"{{{spec}, template: {{spec: {{containers: [{{name: db, image: 'a.b/c/postgres:17'}}]}}}}}}"
        )
        return next(iter(every(Datastore, text)), None)

    def test_with_claims_is_a_datastore_of_its_volumes(self) -> None:
        found = self.store("volumeClaimTemplates: [{metadata: {name: data}}]")
        assert found is not None
        assert (found.kept_on, found.engine) == ("volumes", "postgres")
        assert found.part_of is found.workload is not None

    def test_without_claims_is_none(self) -> None:
        assert self.store("replicas: 3") is None

    @pytest.mark.parametrize(
        ("policy", "kept"),
        [("", True), ("whenDeleted: Retain", True), ("whenDeleted: Delete", False), ("whenDeleted: '${X}'", None)],
    )
    def test_claims_outlive_it_unless_told_otherwise(self, policy: str, kept: bool | None) -> None:
        found = self.store(
            f"volumeClaimTemplates: [{{metadata: {{name: data}}}}], persistentVolumeClaimRetentionPolicy: {{{policy}}}"
        )
        assert found is not None
        assert found.deletion.effective is kept
