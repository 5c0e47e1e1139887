"""Rule: a service that is said to keep nothing, and does."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.service import Service
from opsready.model.source import Known


class StatelessWithData(Rule[Service]):
    """A service is declared to keep no data, and keeps some."""

    name = "stateless-with-data"
    objective = "ownership"
    severity = "C/H/H/M"

    def applies(self, service: Service, context: Context, /) -> Applicability:
        """Ask of services that are declared to keep no data."""
        del context
        stateful = service.continuity.stateful if service.continuity is not None else None
        if isinstance(stateful, Known) and not stateful.value:
            return Yes()
        return NotApplicable(f"`{service.name}` is not declared to keep no data")

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """See whether it mounts a volume or owns a datastore."""
        kept = context.graph.volumes.data_of(service, context.standard)
        stateful = service.continuity.stateful if service.continuity is not None else None
        place = stateful.place if isinstance(stateful, Known) else service.place
        match kept.state:
            case "kept":
                message = f"`{service.name}` is declared to keep no data: {kept.because}"
                yield fails(place, message, "declare `stateful: true`, or move the data")
            case "none":
                yield passes(place, kept.because)
            case "unknown":
                yield cannot_tell(place, kept.because, "make that readable, so that the declaration can be compared")
