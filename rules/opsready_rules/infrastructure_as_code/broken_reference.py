"""Rule: a name that leads nowhere where it is deployed."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.network import Reference


class BrokenReference(Rule[Reference]):
    """A declaration names something that does not exist."""

    name = "broken-reference"
    objective = "kubernetes-manifests"
    severity = "H/H/H/M"

    def applies(self, reference: Reference, context: Context, /) -> Applicability:
        """Ask of every name that must lead somewhere."""
        if reference.optional:
            return NotApplicable(f"{reference.target} may be absent: it is optional")
        resolution = context.graph.resolve(reference)
        return NotApplicable(resolution.reason) if resolution.outcome == "outside" else Yes()

    def check(self, reference: Reference, context: Context, /) -> Iterator[Finding]:
        """Follow the name."""
        resolution = context.graph.resolve(reference)
        match resolution.outcome:
            case "found":
                yield passes(reference.place, resolution.reason)
            case "missing":
                yield fails(reference.place, resolution.reason, _HELP[reference.asks])
            case _:
                yield cannot_tell(reference.place, resolution.reason)


_HELP = {
    "selector": "make the selector equal to labels of the pod template that it is meant for",
    "port": "name the port in the container's `ports`, or correct the name",
    "object": "add it beside the declaration that names it, or correct the name",
    "key": "add the key, or correct its name",
}
