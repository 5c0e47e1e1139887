"""What a report says of the base that it was compared with, in the words that the text formats share."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.model.verdict import Verdict
from opsready.report.escape import on_one_line
from opsready.report.model import Comparison
from opsready.report.wording import listing, percent, plural, statement, where

SHORT = 12  # digits of a commit's id
_MOST_NAMES = 5


def mark(comparison: Comparison, verdict: Verdict) -> str:
    """What became of a finding, in brackets behind it; empty where it is as it was."""
    change = comparison.changes.get(verdict.fingerprint, "")
    words = {"new": " [new]", "worse": " [worse]", "hidden": " [failed before]", "undecided": " [new]"}
    return words.get(change, "")


def headline(comparison: Comparison) -> str:
    """The base and the counts."""
    counts = [f"{len(comparison.new)} new", f"{len(comparison.worse)} worse", f"{len(comparison.fixed)} fixed"]
    if comparison.hidden:
        counts.append(f"{len(comparison.hidden)} hidden")
    if comparison.undecided:
        counts.append(f"{len(comparison.undecided)} cannot be told any more")
    return f"against {base_of(comparison)}: {', '.join(counts)}, {plural(comparison.still, 'failure')} as before"


def base_of(comparison: Comparison) -> str:
    """The base as it was named, with the commit that this led to."""
    return f"{on_one_line(comparison.ref)} ({comparison.base[:SHORT]})"


def numbers(comparison: Comparison) -> str:
    """What score, debt and evidence did."""
    before, after = comparison.before, comparison.after
    return (
        f"score {_change(before.score, after.score, 1)}; debt {_change(before.debt, after.debt, 2)}; "
        f"evidence {percent(before.evidence)} -> {percent(after.evidence)}"
    )


def decisions(comparison: Comparison) -> Iterator[str]:
    """What a reviewer has to know besides failures, a sentence each."""
    for verdict in comparison.new_ignores:
        excuse = verdict.suppression
        until = f" (until {excuse.until})" if excuse and excuse.until else ""
        reason = f"{excuse.reason}{until}" if excuse else ""
        yield on_one_line(f"new ignore of {verdict.rule} for {verdict.subject.address}: {reason}")
    if comparison.services_gone:
        yield on_one_line(f"services gone: {listing(list(comparison.services_gone), _MOST_NAMES)}")
    for change in comparison.tiers_lowered:
        yield on_one_line(
            f"tier lowered: {change.service} from {change.before} to {change.after}; judged as tier {change.before}"
        )
    yield from map(on_one_line, comparison.notes)


def elsewhere(comparison: Comparison) -> Iterator[tuple[str, Verdict]]:
    """What is not among the findings, with the word for it: what is fixed, and what is hidden by being waived."""
    for verdict in comparison.hidden:
        if verdict.outcome == "waived":
            yield "waived, failed before", verdict
        elif verdict.outcome == "fail":
            yield "cannot be told any more", verdict
    for verdict in comparison.fixed:
        yield "fixed", verdict


def line(word: str, verdict: Verdict) -> str:
    """One verdict that is not among the findings."""
    return f"{where(verdict)}: {word} {on_one_line(verdict.rule)}: {statement(verdict)}"


def _change(before: float | None, after: float | None, digits: int) -> str:
    old, new = (f"{number:.{digits}f}" if number is not None else "none" for number in (before, after))
    difference = "" if before is None or after is None else f" ({after - before:+.{digits}f})"
    return f"{old} -> {new}{difference}"
