"""What a kustomization changes in a resource with certainty: labels, images, replicas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.image import image_parts
from opsready.parse.syntax import Map, Seq, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.source import Origin

# What Kustomize knows of the built-in kinds
# (https://github.com/kubernetes-sigs/kustomize, api/internal/konfig/builtinpluginconsts).
_MATCH_LABEL_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
_MAY_MATCH_LABELS = frozenset({"Job", "PodDisruptionBudget"})
_PLAIN_SELECTOR_KINDS = frozenset({"Service", "ReplicationController"})
_WITH_TEMPLATE = _MATCH_LABEL_KINDS | {"ReplicationController", "Job"}
_WITH_REPLICAS = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})


def copied(tree: Map) -> Map:
    """A copy whose mappings and lists are its own; positions are shared, since nobody changes them in place."""
    made = Map(tree.start)
    made.pos = dict(tree.pos)
    made.blocks = tree.blocks
    made.origins = dict(tree.origins) if tree.origins else None
    for key, value in tree.items():
        made[key] = _copied_value(value)
    return made


def _copied_value(value: object) -> object:
    if isinstance(value, Map):
        return copied(value)
    if isinstance(value, Seq):
        made = Seq(value.start)
        made.pos = list(value.pos)
        made.incomplete = value.incomplete
        made.extend(_copied_value(item) for item in value)
        return made
    return value


def withhold_all(tree: Map, reason: str) -> None:
    """Withhold everything that says what a resource is and how it runs; its kind, name and labels stay."""
    for key in tree:
        if key not in {"apiVersion", "kind", "metadata"}:
            tree[key] = Withheld(reason)


def _at(tree: Map, path: tuple[str, ...]) -> Map | None:
    node: object = tree
    for key in path:
        node = node.get(key) if isinstance(node, Map) else None
    return node if isinstance(node, Map) else None


def _made(parent: Map, key: str) -> Map | None:
    """A mapping below a mapping, made where there is none; None where something else stands there."""
    if key not in parent or parent[key] is None:
        parent[key] = Map(parent.start)
        parent.pos.setdefault(key, (parent.start, parent.start, parent.start))
    value = parent[key]
    return value if isinstance(value, Map) else None


def set_labels(tree: Map, kind: str, pairs: Map, *, selectors: bool, templates: bool) -> None:
    """Add labels to a resource, to its pod templates and to its selectors, as `labels` and `commonLabels` do."""
    metadata = [_made(tree, "metadata")]
    if templates:
        metadata += [_made(template, "metadata") for template in _templates(tree, kind)]
    targets = [_made(node, "labels") for node in metadata if node is not None]
    spec = _at(tree, ("spec",))
    if selectors and spec is not None:
        targets.append(_selector(spec, kind))
    for labels in targets:
        if labels is not None:
            for key, value in pairs.items():
                labels[key] = value
                labels.pos.setdefault(key, (labels.start, labels.start, labels.start))


def _templates(tree: Map, kind: str) -> Iterator[Map]:
    """Everything in a resource that has labels for the pods that it makes."""
    paths: list[tuple[str, ...]] = [("spec", "template")] if kind in _WITH_TEMPLATE else []
    if kind == "CronJob":
        paths = [("spec", "jobTemplate"), ("spec", "jobTemplate", "spec", "template")]
    yield from (template for path in paths if (template := _at(tree, path)) is not None)


def _selector(spec: Map, kind: str) -> Map | None:
    """The labels that a resource selects by, made where its kind must have some."""
    if kind in _PLAIN_SELECTOR_KINDS:
        return _made(spec, "selector")
    if kind in _MATCH_LABEL_KINDS:
        selector = _made(spec, "selector")
        return _made(selector, "matchLabels") if selector is not None else None
    return _at(spec, ("selector", "matchLabels")) if kind in _MAY_MATCH_LABELS else None


def _containers(node: object, depth: int = 0) -> Iterator[Map]:
    """Every container below a node, wherever a resource of any kind keeps its pod template."""
    if not isinstance(node, Map) or depth > 12:
        return
    for key, value in node.items():
        if key in {"containers", "initContainers"} and isinstance(value, Seq):
            yield from (item for item in value if isinstance(item, Map))
        else:
            yield from _containers(value, depth + 1)


def set_image(tree: Map, change: Map, origin: Origin) -> None:
    """Set name, tag or digest of every container that runs an image, as `images` does."""
    for container in _containers(tree.get("spec")):
        reference = container.get("image")
        if not isinstance(reference, str) or image_parts(reference)[0] != change["name"]:
            continue
        container["image"] = str(change.get("newName") or change["name"]) + _version(reference, change)
        container.origins = {**(container.origins or {}), "image": origin}


def _version(reference: str, change: Map) -> str:
    """Tag and digest after a change: what it names replaces both."""
    tag, digest, suffix = (change.get(key) for key in ("newTag", "digest", "tagSuffix"))
    if tag or digest:
        return (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    written = reference[len(image_parts(reference)[0]) :]
    return written.partition("@")[0] + str(suffix) if suffix else written


def set_replicas(tree: Map, kind: str, count: object, origin: Origin) -> None:
    """Set the number of replicas, as `replicas` does for the kinds that have one."""
    spec = _at(tree, ("spec",))
    if spec is not None and kind in _WITH_REPLICAS:
        spec["replicas"] = count
        spec.pos.setdefault("replicas", (spec.start, spec.start, spec.start))
        spec.origins = {**(spec.origins or {}), "replicas": origin}
