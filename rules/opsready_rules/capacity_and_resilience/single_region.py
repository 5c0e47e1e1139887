"""Rule: a critical service that is gone when its region is."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.continuity import NOTHING_DECLARED, DeclaredRegions
from opsready.model.recovery import RunsIn
from opsready.model.service import Service

_HELP = "run it in a second region, with its data, and describe both here"
_SHOW = "describe what runs in each region here, or attest where it runs"


class SingleRegion(Rule[Service]):
    """A critical service runs, or keeps its data, in one region only."""

    name = "single-region"
    objective = "multi-region"
    severity = "C/-/-/-"
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Take a declared single region at its word; for several look for evidence, and then for that of the data."""
        wanted = int(context.standard.number("minimum-regions", context.tier))
        declared = (service.continuity or NOTHING_DECLARED).regions
        if declared is not None and (declared.mode == "single" or 0 < len(declared.names) < wanted):
            where = f"{_listed(declared.names[:1])} only" if declared.names else "a single region"
            yield fails(declared.place, f"`{service.name}` is declared to run in {where}", _HELP)
            return
        found = context.graph.regions.of(context.graph.workloads_of(service))
        lacking = [item for item in found if len(item.regions) < wanted and not item.kept_apart]
        if not found:
            reason = f"where `{service.name}` runs cannot be told: no workload of it in production is described here"
            yield cannot_tell(service.place, reason, _SHOW)
        elif lacking:
            # What is pinned to one region says more than what lies in one, and that more than what may be anywhere.
            worst = max(lacking, key=lambda item: (item.pinned, len(item.regions)))
            yield _lacking(service, worst, declared, context)
        else:
            hidden = context.graph.regions.hidden(service) or next((item.hidden for item in found if item.hidden), "")
            if hidden:
                yield cannot_tell(service.place, f"where all of `{service.name}` runs cannot be told: {hidden}", _SHOW)
            else:
                yield _data(service, found[0], context)


def _lacking(service: Service, item: RunsIn, declared: DeclaredRegions | None, context: Context) -> Finding:
    """A failure where the repository shows that there is no other region; else it cannot be told."""
    only = f"`{item.workload}` runs in {_listed(item.regions)} only"
    if item.pinned:
        return fails(service.place, f"{only}, to which it is pinned", _HELP)
    if declared is not None and declared.names:
        missing = [name for name in declared.names if name.lower() not in item.regions]
        reason = f"`{service.name}` is declared to run in {_listed(declared.names)}"
        return cannot_tell(
            service.place, f"{reason}, and nothing here shows that `{item.workload}` runs in {_listed(missing)}", _SHOW
        )
    others = sorted(context.graph.regions.shown.difference(item.regions))
    if item.regions and others:
        return fails(service.place, f"{only}, and others here run in {_listed(others)}", _HELP)
    if item.regions:
        reason = f"nothing here shows that `{item.workload}` runs anywhere but in {_listed(item.regions)}"
    else:
        reason = f"nothing here says in which regions `{item.workload}` runs"
    return cannot_tell(service.place, reason, _SHOW)


def _data(service: Service, item: RunsIn, context: Context) -> Finding:
    """A service without data is done; that data is replicated shows in no manifest."""
    where = _listed(item.regions) if item.regions else "several regions, over which it is spread"
    runs = f"`{item.workload}` runs in {where}"
    data = context.graph.volumes.data_of(service, context.standard)
    if data.state == "none":
        return passes(service.place, f"{runs}, and {data.because}")
    if data.state == "kept":
        reason = f"{runs}, and whether its data is replicated is not shown here: {data.because}"
        return cannot_tell(service.place, reason, "attest how the data comes to the other region")
    reason = f"{runs}, and whether there is data to replicate cannot be told: {data.because}"
    return cannot_tell(service.place, reason, "say so with `data.stateful` in the service file")


def _listed(names: tuple[str, ...] | list[str]) -> str:
    """At most three names: a file may list thousands."""
    return " and ".join(f"`{name}`" for name in names[:3])
