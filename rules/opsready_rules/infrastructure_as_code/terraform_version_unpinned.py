"""Rule: what lets any later version in is applied one day by one that nobody tried."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.infrastructure import TerraformRoot
from opsready.model.source import Unknown

_TOOL_HELP = "set `required_version` with an upper limit: `~> 1.11`"
_PLUGINS_HELP = "give each of them a `version` with an upper limit in `required_providers`: `~> 6.20`"
_MOST = 3


class TerraformVersionUnpinned(Rule[TerraformRoot]):
    """Any later version of Terraform or of a provider may apply the configuration."""

    name = "terraform-version-unpinned"
    objective = "terraform"
    severity = "M/M/L/L"

    def check(self, root: TerraformRoot, context: Context, /) -> Iterator[Finding]:
        """Read the limits on Terraform's version and on those of the providers; a committed lock limits the latter."""
        del context
        answers = (_of_tool(root), *_of_plugins(root))
        failed = any(answer.outcome == "fail" for answer in answers)
        yield from (answer for answer in answers if not failed or answer.outcome != "pass")


def _of_tool(root: TerraformRoot) -> Finding:
    tool = root.tool
    if isinstance(tool, Unknown):
        return cannot_tell(tool.place or root.place, tool.reason, aspect="terraform")
    place = tool.place or root.place
    if tool.bound == "bounded":
        by = f", as `{tool.decided_by}` says" if tool.decided_by else ""
        return passes(place, f"`{root.name}` is applied by Terraform `{tool.written}`{by}", aspect="terraform")
    if tool.written:
        message = f"`{root.name}` lets any later Terraform in: `{tool.written}` has no upper limit"
    else:
        message = f"`{root.name}` does not say which Terraform applies it"
    return fails(place, message, _TOOL_HELP, aspect="terraform")


def _of_plugins(root: TerraformRoot) -> Iterator[Finding]:
    """One answer about all providers; none where no provider is used."""
    if root.lock_file:
        yield passes(root.place, f"`{root.lock_file}` keeps the versions of providers", aspect="providers")
        return
    loose = [item for item in root.plugins if item.bound == "open"]
    unclear = next((item for item in root.plugins if item.bound == "unclear"), None)
    if loose:
        names = ", ".join(f"`{item.name}`" for item in loose[:_MOST])
        more = f" and {len(loose) - _MOST} more" if len(loose) > _MOST else ""
        message = f"`{root.name}` lets any later version in of {names}{more}"
        yield fails(loose[0].place or root.place, message, _PLUGINS_HELP, aspect="providers")
    elif unclear is not None:
        reason = f"the version of `{unclear.name}` cannot be told: {unclear.written[:80]}"
        yield cannot_tell(unclear.place or root.place, reason, aspect="providers")
    elif root.plugins_hidden:
        yield cannot_tell(root.place, f"there may be more providers: {root.plugins_hidden}", aspect="providers")
    elif root.plugins:
        names = ", ".join(f"`{item.name}`" for item in root.plugins[:_MOST])
        yield passes(root.place, f"`{root.name}` limits the versions of {names}", aspect="providers")
