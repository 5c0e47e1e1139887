"""Rule: nobody knows how long a service may be gone after a disaster."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.continuity import NOTHING_DECLARED
from opsready.model.service import Service
from opsready.model.source import Known, Unknown

_HELP = "agree on how long the service may be down, and write it as `objectives.rto` into the service file"


class RtoNotDeclared(Rule[Service]):
    """A service does not say how long it may be down after a disaster."""

    name = "rto-not-declared"
    objective = "rto"
    severity = "H/M/L/-"
    caps_objective = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look for the service's own promise; one about a datastore or a single kind of failure is not it."""
        del context
        declared = service.continuity or NOTHING_DECLARED
        if isinstance(declared.rto, Known):
            evidence = f"`{service.name}` may be down for `{declared.rto.value.text}` after a disaster"
            yield passes(declared.rto.place, evidence)
        elif isinstance(declared.rto, Unknown):
            yield cannot_tell(declared.rto.place or service.place, declared.rto.reason, "write it as `4h` or `PT4H`")
        else:
            yield _none(service)


def _none(service: Service) -> Finding:
    declared = service.continuity or NOTHING_DECLARED
    partial = next((what for what, rto in declared.recovery_promises if isinstance(rto, Known)), "")
    if partial:
        message = f"`{service.name}` says how long it may be down after {partial}, and not in general"
        return fails(service.place, message, _HELP)
    return fails(
        service.place,
        f"`{service.name}` does not say how long it may be down after a disaster",
        _HELP,
        cause="" if service.declared else "uncatalogued-service",
    )
