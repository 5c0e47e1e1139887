"""What became of verdicts from one report to the next: one classification for saved reports and for the base branch."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from opsready.model.verdict import SEVERITY_RANK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from opsready.model.verdict import Outcome, Severity

Change = Literal["new", "worse", "hidden", "undecided", "fixed", "still", ""]

NOT_EVALUATED = "input-not-evaluated"  # the rule that stands for what is in an input that cannot be opened
_HIDING = ("unknown", "waived")


class Told(NamedTuple):
    """As much of a verdict as a comparison needs.

    `near` is the rule and the subject, without the place within it. `scope` has each service that the verdict counts
    in, with the objective.
    """

    rule: str
    fingerprint: str
    near: tuple[str, ...]
    outcome: Outcome
    severity: Severity
    scope: frozenset[tuple[str, str]]


class Changes(NamedTuple):
    """The change of each newer verdict, in order, and what became of the older failures that have no counterpart.

    `worse` fails still, at a higher severity. `hidden` failed, and is now waived or cannot be told: that is no fix.
    `undecided` is what cannot be told now and was no finding before; empty is what nobody has to know.
    """

    newer: tuple[Change, ...]
    gone: tuple[tuple[int, Change], ...]


def classify(before: Sequence[Told], after: Sequence[Told]) -> Changes:
    """Match verdicts by fingerprint, so that moving a file or a line is no change.

    A verdict that has no counterpart by that is matched with the only one of its rule about its subject: a value that
    is written where its default failed before is the same finding at another place.
    """
    matched = _matched(before, after)
    newer = tuple(_change(None if old is None else before[old], new) for old, new in zip(matched, after, strict=True))
    opaque = {
        scope
        for change, told in zip(newer, after, strict=True)
        if change == "undecided" and told.rule == NOT_EVALUATED
        for scope in told.scope
    }
    met = set(matched)
    gone: list[tuple[int, Change]] = [
        (index, "hidden" if told.scope & opaque else "fixed")
        for index, told in enumerate(before)
        if index not in met and told.outcome == "fail"
    ]
    return Changes(newer, tuple(gone))


def _matched(before: Sequence[Told], after: Sequence[Told]) -> list[int | None]:
    """The older verdict of each newer one: of several equal ones that with the same outcome."""
    older = _indexed(enumerate(before), lambda told: told.fingerprint)
    matched: list[int | None] = [None] * len(after)
    for same_outcome in (True, False):
        for index, told in enumerate(after):
            candidates = older.get(told.fingerprint)
            if matched[index] is not None or not candidates:
                continue
            found = next((old for old in candidates if not same_outcome or before[old].outcome == told.outcome), None)
            if found is not None:
                candidates.remove(found)
                matched[index] = found
    left = _indexed(((old, before[old]) for found in older.values() for old in found), lambda told: told.near)
    unmatched = (item for item in enumerate(after) if matched[item[0]] is None)
    for near, newer in _indexed(unmatched, lambda told: told.near).items():
        candidates = left.get(near, [])
        if len(newer) == len(candidates) == 1:
            matched[newer[0]] = candidates[0]
    return matched


def _indexed(
    verdicts: Iterable[tuple[int, Told]], key: Callable[[Told], str | tuple[str, ...]]
) -> dict[str | tuple[str, ...], list[int]]:
    found: dict[str | tuple[str, ...], list[int]] = defaultdict(list)
    for index, told in verdicts:
        found[key(told)].append(index)
    return found


def _change(old: Told | None, new: Told) -> Change:
    failed = old is not None and old.outcome == "fail"
    if new.outcome == "fail":
        if old is None or not failed:
            return "new"
        return "worse" if SEVERITY_RANK[new.severity] < SEVERITY_RANK[old.severity] else "still"
    if failed:
        return "hidden" if new.outcome in _HIDING else "fixed"
    return "undecided" if new.outcome == "unknown" and (old is None or old.outcome != "unknown") else ""
