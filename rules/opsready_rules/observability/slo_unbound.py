"""Rule: an objective that nobody answers for, because it belongs to no service."""

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
from opsready.model.slo import Slo
from opsready.model.source import Known, Unknown


class SloUnbound(Rule[Slo]):
    """A service level objective belongs to no known service."""

    name = "slo-unbound"
    objective = "error-budget-defined"
    severity = "M/M/M/L"

    def applies(self, slo: Slo, context: Context, /) -> Applicability:
        """Ask of what is about a service: not about the platform, or about every value of a label."""
        if context.graph.slos.services_of(slo):
            return Yes()
        platform = context.standard.text("platform-services", context.tier).split()
        if isinstance(slo.service, Known) and slo.service.value.lower() in platform:
            return NotApplicable(f"`{slo.service.value}` is a part of the platform")
        if slo.grouping:
            return NotApplicable(f"`{slo.name}` is computed for each `{slo.grouping[0]}`")
        if not context.graph.slos.knows_services:
            return CannotTell(f"no service is known here that `{slo.name}` could belong to")
        return Yes()

    def check(self, slo: Slo, context: Context, /) -> Iterator[Finding]:
        """Name the services, or what it names instead."""
        owners = context.graph.slos.services_of(slo)
        named = slo.service
        if owners:
            listed = " and ".join(f"`{service.name}`" for service in owners)
            yield passes(slo.place, f"`{slo.name}` belongs to {listed}")
        elif isinstance(named, Unknown):
            yield cannot_tell(named.place or slo.place, named.reason, "write the name of the service")
        elif isinstance(named, Known):
            yield fails(
                named.place,
                f"`{slo.name}` names the service `{named.value}`, which is in no catalogue and runs nothing here",
                "name a service of the catalogue, or add this name to the `aliases` of one",
            )
        else:
            yield fails(
                slo.place,
                f"`{slo.name}` belongs to no service",
                "name its service, or name its file under `objectives.slo` of the service file",
            )
