"""Kubernetes objects in a file's documents, `List`s flattened, as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.parse.syntax import Map, Seq
from opsready.resolve.units import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.resolve.sources import ParsedFile

_MAX_LIST_DEPTH = 8
_KUSTOMIZE_GROUP = "kustomize.config.k8s.io"
NOT_DEPLOYED = (
    "skaffold/",
    "backstage.io/",
    "opsready.dev/",
    f"{_KUSTOMIZE_GROUP}/",
    "openslo/",
    "openslo.com/",
    "score.dev/",
)


def objects_in(file: ParsedFile) -> Iterator[Resource]:
    """Every object of a file that an API server would take."""
    for document in file.documents:
        yield from _objects(document.root, file.path, 0)


def _objects(node: object, path: str, depth: int) -> Iterator[Resource]:
    if not isinstance(node, Map):
        return
    api_version, kind = node.get("apiVersion"), node.get("kind")
    if not (isinstance(api_version, str) and isinstance(kind, str) and kind) or api_version.startswith(NOT_DEPLOYED):
        return
    items = node.get("items")
    if kind.endswith("List") and isinstance(items, Seq):
        if depth < _MAX_LIST_DEPTH:
            for item in items:
                yield from _objects(item, path, depth + 1)
        return
    metadata = node.get("metadata")
    if not isinstance(metadata, Map):
        return
    name = metadata.get("name", metadata.get("generateName"))
    if name is None or isinstance(name, Map | Seq):
        return
    namespace = metadata.get("namespace")
    written = namespace if isinstance(namespace, str) and namespace else None
    yield Resource(api_version, kind, str(name), str(name), written, written, path, node)


def is_kustomization(root: object) -> bool:
    """Whether a `kustomization.yaml` is Kustomize's own file rather than a GitOps object of that kind."""
    if not isinstance(root, Map):
        return False
    api_version = root.get("apiVersion")
    return api_version is None or str(api_version).startswith(_KUSTOMIZE_GROUP)
