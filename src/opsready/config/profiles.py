"""What a profile stands for: limits of the gate, and nothing that the score could change by."""

from __future__ import annotations

from collections.abc import Mapping

from opsready.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Profile:
    """Limits under one name, `title` in words; `floors` is the least score of a service by its tier (1..4)."""

    title: str
    fail_on: str
    min_evidence: float | None = None
    floors: Mapping[int, float] = field(default_factory=dict)


PROFILES = {
    "baseline": Profile("only what may lose data or take a critical service down is stopped", "critical"),
    "standard": Profile("what is severe is stopped", "high"),
    "strict": Profile(
        "what is worth a ticket is stopped, and a service that is not good enough for its tier",
        "medium",
        80,
        {1: 85, 2: 75, 3: 60},
    ),
}
