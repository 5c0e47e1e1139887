"""Services from catalogue entries (opsready's own file, Backstage components), and what several say of one service."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from opsready.model.source import Known, Unset
from opsready.parse.syntax import Map
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opsready.model.continuity import Continuity
    from opsready.model.preparedness import Preparedness
    from opsready.model.service import Service
    from opsready.model.source import Value
    from opsready.model.verdict import Diagnostic

T = TypeVar("T")

SERVICE_GROUP = "opsready.dev/"
BACKSTAGE_GROUP = "backstage.io/"
# The formats in order of precedence: what an earlier one says of a service is not overruled by a later one.
SOURCES = ("opsready", "backstage")


def services_in(root: object, file: str) -> tuple[Service | None, tuple[Diagnostic, ...]]:
    """The service that a document of either format describes, with what in it cannot be read; None for all others."""
    version = root.get("apiVersion") if isinstance(root, Map) else None
    if not isinstance(root, Map) or not isinstance(version, str):
        return None, ()
    if version.startswith(BACKSTAGE_GROUP):
        from opsready.adapt.backstage import component

        return component(root, file), ()
    if version.startswith(SERVICE_GROUP):
        from opsready.adapt.service_file import service

        return service(root, file)
    return None, ()


def merge(services: Iterable[Service]) -> tuple[Service, ...]:
    """Make one entity of all that is said of a service: by its name, or by a name that another one calls an alias.

    opsready's own file comes before Backstage, otherwise the order given decides. The merged entity keeps the place of
    the first, takes the strictest tier, and unites links, escalation steps and on-call references.
    """
    ordered = sorted(services, key=lambda service: SOURCES.index(service.source) if service.source in SOURCES else 9)
    named = {service.name for service in ordered if service.source == SOURCES[0]}
    aliases = {alias: service.name for service in reversed(ordered) for alias in service.aliases if alias not in named}
    groups: dict[tuple[str, str], list[Service]] = {}
    for service in ordered:
        name = aliases.get(service.name, service.name)
        namespace = "" if name in named else service.identity.namespace or ""
        groups.setdefault((namespace, name), []).append(service)
    return tuple(_merged(group) for group in groups.values())


def _merged(group: list[Service]) -> Service:
    first = group[0]
    if len(group) == 1:
        return first
    owner = next((service for service in group if isinstance(service.owner, Known)), first)
    tiers = [service.tier.value for service in group if isinstance(service.tier, Known)]
    names = [name for service in group for name in (service.name, *service.aliases) if name != first.name]
    return replace(
        first,
        owner=owner.owner,
        owner_is_person=owner.owner_is_person,
        tier=next(
            (service.tier for service in group if isinstance(service.tier, Known) and service.tier.value == min(tiers)),
            _first_written(service.tier for service in group),
        ),
        lifecycle=_first_written(service.lifecycle for service in group),
        aliases=tuple(dict.fromkeys(names)),
        links=_union((service.links for service in group), lambda link: (link.kind, link.target)),
        escalation=_union((service.escalation for service in group), lambda step: step.to),
        on_call=tuple(dict.fromkeys(reference for service in group for reference in service.on_call)),
        workload_patterns=tuple(dict.fromkeys(glob for service in group for glob in service.workload_patterns)),
        attestations=tuple(attestation for service in group for attestation in service.attestations),
        budget_window=_first_written(service.budget_window for service in group),
        exemptions=tuple(exemption for service in group for exemption in service.exemptions),
        kubernetes_id=next((service.kubernetes_id for service in group if service.kubernetes_id), ""),
        preparedness=_united_preparedness([service.preparedness for service in group if service.preparedness]),
        continuity=_continuity([service.continuity for service in group if service.continuity is not None]),
    )


def _continuity(declared: list[Continuity]) -> Continuity | None:
    if len(declared) < 2:
        return declared[0] if declared else None
    from opsready.adapt.service_continuity import united

    return united(declared)


def _union(groups: Iterable[tuple[T, ...]], key: Callable[[T], object]) -> tuple[T, ...]:
    """Everything once, in order; of what is said twice the first."""
    found: dict[object, T] = {}
    for group in groups:
        for item in group:
            found.setdefault(key(item), item)
    return tuple(found.values())


def _first_written(values: Iterable[Value[T]]) -> Value[T]:
    """The first value that can be read, else the first that is written at all."""
    listed = list(values)
    written = [value for value in listed if not isinstance(value, Unset)]
    return next((value for value in written if isinstance(value, Known)), written[0] if written else listed[0])


def _united_preparedness(said: list[Preparedness]) -> Preparedness | None:
    """All that is said of recovery and capacity; None where nothing is."""
    if not said:
        return None
    from opsready.model.preparedness import united

    return united(said)
