"""Rule: an image name that means something else tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.image import image_parts
from opsready.model.source import Known, Unknown
from opsready.model.workload import Container


class ImageNotPinned(Rule[Container]):
    """A container's image is named without a tag or by a tag that moves."""

    name = "image-not-pinned"
    objective = "immutable-infrastructure"
    severity = "H/H/M/M"

    def applies(self, container: Container, context: Context, /) -> Applicability:
        """Ask of every image but one that a tool of this repository builds and tags while deploying."""
        if not isinstance(container.image, Known):
            return Yes()
        _, tag, digest = image_parts(container.image.value)
        builder = context.graph.built_here(container.image.value)
        # A Dockerfile does not say which tag is deployed; skaffold and Tilt write the tag themselves.
        by_tool = builder.rsplit("/", 1)[-1].lower().startswith(("skaffold", "tiltfile"))
        if not tag and not digest and by_tool and context.graph.deployed_by_build_tool(container):
            return NotApplicable(f"`{builder}` builds and tags `{container.image.value}` while deploying")
        return Yes()

    def check(self, container: Container, context: Context, /) -> Iterator[Finding]:
        """Read the tag or digest of the image."""
        image = container.image
        if isinstance(image, Unknown):
            yield cannot_tell(image.place or container.place, image.reason)
            return
        if not isinstance(image, Known) or not image.value:
            yield cannot_tell(container.place, f"container `{container.name}` names no image here")
            return
        _, tag, digest = image_parts(image.value)
        # A kustomization may have named the tag: the place shows what it replaced.
        origin = f", from {image.origin.what}" if image.origin else ""
        if digest:
            yield passes(image.place, f"`{image.value}` names a digest{origin}")
        elif tag and tag.lower() not in context.standard.moving_tags:
            yield passes(image.place, f"`{image.value}` names the tag `{tag}`{origin}")
        else:
            why = f"the tag `{tag}` moves{origin}" if tag else f"without a tag, `latest` is pulled{origin}"
            yield fails(image.place, f"image `{image.value}` is not pinned: {why}", "name a release's tag, or a digest")
