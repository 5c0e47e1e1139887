"""The report: everything that any renderer shows, computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opsready.model.decisions import Decisions
from opsready.model.standard import Standard
from opsready.model.verdict import Diagnostic, Severity, Skip, Verdict
from opsready.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opsready.model.changes import Change

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class ObjectiveScore:
    """One objective of one service; `score` and `best` are 0..1, `counts` are verdicts by outcome."""

    name: str
    pillar: str
    weight: float
    score: float
    best: float
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PillarScore:
    """One pillar; `score` and `best` are 0..100, None where nothing in it applies; `short` is a title for a column."""

    name: str
    title: str
    weight: float
    score: float | None
    best: float | None
    objectives_assessed: int
    short: str = ""


@dataclass(frozen=True, slots=True)
class ServiceScore:
    """One service, or `(shared)`.

    `tier` is None where undeclared; `profile` is the tier whose severities were used. `scored` is false for a service
    whose subjects all live outside production: it is listed, `score` is then None. `declared` is false for an implied
    one.
    """

    name: str
    declared: bool
    tier: int | None
    profile: int
    scored: bool
    score: float | None
    best: float | None
    debt: float
    evidence: float
    environments: tuple[str, ...]
    pillars: tuple[PillarScore, ...]
    objectives: tuple[ObjectiveScore, ...]


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """One rule that was asked: `counts` are all its verdicts by outcome.

    `severity` is the one for a service that declares no tier, or the rule's worst where it is not asked of those.
    """

    name: str
    title: str
    objective: str
    counts: Mapping[str, int]
    severity: Severity = "medium"


@dataclass(frozen=True, slots=True)
class NextStep:
    """One action that is worth doing next: `gain` is in points of the repository's score, given the steps before it."""

    action: str
    rules: tuple[str, ...]
    subjects: tuple[str, ...]
    service: str
    gain: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A listed verdict with what it costs: points of the repository's score that its rule takes from its services."""

    verdict: Verdict
    cost: float
    title: str


@dataclass(frozen=True, slots=True)
class OpaqueInput:
    """An input that could not be opened."""

    name: str
    file: str
    opens_with: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at: `files` in the root, `parsed` of them, the rest skipped or of no kind that is read."""

    files: int
    parsed: int
    skipped: tuple[Skip, ...]
    opaque: tuple[OpaqueInput, ...]
    renderers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the limits were met; `reasons` says which were not, one sentence each."""

    passed: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a repository comes to: `score` 0..100 (None where nothing was judged), `debt` in points, `evidence` 0..1."""

    score: float | None
    debt: float
    evidence: float


@dataclass(frozen=True, slots=True)
class TierChange:
    """A service that is judged as of tier `before`, and says `after` now."""

    service: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the repository since the base: listed verdicts, `fixed` as they were there.

    `ref` is what the user named, `base` the id of the commit that was compared with. `worse` fails still, at a higher
    severity. `hidden` failed, and is now waived or cannot be told, which is no fix; where an input that cannot be
    opened took its place, it is as it was at the base. `undecided` is what cannot be told now and was no finding.
    `still` counts the failures as before. `new_ignores` are verdicts that were not excused at the base. `changes` has
    the change of every verdict that is listed, by its fingerprint. `before` is what the base came to, `after` what the
    repository does.
    """

    ref: str
    base: str
    new: tuple[Verdict, ...]
    worse: tuple[Verdict, ...]
    hidden: tuple[Verdict, ...]
    undecided: tuple[Verdict, ...]
    fixed: tuple[Verdict, ...]
    still: int
    new_ignores: tuple[Verdict, ...]
    services_gone: tuple[str, ...]
    tiers_lowered: tuple[TierChange, ...]
    notes: tuple[str, ...]
    before: Totals
    after: Totals
    changes: Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found.

    `findings` are the verdicts that count as listed (failures and what cannot be told, ordered by cost), `others` the
    rest (passes, waived, not applicable), both after filters; `counts` and scores are before them. `snippet` gives,
    for a file and a 1-based line, that line's text with credentials masked. `show` is what the user asked to see.
    `anchor` is the file where a format that needs a file puts what is said of the repository as a whole, at line 1.
    `decisions` are the waivers and the baseline. `comparison` is there where the repository was compared with a base.
    """

    tool_version: str
    score_model: int
    standard: Standard
    as_of: str
    score: float | None
    best: float | None
    debt: float
    evidence: float
    objectives_assessed: int
    objectives_total: int
    pillars: tuple[PillarScore, ...]
    counts: Mapping[str, int]
    services: tuple[ServiceScore, ...]
    rules: tuple[RuleSummary, ...]
    next_steps: tuple[NextStep, ...]
    findings: tuple[Finding, ...]
    others: tuple[Verdict, ...]
    diagnostics: tuple[Diagnostic, ...]
    coverage: Coverage
    gate: Gate
    fail_on: Severity
    show: str
    snippet: Callable[[str, int], str | None]
    anchor: str = ""
    decisions: Decisions = Decisions()
    comparison: Comparison | None = None
