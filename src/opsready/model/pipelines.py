"""Where a collector's connectors lead: every answer in one walk over all pipelines, however they are wired."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsready.model.source import Items
    from opsready.model.telemetry import Collector, Component, Pipeline

# Exporters that keep nothing: `logging` is the old name of `debug`.
_SINKS = frozenset({"debug", "logging", "nop"})


def keeping(collector: Collector) -> set[str]:
    """The ids of pipelines from which something reaches an exporter that keeps it, through connectors too."""
    connectors = {component.id for component in collector.connectors.items}
    feeders: dict[str, list[Pipeline]] = defaultdict(list)
    kept: set[str] = set()
    waiting: list[Pipeline] = []
    for pipeline in collector.pipelines.items:
        for connector in _used(pipeline.exporters, connectors):
            feeders[connector].append(pipeline)
        if any(use.type not in _SINKS and use.id not in connectors for use in pipeline.exporters.items):
            kept.add(pipeline.id)
            waiting.append(pipeline)
    while waiting:
        for connector in _used(waiting.pop().receivers, connectors):
            # Taken out, since what feeds a connector has to be looked at once.
            for feeder in feeders.pop(connector, ()):
                if feeder.id not in kept:
                    kept.add(feeder.id)
                    waiting.append(feeder)
    return kept


def circle(collector: Collector) -> Pipeline | None:
    """A pipeline that feeds itself through connectors, None where there is none."""
    connectors = {component.id for component in collector.connectors.items}
    readers: dict[str, list[Pipeline]] = defaultdict(list)
    feeders: dict[str, list[Pipeline]] = defaultdict(list)
    for pipeline in collector.pipelines.items:
        for connector in _used(pipeline.receivers, connectors):
            readers[connector].append(pipeline)
        for connector in _used(pipeline.exporters, connectors):
            feeders[connector].append(pipeline)
    # What leads nowhere is taken away until everything that is left leads to something that is left.
    left = {pipeline.id: pipeline for pipeline in collector.pipelines.items}
    ways = {key: sum(1 for c in _used(found.exporters, connectors) if readers.get(c)) for key, found in left.items()}
    read_by = {connector: len(found) for connector, found in readers.items()}
    waiting = [pipeline for pipeline in collector.pipelines.items if not ways[pipeline.id]]
    while waiting:
        gone = waiting.pop()
        del left[gone.id]
        for connector in _used(gone.receivers, connectors):
            read_by[connector] -= 1
            for feeder in feeders[connector] if not read_by[connector] else ():
                ways[feeder.id] -= 1
                if not ways[feeder.id]:
                    waiting.append(feeder)
    next_of = {connector: next((f for f in found if f.id in left), None) for connector, found in readers.items()}
    here, seen = next(iter(left.values()), None), set[str]()
    while here is not None and here.id not in seen:
        seen.add(here.id)
        here = next((ahead for c in _used(here.exporters, connectors) if (ahead := next_of.get(c)) is not None), None)
    return here


def _used(uses: Items[Component], connectors: set[str]) -> list[str]:
    """The connectors among the components of a list, each once."""
    return list(dict.fromkeys(use.id for use in uses.items if use.id in connectors))
