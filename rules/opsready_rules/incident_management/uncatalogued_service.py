"""Rule: something that runs and that no catalogue knows."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, fails, passes
from opsready.model.service import Service


class UncataloguedService(Rule[Service]):
    """No catalogue entry describes a service."""

    name = "uncatalogued-service"
    objective = "ownership"
    severity = "H/H/H/M"
    caps_objective = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Tell services that a catalogue declares from those that workloads imply."""
        del context
        if service.declared:
            yield passes(service.place, f"a catalogue entry describes `{service.name}`")
        else:
            yield fails(
                service.place,
                f"no catalogue entry describes `{service.name}`",
                f"add an `opsready-service.yaml` for `{service.name}`, or name its workload in the entry of another",
            )
