"""Datastores and buckets of Azure, as Terraform declares them.

Attributes and their defaults: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs, the page of each
resource.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from opsready.adapt.terraform_blocks import in_zones, inner, length, number, protection, switch, told, unindexed
from opsready.adapt.terraform_buckets import disposable, written_once
from opsready.model.datastore import Bucket, Copies, Datastore, Trait
from opsready.model.source import Known, Unknown, Unset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.adapt.terraform_blocks import Block, Blocks
    from opsready.model.entity import Entity
    from opsready.model.source import Value
    from opsready.model.standard import Standard

TYPES = frozenset({"azurerm_postgresql_flexible_server", "azurerm_storage_account"})
_DAY, _KEPT = timedelta(days=1), 7
# A copy every day, and the log every five minutes:
# https://learn.microsoft.com/en-us/azure/postgresql/flexible-server/concepts-backup-restore.
_BEHIND = timedelta(minutes=5)
_LONG_ENOUGH = 30
_LOCKS = frozenset({"CanNotDelete", "ReadOnly"})
_PROTECT = "add an `azurerm_management_lock` of the level `CanNotDelete`, or `lifecycle { prevent_destroy = true }`"
_VERSIONING = "set `blob_properties.versioning_enabled = true`"
# What keeps its own code, leases or diagnostics in a storage account, which it makes again.
_USERS = (
    ("azurerm_function_app", "storage_account_name"),
    ("azurerm_linux_function_app", "storage_account_name"),
    ("azurerm_windows_function_app", "storage_account_name"),
    ("azurerm_function_app_flex_consumption", "storage_container_endpoint"),
    ("azurerm_linux_virtual_machine", "boot_diagnostics"),
    ("azurerm_windows_virtual_machine", "boot_diagnostics"),
)


def azure(blocks: Blocks, standard: Standard) -> Iterator[Entity]:
    """Everything of Azure in a root that keeps data."""
    for block in blocks.of("azurerm_postgresql_flexible_server"):
        yield _server(block, blocks)
    for block in blocks.of("azurerm_storage_account"):
        yield _account(block, blocks, standard)


def _server(block: Block, blocks: Blocks) -> Datastore:
    node = block.node
    mode = inner(node, "high_availability").text("mode")
    redundant: Value[bool] = Unset(default=False)
    if isinstance(mode, Known):
        redundant = Known(mode.value == "ZoneRedundant", mode.place, mode.origin)
    elif isinstance(mode, Unknown):
        redundant = mode
    says = told("high_availability.mode", mode) if isinstance(mode, Known) else "`high_availability` is not set"
    return Datastore(
        block.identity,
        engine="postgres",
        copies=_copies(node),
        zones=Trait(in_zones(redundant), says, 'add `high_availability { mode = "ZoneRedundant" }`'),
        deletion=_deletion(block, blocks),
        copy_of=_copy_of(node),
        keys=tuple(filter(None, (block.address, node.plain_text("name")))),
    )


def _copy_of(node: Node) -> Trait[str]:
    mode = node.text("create_mode")
    if isinstance(mode, Unknown):
        return Trait(mode)
    if isinstance(mode, Known) and mode.value == "Replica":
        return Trait(Known("another server", mode.place), told("create_mode", mode))
    return Trait(Unset())


def _copies(node: Node) -> Copies:
    """Backups that nobody can switch off, in the region of the server unless they are wanted elsewhere as well."""
    days = number(node, "backup_retention_days", _KEPT)
    remedy = "set `backup_retention_days` to 30 or more"
    kept: Value[timedelta] = Unset(timedelta(days=_KEPT))
    if isinstance(days, Known):
        kept = length(days.place, timedelta(days=min(days.value, 9999)))
    elif isinstance(days, Unknown):
        kept = days
    geo = switch(node, "geo_redundant_backup_enabled", default=False)
    return Copies(
        interval=Trait(Unset(_DAY), "Azure backs it up"),
        retention=Trait(kept, told("backup_retention_days", days, f"which means {_KEPT}"), remedy),
        behind=Trait(Unset(_BEHIND), "its log is kept"),
        detached=Trait(
            geo,
            told("geo_redundant_backup_enabled", geo),
            "set `geo_redundant_backup_enabled = true`, before it is made",
        ),
    )


def _deletion(block: Block, blocks: Blocks) -> Trait[bool]:
    """A lock on it or on its group, else Terraform's own refusal; Azure itself has none."""
    mine = {unindexed(block.address), *map(unindexed, block.named("resource_group_name"))}
    for lock in blocks.of("azurerm_management_lock"):
        named = lock.named("scope")
        level = lock.node.text("lock_level")
        if mine.isdisjoint(map(unindexed, named)):
            if not named and isinstance(lock.node.text("scope"), Unknown):
                return Trait(
                    Unknown(f"what `{lock.address}` locks cannot be read", lock.identity.place), remedy=_PROTECT
                )
            continue
        if lock.conditional:
            unclear = Unknown(
                f"whether `{lock.address}` exists cannot be told: {lock.conditional}", lock.identity.place
            )
            return Trait(unclear, remedy=_PROTECT)
        if isinstance(level, Unknown):
            return Trait(level, remedy=_PROTECT)
        if isinstance(level, Known) and level.value in _LOCKS:
            return Trait(Known(value=True, place=level.place), f"`{lock.address}` locks it (`{level.value}`)")
    return protection(block, "", default=False, meaning="no lock and no `prevent_destroy` is set", remedy=_PROTECT)


def _account(block: Block, blocks: Blocks, standard: Standard) -> Bucket:
    node = block.node
    name = node.plain_text("name")
    names = (name, blocks.call_of(block))
    unmissed = disposable(block, names, standard)
    if node.plain_text("account_kind") == "FileStorage":
        unmissed = "it keeps files and no objects"
    for kind, attribute in _USERS:
        user = next(iter(blocks.naming(kind, attribute, block)), None)
        if user is not None:
            unmissed = f"`{user.address}` keeps its own files there, and makes them again"
    return Bucket(
        block.identity,
        versioning=_versioning(node),
        deletion=_deletion(block, blocks),
        disposable=unmissed,
        written_once=written_once(block, names, standard),
        keys=tuple(filter(None, (block.address, name))),
    )


def _versioning(node: Node) -> Trait[bool]:
    """Versions of blobs; where a hierarchical namespace has none, what is deleted has to be kept long enough.

    https://learn.microsoft.com/en-us/azure/storage/blobs/versioning-overview
    """
    blobs = inner(node, "blob_properties")
    enabled = switch(blobs, "versioning_enabled", default=False)
    lake = switch(node, "is_hns_enabled", default=False)
    if isinstance(lake, Known) and lake.value:
        days = number(inner(blobs, "delete_retention_policy"), "days")
        key = "blob_properties.delete_retention_policy.days"
        remedy = f"set `{key}` to {_LONG_ENOUGH} or more"
        if isinstance(days, Unknown):
            return Trait(days, remedy=remedy)
        if isinstance(days, Known):
            return Trait(Known(days.value >= _LONG_ENOUGH, days.place), told(key, days), remedy)
        return Trait(Unset(default=False), f"`is_hns_enabled` is `true`, and {told(key, days)}", remedy)
    if isinstance(lake, Unknown) and not isinstance(enabled, Known):
        return Trait(lake, remedy=_VERSIONING)
    return Trait(enabled, told("blob_properties.versioning_enabled", enabled), _VERSIONING)
