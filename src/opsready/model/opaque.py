"""What could not be opened, and the workloads that are known to be inside."""

from __future__ import annotations

from opsready.model.entity import Entity
from opsready.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Stub(Entity):
    """A stand-in for something inside an input that cannot be read here.

    `input` names the input in the user's words ("chart `helm/shop`"), `opens_with` what would open it. `could_hold` are
    the types of subject that may be inside. `workload_name` is set where the stub stands for a workload,
    `switched_off` where its chart leaves that workload out unless somebody asks for it. `images` are those of the
    workload where the author of the input publishes none of them; `configured` where it mounts files of the input.
    """

    input: str
    opens_with: str
    could_hold: frozenset[str]
    workload_name: str = ""
    third_party: bool = False
    switched_off: bool = False
    images: tuple[str, ...] = ()
    configured: bool = False
