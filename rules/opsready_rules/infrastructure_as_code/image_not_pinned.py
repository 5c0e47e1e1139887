"""Rule: an image name that means something else tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.image import distribution_in, image_parts
from opsready.model.source import Known, Unknown, Unset, Value
from opsready.model.workload import Container

if TYPE_CHECKING:
    # Imported by whoever makes one; most repositories that are judged have neither.
    from opsready.model.built_image import Image
    from opsready.model.composed import ComposedService
    from opsready.model.verdict import Severity

_BASE = "base image"


class ImageNotPinned(Rule["Container | Image | ComposedService"]):
    """An image is named without a tag or by a tag that moves."""

    name = "image-not-pinned"
    objective = "immutable-infrastructure"
    severity = "H/H/M/M"
    subjects = (Container, "Image", "ComposedService")

    def applies(self, subject: Container | Image | ComposedService, context: Context, /) -> Applicability:
        """Ask of every image but one that a tool of this repository builds and tags while deploying."""
        if isinstance(subject, Container):
            return self._of_container(subject, context)
        if subject.identity.kind == "Image":
            image = cast("Image", subject)
            if isinstance(image.base, Unset):
                return NotApplicable(f"`{image.name}` begins with nothing")
            return context.graph.built.asked(image)
        service = cast("ComposedService", subject)
        if context.graph.built.orchestrated:
            return NotApplicable(f"manifests say how containers run, and `{service.place.span.file}` does not")
        if service.development:
            return NotApplicable(service.development)
        if isinstance(service.image, Unset):
            return NotApplicable(f"service `{service.name}` is built where it is started")
        return Yes()

    def _of_container(self, container: Container, context: Context) -> Applicability:
        if not isinstance(container.image, Known):
            return Yes()
        _, tag, digest = image_parts(container.image.value)
        builder = context.graph.built_here(container.image.value)
        # A Dockerfile does not say which tag is deployed; skaffold and Tilt write the tag themselves.
        by_tool = builder.rsplit("/", 1)[-1].lower().startswith(("skaffold", "tiltfile"))
        if not tag and not digest and by_tool and context.graph.deployed_by_build_tool(container):
            return NotApplicable(f"`{builder}` builds and tags `{container.image.value}` while deploying")
        return Yes()

    def check(self, subject: Container | Image | ComposedService, context: Context, /) -> Iterator[Finding]:
        """Read the tag or digest of the image."""
        image, what = _image_of(subject)
        if isinstance(image, Unknown):
            yield cannot_tell(image.place or subject.place, image.reason)
            return
        if not isinstance(image, Known) or not image.value:
            yield cannot_tell(subject.place, f"container `{subject.name}` names no image here")
            return
        name, tag, digest = image_parts(image.value)
        # A kustomization may have named the tag: the place shows what it replaced.
        origin = f", from {image.origin.what}" if image.origin else ""
        if digest:
            yield passes(image.place, f"`{image.value}` names a digest{origin}")
        elif tag and tag.lower() not in context.standard.moving_tags:
            yield passes(image.place, f"`{image.value}` names the tag `{tag}`{origin}")
        elif tag and what == _BASE and (release := distribution_in(name)):
            yield passes(image.place, f"`{image.value}` names the release `{release}`")
        else:
            why = f"the tag `{tag}` moves{origin}" if tag else f"without a tag, `latest` is pulled{origin}"
            message = f"{what} `{image.value}` is not pinned: {why}"
            # What is built on it stays what it is until it is built again.
            severity: Severity | None = "medium" if what == _BASE else None
            yield fails(image.place, message, "name a release's tag, or a digest", severity=severity)


def _image_of(subject: Container | Image | ComposedService) -> tuple[Value[str], str]:
    """The name of the image that somebody pulls, and what it is to whoever names it."""
    if isinstance(subject, Container):
        return subject.image, "image"
    if subject.identity.kind == "Image":
        return cast("Image", subject).base, _BASE
    return cast("ComposedService", subject).image, "image"
