"""Routes that divide traffic by weight: a new version meets the share that somebody gives it there.

Only a route that sends something to two services or more is a split: one of 100 and 0 is at rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.model.rollout import Rollout, Stage
from opsready.model.source import Items, Known, Unset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Entity, Identity
    from opsready.model.source import Place, Value
    from opsready.model.standard import Standard
    from opsready.resolve.units import Resource, Unit

_NGINX = "nginx.ingress.kubernetes.io/canary"
_CHOSEN = (f"{_NGINX}-by-header", f"{_NGINX}-by-cookie")
_EVERYBODY = 100


class _Share(NamedTuple):
    """One way that traffic may take: its weight as a number of any scale, and where it leads."""

    weight: int
    service: str
    namespace: str
    subset: str
    place: Place


def split(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """The splits of a route object as one rollout; nothing where all of its traffic goes one way."""
    del standard
    spec = root_node(resource).node("spec")
    divided = [shares for way in _ways(resource.kind, spec) if len(shares := _with_traffic(way)) > 1]
    if divided:
        yield _rollout(identity_of(resource, unit), divided)


def canary_ingress(
    identity: Identity, annotations: Node, hosts: tuple[str, ...], services: tuple[str, ...]
) -> Iterator[Entity]:
    """An Ingress that takes a share of the traffic of another one with the same host; nothing where it takes none.

    https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
    """
    weight = _number(annotations.plain_text(f"{_NGINX}-weight"))
    total = _number(annotations.plain_text(f"{_NGINX}-weight-total")) or _EVERYBODY
    chosen = next((key for key in _CHOSEN if annotations.plain_text(key)), "")
    if not chosen and not 0 < weight < total:
        return
    place = annotations.key_place(chosen or f"{_NGINX}-weight")
    share: Value[float] = Unset() if chosen else Known(weight / total, place)
    stage = Stage("chosen" if chosen else "share", share, Known("person", place), place)
    yield Rollout(
        identity,
        Known("split", place),
        "Service",
        "",
        Items((stage,)),
        Unset(),
        destinations=tuple((name, "") for name in services),
        hosts=hosts,
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _ways(kind: str, spec: Node) -> Iterator[list[_Share]]:
    """The alternatives of each route of an object."""
    match kind:
        case "VirtualService":
            for protocol in ("http", "tls", "tcp"):
                for rule in spec.items(protocol).items:
                    yield [_istio(item) for item in rule.items("route").items]
        case "TrafficSplit":
            yield [_plain(item, "service") for item in spec.items("backends").items]
        case "TraefikService":
            yield [_plain(item, "name") for item in spec.node("weighted").items("services").items]
        case "IngressRoute":
            for rule in spec.items("routes").items:
                yield [_plain(item, "name") for item in rule.items("services").items]
        case _:
            # HTTPRoute and its siblings: https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
            for rule in spec.items("rules").items:
                yield [_plain(item, "name") for item in rule.items("backendRefs").items]


def _istio(item: Node) -> _Share:
    """A destination of Istio, whose host is a service's name or what the cluster's DNS calls it."""
    destination = item.node("destination")
    service, _, rest = destination.plain_text("host").partition(".")
    return _Share(_weight(item), service, rest.partition(".")[0], destination.plain_text("subset"), item.place)


def _plain(item: Node, key: str) -> _Share:
    return _Share(_weight(item), item.plain_text(key), item.plain_text("namespace"), "", item.place)


def _weight(item: Node) -> int:
    """The weight that is written; one that is not, or cannot be read, divides nothing on purpose."""
    weight = item.integer("weight")
    return weight.value if isinstance(weight, Known) else 0


def _with_traffic(way: Iterable[_Share]) -> list[_Share]:
    """The alternatives that get any traffic, each service and subset once."""
    return list({(share.service, share.namespace, share.subset): share for share in way if share.weight > 0}.values())


def _rollout(identity: Identity, divided: list[list[_Share]]) -> Rollout:
    stages = []
    for shares in divided:
        least = min(shares, key=lambda share: share.weight)
        part = least.weight / sum(share.weight for share in shares)
        stages.append(Stage("share", Known(part, least.place), Known("person", least.place), least.place))
    reached = dict.fromkeys((share.service, share.namespace) for shares in divided for share in shares)
    return Rollout(
        identity,
        Known("split", stages[0].place),
        "Service",
        "",
        Items(tuple(stages)),
        Unset(),
        destinations=tuple(reached),
    )
