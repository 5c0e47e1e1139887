"""Volume claims: objects of their own, and the templates of a StatefulSet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.model.network import ConfigObject
from opsready.model.recovery import Volume
from opsready.model.source import Place
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Entity, Identity
    from opsready.model.standard import Standard
    from opsready.resolve.units import Resource, Unit

# What keeps a backup system away from a volume: https://velero.io/docs/main/resource-filtering/ and
# https://docs.k8up.io/k8up/2.11/references/annotations.html.
_REFUSING_LABELS = {"velero.io/exclude-from-backup": ("true", "Velero")}
_REFUSING_ANNOTATIONS = {"k8up.io/backup": ("false", "K8up"), "k8up.syn.tools/backup": ("false", "K8up")}


def claim(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """A claim as a volume, and as an object that others refer to."""
    del standard
    root = root_node(resource)
    identity = identity_of(resource, unit)
    modes = root.node("spec").texts("accessModes").items
    yield ConfigObject(identity, access_modes=modes)
    yield Volume(
        identity,
        resource.written_name,
        read_only=set(modes) == {"ReadOnlyMany"},
        refusals=tuple(_refusals(root.node("metadata"))),
    )


def template_volumes(owner: Identity, spec: Node) -> Iterator[Volume]:
    """The volumes of a StatefulSet: one for each template, which stands for the claims of all instances.

    Kubernetes names a claim for its template and its pod (`data-db-0`) and gives it the labels of the template and of
    the set's selector.
    """
    selected = spec.at("selector").pairs("matchLabels")
    for template in spec.items("volumeClaimTemplates").items:
        metadata = template.node("metadata")
        name = metadata.plain_text("name")
        if not name:
            continue
        identity = replace(
            owner,
            kind="PersistentVolumeClaim",
            name=f"{name}-{owner.name}",
            written_name=f"{name}-{owner.written_name}",
            place=Place(f"spec.volumeClaimTemplates[{name}]", metadata.value_place("name").span),
            labels=(*metadata.pairs("labels"), *selected),
            annotations=metadata.pairs("annotations"),
        )
        yield Volume(identity, name, owner.address, refusals=tuple(_refusals(metadata)))


def _refusals(metadata: Node) -> Iterator[tuple[str, str]]:
    for field, words in (("labels", _REFUSING_LABELS), ("annotations", _REFUSING_ANNOTATIONS)):
        written = dict(metadata.pairs(field))
        for key, (value, system) in words.items():
            if written.get(key) == value:
                yield system, f"the {field.removesuffix('s')} `{key}`"
