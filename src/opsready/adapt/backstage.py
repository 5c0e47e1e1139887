"""Backstage components (`catalog-info.yaml`, or any YAML document of that shape) as services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.adapt.catalogue_words import lifecycle_value, tier_of, tier_value
from opsready.adapt.service_file import link
from opsready.model.entity import Identity
from opsready.model.service import Link, Service
from opsready.model.source import Known, Place, Unset
from opsready.parse.syntax import span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.continuity import Continuity
    from opsready.model.service import LinkKind
    from opsready.model.source import Value
    from opsready.parse.syntax import Map

_API_VERSION = re.compile(r"backstage\.io/v1(?:alpha|beta)?\d*\Z")
# Parts of a software that do not run, and so need no one on call.
_NOT_RUNNING = frozenset({"library", "documentation", "template", "package", "design-system"})
_TIER_KEYS = ("tier", "criticality")
_ON_CALL = {
    "pagerduty.com/service-id": "pagerduty:{}",
    # The key itself is a credential: that there is one is all that matters.
    "pagerduty.com/integration-key": "pagerduty",
    "opsgenie.com/component-selector": "opsgenie:{}",
    "opsgenie.com/team": "opsgenie:{}",
}
_TYPES: dict[str, LinkKind] = {
    "runbook": "runbook",
    "runbooks": "runbook",
    "playbook": "playbook",
    "postmortems": "postmortem",
    "dashboard": "dashboard",
}
_TITLES: tuple[tuple[LinkKind, re.Pattern[str]], ...] = (
    ("runbook", re.compile(r"\brun[ -]?books?\b", re.IGNORECASE)),
    ("playbook", re.compile(r"\bplay[ -]?books?\b", re.IGNORECASE)),
    ("postmortem", re.compile(r"\bpost[ -]?mortems?\b", re.IGNORECASE)),
    ("recovery-procedure", re.compile(r"\b(?:disaster recovery|recovery procedure)\b", re.IGNORECASE)),
    ("capacity-plan", re.compile(r"\bcapacity plan\b", re.IGNORECASE)),
    ("dashboard", re.compile(r"\bdashboards?\b", re.IGNORECASE)),
)


def component(root: Map, file: str) -> Service | None:
    """Read a Component that runs; other kinds, libraries and the skeletons of software templates are no services."""
    top = Node(root, file, "", Place("", span(file, root.start, root.start)))
    metadata, spec = top.node("metadata"), top.node("spec")
    name = metadata.plain_text("name").strip()
    if not _API_VERSION.match(top.plain_text("apiVersion")) or top.plain_text("kind") != "Component":
        return None
    if not name or "{{" in name or "{%" in name or spec.plain_text("type").lower() in _NOT_RUNNING:
        return None
    annotations = metadata.node("annotations")
    namespace = metadata.plain_text("namespace").strip()
    owner = spec.text("owner")
    return Service(
        Identity(
            "Service",
            name,
            None if namespace in {"", "default"} else namespace,
            "",
            "",
            production=True,
            place=Place("", metadata.value_place("name").span),
            labels=metadata.pairs("labels"),
            annotations=metadata.pairs("annotations"),
        ),
        declared=True,
        source="backstage",
        owner=owner,
        owner_is_person=isinstance(owner, Known) and owner.value.lower().startswith("user:"),
        tier=_tier(metadata, annotations),
        lifecycle=lifecycle_value(spec.text("lifecycle")),
        links=tuple(_links(metadata, annotations)),
        on_call=tuple(_on_call(annotations)),
        kubernetes_id=annotations.plain_text("backstage.io/kubernetes-id"),
        continuity=_continuity(annotations),
    )


def _tier(metadata: Node, annotations: Node) -> Value[int]:
    """Our own annotation, else a label or annotation that people use for tiers, if it holds a word for one."""
    ours = annotations.text("opsready.dev/tier")
    if not isinstance(ours, Unset):
        return tier_value(ours)
    for node in (metadata.node("labels"), annotations):
        for key in _TIER_KEYS:
            written = node.text(key)
            if isinstance(written, Known) and tier_of(written.value) is not None:
                return tier_value(written)
    return Unset()


def _continuity(annotations: Node) -> Continuity | None:
    if "opsready.dev/rpo" not in annotations and "opsready.dev/rto" not in annotations:
        return None
    from opsready.adapt.service_continuity import annotated

    return annotated(annotations)


def _links(metadata: Node, annotations: Node) -> Iterator[Link]:
    ours = annotations.text("opsready.dev/runbook")
    if isinstance(ours, Known) and ours.value.strip():
        yield link("runbook", ours.value, ours.place)
    for item in metadata.items("links").items:
        url = item.text("url")
        if isinstance(url, Known) and url.value.strip():
            yield link(_kind(item), url.value, url.place)


def _kind(item: Node) -> LinkKind:
    """By the link's type, else by its title; an icon says nothing: `dashboard` stands beside pages of every kind."""
    declared = _TYPES.get(item.plain_text("type").strip().lower())
    if declared is not None:
        return declared
    title = item.plain_text("title")[:200]
    return next((kind for kind, pattern in _TITLES if pattern.search(title)), "other")


def _on_call(annotations: Node) -> Iterator[str]:
    for key, shown in _ON_CALL.items():
        value = annotations.plain_text(key).strip()
        if value:
            yield shown.format(value)
