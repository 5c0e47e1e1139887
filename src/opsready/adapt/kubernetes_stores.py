"""What a StatefulSet with volume claims keeps, as a datastore: its volumes are entities of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.datastore import Copies, Datastore, Trait
from opsready.model.source import Known, Unknown, Unset

if TYPE_CHECKING:
    from opsready.adapt.attributes import Node
    from opsready.model.workload import Workload

_KEEP = "set `persistentVolumeClaimRetentionPolicy.whenDeleted` to `Retain`"


def store_of(workload: Workload, spec: Node) -> Datastore:
    """A StatefulSet as a datastore: how it is copied is its volumes' to say."""
    identity = workload.identity
    return Datastore(
        identity,
        engine=_engine(workload),
        copies=Copies(Trait(Unset()), Trait(Unset()), Trait(Unset()), Trait(Unset())),
        zones=Trait(Unset()),
        deletion=_deletion(spec),
        copy_of=Trait(Unset()),
        kept_on="volumes",
        keys=(identity.written_name,),
        workload=workload,
    )


def _engine(workload: Workload) -> str:
    """What its first container runs: the last part of the image's name."""
    first = next((item for item in workload.containers.items if item.role == "main"), None)
    image = first.image.value if first is not None and isinstance(first.image, Known) else ""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _deletion(spec: Node) -> Trait[bool]:
    """Whether claims outlive the set; they do unless it says otherwise.

    https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
    """
    policy = spec.node("persistentVolumeClaimRetentionPolicy").final_text("whenDeleted")
    if isinstance(policy, Unknown):
        return Trait(policy)
    if isinstance(policy, Known) and policy.value == "Delete":
        says = "`persistentVolumeClaimRetentionPolicy.whenDeleted` is `Delete`"
        return Trait(Known(value=False, place=policy.place), says, _KEEP)
    return Trait(Unset(default=True), "its volume claims stay when it is deleted")
