"""How a new version of a workload is introduced, beyond what the workload's own controller does."""

from __future__ import annotations

from typing import Literal

from opsready.model.entity import Entity
from opsready.model.source import Items, Place, Value
from opsready.records import dataclass

Strategy = Literal["canary", "blue-green", "split"]
Audience = Literal["share", "chosen", "copy", "tests"]
Hold = Literal["pause", "person", "analysis"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a rollout: who meets the new version, and what must happen before the next stage begins.

    `audience`: a `share` of the traffic, requests that are `chosen` by a header or cookie, a `copy` of the traffic, or
    only `tests`, while the new version runs beside the old one. `share` is 0..1 of the traffic, Unset for other
    audiences. `hold` is Unset where the next stage begins as soon as the replicas are there; a `pause` ends by itself,
    or a `person` ends it. `analyses` are the addresses (`AnalysisTemplate/errors`) of what an `analysis` runs, empty
    where the declaration itself holds it.
    """

    audience: Audience
    share: Value[float]
    hold: Value[Hold]
    place: Place
    analyses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Rollout(Entity):
    """What introduces the new versions of its target in stages, or sends a share of the traffic to one.

    The target is the workload, or the network service in front of it. A `split` is a share that somebody sets by hand
    in the routes to `destinations`, which are names of network services, each with its namespace where one is written.
    `at_once` says why there is no stage before everybody meets the new version; Unset where there are `stages`.
    `revision_history` is how many old versions it keeps, None where that is the target's matter. `target_stays` says
    that the target's own pods keep running beside those of the rollout. `hosts` are those whose traffic a split takes a
    share of, where the other share is routed elsewhere.
    """

    strategy: Value[Strategy]
    target_kind: str
    target_name: str
    stages: Items[Stage]
    at_once: Value[str]
    revision_history: Value[int] | None = None
    target_stays: Value[bool] | None = None
    destinations: tuple[tuple[str, str], ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class AnalysisTemplate(Entity):
    """Measurements that decide whether a rollout goes on; of kind `ClusterAnalysisTemplate` for all namespaces."""
