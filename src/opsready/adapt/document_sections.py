"""The parts of a page: which headings, or bold words in their stead, each block stands below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model.document import Section, anchor_key
from opsready.model.source import Items, Place, Span
from opsready.parse.markdown import Code, Heading, Item, Paragraph, Row
from opsready.patterns import pattern
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsready.parse.markdown import Block, Inline, MarkdownPage

NOT_WORDS = pattern(r"[\W_]+")
_NUMBERING = pattern(r"\A\W{0,9}(?:\d{1,3}(?:\.\d{1,3}){0,5}[.):]?|[ivx]{1,6}[.)])\s+", re.IGNORECASE)
_EMOJI_NAME = pattern(r":[a-z0-9_+-]{1,40}:")
_NAMED = pattern(
    r"<\w{1,20}\s[^<>]{0,200}?\b(?:id|name)\s?=\s?[\"']?(?P<html>[\w:.-]{1,200})|\{\s?#(?P<braces>[\w:.-]{1,200})[^{}]{0,99}\}"
)
_BRACES = pattern(r"\{[^{}]{0,200}\}")
_TAG = pattern(r"<[^<>\n]{0,200}>")
# Beyond these a page is no longer written for people, and reading on would only take time.
_LONGEST_TITLE = 200
_MOST_SECTIONS = 500
# The level of bold words in the stead of a heading; those of list items stand below those of paragraphs.
BOLD = 7
_PSEUDO_HEADING_WORDS = 6


@dataclass(slots=True)
class Opening:
    """A heading, or what stands in for one; `words` grows while what stands below it is read."""

    title: str
    level: int
    place: Place
    words: int = 0


def section_title(text: str) -> str:
    """A heading's words in lower case, without numbering, emoji and punctuation."""
    text = _NUMBERING.sub("", _EMOJI_NAME.sub(" ", text[:_LONGEST_TITLE]).strip(), count=1)
    return NOT_WORDS.sub(" ", text).strip().lower()


def blocks_in_sections(page: MarkdownPage) -> Iterator[tuple[Block, Sequence[Opening], Sequence[Opening]]]:
    """Every block with the sections that it opens and all that it stands in, the largest first."""
    count = 0
    stack: list[Opening] = []
    for block in page.blocks:
        opened = list(openings(page.file, block)) if count < _MOST_SECTIONS else []
        count += len(opened)
        for found in opened:
            while stack and stack[-1].level >= found.level:
                stack.pop()
            stack.append(found)
        yield block, opened, stack


def sections(page: MarkdownPage) -> tuple[Section, ...]:
    """Every section in order; what stands below a smaller heading counts in the larger ones above it as well."""
    order: list[Opening] = []
    for block, opened, stack in blocks_in_sections(page):
        order.extend(opened)
        if not isinstance(block, Heading):
            words = sum(count_words(inline.prose) for inline in inlines(block))
            for above in stack:
                above.words += words
    return tuple(Section(found.title, found.level, found.words, found.place) for found in order)


def openings(file: str, block: Block) -> Iterator[Opening]:
    """The heading that a block is, or the bold words that stand in for one (`**Diagnosis:** ...`)."""
    if isinstance(block, Heading):
        title = section_title(block.inline.text)
        yield Opening(title, block.level, heading_place(file, block, f"sections[{title}]"))
    elif isinstance(block, Item | Paragraph) and (bold := block.inline.bold):
        rest = block.inline.text.strip().removeprefix(bold)
        heads = not rest.strip() or bold.endswith(":") or rest.startswith(":")
        title = section_title(bold)
        if heads and title and len(title.split()) <= _PSEUDO_HEADING_WORDS:
            place = Place(f"sections[{title}]", Span(file, block.line, 1, block.line, 1 + len(bold)))
            yield Opening(title, BOLD + block.depth, place)


def heading_place(file: str, heading: Heading, path: str) -> Place:
    """Where a heading's words stand."""
    start = heading.level + 2
    return Place(path, Span(file, heading.line, start, heading.line, start + len(heading.inline.text.strip())))


def inlines(block: Block) -> Sequence[Inline]:
    """The running text of a block; code has none."""
    if isinstance(block, Row):
        return block.cells
    return () if isinstance(block, Code) else (block.inline,)


def anchors(page: MarkdownPage) -> Items[str]:
    """The names by which links reach a part of the page, as `anchor_key` reduces them."""
    found: dict[str, None] = {}
    for block in page.blocks:
        for inline in inlines(block):
            for named in _NAMED.finditer(inline.text):
                found[anchor_key(named["html"] or named["braces"])] = None
            if isinstance(block, Heading):
                found[anchor_key(_BRACES.sub(" ", _TAG.sub(" ", inline.text)))] = None
    cut = any(diagnostic.kind == "page-too-long" for diagnostic in page.diagnostics)
    return Items(tuple(found), "the page is too long to be read to its end" if cut else "")


def running_text(page: MarkdownPage) -> list[Inline]:
    """All running text of a page but its headings."""
    return [inline for block in page.blocks if not isinstance(block, Heading) for inline in inlines(block)]


def count_words(text: str) -> int:
    """How many words of prose a text has, without HTML tags."""
    if "<" in text:
        text = _TAG.sub(" ", text)
    return sum(any(map(str.isalnum, word)) for word in text.split())
