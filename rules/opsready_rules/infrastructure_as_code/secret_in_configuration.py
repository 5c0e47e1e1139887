"""Rule: who can read the repository can use every credential in it."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.setting import Setting
from opsready.model.verdict import Related


class SecretInConfiguration(Rule[Setting]):
    """A credential stands in a configuration file for everybody to read."""

    name = "secret-in-configuration"
    objective = "configuration-as-code"
    severity = "H/H/H/H"

    def applies(self, setting: Setting, context: Context, /) -> Applicability:
        """Ask of everything but what only developers start."""
        if setting.without_orchestrator and context.graph.built.orchestrated:
            return NotApplicable(f"manifests say how containers run, and not what holds {setting.title}")
        return NotApplicable(setting.development) if setting.development else Yes()

    def check(self, setting: Setting, context: Context, /) -> Iterator[Finding]:
        """Say where the first credential is, and put the others beside it."""
        del context
        if setting.exposed:
            first, *others = setting.exposed
            related = [Related(other.what, other.place.span) for other in others]
            help_ = "replace the credential, which the history keeps, and read the new one from a secret store"
            message = f"{setting.title} {first.what}"
            yield fails(first.place, message, help_, related=related, aspect=setting.field)
        elif setting.hidden:
            yield cannot_tell(setting.place, setting.hidden, aspect=setting.field)
        else:
            yield passes(setting.place, setting.kept, aspect=setting.field)
