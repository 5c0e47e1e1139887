"""Rule: in the middle of an incident, an image has to say which source it was built from."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.built_image import Image
from opsready.model.source import Known, Unknown

# https://github.com/opencontainers/image-spec/blob/main/annotations.md, and the older words for the same.
_LABELS = ("org.opencontainers.image.source", "org.label-schema.vcs-url")
_HELP = f'add `LABEL {_LABELS[0]}="https://..."` to the last stage, or let the pipeline set it'


class ImageWithoutSourceLabel(Rule[Image]):
    """An image does not say where its source is."""

    name = "image-without-source-label"
    objective = "container-images"
    severity = "M/L/L/I"

    def applies(self, image: Image, context: Context, /) -> Applicability:
        """Ask of what may be deployed."""
        return context.graph.built.asked(image)

    def check(self, image: Image, context: Context, /) -> Iterator[Finding]:
        """Read the labels of the last stage, else look for a pipeline that sets them."""
        label = image.label(*_LABELS)
        labeller = context.graph.built.labeller
        if label is None and labeller:
            yield passes(image.place, f"`{labeller}` labels images while it builds them")
        elif label is None:
            yield fails(image.place, f"`{image.name}` has no label that names its source", _HELP)
        elif isinstance(label.value, Known) and label.value.value:
            yield passes(label.value.place, f"`{image.name}` names its source by `{label.name}`")
        elif isinstance(label.value, Unknown):
            yield cannot_tell(image.place, label.value.reason, "give the argument a default")
        else:
            yield fails(image.place, f"`{label.name}` of `{image.name}` is empty", _HELP)
