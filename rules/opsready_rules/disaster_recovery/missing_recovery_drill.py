"""Rule: a service whose recovery nobody rehearsed for longer than the standard allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.period import past
from opsready.model.preparedness import Drill
from opsready.model.service import Service
from opsready.model.source import Known, Unknown

_HOLD = "rehearse a restore or a failover, and add it to `drills` of the service file or write a report of it"
_REPORT = "write `type: drill-report`, `service`, `date`, `kind` and `result` into the front matter of the report"
_SETTLE = "write what was rehearsed and how it ended (`kind`, `result`), or attest that recovery was rehearsed"

_SHOWS = frozenset({"pass", "partial"})

Meaning = Literal["shows", "failed", "talked", "unclear"]


class _Held(NamedTuple):
    """A drill that took place."""

    day: date
    drill: Drill


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
        sure = [drill for drill in drills if drill.certain]
        held = _held(sure, context)
        current = [item for item in held if _is_current(item.day, context)]
        shown = next((item for item in current if _meaning(item.drill, context) == "shows"), None)
        unclear = next((item for item in current if _meaning(item.drill, context) == "unclear"), None)
        if shown is not None:
            yield passes(shown.drill.place, *_evidence(service, shown, context))
        elif unclear is not None:
            yield cannot_tell(unclear.drill.place, _what_is_missing(service, unclear), _SETTLE)
        else:
            yield _perhaps(service, drills, context) or _instead(service, sure, held, context)


def _held(drills: Iterable[Drill], context: Context) -> list[_Held]:
    """The drills that took place, the last one first."""
    dated = ((past(drill.date, context.as_of), drill) for drill in drills)
    held = [_Held(day, drill) for day, drill in dated if day is not None]
    return sorted(held, key=lambda item: item.day, reverse=True)


def _is_current(day: date | None, context: Context) -> bool:
    return context.standard.cadence("drill-cadence", context.tier).current(day, context.as_of)


def _meaning(drill: Drill, context: Context) -> Meaning:
    """What a drill says of recovery; one that ended in part has shown which part works."""
    if drill.result == "fail":
        return "failed"
    if drill.result not in _SHOWS:
        return "unclear"
    if drill.kind in context.standard.text("drill-kinds", context.tier).split():
        return "shows"
    return "talked" if drill.kind == "tabletop" else "unclear"


def _evidence(service: Service, held: _Held, context: Context) -> Iterator[str]:
    kind = held.drill.kind if held.drill.result == "pass" else f"{held.drill.kind}, in part"
    yield f"the recovery of `{service.name}` was rehearsed on {held.day} ({kind})"
    if context.graph.preparedness.lacks_report(held.drill):
        yield f"the report that it names, `{held.drill.evidence}`, is not in this repository"


def _what_is_missing(service: Service, held: _Held) -> str:
    what = f"the drill of `{service.name}` on {held.day}"
    if held.drill.result not in _SHOWS:
        return f"how {what} ended is not told"
    if held.drill.kind:
        return f"whether {what} recovered anything is not told: it was a `{held.drill.kind}`"
    return f"what {what} rehearsed is not told"


def _perhaps(service: Service, drills: Iterable[Drill], context: Context) -> Finding | None:
    """The answer where a page may be about a drill of the service."""
    for drill in drills:
        if not drill.certain and _may_count(drill, context):
            reason = f"`{drill.evidence}` may report a drill of `{service.name}`, by its path alone"
            return cannot_tell(drill.place, reason, _REPORT)
    for drill in context.graph.preparedness.drills_of_nobody():
        if _may_count(drill, context):
            reason = f"`{drill.evidence}` names no service, so whether its drill covers `{service.name}` is unknown"
            return cannot_tell(drill.place, reason, _REPORT)
    return None


def _may_count(drill: Drill, context: Context) -> bool:
    """Whether a drill would count, or may, were it certain whose it is; a page without a date may be of any day."""
    if _meaning(drill, context) not in {"shows", "unclear"}:
        return False
    return not isinstance(drill.date, Known) or _is_current(past(drill.date, context.as_of), context)


def _instead(service: Service, drills: list[Drill], held: list[_Held], context: Context) -> Finding:
    """What there is where no drill counts."""
    if held:
        return fails(held[0].drill.place, _why_not(service, held[0], context), _HOLD)
    if not drills:
        cause = "" if service.declared else "uncatalogued-service"
        return fails(service.place, f"`{service.name}` has no recovery drill", _HOLD, cause=cause)
    drill = drills[0]
    if isinstance(drill.date, Known):
        message = f"the drill of `{service.name}` is dated {drill.date.value}, in the future"
    elif isinstance(drill.date, Unknown):
        message = f"the date of a drill of `{service.name}` cannot be read: {drill.date.reason}"
    else:
        message = f"the drill of `{service.name}` has no date"
    return fails(drill.place, message, _HOLD)


def _why_not(service: Service, last: _Held, context: Context) -> str:
    """Why the last drill does not count."""
    if not _is_current(last.day, context):
        due = context.standard.cadence("drill-cadence", context.tier).due_after(last.day)
        return f"the last drill of `{service.name}` was on {last.day}; the next one was due on {due}"
    if _meaning(last.drill, context) == "failed":
        return f"the last drill of `{service.name}`, on {last.day}, failed"
    return f"the last drill of `{service.name}`, on {last.day}, was a tabletop exercise, which recovers nothing"
