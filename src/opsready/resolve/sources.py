"""Files after parsing, before anything is known about what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.records import dataclass, field

if TYPE_CHECKING:
    from opsready.parse.hcl import HclFile
    from opsready.parse.syntax import Document


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """One YAML or JSON file: its readable documents; `broken` where a part of it could not be read."""

    path: str
    documents: tuple[Document, ...]
    broken: bool = False


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that is read line by line: a chart's template, a Tiltfile."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that units are made of.

    `parsed` maps a path to its file; `paths` are all paths under the root, parsed or not; `charts` maps a chart's
    directory to the files of its templates, `chart_values` to its values files, and `other_values` are files
    elsewhere that switch something on and are no manifests; `other_kinds` maps a path to the kinds that it declares
    and nobody reads. `unjudged` are paths that are there but are not judged by default. `terraform` are the files of
    Terraform and of Terragrunt, `versions` the texts of files that tell version managers which Terraform to run.
    """

    parsed: dict[str, ParsedFile]
    paths: frozenset[str]
    directories: frozenset[str]
    charts: dict[str, tuple[TextFile, ...]]
    other_kinds: dict[str, tuple[str, ...]]
    unjudged: frozenset[str] = frozenset()
    chart_values: dict[str, list[TextFile]] = field(default_factory=dict)
    terraform: dict[str, HclFile] = field(default_factory=dict)
    other_values: list[TextFile] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)


def parent(path: str) -> str:
    """The directory of a path relative to the root; the root itself is the empty text."""
    return path.rpartition("/")[0]


def within(path: str, directory: str) -> bool:
    """Whether a path lies in a directory or below it."""
    return not directory or path == directory or path.startswith(directory + "/")


def join(directory: str, relative: str) -> str | None:
    """A path written in a file of a directory, relative to the root; None where it leads out of the root."""
    if relative.startswith("/") or "\\" in relative:
        return None
    parts = directory.split("/") if directory else []
    for part in relative.split("/"):
        if part in {"", "."}:
            continue
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
