"""Rule: a deploy that cuts off the requests which its old replicas are still answering."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, cannot_tell, fails, passes
from opsready.model.source import Known, Unknown, Unset, known
from opsready.model.workload import Container, Workload


class UngracefulShutdown(Rule[Workload]):
    """A serving workload is killed before it can finish the requests that it has."""

    name = "ungraceful-shutdown"
    objective = "zero-downtime"
    severity = "M/M/L/L"
    attestable = True

    def applies(self, workload: Workload, context: Context, /) -> Applicability:
        """Ask of what serves."""
        if context.graph.effective_replicas(workload).parked:
            return NotApplicable(f"`{workload.name}` is parked")
        return context.graph.serving(workload)

    def check(self, workload: Workload, context: Context, /) -> Iterator[Finding]:
        """Add the time to drain to that of the longest hook, and compare with the grace period.

        The hooks of several containers run side by side. Without any, the whole grace period is there to drain.
        """
        grace = workload.shutdown_grace
        if isinstance(grace, Unknown):
            yield cannot_tell(grace.place or workload.place, grace.reason)
            return
        given = _given(grace)
        drain = timedelta(seconds=context.standard.number("shutdown-drain-seconds", context.tier))
        main = [container for container in workload.containers.items if container.role == "main"]
        hooks = [container.shutdown_hook for container in main if isinstance(container.shutdown_hook, Known)]
        longest = max(hooks, key=lambda hook: hook.value.least, default=None)
        taken = longest.value.least if longest is not None else timedelta()
        place = longest.place if longest is not None else grace.place if isinstance(grace, Known) else workload.place
        if taken + drain > given:
            message = f"`{workload.name}` is killed while it drains: {_sum(taken, drain)} do not fit in {_grace(grace)}"
            yield fails(place, message, f"give it {_seconds(taken + drain)} or more: `terminationGracePeriodSeconds`")
        else:
            yield _unmeasured(workload, main) or passes(place, f"{_sum(taken, drain)} fit in {_grace(grace)}")


def _unmeasured(workload: Workload, main: list[Container]) -> Finding | None:
    """What keeps the time that hooks take from being told; None where nothing does."""
    for container in main:
        hook = container.shutdown_hook
        if isinstance(hook, Unknown):
            return cannot_tell(hook.place or container.place, hook.reason)
        if isinstance(hook, Known) and hook.value.unmeasured:
            reason = f"how long {hook.value.unmeasured} takes before `{container.name}` is told to stop is not written"
            return cannot_tell(hook.place, reason, "wait with `preStop.sleep`, or attest how long it takes")
    if not workload.containers.complete:
        return cannot_tell(workload.place, workload.containers.incomplete)
    return None


def _sum(taken: timedelta, drain: timedelta) -> str:
    """The time that is needed: `15 s of preStop and 5 s to drain`."""
    return f"{_seconds(taken)} of `preStop` and {_seconds(drain)} to drain" if taken else f"{_seconds(drain)} to drain"


def _grace(grace: Known[timedelta] | Unset[timedelta]) -> str:
    given = f"the {_seconds(_given(grace))} that it has to stop"
    return given if isinstance(grace, Known) else f"{given} by default"


def _given(grace: Known[timedelta] | Unset[timedelta]) -> timedelta:
    """The grace period in effect."""
    given = known(grace)
    return timedelta() if given is None else given


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():g} s"
