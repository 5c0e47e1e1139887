"""What a kustomization changes in a resource with certainty: labels, images, replicas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.parse.syntax import Map, Seq, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.source import Origin

_TEMPLATES = (("spec", "template"), ("spec", "jobTemplate", "spec", "template"))
_MATCH_LABEL_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"})


def copied(tree: Map) -> Map:
    """A copy whose mappings and lists are its own; positions are shared, since nobody changes them in place."""
    made = Map(tree.start)
    made.pos = dict(tree.pos)
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
    """Withhold everything that says how a resource runs; its kind, name and labels stay."""
    if "spec" in tree:
        tree["spec"] = Withheld(reason)


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
        metadata += [_made(found, "metadata") for path in _TEMPLATES if (found := _at(tree, path)) is not None]
    targets = [_made(node, "labels") for node in metadata if node is not None]
    spec = _at(tree, ("spec",))
    if selectors and spec is not None:
        if kind == "Service":
            targets.append(_made(spec, "selector") if "selector" in spec else None)
        elif kind in _MATCH_LABEL_KINDS or (kind == "PodDisruptionBudget" and "selector" in spec):
            selector = _made(spec, "selector")
            targets.append(_made(selector, "matchLabels") if selector is not None else None)
    for labels in targets:
        if labels is not None:
            for key, value in pairs.items():
                labels[key] = value
                labels.pos.setdefault(key, (labels.start, labels.start, labels.start))


def _containers(node: object, depth: int = 0) -> Iterator[Map]:
    """Every container below a node, wherever a resource of any kind keeps its pod template."""
    if not isinstance(node, Map) or depth > 12:
        return
    for key, value in node.items():
        if key in {"containers", "initContainers"} and isinstance(value, Seq):
            yield from (item for item in value if isinstance(item, Map))
        else:
            yield from _containers(value, depth + 1)


def image_name(reference: str) -> str:
    """An image reference without tag and digest; a port of the registry is no tag."""
    name = reference.partition("@")[0]
    head, colon, tail = name.rpartition(":")
    return head if colon and "/" not in tail else name


def set_image(tree: Map, change: Map, origin: Origin) -> None:
    """Set name, tag or digest of every container that runs an image, as `images` does."""
    for container in _containers(tree.get("spec")):
        reference = container.get("image")
        if not isinstance(reference, str) or image_name(reference) != change["name"]:
            continue
        tag = reference[len(image_name(reference)) :]
        if change.get("digest"):
            tag = f"@{change['digest']}"
        elif change.get("newTag") is not None:
            tag = f":{change['newTag']}"
        container["image"] = str(change.get("newName") or change["name"]) + tag
        container.origins = {**(container.origins or {}), "image": origin}


def set_replicas(tree: Map, kind: str, count: object, origin: Origin) -> None:
    """Set the number of replicas, as `replicas` does for the kinds that have one."""
    spec = _at(tree, ("spec",))
    if spec is not None and kind in _MATCH_LABEL_KINDS:
        spec["replicas"] = count
        spec.pos.setdefault("replicas", (spec.start, spec.start, spec.start))
        spec.origins = {**(spec.origins or {}), "replicas": origin}
