"""OpenSLO documents (`openslo/v1`, `openslo/v1alpha`, `openslo.com/v2alpha`) as service level objectives.

What is invalid is what the specification and its official library refuse:
https://github.com/OpenSLO/OpenSLO, https://github.com/OpenSLO/go-sdk
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node, is_placeholder
from opsready.adapt.indicators import measures
from opsready.adapt.slo_entities import Complaints, apart, best, categories, identity, named_by
from opsready.adapt.slo_values import OPENSLO_UNITS, target, window
from opsready.model.slo import Query, Slo
from opsready.model.source import Known, Place, Unknown, Unset
from opsready.parse.syntax import Map, Seq, span
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.adapt.indicators import Shape
    from opsready.adapt.slo_entities import Where
    from opsready.model.source import Value

VERSIONS = frozenset({"openslo/v1", "openslo/v1alpha", "openslo.com/v2alpha"})
GROUPS = ("openslo/", "openslo.com/")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_PROMETHEUS = frozenset({"prometheus", "prom", "mimir", "thanos", "cortex", "grafana-mimir", "amazonprometheus", "gmp"})
_QUERY_KEYS = ("query", "promql", "expression", "expr")
_METHODS = frozenset({"Occurrences", "Timeslices", "RatioTimeslices"})
# `timeWindows[].unit` of v1alpha, in days, with the lengths of the later `duration`.
_UNITS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
_MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Found:
    """One OpenSLO document, and where its file belongs."""

    root: Map
    file: str
    where: Where

    @property
    def node(self) -> Node:
        """The document as something to read from."""
        return Node(self.root, self.file, "", Place("", span(self.file, self.root.start, self.root.start)))


@dataclass(frozen=True, slots=True)
class _Indicator:
    """An indicator as far as it can be read; `hidden` says what of it cannot."""

    node: Node
    queries: tuple[Query, ...]
    shape: Shape
    hidden: str = ""


class Documents:
    """All OpenSLO documents of a repository: objectives refer to indicators and data sources in other files."""

    def __init__(self, found: Iterable[Found]) -> None:
        """Index what can be referred to."""
        self._found = tuple(found)
        self._by_kind: dict[tuple[str, str], Node] = {}
        for item in self._found:
            node = item.node
            key = (node.plain_text("kind"), node.node("metadata").plain_text("name"))
            self._by_kind.setdefault(key, node)

    def objectives(self) -> Iterator[tuple[Found, int]]:
        """Every document that is an objective, and how many of its name its file has had so far."""
        met: dict[tuple[str, str], int] = {}
        for item in self._found:
            if item.node.plain_text("kind") == "SLO":
                name = item.node.node("metadata").plain_text("name")
                count = met[item.file, name] = met.get((item.file, name), 0) + 1
                yield item, count

    def objective(self, found: Found, count: int) -> Slo:
        """The objective that a document is, the `count`-th of its name in its file."""
        root, complaints = found.node, Complaints()
        metadata, spec = root.node("metadata"), root.node("spec")
        name = metadata.plain_text("name").strip()
        place = Place("", metadata.value_place("name").span)
        own = apart(identity("SLO", name, None, place, metadata, found.where), count)
        _check_header(root, metadata, spec, count, complaints)
        indicator = self._indicator(spec)
        if indicator is None:
            complaints.add("spec.indicator", f"`{name}` names no indicator", "add `indicator` or `indicatorRef`", place)
        objectives = spec.items("objectives")
        targets = [_target(objective, complaints) for objective in objectives.items]
        if not objectives.items and objectives.complete:
            complaints.add("spec.objectives", f"`{name}` has no target", "add `objectives` with a `target`", place)
        _check_budgeting(spec, objectives.items, indicator, complaints)
        length, calendar = _window(spec, complaints)
        queries = indicator.queries if indicator else ()
        complaints.check_queries(queries)
        return Slo(
            own,
            format="OpenSLO",
            service=_service(spec),
            measures=measures(
                (*categories(own), *_categories_of(indicator)),
                queries,
                (name, metadata.plain_text("displayName"), *_names_of(indicator)),
                indicator.shape if indicator else "hidden",
                place,
                indicator.hidden if indicator else "it names no indicator",
            ),
            target=best(targets) or (Unknown(objectives.incomplete) if objectives.incomplete else Unset()),
            window=length,
            calendar=calendar,
            queries=queries,
            matchers=named_by(queries, own.labels),
            problems=tuple(complaints.problems.values()),
            unread=tuple(complaints.unread),
        )

    def _indicator(self, spec: Node) -> _Indicator | None:
        """The indicator, inline or referred to, in the specification or in its objectives."""
        for node in (spec, *spec.items("objectives").items):
            if "indicator" in node:
                return self._read_indicator(node.node("indicator"))
            reference = node.text("indicatorRef")
            if isinstance(reference, Known):
                return self._referred(node, reference)
            if "ratioMetrics" in node:  # v1alpha
                return self._ratio(node, node.node("ratioMetrics"))
            if isinstance(reference, Unknown):
                return _Indicator(node, (), "hidden", reference.reason)
        return None

    def _referred(self, node: Node, reference: Known[str]) -> _Indicator:
        indicator = self._by_kind.get(("SLI", reference.value))
        if indicator is None:
            return _Indicator(node, (), "hidden", f"the indicator `{reference.value}` is not in this repository")
        return self._read_indicator(indicator)

    def _read_indicator(self, indicator: Node) -> _Indicator:
        spec = indicator.node("spec")
        if "ratioMetric" in spec:
            return self._ratio(indicator, spec.node("ratioMetric"))
        if "thresholdMetric" in spec:
            query = self._query(spec.node("thresholdMetric"), "raw")
            return _Indicator(indicator, (query,) if query else (), "threshold", _hidden(query, spec))
        return _Indicator(indicator, (), "hidden", spec.withheld or "its indicator has no metric")

    def _ratio(self, indicator: Node, ratio: Node) -> _Indicator:
        raw = "raw" in ratio
        roles = ("raw",) if raw else ("good", "bad", "total")
        # v1alpha writes `incremental` and the source beside the query.
        found = [query for role in roles if role in ratio and (query := self._query(ratio.node(role), role))]
        return _Indicator(indicator, tuple(found), "raw" if raw else "events", _hidden(found, ratio))

    def _query(self, metric: Node, role: str) -> Query | None:
        source = metric.node("metricSource")
        spec = source.node("spec") if source else metric
        kind = self._source_type(source or metric)
        for key in _QUERY_KEYS:
            text = spec.text(key)
            if isinstance(text, Known) and text.value.strip():
                promql = kind.lower().replace("_", "").replace(" ", "") in _PROMETHEUS
                return Query(role, text.value, text.place, promql)  # type: ignore[arg-type]
        return None

    def _source_type(self, source: Node) -> str:
        """The kind of data source: its own word, else that of the document that it refers to."""
        written = source.plain_text("type") or source.plain_text("source")
        reference = source.plain_text("metricSourceRef") or source.plain_text("dataSourceRef")
        if written or not reference:
            return written
        documents = (self._by_kind.get((kind, reference)) for kind in ("DataSource", "Datasource"))
        return next((found.node("spec").plain_text("type") for found in documents if found is not None), "")


def _hidden(found: object, node: Node) -> str:
    return "" if found else node.withheld or "its queries are not written here"


def _categories_of(indicator: _Indicator | None) -> tuple[str, ...]:
    if indicator is None:
        return ()
    metadata = indicator.node.node("metadata")
    from opsready.adapt.indicators import category
    from opsready.adapt.slo_entities import labels_of

    return category((*metadata.pairs("annotations"), *labels_of(metadata)))


def _names_of(indicator: _Indicator | None) -> tuple[str, ...]:
    if indicator is None:
        return ()
    metadata = indicator.node.node("metadata")
    return (metadata.plain_text("name"), metadata.plain_text("displayName"))


def _service(spec: Node) -> Value[str]:
    """The service that it names; v2alpha's library calls it a reference."""
    written = spec.text("service")
    written = spec.text("serviceRef") if isinstance(written, Unset) else written
    if isinstance(written, Known) and is_placeholder(written.value):
        return Unknown(f"the service is filled in later: `{written.value[:60]}`", written.place)
    return written


def _check_header(root: Node, metadata: Node, spec: Node, count: int, complaints: Complaints) -> None:
    version = root.plain_text("apiVersion")
    if version not in VERSIONS:
        message = f"`{version[:60]}` is no version of OpenSLO"
        complaints.add("apiVersion", message, "write `apiVersion: openslo/v1`", root.value_place("apiVersion"))
    name = metadata.text("name")
    place = metadata.value_place("name")
    if not isinstance(name, Unknown):
        written = name.value if isinstance(name, Known) else ""
        if not is_placeholder(written) and not _NAME.match(written):
            message = f"`{written[:60]}` is no name: lower case letters, digits and `-`, at most 63 of them"
            message = message if written else "it has no name"
            complaints.add("metadata.name", message, "name it as a Kubernetes object is named", place)
        elif count > 1:
            message = f"a second objective of this file is named `{written}`"
            complaints.add("metadata.name", message, "give every objective a name of its own", place)
    service = _service(spec)
    if isinstance(service, Unset) or (isinstance(service, Known) and not service.value.strip()):
        message = f"`{metadata.plain_text('name')}` names no service"
        complaints.add("spec.service", message, "add `service`", spec.key_place("service") if spec else place)


def _target(objective: Node, complaints: Complaints) -> Value[float]:
    ratio, percentage = target(objective, "target", "ratio"), target(objective, "targetPercent", "percent")
    complaints.take(ratio.problem)
    complaints.take(percentage.problem)
    both = not isinstance(ratio.value, Unset) and not isinstance(percentage.value, Unset)
    about = objective.inner_path("target")
    if both:
        message = f"`{objective.path}` has a `target` and a `targetPercent`"
        complaints.add(about, message, "keep one of them", objective.key_place("targetPercent"))
    elif isinstance(ratio.value, Unset) and isinstance(percentage.value, Unset):
        complaints.add(about, f"`{objective.path}` has no target", "add `target`, such as `0.999`", objective.place)
    return percentage.value if isinstance(ratio.value, Unset) else ratio.value


def _check_budgeting(
    spec: Node, objectives: tuple[Node, ...], indicator: _Indicator | None, complaints: Complaints
) -> None:
    """Objectives counted in slices of time need to say what a good slice is, those of a threshold where it lies."""
    method = spec.plain_text("budgetingMethod")
    if method and not is_placeholder(method) and method not in _METHODS:
        message = (
            f"`spec.budgetingMethod` is `{method[:60]}`, not one of `Occurrences`, `Timeslices`, `RatioTimeslices`"
        )
        complaints.add("spec.budgetingMethod", message, "write one of them", spec.key_place("budgetingMethod"))
    needed = {"Timeslices": ("timeSliceTarget", "timeSliceWindow"), "RatioTimeslices": ("timeSliceWindow",)}
    for objective in objectives:
        keys = [*needed.get(method, ())]
        keys += ["op", "value"] if indicator is not None and indicator.shape == "threshold" else []
        for key in keys:
            if key not in objective:
                about = objective.inner_path(key)
                complaints.add(about, f"`{objective.path}` has no `{key}`", f"add `{key}`", objective.place)


def _window(spec: Node, complaints: Complaints) -> tuple[Value[timedelta], bool]:
    """The only time window; the format has no default."""
    for key in ("timeWindow", "timeWindows"):
        written = spec.raw(key)
        if isinstance(written, Unknown):
            return written, False
        if isinstance(written, Known):
            break
    else:
        return Unset(), False
    listed = spec.items(key)
    if (isinstance(written.value, Seq) and len(written.value) != 1) or not listed.items:
        message = f"`spec.{key}` holds {len(listed.items) or 'no'} windows where one belongs"
        complaints.add(f"spec.{key}", message, "write one window", spec.key_place(key))
    if not listed.items:
        return Unknown(f"`spec.{key}` holds no window", spec.key_place(key)), False
    only = listed.items[0]
    rolling = only.raw("isRolling")
    if isinstance(rolling, Known) and rolling.value is True and "calendar" in only:
        message = f"`{only.path}` is rolling and follows the calendar at once"
        complaints.add(
            f"{only.path}.calendar", message, "keep one of `isRolling` and `calendar`", only.key_place("calendar")
        )
    return _length(only, complaints), "calendar" in only


def _length(only: Node, complaints: Complaints) -> Value[timedelta]:
    if "unit" in only or "count" in only:
        unit, count = only.plain_text("unit").lower(), only.integer("count")
        if isinstance(count, Known) and unit in _UNITS and 0 < count.value <= _MOST_COUNTED:
            return Known(timedelta(days=_UNITS[unit] * count.value), only.key_place("count"))
        message = f"`{only.path}` is no window of a unit and a count"
        complaints.add(only.path, message, "write `unit: Day` and `count: 30`", only.place)
        return Unknown(message, only.place)
    found = window(only, "duration", OPENSLO_UNITS)
    complaints.take(found.problem)
    if isinstance(found.value, Unset):
        message = f"`{only.path}` has no `duration`"
        complaints.add(f"{only.path}.duration", message, "add `duration`, such as `30d`", only.place)
        return Unknown(message, only.place)
    return found.value
