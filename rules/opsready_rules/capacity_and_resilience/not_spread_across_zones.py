"""Rule: replicas that may all be in the zone that fails."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, cannot_tell, fails, passes, survives_losses
from opsready.model.source import Place, Unknown, Unset
from opsready.model.workload import Spread, Workload

_HELP = (
    "add a `topologySpreadConstraints` entry with `topologyKey: topology.kubernetes.io/zone` "
    "and a `labelSelector` that matches the pod's own labels"
)


class NotSpreadAcrossZones(Rule[Workload]):
    """The replicas of a workload may all be placed in one zone."""

    name = "not-spread-across-zones"
    objective = "high-availability"
    severity = "H/H/M/-"

    def applies(self, workload: Workload, context: Context, /) -> Applicability:
        """Ask of what must survive the loss of a zone."""
        return survives_losses(workload, context.graph)

    def check(self, workload: Workload, context: Context, /) -> Iterator[Finding]:
        """Look for a constraint over zones that selects the workload's own instances."""
        pinned, spreads = workload.node_zone_pinned, workload.spreads
        if pinned is not None:
            message = f"`{workload.name}` may run in one zone only: its nodes are chosen by zone"
            yield _in_one_zone(workload, context, pinned, message, "let the scheduler choose among two zones or more")
            return
        if isinstance(spreads, Unknown):
            yield cannot_tell(spreads.place or workload.place, spreads.reason)
            return
        written = (spreads.default or ()) if isinstance(spreads, Unset) else spreads.value
        good = next((spread for spread in written if _over_zones(spread) and _own(spread, workload)), None)
        if good is not None:
            evidence = f"{_words(good)} over `{good.topology_key}` selects the pods of `{workload.name}`"
            yield passes(good.place, evidence)
        else:
            place, message = _defect(workload, written)
            yield _in_one_zone(workload, context, place, message, _HELP)


def _in_one_zone(workload: Workload, context: Context, place: Place, message: str, remedy: str) -> Finding:
    """A failure, unless the workload may be meant to run once: then there is nothing to spread."""
    if not context.graph.effective_replicas(workload).below_two:
        return fails(place, message, remedy)
    scraped = context.graph.only_scraped(workload)
    if scraped:
        return cannot_tell(place, scraped, cause="too-few-replicas")
    return fails(place, message, remedy, cause="too-few-replicas")


def _over_zones(spread: Spread) -> bool:
    """Whether the key names zones, by the standard label, its old one or a private one; regions are wider still."""
    return spread.topology_key.endswith(("/zone", "/region"))


def _own(spread: Spread, workload: Workload) -> bool:
    """Whether the constraint counts the workload's own instances; without a selector it counts none."""
    return spread.selector is not None and spread.selector.matches(workload.selected_labels)


def _words(spread: Spread) -> str:
    return "a spread constraint" if spread.mechanism == "spread-constraint" else "an anti-affinity"


def _defect(workload: Workload, written: tuple[Spread, ...]) -> tuple[Place, str]:
    """The place and the words for why nothing of what is written spreads the workload over zones."""
    zonal = next((spread for spread in written if _over_zones(spread)), None)
    if zonal is not None:
        why = "has no selector and counts no pod" if zonal.selector is None else "selects none of its own pods"
        return zonal.place, f"{_words(zonal)} of `{workload.name}` over `{zonal.topology_key}` {why}"
    if written:
        keys = ", ".join(sorted({f"`{spread.topology_key}`" for spread in written}))
        return written[0].place, f"`{workload.name}` is spread over {keys} only, not over zones"
    return workload.place, f"nothing spreads the replicas of `{workload.name}` over zones"
