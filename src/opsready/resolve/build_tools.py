"""Skaffold and Tilt: which images they build here, and which directories they deploy from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.parse.syntax import Map, Seq
from opsready.patterns import pattern
from opsready.records import dataclass
from opsready.resolve.sources import join, parent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.resolve.sources import ParsedFile, TextFile

_TILT_BUILD = pattern(
    r"\b(?:docker_build|custom_build|docker_build_sub|ko_build|bazel_build)\(\s*(?:ref\s*=\s*)?[\"']([^\"'\n]{1,300})"
)
_TILT_DEPLOY = pattern(r"\b(?:k8s_yaml|kustomize|read_yaml|listdir)\(([^)]{0,4000})")
_TILT_COMMENT = pattern(r"^[ \t]*#[^\n]*", re.MULTILINE)
_TILT_TEXT = pattern(r"[\"']([^\"'\n]{1,300})[\"']")
_DEPLOYED_LISTS = (
    ("manifests", "rawYaml"),
    ("manifests", "kustomize", "paths"),
    ("deploy", "kubectl", "manifests"),
    ("deploy", "kustomize", "paths"),
)


@dataclass(frozen=True, slots=True)
class BuildTools:
    """What the development tools of this repository build and deploy.

    `images` maps an image's name, as the tool has it, to the file that says so; `inputs` are paths (directories, files,
    or beginnings of them up to a wildcard) that a tool deploys after setting images itself.
    """

    images: dict[str, str]
    inputs: tuple[str, ...]


def build_tools(skaffold: Iterable[ParsedFile], tilt: Iterable[TextFile]) -> BuildTools:
    """Read every skaffold file and Tiltfile."""
    images: dict[str, str] = {}
    inputs: set[str] = set()
    for parsed in skaffold:
        for document in parsed.documents:
            if isinstance(document.root, Map) and str(document.root.get("apiVersion", "")).startswith("skaffold/"):
                for section in _sections(document.root):
                    for image in _artifacts(section):
                        images.setdefault(image, parsed.path)
                    inputs.update(_inputs(section, parent(parsed.path)))
    for file in tilt:
        text = _TILT_COMMENT.sub("", file.text)
        for found in _TILT_BUILD.finditer(text):
            images.setdefault(found[1], file.path)
        for call in _TILT_DEPLOY.finditer(text):
            for written in _TILT_TEXT.finditer(call[1]):
                inputs.update(_input(written[1], parent(file.path)))
    return BuildTools(images, tuple(sorted(inputs)))


def _sections(root: Map) -> Iterator[Map]:
    """The file itself and each of its profiles, which have the same shape."""
    yield root
    profiles = root.get("profiles")
    yield from (profile for profile in (profiles if isinstance(profiles, Seq) else ()) if isinstance(profile, Map))


def _artifacts(section: Map) -> Iterator[str]:
    build = section.get("build")
    artifacts = build.get("artifacts") if isinstance(build, Map) else None
    for artifact in artifacts if isinstance(artifacts, Seq) else ():
        if isinstance(artifact, Map):
            image = artifact.get("image", artifact.get("imageName"))
            if isinstance(image, str):
                yield image


def _inputs(section: Map, directory: str) -> Iterator[str]:
    for path in _DEPLOYED_LISTS:
        node: object = section
        for key in path:
            node = node.get(key) if isinstance(node, Map) else None
        for item in node if isinstance(node, Seq) else ():
            if isinstance(item, str):
                yield from _input(item, directory)


def _input(written: str, directory: str) -> Iterator[str]:
    """A path as written, up to its first wildcard."""
    plain = written if "*" not in written else written.partition("*")[0].rpartition("/")[0]
    path = join(directory, plain)
    if path is not None:
        yield path
