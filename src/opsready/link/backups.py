"""Which volumes are copied, and by what."""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING

from opsready.link.scopes import same_namespace
from opsready.link.volumes import image_of, words
from opsready.model.recovery import Coverage
from opsready.model.source import Known, Unknown, Unset
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.link.volumes import Volumes
    from opsready.model.entity import Identity
    from opsready.model.opaque import Stub
    from opsready.model.recovery import BackupPlan, Volume
    from opsready.model.standard import Standard
    from opsready.model.workload import Workload

_MOST_PLANS_SHOWN = 2
_MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whether one plan copies one volume, and why not; `selected` is None where it cannot be told."""

    selected: bool | None
    reason: str


class Backups:
    """Volumes and what copies them; every join is an index."""

    def __init__(
        self, volumes: Volumes, plans: Iterable[BackupPlan], workloads: Iterable[Workload], stubs: Iterable[Stub]
    ) -> None:
        """Sort plans for volumes by how narrow they are, and keep what may copy data without being a plan."""
        self._volumes = volumes
        self._jobs = [workload for workload in workloads if workload.kind == "scheduled"]
        self._stubs = list(stubs)
        self._copiers: _Copiers | None = None
        self._index_plans(plan for plan in plans if isinstance(plan.stores, Unset))

    def _index_plans(self, plans: Iterable[BackupPlan]) -> None:
        self._by_claim: dict[str, list[BackupPlan]] = defaultdict(list)
        self._by_namespace: dict[str, list[BackupPlan]] = defaultdict(list)
        self._wide: list[BackupPlan] = []
        for plan in plans:
            selection = plan.selection.value if isinstance(plan.selection, Known) else None
            own = plan.identity.deploy_namespace
            if selection is None:
                self._wide.append(plan)
            elif selection.claims:
                for claim in selection.claims:
                    for name in {claim, _stem(claim)}:
                        self._by_claim[name].append(plan)
            elif selection.own_namespace and own:
                self._by_namespace[own].append(plan)
            elif selection.own_namespace or not selection.namespaces or any(map(_is_glob, selection.namespaces)):
                self._wide.append(plan)
            else:
                for namespace in selection.namespaces:
                    self._by_namespace[namespace].append(plan)
        narrow = (
            plan for found in (self._by_claim, self._by_namespace) for listed in found.values() for plan in listed
        )
        self._plans_in: dict[str, list[BackupPlan]] = defaultdict(list)
        self._all_plans = tuple({id(plan): plan for plan in (*self._wide, *narrow)}.values())
        for plan in self._all_plans:
            self._plans_in[plan.identity.unit].append(plan)

    def coverage(self, volume: Volume, standard: Standard, /) -> Coverage:
        """Whether something copies a volume: a plan, else what is named for it, else what may."""
        reaches = [(plan, self._reach(plan, volume)) for plan in self._candidates(volume)]
        for plan, reach in reaches:
            if reach.selected and _is_off(plan.paused):
                copies = f"`{plan.address}` copies `{volume.name}`{_rhythm(plan)}"
                return Coverage("covered", copies, (plan.place,), plan)
        helper = self._named_for(volume, standard)
        if helper is not None:
            return helper
        for plan, reach in reaches:
            if reach.selected and isinstance(plan.paused, Unknown):
                return Coverage("unknown", f"whether `{plan.address}` is paused cannot be read", (plan.place,))
            if reach.selected is None:
                return Coverage("unknown", reach.reason, (plan.place,))
        elsewhere = self._elsewhere(volume, standard)
        if elsewhere:
            return Coverage("unknown", elsewhere)
        paused = next((plan for plan, reach in reaches if reach.selected), None)
        if paused is not None:
            return Coverage("uncovered", f"`{paused.address}` is paused", (paused.place,))
        refusal = next(iter(volume.refusals), None)
        if refusal is not None:
            return Coverage("uncovered", f"{refusal[1]} keeps {refusal[0]} away from it")
        if not self._all_plans:
            return Coverage("no-system", "nothing in this repository copies volumes")
        return Coverage("uncovered", self._left_out(volume))

    def _candidates(self, volume: Volume) -> Iterator[BackupPlan]:
        """The plans that may select a volume, the narrowest first."""
        seen = set()
        namespace = volume.identity.deploy_namespace
        of_namespace = self._by_namespace.get(namespace, ()) if namespace else self._of_some_namespace(volume)
        for plan in (
            *self._by_claim.get(volume.identity.name, ()),
            *self._by_claim.get(volume.identity.written_name, ()),
            *of_namespace,
            *self._wide,
        ):
            if id(plan) not in seen:
                seen.add(id(plan))
                yield plan

    def _of_some_namespace(self, volume: Volume) -> Iterator[BackupPlan]:
        """For a volume whose namespace is not written: the plans beside it, and any that takes single namespaces."""
        yield from self._plans_in.get(volume.identity.unit, ())
        yield from (plans[0] for plans in islice(self._by_namespace.values(), 1))

    def _reach(self, plan: BackupPlan, volume: Volume) -> _Reach:
        """Whether a plan selects a volume: by environment, namespace, claim, labels, and by how it copies."""
        mine, other = volume.identity, plan.identity
        selection = plan.selection
        both_production = mine.production and other.production
        if other.environment not in {"", mine.environment} and not both_production:
            return _Reach(selected=False, reason=f"`{plan.address}` is in `{other.environment}` only")
        if isinstance(selection, Unknown):
            return _Reach(None, selection.reason)
        if isinstance(selection, Unset):
            return _Reach(selected=False, reason=f"`{plan.address}` selects nothing")
        wanted = selection.value
        refusal = next((what for system, what in volume.refusals if system == plan.system), "")
        if refusal:
            return _Reach(selected=False, reason=f"{refusal} keeps {plan.system} away from it")
        if wanted.claims and not any(volume.is_claim(claim) for claim in wanted.claims):
            return _Reach(selected=False, reason=f"`{plan.address}` takes another claim")
        if wanted.own_namespace and not same_namespace(mine, other):
            return _Reach(selected=False, reason=f"`{plan.address}` takes its own namespace")
        if wanted.own_namespace and not wanted.claims and mine.unit != other.unit and not _both_written(mine, other):
            return _Reach(None, f"whether `{plan.address}` is in the namespace of `{volume.name}` is not written")
        inside = _in_namespaces(wanted.namespaces, wanted.excluded_namespaces, mine.deploy_namespace)
        if inside is None:
            return _Reach(
                None, f"the namespace of `{volume.name}` is not written, and `{plan.address}` takes some only"
            )
        if not inside:
            return _Reach(selected=False, reason=f"`{plan.address}` takes other namespaces")
        if wanted.selectors and not any(
            selector.matches(labels) for selector in wanted.selectors for labels in self._labels(volume)
        ):
            return self._unselected(plan, volume)
        return self._by_files(plan, volume, wanted.how)

    def _labels(self, volume: Volume) -> Iterator[dict[str, str]]:
        """The labels by which a volume comes into a backup: its own, and those of the pods that mount it."""
        yield dict(volume.identity.labels)
        for mount in self._volumes.mounts(volume):
            yield mount.workload.selected_labels

    def _unselected(self, plan: BackupPlan, volume: Volume) -> _Reach:
        hidden = next(
            (mount.workload.hidden_labels for mount in self._volumes.mounts(volume) if mount.workload.hidden_labels), ""
        )
        if hidden:
            return _Reach(None, f"whether `{plan.address}` selects `{volume.name}` cannot be told: {hidden}")
        return _Reach(selected=False, reason=f"`{plan.address}` selects by labels that `{volume.name}` has not")

    def _by_files(self, plan: BackupPlan, volume: Volume, how: str) -> _Reach:
        """Whether a plan that copies files comes to a volume: only through a pod that mounts it."""
        if how == "snapshot":
            return _Reach(selected=True, reason="")
        mounts = self._volumes.mounts(volume)
        if not mounts:
            return _Reach(
                None, f"`{plan.address}` copies files of running pods, and no workload here mounts `{volume.name}`"
            )
        said = {mount.claim.file_copies for mount in mounts}
        if "asked" in said or (how == "files" and "" in said):
            return _Reach(selected=True, reason="")
        what = "its pods exclude it" if how == "files" else "its pods do not ask for it"
        return _Reach(selected=False, reason=f"`{plan.address}` copies files without snapshots, and {what}")

    def _named_for(self, volume: Volume, standard: Standard) -> Coverage | None:
        """A container beside the data that copies it by its name, or a job that is named for it."""
        names = [volume.identity.written_name]
        for workload in self._volumes.mounted_by(volume):
            names.append(workload.identity.written_name)
            for container in workload.containers.items:
                own = words(container.name) | words(image_of(container))
                if container.role != "init" and own & standard.backup_words:
                    return Coverage("covered", f"container `{container.address}` copies it", (container.place,))
        job = self._known_copiers(standard).job_for(volume, names)
        return Coverage("covered", f"`{job.address}` is named for it", (job.place,)) if job is not None else None

    def _elsewhere(self, volume: Volume, standard: Standard) -> str:
        """What may copy a volume and cannot be read: an unopened input, or a job that copies something."""
        copiers, unit = self._known_copiers(standard), volume.identity.unit
        stub = copiers.stub_beside.get(unit) or copiers.stub
        if stub is not None:
            return f"{stub.input}, which may copy it, could not be opened"
        job = copiers.job_beside.get(unit)
        if job is not None:
            return f"`{job.address}` copies something, and whether that is `{volume.name}` is not written"
        return ""

    def _known_copiers(self, standard: Standard) -> _Copiers:
        if self._copiers is None:
            self._copiers = _Copiers(self._jobs, self._stubs, standard)
        return self._copiers

    def _left_out(self, volume: Volume) -> str:
        """Why the plans that are here leave a volume out."""
        candidates = tuple(self._candidates(volume)) or self._all_plans
        shown = [self._reach(plan, volume).reason for plan in candidates[:_MOST_PLANS_SHOWN]]
        more = len(candidates) - len(shown)
        return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


class _Copiers:
    """What copies data by its name alone: jobs by the names in theirs, and inputs that could not be opened."""

    def __init__(self, jobs: Iterable[Workload], stubs: Iterable[Stub], standard: Standard) -> None:
        """Index the jobs and stubs whose names have one of the standard's words."""
        self._by_name: dict[str, list[Workload]] = defaultdict(list)
        self.job_beside: dict[str, Workload] = {}
        self.stub_beside: dict[str, Stub] = {}
        self.stub: Stub | None = None
        for job in jobs:
            if _is_backup(job, standard):
                self.job_beside.setdefault(job.identity.unit, job)
                for name in _runs_of_words(job.identity.written_name):
                    self._by_name[name].append(job)
        for stub in stubs:
            if "BackupPlan" in stub.could_hold and not stub.third_party:
                self.stub_beside.setdefault(stub.identity.unit, stub)
            if self.stub is None and words(stub.name) & standard.backup_words:
                self.stub = stub

    def job_for(self, volume: Volume, names: Iterable[str]) -> Workload | None:
        """The job in whose name one of these names stands: `orders-db-backup` is for `orders-db`."""
        for name in names:
            for job in self._by_name.get(name, ()):
                if same_namespace(job.identity, volume.identity):
                    return job
        return None


def _is_off(value: object) -> bool:
    """Whether a switch is certain to be off: by a written word, or because nobody wrote one."""
    return isinstance(value, Unset) or (isinstance(value, Known) and not value.value)


def _in_namespaces(included: tuple[str, ...], excluded: tuple[str, ...], namespace: str | None) -> bool | None:
    """Whether a namespace is among those selected; None where it is not written and the answer depends on it."""
    if namespace is None:
        return None if included or excluded else True
    if any(fnmatchcase(namespace, pattern) for pattern in excluded):
        return False
    return not included or any(fnmatchcase(namespace, pattern) for pattern in included)


def _both_written(one: Identity, other: Identity) -> bool:
    return one.deploy_namespace is not None and other.deploy_namespace is not None


def _is_glob(text: str) -> bool:
    return any(mark in text for mark in "*?[")


def _stem(claim: str) -> str:
    """The name under which a claim is looked up: that of an instance's claim without its number."""
    stem, _, ordinal = claim.rpartition("-")
    return stem if stem and ordinal.isdecimal() else claim


def _is_backup(job: Workload, standard: Standard) -> bool:
    names = (job.name, *(name for c in job.containers.items for name in (c.name, image_of(c))))
    return any(words(name) & standard.backup_words for name in names)


def _runs_of_words(name: str) -> Iterator[str]:
    """Every run of whole words in a name, itself included: `a-b-c` has `a`, `a-b`, `a-b-c`, `b`, `b-c`, `c`."""
    parts = name.split("-")[:_MOST_WORDS]
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            yield "-".join(parts[start:end])


def _rhythm(plan: BackupPlan) -> str:
    if isinstance(plan.schedule, Known):
        return f" on the schedule `{plan.schedule.value}`"
    return "" if isinstance(plan.schedule, Unknown) else " once"
