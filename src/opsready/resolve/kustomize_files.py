"""Kustomization files: where they are, what they name, and which of them are deployed by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsready.model.source import Origin, Place
from opsready.parse.syntax import Map, Seq, span
from opsready.records import dataclass
from opsready.resolve.manifests import is_kustomization
from opsready.resolve.sources import join, parent

if TYPE_CHECKING:
    from opsready.resolve.sources import Sources

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_FILE_FIELDS = (
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "generators",
    "transformers",
    "validators",
)


@dataclass(frozen=True, slots=True)
class Kustomization:
    """One kustomization file; `component` where its kind says so."""

    path: str
    tree: Map
    component: bool

    @property
    def directory(self) -> str:
        """The directory that its paths are relative to."""
        return parent(self.path)

    def listed(self, key: str) -> Iterator[tuple[object, Place]]:
        """The items of a list field, each with its place."""
        items = self.tree.get(key)
        if isinstance(items, Seq):
            for item, (start, end) in zip(items, items.pos, strict=True):
                yield item, Place(key, span(self.path, start, end))

    def origin(self, field: str, item: Map, *keys: str) -> Origin:
        """An item of a field as the origin of a value; it stands at the first of the keys that the item has."""
        start, _, end = next(item.pos[key] for key in (*keys, "name") if key in item.pos)
        return Origin(f"`{field}` in {self.path}", span(self.path, start, end))


def kustomizations(sources: Sources) -> dict[str, Kustomization]:
    """Every kustomization by its directory."""
    found: dict[str, Kustomization] = {}
    for path, parsed in sources.parsed.items():
        if path.rpartition("/")[2] in FILE_NAMES and parsed.documents:
            root = parsed.documents[0].root
            if isinstance(root, Map) and is_kustomization(root):
                found[parent(path)] = Kustomization(path, root, root.get("kind") == "Component")
    return found


def leaves(found: dict[str, Kustomization]) -> list[str]:
    """Directories of kustomizations that no other one uses, and one of every circle that uses itself.

    What another one uses is deployed through that one only, and so is a component.
    """
    uses = {directory: _used_by(kustomization, found) for directory, kustomization in found.items()}
    used = {target for targets in uses.values() for target in targets}
    made = sorted(found.keys() - used)
    reached: set[str] = set()
    for directory in (*made, *sorted(used)):
        if directory in reached:
            continue
        if directory in used:
            made.append(directory)
        stack = [directory]
        while stack:
            if (here := stack.pop()) not in reached:
                reached.add(here)
                stack.extend(uses[here])
    return sorted(directory for directory in made if not found[directory].component)


def _used_by(kustomization: Kustomization, found: dict[str, Kustomization]) -> set[str]:
    used = set()
    for key in ("resources", "bases", "components"):
        for item, _ in kustomization.listed(key):
            target = join(kustomization.directory, item) if isinstance(item, str) else None
            if target is not None and target in found and target != kustomization.directory:
                used.add(target)
    return used


def named_files(kustomization: Kustomization) -> Iterator[str]:
    """Every path that a kustomization names, as resource, patch or input of a generator."""
    for key in _FILE_FIELDS:
        for item, _ in kustomization.listed(key):
            if isinstance(item, str) and (path := join(kustomization.directory, item)) is not None:
                yield path
    for key in ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements"):
        for item, _ in kustomization.listed(key):
            written = item.get("path") if isinstance(item, Map) else item
            if isinstance(written, str) and "\n" not in written and (path := join(kustomization.directory, written)):
                yield path
    for key in ("configMapGenerator", "secretGenerator"):
        for item, _ in kustomization.listed(key):
            files = item.get("files") if isinstance(item, Map) else None
            for written in files if isinstance(files, Seq) else ():
                if path := join(kustomization.directory, str(written).rpartition("=")[2]):
                    yield path
