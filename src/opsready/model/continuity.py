"""What a service's people declare about disasters: what it keeps, what may be lost, and where it runs."""

from __future__ import annotations

from datetime import timedelta

from opsready.model.source import Items, Known, Place, Unknown, Unset, Value
from opsready.records import dataclass

_ANY = "a disaster"


@dataclass(frozen=True, slots=True)
class Promise:
    """A length of time as it is written (`4h`, `PT4H`), and how long that is; a month counts as 30 days."""

    text: str
    length: timedelta


@dataclass(frozen=True, slots=True)
class DeclaredBackup:
    """How a datastore is said to be backed up: the time between two backups, how long one is kept, and where else."""

    frequency: Value[Promise]
    retention: Value[Promise]
    point_in_time: Value[bool]
    offsite: Value[str]


@dataclass(frozen=True, slots=True)
class DeclaredDatastore:
    """A datastore that a service names: its address as written, and what is promised for it."""

    ref: str
    rpo: Value[Promise]
    rto: Value[Promise]
    backup: DeclaredBackup | None
    place: Place


@dataclass(frozen=True, slots=True)
class FailurePromise:
    """What is promised for one kind of failure, such as `region`."""

    failure: str
    rpo: Value[Promise]
    rto: Value[Promise]


@dataclass(frozen=True, slots=True)
class DeclaredRegions:
    """Where a service is said to run: names of regions as written.

    `mode` is `active-active`, `active-passive`, `single`, or empty.
    """

    primary: str
    others: tuple[str, ...]
    mode: str
    place: Place

    @property
    def names(self) -> tuple[str, ...]:
        """All regions, each once, the main one first."""
        return tuple(dict.fromkeys(name for name in (self.primary, *self.others) if name))


@dataclass(frozen=True, slots=True)
class Continuity:
    """What is declared of a service's data, its recovery objectives and its regions.

    `rpo` is how much data, in time, a disaster may cost; `rto` how long the service may be down after one.
    """

    stateful: Value[bool] = Unset()
    datastores: Items[DeclaredDatastore] = Items(())
    rpo: Value[Promise] = Unset()
    rto: Value[Promise] = Unset()
    by_failure: tuple[FailurePromise, ...] = ()
    regions: DeclaredRegions | None = None

    @property
    def data_promises(self) -> tuple[tuple[str, Value[Promise]], ...]:
        """Every `rpo`, the general one first, with what it is about in words."""
        return (
            (_ANY, self.rpo),
            *((f"a loss of `{store.ref}`", store.rpo) for store in self.datastores.items),
            *((f"a failure of `{promise.failure}`", promise.rpo) for promise in self.by_failure),
        )

    @property
    def recovery_promises(self) -> tuple[tuple[str, Value[Promise]], ...]:
        """Every `rto`, the general one first, with what it is about in words."""
        return (
            (_ANY, self.rto),
            *((f"a loss of `{store.ref}`", store.rto) for store in self.datastores.items),
            *((f"a failure of `{promise.failure}`", promise.rto) for promise in self.by_failure),
        )


NOTHING_DECLARED = Continuity()


def readable(promises: tuple[tuple[str, Value[Promise]], ...]) -> list[tuple[str, Known[Promise]]]:
    """Those promises of a service that can be compared, with what each is about."""
    return [(what, value) for what, value in promises if isinstance(value, Known)]


def unreadable(promises: tuple[tuple[str, Value[Promise]], ...]) -> Unknown | None:
    """A promise about one datastore or failure that cannot be read; the general one is the first of all."""
    return next((value for _, value in promises[1:] if isinstance(value, Unknown)), None)
