"""Rule: an availability objective that promises less than the standard asks for."""

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
from opsready.model.slo import Slo, percent
from opsready.model.source import Known, Unknown

_DIGITS = 9  # 99.9 / 100 is no exact 0.999


class AvailabilityTargetTooLow(Rule[Slo]):
    """An availability objective promises less than the standard asks for."""

    name = "availability-target-too-low"
    objective = "slo-availability"
    severity = "H/M/L/-"
    by_tier = True

    def applies(self, slo: Slo, context: Context, /) -> Applicability:
        """Ask of what measures availability."""
        del context
        if isinstance(slo.measures, Unknown):
            return CannotTell(f"what `{slo.name}` measures is unknown: {slo.measures.reason}", slo.measures.place)
        measured = slo.measures.value if isinstance(slo.measures, Known) else frozenset()
        return Yes() if "availability" in measured else NotApplicable(f"`{slo.name}` is not about availability")

    def check(self, slo: Slo, context: Context, /) -> Iterator[Finding]:
        """Compare the target; a lower one beside one that is high enough promises more, such as to a contract."""
        wanted = context.standard.number("availability-target", context.tier)
        target = slo.target
        if not isinstance(target, Known):
            reason = target.reason if isinstance(target, Unknown) else f"`{slo.name}` has no target"
            yield cannot_tell(slo.place, reason, "write a target that its format allows", cause="slo-invalid")
        elif round(target.value, _DIGITS) >= wanted:
            yield passes(target.place, f"`{slo.name}` promises {percent(target.value)}")
        elif (other := _beside(slo, wanted, context)) is not None:
            yield passes(
                target.place, f"`{slo.name}` stands beside `{other.name}`, which promises {percent(wanted)} or more"
            )
        else:
            yield fails(
                target.place,
                f"`{slo.name}` promises {percent(target.value)}, less than {percent(wanted)}",
                f"raise the target to {percent(wanted)}, or lower the tier of the service",
            )


def _beside(slo: Slo, wanted: float, context: Context) -> Slo | None:
    """An availability objective of the same services that is high enough."""
    slos = context.graph.slos
    mine = slos.services_of(slo)
    for other in slos.of(mine[0]) if mine else ():
        measured = other.measures.value if isinstance(other.measures, Known) else frozenset()
        enough = isinstance(other.target, Known) and round(other.target.value, _DIGITS) >= wanted
        if enough and "availability" in measured and set(mine) <= set(slos.services_of(other)):
            return other
    return None
