"""What keeps replicas apart, and what pins them to one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.kubernetes_selectors import label_selector
from opsready.model.source import Known, Place, Unknown, Unset, Value
from opsready.model.workload import Selector, Spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.source import Items

_ZONE_KEYS = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def spreads(pod: Node) -> Value[tuple[Spread, ...]]:
    """Every spread constraint and anti-affinity term of a pod; Unset where there is none."""
    anti_affinity = pod.at("affinity", "podAntiAffinity")
    constraints = pod.items("topologySpreadConstraints")
    required, preferred = anti_affinity.items(_REQUIRED), anti_affinity.items(_PREFERRED)
    for items, key in ((constraints, "topologySpreadConstraints"), (required, "affinity"), (preferred, "affinity")):
        if not items.complete:
            return Unknown(items.incomplete, pod.key_place(key))
    found = [
        *(_spread("spread-constraint", node) for node in constraints.items),
        *(_spread("anti-affinity", node) for node in required.items),
        *(_spread("anti-affinity", node.node("podAffinityTerm")) for node in preferred.items),
    ]
    if not found:
        return Unset(())
    return Known(tuple(found), found[0].place)


def _spread(mechanism: str, node: Node) -> Spread:
    value = label_selector(node, "labelSelector", all_when_empty=True)
    selector: Selector | None = value.value if isinstance(value, Known) else None
    place = node.key_place("topologyKey")
    return Spread(
        "anti-affinity" if mechanism == "anti-affinity" else "spread-constraint",
        node.plain_text("topologyKey"),
        selector,
        place,
    )


def zone_pin(pod: Node) -> Place | None:
    """Where a pod is pinned to one zone, by node selector or required node affinity; None where it is not."""
    for key, _ in pod.pairs("nodeSelector"):
        if key in _ZONE_KEYS:
            return pod.node("nodeSelector").key_place(key)
    terms = pod.at("affinity", "nodeAffinity", _REQUIRED).items("nodeSelectorTerms")
    pinned = [place for term in terms.items for place in _single_zone(term.items("matchExpressions"))]
    return pinned[0] if pinned and len(pinned) == len(terms.items) == 1 else None


def _single_zone(expressions: Items[Node]) -> Iterator[Place]:
    for expression in expressions.items:
        zones = expression.texts("values").items
        if expression.plain_text("key") in _ZONE_KEYS and expression.plain_text("operator") == "In" and len(zones) == 1:
            yield expression.key_place("values")
