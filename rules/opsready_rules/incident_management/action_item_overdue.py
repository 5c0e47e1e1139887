"""Rule: an action of a postmortem that was promised and not kept."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.postmortem import ActionItem
from opsready.model.source import Known, Unknown, Unset


class ActionItemOverdue(Rule[ActionItem]):
    """An action of a postmortem is still open after the day on which it was due."""

    name = "action-item-overdue"
    objective = "action-items"
    severity = "H/H/M/L"

    def applies(self, item: ActionItem, context: Context, /) -> Applicability:
        """Ask of what was promised for a day, however long ago: the promise still stands."""
        del context
        page = item.document
        if not page.certain:
            return NotApplicable(f"only the path of `{page.path}` suggests that it is a postmortem")
        if not page.english:
            return NotApplicable(f"`{page.path}` is in a language whose headings are not recognised")
        if isinstance(item.due, Unset) and item.state == "open":
            return NotApplicable(f"`{item.name}` has no due date here")
        return Yes()

    def check(self, item: ActionItem, context: Context, /) -> Iterator[Finding]:
        """Compare the due date of what is open with the day that is judged; the due day itself is in time."""
        if item.state != "open":
            yield passes(item.place, f"`{item.name}` is {'done' if item.state == 'done' else 'decided against'}")
        elif isinstance(item.due, Known) and item.due.value < context.as_of:
            yield fails(
                item.due.place,
                f"`{item.name}` is open and was due on {item.due.value}",
                "do it and mark it as done, or decide anew and write down the new date and why",
            )
        elif isinstance(item.due, Known):
            yield passes(item.due.place, f"`{item.name}` is due on {item.due.value}")
        elif isinstance(item.due, Unknown):
            yield cannot_tell(
                item.due.place or item.place,
                f"when `{item.name}` is due is unknown: {item.due.reason}",
                "write the due date as YYYY-MM-DD",
            )
