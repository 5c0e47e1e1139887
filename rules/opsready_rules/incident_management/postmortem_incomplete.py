"""Rule: a postmortem that leaves out what makes others learn from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.document import Document
from opsready.model.period import period
from opsready.model.postmortem import Account, Part
from opsready.model.source import Known, Unknown, Unset
from opsready.model.verdict import Related

# A page may be dated by a clock that is a day ahead of ours.
_TOLERATED = timedelta(days=1)


class PostmortemIncomplete(Rule[Document]):
    """A postmortem leaves out a part that others need to learn from it."""

    name = "postmortem-incomplete"
    objective = "postmortems"
    severity = "M/M/L/L"

    def applies(self, document: Document, context: Context, /) -> Applicability:
        """Ask of postmortems in English that were written since they are asked for, and are no drafts any more."""
        account = document.account
        if account is None:
            return NotApplicable(f"`{document.path}` is a {document.kind}")
        if document.template:
            return NotApplicable(f"`{document.path}` is a template")
        if not document.certain:
            return NotApplicable(f"only the path of `{document.path}` suggests that it is a postmortem")
        if not document.english:
            return NotApplicable(f"`{document.path}` is in a language whose headings are not recognised")
        if isinstance(account.date, Known):
            return _asked_of(document, account.date.value, draft=account.draft, context=context)
        if not (account.declared or isinstance(account.date, Unknown) or account.timeline or account.impact):
            return NotApplicable(f"`{document.path}` tells of no incident")
        return Yes()

    def check(self, document: Document, context: Context, /) -> Iterator[Finding]:
        """Name all that is missing in one answer: it is one page to complete."""
        if document.account is None:
            return
        day = document.account.date
        if isinstance(day, Unknown):
            yield cannot_tell(
                day.place or document.place,
                f"whether `{document.path}` is from before {_adoption(context)} is unknown: {day.reason}",
                "write the day of the incident into `date` of the front matter",
            )
            return
        minimum = int(context.standard.number("postmortem-timeline-entries", context.tier))
        missing = dict(_missing(document.account, minimum))
        if any(part is None or not part.elsewhere for part in missing.values()):
            yield fails(
                document.place,
                f"`{document.path}` has {_listed(missing)}",
                "complete the page, as the template for postmortems has it",
                related=[Related(f"here is {said}", part.place.span) for said, part in missing.items() if part],
            )
        elif missing:
            links = ", ".join(dict.fromkeys(part.elsewhere for part in missing.values() if part))
            yield cannot_tell(
                document.place,
                f"`{document.path}` has {_listed(missing)}, but links {links}, where nobody looked",
                "write it into the page",
            )
        else:
            yield passes(document.place, f"`{document.path}` tells what happened, what it did, why, and what is done")


def _asked_of(document: Document, day: date, *, draft: bool, context: Context) -> Applicability:
    adopted = _adoption(context)
    if day < adopted:
        return NotApplicable(f"`{document.path}` is about {day}, before {adopted}, from when on postmortems are judged")
    finished = _period("postmortem-draft", day, context)
    if draft and day <= context.as_of + _TOLERATED and context.as_of <= finished:
        return NotApplicable(f"`{document.path}` is a draft, which it may be until {finished}")
    return Yes()


def _missing(account: Account, minimum: int) -> Iterator[tuple[str, Part | None]]:
    """What is missing, in words, each with the part that was meant to say it where there is one."""
    summary, impact, timeline = account.summary, account.impact, account.timeline
    if isinstance(account.date, Unset):
        yield "no date", None
    if summary is None or not summary.words:
        yield "no summary", summary
    if impact is not None and not impact.measured:
        yield "an impact without a number", impact
    elif impact is None and not (summary is not None and summary.measured):
        yield "no impact with a number", None
    if timeline is None:
        yield "no timeline", None
    elif timeline.times < minimum:
        yield f"a timeline with fewer than {minimum} times", timeline
    # Short accounts say in their summary what it did and why.
    if account.factors is not None and not account.factors.words:
        yield "no contributing factors", account.factors
    elif account.factors is None and not (summary is not None and summary.explained):
        yield "no contributing factors", None
    if account.actions is None or not account.actions.words:
        yield "no actions", account.actions


def _listed(missing: dict[str, Part | None]) -> str:
    *rest, last = missing
    return f"{', '.join(rest)} and {last}" if rest else last


def _adoption(context: Context) -> date:
    return date.fromisoformat(context.standard.text("postmortem-adoption", context.tier))


def _period(name: str, start: date, context: Context) -> date:
    text = context.standard.text(name, context.tier)
    found = period(text)
    if found is None:
        message = f"parameter `{name}` of the standard is not a period: `{text}`"
        raise ValueError(message)
    return found.after(start)
