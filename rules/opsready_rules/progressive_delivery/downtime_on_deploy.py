"""Rule: a deploy during which nobody answers."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, Yes, cannot_tell, counts_replicas, fails, passes
from opsready.model.source import Known, Place, Unknown, known
from opsready.model.workload import Workload


class DowntimeOnDeploy(Rule[Workload]):
    """A deploy of a serving workload leaves no replica to answer."""

    name = "downtime-on-deploy"
    objective = "zero-downtime"
    severity = "C/H/M/L"

    def applies(self, workload: Workload, context: Context, /) -> Applicability:
        """Ask of what serves in a number that somebody chooses; a strategy is one of what is parked as well."""
        counted = counts_replicas(workload, context.graph)
        told = workload.kind == "service" or known(workload.strategy) == "OnDelete"
        parked = told and context.graph.effective_replicas(workload).parked
        return context.graph.serving(workload) if parked or isinstance(counted, Yes) else counted

    def check(self, workload: Workload, context: Context, /) -> Iterator[Finding]:
        """Read the strategy; count what stays ready where replicas are replaced one after the other."""
        parked = context.graph.effective_replicas(workload).parked
        for finding in _answers(workload, context):
            if parked and finding.outcome == "fail":
                yield fails(finding.place, finding.message, finding.help, severity="low")
            else:
                yield finding


def _answers(workload: Workload, context: Context) -> Iterator[Finding]:
    """What the strategy and the replicas say."""
    strategy = workload.strategy
    place = strategy.place if isinstance(strategy, Known) else workload.place
    if isinstance(strategy, Unknown):
        yield cannot_tell(strategy.place or workload.place, strategy.reason)
    elif workload.kind == "single":
        message = f"`{workload.name}` is a bare pod: it is gone before its successor starts"
        yield fails(workload.place, message, "run it from a Deployment", cause="too-few-replicas")
    elif workload.kind == "ordered" and known(strategy) != "OnDelete":
        yield _ordered(workload, context)
    else:
        yield _replaced(workload, known(strategy) or "RollingUpdate", place, context)


def _replaced(workload: Workload, strategy: str, place: Place, context: Context) -> Finding:
    """Judge a strategy by its name."""
    match strategy:
        case "RollingUpdate":
            return _rolling(workload, context)
        case "Recreate":
            return _recreated(workload, place, context)
        case "OnDelete":
            return passes(place, f"`OnDelete` leaves each pod of `{workload.name}` until somebody deletes it")
        case _:
            return passes(place, f"a controller keeps the old replicas of `{workload.name}` until new ones are ready")


def _recreated(workload: Workload, place: Place, context: Context) -> Finding:
    """Stopping before starting is right only where both cannot hold the data at the same time."""
    claim = context.graph.single_writer_claim(workload)
    if isinstance(claim, Known):
        return passes(place, f"`Recreate`, because only one replica may mount the volume claim `{claim.value}`")
    if isinstance(claim, Unknown):
        return cannot_tell(place, claim.reason)
    message = f"`Recreate` stops all replicas of `{workload.name}` before the first new one starts"
    return fails(place, message, "use `RollingUpdate`, or mount a single-writer volume claim if that is the reason")


def _ordered(workload: Workload, context: Context) -> Finding:
    """Judge what stops a replica before it starts the same one again."""
    replicas = context.graph.effective_replicas(workload)
    if isinstance(replicas.minimum, Unknown):
        place = replicas.minimum.place or replicas.place
        return cannot_tell(place, replicas.minimum.reason, whole=replicas.perhaps_parked)
    running = max(1, replicas.minimum)
    unavailable = workload.rolling_update.max_unavailable
    gone = max(1, _count(unavailable.value, running, up=True)) if isinstance(unavailable, Known) else 1
    if gone < running:
        return passes(
            workload.place, f"a deploy takes {gone} of {running} replicas away at a time ({replicas.because})"
        )
    what = "the only replica" if running == 1 else f"all {running} replicas"
    return fails(
        workload.place,
        f"a deploy stops {what} of `{workload.name}` before a successor starts ({replicas.because})",
        "run more replicas than a deploy stops at a time",
        cause="too-few-replicas" if replicas.below_two else "",
    )


def _rolling(workload: Workload, context: Context) -> Finding:
    """Judge what may start a new replica before it stops an old one."""
    replicas = context.graph.effective_replicas(workload)
    unavailable, surge = workload.rolling_update.max_unavailable, workload.rolling_update.max_surge
    for value in (unavailable, surge):
        if isinstance(value, Unknown):
            return cannot_tell(value.place or workload.place, value.reason)
    place = unavailable.place if isinstance(unavailable, Known) else workload.place
    # One replica is the worst case of an unknown number: what passes with one passes with any.
    running = 1 if isinstance(replicas.minimum, Unknown) else max(1, replicas.minimum)
    less, more = known(unavailable) or 0, known(surge) or 0
    gone = _taken_away(less, more, running)
    if gone < running:
        evidence = f"a deploy takes {gone} of {_replicas(running)} away at a time ({replicas.because})"
        return passes(place, evidence)
    if isinstance(replicas.minimum, Unknown):
        return cannot_tell(place, replicas.minimum.reason)
    limits = f"`maxUnavailable` {_text(less)} and `maxSurge` {_text(more)}"
    return fails(
        place,
        f"{limits} let a deploy take away {_replicas(running)} of {running} of `{workload.name}` at a time "
        f"({replicas.because})",
        "set `maxUnavailable: 0` and `maxSurge: 1`, so that a new replica is ready before an old one goes",
    )


def _taken_away(unavailable: float, surge: float, running: int) -> int:
    """How many replicas a rolling update stops before others are ready.

    Were neither one less nor one more allowed, it would never move: Kubernetes then takes one away.
    """
    gone = _count(unavailable, running, up=False)
    return gone if gone or _count(surge, running, up=True) else 1


def _count(value: float, running: int, *, up: bool) -> int:
    """A number of replicas; a share becomes one by whole percents, rounded up or down as the field asks for."""
    if isinstance(value, int):
        return min(value, running)
    percent = round(value * 100)
    return min(running, -(-percent * running // 100) if up else percent * running // 100)


def _replicas(number: int) -> str:
    return f"{number} replica" if number == 1 else f"{number} replicas"


def _text(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value * 100:g}%"
