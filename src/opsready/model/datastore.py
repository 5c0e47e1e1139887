"""What keeps a service's data, whoever runs it: databases and buckets, and what their declarations say of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Generic, Literal, TypeVar

from opsready.model.entity import Entity
from opsready.model.source import Known, Place, Unknown, Unset, Value, known
from opsready.records import dataclass

T = TypeVar("T")
# Copies that nobody deletes.
FOREVER = timedelta.max


@dataclass(frozen=True, slots=True)
class Trait(Generic[T]):
    """What a declaration says about one question, for the machine and for people.

    `says` is that in the declaration's own words (`` `multi_az` is `false` ``), empty where `value` is Unknown, whose
    reason says it. `remedy` begins with a verb and says what to write instead. `at` is where something is written that
    means that there is no value.
    """

    value: Value[T]
    says: str = ""
    remedy: str = ""
    at: Place | None = None

    @property
    def effective(self) -> T | None:
        """The value in effect; None where it cannot be told."""
        return known(self.value)

    @property
    def reason(self) -> str:
        """Why it cannot be told; empty where it can."""
        return self.value.reason if isinstance(self.value, Unknown) else ""

    def place_in(self, owner: Entity) -> Place:
        """Where it is written; the owner's header where nobody wrote it."""
        place = self.value.place if isinstance(self.value, Known | Unknown) else None
        return place or self.at or owner.place


@dataclass(frozen=True, slots=True)
class Copies:
    """How a datastore's own platform copies it.

    `interval`: the time between two copies that the platform makes by itself; Unset(None) where it makes none.
    `retention`: how long a copy is kept, `FOREVER` where nothing deletes it. `behind`: how much the last point to which
    it can be restored lags behind; Unset(None) without restores to a point in time. `detached`: whether a copy is left
    when the datastore itself is deleted or its region is gone.
    """

    interval: Trait[timedelta]
    retention: Trait[timedelta]
    behind: Trait[timedelta]
    detached: Trait[bool]


@dataclass(frozen=True, slots=True, eq=False)
class Datastore(Entity):
    """A database, whoever runs it.

    `engine` is its product (`postgres`). `copy_of` names what it repeats, Unset where its data is its own. `cache` is
    why nobody would miss what it keeps, empty where somebody may. `zones`: in how many zones it certainly runs.

    `kept_on`: its data is kept by a `platform`; on volumes of a `cluster` that an operator makes; or on `volumes` that
    are declared beside it, about which rules ask by themselves. `workload` is then the one that runs it. `keys` are the
    names by which plans and service files may mean it, besides its address; `makes` those of the objects that are made
    for its users; `copies_to` names the `CopyStore` that receives its copies, empty where none is declared apart.
    """

    engine: str
    copies: Copies
    zones: Trait[int]
    deletion: Trait[bool]
    copy_of: Trait[str]
    cache: str = ""
    kept_on: Literal["platform", "cluster", "volumes"] = "platform"
    keys: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    copies_to: str = ""
    workload: Entity | None = None

    @property
    def part_of(self) -> Entity | None:
        """The workload that runs it, where one is declared."""
        return self.workload


@dataclass(frozen=True, slots=True, eq=False)
class CopyStore(Entity):
    """Where copies of datastores are kept, where that is declared apart from them."""

    retention: Trait[timedelta]
    detached: Trait[bool]


@dataclass(frozen=True, slots=True)
class Lifetime:
    """After how long a rule deletes every object; Unset where none does. `spares` is why it may leave some out."""

    length: Value[timedelta] = Unset()
    spares: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Bucket(Entity):
    """A store of objects by name.

    `versioning`: whether an object that is overwritten or deleted can be had again. `disposable` is why nobody would
    miss what is in it, `written_once` why its objects have no former versions; each is empty where that is not so.
    `lifetime` is how long each of its objects stays.
    """

    versioning: Trait[bool]
    deletion: Trait[bool]
    disposable: str = ""
    written_once: str = ""
    lifetime: Lifetime = Lifetime()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreSelection:
    """Which datastores a plan copies: by key or address (globs allowed), by one of some tags, or all.

    `kind` is the kind of the datastores that are meant (`Cluster`); empty where any is.
    """

    keys: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    everything: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Copied:
    """Whether something copies a datastore, and what shows it.

    `place` is where the datastore itself says so, `plan` where something else does. `behind` is how much data is lost
    at most, by the way that `way` tells of.
    """

    outcome: Literal["yes", "no", "unknown"]
    reason: str
    place: Place | None = None
    plan: Place | None = None
    remedy: str = ""
    behind: timedelta | None = None
    way: str = ""
