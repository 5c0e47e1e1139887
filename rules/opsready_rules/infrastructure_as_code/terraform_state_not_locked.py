"""Rule: two people who apply at once without a lock overwrite what the other one did."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.infrastructure import TerraformRoot
from opsready.model.source import Unknown, known
from opsready.model.verdict import Severity


class TerraformStateNotLocked(Rule[TerraformRoot]):
    """Nothing keeps two people from changing Terraform's state at once."""

    name = "terraform-state-not-locked"
    objective = "terraform"
    severity = "H/H/M/L"

    def check(self, root: TerraformRoot, context: Context, /) -> Iterator[Finding]:
        """Read what the backend says of its lock; what is not shared cannot be locked for others."""
        del context
        state = root.state
        if isinstance(state, Unknown):
            yield cannot_tell(state.place or root.place, state.reason)
        elif not state.shared:
            message = f"the state of `{root.name}` is shared with nobody, so that nothing locks it"
            weight: Severity | None = "low" if root.place_for_state else None
            yield fails(state.place, message, state.remedy, severity=weight, cause="terraform-state-not-remote")
        elif isinstance(state.locked, Unknown):
            yield cannot_tell(state.locked.place or state.place, state.locked.reason, state.remedy)
        elif known(state.locked):
            yield passes(state.place, f"the state of `{root.name}` is locked: {state.because}")
        else:
            message = f"nothing locks the state of `{root.name}`: {state.because}"
            yield fails(state.place, message, state.remedy)
