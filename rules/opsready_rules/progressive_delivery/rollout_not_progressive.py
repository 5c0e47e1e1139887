"""Rule: a rollout that is a rollout in name only, because everybody meets the new version at once."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.rollout import Rollout, Stage
from opsready.model.source import Known, Unknown, Unset, known

_HELP = "let a part of the traffic meet the new version first, then pause or analyse before it goes on"
_AUDIENCES = {
    "chosen": "chosen requests meet the new version",
    "copy": "a copy of the traffic reaches the new version",
    "tests": "the new version runs beside the old one",
}
_HOLDS = {"pause": "a pause follows", "person": "a person lets it go on", "analysis": "an analysis decides"}


class RolloutNotProgressive(Rule[Rollout]):
    """A rollout gives everybody the new version without stopping on the way."""

    name = "rollout-not-progressive"
    objective = "progressive-rollout"
    severity = "H/M/M/L"

    def applies(self, rollout: Rollout, context: Context, /) -> Applicability:
        """Ask of what moves by itself; the weights of a route are moved by hand."""
        del context
        if known(rollout.strategy) == "split":
            return NotApplicable(f"somebody sets the shares of `{rollout.name}` by hand")
        return Yes()

    def check(self, rollout: Rollout, context: Context, /) -> Iterator[Finding]:
        """Look for a stage before everybody that something holds, then for pods that are outside of the stages."""
        at_once = rollout.at_once
        if isinstance(at_once, Known):
            message = f"`{rollout.name}` gives everybody the new version at once: {at_once.value}"
            yield fails(at_once.place, message, _HELP)
            return
        if isinstance(at_once, Unknown):
            yield cannot_tell(at_once.place or rollout.place, at_once.reason)
            return
        staged = _staged(rollout, context)
        yield staged if staged.outcome == "fail" else _beside(rollout, context) or staged


def _staged(rollout: Rollout, context: Context) -> Finding:
    """The first stage that surely comes before everybody and is surely held; else what may be one; else none is."""
    unsure: Finding | None = None
    for stage in rollout.stages.items:
        found = _held(stage, context)
        if found is not None and found.outcome == "pass":
            return found
        unsure = unsure or found
    if unsure is not None:
        return unsure
    if not rollout.stages.complete:
        return cannot_tell(rollout.place, rollout.stages.incomplete)
    place = rollout.stages.items[0].place if rollout.stages.items else rollout.place
    if known(rollout.strategy) == "blue-green":
        why = "it is promoted as soon as it is ready, without a pause or an analysis"
    else:
        why = "no step below 100 % is followed by a pause or an analysis"
    return fails(place, f"`{rollout.name}` gives everybody the new version at once: {why}", _HELP)


def _held(stage: Stage, context: Context) -> Finding | None:
    """What a stage shows; None where nothing holds it, or everybody meets the new version in it already."""
    everybody = isinstance(stage.share, Known) and stage.share.value >= 1
    if everybody or isinstance(stage.hold, Unset):
        return None
    if isinstance(stage.share, Unknown):
        return cannot_tell(stage.share.place or stage.place, stage.share.reason)
    if isinstance(stage.hold, Unknown):
        return cannot_tell(stage.hold.place or stage.place, stage.hold.reason)
    hold = stage.hold.value
    missing = context.graph.rollouts.undeclared(stage.analyses) if hold == "analysis" else ()
    if missing and len(missing) == len(stage.analyses):
        return cannot_tell(stage.place, f"whether `{missing[0]}` exists is unknown: it is not declared here")
    return passes(stage.place, f"{_audience(stage)}, then {_HOLDS[hold]}")


def _audience(stage: Stage) -> str:
    share = known(stage.share)
    return (
        f"{share * 100:g} % of the traffic meets the new version" if share is not None else _AUDIENCES[stage.audience]
    )


def _beside(rollout: Rollout, context: Context) -> Finding | None:
    """A target that keeps pods of its own, which its controller replaces all at once; None where there is none."""
    workload = context.graph.rollouts.running_target(rollout)
    stays = rollout.target_stays
    if workload is None or stays is None or known(stays) is False:
        return None
    if isinstance(stays, Unknown):
        return cannot_tell(stays.place or rollout.place, stays.reason)
    if isinstance(workload.replicas, Unknown):
        return cannot_tell(workload.replicas.place or workload.place, workload.replicas.reason)
    return fails(
        stays.place if isinstance(stays, Known) else rollout.place,
        f"`{workload.address}` keeps pods of its own beside those of `{rollout.name}`, and they skip its steps",
        f"set `replicas: 0` in `{workload.address}`, or let the rollout scale it down (`scaleDown: progressively`)",
    )
