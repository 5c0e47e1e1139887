"""Rule: an image that knows its environment is not the one that was tested in another."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, fails, passes
from opsready.model.built_image import Image
from opsready.model.environment_values import holds_in_one_environment
from opsready.model.source import Known, Place
from opsready.model.verdict import Related


class ConfigurationBakedIn(Rule[Image]):
    """An image holds a value that is right in one environment only."""

    name = "configuration-baked-in"
    objective = "configuration-as-code"
    severity = "M/M/L/L"

    def applies(self, image: Image, context: Context, /) -> Applicability:
        """Ask of what may be deployed and sets variables that can be read."""
        asked = context.graph.built.asked(image)
        if isinstance(asked, Yes) and not any(isinstance(entry.value, Known) for entry in image.environment):
            return NotApplicable(f"`{image.name}` sets no variable")
        return asked

    def check(self, image: Image, context: Context, /) -> Iterator[Finding]:
        """Look for names of environments and hosts in them among the variables that the image sets."""
        found: list[tuple[Place, str]] = []
        for entry in image.environment:
            if isinstance(entry.value, Known):
                what = holds_in_one_environment(entry.name, entry.value.value, context.standard)
                if what:
                    found.append((entry.value.place, f"`{entry.name}` names {what}"))
        if found:
            place, message = found[0]
            related = [Related(said, at.span) for at, said in found[1:]]
            help_ = "take the value out of the image and set it where it is deployed"
            yield fails(place, f"{message} in `{image.name}`", help_, related=related)
        else:
            yield passes(image.place, f"the variables of `{image.name}` hold in every environment")
