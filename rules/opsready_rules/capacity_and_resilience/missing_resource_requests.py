"""Rule: a container that the scheduler places without knowing what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.source import Known, Unknown, Value
from opsready.model.workload import Container, Quantity

# No process starts in less; what is written below it has lost its unit.
_MEBIBYTE = 1024 * 1024
_EXAMPLES = {"cpu": "`cpu: 100m`", "memory": "`memory: 128Mi`"}


class MissingResourceRequests(Rule[Container]):
    """A container requests no CPU or no memory."""

    name = "missing-resource-requests"
    objective = "cost-optimization"
    severity = "H/H/M/L"

    def applies(self, container: Container, context: Context, /) -> Applicability:
        """Ask of everything but plain init containers, whose needs end before the others' begin."""
        del context
        if container.role == "init":
            return NotApplicable(f"`{container.name}` ends before the other containers start")
        return Yes()

    def check(self, container: Container, context: Context, /) -> Iterator[Finding]:
        """Look at the container, its limits, its pod and the namespace's defaults; name quantities of a wrong unit."""
        defaults = context.graph.default_requests(container)
        cpu = _effective(container.cpu_request, container.cpu_limit)
        memory = _effective(container.memory_request, container.memory_limit)
        slip = _slip(container, memory)
        if slip:
            yield slip
        values = {"cpu": cpu, "memory": memory}
        missing = [name for name, value in values.items() if name not in defaults and _nothing(value)]
        unknown = [value for name, value in values.items() if name not in defaults and isinstance(value, Unknown)]
        if missing:
            words = " and no ".join(f"`{name}`" for name in missing)
            written = " and ".join(_EXAMPLES[name] for name in missing)
            yield fails(
                container.place,
                f"container `{container.name}` requests no {words}",
                f"set `resources.requests` to what it needs, such as {written}",
            )
        elif unknown:
            yield cannot_tell(unknown[0].place or container.place, unknown[0].reason)
        elif not slip:
            texts = [f"{name} {_text(value)}" for name, value in values.items()]
            yield passes(container.place, f"`{container.name}` requests {', '.join(texts)}")


def _effective(request: Value[Quantity], limit: Value[Quantity]) -> Value[Quantity]:
    """The request in effect: where none is written, Kubernetes takes the limit for it."""
    return request if isinstance(request, Known | Unknown) else limit


def _nothing(value: Value[Quantity]) -> bool:
    """Whether nothing is asked for: not written, or written as zero."""
    return value.value.amount == 0 if isinstance(value, Known) else not isinstance(value, Unknown)


def _slip(container: Container, memory: Value[Quantity]) -> Finding | None:
    """A memory quantity that lost its unit: `512m` is half a byte, `512` is 512 bytes."""
    if not isinstance(memory, Known) or not 0 < memory.value.amount < _MEBIBYTE:
        return None
    written = memory.value.text
    unit = ", as `m` stands for thousandths" if written.endswith("m") else ""
    return fails(
        memory.place,
        f"`memory: {written}` is {memory.value.amount:g} bytes{unit}",
        f"write the unit, such as `memory: {written.rstrip('mkK')}Mi`",
        cause="" if isinstance(container.memory_request, Known) else "missing-memory-limit",
        aspect="unit of memory",
    )


def _text(value: Value[Quantity]) -> str:
    return f"`{value.value.text}`" if isinstance(value, Known) else "by a default of the pod or its namespace"
