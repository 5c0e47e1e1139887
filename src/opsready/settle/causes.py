"""Causes: a fault that follows from another one is folded under it, while that one is a listed failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.verdict import OPEN
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opsready.model.verdict import Verdict


def fold(verdicts: Sequence[Verdict], listed: Iterable[Verdict]) -> list[Verdict]:
    """Keep the cause of those verdicts whose cause fails for the same subject and is listed; the others stand alone."""
    causes = {verdict.cause for verdict in verdicts}
    failing = {
        _key(verdict, verdict.rule) for verdict in listed if verdict.rule in causes and verdict.outcome == "fail"
    }
    return [
        replace(verdict, cause="") if verdict.cause and _key(verdict, verdict.cause) not in failing else verdict
        for verdict in verdicts
    ]


def cover(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Waive what follows from a failure that is ignored, wherever the one and the other are written."""
    causes = {verdict.cause for verdict in verdicts if verdict.cause}
    ignored = {
        _key(verdict, verdict.rule): verdict.suppression
        for verdict in verdicts
        if verdict.rule in causes and verdict.outcome == "waived"
    }
    if not ignored:
        return list(verdicts)
    return [
        replace(verdict, outcome="waived", suppression=ignored[_key(verdict, verdict.cause)])
        if verdict.outcome in OPEN and verdict.cause and _key(verdict, verdict.cause) in ignored
        else verdict
        for verdict in verdicts
    ]


def _key(verdict: Verdict, rule: str) -> tuple[str, str, str]:
    return rule, verdict.subject.address, verdict.apart
