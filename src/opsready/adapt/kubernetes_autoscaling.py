"""Autoscalers: the bounds within which they scale, what they scale by, and what keeps them from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.scaling import ScalingMetric, VerticalAutoscaler
from opsready.model.source import Items, Known, Unknown, Unset
from opsready.model.workload import Autoscaler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Identity
    from opsready.model.source import Place, Value

# KEDA's defaults: https://keda.sh/docs/latest/reference/scaledobject-spec/
_KEDA_MINIMUM = 0
_KEDA_MAXIMUM = 100
# https://keda.sh/docs/latest/concepts/scaling-deployments/#pausing-autoscaling
_PAUSED = "autoscaling.keda.sh/paused"
_PAUSED_AT = "autoscaling.keda.sh/paused-replicas"
_TAKES_OVER = "scaledobject.keda.sh/transfer-hpa-ownership"
# kubectl keeps what autoscaling/v1 has no field for in an annotation.
_METRICS_OF_V1 = "autoscaling.alpha.kubernetes.io/metrics"
_RESOURCES = ("cpu", "memory")


def autoscaler(kind: str, identity: Identity, root: Node, target: Node) -> Autoscaler | VerticalAutoscaler:
    """The entity of a HorizontalPodAutoscaler, a ScaledObject or a VerticalPodAutoscaler."""
    match kind:
        case "HorizontalPodAutoscaler":
            return _horizontal(identity, root, target)
        case "ScaledObject":
            return _scaled_object(identity, root, target)
        case _:
            return _vertical(identity, root.node("spec"), target)


def _horizontal(identity: Identity, root: Node, target: Node) -> Autoscaler:
    spec = root.node("spec")
    return Autoscaler(
        identity,
        target.plain_text("kind"),
        target.plain_text("name"),
        spec.integer("minReplicas", 1),
        spec.integer("maxReplicas"),
        metrics=_metrics(identity, root),
        stopped=tuple(_disabled(spec.node("behavior"))),
        target_hidden=_hidden(target),
    )


def _hidden(target: Node) -> str:
    """Why the name of a target cannot be read."""
    found = [value for value in (target.text("name"), target.text("kind")) if isinstance(value, Unknown)]
    return found[0].reason if found else ""


def _metrics(identity: Identity, root: Node) -> Items[ScalingMetric]:
    """What a HorizontalPodAutoscaler scales by; without a word, by 80 % of the CPU that is requested.

    https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
    """
    spec = root.node("spec")
    assumed = (ScalingMetric("cpu", identity.place, of_requests=True),)
    share = spec.raw("targetCPUUtilizationPercentage")
    if isinstance(share, Known):
        return Items((ScalingMetric("cpu", share.place, of_requests=True),))
    if _METRICS_OF_V1 in root.at("metadata", "annotations"):
        return Items((), f"the annotation `{_METRICS_OF_V1}` is not read")
    written = spec.items("metrics")
    found = tuple(_metric(item) for item in written.items)
    hidden = written.incomplete or (share.reason if isinstance(share, Unknown) else "")
    return Items(found if found or hidden else assumed, hidden)


def _metric(item: Node) -> ScalingMetric:
    """One metric of autoscaling/v2, v2beta2 (a `target`) or v2beta1 (`targetAverageUtilization`)."""
    kind = item.plain_text("type")
    field = kind[:1].lower() + kind[1:]
    source = item.node(field)
    if kind not in {"Resource", "ContainerResource"}:
        # v2beta1 has the metric's name beside its selector.
        name = source.node("metric").plain_text("name") or source.plain_text("metricName")
        return ScalingMetric(name or kind or "an unnamed metric", item.place)
    aim = source.node("target")
    name = source.plain_text("name")
    share = name in _RESOURCES and ("averageUtilization" in aim or "targetAverageUtilization" in source)
    container = source.plain_text("container") if kind == "ContainerResource" else ""
    return ScalingMetric(name, source.place, of_requests=share, container=container)


def _disabled(behavior: Node) -> Iterator[tuple[str, Place]]:
    growing = behavior.node("scaleUp")
    if growing.plain_text("selectPolicy") == "Disabled":
        yield "`scaleUp` is disabled", growing.key_place("selectPolicy")


def _scaled_object(identity: Identity, root: Node, target: Node) -> Autoscaler:
    """A KEDA ScaledObject; its `fallback` stays within the same bounds and so changes nothing here."""
    spec = root.node("spec")
    annotations = root.at("metadata", "annotations")
    triggers = spec.items("triggers")
    metrics = tuple(_trigger(item) for item in triggers.items)
    by_resources = bool(metrics) and triggers.complete and all(metric.name in _RESOURCES for metric in metrics)
    least, most = _scaled_bounds(spec, by_resources=by_resources)
    paused_at = annotations.plain_text(_PAUSED_AT)
    held = int(paused_at) if paused_at.isascii() and paused_at.isdecimal() and len(paused_at) < 6 else None
    stopped = list(_paused(annotations))
    stopped.extend(_disabled(spec.at("advanced", "horizontalPodAutoscalerConfig", "behavior")))
    if not metrics and triggers.complete:
        stopped.append(("it has no trigger", identity.place))
    return Autoscaler(
        identity,
        target.plain_text("kind") or "Deployment",
        target.plain_text("name"),
        least,
        most,
        metrics=Items(metrics, triggers.incomplete),
        stopped=tuple(stopped),
        from_zero=True,
        paused_at=held,
        target_hidden=_hidden(target),
        takes_over=_taken_over(annotations, spec),
    )


def _scaled_bounds(spec: Node, *, by_resources: bool) -> tuple[Value[int], Value[int]]:
    """The least and the most; what scales by CPU and memory alone keeps one replica, as none would use any."""
    least: Value[int] = spec.integer("idleReplicaCount")
    if isinstance(least, Unset):
        least = spec.integer("minReplicaCount", _KEDA_MINIMUM)
    if by_resources and isinstance(least, Unset):
        least = Unset(1)
    elif by_resources and isinstance(least, Known):
        least = Known(max(1, least.value), least.place, least.origin)
    return least, spec.integer("maxReplicaCount", _KEDA_MAXIMUM)


def _paused(annotations: Node) -> Iterator[tuple[str, Place]]:
    for key in (_PAUSED_AT, _PAUSED):
        if key in annotations and annotations.plain_text(key) != "false":
            yield f"`{key}` pauses it", annotations.key_place(key)
            return


def _taken_over(annotations: Node, spec: Node) -> str:
    """The HorizontalPodAutoscaler that a ScaledObject goes on with, instead of making one of its own."""
    if annotations.plain_text(_TAKES_OVER) != "true":
        return ""
    return spec.at("advanced", "horizontalPodAutoscalerConfig").plain_text("name")


def _trigger(item: Node) -> ScalingMetric:
    """A trigger: of CPU and memory a share of the requests unless it says `AverageValue`."""
    kind, metadata = item.plain_text("type"), item.node("metadata")
    if kind not in _RESOURCES:
        return ScalingMetric(kind or "an unnamed trigger", item.place)
    measured = item.plain_text("metricType") or metadata.plain_text("type") or "Utilization"
    share = measured == "Utilization"
    return ScalingMetric(kind, item.place, of_requests=share, container=metadata.plain_text("containerName"))


def _vertical(identity: Identity, spec: Node, target: Node) -> VerticalAutoscaler:
    """A VerticalPodAutoscaler, which resizes everything unless it is told otherwise.

    https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/api.md
    """
    mode = spec.node("updatePolicy").text("updateMode")
    resizes: Value[bool] = Unset(default=True)
    if isinstance(mode, Known):
        resizes = Known(mode.value != "Off", mode.place, mode.origin)
    elif isinstance(mode, Unknown):
        resizes = mode
    written = spec.node("resourcePolicy").items("containerPolicies")
    if written.incomplete:
        resizes = Unknown(written.incomplete)
    policies = written.items
    active = [policy for policy in policies if policy.plain_text("mode") != "Off"]
    resources = {name for policy in active for name in policy.texts("controlledResources").items or _RESOURCES}
    if not any(policy.plain_text("containerName") == "*" for policy in policies):
        resources.update(_RESOURCES)
    return VerticalAutoscaler(
        identity, target.plain_text("kind"), target.plain_text("name"), resizes, frozenset(resources)
    )
