"""The whole repository as units: kustomization leaves, charts, GitOps objects, and raw directories for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import Place
from opsready.parse.syntax import span
from opsready.records import dataclass
from opsready.resolve.charts import FILE_NAME, opaque_chart
from opsready.resolve.gitops import destinations, is_gitops, opaque_release
from opsready.resolve.kustomize_files import FILE_NAMES as KUSTOMIZATION_NAMES
from opsready.resolve.kustomize_files import kustomizations, leaves, named_files
from opsready.resolve.manifests import objects_in
from opsready.resolve.sources import parent
from opsready.resolve.units import ANY_KUBERNETES, Opaque, Resource, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.resolve.environments import Environments
    from opsready.resolve.kustomize_files import Kustomization
    from opsready.resolve.sources import ParsedFile, Sources


def units(sources: Sources, environments: Environments, known_charts: frozenset[str]) -> tuple[Unit, ...]:
    """Every unit of the repository, sorted by its id."""
    maker = _Maker(sources, environments, known_charts, kustomizations(sources))
    made = [*maker.kustomization_leaves(), *maker.charts(), *maker.raw_directories()]
    made = [unit for unit in made if unit.resources or unit.opaque or unit.destinations]
    if sources.terraform:
        from opsready.resolve.terraform import terraform_units

        made.extend(
            terraform_units(sources.terraform, environments, sources.paths - sources.unjudged, sources.versions)
        )
    return tuple(sorted(made, key=lambda unit: unit.id))


@dataclass(frozen=True, slots=True)
class _Maker:
    sources: Sources
    environments: Environments
    known_charts: frozenset[str]
    found: dict[str, Kustomization]

    def kustomization_leaves(self) -> list[Unit]:
        made = list(self.evaluated()) if self.found else []
        for path, parsed in self.sources.parsed.items():
            if _is_unreadable(parsed) and path.rpartition("/")[2] in KUSTOMIZATION_NAMES:
                made.append(self.unit(path, "kustomization", parent(path), (), [_unreadable(path)]))
        return made

    def evaluated(self) -> Iterator[Unit]:
        from opsready.resolve.kustomize import Evaluator

        evaluator = Evaluator(self.sources, self.found)
        for directory in leaves(self.found):
            build = evaluator.build(directory)
            resources = [draft.finished() for draft in build.drafts]
            path = self.found[directory].path
            yield self.unit(path, "kustomization", directory, resources, build.opaque, build.other_kinds)

    def charts(self) -> list[Unit]:
        made = []
        for directory in sorted(self.sources.charts):
            path = f"{directory}/{FILE_NAME}" if directory else FILE_NAME
            opaque = opaque_chart(directory, self.sources)
            made.append(self.unit(path, "chart", directory, (), opaque))
        return made

    def raw_directories(self) -> list[Unit]:
        """Manifests that no kustomization names, by the topmost directory that holds one."""
        named = {path for item in self.found.values() for path in named_files(item)}
        named.update(item.path for item in self.found.values())
        by_directory: dict[str, tuple[list[Resource], list[Opaque], list[str]]] = {}
        manifests: dict[str, list[Resource]] = {}
        unreadable = []
        for path, parsed in self.sources.parsed.items():
            if path in named:
                continue
            found = list(objects_in(parsed))
            if found:
                manifests[path] = found
            elif _is_unreadable(parsed) and path.rpartition("/")[2] not in KUSTOMIZATION_NAMES:
                unreadable.append(path)
        holding = {parent(path) for path in manifests}
        for path, found in manifests.items():
            resources, _, _ = by_directory.setdefault(self._topmost(path, holding), ([], [], []))
            resources.extend(found)
        for path in unreadable:
            if parent(path) in holding:
                by_directory[self._topmost(path, holding)][1].append(_unreadable(path))
        for path, kinds in self.sources.other_kinds.items():
            if path not in named:
                directory = self._topmost(path, holding | {parent(path)})
                by_directory.setdefault(directory, ([], [], []))[2].extend(kinds)
        return [
            self.unit(f"{directory}/" if directory else "./", "raw", directory, resources, opaque, kinds)
            for directory, (resources, opaque, kinds) in sorted(by_directory.items())
        ]

    def _topmost(self, path: str, holding: set[str]) -> str:
        """The directory whose unit a manifest belongs to: cut at environment segments and at kustomizations."""
        parts = parent(path).split("/") if parent(path) else []
        top = parent(path)
        for depth in range(len(parts), -1, -1):
            directory = "/".join(parts[:depth])
            if directory in holding:
                top = directory
            if depth and (self.environments.is_segment(parts[depth - 1]) or directory in self.found):
                break
        return top

    def unit(
        self,
        identifier: str,
        kind: str,
        directory: str,
        resources: Iterable[Resource],
        opaque: Iterable[Opaque],
        other_kinds: Iterable[str] = (),
    ) -> Unit:
        plain: list[Resource] = []
        gitops: list[Resource] = []
        for resource in resources:
            (gitops if is_gitops(resource) else plain).append(resource)
        releases = [found for item in gitops for found in opaque_release(item, self.sources, self.known_charts)]
        environment = self.environments.of(identifier)
        return Unit(
            identifier,
            kind,  # type: ignore[arg-type]
            directory,
            environment,
            self.environments.production(environment),
            tuple(plain),
            (*opaque, *releases),
            tuple(sorted(set(other_kinds))),
            tuple(found for item in gitops for found in destinations(item, self.sources)),
        )


def _is_unreadable(parsed: ParsedFile) -> bool:
    return parsed.broken and not parsed.documents


def _unreadable(path: str) -> Opaque:
    place = Place("", span(path, 0, 0))
    return Opaque(f"file `{path}`", path, "repair its YAML", place, ANY_KUBERNETES)
