"""What keeps replicas apart, and what pins them to one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.attributes import is_placeholder
from opsready.adapt.kubernetes_selectors import label_selector
from opsready.model.source import Items, Known, Place, Unknown, Unset, Value
from opsready.model.workload import Selector, Spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node

_ZONE_KEYS = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
_REGION_KEYS = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")
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


def region_pins(pod: Node) -> Items[str]:
    """The regions to which a pod is pinned by node selector or required node affinity; none where it is not pinned."""
    selector, terms = pod.node("nodeSelector"), pod.at("affinity", "nodeAffinity", _REQUIRED).items("nodeSelectorTerms")
    if selector.withheld or not terms.complete:
        return Items((), selector.withheld or terms.incomplete)
    for key, value in pod.pairs("nodeSelector"):
        if key in (*_REGION_KEYS, *_ZONE_KEYS):
            return Items(tuple(filter(None, [_region(key, value)])))
    found = [set(_regions_of(term.items("matchExpressions"))) for term in terms.items]
    # A pod may go wherever any one term allows.
    return Items(tuple(sorted(set().union(*found))) if found and all(found) else ())


def _regions_of(expressions: Items[Node]) -> Iterator[str]:
    for expression in expressions.items:
        key = expression.plain_text("key")
        if key in (*_REGION_KEYS, *_ZONE_KEYS) and expression.plain_text("operator") == "In":
            yield from filter(None, (_region(key, value) for value in expression.texts("values").items))


def _region(key: str, value: str) -> str:
    """The region that a node label says: its own value, or the region in the name of a zone."""
    if key in _REGION_KEYS:
        return "" if is_placeholder(value) else value.lower()
    from opsready.adapt.region_names import region_in

    return region_in(value)
