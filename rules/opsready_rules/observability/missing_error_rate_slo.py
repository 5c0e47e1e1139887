"""Rule: a service whose failed requests nobody counts against anything."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.service import Service


class MissingErrorRateSlo(Rule[Service]):
    """A service has neither an objective nor an alert for its error rate."""

    name = "missing-error-rate-slo"
    objective = "slo-error-rate"
    severity = "H/H/M/-"
    caps_objective = True
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look for a ratio or an alert of failed requests, then for a reason why one may be elsewhere."""
        found = context.graph.slos.measured(service, "error-rate")
        place = found.place or service.place
        if found.outcome == "found":
            yield passes(place, found.reason, related=found.related)
        elif found.outcome == "unknown":
            yield cannot_tell(place, found.reason, found.help, related=found.related)
        else:
            because = f": {found.reason}" if found.reason else ""
            yield fails(
                place,
                f"no objective and no alert watches the failures of `{service.name}`{because}",
                found.help
                or "write an objective for the share of requests that fail, or of other work, or an alert on it",
                cause="" if service.declared else "uncatalogued-service",
            )
