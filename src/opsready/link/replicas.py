"""How many replicas of a workload run: the one place that knows everybody who may decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import Known, Unknown
from opsready.model.workload import EffectiveReplicas

if TYPE_CHECKING:
    from opsready.model.workload import Autoscaler, ProgressiveDelivery, Workload


def effective_replicas(
    workload: Workload,
    autoscaler: Autoscaler | None,
    delivery: ProgressiveDelivery | None,
    delegate: Workload | None,
) -> EffectiveReplicas:
    """The least number of replicas that run.

    An autoscaler's minimum overrides what the workload says. `delivery` is a Flagger Canary, which scales the workload
    itself to zero and runs a copy of it; `delegate` is an Argo Rollout that runs the workload's pods in its stead.
    """
    if workload.kind == "per-node":
        return EffectiveReplicas(1, "one runs on every node", workload.place, per_node=True)
    if delegate is not None and autoscaler is None:
        return _declared(delegate, f"`{delegate.address}` runs its pods")
    if autoscaler is not None:
        return _scaled(autoscaler)
    if delivery is not None and isinstance(workload.replicas, Known) and workload.replicas.value == 0:
        reason = f"`{delivery.address}` scales it and does not say to how many replicas"
        return EffectiveReplicas(Unknown(reason, workload.replicas.place), reason, workload.replicas.place)
    return _declared(workload, "")


def _scaled(autoscaler: Autoscaler) -> EffectiveReplicas:
    minimum = autoscaler.minimum
    who = f"`{autoscaler.address}`"
    if isinstance(minimum, Unknown):
        return EffectiveReplicas(minimum, f"the minimum of {who} is unknown", minimum.place or autoscaler.place)
    if isinstance(minimum, Known):
        because = f"{who} scales it down to {minimum.value}"
        return EffectiveReplicas(minimum.value, because, minimum.place)
    least = minimum.default or 0
    return EffectiveReplicas(least, f"{who} sets no minimum, so it scales it down to {least}", autoscaler.place)


def _declared(workload: Workload, prefix: str) -> EffectiveReplicas:
    replicas = workload.replicas
    if isinstance(replicas, Unknown):
        return EffectiveReplicas(replicas, replicas.reason, replicas.place or workload.place)
    if isinstance(replicas, Known):
        origin = f", from {replicas.origin.what}" if replicas.origin else ""
        because = ", and ".join(part for part in (prefix, f"`replicas` is {replicas.value}{origin}") if part)
        return EffectiveReplicas(replicas.value, because, replicas.place, parked=replicas.value == 0)
    if workload.kind == "single":
        return EffectiveReplicas(1, "a bare pod is one instance", workload.place)
    because = ", and ".join(part for part in (prefix, "`replicas` is unset, so Kubernetes runs 1") if part)
    return EffectiveReplicas(1, because, workload.place)
