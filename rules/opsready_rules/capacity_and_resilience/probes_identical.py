"""Rule: a restart where a pause was meant."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import (
    Applicability,
    Context,
    Finding,
    NotApplicable,
    Rule,
    Yes,
    cannot_tell,
    fails,
    passes,
    weight_of_parked,
)
from opsready.model.source import Known, Unknown, Unset, known
from opsready.model.verdict import Severity
from opsready.model.workload import Container, ProbeHandler


class ProbesIdentical(Rule[Container]):
    """A container is restarted by the same answer, and as soon, as it is taken out of traffic."""

    name = "probes-identical"
    objective = "health-checks"
    severity = "M/M/L/L"

    def applies(self, container: Container, context: Context, /) -> Applicability:
        """Ask of what stays up and may have both probes."""
        workload = context.graph.workload_of(container)
        if container.role == "init":
            return NotApplicable(f"`{container.name}` ends before the other containers start")
        if not workload.runs_forever:
            return NotApplicable(f"`{workload.name}` ends by itself")
        for probe, word in ((container.readiness, "readiness"), (container.liveness, "liveness")):
            if isinstance(probe, Unset):
                return NotApplicable(f"`{container.name}` has no {word} probe")
        return Yes()

    def check(self, container: Container, context: Context, /) -> Iterator[Finding]:
        """Compare what both ask, and for how long each puts up with no for an answer."""
        readiness, liveness = container.readiness, container.liveness
        if isinstance(readiness, Known) and isinstance(liveness, Known):
            yield _compared(container, readiness.value, liveness.value, context)
            return
        hidden = readiness if isinstance(readiness, Unknown) else liveness
        assert isinstance(hidden, Unknown)  # noqa: S101 - `applies` has seen to it
        yield cannot_tell(hidden.place or container.place, hidden.reason)


def _compared(container: Container, readiness: ProbeHandler, liveness: ProbeHandler, context: Context) -> Finding:
    if not readiness.how or not liveness.how:
        return cannot_tell(liveness.place, f"a probe of `{container.name}` does not say how it asks")
    different = passes(liveness.place, f"the probes of `{container.name}` ask different things")
    if readiness.how != liveness.how:
        return different
    hidden = readiness.hidden or liveness.hidden or readiness.hidden_port or liveness.hidden_port
    if hidden:
        return cannot_tell(liveness.place, hidden)
    one, other = _port(readiness, container), _port(liveness, container)
    if readiness.asks != liveness.asks:
        return different
    if one != other:
        names = isinstance(one, str) or isinstance(other, str)
        unread = container.ports.incomplete if names else ""
        return cannot_tell(liveness.place, unread) if unread else different
    for value in (readiness.tolerance, liveness.tolerance):
        if isinstance(value, Unknown):
            return cannot_tell(value.place or liveness.place, value.reason)
    pause, restart = known(readiness.tolerance) or 0, known(liveness.tolerance) or 0
    if restart > pause:
        evidence = f"`{container.name}` is taken out of traffic after {pause} s and restarted after {restart} s"
        return passes(liveness.place, evidence)
    return fails(
        liveness.place,
        f"the probes of `{container.name}` ask the same: it is restarted after {restart} s, "
        f"and not ready after {pause} s",
        "ask for liveness nothing that depends on others, or raise its `failureThreshold` above that of readiness",
        severity=_weight(container, context),
    )


def _weight(container: Container, context: Context) -> Severity | None:
    """What takes no traffic loses none by a restart: then one of the probes is too many, and that is all."""
    graph = context.graph
    if isinstance(graph.serving(graph.workload_of(container)), NotApplicable):
        return "low"
    return weight_of_parked(container, graph)


def _port(probe: ProbeHandler, container: Container) -> int | str | None:
    """The port's number where the container declares the name, else what is written."""
    return next((port.number for port in container.ports.items if port.name == probe.port), None) or probe.port
