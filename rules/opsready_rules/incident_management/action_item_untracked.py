"""Rule: an action of a postmortem that nobody will ask for again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.postmortem import ActionItem
from opsready.model.source import Known, Unset, Value

_HELP = "link the issue that tracks it, or name its owner and the day on which it is due"


class ActionItemUntracked(Rule[ActionItem]):
    """An action of a postmortem has no ticket, and no owner with a due date."""

    name = "action-item-untracked"
    objective = "action-items"
    severity = "H/M/L/L"

    def applies(self, item: ActionItem, context: Context, /) -> Applicability:
        """Ask of what certain postmortems in English decided since they are asked for."""
        page = item.document
        if not page.certain:
            return NotApplicable(f"only the path of `{page.path}` suggests that it is a postmortem")
        if not page.english:
            return NotApplicable(f"`{page.path}` is in a language whose headings are not recognised")
        happened = _happened(item)
        if isinstance(happened, Known) and happened.value < _adoption(context):
            return NotApplicable(f"`{page.path}` is about {happened.value}, before {_adoption(context)}")
        return Yes()

    def check(self, item: ActionItem, context: Context, /) -> Iterator[Finding]:
        """Accept what is settled, what a tracker asks for, and what somebody has promised for a day."""
        owner = "" if item.owner.lower() in context.standard.placeholder_owners else item.owner
        promised = not isinstance(item.due, Unset)
        if item.state != "open":
            yield passes(item.place, f"`{item.name}` is {_settled(item)}")
        elif item.tracker:
            yield passes(item.place, f"`{item.name}` is tracked in {item.tracker}")
        elif owner and promised:
            yield passes(item.place, f"`{item.name}` has an owner, {owner}, and a due date")
        elif not isinstance(_happened(item), Known):
            path = item.document.path
            yield cannot_tell(
                item.place,
                f"`{item.name}` has no ticket, but `{path}` has no date that tells whether it is from before "
                f"{_adoption(context)}",
                "write the day of the incident into `date` of the front matter",
            )
        else:
            yield fails(item.place, f"`{item.name}` has no ticket and {_missing(owner, promised=promised)}", _HELP)


def _happened(item: ActionItem) -> Value[date]:
    account = item.document.account
    return Unset() if account is None else account.date


def _settled(item: ActionItem) -> str:
    return "done" if item.state == "done" else "decided against"


def _missing(owner: str, *, promised: bool) -> str:
    if owner:
        return "no due date"
    return "no owner" if promised else "neither owner nor due date"


def _adoption(context: Context) -> date:
    return date.fromisoformat(context.standard.text("postmortem-adoption", context.tier))
