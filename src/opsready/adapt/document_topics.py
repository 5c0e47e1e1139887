"""Documents that are told by what they are about rather than by what they are called.

A runbook lies in a folder of runbooks. A recovery procedure, a report of a drill, a capacity plan and a review are told
by words that other pages use as well (`backup`, `scaling`), so these count only where no other kind is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model import headings
from opsready.patterns import pattern

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
TITLES: dict[DocumentKind, re.Pattern[str]] = {
    "recovery-procedure": pattern(
        r"\bdisaster[ -]recovery\b|\b(?:recovery|fail-?over|restore) (?:procedure|plan|instructions|steps)\b"
        r"|\b(?:recover|restor|fail)ing\b.{0,60}\b(?:from|after|over)\b|\bhow to (?:recover|restore|fail over)\b"
    ),
    "drill": pattern(
        r"\bdrills?\b|\bgame[ -]?day\b|\b(?:restore|recovery|fail-?over|dr) (?:tests?|exercise|rehearsal)\b"
    ),
    "capacity-plan": pattern(
        r"\bcapacity[ -]plan|\bcapacity (?:forecast|projection)|\btraffic (?:projection|forecast)"
    ),
    "review": pattern(r"\b(?:cost|capacity)\b.{0,60}\breview\b|\breview\b.{0,60}\b(?:cost|capacity)\b"),
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
