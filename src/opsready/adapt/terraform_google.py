"""Datastores and buckets of Google Cloud, as Terraform declares them.

Attributes and their defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs, the page of each
resource.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from opsready.adapt.terraform_blocks import copy_of, in_zones, inner, length, number, protection, switch, told
from opsready.adapt.terraform_buckets import disposable, written_once
from opsready.adapt.terraform_lifetimes import google_lifetime
from opsready.model.datastore import Bucket, Copies, Datastore, Trait
from opsready.model.source import Known, Unknown, Unset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.adapt.terraform_blocks import Block, Blocks
    from opsready.model.entity import Entity
    from opsready.model.source import Value
    from opsready.model.standard import Standard

TYPES = frozenset({"google_sql_database_instance", "google_storage_bucket"})
_DAY = timedelta(days=1)
# Logs are kept every five minutes or more often: https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr.
_BEHIND = timedelta(minutes=5)
# Seven backups are kept, of Enterprise Plus fifteen: https://cloud.google.com/sql/docs/postgres/backup-recovery/backups.
_KEPT, _KEPT_PLUS = 7, 15
_PLUS = "ENTERPRISE_PLUS"
_BACKUP = "set `settings.backup_configuration.enabled = true`"
_LONG_ENOUGH = 30 * 86_400
_VERSIONING = "add `versioning { enabled = true }`"


def google(blocks: Blocks, standard: Standard) -> Iterator[Entity]:
    """Everything of Google Cloud in a root that keeps data."""
    for block in blocks.of("google_sql_database_instance"):
        yield _instance(block)
    for block in blocks.of("google_storage_bucket"):
        yield _bucket(block, blocks, standard)


def _instance(block: Block) -> Datastore:
    node = block.node
    settings = inner(node, "settings")
    availability = settings.text("availability_type")
    regional: Value[bool] = Unset(default=False)
    if isinstance(availability, Known):
        regional = Known(availability.value == "REGIONAL", availability.place, availability.origin)
    elif isinstance(availability, Unknown):
        regional = availability
    return Datastore(
        block.identity,
        engine=node.plain_text("database_version").partition("_")[0].lower() or "Cloud SQL",
        copies=_copies(node, settings),
        zones=Trait(
            in_zones(regional),
            told("settings.availability_type", availability, "which means one zone"),
            'set `settings.availability_type = "REGIONAL"`',
        ),
        deletion=_deletion(block, settings),
        copy_of=copy_of(block, "master_instance_name"),
        keys=tuple(filter(None, (block.address, node.plain_text("name")))),
    )


def _copies(node: Node, settings: Node) -> Copies:
    backup = inner(settings, "backup_configuration")
    enabled = switch(backup, "enabled", default=False)
    if isinstance(enabled, Unknown):
        unknown: Trait[timedelta] = Trait(enabled, remedy=_BACKUP)
        return Copies(unknown, unknown, unknown, _detached(settings))
    says = told("settings.backup_configuration.enabled", enabled)
    if isinstance(enabled, Unset) or not enabled.value:
        off: Trait[timedelta] = Trait(Unset(), says, _BACKUP, enabled.place if isinstance(enabled, Known) else None)
        return Copies(off, off, off, _detached(settings))
    plus = settings.plain_text("edition") == _PLUS
    return Copies(
        interval=Trait(Known(_DAY, enabled.place), says),
        retention=_retention(backup, plus=plus),
        behind=_behind(node, backup, plus=plus),
        detached=_detached(settings),
    )


def _retention(backup: Node, *, plus: bool) -> Trait[timedelta]:
    """How many backups are kept, one a day: as many days."""
    default = _KEPT_PLUS if plus else _KEPT
    count = number(inner(backup, "backup_retention_settings"), "retained_backups", default)
    remedy = "set `backup_retention_settings.retained_backups` to 30 or more"
    if isinstance(count, Unknown):
        return Trait(count, remedy=remedy)
    days = count.value if isinstance(count, Known) else default
    place = count.place if isinstance(count, Known) else None
    says = told("backup_retention_settings.retained_backups", count, f"which means {default}")
    return Trait(length(place, timedelta(days=min(days, 9999))), says, remedy)


def _behind(node: Node, backup: Node, *, plus: bool) -> Trait[timedelta]:
    """Whether the log is kept: by one attribute for MySQL, by another for the other engines."""
    version = node.text("database_version")
    if isinstance(version, Unknown):
        return Trait(version)
    mysql = isinstance(version, Known) and version.value.startswith("MYSQL")
    key = "binary_log_enabled" if mysql else "point_in_time_recovery_enabled"
    kept = switch(backup, key, default=plus)
    if isinstance(kept, Unknown):
        return Trait(kept)
    on = kept.value if isinstance(kept, Known) else plus
    place = kept.place if isinstance(kept, Known) else None
    return Trait(length(place, _BEHIND if on else None), "its log is kept" if on else told(key, kept))


def _detached(settings: Node) -> Trait[bool]:
    """Whether a backup is left when an instance is deleted; none is, unless asked for.

    https://cloud.google.com/sql/docs/postgres/delete-instance
    """
    remedy = "set `settings.retain_backups_on_delete = true`"
    retained = switch(settings, "retain_backups_on_delete", default=False)
    final = switch(inner(settings, "final_backup_config"), "enabled", default=False)
    for key, value in (
        ("settings.retain_backups_on_delete", retained),
        ("settings.final_backup_config.enabled", final),
    ):
        if isinstance(value, Known) and value.value:
            return Trait(value, told(key, value))
    if isinstance(retained, Unknown) or isinstance(final, Unknown):
        return Trait(retained if isinstance(retained, Unknown) else final, remedy=remedy)
    return Trait(retained, told("settings.retain_backups_on_delete", retained), remedy)


def _deletion(block: Block, settings: Node) -> Trait[bool]:
    """Terraform refuses to delete an instance unless told otherwise; Google does where it is asked to."""
    own = switch(settings, "deletion_protection_enabled", default=False)
    if isinstance(own, Known) and own.value:
        return Trait(own, told("settings.deletion_protection_enabled", own))
    meaning = "so Terraform refuses to delete it"
    found = protection(
        block, "deletion_protection", default=True, meaning=meaning, remedy="set `deletion_protection = true`"
    )
    return Trait(own, remedy=found.remedy) if isinstance(own, Unknown) and not found.effective else found


def _bucket(block: Block, blocks: Blocks, standard: Standard) -> Bucket:
    node = block.node
    name = node.plain_text("name")
    names = (name, blocks.call_of(block))
    force = switch(node, "force_destroy", default=False)
    kept = Known(not force.value, force.place, force.origin) if isinstance(force, Known) else force
    deletion: Value[bool] = Unset(default=True) if isinstance(kept, Unset) else kept
    prevented = switch(inner(node, "lifecycle"), "prevent_destroy", default=False)
    if isinstance(prevented, Known) and prevented.value:
        protected = Trait(prevented, told("lifecycle.prevent_destroy", prevented))
    else:
        meaning = "so it is kept as long as anything is in it"
        protected = Trait(deletion, told("force_destroy", force, meaning), "set `force_destroy = false`")
    return Bucket(
        block.identity,
        versioning=_versioning(node),
        deletion=protected,
        disposable=disposable(block, names, standard),
        written_once=written_once(block, names, standard, _log_writers(block, blocks), _functions(block, blocks)),
        lifetime=google_lifetime(block),
        keys=tuple(filter(None, (block.address, name))),
    )


def _log_writers(block: Block, blocks: Blocks) -> list[Block]:
    """The buckets that log to a bucket, and the sinks that do."""
    return [
        *blocks.naming("google_storage_bucket", "logging", block),
        *blocks.naming("google_logging_project_sink", "destination", block),
    ]


def _functions(block: Block, blocks: Blocks) -> list[Block]:
    """The functions whose code is taken from a bucket."""
    return [
        *blocks.naming("google_cloudfunctions2_function", "build_config", block),
        *blocks.naming("google_cloudfunctions_function", "source_archive_bucket", block),
    ]


def _versioning(node: Node) -> Trait[bool]:
    """Whether a former version can be had again: by versions, else because nothing is deleted for 30 days."""
    enabled = switch(inner(node, "versioning"), "enabled", default=False)
    if isinstance(enabled, Known) and enabled.value:
        return Trait(enabled, told("versioning.enabled", enabled))
    for policy, key in (("retention_policy", "retention_period"), ("soft_delete_policy", "retention_duration_seconds")):
        seconds = number(inner(node, policy), key)
        if isinstance(seconds, Known) and seconds.value >= _LONG_ENOUGH:
            return Trait(Known(value=True, place=seconds.place), told(f"{policy}.{key}", seconds))
        if isinstance(seconds, Unknown) and not isinstance(enabled, Unknown):
            return Trait(seconds, remedy=_VERSIONING)
    says = told("versioning.enabled", enabled) if isinstance(enabled, Known) else "`versioning` is not set"
    return Trait(enabled, says, _VERSIONING)
