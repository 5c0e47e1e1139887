"""Rule: a link to a runbook that is not there when somebody follows it at night."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.alert import Alert
from opsready.model.document import RunbookLink
from opsready.model.service import Service


class BrokenRunbookLink(Rule[Alert | Service]):
    """A link to a runbook of this repository leads to no page, or to no section of it."""

    name = "broken-runbook-link"
    objective = "runbooks"
    severity = "H/H/M/L"
    subjects = (Alert, Service)

    def applies(self, subject: Alert | Service, context: Context, /) -> Applicability:
        """Ask of links that lead into this repository: pages elsewhere are not looked at."""
        links = _links(subject, context)
        if not links:
            return NotApplicable(f"{_said(subject)} links no runbook")
        if all(link.state == "elsewhere" for link in links):
            return NotApplicable(f"{_said(subject)} links no page of this repository, but {links[0].target}")
        return Yes()

    def check(self, subject: Alert | Service, context: Context, /) -> Iterator[Finding]:
        """Answer for each link that is not as it is meant to be; where all are, for each that leads here."""
        links = {link.target: link for link in _links(subject, context) if link.state != "elsewhere"}
        wrong = {target: link for target, link in links.items() if link.state != "here"}
        for target, link in (wrong or links).items():
            yield _answer(subject, link, aspect=target if isinstance(subject, Service) else "")


def _answer(subject: Alert | Service, link: RunbookLink, *, aspect: str) -> Finding:
    if link.state == "unknown":
        return cannot_tell(link.place, link.reason, "write the path of the page", aspect=aspect)
    if link.state == "missing":
        return fails(
            link.place,
            f"{_said(subject)} links the runbook `{link.target}`, which does not exist",
            "write the page, or correct the link",
            cause=_explained_by(subject),
            aspect=aspect,
        )
    if link.state == "no-section":
        return fails(
            link.place,
            f"{_said(subject)} links `{link.target}`, but `{link.page}` has no such section",
            "correct what stands behind `#`, or write the section",
            severity="medium",
            aspect=aspect,
        )
    return passes(link.place, f"{_said(subject)} links `{link.page}`, which is here", aspect=aspect)


def _links(subject: Alert | Service, context: Context) -> tuple[RunbookLink, ...]:
    if isinstance(subject, Service):
        return context.graph.runbook_links.of_service(subject)
    link = context.graph.runbook_links.of_alert(subject)
    return () if link is None else (link,)


def _said(subject: Alert | Service) -> str:
    return f"alert `{subject.name}`" if isinstance(subject, Alert) else f"`{subject.name}`"


def _explained_by(subject: Alert | Service) -> str:
    """The rule that fails as well where this was the only runbook; folding looks whether it does."""
    if isinstance(subject, Service):
        return "missing-runbook"
    return "alert-without-runbook" if subject.paging else ""
