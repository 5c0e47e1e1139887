"""Flagger: how a Canary introduces a new version, and the network services that it makes.

Strategies and defaults: https://docs.flagger.app/usage/deployment-strategies
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.entity import Identity
from opsready.model.network import NetworkService
from opsready.model.rollout import Rollout, Stage
from opsready.model.source import Items, Known, Unknown, Unset
from opsready.parse.syntax import Seq
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.rollout import Audience, Strategy
    from opsready.model.source import Place, Value

_EVERYBODY = 100
# Flagger makes these beside the one that everybody calls:
# https://docs.flagger.app/usage/how-it-works#canary-service
_SUFFIXES = ("", "-primary", "-canary")


def made_services(identity: Identity, spec: Node) -> Iterator[NetworkService]:
    """The network services that a Canary makes; its name is `service.name`, else its target's."""
    target, service = spec.node("targetRef"), spec.node("service")
    name = service.plain_text("name") or target.plain_text("name")
    if not service or not name:
        return
    port = service.plain_text("port")
    aimed = service.plain_text("targetPort") or port
    reached = int(aimed) if aimed.isdecimal() and len(aimed) < 6 else aimed
    ports = ((service.plain_text("portName") or "http", reached), (port, reached))
    for suffix in _SUFFIXES:
        if suffix or target.plain_text("kind") != "Service":
            own = replace(
                identity,
                kind="Service",
                name=name + suffix,
                written_name=name + suffix,
                place=service.place,
                ignores=(),
            )
            yield NetworkService(own, Unset(), ports)


def flagger_rollout(identity: Identity, spec: Node) -> Rollout:
    """How a Canary introduces a new version of its target."""
    target = spec.node("targetRef")
    strategy, stages, at_once = _stages(spec)
    return Rollout(
        identity,
        strategy,
        target.plain_text("kind") or "Deployment",
        target.plain_text("name"),
        stages,
        at_once,
    )


def _stages(spec: Node) -> tuple[Value[Strategy], Items[Stage], Value[str]]:
    """Strategy, stages, and why there are none.

    Without an analysis, or with `skipAnalysis`, a new version is promoted as soon as it is ready. With iterations it is
    checked that many times before it gets any traffic, or only the requests that `match`. Otherwise its weight grows.
    """
    key = "analysis" if "analysis" in spec else "canaryAnalysis"
    analysis = spec.node(key)
    skip = spec.text("skipAnalysis")
    here: Value[Strategy] = Known("canary", analysis.place)
    if isinstance(skip, Unknown):
        return skip, Items(()), skip
    if isinstance(skip, Known) and skip.value == "true":
        return here, Items(()), Known("`skipAnalysis` is true", skip.place)
    if analysis.withheld or spec.withheld:
        unreadable = Unknown(analysis.withheld or spec.withheld, analysis.place)
        return unreadable, Items(()), unreadable
    if not analysis:
        return here, Items(()), Known("it has no `analysis`", spec.place)
    iterations = analysis.integer("iterations", 0)
    if isinstance(iterations, Unknown):
        return iterations, Items(()), iterations
    if isinstance(iterations, Known) and iterations.value > 0:
        return _iterated(analysis, iterations.place)
    if spec.plain_text("provider") == "kubernetes":
        # Without a mesh there are no weights: Flagger checks ten times and then switches.
        return Known("blue-green", analysis.place), Items((_held("tests", Unset(), analysis.place),)), Unset()
    return _weighed(analysis, spec)


def _iterated(analysis: Node, place: Place) -> tuple[Value[Strategy], Items[Stage], Value[str]]:
    matched = bool(analysis.items("match").items)
    audience: Audience = "chosen" if matched else "copy" if analysis.plain_text("mirror") == "true" else "tests"
    strategy: Strategy = "canary" if matched else "blue-green"
    return Known(strategy, place), Items((_held(audience, Unset(), place),)), Unset()


def _held(audience: Audience, share: Value[float], place: Place) -> Stage:
    """A stage that lasts an interval at least (60 seconds where none is written), and as long as checks fail."""
    return Stage(audience, share, Known("pause", place), place)


def _weighed(analysis: Node, spec: Node) -> tuple[Value[Strategy], Items[Stage], Value[str]]:
    here: Value[Strategy] = Known("canary", analysis.place)
    step = analysis.integer("stepWeight", 0)
    weights = analysis.raw("stepWeights")
    if isinstance(step, Unknown):
        return here, Items(()), step
    if isinstance(step, Known) and step.value > 0:
        return here, Items((*_mirrored(analysis), _weight(step.value, step.place))), Unset()
    if isinstance(weights, Unknown):
        return here, Items(()), weights
    if isinstance(weights, Known):
        return here, _listed(analysis, weights), Unset()
    nothing = "`analysis` has neither `stepWeight` nor `stepWeights` nor `iterations`"
    if "provider" not in spec:
        reason = f"{nothing}, and whether Flagger runs without a mesh is not written here (`provider`)"
        return here, Items(()), Unknown(reason, analysis.place)
    return here, Items(()), Known(nothing, analysis.place)


def _mirrored(analysis: Node) -> tuple[Stage, ...]:
    """One interval in which traffic is copied, before the first weight."""
    if analysis.plain_text("mirror") != "true":
        return ()
    return (_held("copy", Unset(), analysis.key_place("mirror")),)


def _listed(analysis: Node, weights: Known[object]) -> Items[Stage]:
    written = weights.value
    if not isinstance(written, Seq):
        return Items((), f"`{analysis.inner_path('stepWeights')}` is not a list")
    numbers = [item for item in written if isinstance(item, int) and not isinstance(item, bool)]
    stages = tuple(_weight(number, weights.place) for number in numbers[:_EVERYBODY] if number > 0)
    unreadable = (
        "" if len(numbers) == len(written) else f"`{analysis.inner_path('stepWeights')}` holds more than numbers"
    )
    return Items((*_mirrored(analysis), *stages), written.incomplete or unreadable)


def _weight(percent: int, place: Place) -> Stage:
    return _held("share", Known(min(percent, _EVERYBODY) / _EVERYBODY, place), place)
