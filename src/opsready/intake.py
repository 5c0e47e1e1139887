"""From a tree to parsed files: each is read once, and parsed only where something in it may be asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.discover import decode, discover
from opsready.forks import can_fork, fork
from opsready.interest import ALWAYS_PARSED, RULES, interest_in
from opsready.isolation import isolated
from opsready.model.verdict import Diagnostic, Skip
from opsready.records import dataclass, field, replace
from opsready.resolve.charts import SWITCHED_ON, chart_of
from opsready.resolve.sources import ParsedFile, Sources, TextFile, parent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opsready.discover import SourceFile
    from opsready.tree import Tree

_HEAD = 2000
_PIPELINES = (
    ".github/workflows/",
    ".github/actions/",
    ".gitlab-ci",
    ".gitlab/",
    ".circleci/",
    "cloudbuild",
    "azure-pipelines",
)
# What labels an image while it builds it: https://github.com/docker/metadata-action, ko, Jib and plain `--label`.
_LABELS_IMAGES = ("docker/metadata-action", "org.opencontainers.image.source")
_TEMPLATES = (".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".in", ".mustache", ".gotmpl")
# How a comment begins that is meant for us.
COMMENT_MARK = "opsready:"
_WRITTEN_BY_HAND = 65_536  # characters
_PARSED_ROLES = ALWAYS_PARSED | {"yaml", "json"}


# What a second process may take: nothing of it is looked at before everything is taken.
_SHARED_ROLES = frozenset({"yaml", "json"})
_WORTH_A_PROCESS = 500_000  # bytes of manifests; of fewer the other process takes longer to begin and to report


@dataclass(slots=True)
class Intake:
    """Everything that was read.

    `texts` are the texts of parsed files and documents with credentials masked, for snippets; a file that was not
    wholly readable has none, since what it hides could not be masked either. `other_pages` are Markdown pages that
    nothing tells to be operational documents yet. `commented` are texts of files that speak to opsready in a comment.
    """

    sources: Sources
    texts: dict[str, str] = field(default_factory=dict)
    markdown: dict[str, str] = field(default_factory=dict)
    skaffold: list[ParsedFile] = field(default_factory=list)
    tiltfiles: list[TextFile] = field(default_factory=list)
    dockerfiles: list[str] = field(default_factory=list)
    dockerfile_texts: dict[str, str] = field(default_factory=dict)
    composed: list[ParsedFile] = field(default_factory=list)
    image_labeller: str = ""
    codeowners: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    skips: tuple[Skip, ...] = ()
    files: int = 0
    parsed_files: int = 0
    other_pages: dict[str, str] = field(default_factory=dict)
    commented: dict[str, str] = field(default_factory=dict)

    def keep_document(self, path: str, text: str) -> None:
        """Keep the text of an operational document."""
        from opsready.parse.credentials import mask_text

        masked = mask_text(text)
        self.markdown[path] = masked
        self.texts[path] = masked
        self.parsed_files += 1

    def take_document(self, path: str) -> None:
        """Keep a page after all, because somebody refers to it as an operational document."""
        text = self.other_pages.pop(path, None)
        if text is not None:
            self.keep_document(path, text)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a second process took."""

    parsed: dict[str, ParsedFile]
    other_kinds: dict[str, tuple[str, ...]]
    other_values: list[TextFile]
    texts: dict[str, str]
    diagnostics: list[Diagnostic]
    parsed_files: int
    image_labeller: str
    commented: dict[str, str]


def take_in(tree: Tree, exclude: Sequence[str], processes: int = 0) -> Intake:
    """Read and parse what a tree holds, in one process or two (0: in as many as pay)."""
    entries = tree.entries()
    found = discover(tree, exclude=exclude)
    judged = frozenset(file.path for file in found.files)
    paths = frozenset(entry.path for entry in entries)
    sources = Sources({}, paths, frozenset(_directories(paths)), {}, {}, paths - judged)
    intake = Intake(sources, skips=found.skips, files=len(entries))
    charts = frozenset(parent(file.path) for file in found.files if file.role == "chart")
    outermost = {chart: chart_of(f"{chart}/Chart.yaml" if chart else "Chart.yaml", charts) for chart in charts}
    templates: dict[str, list[TextFile]] = {chart: [] for chart in charts if outermost[chart] == chart}
    plain = []
    for file in found.files:
        chart = chart_of(file.path, charts) if charts else None
        if chart is not None and file.role != "chart":
            _take_template(tree, file, chart, templates, intake)
        elif chart is None or outermost[parent(file.path)] == parent(file.path):
            plain.append(file)
    _take_all(tree, plain, intake, processes)
    intake.sources.charts.update({chart: tuple(files) for chart, files in templates.items()})
    intake.diagnostics.extend(tree.diagnostics)
    return intake


def _take_all(tree: Tree, files: Sequence[SourceFile], intake: Intake, processes: int) -> None:
    """Take files, half of the manifests in a second process where there are many; what comes of it is the same."""
    sizes = {entry.path: entry.size for entry in tree.entries()}
    manifests = [file for file in files if file.role in _SHARED_ROLES]
    size = sum([sizes[file.path] for file in manifests])
    if processes == 1 or (not processes and size < _WORTH_A_PROCESS) or not can_fork():
        for file in files:
            _take(tree, file, intake)
        return
    given = _half(manifests, sizes, size)
    paths = frozenset(file.path for file in given)
    finish = fork(lambda: _part(tree, given, intake))
    for file in files:
        if file.path not in paths:
            _take(tree, file, intake)
    part = finish()
    if part is None:
        for file in given:
            _take(tree, file, intake)
    else:
        _add(intake, part)
    _put_in_order(intake, files)


def _half(files: Iterable[SourceFile], sizes: Mapping[str, int], size: int) -> list[SourceFile]:
    """Files that hold about half of the bytes, from all over the repository."""
    half: list[SourceFile] = []
    taken = seen = 0
    for file in files:
        seen += sizes[file.path]
        if taken * 2 < seen and (taken + sizes[file.path]) * 2 <= size:
            half.append(file)
            taken += sizes[file.path]
    return half


def _part(tree: Tree, files: Iterable[SourceFile], intake: Intake) -> _Part:
    """What taking some files gives."""
    sources = replace(intake.sources, parsed={}, other_kinds={}, other_values=[])
    part = Intake(sources)
    for file in files:
        _take(tree, file, part)
    return _Part(
        sources.parsed,
        sources.other_kinds,
        sources.other_values,
        part.texts,
        part.diagnostics,
        part.parsed_files,
        part.image_labeller,
        part.commented,
    )


def _add(intake: Intake, part: _Part) -> None:
    intake.sources.parsed.update(part.parsed)
    intake.sources.other_kinds.update(part.other_kinds)
    intake.sources.other_values.extend(part.other_values)
    intake.texts.update(part.texts)
    intake.commented.update(part.commented)
    intake.diagnostics.extend(part.diagnostics)
    intake.parsed_files += part.parsed_files
    # The first one counts, as it would if all were taken one after the other.
    intake.image_labeller = min(filter(None, (intake.image_labeller, part.image_labeller)), default="")


def _put_in_order(intake: Intake, files: Iterable[SourceFile]) -> None:
    """Put what was taken into the order of the files, in which one process would have taken it."""
    sources = intake.sources
    order = {file.path: number for number, file in enumerate(files)}
    for by_path in (sources.parsed, sources.other_kinds):
        ordered = {path: by_path[path] for path in sorted(by_path, key=order.__getitem__)}
        by_path.clear()
        by_path.update(ordered)  # type: ignore[arg-type]
    sources.other_values.sort(key=lambda file: order[file.path])


def _directories(paths: Iterable[str]) -> Iterable[str]:
    seen = set()
    for path in paths:
        directory = parent(path)
        while directory and directory not in seen:
            seen.add(directory)
            directory = parent(directory)
    return seen


def _read(tree: Tree, path: str, intake: Intake) -> str | None:
    """A file's text, None where it cannot be read; why not is then a diagnostic."""
    text, diagnostic = decode(path, tree.read(path))
    if diagnostic is not None:
        intake.diagnostics.append(diagnostic)
    return text


def _take_template(
    tree: Tree, file: SourceFile, chart: str, templates: dict[str, list[TextFile]], intake: Intake
) -> None:
    """Keep a chart's own templates for the line scan, and its values; sub-charts and tests are not looked at."""
    inside = file.path[len(chart) + 1 if chart else 0 :]
    if inside.startswith("templates/") and "/tests/" not in inside and file.path.endswith((".yaml", ".yml", ".tpl")):
        text = _read(tree, file.path, intake)
        if text is not None:
            templates[chart].append(TextFile(file.path, text))
    elif inside.startswith("values") and "/" not in inside and inside.endswith((".yaml", ".yml")):
        text = _read(tree, file.path, intake)
        if text is not None:
            intake.sources.chart_values.setdefault(chart, []).append(TextFile(file.path, text))


def _take(tree: Tree, file: SourceFile, intake: Intake) -> None:
    match file.role:
        case "dockerfile":
            intake.dockerfiles.append(file.path)
            _take_dockerfile(tree, file, intake)
        case "terraform":
            _take_terraform(tree, file, intake)
        case "terraform-version":
            text = _read(tree, file.path, intake)
            if text:
                intake.sources.versions[file.path] = text
        case "compose":
            with isolated(file.path, intake.diagnostics):
                _take_compose(tree, file, intake)
        case "codeowners" | "tiltfile" | "markdown":
            _take_text(tree, file, intake)
        case role if role in _PARSED_ROLES:
            text = _read(tree, file.path, intake)
            if text and not intake.image_labeller and file.path.startswith(_PIPELINES):
                intake.image_labeller = file.path if any(sign in text for sign in _LABELS_IMAGES) else ""
            if text:
                with isolated(file.path, intake.diagnostics):
                    _parse(file, text, intake)
            elif text is None:
                # What cannot be read at all may have been a manifest: its directory tells.
                intake.sources.parsed[file.path] = ParsedFile(file.path, (), broken=True)
        case _:
            pass


def _take_dockerfile(tree: Tree, file: SourceFile, intake: Intake) -> None:
    """Keep a Dockerfile's text; the templates of other tools are none before they are filled in."""
    if file.path.lower().endswith(_TEMPLATES):
        return
    text = _read(tree, file.path, intake)
    if text is not None:
        from opsready.parse.dockerfile_masking import mask_dockerfile

        intake.dockerfile_texts[file.path] = text
        if COMMENT_MARK in text:
            intake.commented[file.path] = text
        intake.texts[file.path] = mask_dockerfile(text)
        intake.parsed_files += 1


def _take_terraform(tree: Tree, file: SourceFile, intake: Intake) -> None:
    """Read a file of Terraform; one that cannot be read at all is there, and holds what nobody knows."""
    from opsready.parse.hcl import HclFile, expression_faults, parse_hcl
    from opsready.parse.hcl_credentials import mask_hcl
    from opsready.parse.hcl_syntax import Body, Lines

    text = _read(tree, file.path, intake)
    if text is None:
        intake.sources.terraform[file.path] = HclFile(file.path, Lines(""), Body(), (intake.diagnostics[-1],))
        return
    with isolated(file.path, intake.diagnostics):
        if file.path.endswith(".json"):
            from opsready.parse.hcl_json import parse_hcl_json

            parsed = parse_hcl_json(text, file.path, values=file.path.endswith(".tfvars.json"))
        else:
            parsed = parse_hcl(text, file.path)
        intake.sources.terraform[file.path] = parsed
        intake.parsed_files += 1
        if COMMENT_MARK in text and not file.path.endswith(".json"):
            intake.commented[file.path] = text
        # A fault of the structure often makes one of the expression before it.
        faults = parsed.diagnostics or tuple(expression_faults(parsed))
        intake.diagnostics.extend(faults)
        if not faults:
            intake.texts[file.path] = mask_hcl(parsed)


def _take_compose(tree: Tree, file: SourceFile, intake: Intake) -> None:
    """Keep what a compose file says; it is no manifest, so nothing of it stands for one that cannot be read."""
    text = _read(tree, file.path, intake)
    if text and "services" in text:
        intake.composed.append(_documents(file, text, intake))


def _take_text(tree: Tree, file: SourceFile, intake: Intake) -> None:
    if file.role == "markdown":
        from opsready.adapt.document_paths import worth_reading

        text = _read(tree, file.path, intake)
        if text and worth_reading(file.path, text[:_HEAD]):
            intake.keep_document(file.path, text)
        elif text:
            intake.other_pages[file.path] = text
        return
    text = _read(tree, file.path, intake)
    if text is not None and file.role == "codeowners":
        intake.codeowners[file.path] = text
        intake.texts[file.path] = text
        intake.parsed_files += 1
    elif text is not None:
        intake.tiltfiles.append(TextFile(file.path, text))
        intake.parsed_files += 1


def _complain_if_broken(file: SourceFile, text: str, intake: Intake) -> None:
    """Say that a file is broken although nobody asks about it: it may have been meant to be more than it is.

    Templates of other tools are YAML only after they are filled in, and generated bundles are not written by hand.
    """
    if (
        file.role != "json"
        and not file.path.endswith(RULES)
        and len(text) <= _WRITTEN_BY_HAND
        and "{{" not in text
        and "{%" not in text
    ):
        from opsready.parse.yaml import unreadable_parts

        intake.diagnostics.extend(unreadable_parts(text, file.path))


def _parse(file: SourceFile, text: str, intake: Intake) -> None:
    if file.role == "yaml" and SWITCHED_ON in text and "\nkind:" not in text:
        intake.sources.other_values.append(TextFile(file.path, text))
    interest = interest_in(file, text)
    if interest.makers:
        intake.sources.other_kinds[file.path] = interest.makers
    if not interest.asked:
        _complain_if_broken(file, text, intake)
        return
    intake.sources.parsed[file.path] = ParsedFile(file.path, (), broken=True)  # until it has been read without a crash
    kept = _documents(file, text, intake)
    if COMMENT_MARK in text and file.role != "json":
        intake.commented[file.path] = text
    intake.sources.parsed[file.path] = kept
    if file.role == "skaffold":
        intake.skaffold.append(kept)


def _documents(file: SourceFile, text: str, intake: Intake) -> ParsedFile:
    """The documents of a YAML or JSON file, with credentials masked in them and in the text that is kept of it."""
    from opsready.parse.credentials import mask_documents
    from opsready.parse.yaml import parse_json, parse_yaml

    parsed = parse_json(text, file.path) if file.role == "json" else parse_yaml(text, file.path)
    masked = mask_documents(parsed.documents, text)
    intake.diagnostics.extend(parsed.diagnostics)
    intake.parsed_files += 1
    if not parsed.broken and not parsed.diagnostics:
        # Of a key that is written twice only the last value is in the tree, so the first one is not masked.
        intake.texts[file.path] = masked
    return ParsedFile(file.path, parsed.documents, parsed.broken)
