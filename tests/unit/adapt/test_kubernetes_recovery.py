"""Volume claims and what copies them, as neutral entities; wrong types are Unknown, never everything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsready.model.network import ConfigObject
from opsready.model.recovery import BackupPlan, BackupSelection, Volume
from opsready.model.source import Known, Unknown, Unset
from opsready.model.workload import Workload
from unit.adapt.test_kubernetes import adapted, every, obj, one


def claim(metadata: str = "{name: data, namespace: shop}", spec: str = "{accessModes: [ReadWriteOnce]}") -> str:
    return obj("PersistentVolumeClaim", spec, api="v1", metadata=metadata)


def velero(template: str, more: str = "") -> str:
    spec = f"{{schedule: 0 1 * * *, {more}template: {template}}}"
    return obj("Schedule", spec, api="velero.io/v1", metadata="{name: daily, namespace: velero}")


def selection(template: str) -> BackupSelection:
    found = one(BackupPlan, velero(template)).selection
    assert isinstance(found, Known)
    return found.value


class TestVolumes:
    def test_a_claim_is_a_volume_and_what_others_refer_to(self) -> None:
        found = one(Volume, claim())
        assert (found.address, found.claim, found.template_of) == (
            "PersistentVolumeClaim/shop/data",
            "data",
            "",
        )
        assert not found.read_only
        assert one(ConfigObject, claim()).access_modes == ("ReadWriteOnce",)

    @pytest.mark.parametrize(
        ("modes", "read_only"),
        [("[ReadOnlyMany]", True), ("[ReadOnlyMany, ReadWriteOnce]", False), ("[]", False), ("7", False)],
    )
    def test_nothing_may_write_to_one_that_is_read_by_many(self, modes: str, read_only: bool) -> None:
        assert one(Volume, claim(spec=f"{{accessModes: {modes}}}")).read_only is read_only

    @pytest.mark.parametrize(
        ("metadata", "system"),
        [
            ('labels: {velero.io/exclude-from-backup: "true"}', ["Velero"]),
            ("labels: {velero.io/exclude-from-backup: true}", ["Velero"]),
            ('labels: {velero.io/exclude-from-backup: "false"}', []),
            ('annotations: {velero.io/exclude-from-backup: "true"}', []),
            ('annotations: {k8up.io/backup: "false"}', ["K8up"]),
            ('annotations: {k8up.io/backup: "true"}', []),
            ("labels: 7, annotations: [a]", []),
        ],
    )
    def test_what_keeps_a_system_away(self, metadata: str, system: list[str]) -> None:
        assert [name for name, _ in one(Volume, claim(f"{{name: data, {metadata}}}")).refusals] == system

    def test_a_template_stands_for_the_claims_of_all_instances(self) -> None:
        template = "{metadata: {name: data, labels: {tier: data}}, spec: {accessModes: [ReadWriteOnce]}}"
        text = obj(
            "StatefulSet",
            f"{{selector: {{matchLabels: {{app: db}}}}, template: {{}}, volumeClaimTemplates: [{template}]}}",
            metadata="{name: db, namespace: shop}",
        )
        found = one(Volume, text)
        assert (found.address, found.claim, found.template_of) == (
            "PersistentVolumeClaim/shop/data-db",
            "data",
            "StatefulSet/shop/db",
        )
        assert dict(found.identity.labels) == {"tier": "data", "app": "db"}
        assert found.place.path == "spec.volumeClaimTemplates[data]"
        assert text.split("\n")[found.place.span.line - 1][found.place.span.column - 1 :].startswith("data")

    @pytest.mark.parametrize("templates", ["7", "[7]", "[{metadata: 7}]", "[{}]", "{a: b}"])
    def test_templates_that_are_none(self, templates: str) -> None:
        text = obj("StatefulSet", f"{{template: {{}}, volumeClaimTemplates: {templates}}}")
        assert every(Volume, text) == []

    def test_templates_and_mounts_that_cannot_be_read(self) -> None:
        found = one(Workload, obj("StatefulSet", "{volumeClaimTemplates: 7, template: {spec: {volumes: 7}}}"))
        assert found.hidden_templates == "`spec.volumeClaimTemplates` is not a list"
        assert found.hidden_mounts == "`spec.template.spec.volumes` is not a list"
        volumes = "[{name: a, persistentVolumeClaim: {claimName: [x]}}]"
        found = one(Workload, obj("Deployment", f"{{template: {{spec: {{volumes: {volumes}}}}}}}"))
        assert found.hidden_mounts
        assert not found.hidden_templates
        assert one(Workload, obj("Deployment", "{template: {spec: {volumes: [{name: a}]}}}")).hidden_mounts == ""

    @pytest.mark.parametrize(
        ("annotations", "said"),
        [
            ("{backup.velero.io/backup-volumes: data}", "asked"),
            ('{backup.velero.io/backup-volumes: "tmp, data"}', "asked"),
            ("{backup.velero.io/backup-volumes: database}", ""),
            ("{backup.velero.io/backup-volumes-excludes: data}", "refused"),
            ("{backup.velero.io/backup-volumes-excludes: data, backup.velero.io/backup-volumes: data}", "refused"),
            ("{backup.velero.io/backup-volumes: [data]}", ""),
            ("7", ""),
        ],
    )
    def test_what_a_pod_says_of_copies_of_its_files(self, annotations: str, said: str) -> None:
        pod = "{volumes: [{name: data, persistentVolumeClaim: {claimName: carts}}]}"
        template = f"{{metadata: {{annotations: {annotations}}}, spec: {pod}}}"
        (mounted,) = one(Workload, obj("Deployment", f"{{template: {template}}}")).volume_claims
        assert (mounted.name, mounted.file_copies) == ("carts", said)


class TestVelero:
    def test_everything_where_nothing_is_left_out(self) -> None:
        found = one(BackupPlan, velero("{}"))
        assert selection("{}") == BackupSelection()
        assert isinstance(found.schedule, Known)
        assert found.schedule.value == "0 1 * * *"
        # Velero keeps a backup for 720 hours unless somebody writes how long.
        assert found.retention == Unset(timedelta(days=30))
        assert found.paused == Unset()

    @pytest.mark.parametrize(
        ("template", "expected"),
        [
            ('{includedNamespaces: ["*"]}', BackupSelection()),
            ("{includedNamespaces: [shop], excludedNamespaces: [a]}", BackupSelection(("shop",), ("a",))),
            ("{snapshotVolumes: true}", BackupSelection()),
            ("{snapshotVolumes: false}", BackupSelection(how="asked")),
            ("{snapshotVolumes: false, defaultVolumesToFsBackup: false}", BackupSelection(how="asked")),
            ("{snapshotVolumes: false, defaultVolumesToFsBackup: true}", BackupSelection(how="files")),
            ("{snapshotVolumes: false, defaultVolumesToRestic: true}", BackupSelection(how="files")),
            ("{defaultVolumesToFsBackup: true}", BackupSelection()),
            ("{labelSelector: {}}", BackupSelection()),
            ("{orLabelSelectors: [{matchLabels: {a: b}}, {}]}", BackupSelection()),
        ],
    )
    def test_what_is_selected(self, template: str, expected: BackupSelection) -> None:
        assert selection(template) == expected

    def test_label_selectors_in_both_spellings(self) -> None:
        (only,) = selection("{labelSelector: {matchLabels: {app: cart}}}").selectors
        assert only.equals == (("app", "cart"),)
        found = selection("{orLabelSelectors: [{matchLabels: {a: b}}, {matchLabels: {c: d}}]}").selectors
        assert [item.equals for item in found] == [(("a", "b"),), (("c", "d"),)]

    @pytest.mark.parametrize(
        "template",
        [
            '{includedNamespaces: "*"}',
            "{includedNamespaces: {a: b}}",
            "{includedNamespaces: [shop, 7]}",
            "{excludedNamespaces: shop}",
            "{labelSelector: 7}",
            "{labelSelector: {matchLabels: [a]}}",
            "{orLabelSelectors: 7}",
            "{orLabelSelectors: [{matchLabels: {app: '${APP}'}}]}",
            "{snapshotVolumes: maybe}",
            "{snapshotVolumes: false, defaultVolumesToFsBackup: 1}",
        ],
    )
    def test_what_cannot_be_read_selects_nothing_for_sure(self, template: str) -> None:
        assert isinstance(one(BackupPlan, velero(template)).selection, Unknown)

    @pytest.mark.parametrize(
        ("template", "reaches"),
        [
            ("{includedResources: [persistentvolumeclaims]}", True),
            ("{includedResources: [PVC, configmaps]}", True),
            ("{includedResources: [pods]}", True),
            ('{includedResources: ["*"]}', True),
            ("{includedResources: [configmaps, deployments.apps]}", False),
            ("{includedNamespaceScopedResources: [secrets]}", False),
            ("{excludedResources: [events]}", True),
            ("{excludedResources: [persistentvolumeclaims]}", False),
            ("{excludedClusterScopedResources: [persistentvolumes]}", False),
        ],
    )
    def test_a_backup_without_volumes_is_no_plan_for_them(self, template: str, reaches: bool) -> None:
        assert bool(every(BackupPlan, velero(template))) is reaches

    @pytest.mark.parametrize(
        ("ttl", "length"),
        [("720h0m0s", timedelta(days=30)), ("36h", timedelta(hours=36)), ("soon", None), ("99999999999h", None)],
    )
    def test_how_long_a_copy_is_kept(self, ttl: str, length: timedelta | None) -> None:
        found = one(BackupPlan, velero(f"{{ttl: {ttl}}}")).retention
        assert (found.value if isinstance(found, Known) else None) == length

    @pytest.mark.parametrize("template", ["7", "[a]", "'text'"])
    def test_a_template_that_is_none_selects_nothing_for_sure(self, template: str) -> None:
        assert isinstance(one(BackupPlan, velero(template)).selection, Unknown)

    def test_paused(self) -> None:
        for word, kind in (("true", Known), ("false", Known), ("yes please", Unknown)):
            assert isinstance(one(BackupPlan, velero("{}", f"paused: {word}, ")).paused, kind)

    def test_a_single_backup(self) -> None:
        found = one(BackupPlan, obj("Backup", "{includedNamespaces: [shop]}", api="velero.io/v1"))
        assert isinstance(found.selection, Known)
        assert found.selection.value.namespaces == ("shop",)
        assert found.schedule == Unset()


class TestOtherSystems:
    def test_a_snapshot_of_one_claim(self) -> None:
        api = "snapshot.storage.k8s.io/v1"
        found = one(BackupPlan, obj("VolumeSnapshot", "{source: {persistentVolumeClaimName: data}}", api=api))
        assert isinstance(found.selection, Known)
        assert found.selection.value == BackupSelection(own_namespace=True, claims=("data",))
        # One that was made before it is declared names its content instead.
        found = one(BackupPlan, obj("VolumeSnapshot", "{source: {volumeSnapshotContentName: x}}", api=api))
        assert isinstance(found.selection, Unknown)

    def test_volsync(self) -> None:
        found = one(
            BackupPlan,
            obj(
                "ReplicationSource",
                "{sourcePVC: data, trigger: {schedule: '@hourly'}, paused: true}",
                api="volsync.backube/v1alpha1",
            ),
        )
        assert isinstance(found.selection, Known)
        assert isinstance(found.schedule, Known)
        assert isinstance(found.paused, Known)
        assert (found.selection.value.claims, found.schedule.value, found.paused.value) == (("data",), "@hourly", True)

    def test_k8up(self) -> None:
        found = one(BackupPlan, obj("Schedule", "{backup: {schedule: '@daily'}}", api="k8up.io/v1"))
        assert isinstance(found.selection, Known)
        assert found.selection.value == BackupSelection(own_namespace=True)
        assert every(BackupPlan, obj("Schedule", "{prune: {schedule: '@daily'}}", api="k8up.io/v1")) == []

    @pytest.mark.parametrize(
        ("kind", "api", "system"),
        [
            ("RecurringJob", "longhorn.io/v1beta2", "Longhorn"),
            ("BackupConfiguration", "stash.appscode.com/v1beta1", "Stash"),
            ("BackupConfiguration", "core.kubestash.com/v1alpha1", "KubeStash"),
            ("Policy", "config.kio.kasten.io/v1alpha1", "Kasten"),
        ],
    )
    def test_of_these_it_is_known_that_they_are_there(self, kind: str, api: str, system: str) -> None:
        found = one(BackupPlan, obj(kind, "{}", api=api))
        assert found.system == system
        assert isinstance(found.selection, Unknown)

    def test_kinds_of_the_same_name_are_left_alone(self) -> None:
        for kind, api in (
            ("Policy", "networking.x.io/v1"),
            ("Backup", "postgresql.cnpg.io/v1"),
            ("Schedule", "x.io/v1"),
        ):
            assert adapted(obj(kind, "{}", api=f"{api}/v1")) == []


class TestRegions:
    def regions(self, pod: str) -> tuple[str, ...]:
        found = one(Workload, obj("Deployment", f"{{template: {{spec: {pod}}}}}"))
        assert found.pinned_regions.complete
        return found.pinned_regions.items

    @pytest.mark.parametrize(
        ("selector", "expected"),
        [
            ("{topology.kubernetes.io/region: eu-west-1}", ("eu-west-1",)),
            ("{failure-domain.beta.kubernetes.io/region: Frankfurt}", ("frankfurt",)),
            ("{topology.kubernetes.io/zone: eu-west-1a}", ("eu-west-1",)),
            ("{topology.kubernetes.io/zone: europe-west1-b}", ("europe-west1",)),
            ("{topology.kubernetes.io/zone: rack-7}", ()),
            ("{topology.kubernetes.io/region: '${REGION}'}", ()),
            ("{disk: ssd}", ()),
        ],
    )
    def test_by_node_selector(self, selector: str, expected: tuple[str, ...]) -> None:
        assert self.regions(f"{{nodeSelector: {selector}}}") == expected

    @pytest.mark.parametrize(
        ("terms", "expected"),
        [
            ("[{matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [b, a]}]}]", ("a", "b")),
            ("[{matchExpressions: [{key: topology.kubernetes.io/region, operator: NotIn, values: [a]}]}]", ()),
            (
                "[{matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [a]}]}, {}]",
                (),
            ),
            ("[]", ()),
        ],
    )
    def test_by_required_affinity(self, terms: str, expected: tuple[str, ...]) -> None:
        required = f"requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: {terms}}}"
        assert self.regions(f"{{affinity: {{nodeAffinity: {{{required}}}}}}}") == expected

    def test_rules_that_cannot_be_read(self) -> None:
        for pod in ("{nodeSelector: 7}", "{affinity: 7}"):
            found = one(Workload, obj("Deployment", f"{{template: {{spec: {pod}}}}}"))
            assert not found.pinned_regions.complete


@pytest.mark.parametrize(
    ("retain", "days"),
    [
        ("{daily: 7}", 7),
        ("{daily: 7, weekly: 5}", 35),
        ("{monthly: 1, daily: 7}", 30),
        ("{yearly: 1}", 365),
        ("{within: 30d}", 30),
        ("{within: 3d, daily: 7}", 7),
        ("{hourly: 24}", None),
        ("{}", None),
        ("{daily: many}", None),
        ("7", None),
        ("{daily: 99999999}", 10_000),
    ],
)
def test_how_long_restic_keeps_copies(retain: str, days: int | None) -> None:
    spec = f"{{sourcePVC: data, restic: {{retain: {retain}}}}}"
    kept = one(BackupPlan, obj("ReplicationSource", spec, api="volsync.backube/v1alpha1")).retention
    assert (kept.value if isinstance(kept, Known) else None) == (None if days is None else timedelta(days=days))


def test_how_long_k8up_keeps_copies() -> None:
    spec = "{backup: {schedule: 0 1 * * *}, prune: {retention: {keepDaily: 14, keepWeekly: 5}}}"
    kept = one(BackupPlan, obj("Schedule", spec, api="k8up.io/v1")).retention
    assert isinstance(kept, Known)
    assert kept.value == timedelta(days=35)
