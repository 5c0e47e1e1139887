"""Services and ingresses, and objects that are only ever referred to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.adapt.kubernetes_references import reference
from opsready.adapt.kubernetes_selectors import plain_selector
from opsready.model.network import ConfigObject, NetworkService, Route
from opsready.model.source import Entry, Known
from opsready.parse.syntax import Map, Masked, Withheld
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Entity, Identity
    from opsready.model.source import Value
    from opsready.model.standard import Standard
    from opsready.model.workload import Selector
    from opsready.resolve.units import Resource, Unit

_LONGEST_ENTRY = 2000  # characters


_ALERT = re.compile(r"^[ \t]*-[ \t]+alert:[ \t]*\S", re.MULTILINE)


def network(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """The entities of a Service, an Ingress or an object that others refer to."""
    del standard
    root = root_node(resource)
    identity = identity_of(resource, unit)
    match resource.kind:
        case "Service":
            yield from _service(identity, root.node("spec"))
        case "Ingress":
            yield from _ingress(identity, root.node("spec"))
            yield from _way_in(identity, root)
        case "LimitRange":
            requests, limits = _defaults(root.node("spec"))
            yield ConfigObject(identity, defaults=requests, default_limits=limits)
        case "SealedSecret":
            yield ConfigObject(identity, tuple(key for key, _ in root.at("spec").pairs("encryptedData")))
            yield from _settings(identity, root)
        case "ExternalSecret":
            yield _external_secret(identity, root.node("spec"))
            yield from _settings(identity, root)
        case _:
            yield _config_object(identity, root)
            if _holds_credentials(resource):
                yield from _settings(identity, root)


def _holds_credentials(resource: Resource) -> bool:
    """Whether an object is a Secret, or a ConfigMap in which something was masked."""
    if resource.kind != "ConfigMap":
        return resource.kind == "Secret"
    data = resource.tree.get("data")
    return isinstance(data, Map) and any(isinstance(value, Masked) for value in data.values())


def _settings(identity: Identity, root: Node) -> Iterator[Entity]:
    from opsready.adapt import kubernetes_settings

    match identity.kind:
        case "ConfigMap":
            yield from kubernetes_settings.config_map_settings(identity, root)
        case "Secret":
            yield from kubernetes_settings.secret_settings(identity, root)
        case _:
            yield from kubernetes_settings.sealed_settings(identity, root)


def _service(identity: Identity, spec: Node) -> Iterator[Entity]:
    selector = plain_selector(spec, "selector")
    ports: list[tuple[str, int | str]] = []
    for port in spec.items("ports").items:
        number, target = port.plain_text("port"), port.raw("targetPort")
        aimed = str(target.value) if isinstance(target, Known) else number
        reached = int(aimed) if aimed.isdecimal() and len(aimed) < 6 else aimed
        ports.append((port.plain_text("name"), reached))
        ports.append((number, reached))
        if isinstance(reached, str) and isinstance(selector, Known) and isinstance(target, Known):
            yield reference(
                identity,
                port.key_place("targetPort"),
                "port",
                "Pod",
                reached,
                key=reached,
                selector=selector.value,
            )
    headless = spec.plain_text("clusterIP") == "None"
    yield NetworkService(identity, selector, tuple(ports), headless)
    yield from _selected(identity, selector)


def _selected(identity: Identity, selector: Value[Selector]) -> Iterator[Entity]:
    if isinstance(selector, Known):
        shown = ",".join(f"{key}={value}" for key, value in selector.value.equals)
        yield reference(identity, selector.place, "selector", "Pod", shown, selector=selector.value)


def _ingress(identity: Identity, spec: Node) -> Iterator[Entity]:
    backends = [spec.node("defaultBackend"), spec.node("backend")]
    for rule in spec.items("rules").items:
        backends.extend(path.node("backend") for path in rule.node("http").items("paths").items)
    for backend in backends:
        # networking.k8s.io/v1 nests name and port; the v1beta1 spelling has them flat.
        service = backend.node("service")
        name_owner, name_key = (service, "name") if service else (backend, "serviceName")
        name = name_owner.text(name_key)
        if not isinstance(name, Known):
            continue
        port = service.node("port").raw("name" if "name" in service.node("port") else "number")
        if not service:
            port = backend.raw("servicePort")
        wanted = str(port.value) if isinstance(port, Known) else ""
        # `use-annotation` is the AWS load balancer controller's word for a port that an annotation defines.
        key = "" if wanted == "use-annotation" else wanted
        place = name_owner.key_place(name_key)
        yield reference(identity, place, "object", "Service", name.value, entry_follows=bool(key))
        if key:
            yield reference(identity, place, "key", "Service", name.value, key=key)


def _way_in(identity: Identity, root: Node) -> Iterator[Entity]:
    """Where an Ingress leads; one that takes a share of another's traffic is a rollout instead."""
    hosts, services = _ends(root.node("spec"))
    if identity.annotation("nginx.ingress.kubernetes.io/canary") == "true":
        from opsready.adapt.kubernetes_routes import canary_ingress

        yield from canary_ingress(identity, root.at("metadata", "annotations"), hosts, services)
    elif services:
        yield Route(identity, hosts, services)


def _ends(spec: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The hosts that an Ingress answers to, where no host is an empty one, and the services behind it."""
    hosts, services = [], [spec.at("defaultBackend", "service").plain_text("name")]
    for rule in spec.items("rules").items:
        hosts.append(rule.plain_text("host"))
        for path in rule.node("http").items("paths").items:
            backend = path.node("backend")
            services.append(backend.node("service").plain_text("name") or backend.plain_text("serviceName"))
    return tuple(dict.fromkeys(hosts)), tuple(dict.fromkeys(name for name in services if name))


def _external_secret(identity: Identity, spec: Node) -> ConfigObject:
    """The Secret that an external store's entries become, under the name of `target` where one is written."""
    target = spec.node("target")
    if target.plain_text("name"):
        identity = replace(identity, written_name=target.plain_text("name"))
    data = spec.items("data")
    keys = tuple(item.plain_text("secretKey") for item in data.items)
    return ConfigObject(identity, keys, data.complete and "dataFrom" not in spec and "template" not in target)


def _config_object(identity: Identity, root: Node) -> ConfigObject:
    keys: list[str] = []
    complete = True
    alerts = False
    for field in ("data", "stringData", "binaryData"):
        value = root.tree.get(field) if root.tree is not None else None
        if isinstance(value, Map):
            keys.extend(value)
            alerts = alerts or (identity.kind == "ConfigMap" and any(map(_holds_alert, value.values())))
        elif isinstance(value, Withheld):
            complete = False
    entries = tuple(_entries(root.node("data"))) if identity.kind == "ConfigMap" else ()
    return ConfigObject(identity, tuple(keys), complete, holds_alerts=alerts, entries=entries)


def _holds_alert(text: object) -> bool:
    """Whether an entry is a file of Prometheus rules with an alert in it; charts also write empty ones."""
    return isinstance(text, str) and "alert:" in text and _ALERT.search(text) is not None


def _entries(data: Node) -> Iterator[Entry]:
    """Entries that may be environment variables: of one line each, files are left out."""
    for key, value in (data.tree or {}).items():
        if isinstance(value, Withheld) or (
            isinstance(value, str) and len(value) <= _LONGEST_ENTRY and "\n" not in value
        ):
            yield Entry(key, data.text(key))


# A greatest amount is the default limit where none is written, a limit the default request, and so is a least amount:
# https://kubernetes.io/docs/concepts/policy/limit-range/
_LIMITS = ("default", "max")
_REQUESTS = ("defaultRequest", "default", "max", "min")


def _defaults(spec: Node) -> tuple[frozenset[str], frozenset[str]]:
    """The resources that a limit range requests, and those that it limits, for containers which do not themselves."""
    ranges = [item for item in spec.items("limits").items if item.plain_text("type") == "Container"]

    def given(fields: tuple[str, ...]) -> frozenset[str]:
        nodes = [item.node(field) for item in ranges for field in fields]
        return frozenset(name for name in ("cpu", "memory") if any(name in node for node in nodes))

    return given(_REQUESTS), given(_LIMITS)
