"""Markdown pages as operational documents: which page is one, how surely, and what it holds."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.adapt.document_facts import alerts_of, owner_of, review_cadence, reviewed_on, services_of
from opsready.adapt.document_paths import LISTING, kind_of_path
from opsready.adapt.document_sections import (
    NOT_WORDS,
    anchors,
    count_words,
    heading_place,
    inlines,
    openings,
    running_text,
    sections,
)
from opsready.adapt.document_topics import SIGNATURES, TITLES, TOPICS
from opsready.adapt.procedures import procedure
from opsready.model import headings
from opsready.model.document import Document, Section
from opsready.model.entity import Identity
from opsready.model.source import Place, Span
from opsready.model.verdict import Diagnostic
from opsready.parse.markdown import Code, Heading, Item
from opsready.parse.yaml import parse_yaml
from opsready.patterns import pattern
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.model.document import DocumentKind
    from opsready.model.entity import Entity
    from opsready.parse.markdown import MarkdownPage

_TYPE_KEYS = ("type", "doc_type", "kind", "opsready.type")
_KINDS: dict[str, DocumentKind] = {
    "runbook": "runbook",
    "playbook": "playbook",
    "postmortem": "postmortem",
    "errorbudgetpolicy": "policy",
    **TOPICS,
}
_NOT_IN_KINDS = pattern(r"[-_\s]+")
_ANSIBLE = pattern(r"(?:^|/)(?:ansible|roles)/")
_TITLES: dict[DocumentKind, re.Pattern[str]] = {
    "runbook": pattern(r"\brun[ -]?book\b|\bsop\b|\bstandard operating procedure\b"),
    "playbook": pattern(r"\bincident (?:management )?play[ -]?book\b|\bmajor incident\b|\bincident response\b"),
    "postmortem": pattern(r"\bpost[ -]?mortem\b|\bincident\b|\boutage\b|\broot cause analysis\b"),
    "policy": pattern(r"\berror[ -]?budget polic(?:y|ies)\b"),
    **TITLES,
}
_SIGNATURES: dict[DocumentKind, tuple[tuple[str, ...], ...]] = {
    "runbook": (
        *(headings.TRIGGER, headings.IMPACT, headings.DIAGNOSE, headings.ACT, headings.VERIFY, headings.ROLLBACK),
        *(headings.ESCALATE, headings.PREPARE),
    ),
    "playbook": (
        *(headings.SEVERITY, headings.ROLES, headings.COMMUNICATION, headings.ESCALATE, headings.CONTAIN),
        ("postmortem*", "post mortem*"),
    ),
    "postmortem": (headings.TRIGGER, headings.IMPACT, headings.TIMELINE, headings.CAUSE, headings.FOLLOW_UP),
    "policy": (headings.GOALS, headings.BUDGET_SPENT, headings.EXEMPT, headings.ESCALATE),
    **SIGNATURES,
}
_SIGNATURE = 3
_TEMPLATE_FILE = pattern(
    r"(?:^|/)(?:issue_)?templates?/[^/]*$|(?:^|[/_. -])templates?\.[^/]*$|(?:^|/)_?templates?[_. -][^/]*$"
)
_PLACEHOLDER = pattern(
    r"(?:^|\n)\W{0,9}(?:TODO|TBD|FIXME)\b|\b(?:TODO|TBD|FIXME)\b(?=\s{0,3}(?:[:.(…]|$|\n))"
    r"|\b(?i:lorem ipsum|coming soon)\b|<\s?(?i:insert)\b"
)
_MOVED = pattern(r"\b(?:moved|migrated|now lives|superseded by|deprecated in favou?r of)\b", re.IGNORECASE)
_STUB_WORDS = 40
_INDEX_ITEMS = 3
_ENGLISH = frozenset({"the", "and", "of", "is", "to", "for", "with", "that", "this", "if", "from", "are", "it", "you"})
_OTHERS = frozenset(
    {
        *("der", "das", "und", "ist", "nicht", "mit", "auf", "wenn", "oder", "ein", "eine", "zu", "dem", "für"),
        *("le", "les", "des", "et", "est", "pour", "une", "dans", "sur", "du", "que", "pas", "avec", "aux"),
        *("el", "los", "las", "de", "en", "por", "una", "del", "da", "não", "para", "uma", "um", "ao"),
        *("il", "che", "di", "è", "della", "het", "een", "van", "niet", "och", "att", "som", "nie", "jest"),
    }
)
_ENOUGH_WORDS = 20
# Beyond these a page is no longer written for people, and reading on would only take time.
_LONGEST_TITLE = 200
_MOST_PLACEHOLDERS = 20


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a page; `document` is None where it is no operational document, `actions` are what it decides."""

    document: Document | None
    diagnostics: tuple[Diagnostic, ...] = ()
    actions: tuple[Entity, ...] = ()


def recognise(path: str, front_matter_type: str, referenced: DocumentKind | None = None) -> DocumentKind | None:
    """The kind of a page: what it says itself, else what somebody refers to it as, else what its path suggests."""
    declared = _KINDS.get(_NOT_IN_KINDS.sub("", front_matter_type[:_LONGEST_TITLE].lower()))
    return declared or referenced or kind_of_path(path)


def document(page: MarkdownPage, referenced: DocumentKind | None = None) -> Read:
    """The operational document that a page is; `referenced` says as what a catalogue entry or an alert refers to it."""
    front, diagnostics = _front_matter(page)
    front_type = next((front.plain_text(key) for key in _TYPE_KEYS if key in front), "")
    front_type = front_type or front.node("opsready").plain_text("type")
    kind = recognise(page.file, front_type, referenced)
    sure = referenced is not None or (bool(front_type) and kind == recognise("", front_type))
    if kind is None or _is_none_after_all(page, front, kind, sure=sure):
        return Read(None, diagnostics)
    found = _with_facts(_document(page, front, kind, sure=sure), page, front)
    if found is None:
        return Read(None, diagnostics)
    # A folder is referred to with the list of what is in it.
    listing = referenced is not None and not front_type and LISTING.search(page.file.lower())
    if listing and not found.procedure.followable and not _confirmed(kind, found.title, found.sections, front):
        return Read(None, diagnostics)
    if kind != "postmortem":
        return Read(found, diagnostics)
    from opsready.adapt.action_items import action_items
    from opsready.adapt.postmortems import account

    told = account(page, front, found.title, found.place, declared=kind == recognise("", front_type))
    found = replace(found, account=told)
    return Read(found, diagnostics, () if found.template else action_items(page, found))


def _document(page: MarkdownPage, front: Node, kind: DocumentKind, *, sure: bool) -> Document:
    parts = sections(page)
    text = running_text(page)
    title, place = _title(page, front)
    return Document(
        Identity("".join(map(str.capitalize, kind.split("-"))), page.file, None, "", "", production=True, place=place),
        kind=kind,
        path=page.file,
        title=title,
        certain=sure or _confirmed(kind, title, parts, front),
        template=_is_template(page.file, title, front),
        english=is_english(inline.prose for inline in text),
        sections=parts,
        procedure=procedure(page.blocks),
        words=sum(count_words(inline.prose) for inline in text),
        placeholders=tuple(islice(_placeholders(page), _MOST_PLACEHOLDERS)),
        owner=owner_of(page, front),
        reviewed=reviewed_on(page, front),
        review_every=review_cadence(page, front),
        services=services_of(front),
        alerts=alerts_of(front),
        anchors=anchors(page),
    )


def _with_facts(found: Document, page: MarkdownPage, front: Node) -> Document | None:
    """The document with what pages of its kind hold; None for a review of nothing that is operated."""
    if found.kind not in {"recovery-procedure", "drill", "review"}:
        return found
    from opsready.adapt.preparedness_pages import drill_of, recovery_of, review_of

    if found.kind == "recovery-procedure":
        return replace(found, recovery=recovery_of(page, found.sections))
    if found.kind == "drill":
        return replace(found, drill=drill_of(page, front, found.title, found.place, certain=found.certain))
    review = review_of(page, front, found.title, found.place, certain=found.certain)
    return replace(found, review=review) if review is not None else None


def _front_matter(page: MarkdownPage) -> tuple[Node, tuple[Diagnostic, ...]]:
    top = Place("", Span(page.file, 1, 1, 1, 1))
    if page.front_matter is None:
        return Node(None, page.file, "", top), page.diagnostics
    parsed = parse_yaml(page.front_matter.padded, page.file)
    root = parsed.documents[0].root if parsed.documents else None
    broken = tuple(
        Diagnostic("broken-front-matter", found.file, found.line, f"cannot read this front matter: {found.message}")
        for found in parsed.diagnostics
    )
    return Node(root, page.file, "", top), (*page.diagnostics, *broken)


def _is_none_after_all(page: MarkdownPage, front: Node, kind: DocumentKind, *, sure: bool) -> bool:
    """Whether a page of the right kind is none after all: a draft, a signpost, a list of other pages."""
    if front.plain_text("draft") == "true" or front.plain_text(".draft") == "true" or "redirect_to" in front:
        return True
    text = running_text(page)
    short = sum(count_words(inline.prose) for inline in text) <= _STUB_WORDS
    if short and any(inline.links and _MOVED.search(inline.text) for inline in text):
        return True
    if sure:
        return False
    items = [block for block in page.blocks if isinstance(block, Item)]
    linked = sum(bool(item.inline.links) for item in items)
    codes = [block.text for block in page.blocks if isinstance(block, Code)]
    is_index = len(items) >= _INDEX_ITEMS and linked * 5 >= len(items) * 4 and not codes
    if kind == "playbook" and (_ANSIBLE.search(page.file) or any("ansible-playbook" in code for code in codes)):
        return True
    return is_index


def _title(page: MarkdownPage, front: Node) -> tuple[str, Place]:
    """The first heading of level 1, else the front matter's title, else the file's name; and where the page begins."""
    heading = next((block for block in page.blocks if isinstance(block, Heading) and block.level == 1), None)
    if heading is not None and heading.inline.text.strip():
        return " ".join(heading.inline.text.split()), heading_place(page.file, heading, "")
    written = front.plain_text("title")
    name = page.file.rsplit("/", 1)[-1].split(".", 1)[0]
    return written or name, Place("", Span(page.file, 1, 1, 1, 1))


def _confirmed(kind: DocumentKind, title: str, sections: Iterable[Section], front: Node) -> bool:
    """Whether the wording confirms what the path suggests."""
    if _TITLES[kind].search(title.lower()) or services_of(front) or alerts_of(front):
        return True
    titles = [section.title for section in sections]
    found = sum(any(headings.says(text, words) for text in titles) for words in _SIGNATURES[kind])
    return found >= _SIGNATURE


def _is_template(path: str, title: str, front: Node) -> bool:
    lower = title.lower()
    if lower.endswith(("template", "template]", "template)")) or lower.startswith(("template:", "template for")):
        return True
    return _TEMPLATE_FILE.search(path.lower()) is not None or front.plain_text("template") == "true"


def _placeholders(page: MarkdownPage) -> Iterator[Place]:
    """What is still to be written in the parts that tell people what to do."""
    acting = 0
    title = ""
    for block in page.blocks:
        for opening in openings(page.file, block):
            if acting and opening.level > acting:
                continue
            acting = opening.level if headings.says(opening.title, headings.ACT) else 0
            title = opening.title
        if not acting or isinstance(block, Heading | Code):
            continue
        for inline in inlines(block):
            found = _PLACEHOLDER.search(inline.prose)
            if found is not None:
                line = block.line + inline.prose.count("\n", 0, found.end())
                width = len(found[0].strip())
                yield Place(f"sections[{title}].placeholder", Span(page.file, line, 1, line, 1 + width))


def is_english(texts: Iterable[str]) -> bool:
    """Whether nothing suggests another language: another script, or more of other languages' small words."""
    words = [word for text in texts for word in NOT_WORDS.split(text.lower()) if word]
    letters = sum(len(word) for word in words)
    foreign = sum(sum(character > "\u024f" and character.isalpha() for character in word) for word in words)
    if foreign * 3 > letters:
        return False
    if len(words) < _ENOUGH_WORDS:
        return True
    english = sum(word in _ENGLISH for word in words)
    others = sum(word in _OTHERS for word in words)
    return others <= english
