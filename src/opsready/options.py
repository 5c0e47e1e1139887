"""What a user asks of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from opsready.model.verdict import Severity


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks of one run.

    `paths` are relative to the root and select what is listed; so do `select` and `ignore`, which name rules,
    objectives or pillars. `min_scores` pairs a pillar's name, or the empty text for the whole, with the score that the
    gate wants, `min_evidence` the percentage (0..100) of what applies that it wants decided, and `floors` the least
    score of a service by its tier (1..4). `max_debt_increase` is by how many points a change may add to the debt, and
    `no_new_ignores` refuses ignores that its base does not have; both need a base. A `profile` stands for such limits.
    `origins` names, for each of them that somebody said, what said it: a flag, a variable, a place in the
    configuration. `configured` is the file and line of the configuration that decides what is listed, None where it
    does not. `processes` says in how many to read (0: in as many as pay). `no_ignores` judges as if no ignore were
    written in place, `no_baseline` as if no baseline were kept.
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
    max_debt_increase: float | None = None
    no_new_ignores: bool = False
    processes: int = 0
    floors: Mapping[int, float] = field(default_factory=dict)
    profile: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)
    configured: tuple[str, int] | None = None
    no_ignores: bool = False
    no_baseline: bool = False
