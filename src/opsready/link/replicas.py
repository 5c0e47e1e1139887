"""How many replicas of a workload run: the one place that knows everybody who may decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import Known, Unknown
from opsready.model.workload import Autoscaler, EffectiveReplicas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.link.scopes import ByName
    from opsready.model.entity import Entity
    from opsready.model.workload import ProgressiveDelivery, Workload

# The kinds whose number of replicas can be set from outside.
_SCALED = frozenset({"service", "ordered"})


class Replicas:
    """Workloads with whoever decides their replicas."""

    def __init__(
        self,
        autoscalers: Iterable[Autoscaler],
        deliveries: Iterable[ProgressiveDelivery],
        workloads: Iterable[Workload],
        objects: ByName[Entity],
    ) -> None:
        """Link what decides with its targets, which are looked up among `objects`."""
        self._autoscaler_of: dict[int, Autoscaler] = {}
        self._unreadable_autoscaler_in: dict[str, str] = {}
        for autoscaler in autoscalers:
            if autoscaler.target_hidden:
                reason = f"what `{autoscaler.address}` scales is unknown: {autoscaler.target_hidden}"
                self._unreadable_autoscaler_in.setdefault(autoscaler.identity.unit, reason)
            for target in objects.nearest(autoscaler.identity, autoscaler.target_kind, autoscaler.target_name):
                self._autoscaler_of.setdefault(id(target), autoscaler)
        self._of: dict[int, EffectiveReplicas] = {}
        self._delivery_of: dict[int, ProgressiveDelivery] = {}
        for delivery in deliveries:
            scalers = objects.nearest(delivery.identity, delivery.autoscaler_kind, delivery.autoscaler_name)
            scaler = next((found for found in scalers if isinstance(found, Autoscaler)), None)
            for target in objects.nearest(delivery.identity, delivery.target_kind, delivery.target_name):
                self._delivery_of[id(target)] = delivery
                if scaler is not None:
                    self._autoscaler_of.setdefault(id(target), scaler)
        self._delegate_of: dict[int, Workload] = {}
        for workload in workloads:
            if workload.delegates_to:
                for target in objects.nearest(workload.identity, "Deployment", workload.delegates_to):
                    self._delegate_of[id(target)] = workload

    def of(self, workload: Workload) -> EffectiveReplicas:
        """How many replicas of a workload run at least: half of all rules ask that."""
        found = self._of.get(id(workload))
        if found is None:
            found = self._of[id(workload)] = self._worked_out(workload)
        return found

    def _worked_out(self, workload: Workload) -> EffectiveReplicas:
        key = id(workload)
        autoscaler = self.autoscaler_of(workload)
        hidden = self.unreadable_autoscaler_in(workload.identity.unit) if autoscaler is None else ""
        return effective_replicas(workload, autoscaler, self._delivery_of.get(key), self._delegate_of.get(key), hidden)

    def autoscaler_of(self, workload: Workload) -> Autoscaler | None:
        """The autoscaler that sets a workload's replicas, or those of what runs its pods in its stead."""
        found = self._autoscaler_of.get(id(workload))
        delegate = self._delegate_of.get(id(workload))
        return self._autoscaler_of.get(id(delegate)) if found is None and delegate is not None else found

    def unreadable_autoscaler_in(self, unit: str) -> str:
        """Why it cannot be read what some autoscaler of a unit scales; empty where it can."""
        return self._unreadable_autoscaler_in.get(unit, "")


def effective_replicas(
    workload: Workload,
    autoscaler: Autoscaler | None,
    delivery: ProgressiveDelivery | None,
    delegate: Workload | None,
    hidden: str = "",
) -> EffectiveReplicas:
    """The least number of replicas that run.

    An autoscaler's minimum overrides what the workload says. `delivery` is a Flagger Canary, which scales the workload
    itself to zero and runs a copy of it; `delegate` is an Argo Rollout that runs the workload's pods in its stead.
    `hidden` says why an autoscaler may decide that is not known to (empty: none may).
    """
    if workload.kind == "per-node":
        return EffectiveReplicas(1, "one runs on every node", workload.place, per_node=True)
    if delegate is not None and autoscaler is None and not hidden:
        return _declared(delegate, f"`{delegate.address}` runs its pods")
    if autoscaler is not None:
        return _scaled(autoscaler)
    if hidden and workload.kind in _SCALED:
        return EffectiveReplicas(Unknown(hidden), hidden, workload.place, perhaps_parked=True)
    if delivery is not None and isinstance(workload.replicas, Known) and workload.replicas.value == 0:
        reason = f"`{delivery.address}` scales it and does not say to how many replicas"
        return EffectiveReplicas(Unknown(reason, workload.replicas.place), reason, workload.replicas.place)
    return _declared(workload, "")


def _scaled(autoscaler: Autoscaler) -> EffectiveReplicas:
    minimum = autoscaler.minimum
    who = f"`{autoscaler.address}`"
    held = autoscaler.paused_at
    if held is not None:
        return EffectiveReplicas(held, f"{who} is paused at {held}", autoscaler.place, parked=held == 0)
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
        return EffectiveReplicas(replicas, replicas.reason, replicas.place or workload.place, perhaps_parked=True)
    if isinstance(replicas, Known):
        origin = f", from {replicas.origin.what}" if replicas.origin else ""
        because = ", and ".join(part for part in (prefix, f"`replicas` is {replicas.value}{origin}") if part)
        return EffectiveReplicas(replicas.value, because, replicas.place, parked=replicas.value == 0)
    if workload.kind == "single":
        return EffectiveReplicas(1, "a bare pod is one instance", workload.place)
    because = ", and ".join(part for part in (prefix, "`replicas` is unset, so Kubernetes runs 1") if part)
    return EffectiveReplicas(1, because, workload.place)
