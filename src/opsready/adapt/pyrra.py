"""Pyrra's `ServiceLevelObjective` as a service level objective.

https://github.com/pyrra-dev/pyrra/blob/main/kubernetes/api/v1alpha1/servicelevelobjective_types.go
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from opsready.adapt.indicators import measures
from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.adapt.slo_entities import Complaints, categories, named_by, query, unreadable
from opsready.adapt.slo_values import PROMETHEUS_UNITS, duration, target, window
from opsready.model.slo import Slo
from opsready.model.source import Known, Unset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.adapt.indicators import Shape
    from opsready.model.slo import Query
    from opsready.model.source import Value
    from opsready.model.standard import Standard
    from opsready.resolve.units import Resource, Unit

_LIMIT = re.compile(r"\ble\s{0,9}=~?\s{0,9}\"(?P<limit>\d{1,9}(?:\.\d{1,9})?)\"")
# Each indicator, its parts that hold a metric, and what it measures.
_PARTS: dict[str, tuple[tuple[str, str], ...]] = {
    "ratio": (("errors", "bad"), ("total", "total")),
    "latency": (("success", "good"), ("total", "total")),
    "latencyNative": (("total", "total"),),
    "bool_gauge": (("", "raw"),),
}
_SHAPES: dict[str, Shape] = {
    "ratio": "failures",
    "latency": "latency",
    "latencyNative": "latency",
    "bool_gauge": "uptime",
}
_SERVICE_LABEL = "pyrra.dev/service"


def objective(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Slo]:
    """The objective of a `ServiceLevelObjective`."""
    del standard
    own = identity_of(resource, unit)
    root, complaints = root_node(resource), Complaints()
    spec = root.node("spec")
    goal, length = target(spec, "target", "percent-text"), window(spec, "window", PROMETHEUS_UNITS)
    complaints.take(goal.problem)
    complaints.take(length.problem)
    for key, value, example in (("target", goal.value, '"99.9"'), ("window", length.value, "4w")):
        if isinstance(value, Unset):
            message = f"`{own.written_name}` has no `{key}`"
            complaints.add(f"spec.{key}", message, f"add `{key}`, such as `{example}`", own.place)
    indicator = spec.node("indicator")
    kind = _kind(indicator, own.written_name, complaints)
    queries, hidden = _queries(indicator, kind, complaints)
    complaints.check_queries(queries, selectors=True)
    if kind == "latency":
        _check_limit(queries, complaints)
    yield Slo(
        own,
        format="Pyrra",
        service=_service(root.node("metadata")),
        measures=measures(
            categories(own), queries, (own.written_name,), _SHAPES.get(kind, "hidden"), own.place, hidden or _none(kind)
        ),
        target=goal.value,
        window=length.value,
        threshold=_threshold(indicator, kind, queries),
        queries=queries,
        matchers=named_by(queries, own.labels),
        grouping=indicator.node(kind).texts("grouping").items if kind else (),
        problems=tuple(complaints.problems.values()),
        unread=tuple(complaints.unread),
    )


def _kind(indicator: Node, name: str, complaints: Complaints) -> str:
    kinds = [kind for kind in _PARTS if kind in indicator]
    if len(kinds) != 1 and not indicator.withheld:
        message = f"`{name}` has {len(kinds) or 'no'} indicator{'s' if kinds else ''}"
        remedy = "write one of `ratio`, `latency`, `latencyNative` and `bool_gauge`"
        complaints.add("spec.indicator", message, remedy, indicator.place)
    return kinds[0] if kinds else ""


def _none(kind: str) -> str:
    return "" if kind else "it has no indicator"


def _queries(indicator: Node, kind: str, complaints: Complaints) -> tuple[tuple[Query, ...], str]:
    found: list[Query] = []
    hidden = indicator.withheld
    for part, role in _PARTS.get(kind, ()):
        node = indicator.node(kind).node(part) if part else indicator.node(kind)
        item = query(node, "metric", role)
        why = unreadable(node, "metric")
        hidden = hidden or why
        if item is not None:
            found.append(item)
        elif not why:
            path = node.inner_path("metric")
            complaints.add(path, f"`{path}` is missing", "add the metric", node.place)
    return tuple(found), hidden


def _check_limit(queries: tuple[Query, ...], complaints: Complaints) -> None:
    """The answers that are quick enough are those of one bucket of the histogram."""
    for item in queries:
        if item.role == "good" and "le" not in item.text:
            path = item.place.path
            message = f"`{path}` does not say with `le` which answers are quick enough"
            complaints.add(path, message, 'select a bucket, such as `le="0.3"`', item.place)


def _threshold(indicator: Node, kind: str, queries: tuple[Query, ...]) -> Value[timedelta] | None:
    if kind == "latencyNative":
        written = indicator.node(kind).text("latency")
        length = duration(written.value, PROMETHEUS_UNITS) if isinstance(written, Known) else None
        return Known(length, written.place) if isinstance(written, Known) and length is not None else None
    for item in queries if kind == "latency" else ():
        found = _LIMIT.search(item.text)
        if item.role == "good" and found:
            return Known(timedelta(seconds=float(found["limit"])), item.place)
    return None


def _service(metadata: Node) -> Value[str]:
    for key in ("labels", "annotations"):
        written = metadata.node(key).text(_SERVICE_LABEL)
        if isinstance(written, Known):
            return written
    return Unset()
