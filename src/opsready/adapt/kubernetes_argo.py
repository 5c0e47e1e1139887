"""Argo Rollouts: how a Rollout introduces a new version, and what it names.

Fields and defaults: https://argo-rollouts.readthedocs.io/en/stable/features/specification/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.durations import duration
from opsready.adapt.kubernetes_objects import identity_of
from opsready.adapt.kubernetes_references import named
from opsready.model.rollout import AnalysisTemplate, Rollout, Stage
from opsready.model.source import Items, Known, Unknown, Unset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Entity, Identity
    from opsready.model.rollout import Audience, Hold
    from opsready.model.source import Place, Value
    from opsready.model.standard import Standard
    from opsready.resolve.units import Resource, Unit

_HISTORY = 10
_EVERYBODY = 100
# A Deployment is scaled down for its Rollout only where one of these is written:
# https://argo-rollouts.readthedocs.io/en/stable/features/specification/ (`workloadRef.scaleDown`)
_SCALED_DOWN = frozenset({"onsuccess", "progressively"})
_SERVICES = {"canary": ("canaryService", "stableService"), "blueGreen": ("activeService", "previewService")}


def analysis_template(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """An AnalysisTemplate or a ClusterAnalysisTemplate."""
    del standard
    yield AnalysisTemplate(identity_of(resource, unit))


def argo_rollout(identity: Identity, spec: Node) -> Iterator[Entity]:
    """How a Rollout introduces new versions, and the services and the workload that it names."""
    reference = spec.node("workloadRef")
    strategy = spec.node("strategy")
    canary, blue_green = strategy.node("canary"), strategy.node("blueGreen")
    name = reference.plain_text("name")
    made: tuple[Value[str], Items[Stage]]
    if strategy.withheld:
        made = Unknown(strategy.withheld, strategy.place), Items(())
    elif "blueGreen" in strategy:
        made = _at_once_if_unreadable(blue_green), Items((_before_promotion(blue_green),))
    elif "canary" in strategy:
        made = _canary(canary)
    else:
        made = Known("`strategy` names neither `canary` nor `blueGreen`", strategy.place), Items(())
    yield Rollout(
        identity,
        Known("blue-green" if "blueGreen" in strategy else "canary", strategy.place),
        (reference.plain_text("kind") or "Deployment") if name else identity.kind,
        name or identity.written_name,
        made[1],
        made[0],
        revision_history=spec.integer("revisionHistoryLimit", _HISTORY),
        target_stays=_stays(reference) if name else None,
    )
    for field, node in (("canary", canary), ("blueGreen", blue_green)):
        for key in _SERVICES[field]:
            yield from named(identity, node, key, "Service")
    if name:
        yield from named(identity, reference, "name", reference.plain_text("kind") or "Deployment")


def _stays(reference: Node) -> Value[bool]:
    """Whether the Deployment keeps its own pods; it does unless the Rollout is told to scale it down."""
    value = reference.text("scaleDown")
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Unset):
        return Unset(default=True)
    return Known(value.value not in _SCALED_DOWN, value.place)


def _at_once_if_unreadable(node: Node) -> Value[str]:
    return Unknown(node.withheld, node.place) if node.withheld else Unset()


def _before_promotion(blue_green: Node) -> Stage:
    """The time between the new version's start and its promotion.

    https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/: `autoPromotionEnabled` is true by default, and
    promotes at once unless `autoPromotionSeconds` is more than none; where it is false those seconds are ignored.
    """
    templates = _templates(blue_green.node("prePromotionAnalysis"))
    enabled, seconds = blue_green.text("autoPromotionEnabled"), blue_green.integer("autoPromotionSeconds")
    hold: Value[Hold] = Unset()
    if isinstance(enabled, Known) and enabled.value == "false":
        hold = Known("person", enabled.place)
    elif isinstance(seconds, Known) and seconds.value > 0:
        hold = Known("pause", seconds.place)
    elif templates:
        hold = Known("analysis", blue_green.key_place("prePromotionAnalysis"))
    else:
        hold = next((value for value in (enabled, seconds) if isinstance(value, Unknown)), Unset())
        if isinstance(enabled, Known) and enabled.value != "true":
            hold = Unknown(f"`{blue_green.inner_path('autoPromotionEnabled')}` is `{enabled.value}`", enabled.place)
    place = hold.place if isinstance(hold, Known) else blue_green.place
    return Stage("tests", Unset(), hold, place, templates)


def _templates(analysis: Node) -> tuple[str, ...]:
    """The addresses of the templates that an analysis runs."""
    found = []
    for template in analysis.items("templates").items:
        kind = "ClusterAnalysisTemplate" if template.plain_text("clusterScope") == "true" else "AnalysisTemplate"
        name = template.plain_text("templateName")
        if name:
            found.append(f"{kind}/{name}")
    return tuple(found)


def _canary(canary: Node) -> tuple[Value[str], Items[Stage]]:
    """The stages of a canary; without steps it replaces replicas as a rolling update does.

    https://argo-rollouts.readthedocs.io/en/stable/features/canary/#mimicking-rolling-update
    """
    if canary.withheld:
        return Unknown(canary.withheld, canary.place), Items(())
    steps = canary.items("steps")
    if not steps.items and steps.complete:
        return Known("`canary` has no `steps`, so it is a rolling update", canary.place), Items(())
    total = canary.node("trafficRouting").integer("maxTrafficWeight", _EVERYBODY)
    everybody = total.value if isinstance(total, Known) and total.value > 0 else _EVERYBODY
    found = _Steps(_templates(canary.node("analysis")), everybody)
    for step in steps.items:
        found.take(step)
    return Unset(), Items(tuple(found.finish()), steps.incomplete)


class _Steps:
    """Walks through the steps of a canary and keeps who meets the new version by then.

    A pause before anything runs holds nothing: the first replica starts with the first weight or scale.
    """

    def __init__(self, background: tuple[str, ...], everybody: int) -> None:
        self._background = background
        self._everybody = everybody
        self._audience: Audience | None = None
        self._share: Value[float] = Unset()
        self._place: Place | None = None
        self._stages: list[Stage] = []

    def take(self, step: Node) -> None:
        """Go one step further."""
        if "setWeight" in step:
            self._leave()
            self._weigh(step)
        elif "setCanaryScale" in step:
            self._scale(step)
        elif "setHeaderRoute" in step or "setMirrorRoute" in step:
            self._route(step)
        elif "pause" in step:
            self._pause(step)
        elif "analysis" in step:
            templates, place = _templates(step.node("analysis")), step.key_place("analysis")
            self._hold(Known("analysis", place) if templates else Unset(), place, templates)
        elif "experiment" in step:
            analysed = step.node("experiment").items("analyses").items
            hold: Hold = "analysis" if analysed else "pause"
            place = step.key_place("experiment")
            self._stages.append(Stage("tests", Unset(), Known(hold, place), place))
        elif "plugin" in step:
            name = step.node("plugin").plain_text("name")
            reason, place = f"what the step plugin `{name}` waits for cannot be read here", step.key_place("plugin")
            self._hold(Unknown(reason, place), place, always=True)

    def finish(self) -> list[Stage]:
        """All stages, the last one included."""
        self._leave()
        return self._stages

    def _weigh(self, step: Node) -> None:
        weight = step.integer("setWeight")
        self._place, self._audience, self._share = step.key_place("setWeight"), "share", Unset()
        if isinstance(weight, Unknown):
            self._share = weight
        elif isinstance(weight, Known) and weight.value > 0:
            self._share = Known(min(weight.value, self._everybody) / self._everybody, weight.place)
        else:
            self._audience = None

    def _scale(self, step: Node) -> None:
        scale = step.node("setCanaryScale")
        if self._audience is None and any(_positive(scale.integer(key)) for key in ("replicas", "weight")):
            self._audience, self._place = "tests", step.key_place("setCanaryScale")

    def _route(self, step: Node) -> None:
        audience: Audience = "chosen" if "setHeaderRoute" in step else "copy"
        key = "setHeaderRoute" if audience == "chosen" else "setMirrorRoute"
        route = step.node(key)
        # Without a match the step takes its route away again.
        if route.items("match").items and self._audience != "share":
            self._audience, self._place = audience, step.key_place(key)

    def _pause(self, step: Node) -> None:
        pause = step.node("pause")
        value, place = pause.text("duration"), step.key_place("pause")
        if isinstance(value, Unset):
            self._hold(Known("person", place), place)
        elif isinstance(value, Unknown):
            self._hold(value, place)
        else:
            text = value.value.strip()
            length = duration(f"{text}s" if text.isdecimal() else text)
            if length is None:
                self._hold(Unknown(f"`{pause.inner_path('duration')}` is `{text[:40]}`", value.place), place)
            else:
                self._hold(Known("pause", value.place) if length else Unset(), place)

    def _hold(self, hold: Value[Hold], place: Place, analyses: tuple[str, ...] = (), *, always: bool = False) -> None:
        if self._audience is None and not always:
            return
        if isinstance(hold, Unset):
            return
        self._stages.append(Stage(self._audience or "tests", self._share, hold, place, analyses))
        self._place = None

    def _leave(self) -> None:
        """Go on from a weight that nothing held, unless an analysis watches from the background."""
        if self._place is None or self._audience is None:
            return
        hold: Value[Hold] = Known("analysis", self._place) if self._background else Unset()
        self._stages.append(Stage(self._audience, self._share, hold, self._place, self._background))
        self._place = None


def _positive(value: Value[int]) -> bool:
    return isinstance(value, Known) and value.value > 0
