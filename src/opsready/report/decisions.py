"""What text formats say of waivers, ignores and the baseline: how much they hold back, and when the next one ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsready.model.decisions import BaselineUse, Decisions
from opsready.report.wording import plural


def lines(decisions: Decisions, as_of: str) -> Iterator[str]:
    """A line for each sort of decision that there is."""
    if decisions.waivers:
        yield _waivers(decisions, as_of)
    if decisions.ignored:
        end = f"; the next one ends {_when(decisions.ignores_end, as_of)}" if decisions.ignores_end else ""
        yield f"ignored in place: {plural(decisions.ignored, 'verdict')}{end}"
    if decisions.baseline is not None:
        yield _baseline(decisions.baseline)


def _waivers(decisions: Decisions, as_of: str) -> str:
    """The waivers that hold, the next one to expire by name."""
    count = sum(active.verdicts for active in decisions.waivers)
    first = decisions.waivers[0].waiver
    return (
        f"{plural(len(decisions.waivers), 'waiver')}: {plural(count, 'verdict')} waived; the next one expires "
        f"{_when(first.expires.isoformat(), as_of)}: {first.rule} for {first.target}"
    )


def _when(day: str, as_of: str) -> str:
    left = (date.fromisoformat(day) - date.fromisoformat(as_of)).days
    when = "today" if left == 0 else f"in {plural(left, 'day')}"
    return f"on {day} ({when})"


def _baseline(baseline: BaselineUse) -> str:
    parts = [f"baseline: {plural(len(baseline.known), 'known failure')} not gated, counted in the score"]
    if baseline.worse:
        parts.append(f"{len(baseline.worse)} more severe than accepted")
    if baseline.gone:
        gone = plural(len(baseline.gone), "entry is gone", "entries are gone")
        parts.append(f"{gone}: `opsready baseline prune`")
    return "; ".join(parts)
