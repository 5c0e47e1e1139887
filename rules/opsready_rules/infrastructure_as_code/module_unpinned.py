"""Rule: a module that is taken as it is today is another one tomorrow, and so is the infrastructure."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.infrastructure import ModuleCall
from opsready.model.source import Known, Unknown

_HELP = {
    "registry": "add `version` with an upper limit: `~> 5.1`",
    "git": "add `?ref=` with a tag, or with the id of a commit",
    "archive": "take an archive whose address holds its version, or add `?checksum=`",
}


class ModuleUnpinned(Rule[ModuleCall]):
    """A module is called in whatever version there is on the day."""

    name = "module-unpinned"
    objective = "terraform"
    severity = "H/M/M/L"

    def applies(self, call: ModuleCall, context: Context, /) -> Applicability:
        """Ask of what comes from elsewhere."""
        del context
        if call.kind == "path":
            return NotApplicable(f"`{call.source}` is a path: it has the version of what calls it")
        return Yes()

    def check(self, call: ModuleCall, context: Context, /) -> Iterator[Finding]:
        """Read what chooses the version."""
        del context
        name, version = call.identity.written_name, call.version
        if isinstance(call.kind, Unknown):
            yield cannot_tell(call.kind.place or call.place, call.kind.reason)
        elif isinstance(version, Unknown):
            yield cannot_tell(version.place or call.place, version.reason)
        elif call.kind == "unclear":
            yield cannot_tell(call.place, f"where `{call.source}` leads cannot be told")
        elif not isinstance(version, Known):
            message = f"`{name}` takes whatever `{call.source}` is on the day: it names no version"
            yield fails(call.place, message, _HELP[call.kind])
        elif call.bound == "open":
            message = f"`{name}` takes whatever `{version.value}` of `{call.source}` is on the day"
            yield fails(version.place, message, _HELP[call.kind])
        elif call.bound == "unclear":
            reason = f"whether `{version.value}` of `{call.source}` ever changes cannot be told"
            yield cannot_tell(version.place, reason, _HELP[call.kind])
        else:
            yield passes(version.place, f"`{name}` takes `{version.value}` of `{call.source}`")
