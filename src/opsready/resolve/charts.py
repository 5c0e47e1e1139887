"""Helm charts that are not rendered: opaque inputs, with a stub for each workload that a line scan finds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model.source import Place
from opsready.parse.syntax import Map, span
from opsready.patterns import pattern
from opsready.resolve.chart_images import ChartImages, written_images
from opsready.resolve.chart_values import ChartValues
from opsready.resolve.sources import parent
from opsready.resolve.switches import Switches
from opsready.resolve.units import WORKLOAD_TYPES, Opaque

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.resolve.sources import ParsedFile, Sources, TextFile

FILE_NAME = "Chart.yaml"
OPENS_WITH = "render it with `helm template` into a directory that is checked"
# What a file of values says to have a part of a chart deployed that is left out by default.
SWITCHED_ON = "enabled: true"
_KIND = pattern(r"^kind:[ \t]*[\"']?(\w+)", re.MULTILINE)
# `name` among the keys of `metadata` itself, which are as far to the right as the first of them.
_NAME = pattern(
    r"^metadata:[^\n]*\n(?=(?:[ \t]*\{\{[^\n]*\n){0,9}([ \t]+)[^\s{])"
    r"(?:(?:[ \t]|\{\{)[^\n]*\n){0,40}?\1name:[ \t]*[\"']?([\w.{][^\n#\"']*)",
    re.MULTILINE,
)
_SEPARATOR = pattern(r"^---", re.MULTILINE)
_MOUNTED_FILES = pattern(r"^[ \t]*(?:- )?[ \t]*configMap:", re.MULTILINE)
_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "Rollout", "ReplicaSet"})
_NAMES_OF_KINDS = frozenset({*(kind.lower() for kind in _WORKLOADS), "deploy", "workload", "app", "main"})
# Types of subject that a chart holds only where its templates mention one of these words.
_FURTHER_TYPES = (
    ("Alert", ("PrometheusRule",)),
    ("Collector", ("OpenTelemetryCollector", "pipelines:")),
    ("Rollout", ("kind: Rollout", "kind: Canary")),
    ("Volume", ("kind: PersistentVolumeClaim", "volumeClaimTemplates")),
    ("BackupPlan", ("velero.io/", "k8up.io/", "VolumeSnapshot", "volsync.backube", "kind: ScheduledBackup")),
    ("Datastore", ("postgresql.cnpg.io/", "volumeClaimTemplates")),
    ("Slo", ("PrometheusServiceLevel", "kind: ServiceLevelObjective", "openslo/")),
)
_LITERAL = pattern(r"[a-z0-9][a-z0-9.-]*\Z")


def chart_of(path: str, directories: frozenset[str]) -> str | None:
    """The outermost chart whose own files include a path: its templates, values, sub-charts and CRDs."""
    found = None
    directory = parent(path)
    while True:
        if directory in directories and _is_chart_file(path[len(directory) + 1 if directory else 0 :]):
            found = directory
        if not directory:
            return found
        directory = parent(directory)


def _is_chart_file(relative: str) -> bool:
    first, slash, _ = relative.partition("/")
    if slash:
        return first in {"templates", "charts", "crds", "tests"}
    return first in {FILE_NAME, "Chart.lock", "requirements.yaml", "requirements.lock"} or first.startswith("values")


def opaque_chart(directory: str, sources: Sources) -> list[Opaque]:
    """What stands for a chart: its workloads by name, or the chart itself; nothing for a library chart."""
    chart_file = sources.parsed.get(f"{directory}/{FILE_NAME}" if directory else FILE_NAME)
    name, place, library = _header(directory, chart_file)
    if library:
        return []
    # A chart of this repository is the team's own, whatever it is called; only a copied one is somebody else's.
    third_party = _vendored(directory)
    what = f"chart `{directory or name}`"
    templates = sources.charts.get(directory, ())
    holds = WORKLOAD_TYPES | {kind for kind, words in _FURTHER_TYPES if _mention(templates, words)}
    values = ChartValues(sources.chart_values.get(directory, ()), sources.other_values)
    switches = Switches(values)
    images = ChartImages(chart_file, values)
    found: dict[tuple[str, str], bool] = {}
    written: dict[tuple[str, str], list[str]] = {}
    configured: set[tuple[str, str]] = set()
    for template in templates:
        for workload, off, text in _workloads(template, name, switches):
            found[workload] = found.get(workload, True) and off
            written.setdefault(workload, []).extend(written_images(text))
            if _MOUNTED_FILES.search(text):
                configured.add(workload)
    if not found:
        return [Opaque(what, name, OPENS_WITH, place, holds, third_party=third_party)]
    return [
        Opaque(
            *(what, name, OPENS_WITH, place, holds, workload, kind),
            third_party=third_party,
            switched_off=off,
            images=images.of_others(written[workload, kind]),
            configured=(workload, kind) in configured,
        )
        for (workload, kind), off in sorted(found.items())
    ]


def _header(directory: str, chart_file: ParsedFile | None) -> tuple[str, Place, bool]:
    """The chart's name, where it is written, and whether the chart is a library."""
    path = chart_file.path if chart_file else (f"{directory}/{FILE_NAME}" if directory else FILE_NAME)
    root = chart_file.documents[0].root if chart_file and chart_file.documents else None
    fallback = directory.rpartition("/")[2] or "chart"
    if isinstance(root, Map) and isinstance(root.get("name"), str):
        _, start, end = root.pos["name"]
        return str(root["name"]), Place("", span(path, start, end)), root.get("type") == "library"
    return fallback, Place("", span(path, 0, 0)), False


def _mention(templates: Iterable[TextFile], words: tuple[str, ...]) -> bool:
    return any(word in template.text for template in templates for word in words)


def _vendored(directory: str) -> bool:
    return any(part in {"vendor", "third_party", "third-party"} for part in directory.split("/")[:-1])


def _workloads(template: TextFile, chart: str, switches: Switches) -> Iterator[tuple[tuple[str, str], bool, str]]:
    """Name and kind of every workload in a template, whether it is off, and its text; the name may be another's."""
    left_out = switches.left_out(template.text)
    start = 0
    for separator in (*_SEPARATOR.finditer(template.text), None):
        begin, end = start, separator.start() if separator else len(template.text)
        start = separator.end() if separator else end
        part = template.text[begin:end]
        kind = _KIND.search(part)
        if kind is None or kind[1] not in _WORKLOADS:
            continue
        name = _NAME.search(part)
        literal = name[2].strip() if name else ""
        stem = template.path.rpartition("/")[2].partition(".")[0]
        # `deployment.yaml` names a kind, not a thing: it is the one workload of its chart.
        own = chart if stem.lower().removesuffix("s") in _NAMES_OF_KINDS else stem
        found = literal if _LITERAL.match(literal) else own
        yield (found, kind[1]), left_out.at(begin + kind.start()), part
