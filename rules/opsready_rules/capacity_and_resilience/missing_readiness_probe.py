"""Rule: a container that gets traffic before it can answer."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import (
    Applicability,
    CannotTell,
    Context,
    Finding,
    NotApplicable,
    Rule,
    Yes,
    cannot_tell,
    fails,
    passes,
)
from opsready.model.source import Known, Unknown
from opsready.model.workload import Container, Port, Workload


class MissingReadinessProbe(Rule[Container]):
    """A container that serves traffic has no readiness probe."""

    name = "missing-readiness-probe"
    objective = "health-checks"
    severity = "H/H/M/L"

    def applies(self, container: Container, context: Context, /) -> Applicability:
        """Ask of main containers and sidecars that answer for a serving workload."""
        workload = context.graph.workload_of(container)
        if container.role == "init":
            return NotApplicable(f"`{container.name}` ends before the pod gets traffic")
        if context.graph.effective_replicas(workload).parked:
            return NotApplicable(f"`{workload.name}` is parked")
        serving = context.graph.serving(workload)
        return _answers(container, workload) if isinstance(serving, Yes) else serving

    def check(self, container: Container, context: Context, /) -> Iterator[Finding]:
        """See whether the container declares a probe, of whatever kind."""
        del context
        probe = container.readiness
        if isinstance(probe, Unknown):
            yield cannot_tell(probe.place or container.place, probe.reason)
        elif isinstance(probe, Known) and not probe.value.how:
            yield cannot_tell(probe.place, f"the readiness probe of `{container.name}` does not say how it asks")
        elif isinstance(probe, Known):
            port = f" on port `{probe.value.port}`" if probe.value.port is not None else ""
            yield passes(probe.place, f"`{container.name}` is asked by {probe.value.how}{port} whether it is ready")
        else:
            yield fails(
                container.place,
                f"container `{container.name}` has no readiness probe",
                "add a `readinessProbe` that asks what the container needs to answer a request",
            )


def _answers(container: Container, workload: Workload) -> Applicability:
    """Whether a container of a serving workload takes its traffic: the only main one does, else those with a port."""
    together = [other for other in workload.containers.items if other.role != "init"]
    alone = container.role == "main" and sum(other.role == "main" for other in together) == 1
    if alone or any(_takes_traffic(port) for port in container.ports.items):
        return Yes()
    if not container.ports.complete:
        return CannotTell(container.ports.incomplete)
    if isinstance(container.readiness, Known):
        return Yes()
    named = next((other for other in together if other is not container and _answers_for_pod(other)), None)
    if named is not None or container.role == "sidecar":
        beside = f"`{named.name}` answers for the pod" if named else "it runs beside the main container"
        return NotApplicable(f"`{container.name}` declares no port that takes traffic, {beside}")
    return CannotTell(f"no container of `{workload.name}` declares a port: which one takes the traffic is not written")


def _answers_for_pod(container: Container) -> bool:
    takes_traffic = any(_takes_traffic(port) for port in container.ports.items)
    return takes_traffic or isinstance(container.readiness, Known)


def _takes_traffic(port: Port) -> bool:
    """Whether a declared port is for requests: one that is named for metrics is scraped, no user waits for it."""
    return "metrics" not in port.name and "prom" not in port.name
