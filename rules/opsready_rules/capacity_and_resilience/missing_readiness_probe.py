"""Rule: a container that gets traffic before it can answer."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import (
    Applicability,
    Context,
    Finding,
    Rule,
    answers_requests,
    cannot_tell,
    fails,
    passes,
    weight_of_parked,
)
from opsready.model.source import Known, Unknown
from opsready.model.workload import Container


class MissingReadinessProbe(Rule[Container]):
    """A container that serves traffic has no readiness probe."""

    name = "missing-readiness-probe"
    objective = "health-checks"
    severity = "H/H/M/L"

    def applies(self, container: Container, context: Context, /) -> Applicability:
        """Ask of main containers and sidecars that answer for a serving workload, whether or not it is parked."""
        return answers_requests(container, context.graph)

    def check(self, container: Container, context: Context, /) -> Iterator[Finding]:
        """See whether the container declares a probe, of whatever kind."""
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
                severity=weight_of_parked(container, context.graph),
            )
