"""Rule: a service whose recovery nobody rehearsed for longer than the standard allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.period import in_future
from opsready.model.preparedness import Drill
from opsready.model.service import Service
from opsready.model.source import Known, Unknown

_HOLD = "rehearse a restore or a failover, and add it to `drills` of the service file or write a report of it"
_REPORT = "write `type: drill-report`, `service`, `date`, `kind` and `result` into the front matter of the report"
_SETTLE = "write what was rehearsed and how it ended (`kind`, `result`), or attest that recovery was rehearsed"

Meaning = Literal["shows", "failed", "talked", "unclear"]


class MissingRecoveryDrill(Rule[Service]):
    """The recovery of a service was not rehearsed within the quarter."""

    name = "missing-recovery-drill"
    objective = "drills"
    severity = "C/H/M/-"
    caps_objective = True
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look for a drill that shows that recovery works, then for one that may, then say what there is instead."""
        drills = context.graph.preparedness.drills_of(service)
        current = [drill for drill in drills if _is_current(drill, context)]
        shown = _latest(drill for drill in current if drill.certain and _meaning(drill, context) == "shows")
        if shown is not None:
            yield passes(shown.place, *_evidence(service, shown, context))
        else:
            yield _unclear(service, drills, context) or _instead(service, drills, context)


def _meaning(drill: Drill, context: Context) -> Meaning:
    """What a drill says of recovery; one that ended in part has shown which part works."""
    if drill.result == "fail":
        return "failed"
    if drill.result not in {"pass", "partial"}:
        return "unclear"
    if drill.kind in context.standard.text("drill-kinds", context.tier).split():
        return "shows"
    return "talked" if drill.kind == "tabletop" else "unclear"


def _is_current(drill: Drill, context: Context) -> bool:
    """Whether a drill took place and the next one is not overdue."""
    day = _day(drill, context)
    cadence = context.standard.cadence("drill-cadence", context.tier)
    return day is not None and not cadence.overdue(cadence.due_after(day), context.as_of)


def _day(drill: Drill, context: Context) -> date | None:
    """The day on which a drill took place; None where it is not told, or is still to come."""
    if isinstance(drill.date, Known) and not in_future(drill.date.value, context.as_of):
        return drill.date.value
    return None


def _latest(drills: Iterable[Drill]) -> Drill | None:
    return max(drills, key=_written_day, default=None)


def _written_day(drill: Drill) -> date:
    return drill.date.value if isinstance(drill.date, Known) else date.min


def _evidence(service: Service, drill: Drill, context: Context) -> Iterator[str]:
    how = "" if drill.result == "pass" else ", in part"
    yield f"the recovery of `{service.name}` was rehearsed on {_written_day(drill)} ({drill.kind}{how})"
    if context.graph.preparedness.lacks_report(drill):
        yield f"the report that it names, `{drill.evidence}`, is not in this repository"


def _unclear(service: Service, drills: Iterable[Drill], context: Context) -> Finding | None:
    """The answer where a drill may have shown that recovery works."""
    for drill in drills:
        meaning = _meaning(drill, context)
        if not drill.certain and meaning in {"shows", "unclear"} and _may_be_current(drill, context):
            reason = f"`{drill.evidence}` may report a drill of `{service.name}`, by its path alone"
            return cannot_tell(drill.place, reason, _REPORT)
        if drill.certain and meaning == "unclear" and _is_current(drill, context):
            return cannot_tell(drill.place, _what_is_missing(service, drill), _SETTLE)
    for drill in context.graph.preparedness.drills_of_nobody():
        if _meaning(drill, context) == "shows" and _is_current(drill, context):
            reason = f"`{drill.evidence}` names no service, so whether its drill covers `{service.name}` is unknown"
            return cannot_tell(drill.place, reason, _REPORT)
    return None


def _may_be_current(drill: Drill, context: Context) -> bool:
    return not isinstance(drill.date, Known) or _is_current(drill, context)


def _what_is_missing(service: Service, drill: Drill) -> str:
    what = f"the drill of `{service.name}` on {_written_day(drill)}"
    if drill.result not in {"pass", "partial"}:
        return f"how {what} ended is not told"
    if drill.kind:
        return f"whether {what} recovered anything is not told: it was a `{drill.kind}`"
    return f"what {what} rehearsed is not told"


def _instead(service: Service, drills: Iterable[Drill], context: Context) -> Finding:
    """What there is where no drill counts."""
    sure = [drill for drill in drills if drill.certain]
    held = [drill for drill in sure if _day(drill, context) is not None]
    last = _latest(held)
    if last is not None:
        return fails(last.place, _why_not(service, last, context), _HOLD)
    if not sure:
        cause = "" if service.declared else "uncatalogued-service"
        return fails(service.place, f"`{service.name}` has no recovery drill", _HOLD, cause=cause)
    drill = sure[0]
    if isinstance(drill.date, Known):
        return fails(drill.place, f"the drill of `{service.name}` is dated {drill.date.value}, in the future", _HOLD)
    if isinstance(drill.date, Unknown):
        message = f"the date of a drill of `{service.name}` cannot be read: {drill.date.reason}"
        return fails(drill.place, message, _HOLD)
    return fails(drill.place, f"the drill of `{service.name}` has no date", _HOLD)


def _why_not(service: Service, drill: Drill, context: Context) -> str:
    """Why the last drill does not count."""
    day = _written_day(drill)
    if not _is_current(drill, context):
        due = context.standard.cadence("drill-cadence", context.tier).due_after(day)
        return f"the last drill of `{service.name}` was on {day}; the next one was due on {due}"
    if _meaning(drill, context) == "failed":
        return f"the last drill of `{service.name}`, on {day}, failed"
    return f"the last drill of `{service.name}`, on {day}, was a tabletop exercise, which recovers nothing"
