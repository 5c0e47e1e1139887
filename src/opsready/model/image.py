"""References to container images, as they are written in manifests."""

from __future__ import annotations

from fnmatch import fnmatchcase


def image_parts(reference: str) -> tuple[str, str, str]:
    """Name, tag and digest of `registry:5000/team/app:1.4@sha256:...`; a colon before the last slash is a port's.

    The grammar: https://github.com/distribution/reference.
    """
    rest, _, digest = reference.partition("@")
    name, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        return rest, "", digest
    return name, tag, digest


def distribution_in(name: str) -> str:
    """The release of a distribution that an image's name ends with: `debian13` of `distroless/cc-debian13`, else empty.

    Images without a shell have it there, and their variants as tags: https://github.com/GoogleContainerTools/distroless.
    """
    last = name.rpartition("-")[2]
    return last if last.startswith(("debian", "ubuntu", "ubi", "alpine")) and last[-1].isdecimal() else ""


def is_like(name: str, pattern: str) -> bool:
    """Whether a glob matches an image's name.

    What it begins with decides almost always, and saves compiling the hundreds that the standard has.
    """
    plain = "?" not in pattern and "[" not in pattern
    return (not plain or name.startswith(pattern.partition("*")[0])) and fnmatchcase(name, pattern)


def without_registry(name: str) -> str:
    """An image's name without the registry and Docker Hub's `library/`, as tables of known images have it."""
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        name = rest
    return name.removeprefix("library/")
