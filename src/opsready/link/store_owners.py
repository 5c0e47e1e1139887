"""Whose a datastore or a bucket is: by what names it, by what is made for its users, by its name, by what is beside."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.link.scopes import same_namespace
from opsready.model.continuity import NOTHING_DECLARED
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from opsready.model.datastore import Bucket, Datastore
    from opsready.model.entity import Entity
    from opsready.model.network import Reference
    from opsready.model.service import Service
    from opsready.model.workload import Workload

# What follows the name of a service in the name of its database or bucket.
_ENDINGS = frozenset(
    {
        *("db", "database", "data", "store", "datastore", "sql", "pg", "postgres", "postgresql", "mysql", "mariadb"),
        *("mongo", "mongodb", "redis", "primary", "main", "cluster", "bucket", "table"),
    }
)
# Labels and tags that say which service something belongs to.
_NAMING_LABELS = frozenset({"service", "app", "application", "app.kubernetes.io/name", "app.kubernetes.io/part-of"})


@dataclass(frozen=True, slots=True)
class Users:
    """What may own or use a datastore; `of_word` gives the service that goes by a word."""

    workloads: Sequence[Workload]
    references: Sequence[Reference]
    services: Sequence[Service]
    owners: Callable[[Entity], tuple[Service, ...]]
    of_word: Callable[[str], Service | None]


class StoreOwners:
    """The services of datastores and buckets; every join is an index."""

    def __init__(self, stores: Iterable[Datastore], users: Users) -> None:
        """Index services by the datastores that their files name, by what these make, and by unit."""
        self._users = users
        self._naming: dict[str, list[Service]] = defaultdict(list)
        for service in users.services:
            for declared in (service.continuity or NOTHING_DECLARED).datastores.items:
                self._naming[declared.ref.lower()].append(service)
        made = {name for store in stores for name in store.makes}
        self._using: dict[str, list[Reference]] = defaultdict(list)
        for reference in users.references if made else ():
            if reference.target_name in made:
                self._using[reference.target_name].append(reference)
        self._beside: dict[str, dict[str, Service]] = defaultdict(dict)
        for workload in users.workloads:
            for service in users.owners(workload):
                self._beside[workload.identity.unit][service.name] = service

    def of(self, item: Datastore | Bucket) -> tuple[Service, ...]:
        """The services of a datastore or bucket, by name: those that name it, else that use it, else by its name."""
        if item.part_of is not None:
            return self._users.owners(item.part_of)
        found = {service.name: service for name in names_of(item) for service in self._naming.get(name, ())}
        for name in getattr(item, "makes", ()) if not found else ():
            for reference in self._using.get(name, ()):
                if same_namespace(reference.identity, item.identity):
                    found.update({service.name: service for service in self._users.owners(reference)})
        if not found:
            named = next(filter(None, map(self._users.of_word, _stems(item))), None)
            beside = self._beside.get(item.identity.unit, {})
            found = {named.name: named} if named is not None else beside if len(beside) == 1 else {}
        return tuple(found[name] for name in sorted(found))


def names_of(item: Datastore | Bucket) -> frozenset[str]:
    """The names by which people may mean a datastore, in lower case."""
    names = (item.address, f"{item.identity.kind}/{item.name}", *item.keys, item.name)
    return frozenset(name.lower() for name in names)


def _stems(item: Datastore | Bucket) -> Iterator[str]:
    """What its service may be called: what a label says, its name, and that without the words for a datastore."""
    for key, value in item.identity.labels:
        if key.lower() in _NAMING_LABELS:
            yield value
    for name in (item.identity.written_name, item.name, *item.keys):
        stem = name.partition("[")[0].rpartition(".")[2]
        if ":" in stem:
            continue
        yield stem
        parts = stem.replace("_", "-").split("-")
        while len(parts) > 1 and parts[-1] in _ENDINGS:
            parts.pop()
            yield "-".join(parts)
