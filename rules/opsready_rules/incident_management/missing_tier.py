"""Rule: a service of which nobody said how much depends on it."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, fails, passes
from opsready.model.service import Service
from opsready.model.source import Known, Unknown

_HELP = "declare a tier from 1 (most critical) to 4"


class MissingTier(Rule[Service]):
    """A service declares no tier."""

    name = "missing-tier"
    objective = "ownership"
    severity = "H/H/H/H"
    caps_objective = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look at what the catalogue entry says; a word that is no tier is as good as none."""
        del context
        tier = service.tier
        if isinstance(tier, Known):
            yield passes(tier.place, f"`{service.name}` is of tier {tier.value}")
        elif isinstance(tier, Unknown):
            yield fails(
                tier.place or service.place, f"the tier of `{service.name}` is not recognised: {tier.reason}", _HELP
            )
        else:
            yield fails(
                service.place,
                f"`{service.name}` declares no tier",
                _HELP,
                cause="" if service.declared else "uncatalogued-service",
            )
