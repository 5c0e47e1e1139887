"""Rule: a leak that takes the neighbours down."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.source import Known, Unknown
from opsready.model.workload import Container, Quantity

# No process starts in less; what is written below it has lost its unit.
_MEBIBYTE = 1024 * 1024


class MissingMemoryLimit(Rule[Container]):
    """A container may take all the memory of its node."""

    name = "missing-memory-limit"
    objective = "cost-optimization"
    severity = "M/M/L/L"

    def applies(self, container: Container, context: Context, /) -> Applicability:
        """Ask of everything but plain init containers, which end before the others begin."""
        del context
        if container.role == "init":
            return NotApplicable(f"`{container.name}` ends before the other containers start")
        return Yes()

    def check(self, container: Container, context: Context, /) -> Iterator[Finding]:
        """Look at the container, its pod and the namespace's defaults; name quantities of a wrong unit."""
        limit = container.memory_limit
        if isinstance(limit, Known) and limit.value.amount > 0:
            yield _sized(container, limit.value, limit)
        elif isinstance(limit, Unknown):
            yield cannot_tell(limit.place or container.place, limit.reason)
        elif not isinstance(limit, Known) and "memory" in context.graph.default_limits(container):
            yield passes(container.place, f"the pod of `{container.name}` or its namespace limits its memory")
        else:
            yield fails(
                container.place,
                f"container `{container.name}` has no memory limit",
                "set `resources.limits.memory` to the most that it may take, such as `256Mi`",
            )


def _sized(container: Container, limit: Quantity, written: Known[Quantity]) -> Finding:
    """A limit in effect, unless it lost its unit: `512m` is half a byte, `512` is 512 bytes."""
    if limit.amount >= _MEBIBYTE:
        return passes(written.place, f"`{container.name}` may take `{limit.text}` of memory")
    unit = ", as `m` stands for thousandths" if limit.text.endswith("m") else ""
    return fails(
        written.place,
        f"`memory: {limit.text}` is {limit.amount:g} bytes{unit}",
        f"write the unit, such as `memory: {limit.text.rstrip('mkK')}Mi`",
    )
