"""Sloth's objectives, in a plain file (`version: prometheus/v1`) and in a `PrometheusServiceLevel`.

The two differ in the case of their keys: https://sloth.dev/specs/default/v1/, https://sloth.dev/specs/kubernetes/v1/
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node, is_placeholder
from opsready.adapt.indicators import measures
from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.adapt.slo_entities import Complaints, apart, best, categories, identity, named_by, query, unreadable
from opsready.adapt.slo_values import target
from opsready.model.slo import Slo
from opsready.model.source import Known, Place, Unknown, Unset
from opsready.parse.syntax import Map, span
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opsready.adapt.slo_entities import Where
    from opsready.model.entity import Identity
    from opsready.model.slo import Query
    from opsready.model.source import Value
    from opsready.model.standard import Standard
    from opsready.resolve.units import Resource, Unit

# `--default-slo-period`: https://github.com/slok/sloth/blob/main/cmd/sloth/commands/generate.go
_DEFAULT_WINDOW = timedelta(days=30)
_WINDOW = re.compile(r"\{\{-?\s{0,9}\.window\s{0,9}-?\}\}")
_ROLES = {"error_query": "bad", "total_query": "total", "error_ratio_query": "raw"}


def is_sloth(root: object) -> bool:
    """Whether a document is a plain file of Sloth's."""
    return isinstance(root, Map) and str(root.get("version")).startswith("prometheus/v") and "slos" in root


def objectives_of_file(root: Map, file: str, where: Where) -> Iterator[Slo]:
    """The objectives of a plain file."""
    top = Node(root, file, "", Place("", span(file, root.start, root.start)))

    def named(name: str, service: str, node: Node) -> Identity:
        return identity("Slo", name, service or None, Place("", node.place.span), node, where)

    yield from _objectives(top, named, camel_case=False)


def objectives_of_resource(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Slo]:
    """The objectives of a `PrometheusServiceLevel`."""
    del standard
    owner = identity_of(resource, unit)

    def named(name: str, service: str, node: Node) -> Identity:
        place = Place("", node.place.span)
        return replace(owner, kind="Slo", name=name, written_name=name, namespace=service or None, place=place)

    yield from _objectives(root_node(resource).node("spec"), named, camel_case=True)


def _objectives(spec: Node, named: Callable[[str, str, Node], Identity], *, camel_case: bool) -> Iterator[Slo]:
    met: dict[str, int] = {}
    written = spec.text("service")
    service = written.value.strip() if isinstance(written, Known) else ""
    for node in spec.items("slos").items:
        name = node.plain_text("name").strip()
        count = met[name] = met.get(name, 0) + 1
        own = apart(named(name or "unnamed", service, node), count)
        complaints = Complaints()
        _check_header(spec, node, name, count, complaints)
        yield _objective(spec, node, own, complaints, camel_case=camel_case)


def _check_header(spec: Node, node: Node, name: str, count: int, complaints: Complaints) -> None:
    if not name:
        complaints.add("name", f"`{node.path}` has no name", "add `name`", node.place)
    elif count > 1:
        message = f"a second objective of this service is named `{name}`"
        complaints.add("name", message, "give every objective a name of its own", node.place)
    service = spec.text("service")
    if isinstance(service, Unset) or (isinstance(service, Known) and not service.value.strip()):
        complaints.add("service", f"`{name}` names no service", "add `service`", node.place)


def _objective(spec: Node, node: Node, own: Identity, complaints: Complaints, *, camel_case: bool) -> Slo:
    goal = target(node, "objective", "percent")
    complaints.take(goal.problem)
    if isinstance(goal.value, Unset):
        message = f"`{own.written_name}` has no `objective`"
        complaints.add(node.inner_path("objective"), message, "add `objective`, such as `99.9`", node.place)
    sli = node.node("sli")
    queries, hidden, plugin = _indicator(sli, node, complaints, camel_case=camel_case)
    complaints.check_queries(queries)
    for item in queries:
        if not _WINDOW.search(item.text):
            message = (
                f"`{item.place.path}` does not use the window `{{{{.window}}}}`, so it is the same for every window"
            )
            complaints.add(item.place.path, message, "write `[{{.window}}]` where the range belongs", item.place)
    labels = (*spec.pairs("labels"), *node.pairs("labels"), *own.labels)
    return Slo(
        own,
        format="Sloth",
        service=_service(spec),
        measures=measures(
            (*categories(replace(own, labels=labels)), plugin),
            queries,
            (own.written_name,),
            "events",
            own.place,
            hidden,
        ),
        target=best([goal.value]) or Unset(),
        window=Unset(_DEFAULT_WINDOW),
        queries=queries,
        matchers=named_by(queries, labels),
        problems=tuple(complaints.problems.values()),
        unread=tuple(complaints.unread),
    )


def _indicator(
    sli: Node, node: Node, complaints: Complaints, *, camel_case: bool
) -> tuple[tuple[Query, ...], str, str]:
    """The queries of an indicator, why there may be others, and the plugin that writes them."""
    kinds = [key for key in ("events", "raw", "plugin") if key in sli]
    if len(kinds) != 1 and not sli.withheld:
        what = "no indicator" if not kinds else f"{len(kinds)} indicators"
        message = f"`{node.path}` has {what}"
        complaints.add(node.inner_path("sli"), message, "write one of `events`, `raw` and `plugin`", node.place)
    if "plugin" in sli:
        plugin = sli.node("plugin").plain_text("id")
        return (), f"the plugin `{plugin[:80]}` writes its queries", plugin
    found: list[Query] = []
    hidden = sli.withheld
    for kind, keys in (("events", ("error_query", "total_query")), ("raw", ("error_ratio_query",))):
        indicator = sli.node(kind)
        for key in keys if kind in kinds else ():
            spelled = _camel(key) if camel_case else key
            item = query(indicator, spelled, _ROLES[key])
            hidden = hidden or unreadable(indicator, spelled)
            if item is not None:
                found.append(item)
            elif not unreadable(indicator, spelled):
                path = indicator.inner_path(spelled)
                complaints.add(path, f"`{path}` is missing", f"add `{spelled}`", indicator.place)
    return tuple(found), hidden, ""


def _camel(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _service(spec: Node) -> Value[str]:
    written = spec.text("service")
    if isinstance(written, Known) and is_placeholder(written.value):
        return Unknown(f"the service is filled in later: `{written.value[:60]}`", written.place)
    return written
