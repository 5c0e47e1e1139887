"""Rule: a service whose growth nobody planned for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.preparedness import Projection
from opsready.model.service import Service
from opsready.model.source import Known, Unknown

_FIRST_TIER_TO_TRUST_A_URL = 3
_PLAN = "write a plan and name it under `docs.capacity_plan` of the service file, or add `capacity.projections` to it"
_NAME = "name the plan under `docs.capacity_plan` of the service file, or attest that it is kept and followed"
_RENEW = "measure the load again and project it for a day to come"


class MissingCapacityPlan(Rule[Service]):
    """A service has no capacity plan."""

    name = "missing-capacity-plan"
    objective = "capacity-planning"
    severity = "H/M/L/-"
    caps_objective = True
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look for a plan here or a projection in the service file, then for a page elsewhere or one that may be it."""
        found = context.graph.preparedness.written(service, "capacity-plan")
        place = found.place or service.place
        projections = service.preparedness.projections if service.preparedness is not None else ()
        current = next(_current(projections, context.as_of), None)
        trusted = found.outcome == "outside" and context.tier >= _FIRST_TIER_TO_TRUST_A_URL
        if found.outcome == "found" or trusted:
            yield passes(place, found.reason)
        elif current is not None:
            by, projection = current
            yield passes(
                projection.place, f"the load of `{service.name}` (`{projection.metric}`) is projected for {by}"
            )
        elif found.outcome != "missing":
            unseen = ", where nobody looked whether it exists" if found.outcome == "outside" else ""
            yield cannot_tell(place, f"{found.reason}{unseen}", _NAME)
        elif projections:
            yield fails(projections[0].place, _outdated(projections[0], service), _RENEW)
        else:
            yield fails(place, found.reason, _PLAN, cause="" if service.declared else "uncatalogued-service")


def _current(projections: Iterable[Projection], as_of: date) -> Iterator[tuple[date, Projection]]:
    """The projections for a day that is still to come, the day that is judged included."""
    for projection in projections:
        if isinstance(projection.by, Known) and projection.by.value >= as_of:
            yield projection.by.value, projection


def _outdated(projection: Projection, service: Service) -> str:
    what = f"the projection of `{projection.metric}` of `{service.name}`"
    if isinstance(projection.by, Known):
        return f"{what} was for {projection.by.value}, and none is for a later day"
    if isinstance(projection.by, Unknown):
        return f"{what} is for no day: {projection.by.reason}"
    return f"{what} is for no day"
