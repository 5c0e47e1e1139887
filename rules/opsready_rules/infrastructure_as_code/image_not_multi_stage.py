"""Rule: what only building needs is carried to every node, and has to be patched there."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, fails, passes
from opsready.model.built_image import Image
from opsready.model.verdict import Related


class ImageNotMultiStage(Rule[Image]):
    """An image is run with the tools that built it."""

    name = "image-not-multi-stage"
    objective = "container-images"
    severity = "M/L/L/I"

    def applies(self, image: Image, context: Context, /) -> Applicability:
        """Ask of what may be deployed."""
        return context.graph.built.asked(image)

    def check(self, image: Image, context: Context, /) -> Iterator[Finding]:
        """Look for steps that build in the stages that the last one is made of."""
        del context
        if image.build_steps:
            first = image.build_steps[0]
            yield fails(
                first.place,
                f"`{image.name}` {first.what} in the stage that is run",
                "build in a stage of its own, and take only the result over with `COPY --from`",
                related=[Related(f"it {step.what}", step.place.span) for step in image.build_steps[1:]],
            )
        elif image.stages > 1:
            yield passes(image.place, f"`{image.name}` builds nothing in the last of its {image.stages} stages")
        else:
            yield passes(image.place, f"`{image.name}` builds nothing, one stage is enough")
