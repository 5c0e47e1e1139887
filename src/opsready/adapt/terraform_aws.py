"""Datastores, buckets and backup plans of AWS, as Terraform declares them.

Attributes and their defaults: https://registry.terraform.io/providers/hashicorp/aws/latest/docs, the page of each
resource; what the service does with an attribute that nobody wrote is beside it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from opsready.adapt.terraform_blocks import copy_of, in_zones, inner, length, number, protection, switch, told
from opsready.adapt.terraform_buckets import disposable, written_once
from opsready.adapt.terraform_lifetimes import aws_lifetime
from opsready.model.datastore import FOREVER, Bucket, Copies, Datastore, StoreSelection, Trait
from opsready.model.recovery import BackupPlan
from opsready.model.schedule import longest_gap
from opsready.model.source import Known, Unknown, Unset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.adapt.attributes import Node
    from opsready.adapt.terraform_blocks import Block, Blocks
    from opsready.model.entity import Entity
    from opsready.model.source import Value
    from opsready.model.standard import Standard

TYPES = frozenset({"aws_db_instance", "aws_rds_cluster", "aws_dynamodb_table", "aws_s3_bucket", "aws_backup_plan"})
_DAY, _MOST = timedelta(days=1), timedelta(days=35)
# RDS uploads logs every five minutes, and DynamoDB's latest point is as old:
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html,
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html.
_BEHIND = timedelta(minutes=5)
_BACKUP = "set `backup_retention_period` to 30 or more"
_PITR = "add `point_in_time_recovery { enabled = true }`"
_PROTECT = "set `deletion_protection = true`"
_FINAL = "set `skip_final_snapshot = false` and name a `final_snapshot_identifier`"
_VERSIONING = "add an `aws_s3_bucket_versioning` with the status `Enabled`"
# What an attribute that is left out keeps from where a database is restored.
_RESTORED_FROM = ("snapshot_identifier", "restore_to_point_in_time", "s3_import")
# Where a plan's rule has no schedule, AWS Backup runs it every day at five:
# https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html.
_DEFAULT_SCHEDULE = "cron(0 5 ? * * *)"


def aws(blocks: Blocks, standard: Standard) -> Iterator[Entity]:
    """Everything of AWS in a root that keeps or copies data."""
    for block in blocks.of("aws_db_instance"):
        yield _instance(block, blocks)
    for block in blocks.of("aws_rds_cluster"):
        yield _cluster(block, blocks)
    for block in blocks.of("aws_dynamodb_table"):
        yield _table(block)
    for block in blocks.of("aws_s3_bucket"):
        yield _bucket(block, blocks, standard)
    for block in blocks.of("aws_backup_plan"):
        yield _plan(block, blocks)


def _keys(block: Block, service: str, *attributes: str) -> tuple[str, ...]:
    """What plans may call a datastore: its address, its name, and its name in a pattern of ARNs."""
    names = [name for name in (block.node.plain_text(attribute) for attribute in attributes) if name]
    return (block.address, *names, *(f"arn:aws:{service}{name}" for name in names or ["?"]))


def _instance(block: Block, blocks: Blocks) -> Datastore:
    node = block.node
    multi = switch(node, "multi_az", default=False)
    return Datastore(
        block.identity,
        engine=node.plain_text("engine") or "RDS",
        copies=_rds_copies(block, blocks, default=0),
        zones=Trait(in_zones(multi), told("multi_az", multi, "which means one zone"), "set `multi_az = true`"),
        deletion=protection(block, "deletion_protection", default=False, meaning="which means none", remedy=_PROTECT),
        copy_of=copy_of(block, "replicate_source_db"),
        keys=_keys(block, "rds:*:*:db:", "identifier"),
    )


def _rds_copies(block: Block, blocks: Blocks, default: int) -> Copies:
    """Backups of RDS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html."""
    node = block.node
    days = number(node, "backup_retention_period", default)
    if isinstance(days, Unset):
        source = next((key for key in _RESTORED_FROM if key in node), "")
        if source:
            days = Unknown(f"`backup_retention_period` is not set, so it is what `{source}` had", node.place)
    says = told("backup_retention_period", days, f"which means {default}")
    own = days.value if isinstance(days, Known) else days.default if isinstance(days, Unset) else None
    place = days.place if isinstance(days, Known) else None
    if isinstance(days, Unknown):
        unknown: Trait[timedelta] = Trait(days, remedy=_BACKUP)
        return Copies(unknown, unknown, unknown, _final(block, blocks))
    interval: Value[timedelta] = length(place, _DAY) if own else length(place, None)
    return Copies(
        interval=Trait(interval, says, _BACKUP, place),
        retention=Trait(length(place, timedelta(days=own or 0)), says, _BACKUP),
        behind=Trait(length(place, _BEHIND if own else None), "its log is kept"),
        detached=_final(block, blocks),
    )


def _final(block: Block, blocks: Blocks) -> Trait[bool]:
    """Whether anything is left when a database of RDS is deleted."""
    replication = blocks.naming("aws_db_instance_automated_backups_replication", "source_db_instance_arn", block)
    if any(not item.conditional for item in replication):
        return Trait(Known(value=True, place=block.identity.place), "its backups are replicated to another region")
    skip = switch(block.node, "skip_final_snapshot", default=False)
    if isinstance(skip, Unknown):
        return Trait(skip, remedy=_FINAL)
    if isinstance(skip, Unset) or not skip.value:
        value: Value[bool] = Known(value=True, place=skip.place) if isinstance(skip, Known) else Unset(default=True)
        return Trait(value, told("skip_final_snapshot", skip, "so a final snapshot is made"))
    removed = switch(block.node, "delete_automated_backups", default=True)
    if isinstance(removed, Known) and not removed.value:
        return Trait(Known(value=True, place=removed.place), told("delete_automated_backups", removed))
    return Trait(Known(value=False, place=skip.place), told("skip_final_snapshot", skip), _FINAL)


def _cluster(block: Block, blocks: Blocks) -> Datastore:
    node = block.node
    return Datastore(
        block.identity,
        engine=node.plain_text("engine") or "aurora",
        copies=_rds_copies(block, blocks, default=1),
        zones=_cluster_zones(block, blocks),
        deletion=protection(block, "deletion_protection", default=False, meaning="which means none", remedy=_PROTECT),
        copy_of=copy_of(block, "replication_source_identifier"),
        keys=_keys(block, "rds:*:*:cluster:", "cluster_identifier"),
    )


def _cluster_zones(block: Block, blocks: Blocks) -> Trait[int]:
    """Aurora's storage is in three zones; it answers from another one where it has an instance there.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
    """
    node = block.node
    remedy = "declare two or more `aws_rds_cluster_instance` of it"
    if "db_cluster_instance_class" in node:
        key = "db_cluster_instance_class"
        return Trait(Known(3, node.key_place(key)), f"`{key}` is set, which means three zones")
    if node.plain_text("engine_mode") == "serverless":
        return Trait(Known(2, node.key_place("engine_mode")), "`engine_mode` is `serverless`, which moves by itself")
    instances = blocks.naming("aws_rds_cluster_instance", "cluster_identifier", block)
    if not instances:
        return Trait(
            Unknown("no `aws_rds_cluster_instance` of it is declared here", block.identity.place), remedy=remedy
        )
    hidden = next((item.conditional for item in instances if item.conditional), "")
    if hidden:
        return Trait(Unknown(hidden, block.identity.place), remedy=remedy)
    zones = [item.node.text("availability_zone") for item in instances]
    fixed = {zone.value for zone in zones if isinstance(zone, Known)}
    count = len(instances)
    if count > 1 and len(fixed) == 1 and all(isinstance(zone, Known) for zone in zones):
        says = f"its {count} instances are all in `{fixed.pop()[:60]}`"
        return Trait(Known(1, block.identity.place), says, "leave out `availability_zone`")
    says = f"it has {count} instance{'' if count == 1 else 's'}"
    return Trait(Known(min(count, 3), block.identity.place), says, remedy)


def _table(block: Block) -> Datastore:
    node = block.node
    return Datastore(
        block.identity,
        engine="DynamoDB",
        copies=_table_copies(node),
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html
        zones=Trait(Unset(3), "DynamoDB keeps every table in three zones"),
        deletion=protection(
            block,
            "deletion_protection_enabled",
            default=False,
            meaning="which means none",
            remedy="set `deletion_protection_enabled = true`",
        ),
        copy_of=Trait(Unset()),
        cache="it holds the locks of Terraform's state" if node.plain_text("hash_key") == "LockID" else "",
        keys=_keys(block, "dynamodb:*:*:table/", "name"),
    )


def _table_copies(node: Node) -> Copies:
    """Continuous backups, which are off unless asked for; a table that has them leaves a backup when it is deleted.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
    """
    pitr = inner(node, "point_in_time_recovery")
    enabled = switch(pitr, "enabled")
    name = "point_in_time_recovery.enabled"
    if isinstance(enabled, Unknown):
        unknown: Trait[timedelta] = Trait(enabled, remedy=_PITR)
        return Copies(unknown, unknown, unknown, Trait(enabled, remedy=_PITR))
    if isinstance(enabled, Unset) or not enabled.value:
        says = told(name, enabled) if isinstance(enabled, Known) else "`point_in_time_recovery` is not set"
        off: Trait[timedelta] = Trait(Unset(), says, _PITR, enabled.place if isinstance(enabled, Known) else None)
        return Copies(off, off, off, Trait(Unset(default=False), says, _PITR))
    on, says = Known(_BEHIND, enabled.place), told(name, enabled)
    days = number(pitr, "recovery_period_in_days", 35)
    kept: Value[timedelta] = Unset(_MOST)
    if isinstance(days, Known):
        kept = Known(timedelta(days=min(days.value, 9999)), days.place, days.origin)
    elif isinstance(days, Unknown):
        kept = days
    return Copies(
        interval=Trait(on, says),
        retention=Trait(
            kept,
            told("recovery_period_in_days", days, "which means 35 days"),
            "set `recovery_period_in_days` to 30 or more",
        ),
        behind=Trait(on, "its log is kept"),
        detached=Trait(
            Known(value=True, place=enabled.place), f"{says}, so a backup is left when the table is deleted"
        ),
    )


def _bucket(block: Block, blocks: Blocks, standard: Standard) -> Bucket:
    node = block.node
    name = node.plain_text("bucket")
    names = (name, blocks.call_of(block))
    return Bucket(
        block.identity,
        versioning=_versioning(block, blocks, name),
        deletion=_kept_while_full(block),
        disposable=_redirects(block, blocks) or disposable(block, names, standard),
        written_once=written_once(block, names, standard, _log_writers(block, blocks), _functions(block, blocks)),
        lifetime=aws_lifetime(block, blocks),
        keys=_keys(block, "s3:::", "bucket"),
    )


def _log_writers(block: Block, blocks: Blocks) -> list[Block]:
    return [
        *blocks.naming("aws_s3_bucket_logging", "target_bucket", block),
        *blocks.naming("aws_s3_bucket_inventory", "destination", block),
        *blocks.naming("aws_cloudtrail", "s3_bucket_name", block),
        *blocks.naming("aws_flow_log", "log_destination", block),
        *blocks.naming("aws_lb", "access_logs", block),
        *blocks.naming("aws_kinesis_firehose_delivery_stream", "extended_s3_configuration", block),
    ]


def _functions(block: Block, blocks: Blocks) -> list[Block]:
    """The functions whose code is taken from a bucket."""
    return [
        *blocks.naming("aws_lambda_function", "s3_bucket", block),
        *blocks.naming("aws_lambda_layer_version", "s3_bucket", block),
    ]


def _redirects(block: Block, blocks: Blocks) -> str:
    """Why a bucket is empty: it is a website that sends every visitor elsewhere."""
    found = blocks.naming("aws_s3_bucket_website_configuration", "bucket", block)
    sites = [*(item.node for item in found), inner(block.node, "website")]
    if any("redirect_all_requests_to" in site or any(map(_always, site.items("routing_rule").items)) for site in sites):
        return "it holds nothing: it sends every visitor elsewhere"
    return ""


def _always(rule: Node) -> bool:
    """Whether a routing rule takes every request: it has no condition."""
    return "redirect" in rule and "condition" not in rule


def _kept_while_full(block: Block) -> Trait[bool]:
    """A bucket that is not empty refuses to be deleted, unless `force_destroy` empties it."""
    force = switch(block.node, "force_destroy", default=False)
    prevented = switch(inner(block.node, "lifecycle"), "prevent_destroy", default=False)
    if isinstance(prevented, Known) and prevented.value:
        return Trait(prevented, told("lifecycle.prevent_destroy", prevented))
    if isinstance(force, Unknown):
        return Trait(force, remedy="set `force_destroy = false`")
    if isinstance(force, Known) and force.value:
        return Trait(Known(value=False, place=force.place), told("force_destroy", force), "set `force_destroy = false`")
    value: Value[bool] = Known(value=True, place=force.place) if isinstance(force, Known) else Unset(default=True)
    return Trait(value, told("force_destroy", force, "so it is kept as long as anything is in it"))


def _versioning(block: Block, blocks: Blocks, name: str) -> Trait[bool]:
    """Whether versions are kept: by a resource of its own, else by the block of older providers."""
    found = blocks.naming("aws_s3_bucket_versioning", "bucket", block)
    others = blocks.of("aws_s3_bucket_versioning")
    if name:
        found = found or [item for item in others if item.node.plain_text("bucket") == name]
    for item in found:
        if item.conditional:
            unsure = f"whether `{item.address}` exists cannot be told: {item.conditional}"
            return Trait(Unknown(unsure, item.identity.place), remedy=_VERSIONING)
        status = inner(item.node, "versioning_configuration").text("status")
        if isinstance(status, Unknown):
            return Trait(status, remedy=_VERSIONING)
        written = status.value if isinstance(status, Known) else "Disabled"
        place = status.place if isinstance(status, Known) else item.identity.place
        return Trait(Known(value=written == "Enabled", place=place), f"its versioning is `{written[:40]}`", _VERSIONING)
    legacy = switch(inner(block.node, "versioning"), "enabled")
    if isinstance(legacy, Known | Unknown):
        says = told("versioning.enabled", legacy) if isinstance(legacy, Known) else ""
        return Trait(legacy, says, _VERSIONING)
    for item in others:
        bucket = item.node.text("bucket")
        if isinstance(bucket, Unknown) and not item.named("bucket"):
            return Trait(Unknown(f"`{item.address}` may be about it: {bucket.reason}", item.identity.place))
    return Trait(Unset(default=False), "no `aws_s3_bucket_versioning` names it", _VERSIONING)


def _plan(block: Block, blocks: Blocks) -> BackupPlan:
    """A plan of AWS Backup: of its rules the one that runs most often, and of those every day the one kept longest."""
    rules = block.node.items("rule")
    read = [(_schedule(rule), _kept(rule)) for rule in rules.items]
    unclear = rules.incomplete or next((s.reason for s, _ in read if isinstance(s, Unknown)), "")
    schedule: Value[str] = Unknown(unclear, block.identity.place) if unclear else Unset()
    timed = [(gap, when) for when, _ in read if isinstance(when, Known) and (gap := longest_gap(when.value))]
    if timed:
        schedule = min(timed, key=lambda item: item[0])[1]
    elif not unclear and read:
        schedule = next((when for when, _ in read if isinstance(when, Known)), schedule)
    daily = [kept for when, kept in read if isinstance(when, Known) and (longest_gap(when.value) or FOREVER) <= _DAY]
    return BackupPlan(
        block.identity,
        "AWS Backup",
        Unset(),
        schedule,
        _longest(daily or [kept for _, kept in read]),
        Unset(default=False),
        _selected(block, blocks),
    )


def _schedule(rule: Node) -> Value[str]:
    written = rule.text("schedule")
    if isinstance(written, Known) and written.value:
        return written
    return written if isinstance(written, Unknown) else Known(_DEFAULT_SCHEDULE, rule.place)


def _kept(rule: Node) -> Value[timedelta]:
    """How long a rule's copies are kept; for ever where no `lifecycle` says."""
    days = number(inner(rule, "lifecycle"), "delete_after")
    if isinstance(days, Known):
        return Known(timedelta(days=min(days.value, 99_999)), days.place, days.origin)
    return days if isinstance(days, Unknown) else Unset(FOREVER)


def _longest(kept: Iterable[Value[timedelta]]) -> Value[timedelta]:
    values = list(kept)
    unclear = next((value for value in values if isinstance(value, Unknown)), None)
    known = [value for value in values if isinstance(value, Known)]
    if any(isinstance(value, Unset) for value in values):
        return Unset(FOREVER)
    if unclear is not None:
        return unclear
    return max(known, key=lambda value: value.value, default=Unset())


def _selected(block: Block, blocks: Blocks) -> Value[StoreSelection]:
    """All that the selections of a plan name: addresses, patterns of ARNs, tags."""
    keys: list[str] = []
    tags: list[tuple[str, str]] = []
    for selection in blocks.naming("aws_backup_selection", "plan_id", block):
        node = selection.node
        if selection.conditional:
            return Unknown(f"whether `{selection.address}` exists cannot be told: {selection.conditional}")
        resources = node.texts("resources")
        addresses = selection.named("resources")
        if resources.incomplete and not addresses:
            return Unknown(f"what `{selection.address}` selects cannot be read: {resources.incomplete}")
        keys.extend((*map(selection.beside, addresses), *map(_anywhere, resources.items)))
        for tag in node.items("selection_tag").items:
            key, value = tag.text("key"), tag.text("value")
            for part in (key, value):
                if isinstance(part, Unknown):
                    return Unknown(f"which tags `{selection.address}` selects cannot be read: {part.reason}")
            tags.append((tag.plain_text("key"), tag.plain_text("value")))
        for condition in inner(node, "condition").items("string_equals").items:
            name = condition.plain_text("key").removeprefix("aws:ResourceTag/")
            tags.append((name, condition.plain_text("value")))
    everything = "*" in keys
    return Known(StoreSelection(tuple(keys), tuple(tags), everything=everything), block.identity.place)


def _anywhere(pattern: str) -> str:
    """A pattern of ARNs without its partition, region and account, which datastores do not know of themselves."""
    parts = pattern.split(":", 5)
    return f"arn:aws:{parts[2]}:*:*:{parts[5]}" if len(parts) == 6 and parts[0] == "arn" else pattern
