"""Rule: a recovery procedure that leaves people alone half way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsready.api import Applicability, Context, Finding, Rule, cannot_tell, certainly, fails, passes
from opsready.model.document import Document
from opsready.model.period import in_future
from opsready.model.source import Known, Unknown

_COMPLETE = "write down who decides, numbered steps for each datastore, how to verify the result, and who owns the page"
_REVIEW = "go through the page, correct it, and write the day into `last_reviewed_on` of its front matter"
_MOST_NAMED = 3


class RecoveryProcedureIncomplete(Rule[Document]):
    """A recovery procedure lacks something that people need in a disaster."""

    name = "recovery-procedure-incomplete"
    objective = "recovery-docs"
    severity = "H/M/L/L"
    by_tier = True

    def applies(self, document: Document, context: Context, /) -> Applicability:
        """Ask of pages that are certainly recovery procedures."""
        del context
        return certainly(document, "recovery-procedure", "a recovery procedure")

    def check(self, document: Document, context: Context, /) -> Iterator[Finding]:
        """Collect what is missing; what is unfinished or out of date is shown where it stands."""
        answers = [*_unfinished(document), *_missing(document, context), *_review(document, context)]
        wrong = [answer for answer in answers if answer.outcome != "pass"]
        if wrong:
            yield from wrong
        else:
            yield passes(document.place, *(text for answer in answers for text in answer.evidence))


def _unfinished(document: Document) -> Iterator[Finding]:
    for number, place in enumerate(document.placeholders, 1):
        message = f"an instruction of `{document.path}` is still to be written"
        yield fails(place, message, "write the instruction, or remove the placeholder", aspect=f"placeholder {number}")


def _missing(document: Document, context: Context) -> Iterator[Finding]:
    missing = [*_unnamed(document, context), *(_unsaid(document) if document.english else ())]
    if missing:
        yield fails(document.place, f"`{document.path}` {', and '.join(missing)}", _COMPLETE)
    else:
        # Dropped where anything else is wrong or cannot be told.
        yield passes(document.place, f"`{document.path}` has steps, their verification, an authority and an owner")
    if not document.english:
        reason = f"`{document.path}` is in a language in which verification and authority are not recognised"
        yield cannot_tell(document.place, reason, aspect="wording")
    hidden = context.graph.preparedness.may_leave_out(document)
    if hidden:
        yield cannot_tell(document.place, hidden, "name it in the procedure, or render the input", aspect="datastores")


def _unnamed(document: Document, context: Context) -> Iterator[str]:
    """What is missing in any language."""
    uncovered = context.graph.preparedness.uncovered(document)
    if uncovered:
        more = f" and {len(uncovered) - _MOST_NAMED} more" if len(uncovered) > _MOST_NAMED else ""
        yield f"does not mention {', '.join(f'`{name}`' for name in uncovered[:_MOST_NAMED])}{more}"
    if not document.procedure.in_order:
        yield "has no steps in order"
    if not context.graph.owner_of(document):
        yield "names no owner"


def _unsaid(document: Document) -> Iterator[str]:
    recovery = document.recovery
    if recovery is None:
        return
    if not recovery.verifies:
        yield "does not say how to verify the recovery"
    if not recovery.decides:
        yield "does not say who decides to recover"


def _review(document: Document, context: Context) -> Iterator[Finding]:
    """Whether the page was reviewed within its cadence."""
    reviewed, what = document.reviewed, f"the review date of `{document.path}`"
    if isinstance(reviewed, Unknown):
        message = f"{what} cannot be read: {reviewed.reason}"
        yield fails(reviewed.place or document.place, message, _REVIEW, severity="medium", aspect="review")
    elif not isinstance(reviewed, Known):
        message = f"`{document.path}` has no review date"
        yield fails(document.place, message, _REVIEW, severity="medium", aspect="review")
    elif in_future(reviewed.value, context.as_of):
        yield fails(reviewed.place, f"{what}, {reviewed.value}, is in the future", _REVIEW, aspect="review")
    else:
        yield _reviewed(document, reviewed, context)


def _reviewed(document: Document, reviewed: Known[date], context: Context) -> Finding:
    cadence = context.standard.cadence("document-cadence", context.tier)
    due = document.next_review(reviewed.value, cadence)
    if cadence.overdue(due, context.as_of):
        message = f"`{document.path}` was last reviewed on {reviewed.value}; the next review was due on {due}"
        return fails(reviewed.place, message, _REVIEW, severity="medium", aspect="review")
    evidence = f"`{document.path}` was reviewed on {reviewed.value}; the next review is due on {due}"
    return passes(reviewed.place, evidence)
