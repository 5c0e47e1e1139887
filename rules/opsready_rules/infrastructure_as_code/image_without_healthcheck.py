"""Rule: where no orchestrator asks, only the image's own check tells a program that hangs from one that works."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.built_image import Image
from opsready.model.source import Known


class ImageWithoutHealthcheck(Rule[Image]):
    """An image of a program that serves has no health check."""

    name = "image-without-healthcheck"
    objective = "container-images"
    severity = "L/L/I/I"

    def applies(self, image: Image, context: Context, /) -> Applicability:
        """Ask of what serves and is not known to be run by an orchestrator, whose probes are asked for instead."""
        asked = context.graph.built.asked(image)
        if not isinstance(asked, Yes):
            return asked
        containers = context.graph.built.containers_of(image)
        if containers:
            return NotApplicable(f"`{containers[0].workload_address}` runs it, where probes stand for health checks")
        if image.exposes or isinstance(image.health_check, Known) or context.graph.built.composed_of(image):
            return asked
        return NotApplicable(f"`{image.name}` exposes no port")

    def check(self, image: Image, context: Context, /) -> Iterator[Finding]:
        """Read the last health check; without one, whatever deploys the image may ask by probes."""
        check = image.health_check
        composed = context.graph.built.composed_of(image)
        asking = next(((item, item.health_check) for item in composed if isinstance(item.health_check, Known)), None)
        if asking is not None:
            service, own = asking
            if own.value:
                yield passes(own.place, f"service `{service.name}` asks whether `{image.name}` works")
            else:
                message = f"service `{service.name}` switches the health check of `{image.name}` off"
                yield fails(own.place, message, "write a check that can be relied on instead")
        elif isinstance(check, Known) and check.value:
            yield passes(check.place, f"`{image.name}` is asked by `HEALTHCHECK` whether it works")
        elif isinstance(check, Known):
            message = f"`{image.name}` switches its health check off"
            yield fails(check.place, message, "write a check that can be relied on instead of `NONE`")
        elif context.graph.built.orchestrated:
            yield cannot_tell(image.place, f"no workload that can be read runs `{image.name}`, where probes may ask")
        else:
            message = f"`{image.name}` has no health check"
            yield fails(image.place, message, "add `HEALTHCHECK CMD` with a command that can fail")
