"""Who the entity of a Kubernetes object is: its names, where they are written, and the ignores on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.model.entity import Identity, Ignore
from opsready.model.source import Place
from opsready.parse.syntax import Map, span

if TYPE_CHECKING:
    from opsready.resolve.units import Resource, Unit

IGNORE_PREFIX = "opsready.dev/ignore."
# The mapping that holds the pod template, of those kinds that do not keep it in their `spec`.
TEMPLATE_OWNERS = {"CronJob": ("spec", "jobTemplate", "spec"), "ScaledJob": ("spec", "jobTargetRef")}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNTIL = re.compile(r"\buntil=(\S+)")


def root_node(resource: Resource) -> Node:
    """The resource itself, shown where its name is written."""
    return Node(resource.tree, resource.file, "", header(resource))


def header(resource: Resource) -> Place:
    """Where a resource's name is written."""
    metadata = resource.tree.get("metadata")
    for key in ("name", "generateName"):
        if isinstance(metadata, Map) and key in metadata.pos:
            _, start, end = metadata.pos[key]
            return Place("", span(resource.file, start, max(start, end)))
    return Place("", span(resource.file, resource.tree.start, resource.tree.start))


def identity_of(resource: Resource, unit: Unit) -> Identity:
    """Who the entity of a resource is; ignores are taken from the object and from its pod template."""
    root = root_node(resource)
    metadata = root.node("metadata")
    template = root.at(*TEMPLATE_OWNERS.get(resource.kind, ("spec",)))
    return Identity(
        kind=resource.kind,
        name=resource.name,
        namespace=resource.namespace,
        unit=unit.id,
        environment=unit.environment,
        production=unit.production,
        place=root.place,
        written_name=resource.written_name,
        deploy_namespace=resource.deploy_namespace,
        labels=metadata.pairs("labels"),
        annotations=metadata.pairs("annotations"),
        ignores=(*ignores_of(metadata), *ignores_of(template.at("template", "metadata"))),
    )


def ignores_of(metadata: Node) -> tuple[Ignore, ...]:
    """The ignores in the annotations of an object or a pod template."""
    annotations = metadata.node("annotations")
    return tuple(
        read_ignore(key[len(IGNORE_PREFIX) :], annotations.plain_text(key), annotations.key_place(key))
        for key in annotations.tree or ()
        if key.startswith(IGNORE_PREFIX)
    )


def read_ignore(rule: str, text: str, place: Place) -> Ignore:
    """Read `reason; until=2027-03-31`, the value of an ignore annotation."""
    found = _UNTIL.search(text)
    until = found[1].strip(";,") if found else ""
    reason = _UNTIL.sub("", text).strip(" ;,\n\t")
    problem = ""
    if not reason:
        problem = "gives no reason"
    elif not until:
        problem = "names no last day (`until=YYYY-MM-DD`)"
    elif not is_date(until):
        problem = f"names a last day that is no date: `{until}`"
    return Ignore(rule, reason, until, place, problem)


def is_date(text: str) -> bool:
    """Whether a text is a day that exists, as YYYY-MM-DD."""
    from datetime import date

    try:
        return _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
