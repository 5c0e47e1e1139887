"""References to container images, as they are written in manifests."""

from __future__ import annotations


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


def without_registry(name: str) -> str:
    """An image's name without the registry and Docker Hub's `library/`, as tables of known images have it."""
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        name = rest
    return name.removeprefix("library/")
