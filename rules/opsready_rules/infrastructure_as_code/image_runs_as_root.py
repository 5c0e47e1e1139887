"""Rule: whoever breaks into a program that runs as root has its container, and is closer to the node."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.built_image import Image, user_of_base
from opsready.model.source import Known, Place, Unknown, known
from opsready.model.verdict import Related

_ROOT = frozenset({"root", "0"})
# Programs that start another one as another user: root ends there.
_GIVE_UP_ROOT = frozenset({"gosu", "su-exec", "setpriv", "chpst", "runuser", "s6-setuidgid"})
_HELP = "create a user and name it by number with `USER`, after the last step that needs root"


class ImageRunsAsRoot(Rule[Image]):
    """An image starts its program as root."""

    name = "image-runs-as-root"
    objective = "container-images"
    severity = "M/L/L/I"

    def applies(self, image: Image, context: Context, /) -> Applicability:
        """Ask of what may be deployed."""
        return context.graph.built.asked(image)

    def check(self, image: Image, context: Context, /) -> Iterator[Finding]:
        """Read the last user, else the base's; that all containers which run the image keep it from root counts too."""
        containers = context.graph.built.containers_of(image)
        kept = [item.non_root.place for item in containers if isinstance(item.non_root, Known)]
        loose = [item for item in containers if known(item.non_root) is not True]
        finding = _of_image(
            image, context, [Related(f"`{item.address}` runs it so", item.place.span) for item in loose]
        )
        hidden = context.graph.built.hidden(image)
        if finding.outcome == "pass" or not kept or loose:
            yield finding
        elif hidden:
            yield cannot_tell(image.place, f"{hidden}; else {finding.message or finding.reason}", finding.help)
        else:
            yield passes(kept[0], f"what runs `{image.name}` keeps it from being root")


def _of_image(image: Image, context: Context, runners: list[Related]) -> Finding:
    user, base = image.user, image.base
    if isinstance(user, Unknown):
        return cannot_tell(user.place or image.place, user.reason)
    if isinstance(user, Known):
        if user.value.partition(":")[0] in _ROOT:
            return _root(image, f"`{image.name}` ends with `USER {user.value}`", user.place, runners)
        return passes(user.place, f"`{image.name}` runs as `{user.value}`")
    if isinstance(base, Unknown):
        return cannot_tell(base.place or image.place, base.reason)
    what = f"`{image.base_name}`"
    starts_as = user_of_base(image, context.standard)
    if starts_as == "root":
        return _root(image, f"`{image.name}` names no user, and {what} starts as root", image.place, runners)
    if starts_as:
        return passes(image.place, f"`{image.name}` is built on {what}, which does not stay root")
    return cannot_tell(image.place, f"`{image.name}` names no user, and that of {what} is not known here", _HELP)


def _root(image: Image, message: str, place: Place, runners: list[Related]) -> Finding:
    start = image.start
    if isinstance(start, Known):
        words = " ".join(start.value.words).split()
        if not _GIVE_UP_ROOT.isdisjoint(words):
            return passes(start.place, f"`{image.name}` starts as root and gives it up")
    return fails(place, message, _HELP, related=runners)
