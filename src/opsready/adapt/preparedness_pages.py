"""What pages about recovery and capacity hold: what a procedure covers, when a drill or a review took place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.document_facts import said_near_the_top
from opsready.adapt.durations import calendar_date
from opsready.adapt.preparedness import as_day, day, word
from opsready.model import headings
from opsready.model.document import Recovery
from opsready.model.mentions import stems
from opsready.model.preparedness import Drill, Review
from opsready.model.source import Known, Unset
from opsready.parse.markdown import Code, Heading, Item, Paragraph, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from opsready.adapt.attributes import Node
    from opsready.model.document import Section
    from opsready.model.source import Place, Value
    from opsready.parse.markdown import Block, MarkdownPage

_DATE_KEYS = ("date", "drill_date", "held_on", "reviewed_on")
_RESULT_KEYS = ("result", "outcome")
_DATE_LINE = re.compile(r"\W{0,9}(?:date|held on)\W{0,9}[:|]\W{0,9}(?P<said>\w.{0,60})", re.IGNORECASE)
_RESULT_LINE = re.compile(r"\W{0,9}(?:result|outcome)\W{0,9}[:|]\W{0,9}(?P<said>\w.{0,60})", re.IGNORECASE)
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d-\d\d-\d\d)(?!\d)")
_RESULT = ("result*", "outcome*")
_RESULTS = {
    **dict.fromkeys(("pass", "passed", "success", "successful", "succeeded"), "pass"),
    **dict.fromkeys(("partial", "partially"), "partial"),
    **dict.fromkeys(("fail", "failed", "failure"), "fail"),
}
_DRILLS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("tabletop", re.compile(r"\btable[ -]?top\b")),
    ("game-day", re.compile(r"\bgame[ -]?day\b")),
    ("region-evacuation", re.compile(r"\bregion\b.{0,20}\bevacuat|\bevacuat.{0,20}\bregion\b")),
    ("failover", re.compile(r"\bfail[ -]?over\b")),
    ("restore", re.compile(r"\brestor(?:e|ing|ation)\b")),
)
_REVIEWED = ("cost", "capacity", "runbook", "readiness", "dr", "standard")
_SEPARATORS = re.compile(r"[^a-z]+")
_LETTERS = re.compile(r"[a-z]+")
_VERIFIES = re.compile(
    r"\b(?:verif(?:y|ies|ied|ication)|validat(?:e|es|ed|ion)|confirm(?:s|ed|ation)?|make sure|double-check|smoke tests?"
    r"|expected (?:result|output)|check (?:that|whether|if))\b",
    re.IGNORECASE,
)
_DECIDES = re.compile(
    r"\b(?:declare[sd]?|declaration|decide[sd]?|decision|authori[sz](?:e|es|ed|ation)|authority|approv(?:e|es|ed|al)"
    r"|signs? off|commander|in charge)\b",
    re.IGNORECASE,
)


def recovery_of(page: MarkdownPage, sections: Iterable[Section]) -> Recovery:
    """What a recovery procedure says besides its steps."""
    titles = [section.title for section in sections]
    prose = list(_prose(page.blocks))
    return Recovery(
        verifies=any(headings.says(title, headings.VERIFY) for title in titles) or _found(_VERIFIES, prose),
        decides=any(headings.says(title, headings.AUTHORITY) for title in titles) or _found(_DECIDES, prose),
        stems=frozenset().union(*(stems(text) for block in page.blocks for text in _texts(block))),
    )


def drill_of(page: MarkdownPage, front: Node, title: str, place: Place, *, certain: bool) -> Drill:
    """A drill as its report tells it."""
    kind = _own_kind(front) or next((name for name, pattern in _DRILLS if pattern.search(title.lower())), "")
    return Drill(_held_on(page, front, place), kind, _result(page, front), place, page.file, certain)


def review_of(page: MarkdownPage, front: Node, title: str, place: Place, *, certain: bool) -> Review | None:
    """A review as its minutes tell it; None where neither front matter, title nor path says what was reviewed."""
    said = (_own_kind(front), *_listed(front, "kind"), *_listed(front, "kinds"))
    kinds = _reviewed(" ".join(said)) or _reviewed(title.lower()) or _reviewed(page.file.lower())
    return Review(_held_on(page, front, place), kinds, place, certain) if kinds else None


def _reviewed(text: str) -> tuple[str, ...]:
    said = _SEPARATORS.split(text)
    return tuple(kind for kind in _REVIEWED if kind in said)


def _own_kind(front: Node) -> str:
    """The `kind` of a drill or review; where nothing else says what the page is, `kind` is the page's own."""
    return word(front, "kind") if "type" in front or "doc_type" in front else ""


def _listed(front: Node, key: str) -> Iterator[str]:
    value = front.raw(key)
    if isinstance(value, Known):
        for item in value.value if isinstance(value.value, list) else (value.value,):
            if isinstance(item, str):
                yield item.lower()


def _held_on(page: MarkdownPage, front: Node, place: Place) -> Value[date]:
    """The day that the front matter, a line near the top or else the file's name gives."""
    for key in _DATE_KEYS:
        written = day(front, key)
        if not isinstance(written, Unset):
            return written
    line = said_near_the_top(page, _DATE_LINE, "date")
    if isinstance(line, Known):
        return as_day(line.value.split()[0].strip("*_`.,;)"), line.place)
    named = _DATE_IN_NAME.search(page.file.rpartition("/")[2])
    found = calendar_date(named[1]) if named else None
    return Unset() if found is None else Known(found, place)


def _result(page: MarkdownPage, front: Node) -> str:
    """`pass`, `partial` or `fail`, from the front matter, a line near the top, or the part about the result."""
    written = next((front.plain_text(key) for key in _RESULT_KEYS if key in front), "")
    if not written:
        line = said_near_the_top(page, _RESULT_LINE, "result")
        written = line.value if isinstance(line, Known) else _first_words_below(page, _RESULT)
    first = _LETTERS.match(written.strip().lower())
    return _RESULTS.get(first[0], "") if first else ""


def _first_words_below(page: MarkdownPage, words: tuple[str, ...]) -> str:
    below = False
    for block in page.blocks:
        if isinstance(block, Heading):
            below = headings.says(" ".join(_LETTERS.findall(block.inline.text[:200].lower())), words)
        elif below and isinstance(block, Item | Paragraph):
            return block.inline.text
    return ""


def _found(pattern: re.Pattern[str], texts: Iterable[str]) -> bool:
    return any(pattern.search(text) for text in texts)


def _prose(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Row):
            yield from (cell.text for cell in block.cells)
        elif not isinstance(block, Code | Heading):
            yield block.inline.text


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Code):
        yield block.text
    elif isinstance(block, Row):
        yield from (cell.text for cell in block.cells)
    else:
        yield block.inline.text
