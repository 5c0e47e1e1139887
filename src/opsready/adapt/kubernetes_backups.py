"""What copies volumes: Velero, K8up, VolSync, CSI snapshots; of other systems only that they are there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from opsready.adapt.durations import duration
from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.adapt.kubernetes_selectors import label_selector, selector_in
from opsready.model.recovery import BackupPlan, BackupSelection
from opsready.model.source import Known, Unknown, Unset
from opsready.parse.syntax import Seq

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Entity, Identity
    from opsready.model.source import Value
    from opsready.model.standard import Standard
    from opsready.model.workload import Selector
    from opsready.resolve.units import Resource, Unit

_SYSTEMS = {
    "velero.io": "Velero",
    "k8up.io": "K8up",
    "backup.appuio.ch": "K8up",
    "snapshot.storage.k8s.io": "CSI snapshots",
    "volsync.backube": "VolSync",
    "longhorn.io": "Longhorn",
    "stash.appscode.com": "Stash",
    "core.kubestash.com": "KubeStash",
    "config.kio.kasten.io": "Kasten",
}
# A Velero backup lives for 720 hours where nobody writes how long: https://velero.io/docs/main/api-types/backup/.
_VELERO_TTL = "720h"
# How many days a copy of each kind stands for: https://volsync.readthedocs.io/en/stable/usage/restic/ and
# https://docs.k8up.io/k8up/2.11/references/api-reference.html.
_VOLSYNC_KEEPS = {"daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}
_K8UP_KEEPS = {"keepDaily": 1, "keepWeekly": 7, "keepMonthly": 30, "keepYearly": 365}
_MOST_KEPT = 10_000
# Names of the resources through which Velero comes to a volume, as `includedResources` and its kin have them.
_THROUGH_VOLUMES = frozenset(
    {"*", "persistentvolumeclaims", "persistentvolumeclaim", "pvc", "pvcs", "pods", "pod", "po"}
)
_VOLUMES_ALONE = frozenset(
    {
        "*",
        "persistentvolumeclaims",
        "persistentvolumeclaim",
        "pvc",
        "pvcs",
        "persistentvolumes",
        "persistentvolume",
        "pv",
    }
)


def backup_plan(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """The plan that an object of a backup system is."""
    del standard
    identity, root = identity_of(resource, unit), root_node(resource)
    spec = root.node("spec")
    system = _SYSTEMS[resource.group]
    match system:
        case "Velero":
            yield from _velero(identity, spec, spec.node("template") if resource.kind == "Schedule" else spec)
        case "K8up":
            yield from _k8up(identity, spec)
        case "CSI snapshots":
            claim = spec.node("source").text("persistentVolumeClaimName")
            yield _plan(identity, system, _single(claim))
        case "VolSync":
            schedule = spec.node("trigger").text("schedule")
            kept = _restic_kept(spec.at("restic", "retain"), _VOLSYNC_KEEPS)
            yield _plan(identity, system, _single(spec.text("sourcePVC")), schedule, kept, _flag(spec, "paused"))
        case _:
            reason = f"which volumes `{identity.address}` copies is decided by rules of {system} that are not read here"
            schedule = spec.text("cron" if system == "Longhorn" else "schedule")
            yield _plan(identity, system, Unknown(reason, identity.place), schedule, paused=_flag(spec, "paused"))


def _plan(
    identity: Identity,
    system: str,
    selection: Value[BackupSelection],
    schedule: Value[str] = Unset(),  # noqa: B008 - frozen
    retention: Value[timedelta] = Unset(),  # noqa: B008 - frozen
    paused: Value[bool] = Unset(default=False),  # noqa: B008 - frozen
) -> BackupPlan:
    return BackupPlan(identity, system, selection, schedule, retention, paused)


def _velero(identity: Identity, spec: Node, template: Node) -> Iterator[BackupPlan]:
    """A Velero Schedule, whose `template` is a backup's spec, or a single Backup."""
    if not _reaches_volumes(template):
        return
    ttl = template.text("ttl")
    length = duration(ttl.value if isinstance(ttl, Known) else _VELERO_TTL)
    retention: Value[timedelta] = Unset(length)
    if isinstance(ttl, Known):
        what = f"`ttl` is `{ttl.value[:40]}`, which is no length of time"
        retention = Known(length, ttl.place) if length is not None else Unknown(what, ttl.place)
    yield _plan(
        identity,
        "Velero",
        _velero_selection(template),
        spec.text("schedule"),
        ttl if isinstance(ttl, Unknown) else retention,
        _flag(spec, "paused"),
    )


def _velero_selection(template: Node) -> Value[BackupSelection]:
    included, excluded = _names(template, "includedNamespaces"), _names(template, "excludedNamespaces")
    selectors, how = _selectors(template), _how(template)
    for value in (included, excluded, selectors, how):
        if isinstance(value, Unknown):
            return value
    if not (isinstance(included, Known) and isinstance(excluded, Known) and isinstance(selectors, Known)):
        return Unknown("what it selects cannot be read", template.place)
    return Known(
        BackupSelection(
            namespaces=() if "*" in included.value else included.value,
            excluded_namespaces=excluded.value,
            selectors=selectors.value,
            how=how.value if isinstance(how, Known) else "snapshot",
        ),
        template.place,
    )


def _names(node: Node, key: str) -> Value[tuple[str, ...]]:
    """A list of names, empty where none is written."""
    value = node.raw(key)
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Unset):
        return Known((), node.place)
    listed = node.texts(key)
    whole = isinstance(value.value, Seq) and len(listed.items) == len(value.value)
    if not whole or not listed.complete:
        return Unknown(listed.incomplete or f"`{node.inner_path(key)}` is not a list of names", value.place)
    return Known(listed.items, value.place)


def _selectors(template: Node) -> Value[tuple[Selector, ...]]:
    """The label selectors of which one must match; an empty one selects everything."""
    single = label_selector(template, "labelSelector", all_when_empty=True)
    several = template.items("orLabelSelectors")
    if isinstance(single, Unknown):
        return single
    if not several.complete:
        return Unknown(several.incomplete, template.key_place("orLabelSelectors"))
    found = [single.value] if isinstance(single, Known) else []
    for item in several.items:
        selector = selector_in(item, item.place, all_when_empty=True)
        if isinstance(selector, Unknown):
            return selector
        found.extend([selector.value] if isinstance(selector, Known) else [])
    return Known(() if any(selector.empty for selector in found) else tuple(found), template.place)


def _how(template: Node) -> Value[Literal["snapshot", "files", "asked"]]:
    """By snapshots, unless they are switched off; then by files, of all volumes or of those that pods ask for."""
    snapshots = _flag(template, "snapshotVolumes")
    if not isinstance(snapshots, Known) or snapshots.value:
        return snapshots if isinstance(snapshots, Unknown) else Known("snapshot", template.place)
    for key in ("defaultVolumesToFsBackup", "defaultVolumesToRestic"):
        files = _flag(template, key)
        if isinstance(files, Unknown):
            return files
        if isinstance(files, Known) and files.value:
            return Known("files", files.place)
    return Known("asked", snapshots.place)


def _reaches_volumes(template: Node) -> bool:
    """Whether a backup takes volumes at all: its lists of resources may leave them out."""
    for key in ("includedResources", "includedNamespaceScopedResources"):
        included = {name.lower().partition(".")[0] or name for name in template.texts(key).items}
        if included and not included & _THROUGH_VOLUMES:
            return False
    excluded = {
        name.lower().partition(".")[0]
        for key in ("excludedResources", "excludedNamespaceScopedResources", "excludedClusterScopedResources")
        for name in template.texts(key).items
    }
    return not excluded & _VOLUMES_ALONE


def _k8up(identity: Identity, spec: Node) -> Iterator[BackupPlan]:
    """A K8up Schedule: with `backup` it copies every volume of its namespace."""
    backup = spec.node("backup")
    if backup:
        selection = BackupSelection(own_namespace=True)
        kept = _restic_kept(spec.at("prune", "retention"), _K8UP_KEEPS)
        yield _plan(identity, "K8up", Known(selection, backup.place), backup.text("schedule"), kept)


def _restic_kept(policy: Node, fields: Mapping[str, int]) -> Value[timedelta]:
    """How long the oldest copy lives that a policy of restic keeps: so many days, weeks, months, or all for a time."""
    if policy.withheld:
        return Unknown(policy.withheld, policy.place)
    longest, where = timedelta(), policy.place
    for key, days in fields.items():
        count = policy.integer(key)
        if isinstance(count, Unknown):
            return count
        if isinstance(count, Known) and timedelta(days=days * min(count.value, _MOST_KEPT)) > longest:
            longest, where = timedelta(days=days * min(count.value, _MOST_KEPT)), count.place
    within = policy.text("within")
    length = duration(within.value) if isinstance(within, Known) else None
    if isinstance(within, Known) and length is not None and length > longest:
        longest, where = length, within.place
    return Known(longest, where) if longest else Unset()


def _single(claim: Value[str]) -> Value[BackupSelection]:
    if not isinstance(claim, Known):
        return claim if isinstance(claim, Unknown) else Unknown("it names no volume claim")
    return Known(BackupSelection(own_namespace=True, claims=(claim.value,)), claim.place)


def _flag(node: Node, key: str) -> Value[bool]:
    value = node.raw(key)
    if isinstance(value, Known) and isinstance(value.value, bool):
        return Known(value.value, value.place, value.origin)
    if isinstance(value, Known):
        return Unknown(f"`{node.inner_path(key)}` is neither true nor false", value.place)
    return value if isinstance(value, Unknown) else Unset()
