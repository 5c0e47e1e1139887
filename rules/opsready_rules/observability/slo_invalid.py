"""Rule: an objective that its own tool refuses, or that promises something else than was meant."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.slo import Slo


class SloInvalid(Rule[Slo]):
    """A service level objective breaks a rule of its format."""

    name = "slo-invalid"
    objective = "error-budget-defined"
    severity = "H/H/H/H"

    def check(self, slo: Slo, context: Context, /) -> Iterator[Finding]:
        """Repeat what reading it found wrong; what could not be checked is left to somebody else."""
        del context
        for problem in slo.problems:
            yield fails(problem.place, f"{problem.message}", problem.help, aspect=problem.about)
        if slo.problems:
            return
        if slo.unread:
            reason, place = slo.unread[0]
            yield cannot_tell(place, reason, "check the query with the tool that runs it")
        else:
            yield passes(slo.place, f"`{slo.name}` is a valid objective of {slo.format}")
