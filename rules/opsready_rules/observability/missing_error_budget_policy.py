"""Rule: a service whose error budget is spent without anything following from it."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.document import Document
from opsready.model.service import Link, Service
from opsready.model.slo import Slo
from opsready.model.source import Known, Unknown, known
from opsready.model.verdict import Related

_FIRST_TIER_TO_TRUST_A_URL = 3
_HELP = (
    "write what happens when the budget is spent, and name the page under `error_budget_policy.doc` of the service file"
)


class MissingErrorBudgetPolicy(Rule[Service]):
    """A service has no error budget with a policy for the day it is spent."""

    name = "missing-error-budget-policy"
    objective = "error-budget-defined"
    severity = "H/M/L/-"
    caps_objective = True
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """See whether there is a budget at all, then whether a policy is written for it."""
        slos = context.graph.slos.of(service)
        if not slos:
            yield _no_objective(service, context)
            return
        if any(_has_budget(slo, service) for slo in slos):
            yield _policy(service, context)
            return
        unknown = next(
            (value for slo in slos for value in (slo.target, slo.window) if isinstance(value, Unknown)), None
        )
        if unknown is not None:
            reason = f"the error budget of `{service.name}` cannot be told: {unknown.reason}"
            yield cannot_tell(unknown.place or slos[0].place, reason, "correct the objective")
        else:
            yield fails(
                slos[0].place,
                f"no objective of `{service.name}` has a target and a window, so there is no error budget",
                "add the target, and the window over which it holds, such as `30d`",
            )


def _has_budget(slo: Slo, service: Service) -> bool:
    """Whether the share that may fail is known, and over which time, if only by the policy's own word."""
    length = known(slo.window) or known(service.budget_window)
    return isinstance(slo.target, Known) and length is not None


def _no_objective(service: Service, context: Context) -> Finding:
    found = context.graph.slos.measured(service, "availability")
    if found.outcome == "unknown":
        return cannot_tell(found.place or service.place, found.reason, found.help, related=found.related)
    return fails(
        service.place,
        f"`{service.name}` has no objective, and so no error budget",
        "write an availability objective first, then what happens when its budget is spent",
        cause="missing-availability-slo" if service.declared else "uncatalogued-service",
    )


def _policy(service: Service, context: Context) -> Finding:
    found = context.graph.slos.policies_of(service)
    pages = [item for item in found if isinstance(item, Document)]
    sure = next((page for page in pages if page.certain and page.words), None)
    link = next((item for item in found if isinstance(item, Link)), None)
    if sure is not None:
        evidence = f"`{sure.path}` says what happens when the error budget of `{service.name}` is spent"
        return passes(service.place, evidence, related=[Related(f"policy `{sure.path}`", sure.place.span)])
    if link is not None and (not link.external or context.tier >= _FIRST_TIER_TO_TRUST_A_URL):
        return passes(link.place, f"`{service.name}` names the policy {link.target}")
    if link is not None:
        reason = f"the error budget policy of `{service.name}` is elsewhere ({link.target}), where nobody looked"
        return cannot_tell(
            link.place, reason, "keep the policy in this repository, or attest that it exists and is followed"
        )
    if pages and pages[0].words:
        reason = f"`{pages[0].path}` may be an error budget policy, by its path alone"
        return cannot_tell(pages[0].place, reason, "write `type: error-budget-policy` into its front matter")
    if pages:
        return fails(pages[0].place, f"`{pages[0].path}` is an error budget policy without a word", _HELP)
    return _none(service, context)


def _none(service: Service, context: Context) -> Finding:
    broken = next((link for link in context.graph.broken_links_of(service) if link.kind == "policy"), None)
    if broken is not None:
        message = f"the error budget policy of `{service.name}`, `{broken.target}`, does not exist"
        return fails(broken.place, message, "write the page, or correct the link")
    return fails(
        service.place,
        f"`{service.name}` has no policy for the day its error budget is spent",
        _HELP,
        cause="" if service.declared else "uncatalogued-service",
    )
