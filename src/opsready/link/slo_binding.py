"""Which service level objective belongs to which service: imported where there is an objective."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.adapt.alerts import NAMING_LABELS
from opsready.model.source import Known, Unknown
from opsready.resolve.sources import parent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opsready.link.files import Files
    from opsready.model.service import Service
    from opsready.model.slo import Slo

# Labels that name a service outright, then those of what runs, last the job that scrapes it: in a query through a mesh
# or an ingress, `job` is the proxy.
_RANKS = (
    frozenset(
        {
            *(
                "pyrra.dev/service",
                "backstage.io/kubernetes-id",
                "service",
                "service_name",
                "sloth_service",
                "service_id",
            ),
            *("destination_service", "destination_service_name", "destination_workload", "destination_app"),
            *("exported_service", "backend", "ingress", "app_kubernetes_io_name", "app.kubernetes.io/name"),
            *("label_app", "label_app_kubernetes_io_name", "slo"),
        }
    ),
    NAMING_LABELS - {"job", "container", "container_name", "name", "release"},
    NAMING_LABELS,
)


class Slos:
    """The objectives of a repository by service, bound by what they say themselves, else by where they are.

    `paths` are the files that they were read from; `perhaps_of_anybody` holds those that belong to no known service and
    may be about any.
    """

    def __init__(
        self,
        slos: Sequence[Slo],
        services: Sequence[Service],
        by_word: Mapping[str, Service],
        workload_owners: Iterable[tuple[str, tuple[Service, ...]]],
        files: Files,
    ) -> None:
        """Bind every objective; `workload_owners` gives the owners of each workload's name."""
        self._services = {service.name: service for service in services}
        self._by_word = dict(by_word)
        self._by_workload = {name: owners for name, owners in workload_owners if owners}
        self._linking: dict[str, list[str]] = defaultdict(list)
        self._below: dict[str, set[str]] = defaultdict(set)
        for service in services:
            if service.declared:
                for directory in _above(service.place.span.file):
                    self._below[directory].add(service.name)
            for link in service.links:
                for path in files.at(link.target) if link.kind == "slo" and not link.external else ():
                    self._linking[path].append(service.name)
        self._services_of: dict[int, tuple[str, ...]] = {id(slo): self._bind(slo) for slo in slos}
        self._of: dict[str, list[Slo]] = defaultdict(list)
        unbound = [slo for slo in slos if not self._services_of[id(slo)]]
        self.knows_services = bool(services)
        self.perhaps_of_anybody = [slo for slo in unbound if isinstance(slo.service, Unknown) or for_many(slo)]
        self.paths = frozenset(slo.place.span.file for slo in slos)
        for slo in slos:
            for name in self._services_of[id(slo)]:
                self._of[name].append(slo)

    def services_of(self, slo: Slo, /) -> tuple[Service, ...]:
        """The services that an objective belongs to."""
        return tuple(self._services[name] for name in self._services_of.get(id(slo), ()))

    def of(self, service: Service, /) -> tuple[Slo, ...]:
        """The objectives of a service that hold where it runs; one for staging promises nothing to production."""
        found = self._of.get(service.name, ())
        return tuple(slo for slo in found if slo.identity.production or not service.identity.production)

    def _bind(self, slo: Slo) -> tuple[str, ...]:
        """By the service that it names; only where it names none, by who names it, its labels, its name, its place."""
        file = slo.place.span.file
        if isinstance(slo.service, Known) and slo.service.value.strip():
            found = self._named(slo.service.value.strip())
            return found or self._sorted(self._linking.get(file, ()))
        if isinstance(slo.service, Unknown):
            return self._sorted(self._linking.get(file, ()))
        linking = self._sorted(self._linking.get(file, ()))
        if len(linking) == 1:
            return linking
        found = self._matched(slo) or self._by_name(slo.identity.written_name) or linking
        return found or (() if for_many(slo) else self._by_place(slo))

    def _sorted(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(set(names)))

    def _named(self, word: str) -> tuple[str, ...]:
        service = self._by_word.get(word)
        if service is not None:
            return (service.name,)
        return self._sorted(owner.name for owner in self._by_workload.get(word, ()))

    def _matched(self, slo: Slo) -> tuple[str, ...]:
        """By the names in labels and queries, those that are about services before those about what runs."""
        for rank in _RANKS:
            found = [name for label, value in slo.matchers if label in rank for name in self._named(value)]
            if found:
                return self._sorted(found)
        return ()

    def _by_name(self, name: str) -> tuple[str, ...]:
        """The service whose name an objective's own begins with: `cart-api-latency` is of `cart-api`, not of `cart`."""
        ends = [at for at in range(len(name), 0, -1) if at == len(name) or name[at] in "-_."]
        return next((found for at in ends if (found := self._named(name[:at]))), ())

    def _by_place(self, slo: Slo) -> tuple[str, ...]:
        """The only service that is declared in or below the nearest directory that has any."""
        for directory in _above(slo.place.span.file):
            if found := self._below.get(directory):
                return tuple(found) if len(found) == 1 else ()
        return ()


def _above(path: str) -> Iterator[str]:
    """The directories that a file is in, the nearest first; the root is the empty text."""
    directory = parent(path)
    while directory:
        yield directory
        directory = parent(directory)
    yield ""


def for_many(slo: Slo) -> bool:
    """Whether an objective is computed for each of many services."""
    return any(label in NAMING_LABELS for label in slo.grouping)
