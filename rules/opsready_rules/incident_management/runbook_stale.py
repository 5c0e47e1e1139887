"""Rule: a runbook that nobody looked at for longer than the standard allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsready.api import Applicability, Context, Finding, Rule, certainly, fails, passes
from opsready.model.document import Document
from opsready.model.period import in_future
from opsready.model.source import Known, Unknown

_HELP = "go through the page, correct it, and write the day into `last_reviewed_on` of its front matter"


class RunbookStale(Rule[Document]):
    """A runbook was not reviewed within its cadence."""

    name = "runbook-stale"
    objective = "runbooks"
    severity = "H/M/L/L"
    by_tier = True

    def applies(self, document: Document, context: Context, /) -> Applicability:
        """Ask of pages that are certainly runbooks."""
        del context
        return certainly(document, "runbook", "a runbook")

    def check(self, document: Document, context: Context, /) -> Iterator[Finding]:
        """Compare the last review with the day that is judged; the page may ask for more reviews, not for fewer."""
        reviewed = document.reviewed
        if isinstance(reviewed, Unknown):
            message = f"the review date of `{document.path}` cannot be read: {reviewed.reason}"
            yield fails(reviewed.place or document.place, message, _HELP, severity="medium")
        elif not isinstance(reviewed, Known):
            yield fails(document.place, f"`{document.path}` has no review date", _HELP, severity="medium")
        elif in_future(reviewed.value, context.as_of):
            message = f"the review date of `{document.path}`, {reviewed.value}, is in the future"
            yield fails(reviewed.place, message, _HELP)
        else:
            yield _judge(document, reviewed, context)


def _judge(document: Document, reviewed: Known[date], context: Context) -> Finding:
    cadence = context.standard.cadence("document-cadence", context.tier)
    due = document.next_review(reviewed.value, cadence)
    if cadence.overdue(due, context.as_of):
        message = f"`{document.path}` was last reviewed on {reviewed.value}; the next review was due on {due}"
        return fails(reviewed.place, message, _HELP)
    return passes(
        reviewed.place, f"`{document.path}` was reviewed on {reviewed.value}; the next review is due on {due}"
    )
