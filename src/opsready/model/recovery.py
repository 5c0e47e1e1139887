"""What holds data on disks, and what copies it to where it survives them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from opsready.model.entity import Entity
from opsready.model.source import Place, Unset, Value
from opsready.model.workload import Selector
from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.datastore import StoreSelection


@dataclass(frozen=True, slots=True, eq=False)
class Volume(Entity):
    """A claim of storage that outlives the instances which mount it.

    `claim` is the name that is written: of a template (`template_of` is then the address of its workload) each
    instance has a claim of its own. `refusals` pairs a backup system with what on the volume keeps that system away
    (`Velero`, "the label `velero.io/exclude-from-backup`"). `read_only` is true where no instance may write to it.
    """

    claim: str
    template_of: str = ""
    read_only: bool = False
    refusals: tuple[tuple[str, str], ...] = ()

    def is_claim(self, name: str) -> bool:
        """Whether a claim of this name is the volume, or one instance's claim of the template."""
        if not self.template_of:
            return name in {self.identity.name, self.identity.written_name}
        stem, _, ordinal = name.rpartition("-")
        return ordinal.isdecimal() and stem in {self.identity.name, self.identity.written_name}


@dataclass(frozen=True, slots=True)
class BackupSelection:
    """Which volumes a plan copies.

    `namespaces` are names or globs, none meaning every namespace; with `own_namespace` it is the plan's instead. Of
    `selectors` one must match the labels of the volume or of a pod that mounts it; none means any. `claims` are names
    of single claims, none meaning all. `how`: `snapshot` copies every volume, `files` those that a pod mounts and does
    not refuse, `asked` those for which the pod asks.
    """

    namespaces: tuple[str, ...] = ()
    excluded_namespaces: tuple[str, ...] = ()
    own_namespace: bool = False
    selectors: tuple[Selector, ...] = ()
    claims: tuple[str, ...] = ()
    how: Literal["snapshot", "files", "asked"] = "snapshot"


@dataclass(frozen=True, slots=True, eq=False)
class BackupPlan(Entity):
    """Something that copies volumes: again and again by `schedule` (a cron line as written), or once where it is Unset.

    `system` is the product (`Velero`). `selection` is Unknown where which volumes it copies is not read here.
    `retention` is how long a copy is kept. A plan with `stores` copies datastores, and no volumes;
    with `by_store` each of these says itself how long its copies are kept.
    """

    system: str
    selection: Value[BackupSelection]
    schedule: Value[str]
    retention: Value[timedelta]
    paused: Value[bool]
    stores: Value[StoreSelection] = Unset()
    by_store: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether a volume is copied, and what shows it.

    `outcome`: `covered`; `uncovered` (the plans that are here leave it out); `unknown` (something that cannot be read
    decides it); `no-system` (nothing here copies any volume). `places` are those of what is spoken of; `plan` is what
    copies it, None where something else does.
    """

    outcome: Literal["covered", "uncovered", "unknown", "no-system"]
    reason: str
    places: tuple[Place, ...] = ()
    plan: BackupPlan | None = None


@dataclass(frozen=True, slots=True)
class DataKept:
    """Whether a service keeps data that would be missed, and what shows it."""

    state: Literal["kept", "none", "unknown"]
    because: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class RunsIn:
    """In which regions a workload runs, over all its declarations; empty where nothing shows it.

    `pinned` says that its own placement rules allow no other region; `kept_apart` that they spread it over regions.
    `hidden` says why these rules cannot be read (empty: they can).
    """

    workload: str
    regions: tuple[str, ...]
    pinned: bool
    kept_apart: bool
    hidden: str
