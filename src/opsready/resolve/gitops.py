"""Flux and Argo CD objects: each names something that is deployed from elsewhere, so it is an opaque input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import Place
from opsready.parse.syntax import Map, Seq, span
from opsready.resolve.sources import join
from opsready.resolve.units import ANY_KUBERNETES, Opaque

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.resolve.sources import Sources
    from opsready.resolve.units import Resource

_RELEASES = {("helm.toolkit.fluxcd.io", "HelmRelease"), ("helm.cattle.io", "HelmChart")}
_PATHS = {("kustomize.toolkit.fluxcd.io", "Kustomization")}
_APPLICATIONS = {("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet")}


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
