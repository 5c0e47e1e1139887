"""Rule: a probe that cannot find its port and so never succeeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from opsready.api import (
    Applicability,
    Context,
    Finding,
    NotApplicable,
    Rule,
    Yes,
    cannot_tell,
    fails,
    passes,
    weight_of_parked,
)
from opsready.model.source import Known, Unknown, Value
from opsready.model.workload import Container, ProbeHandler


class ProbePortMissing(Rule[Container]):
    """A probe names a port that its container does not declare."""

    name = "probe-port-missing"
    objective = "health-checks"
    severity = "H/H/H/M"

    def applies(self, container: Container, context: Context, /) -> Applicability:
        """Ask of what stays up and has a probe that names a port, or may have one."""
        workload = context.graph.workload_of(container)
        if container.role == "init":
            return NotApplicable(f"`{container.name}` ends before the other containers start")
        if not workload.runs_forever:
            return NotApplicable(f"`{workload.name}` ends by itself")
        if any(isinstance(probe, Unknown) or _named(probe) or _hidden(probe) for probe in _probes(container).values()):
            return Yes()
        return NotApplicable(f"no probe of `{container.name}` names a port")

    def check(self, container: Container, context: Context, /) -> Iterator[Finding]:
        """Look each name up among the ports of the probe's own container, as the kubelet does."""
        probes = _probes(container)
        declared = {port.name for port in container.ports.items}
        askers: dict[str, list[str]] = defaultdict(list)
        found: list[Finding] = []
        for word, probe in probes.items():
            reason = probe.reason if isinstance(probe, Unknown) else _hidden(probe)
            if reason:
                place = (probe.place if isinstance(probe, Known | Unknown) else None) or container.place
                found.append(cannot_tell(place, reason, aspect=word))
            elif _named(probe):
                askers[_named(probe)].append(word)
        for name, words in askers.items():
            if name not in declared:
                found.append(_undeclared(container, name, words, context))
        names = ", ".join(f"`{name}`" for name in askers)
        evidence = f"`{container.name}` declares the ports that its probes name: {names}"
        yield from found or [passes(container.place, evidence)]


def _undeclared(container: Container, name: str, words: list[str], context: Context) -> Finding:
    """What a name that is not among the ports means: nothing answers, unless not all ports can be read."""
    probe = _probes(container)[words[0]]
    place = probe.place if isinstance(probe, Known) else container.place
    if not container.ports.complete:
        return cannot_tell(place, container.ports.incomplete, aspect=name)
    asks = "probe asks" if len(words) == 1 else "probes ask"
    return fails(
        place,
        f"the {' and '.join(words)} {asks} port `{name}`, which `{container.name}` does not declare",
        "name the port in the container's `ports`, or correct the name",
        severity=weight_of_parked(container, context.graph),
        aspect=name,
    )


def _probes(container: Container) -> dict[str, Value[ProbeHandler]]:
    return {"readiness": container.readiness, "liveness": container.liveness, "startup": container.startup}


def _named(probe: Value[ProbeHandler]) -> str:
    """The name of the port that a probe asks; empty where it asks a number or none."""
    return probe.value.port if isinstance(probe, Known) and isinstance(probe.value.port, str) else ""


def _hidden(probe: Value[ProbeHandler]) -> str:
    """Why the port of a probe cannot be read; what else of it cannot be read is no matter."""
    return probe.value.hidden_port if isinstance(probe, Known) else ""
