"""Rule: a service for which nobody is called when the first person does not answer."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.service import EscalationStep, Service

_PERSON = ("user:", "person:")
_ATTEST = "declare `escalation` in the service file, or attest what the pager is configured to do"


class MissingEscalationPath(Rule[Service]):
    """A service has no escalation path of two steps that begins with a rotation."""

    name = "missing-escalation-path"
    objective = "escalation"
    severity = "C/H/M/-"
    caps_objective = True
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Judge the declared chain; where none is declared, only the pager's console knows."""
        steps = service.escalation
        wanted = int(context.standard.number("escalation-minimum-steps", context.tier))
        if not steps:
            cause = "" if service.declared else "uncatalogued-service"
            yield cannot_tell(service.place, _undeclared(service), _ATTEST, cause=cause)
            return
        distinct = list(dict.fromkeys(step.to for step in steps))
        if _is_person(steps[0]):
            yield fails(
                steps[0].place,
                f"the escalation of `{service.name}` begins with one person, `{steps[0].to}`",
                "begin with a rotation, such as `schedule:` and its name",
            )
        elif len(distinct) < wanted:
            noun = "step" if len(distinct) == 1 else "steps"
            yield fails(
                steps[0].place,
                f"the escalation of `{service.name}` has {len(distinct)} distinct {noun}, fewer than {wanted}",
                "name who is called when the first step does not answer",
            )
        else:
            chain = " to ".join(f"`{to}`" for to in distinct)
            yield passes(steps[0].place, f"`{service.name}` escalates from {chain}")


def _is_person(step: EscalationStep) -> bool:
    return step.to.lower().startswith(_PERSON)


def _undeclared(service: Service) -> str:
    if service.on_call:
        return (
            f"`{service.on_call[0]}` is called first for `{service.name}`; who is called next is configured elsewhere"
        )
    return f"no escalation of `{service.name}` is declared here; it may be configured in a pager"
