"""What a user asks of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.records import dataclass

if TYPE_CHECKING:
    from datetime import date

    from opsready.model.verdict import Severity


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks of one run.

    `paths` are relative to the root and select what is listed; so do `select` and `ignore`, which name rules,
    objectives or pillars. `min_scores` pairs a pillar's name, or the empty text for the whole, with the score that the
    gate wants, and `min_evidence` is the percentage (0..100) of what applies that it wants decided. `processes` says
    in how many to read (0: in as many as pay).
    """

    as_of: date
    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    show: str = "failures"
    fail_on: Severity | None = "high"
    min_scores: tuple[tuple[str, float], ...] = ()
    min_evidence: float | None = None
    processes: int = 0
