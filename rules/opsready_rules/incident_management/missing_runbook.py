"""Rule: a service whose faults nobody wrote down how to resolve."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.document import Document
from opsready.model.service import Link, Service
from opsready.model.verdict import Related

_FIRST_TIER_TO_TRUST_A_URL = 3
_HELP = "write a runbook in this repository and name it under `docs.runbooks` of the service file"


class MissingRunbook(Rule[Service]):
    """A service has no runbook."""

    name = "missing-runbook"
    objective = "runbooks"
    severity = "C/H/M/L"
    caps_objective = True
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look for a runbook here, then for a page elsewhere, which nobody opens, then for a page that may be one."""
        found = context.graph.runbooks_of(service)
        documents = [item for item in found if isinstance(item, Document)]
        links = [item for item in found if isinstance(item, Link)]
        sure = next((document for document in documents if document.certain), None)
        here = next((link for link in links if not link.external), None)
        elsewhere = next((link for link in links if link.external), None)
        if sure is not None:
            evidence = f"`{sure.path}` is a runbook of `{service.name}`"
            yield passes(service.place, evidence, related=[Related(f"runbook `{sure.path}`", sure.place.span)])
        elif here is not None:
            yield passes(here.place, f"`{here.target}` is a runbook of `{service.name}`")
        elif elsewhere is not None:
            yield _elsewhere(service, elsewhere, context)
        elif documents:
            yield cannot_tell(
                documents[0].place,
                f"`{documents[0].path}` may be a runbook of `{service.name}`, by its path alone",
                "write `type: runbook` into its front matter",
            )
        else:
            yield _none(service, context)


def _elsewhere(service: Service, link: Link, context: Context) -> Finding:
    if context.tier >= _FIRST_TIER_TO_TRUST_A_URL:
        return passes(link.place, f"`{service.name}` links the runbook {link.target}")
    return cannot_tell(
        link.place,
        f"the runbook of `{service.name}` is elsewhere ({link.target}), where nobody looked whether it exists",
        "keep the runbook in this repository, or attest that the page exists and is followed",
    )


def _none(service: Service, context: Context) -> Finding:
    broken = next((link for link in context.graph.broken_links_of(service) if link.kind == "runbook"), None)
    if broken is not None:
        message = f"the only runbook of `{service.name}`, `{broken.target}`, does not exist"
        return fails(broken.place, message, "write the page, or correct the link")
    return fails(
        service.place,
        f"`{service.name}` has no runbook",
        _HELP,
        cause="" if service.declared else "uncatalogued-service",
    )
