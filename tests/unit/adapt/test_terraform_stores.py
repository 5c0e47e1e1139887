"""Datastores, buckets and plans of three clouds: what is written, what follows from writing nothing, and unknowns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

import pytest

from opsready.adapt.terraform_aws import aws
from opsready.adapt.terraform_azure import azure
from opsready.adapt.terraform_google import google
from opsready.link.graph import RepositoryGraph
from opsready.model.datastore import FOREVER, Bucket, Copies, Datastore
from opsready.model.entity import Entity
from opsready.model.recovery import BackupPlan
from opsready.model.source import Known, Unknown, Unset, known
from opsready.standard import builtin_standard
from unit.adapt.terraform_roots import root
from unit.entities import graph

E = TypeVar("E", bound=Entity)
STANDARD = builtin_standard()
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def found(text: str) -> list[Entity]:
    blocks = root(text)
    return [entity for cloud in (aws, google, azure) for entity in cloud(blocks, STANDARD)]


def one(kind: type[E], text: str, name: str = "orders") -> E:
    (item,) = (item for item in found(text) if isinstance(item, kind) and item.name.endswith(f".{name}"))
    return item


def database(kind: str, attributes: str, more: str = "") -> Datastore:
    return one(Datastore, f"{kind}: {{orders: {attributes}}}\n{more}")


def bucket(kind: str, attributes: str, more: str = "") -> Bucket:
    return one(Bucket, f"{kind}: {{orders: {attributes}}}\n{more}")


def seen(copies: Copies) -> tuple[Any, ...]:
    """The interval, the retention, how far behind, in effect; None where it cannot be told or there is none."""
    return copies.interval.effective, copies.retention.effective, copies.behind.effective


UNKNOWN = "'?`var.x` has no default'"


class TestRds:
    @pytest.mark.parametrize(
        ("attributes", "expected"),
        [
            ("{}", (None, 0 * DAY, None)),
            ("{backup_retention_period: 0}", (None, 0 * DAY, None)),
            ("{backup_retention_period: 1}", (DAY, DAY, 5 * MINUTE)),
            ("{backup_retention_period: 35}", (DAY, 35 * DAY, 5 * MINUTE)),
            ("{backup_retention_period: '7'}", (DAY, 7 * DAY, 5 * MINUTE)),
            (f"{{backup_retention_period: {UNKNOWN}}}", (None, None, None)),
            ("{backup_retention_period: [7]}", (None, None, None)),
            ("{snapshot_identifier: old}", (None, None, None)),
            ("{restore_to_point_in_time: [{use_latest_restorable_time: true}]}", (None, None, None)),
        ],
    )
    def test_backups(self, attributes: str, expected: tuple[Any, ...]) -> None:
        copies = database("aws_db_instance", attributes).copies
        assert seen(copies) == expected
        assert bool(copies.interval.reason) is (expected[1] is None)

    def test_a_cluster_keeps_backups_for_a_day_unless_told_otherwise(self) -> None:
        assert seen(database("aws_rds_cluster", "{}").copies) == (DAY, DAY, 5 * MINUTE)

    @pytest.mark.parametrize(
        ("attributes", "zones"),
        [
            ("{}", 1),
            ("{multi_az: false}", 1),
            ("{multi_az: true}", 2),
            ("{multi_az: 'true'}", 2),
            (f"{{multi_az: {UNKNOWN}}}", None),
            ("{multi_az: 7}", None),
        ],
    )
    def test_zones_of_an_instance(self, attributes: str, zones: int | None) -> None:
        assert database("aws_db_instance", attributes).zones.effective == zones

    @pytest.mark.parametrize(
        ("instances", "zones"),
        [
            ([], None),
            ([("other", "")], None),
            ([("orders", "")], 1),
            ([("orders", ""), ("orders", "")], 2),
            ([("orders", "eu-north-1a"), ("orders", "eu-north-1a")], 1),
            ([("orders", "eu-north-1a"), ("orders", "eu-north-1b")], 2),
            ([("orders", "eu-north-1a"), ("orders", "")], 2),
        ],
    )
    def test_zones_of_a_cluster(self, instances: list[tuple[str, str]], zones: int | None) -> None:
        more = "aws_rds_cluster_instance:\n"
        for index, (cluster, zone) in enumerate(instances):
            where = f", availability_zone: {zone}" if zone else ""
            more += f"  i{index}: {{cluster_identifier: aws_rds_cluster.{cluster}.id{where}}}\n"
        assert database("aws_rds_cluster", "{}", more if instances else "").zones.effective == zones

    @pytest.mark.parametrize(
        ("cluster", "zones"), [("{db_cluster_instance_class: db.m6gd.large}", 3), ("{engine_mode: serverless}", 2)]
    )
    def test_clusters_that_move_by_themselves(self, cluster: str, zones: int) -> None:
        assert database("aws_rds_cluster", cluster).zones.effective == zones

    @pytest.mark.parametrize(
        ("attributes", "left"),
        [
            ("{}", True),
            ("{skip_final_snapshot: false}", True),
            ("{skip_final_snapshot: true}", False),
            ("{skip_final_snapshot: true, delete_automated_backups: true}", False),
            ("{skip_final_snapshot: true, delete_automated_backups: false}", True),
            (f"{{skip_final_snapshot: {UNKNOWN}}}", None),
        ],
    )
    def test_what_is_left_of_it(self, attributes: str, left: bool | None) -> None:
        assert database("aws_db_instance", attributes).copies.detached.effective is left

    def test_backups_in_another_region_are_left(self) -> None:
        more = (
            "aws_db_instance_automated_backups_replication: {a: {source_db_instance_arn: aws_db_instance.orders.arn}}"
        )
        assert database("aws_db_instance", "{skip_final_snapshot: true}", more).copies.detached.effective is True

    @pytest.mark.parametrize(
        ("attributes", "protected"),
        [
            ("{}", False),
            ("{deletion_protection: false}", False),
            ("{deletion_protection: true}", True),
            ("{lifecycle: [{prevent_destroy: true}]}", True),
            ("{deletion_protection: false, lifecycle: [{prevent_destroy: true}]}", True),
            ("{lifecycle: [{prevent_destroy: false}]}", False),
            (f"{{deletion_protection: {UNKNOWN}}}", None),
            (f"{{deletion_protection: {UNKNOWN}, lifecycle: [{{prevent_destroy: true}}]}}", True),
        ],
    )
    def test_deletion(self, attributes: str, protected: bool | None) -> None:
        for kind in ("aws_db_instance", "aws_rds_cluster"):
            assert database(kind, attributes).deletion.effective is protected

    @pytest.mark.parametrize(
        ("attributes", "copy"),
        [
            ("{}", Unset),
            ("{replicate_source_db: main}", Known),
            ("{replicate_source_db: aws_db_instance.main.identifier}", Known),
            (f"{{replicate_source_db: {UNKNOWN}}}", Unknown),
            ("{replicate_source_db: ''}", Unset),
        ],
    )
    def test_replicas(self, attributes: str, copy: type) -> None:
        assert isinstance(database("aws_db_instance", attributes).copy_of.value, copy)


class TestDynamo:
    @pytest.mark.parametrize(
        ("attributes", "expected", "left"),
        [
            ("{}", (None, None, None), False),
            ("{point_in_time_recovery: [{enabled: false}]}", (None, None, None), False),
            ("{point_in_time_recovery: [{enabled: true}]}", (5 * MINUTE, 35 * DAY, 5 * MINUTE), True),
            (
                "{point_in_time_recovery: [{enabled: true, recovery_period_in_days: 7}]}",
                (5 * MINUTE, 7 * DAY, 5 * MINUTE),
                True,
            ),
            (f"{{point_in_time_recovery: [{{enabled: {UNKNOWN}}}]}}", (None, None, None), None),
            (f"{{point_in_time_recovery: {UNKNOWN}}}", (None, None, None), None),
            (
                f"{{point_in_time_recovery: [{{enabled: true, recovery_period_in_days: {UNKNOWN}}}]}}",
                (5 * MINUTE, None, 5 * MINUTE),
                True,
            ),
        ],
    )
    def test_backups(self, attributes: str, expected: tuple[Any, ...], left: bool | None) -> None:
        copies = database("aws_dynamodb_table", attributes).copies
        assert (seen(copies), copies.detached.effective) == (expected, left)

    def test_three_zones_always(self) -> None:
        assert database("aws_dynamodb_table", "{}").zones.effective == 3

    @pytest.mark.parametrize(("key", "cache"), [("LockID", True), ("id", False)])
    def test_locks_are_no_data(self, key: str, cache: bool) -> None:
        assert bool(database("aws_dynamodb_table", f"{{hash_key: {key}}}").cache) is cache


ROUTING = """
aws_s3_bucket_website_configuration:
  a: {{bucket: aws_s3_bucket.orders.id, routing_rule: [{}]}}
"""
WEBSITE = """
aws_s3_bucket_website_configuration:
  a: {bucket: aws_s3_bucket.orders.id, redirect_all_requests_to: [{host_name: shop.example}]}
"""


class TestS3:
    OWN = "aws_s3_bucket_versioning: {{v: {{bucket: {}, versioning_configuration: [{{status: {}}}]}}}}"

    @pytest.mark.parametrize(
        ("attributes", "more", "versioned"),
        [
            ("{}", "", False),
            ("{}", OWN.format("aws_s3_bucket.orders.id", "Enabled"), True),
            ("{}", OWN.format("aws_s3_bucket.orders.id", "Suspended"), False),
            ("{}", OWN.format("aws_s3_bucket.orders.id", "Disabled"), False),
            ("{}", OWN.format("aws_s3_bucket.orders.id", UNKNOWN), None),
            ("{}", OWN.format("aws_s3_bucket.other.id", "Enabled"), False),
            ("{bucket: shop-orders}", OWN.format("shop-orders", "Enabled"), True),
            ("{bucket: shop-orders}", OWN.format("shop", "Enabled"), False),
            ("{}", OWN.format(UNKNOWN, "Enabled"), None),
            ("{versioning: [{enabled: true}]}", "", True),
            ("{versioning: [{enabled: false}]}", "", False),
            (f"{{versioning: {UNKNOWN}}}", "", None),
        ],
    )
    def test_versioning(self, attributes: str, more: str, versioned: bool | None) -> None:
        assert bucket("aws_s3_bucket", attributes, more).versioning.effective is versioned

    @pytest.mark.parametrize(
        ("attributes", "protected"),
        [
            ("{}", True),
            ("{force_destroy: false}", True),
            ("{force_destroy: true}", False),
            ("{force_destroy: true, lifecycle: [{prevent_destroy: true}]}", True),
            (f"{{force_destroy: {UNKNOWN}}}", None),
        ],
    )
    def test_a_full_bucket_refuses_to_be_deleted(self, attributes: str, protected: bool | None) -> None:
        assert bucket("aws_s3_bucket", attributes).deletion.effective is protected
        assert bucket("google_storage_bucket", attributes).deletion.effective is protected

    @pytest.mark.parametrize(
        ("attributes", "more", "logs"),
        [
            ("{bucket: shop-logs}", "", True),
            ("{bucket: shop-LOGS}", "", True),
            ("{bucket: shop-backups}", "", True),
            ("{bucket: shop-cache}", "", False),
            ("{bucket: catalogs}", "", False),
            ("{}", "aws_s3_bucket_logging: {a: {target_bucket: aws_s3_bucket.orders.id}}", True),
            ("{}", "aws_s3_bucket_logging: {a: {bucket: aws_s3_bucket.orders.id}}", False),
            (
                "{}",
                "aws_kinesis_firehose_delivery_stream: {a: {extended_s3_configuration: {a: aws_s3_bucket.orders.id}}}",
                True,
            ),
        ],
    )
    def test_logs_have_no_former_versions(self, attributes: str, more: str, logs: bool) -> None:
        assert bool(bucket("aws_s3_bucket", attributes, more).written_once) is logs

    @pytest.mark.parametrize(
        ("attributes", "more", "empty"),
        [
            ("{bucket: shop-cache}", "", True),
            ("{bucket: shop}", "", False),
            ("{website: [{redirect_all_requests_to: shop.example}]}", "", True),
            ("{website: [{index_document: index.html}]}", "", False),
            ("{}", WEBSITE, True),
            ("{}", ROUTING.format("{redirect: [{host_name: shop.example}]}"), True),
            (
                "{}",
                ROUTING.format("{condition: [{key_prefix_equals: a}], redirect: [{host_name: shop.example}]}"),
                False,
            ),
        ],
    )
    def test_what_nobody_would_miss(self, attributes: str, more: str, empty: bool) -> None:
        assert bool(bucket("aws_s3_bucket", attributes, more).disposable) is empty

    @pytest.mark.parametrize(
        ("rules", "days", "spares"),
        [
            ("[{status: Enabled, expiration: [{days: 7}]}]", 7, False),
            ("[{status: Enabled, filter: [{}], prefix: '', expiration: [{days: '7'}]}]", 7, False),
            ("[{status: Enabled, filter: [{prefix: ''}], expiration: [{days: 7}]}]", 7, False),
            ("[{status: Enabled, expiration: [{days: 7}]}, {status: Enabled, expiration: [{days: 3}]}]", 3, False),
            ("[{status: Enabled, expiration: [{days: 99999}]}]", 9999, False),
            ("[{status: Enabled, expiration: [{days: -1}]}]", 0, False),
            (f"[{{status: Enabled, filter: [{{prefix: {UNKNOWN}}}], expiration: [{{days: 7}}]}}]", 7, True),
            (f"[{{status: Enabled, filter: {UNKNOWN}, expiration: [{{days: 7}}]}}]", 7, True),
            ("[{status: Disabled, expiration: [{days: 7}]}]", None, False),
            ("[{status: Enabled, filter: [{prefix: drafts/}], expiration: [{days: 7}]}]", None, False),
            (f"[{{status: Enabled, prefix: a, filter: {UNKNOWN}, expiration: [{{days: 7}}]}}]", None, False),
            ("[{status: Enabled, prefix: drafts/, expiration: [{days: 7}]}]", None, False),
            ("[{status: Enabled, noncurrent_version_expiration: [{noncurrent_days: 7}]}]", None, False),
            ("[{status: Enabled, expiration: [{date: 2027-01-01}]}]", None, False),
            ("[]", None, False),
            ("7", None, False),
        ],
    )
    def test_how_long_objects_stay(self, rules: str, days: int | None, spares: bool) -> None:
        more = f"aws_s3_bucket_lifecycle_configuration: {{a: {{bucket: aws_s3_bucket.orders.id, rule: {rules}}}}}"
        lifetime = bucket("aws_s3_bucket", "{}", more).lifetime
        assert lifetime.length == Unset() if days is None else known(lifetime.length) == days * DAY
        assert bool(lifetime.spares) is spares

    @pytest.mark.parametrize(
        ("rules", "days"),
        [
            ("[{enabled: true, expiration: [{days: 7}]}]", 7),
            ("[{enabled: false, expiration: [{days: 7}]}]", None),
            ("[{enabled: true, prefix: drafts/, expiration: [{days: 7}]}]", None),
            ("[{enabled: true, tags: {kind: draft}, expiration: [{days: 7}]}]", None),
            ("[{expiration: [{days: 7}]}]", None),
        ],
    )
    def test_how_long_objects_stay_in_the_block_of_older_providers(self, rules: str, days: int | None) -> None:
        length = bucket("aws_s3_bucket", f"{{lifecycle_rule: {rules}}}").lifetime.length
        assert length == Unset() if days is None else known(length) == days * DAY

    def test_how_long_objects_stay_by_a_rule_that_may_not_exist(self) -> None:
        rule = "{status: Enabled, expiration: [{days: 7}]}"
        rules = f"{{bucket: aws_s3_bucket.orders.id, rule: [{rule}], conditional: why}}"
        more = f"aws_s3_bucket_lifecycle_configuration: {{a: {rules}}}"
        assert isinstance(bucket("aws_s3_bucket", "{}", more).lifetime.length, Unknown)

    @pytest.mark.parametrize(
        ("rules", "days"),
        [
            ("[{action: [{type: Delete}], condition: [{age: 7}]}]", 7),
            ("[{action: [{type: Delete}], condition: [{age: 7, matches_prefix: []}]}]", 7),
            ("[{action: [{type: Delete}], condition: [{age: 7, matches_prefix: [a]}]}]", None),
            ("[{action: [{type: Delete}], condition: [{num_newer_versions: 3}]}]", None),
            ("[{action: [{type: SetStorageClass}], condition: [{age: 7}]}]", None),
        ],
    )
    def test_how_long_objects_stay_at_google(self, rules: str, days: int | None) -> None:
        length = bucket("google_storage_bucket", f"{{lifecycle_rule: {rules}}}").lifetime.length
        assert length == Unset() if days is None else known(length) == days * DAY

    @pytest.mark.parametrize(
        ("kind", "more", "code"),
        [
            ("aws_s3_bucket", "aws_lambda_function: {a: {s3_bucket: aws_s3_bucket.orders.id}}", True),
            ("aws_s3_bucket", "aws_lambda_layer_version: {a: {s3_bucket: aws_s3_bucket.orders.id}}", True),
            ("aws_s3_bucket", "aws_lambda_function: {a: {environment: [{B: aws_s3_bucket.orders.id}]}}", False),
            (
                "google_storage_bucket",
                "google_cloudfunctions_function: {a: {source_archive_bucket: google_storage_bucket.orders.name}}",
                True,
            ),
            (
                "google_storage_bucket",
                "google_cloudfunctions2_function: {a: {build_config: [{bucket: google_storage_bucket.orders.name}]}}",
                True,
            ),
            (
                "google_storage_bucket",
                "google_cloudfunctions2_function: {a: {service_config: [{b: google_storage_bucket.orders.name}]}}",
                False,
            ),
        ],
    )
    def test_code_of_functions_is_built_again(self, kind: str, more: str, code: bool) -> None:
        assert bool(bucket(kind, "{}", more).written_once) is code


def covered(text: str, selection: str, kind: str = "aws_db_instance") -> bool:
    plan = "aws_backup_plan: {nightly: {rule: [{schedule: 'cron(0 5 ? * * *)'}]}}"
    linked: RepositoryGraph = graph(items := found(f"{text}\n{plan}\naws_backup_selection: {{all: {selection}}}"))
    (store,) = (item for item in items if isinstance(item, Datastore) and item.name.startswith(kind))
    return linked.datastores.copied(store, DAY, STANDARD).outcome == "yes"


class TestBackupPlans:
    @pytest.mark.parametrize(
        ("selection", "selected"),
        [
            ("resources: [aws_db_instance.orders.arn]", True),
            ("resources: [aws_db_instance.other.arn]", False),
            ("resources: ['*']", True),
            ("resources: ['arn:aws:rds:*:*:db:*']", True),
            ("resources: ['arn:aws:rds:eu-north-1:123456789012:db:shop-*']", True),
            ("resources: ['arn:aws:rds:*:*:cluster:*']", False),
            ("resources: ['arn:aws:dynamodb:*:*:table/*']", False),
            ("selection_tag: [{type: STRINGEQUALS, key: backup, value: daily}]", True),
            ("selection_tag: [{type: STRINGEQUALS, key: backup, value: weekly}]", False),
            ("condition: [{string_equals: [{key: 'aws:ResourceTag/backup', value: daily}]}]", True),
            ("resources: []", False),
        ],
    )
    def test_select_by_address_arn_or_tag(self, selection: str, selected: bool) -> None:
        text = "aws_db_instance: {orders: {identifier: shop-orders, tags: {backup: daily}}}"
        assert covered(text, f"{{plan_id: aws_backup_plan.nightly.id, {selection}}}") is selected
        assert not covered(text, f"{{plan_id: aws_backup_plan.other.id, {selection}}}")

    def test_may_select_what_cannot_be_read(self) -> None:
        selection = f"aws_backup_selection: {{a: {{plan_id: aws_backup_plan.orders.id, resources: {UNKNOWN}}}}}"
        found_plan = one(BackupPlan, f"aws_backup_plan: {{orders: {{rule: [{{}}]}}}}\n{selection}")
        assert isinstance(found_plan.stores, Unknown)

    @pytest.mark.parametrize(
        ("rules", "schedule", "kept"),
        [
            ("[{}]", "cron(0 5 ? * * *)", FOREVER),
            ("[{schedule: rate(1 hour), lifecycle: [{delete_after: 7}]}]", "rate(1 hour)", 7 * DAY),
            (
                "[{schedule: rate(1 hour), lifecycle: [{delete_after: 2}]}, {lifecycle: [{delete_after: 35}]}]",
                "rate(1 hour)",
                35 * DAY,
            ),
            (
                "[{lifecycle: [{delete_after: 7}]}, {schedule: 'cron(0 5 1 * ? *)', lifecycle: [{delete_after: 365}]}]",
                "cron(0 5 ? * * *)",
                7 * DAY,
            ),
            ("[{schedule: 'cron(0 5 1 * ? *)', lifecycle: [{delete_after: 365}]}]", "cron(0 5 1 * ? *)", 365 * DAY),
            (f"[{{schedule: {UNKNOWN}, lifecycle: [{{delete_after: 35}}]}}]", None, 35 * DAY),
            (f"[{{lifecycle: [{{delete_after: {UNKNOWN}}}]}}]", "cron(0 5 ? * * *)", None),
            (UNKNOWN, None, None),
        ],
    )
    def test_rules(self, rules: str, schedule: str | None, kept: timedelta | None) -> None:
        plan = one(BackupPlan, f"aws_backup_plan: {{orders: {{rule: {rules}}}}}")
        assert (plan.schedule.value if isinstance(plan.schedule, Known) else None) == schedule
        assert isinstance(plan.schedule, Unknown) is (schedule is None)
        retention = plan.retention
        assert (retention.value if isinstance(retention, Known) else getattr(retention, "default", None)) == kept


class TestCloudSql:
    @pytest.mark.parametrize(
        ("version", "backup", "expected"),
        [
            ("POSTGRES_16", "{}", (None, None, None)),
            ("POSTGRES_16", "{enabled: false}", (None, None, None)),
            ("POSTGRES_16", "{enabled: true}", (DAY, 7 * DAY, None)),
            ("POSTGRES_16", "{enabled: true, point_in_time_recovery_enabled: true}", (DAY, 7 * DAY, 5 * MINUTE)),
            ("POSTGRES_16", "{enabled: true, binary_log_enabled: true}", (DAY, 7 * DAY, None)),
            ("MYSQL_8_0", "{enabled: true, binary_log_enabled: true}", (DAY, 7 * DAY, 5 * MINUTE)),
            ("MYSQL_8_0", "{enabled: true, point_in_time_recovery_enabled: true}", (DAY, 7 * DAY, None)),
            (
                "POSTGRES_16",
                "{enabled: true, backup_retention_settings: [{retained_backups: 35}]}",
                (DAY, 35 * DAY, None),
            ),
            (
                "POSTGRES_16",
                f"{{enabled: true, backup_retention_settings: [{{retained_backups: {UNKNOWN}}}]}}",
                (DAY, None, None),
            ),
            ("POSTGRES_16", f"{{enabled: {UNKNOWN}}}", (None, None, None)),
            (UNKNOWN, "{enabled: true}", (DAY, 7 * DAY, None)),
        ],
    )
    def test_backups(self, version: str, backup: str, expected: tuple[Any, ...]) -> None:
        attributes = f"{{database_version: {version}, settings: [{{backup_configuration: [{backup}]}}]}}"
        assert seen(database("google_sql_database_instance", attributes).copies) == expected

    def test_enterprise_plus_keeps_more(self) -> None:
        settings = "{edition: ENTERPRISE_PLUS, backup_configuration: [{enabled: true}]}"
        attributes = f"{{database_version: POSTGRES_16, settings: [{settings}]}}"
        assert seen(database("google_sql_database_instance", attributes).copies) == (DAY, 15 * DAY, 5 * MINUTE)

    @pytest.mark.parametrize(
        ("settings", "zones", "left"),
        [
            ("{}", 1, False),
            ("{availability_type: ZONAL}", 1, False),
            ("{availability_type: REGIONAL, retain_backups_on_delete: true}", 2, True),
            ("{final_backup_config: [{enabled: true}]}", 1, True),
            (f"{{availability_type: {UNKNOWN}, retain_backups_on_delete: {UNKNOWN}}}", None, None),
        ],
    )
    def test_zones_and_what_is_left(self, settings: str, zones: int | None, left: bool | None) -> None:
        item = database("google_sql_database_instance", f"{{settings: [{settings}]}}")
        assert (item.zones.effective, item.copies.detached.effective) == (zones, left)

    @pytest.mark.parametrize(
        ("attributes", "protected"),
        [
            ("{}", True),
            ("{deletion_protection: false}", False),
            ("{deletion_protection: false, settings: [{deletion_protection_enabled: true}]}", True),
            (f"{{deletion_protection: {UNKNOWN}}}", None),
            ("{deletion_protection: false, lifecycle: [{prevent_destroy: true}]}", True),
        ],
    )
    def test_deletion(self, attributes: str, protected: bool | None) -> None:
        assert database("google_sql_database_instance", attributes).deletion.effective is protected

    @pytest.mark.parametrize(
        ("attributes", "versioned"),
        [
            ("{}", False),
            ("{versioning: [{enabled: true}]}", True),
            ("{versioning: [{enabled: false}]}", False),
            (f"{{versioning: [{{enabled: {UNKNOWN}}}]}}", None),
            ("{soft_delete_policy: [{retention_duration_seconds: 604800}]}", False),
            ("{soft_delete_policy: [{retention_duration_seconds: 2592000}]}", True),
            ("{retention_policy: [{retention_period: 2592000}]}", True),
            ("{retention_policy: [{retention_period: 2591999}]}", False),
            (f"{{retention_policy: [{{retention_period: {UNKNOWN}}}]}}", None),
        ],
    )
    def test_versions_of_objects(self, attributes: str, versioned: bool | None) -> None:
        assert bucket("google_storage_bucket", attributes).versioning.effective is versioned

    def test_logs(self) -> None:
        more = "google_logging_project_sink: {a: {destination: google_storage_bucket.orders.name}}"
        assert bucket("google_storage_bucket", "{}", more).written_once


class TestAzure:
    @pytest.mark.parametrize(
        ("attributes", "expected", "left"),
        [
            ("{}", (DAY, 7 * DAY, 5 * MINUTE), False),
            ("{backup_retention_days: 35, geo_redundant_backup_enabled: true}", (DAY, 35 * DAY, 5 * MINUTE), True),
            (f"{{backup_retention_days: {UNKNOWN}}}", (DAY, None, 5 * MINUTE), False),
        ],
    )
    def test_backups(self, attributes: str, expected: tuple[Any, ...], left: bool) -> None:
        copies = database("azurerm_postgresql_flexible_server", attributes).copies
        assert (seen(copies), copies.detached.effective) == (expected, left)

    @pytest.mark.parametrize(
        ("attributes", "zones"),
        [
            ("{}", 1),
            ("{high_availability: [{mode: SameZone}]}", 1),
            ("{high_availability: [{mode: ZoneRedundant}]}", 2),
            (f"{{high_availability: [{{mode: {UNKNOWN}}}]}}", None),
            (f"{{high_availability: {UNKNOWN}}}", None),
        ],
    )
    def test_zones(self, attributes: str, zones: int | None) -> None:
        assert database("azurerm_postgresql_flexible_server", attributes).zones.effective == zones

    @pytest.mark.parametrize(
        ("lock", "protected"),
        [
            ("{scope: azurerm_postgresql_flexible_server.orders.id, lock_level: CanNotDelete}", True),
            ("{scope: azurerm_resource_group.shop.id, lock_level: ReadOnly}", True),
            ("{scope: azurerm_resource_group.other.id, lock_level: CanNotDelete}", False),
            (f"{{scope: azurerm_resource_group.shop.id, lock_level: {UNKNOWN}}}", None),
            (f"{{scope: {UNKNOWN}, lock_level: CanNotDelete}}", None),
        ],
    )
    def test_a_lock_on_it_or_on_its_group(self, lock: str, protected: bool | None) -> None:
        attributes = "{resource_group_name: azurerm_resource_group.shop.name}"
        item = database("azurerm_postgresql_flexible_server", attributes, f"azurerm_management_lock: {{a: {lock}}}")
        assert item.deletion.effective is protected

    @pytest.mark.parametrize(("mode", "copy"), [("Replica", Known), ("Default", Unset), (UNKNOWN, Unknown)])
    def test_replicas(self, mode: str, copy: type) -> None:
        item = database("azurerm_postgresql_flexible_server", f"{{create_mode: {mode}}}")
        assert isinstance(item.copy_of.value, copy)

    @pytest.mark.parametrize(
        ("attributes", "versioned"),
        [
            ("{}", False),
            ("{blob_properties: [{versioning_enabled: true}]}", True),
            ("{blob_properties: [{versioning_enabled: false}]}", False),
            (f"{{blob_properties: [{{versioning_enabled: {UNKNOWN}}}]}}", None),
            ("{is_hns_enabled: true}", False),
            ("{is_hns_enabled: true, blob_properties: [{delete_retention_policy: [{days: 30}]}]}", True),
            ("{is_hns_enabled: true, blob_properties: [{delete_retention_policy: [{days: 7}]}]}", False),
            (f"{{is_hns_enabled: {UNKNOWN}}}", None),
        ],
    )
    def test_versions_of_objects(self, attributes: str, versioned: bool | None) -> None:
        assert bucket("azurerm_storage_account", attributes).versioning.effective is versioned

    def test_what_keeps_no_objects_of_people(self) -> None:
        assert bucket("azurerm_storage_account", "{account_kind: FileStorage}").disposable
        app = "azurerm_linux_function_app: {api: {storage_account_name: azurerm_storage_account.orders.name}}"
        assert bucket("azurerm_storage_account", "{}", app).disposable
        assert not bucket("azurerm_storage_account", "{account_kind: StorageV2}").disposable
