"""`opsready-service.yaml`: a service as its team describes it, for what no other catalogue has a field for."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from opsready.adapt.attestations import attestations, exemptions
from opsready.adapt.attributes import Node
from opsready.adapt.catalogue_words import lifecycle_value, tier_value
from opsready.adapt.durations import duration
from opsready.adapt.service_levels import budget_window, level_links
from opsready.adapt.service_schema import problems_of_service
from opsready.model.entity import Identity
from opsready.model.service import Attestation, EscalationStep, Link, Service
from opsready.model.source import Known, Place, Unset
from opsready.model.verdict import Diagnostic
from opsready.parse.syntax import Map, Seq, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.continuity import Continuity
    from opsready.model.preparedness import Preparedness
    from opsready.model.service import LinkKind
    from opsready.model.source import Value

_DOCS: dict[str, LinkKind] = {
    "runbooks": "runbook",
    "playbooks": "playbook",
    "recovery_procedure": "recovery-procedure",
    "capacity_plan": "capacity-plan",
    "postmortems": "postmortem",
}


def service(root: Map, file: str) -> tuple[Service | None, tuple[Diagnostic, ...]]:
    """Read a service file; what its schema does not allow is a diagnostic, and the rest of it counts."""
    diagnostics = list(problems_of_service(root, file))
    top = Node(root, file, "", Place("", span(file, root.start, root.start)))
    metadata = top.node("metadata")
    name = metadata.plain_text("name").strip()
    if not name or top.plain_text("kind") != "Service":
        return None, tuple(diagnostics)
    spec = top.node("spec")
    owner, is_person = _owner(spec)
    found = Service(
        Identity("Service", name, None, "", "", production=True, place=Place("", metadata.value_place("name").span)),
        declared=True,
        source="opsready",
        owner=owner,
        owner_is_person=is_person,
        tier=tier_value(spec.text("tier")),
        lifecycle=lifecycle_value(spec.text("lifecycle")),
        aliases=metadata.texts("aliases").items,
        links=(*_links(spec.node("docs")), *level_links(spec)),
        budget_window=budget_window(spec),
        escalation=tuple(_escalation(spec)),
        workload_patterns=spec.node("scope").texts("workloads").items,
        preparedness=_preparedness(spec),
        attestations=tuple(_attestations(spec, diagnostics)),
        exemptions=tuple(exemptions(spec)),
        continuity=_continuity(spec),
    )
    return found, tuple(diagnostics)


def _owner(spec: Node) -> tuple[Value[str], bool]:
    """The owning team, or the person where nothing but a person is named."""
    owner = spec.node("owner")
    if not owner:
        written = spec.text("owner")
        return written, isinstance(written, Known) and written.value.startswith("user:")
    team = owner.text("team")
    if isinstance(team, Unset) and "manager" in owner:
        return owner.text("manager"), True
    return team, isinstance(team, Known) and team.value.startswith("user:")


def _preparedness(spec: Node) -> Preparedness | None:
    """What the file says of recovery and capacity; None where it says nothing."""
    if not any(key in spec for key in ("drills", "reviews", "capacity", "data")):
        return None
    from opsready.adapt.preparedness import preparedness

    return preparedness(spec)


def _continuity(spec: Node) -> Continuity | None:
    if not any(key in spec for key in ("data", "objectives", "capacity")):
        return None
    from opsready.adapt.service_continuity import continuity

    return continuity(spec)


def _links(docs: Node) -> Iterator[Link]:
    for key, kind in _DOCS.items():
        for target, place in texts(docs, key):
            yield link(kind, target, place)


def texts(node: Node, key: str) -> Iterator[tuple[str, Place]]:
    """The texts of a list, each with its place; a single text counts as a list of one."""
    value = node.raw(key)
    if not isinstance(value, Known):
        return
    if isinstance(value.value, str):
        yield value.value, value.place
    elif isinstance(value.value, Seq):
        for item, (start, end) in zip(value.value, value.value.pos, strict=False):
            if isinstance(item, str):
                yield item, Place(f"{node.inner_path(key)}[{item}]", span(node.file, start, end))


def link(kind: LinkKind, target: str, place: Place) -> Link:
    """A link to a page elsewhere, or to a path below the root; `./` and `../` begin at the file that names them."""
    target = target.strip()
    if "://" in target or target.startswith("mailto:"):
        return Link(kind, target, place, external=True)
    if target.startswith(("./", "../")):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(place.span.file), target))
    return Link(kind, target.lstrip("/"), place, external=False)


def _escalation(spec: Node) -> Iterator[EscalationStep]:
    for step in spec.items("escalation").items:
        to = step.text("to")
        if isinstance(to, Known):
            within = step.text("within")
            length = duration(within.value) if isinstance(within, Known) else None
            yield EscalationStep(to.value.strip(), length, to.place)


def _attestations(spec: Node, diagnostics: list[Diagnostic]) -> Iterator[Attestation]:
    """The attestations that can take effect; the schema has its own complaints about what is not as it must be."""
    for read, item in attestations(spec):
        if isinstance(read, Attestation):
            yield read
        elif read.what == "ends-before":
            at = item.pos["expires"][0]
            line = span(spec.file, at, at).line
            given = f"before it was given on {item['date']}"
            message = f"the attestation of `{item['rule']}` expires on {item['expires']}, {given}"
            diagnostics.append(Diagnostic("invalid-value", spec.file, line, message))
