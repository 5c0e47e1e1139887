"""Disruption budgets, autoscalers, and controllers that take a workload's replicas over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.adapt.kubernetes_references import reference
from opsready.adapt.kubernetes_selectors import label_selector
from opsready.model.source import Known
from opsready.model.workload import DisruptionBudget, ProgressiveDelivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Entity, Identity
    from opsready.model.standard import Standard
    from opsready.resolve.units import Resource, Unit


def scaling(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """The entity of an object that decides about replicas, with the reference to its target."""
    del standard
    identity = identity_of(resource, unit)
    spec = root_node(resource).node("spec")
    match resource.kind:
        case "PodDisruptionBudget":
            # In policy/v1 an empty selector selects every pod of the namespace, in v1beta1 none.
            selector = label_selector(spec, "selector", all_when_empty=resource.api_version != "policy/v1beta1")
            yield DisruptionBudget(identity, selector, spec.amount("minAvailable"), spec.amount("maxUnavailable"))
        case "HorizontalPodAutoscaler" | "ScaledObject" | "VerticalPodAutoscaler":
            from opsready.adapt.kubernetes_autoscaling import autoscaler as read_autoscaler

            target = spec.node("targetRef" if resource.kind == "VerticalPodAutoscaler" else "scaleTargetRef")
            yield read_autoscaler(resource.kind, identity, root_node(resource), target)
            yield from _target(identity, target)
        case _:
            yield from _canary(identity, spec)


def _canary(identity: Identity, spec: Node) -> Iterator[Entity]:
    """A Flagger Canary: what it makes and takes over, and how it introduces a new version."""
    from opsready.adapt.kubernetes_flagger import flagger_rollout, made_services

    target, autoscaler = spec.node("targetRef"), spec.node("autoscalerRef")
    services = tuple(made_services(identity, spec))
    yield ProgressiveDelivery(
        identity,
        target.plain_text("kind"),
        target.plain_text("name"),
        autoscaler.plain_text("kind"),
        autoscaler.plain_text("name"),
        services,
    )
    yield from services
    yield flagger_rollout(identity, spec)
    # A Service of Knative is not one of Kubernetes: nothing here reads it.
    if not target.plain_text("apiVersion").startswith("serving.knative.dev/"):
        yield from _target(identity, target)


def _target(owner: Identity, target: Node) -> Iterator[Entity]:
    name = target.text("name")
    if isinstance(name, Known):
        kind = target.plain_text("kind") or "Deployment"
        yield reference(owner, target.key_place("name"), "object", kind, name.value)
