"""Rule: a collector that does not start, or that throws away what it is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.pipelines import circle, keeping
from opsready.model.source import Items
from opsready.model.telemetry import Collector, Component

_MOST_SHOWN = 5
_HELP = "define it, or take it out of the pipeline"


class CollectorPipelineBroken(Rule[Collector]):
    """A pipeline of a collector names what is not defined, or ends nowhere."""

    name = "collector-pipeline-broken"
    objective = "telemetry-pipeline"
    severity = "H/H/H/H"

    def check(self, collector: Collector, context: Context, /) -> Iterator[Finding]:
        """Hold the configuration against what the collector itself demands at its start, then follow every signal."""
        del context
        if not collector.pipelines.complete:
            yield cannot_tell(collector.place, collector.pipelines.incomplete)
            return
        hidden, wiring = _hidden(collector), list(_badly_wired(collector))
        faults = [*_empty(collector), *_undefined(collector), *wiring]
        if hidden:
            reason = f"whether the pipelines of `{collector.name}` are complete: {hidden}"
            faults.append(cannot_tell(collector.place, reason))
        elif not wiring:
            faults.extend(_lost(collector))
        yield from faults
        if not faults:
            count = len(collector.pipelines.items)
            pipelines = "its pipeline is" if count == 1 else f"its {count} pipelines are"
            yield passes(collector.place, f"{pipelines} complete, and each signal ends in an exporter")


def _empty(collector: Collector) -> Iterator[Finding]:
    """A collector without pipelines, and pipelines without an end."""
    if not collector.pipelines.items:
        yield fails(collector.place, f"`{collector.name}` has no pipeline", "add a pipeline to `service.pipelines`")
    for pipeline in collector.pipelines.items:
        for what, uses in (("receiver", pipeline.receivers), ("exporter", pipeline.exporters)):
            if uses.complete and not uses.items:
                message = f"pipeline `{pipeline.id}` has no {what}"
                yield fails(
                    pipeline.place, message, f"add a {what}, or remove the pipeline", aspect=f"{pipeline.id}:{what}"
                )


def _undefined(collector: Collector) -> Iterator[Finding]:
    """Uses of components that nobody defines; a connector is the end of one pipeline and the start of another."""
    connectors = collector.connectors
    for pipeline in collector.pipelines.items:
        where = f"pipeline `{pipeline.id}`"
        for what, uses, sections in (
            ("receiver", pipeline.receivers, (collector.receivers, connectors)),
            ("processor", pipeline.processors, (collector.processors,)),
            ("exporter", pipeline.exporters, (collector.exporters, connectors)),
        ):
            yield from _not_in(collector, where, pipeline.id, what, uses, sections)
    enabled = collector.enabled_extensions
    yield from _not_in(collector, "`service.extensions`", "service", "extension", enabled, (collector.extensions,))


def _not_in(
    collector: Collector,
    where: str,
    owner: str,
    what: str,
    uses: Items[Component],
    sections: tuple[Items[Component], ...],
) -> Iterator[Finding]:
    defined = {component.id for section in sections for component in section.items}
    hidden = collector.partial or next((section.incomplete for section in sections if not section.complete), "")
    for use in {use.id: use for use in uses.items if use.id not in defined}.values():
        message, aspect = f"{where} names the {what} `{use.id}`, which is not defined", f"{owner}:{what}:{use.id}"
        if hidden:
            yield cannot_tell(use.place, f"{message} here: {hidden}", aspect=aspect)
        else:
            yield fails(use.place, message, _HELP, aspect=aspect)


def _badly_wired(collector: Collector) -> Iterator[Finding]:
    """What the collector refuses although everything is defined."""
    for pipeline in collector.pipelines.items:
        counted = Counter(use.id for use in pipeline.processors.items)
        for use in {use.id: use for use in pipeline.processors.items if counted[use.id] > 1}.values():
            yield fails(
                use.place,
                f"pipeline `{pipeline.id}` names the processor `{use.id}` twice",
                "name it once",
                aspect=f"{pipeline.id}:twice:{use.id}",
            )
    if not _hidden(collector):
        yield from _half_connected(collector)


def _half_connected(collector: Collector) -> Iterator[Finding]:
    """Connectors that only one side uses, and pipelines that feed themselves."""
    fed, read = _ends(collector)
    for connector in collector.connectors.items:
        sides = (connector.id in fed, connector.id in read)
        if sides in {(True, False), (False, True)}:
            missing = "a receiver" if sides[0] else "an exporter"
            yield fails(
                connector.place,
                f"connector `{connector.id}` is used on one side only: no pipeline has it as {missing}",
                f"use it as {missing} as well, or remove it",
                aspect=f"connector:{connector.id}",
            )
    turning = circle(collector)
    if turning is not None:
        message = f"pipeline `{turning.id}` feeds itself through its connectors"
        yield fails(turning.place, message, "break the circle", aspect="circle")


def _lost(collector: Collector) -> Iterator[Finding]:
    """Signals that are taken and then kept nowhere; where one pipeline of a signal keeps it, others may look on."""
    keeps = keeping(collector)
    kept = {pipeline.signal for pipeline in collector.pipelines.items if pipeline.id in keeps}
    for pipeline in collector.pipelines.items:
        if pipeline.exporters.items and pipeline.signal not in kept:
            kept.add(pipeline.signal)
            exporters = ", ".join(f"`{use.id}`" for use in pipeline.exporters.items[:_MOST_SHOWN])
            yield fails(
                pipeline.place,
                f"{pipeline.signal} end in {exporters} and are kept nowhere",
                "export them to a backend",
                aspect=f"{pipeline.signal}:lost",
            )


def _ends(collector: Collector) -> tuple[set[str], set[str]]:
    """What pipelines export to, and what they receive from."""
    pipelines = collector.pipelines.items
    exported = {use.id for pipeline in pipelines for use in pipeline.exporters.items}
    return exported, {use.id for pipeline in pipelines for use in pipeline.receivers.items}


def _hidden(collector: Collector) -> str:
    lists: Iterable[Items[Component]] = (
        uses
        for pipeline in collector.pipelines.items
        for uses in (pipeline.receivers, pipeline.processors, pipeline.exporters)
    )
    return next((uses.incomplete for uses in (*lists, collector.connectors) if not uses.complete), "")
