"""Which plans copy which datastores, what a restore would cost, and whose they are."""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from opsready.link.scopes import ByName, same_namespace
from opsready.link.store_owners import StoreOwners, names_of
from opsready.link.volumes import words
from opsready.model.continuity import NOTHING_DECLARED
from opsready.model.datastore import Copied, Trait
from opsready.model.period import in_words
from opsready.model.recovery import Volume
from opsready.model.schedule import longest_gap
from opsready.model.source import Known, Unknown, Unset, known
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import timedelta

    from opsready.link.backups import Backups
    from opsready.link.store_owners import Users
    from opsready.model.continuity import Promise
    from opsready.model.datastore import Bucket, Copies, CopyStore, Datastore
    from opsready.model.opaque import Stub
    from opsready.model.recovery import BackupPlan, Coverage
    from opsready.model.service import Service
    from opsready.model.source import Value
    from opsready.model.standard import Standard

_GLOBS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Copying:
    """What may copy datastores: plans, where their copies go, what could not be opened, and what copies volumes."""

    plans: Iterable[BackupPlan]
    targets: Iterable[CopyStore]
    stubs: Iterable[Stub]
    volumes: Iterable[Volume]
    of_volumes: Callable[[], Backups]


class Datastores:
    """Datastores with what copies them and whose they are; every join is an index."""

    def __init__(self, stores: Sequence[Datastore], buckets: Sequence[Bucket], copying: Copying, users: Users) -> None:
        """Index plans by the names that they select, and datastores by the services that own them."""
        self._copying = copying
        self._targets: ByName[CopyStore] = ByName(copying.targets)
        self._plans: dict[str, list[BackupPlan]] = defaultdict(list)
        self._wide: list[BackupPlan] = []
        for plan in copying.plans:
            self._index_plan(plan)
        # What holds workloads is a cluster's, and copies nothing of a platform.
        self._stubs = [s for s in copying.stubs if "BackupPlan" in s.could_hold and "Workload" not in s.could_hold]
        self._volumes: dict[tuple[str, str], list[Volume]] = defaultdict(list)
        for volume in copying.volumes:
            if volume.template_of:
                self._volumes[volume.identity.unit, volume.template_of].append(volume)
        owners = StoreOwners(stores, users)
        items: tuple[Datastore | Bucket, ...] = (*stores, *buckets)
        self._owners = {id(item): owners.of(item) for item in items}
        self._of_service: dict[str, list[Datastore]] = defaultdict(list)
        for store in stores:
            for service in self._owners[id(store)]:
                self._of_service[service.name].append(store)

    def _index_plan(self, plan: BackupPlan) -> None:
        chosen = plan.stores.value if isinstance(plan.stores, Known) else None
        by_pattern = chosen is not None and any(_GLOBS.intersection(key) for key in chosen.keys)
        if chosen is None or chosen.tags or chosen.everything or by_pattern:
            self._wide.extend([] if isinstance(plan.stores, Unset) else [plan])
        else:
            for key in chosen.keys:
                self._plans[key].append(plan)

    def services_of(self, item: Datastore | Bucket, /) -> tuple[Service, ...]:
        """The services that own a datastore or bucket, by name."""
        return self._owners.get(id(item), ())

    def of(self, service: Service, /) -> tuple[Datastore, ...]:
        """The datastores of a service whose data would be missed, and is its own as far as can be told."""
        found = self._of_service.get(service.name, ())
        return tuple(store for store in found if not isinstance(store.copy_of.value, Known) and not store.cache)

    def promise(self, store: Datastore, /) -> Value[Promise]:
        """The shortest time of data that may be lost, among the promises of a datastore's services."""
        found = [_promised(service, store) for service in self.services_of(store)]
        readable = [value for value in found if isinstance(value, Known)]
        if readable:
            return min(readable, key=lambda value: value.value.length)
        return next((value for value in found if isinstance(value, Unknown)), Unset())

    def copies(self, store: Datastore, /) -> Copies:
        """How a datastore's platform copies it, what is said of the place of its copies included."""
        if not store.copies_to:
            return store.copies
        target = next(iter(self._targets.nearest(store.identity, "ObjectStore", store.copies_to)), None)
        if target is not None:
            return replace(store.copies, retention=target.retention, detached=target.detached)
        missing = f"`{store.copies_to}`, to which it is copied, is not declared here"
        return replace(store.copies, retention=Trait(Unknown(missing)), detached=Trait(Unknown(missing)))

    def plans_of(self, store: Datastore, /) -> tuple[tuple[BackupPlan, str], ...]:
        """The plans that copy a datastore, each with why that cannot be told (empty: it can)."""
        names = (store.address, *store.keys)
        found = {id(plan): plan for name in names for plan in self._plans.get(name, ())}
        found.update({id(plan): plan for plan in self._wide})
        reaches = ((plan, _reach(plan, store)) for plan in found.values())
        return tuple((plan, doubt) for plan, doubt in reaches if doubt is not None)

    def copied(self, store: Datastore, within: timedelta, standard: Standard, /) -> Copied:
        """Whether something copies a datastore again and again, at most so far apart."""
        interval = self.copies(store).interval
        gap, where = interval.effective, interval.place_in(store)
        if gap is not None and gap <= within:
            return Copied("yes", interval.says, where)
        says = interval.says if gap is None else f"{interval.says}, {_every(gap)}"
        unclear, lacks = interval.reason, Copied("no", says, where, remedy=interval.remedy)
        for plan, doubt in self.plans_of(store):
            found = _copied_by(plan, doubt, within)
            if found.outcome == "yes":
                return found
            unclear = unclear or (found.reason if found.outcome == "unknown" else "")
            lacks = found if found.outcome == "no" else lacks
        around = self._coverage(store, standard)
        if around is not None and around.outcome == "covered":
            return _covered(around)
        if around is not None and around.outcome == "unknown":
            unclear = unclear or around.reason
        unclear = unclear or self._unopened(store, standard)
        return Copied("unknown", unclear, where) if unclear else lacks

    def loses(self, store: Datastore, standard: Standard, /) -> Copied:
        """How much data the loss of a datastore would cost at most: `behind`, None where nothing copies it."""
        if store.kept_on == "volumes":
            return self._loses_volumes(store, standard)
        copies = self.copies(store)
        unclear = next((trait.reason for trait in (copies.interval, copies.behind) if trait.reason), "")
        ways: list[tuple[timedelta, str]] = []
        gap, behind = copies.interval.effective, copies.behind.effective
        if gap is not None:
            ways.append((gap, f"{copies.interval.says}, {_every(gap)}"))
        for plan, doubt in self.plans_of(store):
            every, unsure = _gap(plan), doubt or _doubt(plan)
            unclear = unclear or unsure
            if not unsure and not _paused(plan) and every is not None:
                ways.append((every, f"`{plan.address}` copies it {_every(every)}"))
        around = self._coverage(store, standard)
        every = _gap(around.plan) if around is not None and around.plan is not None else None
        if around is not None and every is not None:
            ways.append((every, around.reason))
        elif around is not None and around.outcome in {"covered", "unknown"}:
            unclear = unclear or around.reason
        if behind is not None and ways:
            ways.append((behind, f"{copies.behind.says} {_every(behind)}"))
        return _least(ways, unclear or ("" if ways else self._unopened(store, standard)))

    def _loses_volumes(self, store: Datastore, standard: Standard) -> Copied:
        """What the worst of a datastore's volumes would cost."""
        worst = Copied("no", "it has no volumes")
        for volume in self._volumes.get((store.identity.unit, store.address), ()):
            coverage = self._copying.of_volumes().coverage(volume, standard)
            if coverage.outcome == "uncovered":
                return Copied("no", f"nothing copies the volume `{volume.name}`: {coverage.reason}")
            found = _covered(coverage)
            if found.behind is None:
                return replace(found, outcome="unknown")
            if worst.behind is None or found.behind > worst.behind:
                worst = found
        return worst

    def kept(self, store: Datastore, wanted: timedelta, /) -> Trait[timedelta]:
        """How long copies of a datastore are kept: by itself, else by a plan that keeps them as long as is wanted."""
        own = self.copies(store).retention
        length = own.effective
        if length is not None and length >= wanted:
            return own
        unclear = None
        for plan, doubt in self.plans_of(store):
            kept = known(plan.retention)
            if not doubt and kept is not None and kept >= wanted:
                return Trait(Known(kept, plan.place), f"`{plan.address}` keeps copies of it")
            if doubt or isinstance(plan.retention, Unknown):
                unclear = Unknown(doubt or f"how long `{plan.address}` keeps copies cannot be read", plan.place)
        return Trait(unclear) if unclear is not None and not own.reason else own

    def kept_apart(self, store: Datastore, /) -> Trait[bool]:
        """Whether a copy outlives a datastore: one of its own, else one that a plan keeps elsewhere."""
        own = self.copies(store).detached
        if own.effective:
            return own
        unclear = None
        for plan, doubt in self.plans_of(store):
            if not doubt and not plan.by_store and not _paused(plan):
                return Trait(Known(value=True, place=plan.place), f"`{plan.address}` keeps copies of it apart")
            unclear = Unknown(doubt, plan.place) if doubt else unclear
        return Trait(unclear, remedy=own.remedy) if unclear is not None and not own.reason else own

    def _coverage(self, store: Datastore, standard: Standard) -> Coverage | None:
        """What copies the volumes that an operator makes for a datastore; None where it has none in a cluster."""
        if store.kept_on != "cluster":
            return None
        return self._copying.of_volumes().coverage(Volume(store.identity, store.name), standard)

    def _unopened(self, store: Datastore, standard: Standard) -> str:
        """What may copy a platform's datastore, by its name, and could not be opened."""
        for stub in self._stubs if store.kept_on == "platform" else ():
            if not stub.third_party and (words(stub.name) | words(stub.input)) & standard.backup_words:
                return f"{stub.input}, which may copy it, could not be opened"
        return ""


def _promised(service: Service, store: Datastore) -> Value[Promise]:
    """What a service promises for a datastore: what it says of that one, else what it says of all."""
    declared = service.continuity or NOTHING_DECLARED
    names = names_of(store)
    own = (item.rpo for item in declared.datastores.items if item.ref.lower() in names)
    return next((value for value in own if not isinstance(value, Unset)), declared.rpo)


def _reach(plan: BackupPlan, store: Datastore) -> str | None:
    """Why it cannot be told that a plan copies a datastore, empty where it does, None where it does not."""
    mine, other = store.identity, plan.identity
    if other.environment not in {"", mine.environment} and not (mine.production and other.production):
        return None
    if not isinstance(plan.stores, Known):
        return plan.stores.reason if isinstance(plan.stores, Unknown) else None
    chosen = plan.stores.value
    if (chosen.kind and chosen.kind != mine.kind) or not same_namespace(mine, other):
        return None
    names = (store.address, *store.keys)
    if chosen.everything or any(fnmatchcase(name, key) for key in chosen.keys for name in names):
        return ""
    return "" if any(pair in mine.labels for pair in chosen.tags) else None


def _covered(coverage: Coverage) -> Copied:
    """What copies volumes, as what copies the datastore on them."""
    plan = coverage.plan
    return Copied(
        "yes" if coverage.outcome == "covered" else "unknown",
        coverage.reason,
        plan=next(iter(coverage.places), None),
        behind=_gap(plan) if plan is not None else None,
        way=coverage.reason,
    )


def _least(ways: Iterable[tuple[timedelta, str]], unclear: str) -> Copied:
    """The way that loses least; `unclear` is why there may be a better one."""
    best = min(ways, key=lambda found: found[0], default=None)
    behind, way = best if best is not None else (None, "nothing copies it")
    if unclear:
        return Copied("unknown", unclear, behind=behind, way=way)
    return Copied("no" if behind is None else "yes", way, behind=behind, way=way)


def _copied_by(plan: BackupPlan, doubt: str, within: timedelta) -> Copied:
    """Whether a plan copies a datastore often enough; `doubt` is why it may not copy it at all."""
    every, unsure = _gap(plan), doubt or _doubt(plan)
    if unsure:
        return Copied("unknown", unsure, plan=plan.place)
    if _paused(plan):
        return Copied("no", f"`{plan.address}` is paused", plan=plan.place, remedy="resume it")
    if every is None:
        return Copied("no", f"`{plan.address}` copies it once", plan=plan.place, remedy="give it a schedule")
    if every <= within:
        return Copied("yes", f"`{plan.address}` copies it {_every(every)}", plan=plan.place)
    says = f"`{plan.address}` leaves up to {in_words(every)} between two copies"
    return Copied("no", says, plan=plan.place, remedy=f"run it {_every(within)} or more often")


def _every(length: timedelta) -> str:
    """`every day`, `every 6 hours`."""
    words = in_words(length)
    return f"every {words if ' and ' in words else words.removeprefix('1 ')}"


def _gap(plan: BackupPlan) -> timedelta | None:
    return longest_gap(plan.schedule.value) if isinstance(plan.schedule, Known) else None


def _doubt(plan: BackupPlan) -> str:
    """Why it cannot be told how often a plan runs; empty where it can."""
    if isinstance(plan.schedule, Unknown):
        return plan.schedule.reason
    if isinstance(plan.schedule, Known) and _gap(plan) is None:
        return f"the schedule `{plan.schedule.value[:40]}` of `{plan.address}` is none that is known here"
    return f"whether `{plan.address}` is paused cannot be read" if isinstance(plan.paused, Unknown) else ""


def _paused(plan: BackupPlan) -> bool:
    return isinstance(plan.paused, Known) and plan.paused.value
