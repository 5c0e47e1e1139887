"""Rule: what is changed where it runs becomes something that nobody can make again."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.infrastructure import TerraformRoot
from opsready.model.source import Unknown, known


class MutableInfrastructure(Rule[TerraformRoot]):
    """Machines are changed after they were made, or tags of images can be moved."""

    name = "mutable-infrastructure"
    objective = "immutable-infrastructure"
    severity = "M/M/L/L"

    def applies(self, root: TerraformRoot, context: Context, /) -> Applicability:
        """Ask of what makes groups of machines or registries, or changes something after it was made."""
        del context
        if root.upkeep:
            return Yes()
        return NotApplicable(f"`{root.name}` makes no groups of machines and no registry, and changes nothing in place")

    def check(self, root: TerraformRoot, context: Context, /) -> Iterator[Finding]:
        """Answer for each of them; what is right counts where nothing is wrong."""
        del context
        failed = any(known(item.replaced) is False for item in root.upkeep)
        for item in root.upkeep:
            if isinstance(item.replaced, Unknown):
                yield cannot_tell(item.place, item.replaced.reason, item.remedy, aspect=item.address)
            elif not known(item.replaced):
                yield fails(item.place, item.shown, item.remedy, aspect=item.address)
            elif not failed:
                yield passes(item.place, item.shown, aspect=item.address)
