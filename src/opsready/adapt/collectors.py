"""Configurations of the OpenTelemetry Collector, wherever they are kept.

The format: https://opentelemetry.io/docs/collector/configuration/.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.adapt.kubernetes_objects import header, identity_of
from opsready.model.source import Items, Place
from opsready.model.telemetry import Collector, Component, Pipeline
from opsready.model.verdict import Diagnostic
from opsready.parse.nested import parse_nested
from opsready.parse.syntax import Map, Seq, Withheld, span
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opsready.model.entity import Identity
    from opsready.resolve.units import Resource, Unit

_SECTIONS = ("receivers", "processors", "exporters", "connectors", "extensions")
_LIKELY = tuple(
    re.compile(rf"^[ ]*[\"']?{word}[\"']?:", re.MULTILINE) for word in ("receivers", "exporters", "pipelines")
)
_FRAGMENT = re.compile(r"^(?:receivers|processors|exporters|connectors|service):", re.MULTILINE)
_SETS_ATTRIBUTES = frozenset({"resource", "attributes"})
_CONFIG_KEYS = frozenset({"relay", "config", "otelcol", "collector"})


def is_configuration(root: object) -> bool:
    """Whether a document is a configuration of the Collector: receivers, exporters, and pipelines between them."""
    if not isinstance(root, Map) or "receivers" not in root or "exporters" not in root:
        return False
    service = root.get("service")
    return isinstance(service, Map) and "pipelines" in service


def may_hold_collector(resource: Resource) -> bool:
    """Whether an object is, or holds, a configuration of the Collector."""
    if resource.kind == "OpenTelemetryCollector":
        return resource.group == "opentelemetry.io"
    return resource.kind == "ConfigMap" and any(True for _ in _texts(resource.tree.get("data")))


def collectors(resource: Resource, unit: Unit) -> tuple[list[Collector], list[Diagnostic]]:
    """The collectors that an object configures, and what of them is no YAML."""
    identity = identity_of(resource, unit)
    if resource.kind == "ConfigMap":
        written = resource.tree.get("data")
        data = written if isinstance(written, Map) else Map()
        keys = list(_texts(data))
        others = [key for key, value in data.items() if isinstance(value, str) and _FRAGMENT.search(value)]
        partial = "its other entries may be merged with it" if len(others) > 1 else ""
        read = [_nested(data, key, f"data.{key}", identity, resource.file, partial) for key in keys]
        if len(read) > 1:
            read = [
                (replace(collector, identity=replace(identity, name=f"{identity.name}[{key}]")), found)
                for key, (collector, found) in zip(keys, read, strict=True)
            ]
    else:
        read = [_of_operator(resource, identity)]
    return [collector for collector, _ in read], [item for _, found in read for item in found]


def plain_collector(root: Map, file: str, identity: Identity, partial: str) -> Collector:
    """The collector that a file of its own configures."""
    return _collector(Node(root, file, "", identity.place), identity, partial)


def likely_files(paths: Iterable[str]) -> dict[str, list[str]]:
    """Files that are called like a configuration of the Collector, by their folder: several of them may be merged."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        folder, _, name = path.lower().rpartition("/")
        if name.endswith((".yaml", ".yml")) and ("otel" in name or "collector" in name):
            found.setdefault(folder, []).append(path)
    return found


def partial_file(path: str, likely: Mapping[str, list[str]]) -> str:
    """Why a file may be a part of a configuration (empty: it is the whole)."""
    beside = likely.get(path.lower().rpartition("/")[0], [])
    other = next((found for found in beside if found != path), "")
    return f"`{other}` may be merged with it" if other else ""


def _texts(data: object) -> Iterator[str]:
    """The keys of a ConfigMap whose values look like configurations of the Collector."""
    for key, value in data.items() if isinstance(data, Map) else ():
        named = key.endswith((".yaml", ".yml")) or key in _CONFIG_KEYS
        if named and isinstance(value, str) and all(word.search(value) for word in _LIKELY):
            yield key


def _of_operator(resource: Resource, identity: Identity) -> tuple[Collector, tuple[Diagnostic, ...]]:
    """The operator's own kind: `spec.config` is a text in v1alpha1, and a mapping since v1beta1."""
    root = Node(resource.tree, resource.file, "", header(resource))
    spec = root.node("spec")
    if spec.tree is not None and isinstance(spec.tree.get("config"), str):
        return _nested(spec.tree, "config", "spec.config", identity, resource.file, "")
    return _collector(spec.node("config"), identity, ""), ()


def _nested(
    owner: Map, key: str, path: str, identity: Identity, file: str, partial: str
) -> tuple[Collector, tuple[Diagnostic, ...]]:
    inner = parse_nested(owner, key, file)
    start, _, end = owner.pos[key]
    place = Place(path, span(file, start, end))
    if inner.root is None or inner.broken:
        first = inner.diagnostics[:1] if inner.broken else ()
        reason = f"the configuration in `{path}` cannot be read as YAML"
        diagnostics = tuple(replace(found, message=f"{reason}: {_why(found)}") for found in first)
        if not diagnostics:
            diagnostics = (Diagnostic("unreadable-document", file, place.span.line, f"{reason}: it is not a mapping"),)
        return _collector(Node(Withheld(reason), file, path, place), identity, ""), diagnostics
    return _collector(Node(inner.root, file, path, place), identity, partial), inner.diagnostics


def _why(found: Diagnostic) -> str:
    return found.message.partition(": ")[2] or found.message


def _collector(config: Node, identity: Identity, partial: str) -> Collector:
    service = config.node("service")
    pipelines = service.node("pipelines")
    receivers, processors, exporters, connectors, extensions = (_defined(config, section) for section in _SECTIONS)
    if config.withheld or not config:
        hidden = config.withheld or f"`{config.path or 'config'}` is empty"
        listed: Items[Pipeline] = Items((), hidden)
    else:
        listed = Items(tuple(_pipelines(pipelines)), service.withheld or pipelines.withheld)
    return Collector(
        identity,
        receivers,
        processors,
        exporters,
        connectors,
        extensions,
        _used(service, "extensions"),
        listed,
        partial,
        frozenset(_attributes(config.node("processors"))),
    )


def _defined(config: Node, section: str) -> Items[Component]:
    """The components that a section defines; one without settings is defined all the same."""
    node = config.node(section)
    keys = node.tree or ()
    return Items(tuple(Component(key, node.key_place(key)) for key in keys), config.withheld or node.withheld)


def _used(node: Node, key: str) -> Items[Component]:
    """The components that a list names."""
    if node.withheld:
        return Items((), node.withheld)
    value = node.tree.get(key) if node.tree is not None else None
    if isinstance(value, Withheld):
        return Items((), value.reason)
    if not isinstance(value, Seq):
        return Items((), "" if value is None else f"`{node.inner_path(key)}` is not a list")
    base = node.inner_path(key)
    found = []
    hidden = value.incomplete
    for item, (start, end) in zip(value, value.pos, strict=False):
        if isinstance(item, str) and "${" not in item:
            place = Place(f"{base}[{item}]", span(node.file, start, max(start, end)))
            found.append(Component(item.strip(), place))
        else:
            hidden = hidden or f"an entry of `{base}` is filled in from elsewhere"
    return Items(tuple(found), hidden)


def _pipelines(pipelines: Node) -> Iterator[Pipeline]:
    for key in pipelines.tree or ():
        node = pipelines.node(key)
        yield Pipeline(
            key,
            pipelines.key_place(key),
            _used(node, "receivers"),
            _used(node, "processors"),
            _used(node, "exporters"),
        )


def _attributes(processors: Node) -> Iterator[str]:
    """The resource attributes that processors add to whatever comes by."""
    for key in processors.tree or ():
        if key.partition("/")[0] in _SETS_ATTRIBUTES:
            for action in processors.node(key).items("attributes").items:
                if action.plain_text("action") in {"insert", "upsert"}:
                    yield action.plain_text("key")
