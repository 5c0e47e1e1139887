"""Rule: a service of which nobody said how available it must be."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.service import Service


class MissingAvailabilitySlo(Rule[Service]):
    """A service has no availability objective."""

    name = "missing-availability-slo"
    objective = "slo-availability"
    severity = "C/H/M/-"
    caps_objective = True
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look for an objective here, then for a reason why there may be one that cannot be read."""
        found = context.graph.slos.measured(service, "availability")
        place = found.place or service.place
        if found.outcome == "found":
            yield passes(place, f"{found.reason} for its availability", related=found.related)
        elif found.outcome == "unknown":
            yield cannot_tell(place, found.reason, found.help, related=found.related)
        else:
            because = f": {found.reason}" if found.reason else ""
            yield fails(
                place,
                f"`{service.name}` has no objective for its availability{because}",
                found.help or "write one in OpenSLO, Sloth or Pyrra that names the service",
                cause="" if service.declared else "uncatalogued-service",
            )
