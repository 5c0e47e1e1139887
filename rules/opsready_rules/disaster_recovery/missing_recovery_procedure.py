"""Rule: a service of which nobody wrote down how it comes back after a disaster."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.service import Service

_FIRST_TIER_TO_TRUST_A_URL = 3
_WRITE = "write down how it is recovered, and name the page under `docs.recovery_procedure` of the service file"
_NAME = "name the page under `docs.recovery_procedure` of the service file, or attest that it is kept and followed"


class MissingRecoveryProcedure(Rule[Service]):
    """A service has no recovery procedure."""

    name = "missing-recovery-procedure"
    objective = "recovery-docs"
    severity = "C/H/M/L"
    caps_objective = True
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look for a procedure here, then for a page elsewhere, which nobody opens, then for a page that may be one."""
        found = context.graph.preparedness.written(service, "recovery-procedure")
        place = found.place or service.place
        trusted = found.outcome == "outside" and context.tier >= _FIRST_TIER_TO_TRUST_A_URL
        if found.outcome == "found" or trusted:
            yield passes(place, found.reason)
        elif found.outcome == "missing":
            yield fails(place, found.reason, _WRITE, cause="" if service.declared else "uncatalogued-service")
        else:
            unseen = ", where nobody looked whether it exists" if found.outcome == "outside" else ""
            yield cannot_tell(place, f"{found.reason}{unseen}", _NAME)
