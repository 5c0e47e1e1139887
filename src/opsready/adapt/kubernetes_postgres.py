"""PostgreSQL run by CloudNativePG: clusters, their scheduled backups, and the stores that keep the copies.

Fields and defaults: https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/ and, of the plugin that copies,
https://cloudnative-pg.io/plugin-barman-cloud/docs/plugin-barman-cloud.v1/.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.adapt.kubernetes_protection import kept_on_deletion
from opsready.model.datastore import FOREVER, Copies, CopyStore, Datastore, StoreSelection, Trait
from opsready.model.network import ConfigObject
from opsready.model.recovery import BackupPlan
from opsready.model.source import Known, Unknown, Unset
from opsready.patterns import pattern
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Entity, Identity
    from opsready.model.source import Value
    from opsready.model.standard import Standard
    from opsready.resolve.units import Resource, Unit

_SYSTEM = "CloudNativePG"
_PLUGIN = "barman-cloud.cloudnative-pg.io"
_RETENTION = pattern(r"([1-9][0-9]{0,5})([dwm])\Z")
_UNIT_DAYS = {"d": 1, "w": 7, "m": 30}
# The operator sets `archive_timeout` to five minutes: https://cloudnative-pg.io/documentation/current/wal_archiving/.
_ARCHIVE_TIMEOUT = timedelta(minutes=5)
_INTERVAL = pattern(r"([0-9]{1,6}) ?(ms|s|min|h|d)?\Z")
_INTERVAL_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_ZONE_KEYS = frozenset({"topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"})
# Hosts that only resolve inside the cluster: what keeps the copies there goes down with it.
_INSIDE = pattern(r"\w+://[\w.-]+\.svc(?:\.cluster\.local\.?)?(?::\d+)?(?:/|\Z)")
_LONGEST_HOST = 300
_FIELDS = 6
_MAKES = {"Secret": ("app", "superuser", "ca", "server", "replication"), "Service": ("rw", "ro", "r")}
_SCHEDULE_IT = "add a `ScheduledBackup` that names it and runs every day"
_KEEP_LONGER = "set `retentionPolicy` to `30d` or longer"
_SPREAD = (
    "run two `instances` or more, with `affinity.topologyKey: topology.kubernetes.io/zone` and "
    "`podAntiAffinityType: required`"
)
_COPY_AWAY = "archive to an object store that is not part of this cluster"


def postgres(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """What an object of CloudNativePG is: a datastore, a plan, or a store of copies."""
    del standard
    identity, root = identity_of(resource, unit), root_node(resource)
    spec = root.node("spec")
    match resource.kind:
        case "Cluster":
            yield _cluster(identity, root, spec)
            yield from _made(identity)
        case "ScheduledBackup":
            yield _plan(identity, spec)
        case _:
            yield CopyStore(identity, _retention(spec), _detached(spec.node("configuration")))


def _cluster(identity: Identity, root: Node, spec: Node) -> Datastore:
    backup, plugin = spec.node("backup"), _plugin(spec)
    inline = backup.node("barmanObjectStore")
    name = plugin.node("parameters").plain_text("barmanObjectName") if plugin is not None else ""
    hidden = spec.withheld or inline.withheld
    snapshots = "volumeSnapshot" in backup and "barmanObjectStore" not in backup
    detached = _detached(inline)
    if snapshots:
        where = backup.key_place("volumeSnapshot")
        detached = Trait(
            Known(value=False, place=where), "copies are snapshots in the storage of the cluster", _COPY_AWAY
        )
    return Datastore(
        identity,
        engine="postgres",
        copies=Copies(
            interval=Trait(
                Unknown(hidden, identity.place) if hidden else Unset(), "no `ScheduledBackup` names it", _SCHEDULE_IT
            ),
            retention=_retention(backup),
            behind=_behind(spec, inline, plugin),
            detached=detached,
        ),
        zones=_zones(spec),
        deletion=kept_on_deletion(root),
        copy_of=_copy_of(spec, identity.name),
        kept_on="cluster",
        keys=(identity.name,),
        makes=tuple(f"{identity.written_name}-{end}" for ends in _MAKES.values() for end in ends),
        copies_to=name,
    )


def _made(identity: Identity) -> Iterator[ConfigObject]:
    """What the operator makes for the users of a cluster.

    https://cloudnative-pg.io/documentation/current/applications/ and .../certificates/.
    """
    for kind, ends in _MAKES.items():
        for end in ends:
            name, written = f"{identity.name}-{end}", f"{identity.written_name}-{end}"
            yield ConfigObject(replace(identity, kind=kind, name=name, written_name=written), complete=False)


def _plugin(spec: Node) -> Node | None:
    """The plugin that copies, where one is switched on; `enabled` is true by default."""
    for plugin in spec.items("plugins").items:
        if plugin.plain_text("name") == _PLUGIN and plugin.plain_text("enabled") != "false":
            return plugin
    return None


def _behind(spec: Node, inline: Node, plugin: Node | None) -> Trait[timedelta]:
    """How far the archive of the log is behind, where there is one."""
    archives = plugin is not None and plugin.plain_text("isWALArchiver") == "true"
    if not inline and not archives:
        hidden = inline.withheld or spec.items("plugins").incomplete
        return Trait(Unknown(hidden, spec.place) if hidden else Unset(), "the log is not archived")
    where = inline or plugin
    place = where.place if where is not None else spec.place
    written = spec.at("postgresql", "parameters").final_text("archive_timeout")
    if isinstance(written, Unknown):
        return Trait(written)
    timeout = _interval(written.value) if isinstance(written, Known) else _ARCHIVE_TIMEOUT
    if timeout is None:
        return Trait(Unknown("`archive_timeout` does not say how often a quiet log is archived", place))
    return Trait(Known(timeout, place), "the log is archived")


def _interval(text: str) -> timedelta | None:
    """A length of time as PostgreSQL writes it, in seconds where it names no unit; None where it is 0 or none."""
    found = _INTERVAL.match(text.strip())
    if found is None or not int(found[1]):
        return None
    return (
        timedelta(milliseconds=int(found[1]))
        if found[2] == "ms"
        else timedelta(seconds=int(found[1]) * _INTERVAL_UNITS[found[2] or "s"])
    )


def _retention(node: Node) -> Trait[timedelta]:
    """How long copies are kept: `30d`, `4w`, `1m` for a month; for ever where nobody says."""
    written = node.final_text("retentionPolicy")
    if isinstance(written, Unset):
        return Trait(Unset(FOREVER), "`retentionPolicy` is not set, so every copy is kept")
    if isinstance(written, Unknown):
        return Trait(written)
    found = _RETENTION.match(written.value)
    if found is None:
        what = f"`retentionPolicy` is `{written.value[:40]}`, which is no length of time"
        return Trait(Unknown(what, written.place))
    length = timedelta(days=int(found[1]) * _UNIT_DAYS[found[2]])
    return Trait(Known(length, written.place), f"`retentionPolicy` is `{written.value}`", _KEEP_LONGER)


def _detached(store: Node) -> Trait[bool]:
    """Whether copies are kept outside the cluster."""
    if store.withheld:
        return Trait(Unknown(store.withheld, store.place))
    if not store:
        return Trait(Unset(default=False), "it names no object store", _COPY_AWAY)
    endpoint = store.final_text("endpointURL")
    if isinstance(endpoint, Unknown):
        return Trait(endpoint)
    if isinstance(endpoint, Known) and _INSIDE.match(endpoint.value[:_LONGEST_HOST]):
        says = f"copies are kept in the cluster itself, at `{endpoint.value[:80]}`"
        return Trait(Known(value=False, place=endpoint.place), says, _COPY_AWAY)
    path = store.final_text("destinationPath")
    if not isinstance(path, Known):
        return Trait(
            path if isinstance(path, Unknown) else Unset(default=False), "it names no object store", _COPY_AWAY
        )
    return Trait(Known(value=True, place=path.place), f"copies are kept in `{path.value[:80]}`")


def _zones(spec: Node) -> Trait[int]:
    """In how many zones instances certainly run: two where they are spread by zone, else one."""
    instances = spec.integer("instances", 1)
    if isinstance(instances, Unknown):
        later = spec.final_text("instances")
        return Trait(later if isinstance(later, Unknown) else instances)
    count = instances.value if isinstance(instances, Known) else 1
    if count < 2:
        says = f"`instances` is `{count}`" if isinstance(instances, Known) else "`instances` is not set, which means 1"
        return Trait(Known(1, instances.place) if isinstance(instances, Known) else Unset(1), says, _SPREAD)
    affinity = spec.node("affinity")
    spreads = spec.items("topologySpreadConstraints")
    if affinity.withheld or spreads.incomplete:
        return Trait(Unknown(affinity.withheld or spreads.incomplete, spec.place))
    for spread in spreads.items:
        if (
            spread.plain_text("topologyKey") in _ZONE_KEYS
            and spread.plain_text("whenUnsatisfiable") != "ScheduleAnyway"
        ):
            return Trait(Known(2, spread.place), f"{count} instances are spread over zones")
    return _by_affinity(affinity, count)


def _by_affinity(affinity: Node, count: int) -> Trait[int]:
    """Instances keep apart by `topologyKey`, by node where it is not set, and without force unless it is asked for."""
    key = affinity.final_text("topologyKey")
    if isinstance(key, Unknown):
        return Trait(key)
    off = affinity.plain_text("enablePodAntiAffinity") == "false"
    if isinstance(key, Known) and key.value in _ZONE_KEYS and not off:
        return Trait(Known(2, key.place), f"{count} instances are kept apart by `{key.value}`")
    if off:
        says = "`affinity.enablePodAntiAffinity` is `false`"
        return Trait(Known(1, affinity.key_place("enablePodAntiAffinity")), says, _SPREAD)
    written = (
        f"`affinity.topologyKey` is `{key.value[:80]}`"
        if isinstance(key, Known)
        else "`affinity.topologyKey` is not set"
    )
    says = f"{written}, so {count} instances are kept apart by node only"
    return Trait(Known(1, key.place) if isinstance(key, Known) else Unset(1), says, _SPREAD)


def _copy_of(spec: Node, name: str) -> Trait[str]:
    """The cluster that a replica cluster follows: https://cloudnative-pg.io/documentation/current/replica_cluster/."""
    replica = spec.node("replica")
    if replica.withheld:
        return Trait(Unknown(replica.withheld, spec.key_place("replica")))
    enabled, primary = replica.final_text("enabled"), replica.final_text("primary")
    for value in (enabled, primary):
        if isinstance(value, Unknown):
            return Trait(value)
    own = replica.plain_text("self") or name
    follows = (
        enabled.value == "true" if isinstance(enabled, Known) else isinstance(primary, Known) and primary.value != own
    )
    source = replica.plain_text("source") or replica.plain_text("primary") or "another cluster"
    return Trait(Known(source, replica.place), f"it repeats `{source}`") if follows else Trait(Unset())


def _plan(identity: Identity, spec: Node) -> BackupPlan:
    """A schedule, whose first field is seconds: https://cloudnative-pg.io/documentation/current/backup/.

    Of six fields the last may be left out: `0 2 * * *` is the second minute of every hour.
    """
    cluster = spec.node("cluster").final_text("name")
    stores: Value[StoreSelection]
    if isinstance(cluster, Known):
        stores = Known(StoreSelection((cluster.value,), kind="Cluster"), cluster.place)
    else:
        reason = cluster.reason if isinstance(cluster, Unknown) else "it names no cluster"
        stores = Unknown(f"which cluster `{identity.address}` copies cannot be read: {reason}", identity.place)
    suspended = spec.raw("suspend")
    paused: Value[bool] = Unset(default=False)
    if isinstance(suspended, Unknown):
        paused = suspended
    elif isinstance(suspended, Known):
        paused = Known(suspended.value is True, suspended.place)
    schedule = spec.final_text("schedule")
    if isinstance(schedule, Known) and len(schedule.value.split()) == _FIELDS - 1:
        schedule = replace(schedule, value=f"{schedule.value} *")
    return BackupPlan(identity, _SYSTEM, Unset(), schedule, Unset(), paused, stores, by_store=True)
