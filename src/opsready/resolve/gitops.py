"""Flux and Argo CD objects: each names something that is deployed from elsewhere, so it is an opaque input."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from opsready.model.source import Place
from opsready.parse.syntax import Map, Seq, span
from opsready.resolve.sources import join
from opsready.resolve.units import ANY_KUBERNETES, Destination, Opaque

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.resolve.sources import Sources
    from opsready.resolve.units import Resource

_RELEASES = {("helm.toolkit.fluxcd.io", "HelmRelease"), ("helm.cattle.io", "HelmChart")}
_PATHS = {("kustomize.toolkit.fluxcd.io", "Kustomization")}
_APPLICATIONS = {("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet")}
_MOST_NAMES = 500


def is_gitops(resource: Resource) -> bool:
    """Whether an object deploys something else."""
    return (resource.group, resource.kind) in _RELEASES | _PATHS | _APPLICATIONS


def opaque_release(resource: Resource, sources: Sources, known_charts: frozenset[str]) -> Iterator[Opaque]:
    """What stands for a GitOps object; nothing where that is a directory of this repository, which is read anyway."""
    key = (resource.group, resource.kind)
    spec = resource.tree.get("spec")
    charts = sorted(_chart_names(spec))
    if not charts and any(_is_here(path, sources) for path in _deployed_paths(key, spec)):
        return
    what = f"{resource.kind} `{resource.name}`"
    opens_with = (
        "render its chart with its values and check the result"
        if charts or key in _RELEASES
        else "check the repository that it deploys, or commit what it deploys here"
    )
    third_party = bool(charts) and all(chart.rpartition("/")[2] in known_charts for chart in charts)
    yield Opaque(what, resource.name, opens_with, _header(resource), ANY_KUBERNETES, third_party=third_party)


def destinations(resource: Resource, sources: Sources) -> Iterator[Destination]:
    """The directories of this repository that a GitOps object deploys, with every name that may tell where to."""
    spec = resource.tree.get("spec")
    paths = [join("", path.lstrip("/")) for path in _deployed_paths((resource.group, resource.kind), spec)]
    if any(path in sources.directories for path in paths):
        names = (*resource.file.split("/")[:-1], resource.name, *islice(_names_of_places(spec), _MOST_NAMES))
        yield from (Destination(path, names) for path in paths if path in sources.directories)


def _names_of_places(spec: object) -> Iterator[str]:
    """Names of clusters: of an application's destination, of a generator's elements, of a kubeconfig's secret."""
    if not isinstance(spec, Map):
        return
    template = spec.get("template")
    inner = template.get("spec") if isinstance(template, Map) else None
    for owner in (spec, inner):
        if isinstance(owner, Map):
            for key in ("destination", "kubeConfig", "generators"):
                yield from _texts_below(owner.get(key))


def _texts_below(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Map):
        for item in value.values():
            yield from _texts_below(item)
    elif isinstance(value, Seq):
        for item in value:
            yield from _texts_below(item)


def _header(resource: Resource) -> Place:
    metadata = resource.tree["metadata"]
    if isinstance(metadata, Map) and "name" in metadata.pos:
        _, start, end = metadata.pos["name"]
        return Place("", span(resource.file, start, end))
    return Place("", span(resource.file, resource.tree.start, resource.tree.start))


def _chart_names(spec: object) -> Iterator[str]:
    """Charts that a release or an application deploys, in each format's own field."""
    if not isinstance(spec, Map):
        return
    chart = spec.get("chart")
    if isinstance(chart, str):
        yield chart
    elif isinstance(chart, Map) and isinstance(inner := chart.get("spec"), Map) and isinstance(inner.get("chart"), str):
        yield str(inner["chart"])
    for source in _sources_of(spec):
        if isinstance(source.get("chart"), str):
            yield str(source["chart"])


def _sources_of(spec: Map) -> Iterator[Map]:
    template = spec.get("template")
    if isinstance(template, Map) and isinstance(inner := template.get("spec"), Map):
        spec = inner
    single, several = spec.get("source"), spec.get("sources")
    yield from (
        source for source in (single, *(several if isinstance(several, Seq) else ())) if isinstance(source, Map)
    )


def _deployed_paths(key: tuple[str, str], spec: object) -> Iterator[str]:
    if not isinstance(spec, Map):
        return
    if key in _PATHS and isinstance(spec.get("path"), str):
        yield str(spec["path"])
    elif key in _APPLICATIONS:
        yield from (str(source["path"]) for source in _sources_of(spec) if isinstance(source.get("path"), str))


def _is_here(path: str, sources: Sources) -> bool:
    directory = join("", path.lstrip("/"))
    return bool(directory) and directory in sources.directories
