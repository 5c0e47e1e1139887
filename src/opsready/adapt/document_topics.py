"""Documents that are told by what they are about rather than by what they are called.

A runbook lies in a folder of runbooks. A recovery procedure, a report of a drill, a capacity plan and a review are told
by words that other pages use as well (`backup`, `scaling`), so these count only where no other kind is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model import headings

if TYPE_CHECKING:
    from opsready.model.document import DocumentKind

# As written in front matter, without hyphens, underscores and spaces.
TOPICS: dict[str, DocumentKind] = {
    "recoveryprocedure": "recovery-procedure",
    "recoveryplan": "recovery-procedure",
    "disasterrecovery": "recovery-procedure",
    "drillreport": "drill",
    "drill": "drill",
    "capacityplan": "capacity-plan",
    "review": "review",
}
TOPIC_IN_HEAD = (
    r"recovery[-_ ]?(?:procedure|plan)|disaster[-_ ]?recovery|drill(?:[-_ ]?report)?|capacity[-_ ]?plan|review"
)
_PATHS: tuple[tuple[DocumentKind, re.Pattern[str]], ...] = (
    (
        "recovery-procedure",
        re.compile(
            r"(?:^|[/_.-])(?:disasters?|recover(?:y|ies|ing)?|restor(?:e|es|ing|ation)|fail-?overs?|dr|backups?"
            r"|contingency|bcp)(?=[/_.-])"
        ),
    ),
    # Only what has a date is a report: other pages of the same folders say how drills are held.
    ("drill", re.compile(r"(?:^|[/_.-])(?:drills?|game-?days?|dr-tests?|exercises?)(?=[/_.-][^/]*20\d\d)")),
    ("capacity-plan", re.compile(r"(?:^|[/_.-])(?:capacity|scaling|load-?tests?|forecasts?)(?=[/_.-])")),
    (
        "review",
        re.compile(r"(?:^|[/_.-])(?:cost|capacity)[-_/]reviews?(?=[/_.-])|(?:^|/)reviews?(?=/[^/]*(?:cost|capacity))"),
    ),
)
# What took place is told by its folder: `drills/2026-11-16-restore.md` is about a drill.
_EVENTS = frozenset({"drill", "review"})
# Pages that decide, propose, announce or explain something are no documents to operate by.
_ABOUT_IT = re.compile(
    r"(?:^|/)(?:adrs?|decisions|rfcs?|proposals?|enhancements?|designs?|blog|_posts|news|releases?|api|reference"
    r"|tutorials?|concepts?|archive)/"
)
TITLES: dict[DocumentKind, re.Pattern[str]] = {
    "recovery-procedure": re.compile(
        r"\bdisaster[ -]recovery\b|\b(?:recovery|fail-?over|restore) (?:procedure|plan|instructions|steps)\b"
        r"|\b(?:recover|restor|fail)ing\b.{0,60}\b(?:from|after|over)\b|\bhow to (?:recover|restore|fail over)\b"
    ),
    "drill": re.compile(
        r"\bdrills?\b|\bgame[ -]?day\b|\b(?:restore|recovery|fail-?over|dr) (?:tests?|exercise|rehearsal)\b"
    ),
    "capacity-plan": re.compile(
        r"\bcapacity[ -]plan|\bcapacity (?:forecast|projection)|\btraffic (?:projection|forecast)"
    ),
    "review": re.compile(r"\b(?:cost|capacity)\b.{0,60}\breview\b|\breview\b.{0,60}\b(?:cost|capacity)\b"),
}
SIGNATURES: dict[DocumentKind, tuple[tuple[str, ...], ...]] = {
    "recovery-procedure": (
        *(("restor*", "recover*", "failover", "fail over"), ("rto", "rpo", "objectives", "targets")),
        *(headings.VERIFY, headings.PREPARE, headings.AUTHORITY, ("backup*", "snapshot*")),
    ),
    "drill": (("scenario*",), ("result*", "outcome*"), ("duration", "timeline"), ("finding*", "lessons learned")),
    "capacity-plan": (
        *(
            ("current load", "current usage", "load today", "measured load"),
            ("projection*", "forecast*", "expected load"),
        ),
        *(("growth",), ("headroom", "limit*")),
    ),
    "review": (("cost*", "spend*"), ("capacity", "utilisation", "utilization"), ("decision*", "action*"), ("attend*",)),
}


def topic_of_path(lower: str) -> DocumentKind | None:
    """The kind that a lower-case path suggests: an event, else the topic nearest to the file's name."""
    if _ABOUT_IT.search(lower):
        return None
    events = (kind for kind, pattern in _PATHS if kind in _EVENTS and pattern.search(lower))
    plans = [(found.start(), kind) for kind, pattern in _PATHS for found in pattern.finditer(lower)]
    return next(events, None) or (max(plans)[1] if plans else None)
