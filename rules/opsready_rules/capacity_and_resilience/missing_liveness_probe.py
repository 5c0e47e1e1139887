"""Rule: a container that hangs until a person notices."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, answers_requests, cannot_tell, fails, passes
from opsready.model.source import Known, Unknown
from opsready.model.workload import Container


class MissingLivenessProbe(Rule[Container]):
    """Nothing restarts a container that serves traffic and hangs."""

    name = "missing-liveness-probe"
    objective = "health-checks"
    severity = "L/L/I/I"

    def applies(self, container: Container, context: Context, /) -> Applicability:
        """Ask of main containers and sidecars that answer for a serving workload, whether or not it is parked."""
        return answers_requests(container, context.graph)

    def check(self, container: Container, context: Context, /) -> Iterator[Finding]:
        """See whether the container declares a probe, of whatever kind."""
        del context
        probe = container.liveness
        if isinstance(probe, Unknown):
            yield cannot_tell(probe.place or container.place, probe.reason)
        elif isinstance(probe, Known) and not probe.value.how:
            yield cannot_tell(probe.place, f"the liveness probe of `{container.name}` does not say how it asks")
        elif isinstance(probe, Known):
            port = f" on port `{probe.value.port}`" if probe.value.port is not None else ""
            yield passes(probe.place, f"`{container.name}` is asked by {probe.value.how}{port} whether it is alive")
        else:
            yield fails(
                container.place,
                f"container `{container.name}` has no liveness probe",
                "add a `livenessProbe` that asks the process itself, and nothing that it depends on",
            )
