"""The baseline: which failures it keeps from the gate, and which of its entries are gone. The score ignores it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.decisions import Accepted, BaselineUse
from opsready.model.verdict import SEVERITY_RANK
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opsready.model.verdict import Verdict

# What cannot be told or is waived may still be as bad as it was: its entry stays.
_MAY_STILL_FAIL = frozenset({"fail", "unknown", "waived"})


def use(entries: Sequence[Accepted], verdicts: Iterable[Verdict]) -> BaselineUse:
    """What a baseline is worth for some verdicts. A failure that became more severe is not what was accepted."""
    accepted = {entry.fingerprint: entry for entry in entries}
    known: set[str] = set()
    worse: set[str] = set()
    there: set[str] = set()
    for verdict in verdicts:
        if verdict.outcome not in _MAY_STILL_FAIL:
            continue
        fingerprint = verdict.fingerprint
        entry = accepted.get(fingerprint)
        if entry is None:
            continue
        there.add(fingerprint)
        if verdict.outcome == "fail":
            more = SEVERITY_RANK[verdict.severity] < SEVERITY_RANK[entry.severity]  # type: ignore[index]
            (worse if more else known).add(fingerprint)
    gone = tuple(entry for entry in entries if entry.fingerprint not in there)
    return BaselineUse(len(entries), frozenset(known - worse), frozenset(worse), gone)


def accepted(verdicts: Iterable[Verdict]) -> tuple[Accepted, ...]:
    """The entries of a baseline that accepts every failure that counts."""
    found = {
        verdict.fingerprint: Accepted(
            verdict.fingerprint, verdict.rule, verdict.subject.address or verdict.subject.name, verdict.severity
        )
        for verdict in verdicts
        if verdict.outcome == "fail" and verdict.scored
    }
    return tuple(found.values())


def pruned(entries: Iterable[Accepted], used: BaselineUse, verdicts: Iterable[Verdict]) -> tuple[Accepted, ...]:
    """The entries that are still needed; what became less severe is accepted at its new severity only."""
    gone = {entry.fingerprint for entry in used.gone}
    now = {verdict.fingerprint: verdict.severity for verdict in verdicts if verdict.outcome == "fail"}
    return tuple(_lowered(entry, now.get(entry.fingerprint)) for entry in entries if entry.fingerprint not in gone)


def _lowered(entry: Accepted, severity: str | None) -> Accepted:
    if severity is None or SEVERITY_RANK[severity] <= SEVERITY_RANK[entry.severity]:  # type: ignore[index]
        return entry
    return replace(entry, severity=severity)
