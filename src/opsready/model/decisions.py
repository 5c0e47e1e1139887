"""What people decided about faults, beside the repair: where that is kept, and what of it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.waiver import ActiveWaiver

WAIVERS_FILE = ".opsready/waivers.yaml"
BASELINE_FILE = ".opsready/baseline.json"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A failure that a baseline accepts: by its fingerprint, at a severity; `subject` is an address."""

    fingerprint: str
    rule: str
    subject: str
    severity: str


@dataclass(frozen=True, slots=True)
class BaselineUse:
    """What a baseline is worth: the fingerprints of failures that it keeps from the gate, and what is gone from it.

    `worse` are fingerprints of failures that are more severe by now than when they were accepted: those are gated.
    """

    entries: int
    known: frozenset[str]
    worse: frozenset[str]
    gone: tuple[Accepted, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What holds on the day that is judged: waivers, the first to expire first; `baseline` is None where none is kept.

    `ignored` counts the verdicts that an ignore in place waives, and `ignores_end` is the first day (ISO) on which one
    of those ends, empty where none does.
    """

    waivers: tuple[ActiveWaiver, ...] = ()
    baseline: BaselineUse | None = None
    ignored: int = 0
    ignores_end: str = ""


NOTHING_DECIDED = Decisions()
