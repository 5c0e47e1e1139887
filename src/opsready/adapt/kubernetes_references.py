"""The names that pods and other objects use for one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.network import Reference
from opsready.model.source import Known
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Identity
    from opsready.model.network import ReferenceKind
    from opsready.model.source import Place
    from opsready.model.workload import Selector


def reference(
    owner: Identity,
    place: Place,
    asks: ReferenceKind,
    target_kind: str,
    target_name: str,
    *,
    key: str = "",
    selector: Selector | None = None,
    optional: bool = False,
    entry_follows: bool = False,
) -> Reference:
    """A reference of an owner, located where the name is written."""
    return Reference(
        replace(owner, place=place),
        asks,
        owner.address,
        place.path,
        target_kind,
        target_name,
        key=key,
        selector=selector,
        optional=optional,
        entry_follows=entry_follows,
    )


def named(
    owner: Identity, node: Node, key: str, kind: str, *, entry: str = "", optional: bool = False
) -> Iterator[Reference]:
    """The object whose name stands under a key, and its entry if one is asked; nothing where it cannot be read."""
    value = node.text(key)
    if isinstance(value, Known) and value.value and "$(" not in value.value and "{{" not in value.value:
        place = node.key_place(key)
        yield reference(owner, place, "object", kind, value.value, optional=optional, entry_follows=bool(entry))
        if entry:
            yield reference(owner, place, "key", kind, value.value, key=entry, optional=optional)


def pod_references(owner: Identity, pod: Node, spec: Node) -> Iterator[Reference]:
    """Everything that a pod must find to start, and a StatefulSet's service; each thing once."""
    met: set[tuple[str, str, str, bool]] = set()
    for found in _all_pod_references(owner, pod, spec):
        key = (found.target_kind, found.target_name, found.key, found.optional)
        if key not in met:
            met.add(key)
            yield found


def _all_pod_references(owner: Identity, pod: Node, spec: Node) -> Iterator[Reference]:
    for key in ("serviceAccountName", "serviceAccount"):
        if key in pod:
            yield from named(owner, pod, key, "ServiceAccount")
            break
    if owner.kind == "StatefulSet":
        yield from named(owner, spec, "serviceName", "Service")
    for node in (*pod.items("containers").items, *pod.items("initContainers").items):
        yield from _container_references(owner, node)
    own = {claim.node("metadata").plain_text("name") for claim in spec.items("volumeClaimTemplates").items}
    for volume in pod.items("volumes").items:
        # A StatefulSet puts the claim made from its template in place of a volume of the same name.
        if volume.plain_text("name") not in own:
            yield from _volume_references(owner, volume)


def _container_references(owner: Identity, container: Node) -> Iterator[Reference]:
    for source in container.items("envFrom").items:
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            target = source.node(key)
            yield from named(owner, target, "name", kind, optional=_optional(target))
    for variable in container.items("env").items:
        source = variable.node("valueFrom")
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            target = source.node(key)
            if target:
                yield from named(
                    owner, target, "name", kind, entry=target.plain_text("key"), optional=_optional(target)
                )


def _volume_references(owner: Identity, volume: Node) -> Iterator[Reference]:
    for key, field, kind in (
        ("configMap", "name", "ConfigMap"),
        ("secret", "secretName", "Secret"),
        ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
    ):
        target = volume.node(key)
        yield from named(owner, target, field, kind, optional=_optional(target))
    for source in volume.node("projected").items("sources").items:
        for key, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            target = source.node(key)
            yield from named(owner, target, "name", kind, optional=_optional(target))


def _optional(node: Node) -> bool:
    return node.plain_text("optional") == "true"
