"""Rule: state that only one disk holds is lost with it, and nobody else can apply a change."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.infrastructure import TerraformRoot
from opsready.model.source import Unknown

_HELP = (
    "add a `backend` that the team shares, such as `s3`, `gcs` or `azurerm`, and run `terraform init` to move the state"
)
_REMOVE = "move it to a shared backend, take it out of the repository and its history, and change the secrets in it"


class TerraformStateNotRemote(Rule[TerraformRoot]):
    """Terraform keeps its state on the disk of whoever runs it, or in the repository."""

    name = "terraform-state-not-remote"
    objective = "terraform"
    severity = "H/H/M/L"

    def check(self, root: TerraformRoot, context: Context, /) -> Iterator[Finding]:
        """Read the backend; state in the repository counts against it whatever the backend is."""
        del context
        state = root.state
        if root.state_files:
            yield fails(root.state_files[0], f"the state of `{root.name}` is kept in the repository", _REMOVE)
        elif isinstance(state, Unknown):
            yield cannot_tell(state.place or root.place, state.reason)
        elif state.shared:
            yield passes(state.place, f"`{root.name}` keeps its state in `{state.kind}`")
        elif state.kind:
            message = f"the backend `{state.kind}` of `{root.name}` keeps state on the machine that runs it"
            yield fails(state.place, message, _HELP)
        elif root.place_for_state:
            message = f"`{root.name}` has no backend; it only makes the place for the state of others"
            yield fails(state.place, message, _HELP, severity="low")
        else:
            message = f"`{root.name}` has no backend: its state stays on the machine that runs it"
            yield fails(state.place, message, _HELP)
