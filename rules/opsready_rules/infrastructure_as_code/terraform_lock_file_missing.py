"""Rule: without the lock of providers each run takes the newest ones, and nobody notices a package that was swapped."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, CannotTell, Context, Finding, NotApplicable, Rule, Yes, fails, passes
from opsready.model.infrastructure import TerraformRoot

_HELP = "run `terraform init`, commit `.terraform.lock.hcl`, and take it out of `.gitignore` where it is in there"


class TerraformLockFileMissing(Rule[TerraformRoot]):
    """The versions and checksums of providers are not committed."""

    name = "terraform-lock-file-missing"
    objective = "terraform"
    severity = "L/L/L/I"

    def applies(self, root: TerraformRoot, context: Context, /) -> Applicability:
        """Ask of what uses a provider."""
        del context
        if root.plugins or root.lock_file:
            return Yes()
        if root.plugins_hidden:
            return CannotTell(f"`{root.name}` may use no provider: {root.plugins_hidden}")
        return NotApplicable(f"`{root.name}` uses no provider")

    def check(self, root: TerraformRoot, context: Context, /) -> Iterator[Finding]:
        """Look for the lock beside the configuration."""
        del context
        if root.lock_file:
            yield passes(root.place, f"`{root.lock_file}` is committed")
        else:
            yield fails(root.place, f"no `.terraform.lock.hcl` of `{root.name}` is committed", _HELP)
