"""What each file is, by its name, and which files are judged; plus the way from bytes to text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from opsready.model.verdict import Diagnostic, Skip
from opsready.records import dataclass
from opsready.tree import MAX_FILE_SIZE, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from opsready.tree import Entry, Tree

Role = Literal[
    "yaml",
    "json",
    "markdown",
    "dockerfile",
    "compose",
    "codeowners",
    "tiltfile",
    "kustomization",
    "chart",
    "skaffold",
    "service-file",
    "catalog",
    "terraform",
    "terraform-version",
    "other",
]

_EXAMPLES = 3

_TESTS = "tests and fixtures, which are not judged by default"
_THIRD_PARTY = "other people's code (node_modules, vendor, .terraform), which is not judged by default"
_SKELETONS = "skeletons of software templates, which are not judged by default"
_DEMONSTRATIONS = "examples, which are judged only when PATH is inside them"
_GIT = "git's own files"
_EXCLUDED = "excluded by configuration"
_SAME_FILE = "symbolic links to files that are judged under their own path"

_UNJUDGED_FOLDERS = {
    "tests": _TESTS,
    "test": _TESTS,
    "testdata": _TESTS,
    "fixtures": _TESTS,
    "node_modules": _THIRD_PARTY,
    "vendor": _THIRD_PARTY,
    ".terraform": _THIRD_PARTY,
    "skeleton": _SKELETONS,
    "skeletons": _SKELETONS,
    "example": _DEMONSTRATIONS,
    "examples": _DEMONSTRATIONS,
    ".git": _GIT,
}

# `overlays/test` is an environment, `src/test` is not: what the folder is called does not tell them apart.
_HOLD_ENVIRONMENTS = frozenset(
    {"overlays", "overlay", "environments", "environment", "envs", "env", "stages", "clusters"}
)
_OTHER_ENVIRONMENTS = (
    "prod", "production", "live", "staging", "stage", "stg", "preprod", "pre-prod", "dev", "development", "qa", "uat",
)  # fmt: skip

ROLE_BY_NAME: dict[str, Role] = {
    "kustomization.yaml": "kustomization",
    "kustomization.yml": "kustomization",
    "Kustomization": "kustomization",
    "Chart.yaml": "chart",
    "opsready-service.yaml": "service-file",
    "opsready-service.yml": "service-file",
    "catalog-info.yaml": "catalog",
    "catalog-info.yml": "catalog",
    "Tiltfile": "tiltfile",
    "terragrunt.hcl": "terraform",
    "root.hcl": "terraform",
    ".terraform-version": "terraform-version",
    ".opentofu-version": "terraform-version",
    ".tool-versions": "terraform-version",
}
ROLE_BY_EXTENSION: dict[str, Role] = {
    "yaml": "yaml",
    "yml": "yaml",
    "rules": "yaml",
    "json": "json",
    "md": "markdown",
    "markdown": "markdown",
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "tiltfile": "tiltfile",
    "tf": "terraform",
    "tofu": "terraform",
    "tfvars": "terraform",
}
# The places where GitHub and GitLab look; elsewhere the file has no effect.
CODEOWNERS = frozenset({"CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS"})
_NOT_A_DOCKERFILE = (".dockerignore", ".md", ".yaml", ".yml", ".json")

_GIT_CRYPT_HEADER = b"\0GITCRYPT\0"
_LFS_HEADER = b"version https://git-lfs.github.com/spec/"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF32_MARKS = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that is judged, and what its name says that it is."""

    path: str
    size: int
    role: Role


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files that are judged, sorted by path, and all that was skipped, by reason."""

    files: tuple[SourceFile, ...]
    skips: tuple[Skip, ...]


def discover(tree: Tree, *, exclude: Sequence[str] = ()) -> Discovery:
    """Classify the files of a tree; `exclude` holds patterns as in a `.gitignore` at the root.

    What is skipped is not judged, but can still be read by whoever is referred to it.
    """
    entries = tree.entries()
    excluded = _matcher(exclude)
    skipped = dict(tree.withheld)
    reasons = _FolderReasons(entries)
    files: list[SourceFile] = []
    links: list[Entry] = []
    for entry in entries:
        path = entry.path
        reason = reasons.of(path.rpartition("/")[0]) or (_EXCLUDED if excluded and excluded(path) else "")
        if reason:
            skipped[path] = reason
        elif _is_demonstration(path):
            skipped[path] = _DEMONSTRATIONS
        elif entry.target:
            links.append(entry)
        else:
            files.append(SourceFile(path, entry.size, role_of(path)))
    if links:
        _settle_links(links, files, skipped)
    return Discovery(tuple(files), _counted(skipped))


def _is_demonstration(path: str) -> bool:
    """Whether a manifest is called nothing but `example`: it stands beside a README and shows how to use a thing."""
    return path.rpartition("/")[2].lower() in {"example.yaml", "example.yml", "example.json"}


def role_of(path: str) -> Role:
    """What a file is, as far as its path tells."""
    folder, _, name = path.rpartition("/")
    role = ROLE_BY_NAME.get(name)
    if folder == ".opsready" or folder.endswith("/.opsready"):
        return "other"  # our own configuration is no manifest
    if role:
        return role
    if path in CODEOWNERS or name == "OWNERS":
        return "codeowners"
    stem, _, extension = name.lower().rpartition(".")
    if stem.startswith("skaffold") and extension in {"yaml", "yml"}:
        return "skaffold"
    if stem.startswith(("compose", "docker-compose")) and extension in {"yaml", "yml"} and _names_compose(stem):
        return "compose"
    if name.startswith(("Dockerfile", "Containerfile")) and _names_dockerfile(name):
        return "dockerfile"
    if extension == "json" and stem.endswith((".tf", ".tofu", ".tfvars")):
        return "terraform"
    return ROLE_BY_EXTENSION.get(extension, "other") if stem else "other"


def unjudged_reason(folder: str, parent: str, beside: Container[str]) -> str:
    """Why what is below a folder of this name is not judged by default; empty where it is.

    `parent` is the name of the folder that holds it, and `beside` the names of the other folders in there.
    """
    folder = folder.lower()
    reason = _UNJUDGED_FOLDERS.get(folder, "")
    if folder != "test" or not reason:
        return reason
    is_environment = parent.lower() in _HOLD_ENVIRONMENTS or any(name in beside for name in _OTHER_ENVIRONMENTS)
    return "" if is_environment else reason


def decode(path: str, data: bytes | Diagnostic) -> tuple[str | None, Diagnostic | None]:
    """Turn what a tree's `read` gave into text, or say why it is none.

    Text is UTF-8, with or without a byte-order mark, or UTF-16 with one. An
    empty file is empty text, without a complaint.
    """
    if isinstance(data, Diagnostic):
        return None, data
    if len(data) > MAX_FILE_SIZE:
        return None, too_large(path, len(data))
    if data.startswith(_GIT_CRYPT_HEADER):
        return None, _no_text(path, "is encrypted with git-crypt and was not read; run `git-crypt unlock` first")
    if data.startswith(_LFS_HEADER):
        return None, _no_text(path, "is a pointer of Git LFS, its content is not here; run `git lfs pull` first")
    if data.startswith(_UTF16_MARKS) and not data.startswith(_UTF32_MARKS):
        try:
            return data.decode("utf-16"), None
        except UnicodeDecodeError:
            return None, _no_text(path, "begins as UTF-16 text and is none; save it as UTF-8")
    if b"\0" in data:
        return None, _no_text(path, "is not text (it holds NUL bytes); save it as UTF-8, or rename it")
    try:
        return data.removeprefix(_UTF8_MARK).decode(), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start + (len(data) - len(data.removeprefix(_UTF8_MARK)))) + 1
        return None, Diagnostic("unreadable-file", path, line, "is not UTF-8 text from this line on; save it as UTF-8")


class _FolderReasons:
    """Why the files of a folder are not judged, worked out once for each folder."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._known: dict[str, str] = {"": ""}
        self._folders_in: dict[str, set[str]] | None = None

    def of(self, folder: str) -> str:
        known = self._known.get(folder)
        if known is None:
            above, _, name = folder.rpartition("/")
            parent = above.rpartition("/")[2]
            beside = self._beside(above) if name.lower() == "test" else ()
            known = self.of(above) or unjudged_reason(name, parent, beside)
            self._known[folder] = known
        return known

    def _beside(self, folder: str) -> Container[str]:
        if self._folders_in is None:
            self._folders_in = {}
            for path in {entry.path.rpartition("/")[0] for entry in self._entries}:
                parts = path.split("/")
                for depth, name in enumerate(parts):
                    self._folders_in.setdefault("/".join(parts[:depth]), set()).add(name)
        return self._folders_in.get(folder, ())


def _settle_links(links: Iterable[Entry], files: list[SourceFile], skipped: dict[str, str]) -> None:
    """Judge a link only where what it leads to is judged neither under its own path nor through an earlier link."""
    judged = {file.path for file in files}
    for link in links:
        if link.target in judged:
            skipped[link.path] = _SAME_FILE
        else:
            judged.add(link.target)
            files.append(SourceFile(link.path, link.size, role_of(link.path)))
    files.sort(key=_path_of)


def _counted(skipped: Mapping[str, str]) -> tuple[Skip, ...]:
    paths: dict[str, list[str]] = {}
    for path, reason in sorted(skipped.items()):
        paths.setdefault(reason, []).append(path)
    return tuple(Skip(reason, len(found), tuple(found[:_EXAMPLES])) for reason, found in sorted(paths.items()))


def _matcher(patterns: Sequence[str]) -> Callable[[str], bool] | None:
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec

    from opsready.errors import ConfigurationError

    try:
        return GitIgnoreSpec.from_lines(patterns).match_file
    except ValueError as error:
        message = f"`exclude` holds a pattern that is none: {error}"
        raise ConfigurationError(message, help="write patterns as in a .gitignore file") from error


def _names_dockerfile(name: str) -> bool:
    rest = name.removeprefix("Dockerfile").removeprefix("Containerfile")
    return not rest or (rest[0] in ".-_" and not rest.lower().endswith(_NOT_A_DOCKERFILE))


def _names_compose(stem: str) -> bool:
    """Whether `compose.prod` or `docker-compose-dev` is the name of a compose file, and not that of something else."""
    rest = stem.removeprefix("docker-").removeprefix("compose")
    return not rest or rest[0] in ".-_"


def _path_of(file: SourceFile) -> str:
    return file.path


def _no_text(path: str, message: str) -> Diagnostic:
    return Diagnostic("unreadable-file", path, 1, message)
