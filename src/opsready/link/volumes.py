"""Which workloads mount which volumes, and which services therefore keep data that somebody would miss."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.link.scopes import ByName
from opsready.model.continuity import NOTHING_DECLARED
from opsready.model.network import ConfigObject
from opsready.model.recovery import DataKept
from opsready.model.source import Known, Unknown, Unset
from opsready.patterns import pattern
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from opsready.link.images import Images
    from opsready.model.datastore import Datastore
    from opsready.model.entity import Entity
    from opsready.model.opaque import Stub
    from opsready.model.recovery import Volume
    from opsready.model.service import Service
    from opsready.model.source import Place, Value
    from opsready.model.standard import Standard
    from opsready.model.workload import Container, VolumeClaim, Workload

_SINGLE_WRITER = frozenset({"ReadWriteOnce", "ReadWriteOncePod"})
_WORD = pattern(r"[a-z0-9]+(?:-g\b)?")  # `wal-g` is one word


@dataclass(frozen=True, slots=True)
class Mount:
    """A workload that mounts a volume, and how it says so."""

    workload: Workload
    claim: VolumeClaim


def single_writer_claim(workload: Workload, objects: ByName[Entity]) -> Value[str]:
    """The volume claim of a workload that only one node or instance may mount at a time.

    Unknown where a claim is not among the declared `objects`, so that its access modes cannot be read.
    """
    missing: Value[str] = Unset()
    for claim in workload.volume_claims:
        targets = objects.nearest(workload.identity, "PersistentVolumeClaim", claim.name)
        modes = claim.access_modes or next((t.access_modes for t in targets if isinstance(t, ConfigObject)), ())
        if modes and _SINGLE_WRITER.issuperset(modes):
            return Known(claim.name, workload.place)
        if not modes:
            missing = Unknown(f"the volume claim `{claim.name}` is not declared here, so who may mount it is unknown")
    return missing


class Volumes:
    """Volumes with what mounts them and whose they are."""

    def __init__(
        self,
        volumes: Sequence[Volume],
        workloads: Sequence[Workload],
        stubs: Iterable[Stub],
        images: Images,
        owners: Callable[[Entity], tuple[Service, ...]],
        stores_of: Callable[[Service], tuple[Datastore, ...]] | None = None,
    ) -> None:
        """Join workloads to the volumes that they mount; `owners` gives the services of a workload or stub.

        `stores_of` gives a service's datastores; None where there are none.
        """
        self._stores_of = stores_of
        self._images = images
        self._owners = owners
        self._mounts: dict[int, list[Mount]] = defaultdict(list)
        self._volumes_of: dict[str, list[Volume]] = defaultdict(list)
        by_name: ByName[Volume] = ByName(volumes)
        self._undeclared: dict[str, tuple[str, Workload]] = {}
        for workload in workloads:
            for claim in workload.volume_claims:
                name = f"{claim.name}-{workload.identity.written_name}" if claim.own else claim.name
                found = by_name.nearest(workload.identity, "PersistentVolumeClaim", name)
                for volume in found:
                    if bool(volume.template_of) == claim.own:
                        self._mounts[id(volume)].append(Mount(workload, claim))
                for service in owners(workload) if not found else ():
                    self._undeclared.setdefault(service.name, (claim.name, workload))
        self._may_mount: dict[str, list[Workload]] = defaultdict(list)
        for workload in workloads:
            if workload.hidden_mounts:
                self._may_mount[workload.identity.unit].append(workload)
        self._with_unmounted = {volume.identity.unit for volume in volumes if not self.mounts(volume)}
        for volume in volumes:
            for name in {service.name for workload in self.mounted_by(volume) for service in owners(workload)}:
                self._volumes_of[name].append(volume)
        self._index_hidden(workloads, stubs)

    def _index_hidden(self, workloads: Iterable[Workload], stubs: Iterable[Stub]) -> None:
        """For each service why it may have volumes that cannot be read."""
        self._hidden: dict[str, tuple[str, Place]] = {}
        for stub in stubs:
            if "Volume" in stub.could_hold and not stub.third_party:
                for service in self._owners(stub):
                    self._hidden.setdefault(service.name, (f"{stub.input} could not be opened", stub.place))
        for workload in workloads:
            hidden = self.hidden_in(workload)
            for service in self._owners(workload) if hidden else ():
                self._hidden.setdefault(service.name, (hidden, workload.place))

    def hidden_in(self, workload: Workload, /) -> str:
        """Why a workload may have volumes that cannot be read; what it mounts matters where a volume has no other."""
        mounts = workload.hidden_mounts if workload.identity.unit in self._with_unmounted else ""
        return workload.hidden_templates or mounts

    def services_of(self, volume: Volume, /) -> tuple[Service, ...]:
        """The services whose workloads mount a volume, by name; those that may, where nothing is seen to mount it."""
        mounting = self.mounted_by(volume) or self._may_mount.get(volume.identity.unit, ())
        found = {service.name: service for workload in mounting for service in self._owners(workload)}
        return tuple(found[name] for name in sorted(found))

    def mounted_by(self, volume: Volume, /) -> tuple[Workload, ...]:
        """The workloads that mount a volume."""
        return tuple(mount.workload for mount in self.mounts(volume))

    def mounts(self, volume: Volume, /) -> Sequence[Mount]:
        """The workloads that mount a volume, each with how it does."""
        return self._mounts.get(id(volume), ())

    def disposable(self, volume: Volume, standard: Standard, /) -> str:
        """Why nobody would miss what is on a volume; empty where somebody may."""
        if volume.read_only:
            return f"nothing may write to `{volume.name}`"
        if words(volume.claim) & standard.backup_words:
            return f"`{volume.name}` holds backups by its name, which are copies already"
        for name in (volume.name, *(workload.name for workload in self.mounted_by(volume))):
            word = min(words(name) & standard.disposable_words, default="")
            if word:
                return f"by its name `{name}` is `{word}`: what it keeps is made again"
        for workload in self.mounted_by(volume):
            for container in workload.containers.items:
                if container.role == "main" and self._runs_one_of(container, standard.disposable_images):
                    return f"`{workload.name}` keeps telemetry or a cache there (`{image_of(container)}`)"
        return ""

    def _runs_one_of(self, container: Container, patterns: Iterable[str]) -> bool:
        image = image_of(container)
        return bool(image) and self._images.is_one_of(image, patterns)

    def volumes_of(self, service: Service, standard: Standard, /) -> tuple[Volume, ...]:
        """The volumes that a service's workloads mount and whose loss would be missed."""
        mounted = self._volumes_of.get(service.name, ())
        return tuple(volume for volume in mounted if not self.disposable(volume, standard))

    def data_of(self, service: Service, standard: Standard, /) -> DataKept:
        """Whether a service keeps data that would be missed: by its volumes, then by what is declared."""
        declared = service.continuity or NOTHING_DECLARED
        volume = next(iter(self.volumes_of(service, standard)), None)
        if volume is not None:
            return DataKept("kept", f"it mounts the volume `{volume.name}`", volume.place)
        if service.name in self._undeclared:
            claim, workload = self._undeclared[service.name]
            if not words(claim) & (standard.disposable_words | standard.backup_words):
                return DataKept("kept", f"`{workload.name}` mounts the claim `{claim}`", workload.place)
        databases = [store for store in self._databases(service) if store.kept_on != "volumes"]
        database = next((store for store in databases if not store.copy_of.reason), None)
        if database is not None:
            return DataKept("kept", f"it keeps data in `{database.address}`", database.place)
        store = next(iter(declared.datastores.items), None)
        if store is not None:
            return DataKept("kept", f"it keeps data in `{store.ref}`", store.place)
        stateful = declared.stateful
        if isinstance(stateful, Known) and stateful.value:
            return DataKept("kept", "it is declared to keep data", stateful.place)
        if databases:
            because, copy = databases[0].copy_of.reason, databases[0]
            return DataKept("unknown", f"whether `{copy.name}` is a copy cannot be told: {because}", copy.place)
        if service.name in self._hidden:
            because, place = self._hidden[service.name]
            return DataKept("unknown", f"whether `{service.name}` keeps data cannot be told: {because}", place)
        if isinstance(stateful, Known):
            return DataKept("none", f"`{service.name}` is declared to keep no data", stateful.place)
        if isinstance(stateful, Unknown):
            return DataKept(
                "unknown", f"whether `{service.name}` keeps data cannot be told: {stateful.reason}", stateful.place
            )
        return DataKept("unknown", f"nothing says whether `{service.name}` keeps data")

    def _databases(self, service: Service) -> tuple[Datastore, ...]:
        return self._stores_of(service) if self._stores_of is not None else ()


def words(name: str) -> set[str]:
    """The words of a name, in lower case."""
    return set(_WORD.findall(name.lower()))


def image_of(container: Container) -> str:
    """The image that a container runs; empty where it cannot be read."""
    return container.image.value if isinstance(container.image, Known) else ""
