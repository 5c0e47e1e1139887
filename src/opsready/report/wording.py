"""The words and numbers that the text formats share, so that they never contradict one another."""

from __future__ import annotations

import math
from collections.abc import Mapping

from opsready.model.source import Span
from opsready.model.verdict import OUTCOMES, Verdict
from opsready.report.escape import on_one_line
from opsready.report.model import Gate

OUTCOME_WORDS: Mapping[str, str] = {
    "fail": "failed",
    "unknown": "cannot tell",
    "waived": "waived",
    "pass": "passed",
    "not-applicable": "not applicable",
}


def decimal(number: float | None) -> str:
    """A score with its one decimal; `none` where there is nothing to judge."""
    return "none" if number is None else f"{number:.1f}"


def percent(ratio: float) -> str:
    """A ratio in whole percent, rounded down so that 100 % means all; the small term undoes binary fractions."""
    return f"{math.floor(ratio * 100 + 1e-9)} %"


def gain(points: float) -> str:
    """What an action brings, such as `+4.2`."""
    return f"{points:+.1f}" if points >= 0.1 else f"{points:+.2f}"


def cost(points: float) -> str:
    """What a group of findings takes from the score; empty where it takes nothing."""
    if points <= 0:
        return ""
    return f"costs {points:.1f} points" if points >= 0.1 else "costs less than 0.1 points"


def plural(count: int, noun: str, several: str = "") -> str:
    """A count with its noun: `1 place`, `2 places`; `several` is the plural where it takes no `s`."""
    return f"{count} {noun}" if count == 1 else f"{count} {several or f'{noun}s'}"


def listing(names: list[str], most: int) -> str:
    """Names in one sentence, the last ones as a count where there are more than `most`."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def position(span: Span) -> str:
    """A place as editors and terminals understand it."""
    return f"{on_one_line(span.file)}:{span.line}:{span.column}"


def where(verdict: Verdict) -> str:
    """A verdict's place; `.` for the repository as a whole."""
    return position(verdict.place.span) if verdict.place else "."


def statement(verdict: Verdict) -> str:
    """What a verdict says: its message, else the reason, else what shows it."""
    return on_one_line(verdict.message or verdict.reason or "; ".join(verdict.evidence) or verdict.subject.address)


def overridden(verdict: Verdict) -> str:
    """What the configuration changed about a verdict, and where it says so; empty where nothing."""
    return "; ".join(
        f"{on_one_line(change.what)} {on_one_line(change.now)} instead of {on_one_line(change.was)} "
        f"by {on_one_line(change.span.file)}:{change.span.line}"
        for change in verdict.overridden
    )


def counted(counts: Mapping[str, int]) -> str:
    """The counts by outcome, in words; failures are named even where there are none."""
    return ", ".join(
        f"{counts.get(outcome, 0)} {OUTCOME_WORDS[outcome]}"
        for outcome in OUTCOMES
        if outcome == "fail" or counts.get(outcome, 0)
    )


def gate_word(gate: Gate) -> str:
    """Whether the gate was met."""
    return "gate passed" if gate.passed else "gate missed"
