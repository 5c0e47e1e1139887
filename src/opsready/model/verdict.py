"""What was found: verdicts, with the severity, the evidence and the place that a reader needs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from opsready.digest import sha256
from opsready.model.source import Place, Span
from opsready.records import dataclass, field

if TYPE_CHECKING:
    from opsready.model.override import Change

Outcome = Literal["pass", "fail", "unknown", "waived", "not-applicable"]
Severity = Literal["critical", "high", "medium", "low", "info"]

OUTCOMES: tuple[Outcome, ...] = ("fail", "unknown", "waived", "pass", "not-applicable")
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
# What somebody has to do something about.
OPEN: frozenset[str] = frozenset({"fail", "unknown"})
TIERS = (1, 2, 3, 4)
UNDECLARED_TIER = 2
SEVERITY_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_LETTERS: dict[str, Severity | None] = {
    "C": "critical",
    "H": "high",
    "M": "medium",
    "L": "low",
    "I": "info",
    "-": None,
}


@dataclass(frozen=True, slots=True)
class Severities:
    """A rule's severity for tiers 1 to 4; None: the rule is not asked of that tier."""

    by_tier: tuple[Severity | None, Severity | None, Severity | None, Severity | None]

    def at(self, tier: int) -> Severity | None:
        """The severity at a tier (1..4)."""
        return self.by_tier[tier - 1]


@cache
def severities(text: str) -> Severities:
    """Read `C/H/M/-`; a ValueError says what is wrong with another text."""
    letters = text.split("/")
    if len(letters) != len(TIERS) or any(letter not in _LETTERS for letter in letters):
        message = f"severity `{text}` is not four of C, H, M, L, I and - between slashes"
        raise ValueError(message)
    first, second, third, fourth = (_LETTERS[letter] for letter in letters)
    return Severities((first, second, third, fourth))


@dataclass(frozen=True, slots=True)
class SubjectReference:
    """A subject as a report names it."""

    type: str
    kind: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that matters to a verdict: a further rendition, the counterpart of a join."""

    what: str
    span: Span


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a fault does not count, or not in full, on whose word, and until when (ISO date).

    An ignore or a waiver waives one; `not-applicable` takes it out of the score with its objective.
    """

    kind: Literal["ignore", "waiver", "not-applicable"]
    reason: str
    until: str
    place: Place


def fingerprint_of(symbols: tuple[str, ...]) -> str:
    """The name that what stays the same about a verdict comes to."""
    return str(sha256("\0".join(symbols).encode(errors="surrogatepass")).hexdigest()[:32])


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer about one subject in one environment.

    `tier_severity` is the severity for each of tiers 1 to 4; `severity` the one of the strictest owning tier.
    `cause` is the rule under which the verdict is folded; `overridden` is what the configuration changed. `caps` is
    true where it bounds its objective's score while it is not passed. `whole` is true where it stands for an
    unknown number of subjects. `discriminator` tells apart several answers of the rule about one address.
    """

    rule: str
    objective: str
    pillar: str
    outcome: Outcome
    severity: Severity
    tier_severity: tuple[Severity | None, ...]
    services: tuple[str, ...]
    environment: str
    production: bool
    unit: str
    subject: SubjectReference
    place: Place | None
    message: str
    help: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""
    related: tuple[Related, ...] = ()
    suppression: Suppression | None = None
    cause: str = ""
    caps: bool = False
    whole: bool = False
    attested: bool = False
    third_party: bool = False
    tier_asked: int | None = None
    discriminator: str = ""
    overridden: tuple[Change, ...] = ()

    @property
    def apart(self) -> str:
        """The environment that sets the verdict apart: production and what names none are one."""
        return "" if self.production else self.environment

    @property
    def symbols(self) -> tuple[str, ...]:
        """What stays the same when lines move, files are renamed or an overlay is added."""
        return (
            self.rule,
            self.apart,
            self.subject.address,
            self.place.path if self.place else "",
            self.discriminator,
            str(self.tier_asked or ""),
        )

    @property
    def fingerprint(self) -> str:
        """The verdict's name from one run to the next; worked out on demand, since most verdicts are only counted."""
        return fingerprint_of(self.symbols)

    @property
    def order(self) -> tuple[object, ...]:
        """Where the verdict stands among others of its weight: by rule, then by place, then by what it is about."""
        span = self.place.span if self.place else None
        return (
            self.rule,
            self.objective,
            span.file if span else "",
            span.line if span else 0,
            span.column if span else 0,
            self.environment,
            self.subject.address,
            self.discriminator,
            self.tier_asked or 0,
        )

    @property
    def scored(self) -> bool:
        """Whether the verdict takes part in score and gate: production only, and nothing of a third party's chart."""
        return self.production and not self.third_party


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something about the input, not about readiness, that a reader must know; `line` is 0 where there is none.

    `subject` names what it is about in a way that survives edits, and `span` says where exactly that is; both only
    where somebody asks.
    """

    kind: str
    file: str
    line: int
    message: str
    subject: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """Files that were not judged, and why."""

    reason: str
    files: int
    examples: tuple[str, ...] = field(default=())
