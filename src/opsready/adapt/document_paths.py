"""Which pages are worth opening: told by their paths and by the first lines of their front matter.

Asked of every Markdown page of a repository, and so kept apart from everything that is needed to read one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.patterns import pattern

if TYPE_CHECKING:
    from re import Pattern

    from opsready.model.document import DocumentKind

HEAD_CHARACTERS = 2048
_EXTENSIONS = (".md", ".markdown", ".mdx", ".md.erb")
_TOPIC_IN_HEAD = (
    r"recovery[-_ ]?(?:procedure|plan)|disaster[-_ ]?recovery|drill(?:[-_ ]?report)?|capacity[-_ ]?plan|review"
)
_TYPE_IN_HEAD = pattern(
    r"^(?:type|doc_type|kind|opsready\.type|  type)\s{0,9}:\s{0,9}[\"']?"
    rf"(?:runbook|playbook|post-?mortem|error-?budget-?policy|{_TOPIC_IN_HEAD})\b",
    re.MULTILINE | re.IGNORECASE,
)
# The part of a path nearest to the file's own name decides: `runbooks/postmortem-template.md` is about postmortems.
_PATHS: tuple[tuple[DocumentKind, Pattern[str]], ...] = (
    (
        "runbook",
        pattern(r"(?:^|[/_.-])run[-_]?books?(?=[/_.-])|(?:^|/)(?:alerts?|sops?|ops-recipes|troubleshooting)(?=/)"),
    ),
    ("playbook", pattern(r"(?:^|[/_.-])play[-_]?books?(?=[/_.-])")),
    (
        "postmortem",
        pattern(
            r"(?:^|[/_.-])(?:post-?mortems?|incident[-_]?(?:reports?|reviews?)|retrospectives?)(?=[/_.-])"
            r"|(?:^|/)(?:incidents?(?=/20\d\d)|coe(?=/))"
        ),
    ),
    ("policy", pattern(r"(?:^|[/_.-])error[-_]?budgets?(?=[/_.-])")),
)
_LISTS = r"(?:^|/)(?:_?index|readme|contributing|changelog|summary|license)\.[^/]*$"
LISTING = pattern(_LISTS)
_NOT_DOCUMENTS = pattern(
    r"(?:^|/)\.github/(?!issue_template/)"
    rf"|{_LISTS}"
    r"|(?:^|/)[^/]*(?:add|writ|creat)(?:e|ing)?[-_](?:an?[-_])?(?:new[-_])?(?:run|play)-?books?[^/]*$"
    r"|(?:sprint|iteration|release)s?[-_/][^/]*retro|retro[^/]*/[^/]*(?:sprint|iteration|release)"
)
_TOPIC_PATHS: tuple[tuple[DocumentKind, Pattern[str]], ...] = (
    (
        "recovery-procedure",
        pattern(
            r"(?:^|[/_.-])(?:disasters?|recover(?:y|ies|ing)?|restor(?:e|es|ing|ation)|fail-?overs?|dr|backups?"
            r"|contingency|bcp)(?=[/_.-])"
        ),
    ),
    # Only what has a date is a report: other pages of the same folders say how drills are held.
    ("drill", pattern(r"(?:^|[/_.-])(?:drills?|game-?days?|dr-tests?|exercises?)(?=[/_.-][^/]*20\d\d)")),
    ("capacity-plan", pattern(r"(?:^|[/_.-])(?:capacity|scaling|load-?tests?|forecasts?)(?=[/_.-])")),
    (
        "review",
        pattern(r"(?:^|[/_.-])(?:cost|capacity)[-_/]reviews?(?=[/_.-])|(?:^|/)reviews?(?=/[^/]*(?:cost|capacity))"),
    ),
)
# What took place is told by its folder: `drills/2026-11-16-restore.md` is about a drill.
_EVENTS = frozenset({"drill", "review"})
# Pages that decide, propose, announce or explain something are no documents to operate by.
_ABOUT_IT = pattern(
    r"(?:^|/)(?:adrs?|decisions|rfcs?|proposals?|enhancements?|designs?|blog|_posts|news|releases?|api|reference"
    r"|tutorials?|concepts?|archive)/"
)
# One of these is in every path that suggests anything: most pages are told apart by them alone.
_HINTS = (
    *("book", "alert", "sop", "ops-recipes", "troubleshoot", "mortem", "incident", "retro", "coe", "budget"),
    *("disaster", "recover", "restor", "fail", "dr", "backup", "contingency", "bcp", "game", "exercise"),
    *("capacity", "scaling", "load", "forecast", "review"),
)


def worth_reading(path: str, head: str) -> bool:
    """Whether a page's path or the type in its front matter names an operational document: asked of every page."""
    if not path.lower().endswith(_EXTENSIONS):
        return False
    if kind_of_path(path) is not None:
        return True
    return head.startswith("---") and _TYPE_IN_HEAD.search(head[:HEAD_CHARACTERS]) is not None


def kind_of_path(path: str) -> DocumentKind | None:
    """The kind of document that a path suggests; None for lists of pages, and pages about writing such documents."""
    lower = path.lower()
    if not any(hint in lower for hint in _HINTS) or _NOT_DOCUMENTS.search(lower):
        return None
    best: tuple[int, DocumentKind] | None = None
    for kind, named in _PATHS:
        for found in named.finditer(lower):
            if best is None or found.start() > best[0]:
                best = (found.start(), kind)
    return best[1] if best else _topic_of_path(lower)


def _topic_of_path(lower: str) -> DocumentKind | None:
    """The kind that a lower-case path suggests: an event, else the topic nearest to the file's name."""
    if _ABOUT_IT.search(lower):
        return None
    events = (kind for kind, path in _TOPIC_PATHS if kind in _EVENTS and path.search(lower))
    plans = [(found.start(), kind) for kind, path in _TOPIC_PATHS for found in path.finditer(lower)]
    return next(events, None) or (max(plans)[1] if plans else None)
