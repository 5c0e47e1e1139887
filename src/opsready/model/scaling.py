"""What autoscalers scale by, and what resizes instances instead of counting them."""

from __future__ import annotations

from opsready.model.entity import Entity
from opsready.model.source import Place, Value
from opsready.records import dataclass


@dataclass(frozen=True, slots=True)
class ScalingMetric:
    """One thing that an autoscaler scales by.

    `name` is `cpu` or `memory` for a resource of the instances, else the metric's own name or the kind of its source.
    `of_requests` is true where it is compared with what the containers request, so that they must request it;
    `container` then names the only one that counts (empty: all do). `place` is the autoscaler's where it is assumed.
    """

    name: str
    place: Place
    of_requests: bool = False
    container: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class VerticalAutoscaler(Entity):
    """Something that changes what its target's containers request.

    `resizes` is false where it only recommends. `resources` are those that it sets for one container or another.
    """

    target_kind: str
    target_name: str
    resizes: Value[bool]
    resources: frozenset[str]
