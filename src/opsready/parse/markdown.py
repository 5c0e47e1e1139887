"""Markdown to a flat list of blocks with lines: CommonMark by markdown-it, without its token objects.

Headings and lists are found by a real CommonMark parser: indented fences and continued list items fool every regex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.verdict import Diagnostic
from opsready.patterns import pattern
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

MAX_CHARACTERS = 200_000
_MOST_WORDS = 20
_FENCE = pattern(r" {0,3}(?:[-*+] {1,3}|\d{1,9}[.)] {1,3})?(`{3,}(?=[^`]*$)|~{3,})")
# What templates leave in a page: ERB, Liquid tags, Hugo shortcodes, Jinja comments. `{{ name }}` stays: it is a value.
_TEMPLATE_MARKS = (("<!--", "-->"), ("<%", "%>"), ("{%", "%}"), ("{{<", ">}}"), ("{{%", "%}}"), ("{#", "#}"))
_FRONT_MATTER_KEY = pattern(r"[A-Za-z_][\w.-]{0,99}\s{0,9}:(?:\s|$)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The header of a page as written, without its `---` lines; `line` is the 1-based line on which it begins."""

    text: str
    line: int

    @property
    def padded(self) -> str:
        """The text behind as many empty lines as stand before it, so that a parser finds the page's own lines."""
        return "\n" * (self.line - 1) + self.text


@dataclass(frozen=True, slots=True)
class Inline:
    """Running text: `text` with inline code in it, `prose` without, both with the line breaks of the file.

    `bold` is the bold text that it begins with.
    """

    text: str
    prose: str
    codes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    bold: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6."""

    inline: Inline
    level: int
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """A list item's first paragraph; what else is in the item follows as blocks of its own. Quotes do not count.

    `depth` is 1 for the items of a list that stands in no other item.
    """

    inline: Inline
    line: int
    ordered: bool
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text outside lists (`depth` 0), or the second and later paragraphs of an item of that depth."""

    inline: Inline
    line: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced or indented block; `language` is the first word behind the fence, lower case."""

    text: str
    language: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `header` is true for its first."""

    cells: tuple[Inline, ...]
    line: int
    header: bool


Block = Heading | Item | Paragraph | Code | Row


@dataclass(frozen=True, slots=True)
class MarkdownPage:
    """A page: its front matter, not read yet, its blocks in order, and its lines as written."""

    file: str
    front_matter: FrontMatter | None
    blocks: tuple[Block, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    lines: tuple[str, ...] = ()

    def find(self, text: str, line: int) -> tuple[int, int]:
        """The columns, the end exclusive, of as many words of a text as stand in a line; its first one for none."""
        written = self.lines[line - 1] if line <= len(self.lines) else ""
        words = text.split()[:_MOST_WORDS]
        for count in range(len(words), 0, -1):
            at = written.find(" ".join(words[:count]))
            if at >= 0:
                return at + 1, at + 1 + len(" ".join(words[:count]))
        indent = len(written) - len(written.lstrip())
        return indent + 1, min(indent + 2, len(written) + 1)


def parse_markdown(text: str, file: str) -> MarkdownPage:
    """Read a page. Never raises; what is cut off or never closed is a diagnostic."""
    from markdown_it import MarkdownIt

    diagnostics: list[Diagnostic] = []
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if len(text) > MAX_CHARACTERS:
        line = text.count("\n", 0, MAX_CHARACTERS) + 1
        message = f"this page has more than {MAX_CHARACTERS:,} characters; what follows is not read"
        diagnostics.append(Diagnostic("page-too-long", file, line, message))
        text = text[:MAX_CHARACTERS]
    front_matter, rest = split_front_matter(text)
    if front_matter is None and _looks_unclosed(text):
        diagnostics.append(Diagnostic("broken-front-matter", file, 1, "front matter begins here and is never closed"))
    # Raw HTML stays text: its tags matter to nobody here, and placeholders such as `<insert name>` must not vanish.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(_without_template_marks(rest))
    blocks = tuple(_Blocks().read(tokens))
    return MarkdownPage(file, front_matter, blocks, tuple(diagnostics), tuple(text.split("\n")))


def split_front_matter(text: str) -> tuple[FrontMatter | None, str]:
    """The front matter, and the page with empty lines in its place."""
    if not text.startswith(("---\n", "+++\n")):
        return None, text
    mark = text[:3]
    end = text.find(f"\n{mark}", 3)
    while end >= 0 and text[end + 4 : end + 5] not in {"\n", "", " "}:
        end = text.find(f"\n{mark}", end + 1)
    if end < 0:
        return None, text
    inner = text[4 : end + 1]
    rest = "\n" * (inner.count("\n") + 1) + text[end + 4 :]
    # TOML between `+++` is Hugo's; no convention for operational pages uses it.
    return (FrontMatter(inner, 2) if mark == "---" else None), rest


def _looks_unclosed(text: str) -> bool:
    return text.startswith("---\n") and _FRONT_MATTER_KEY.match(text, 4) is not None


def _without_template_marks(text: str) -> str:
    """The text without comments and template marks outside fences; every line stays where it is.

    One pass: a mark that is never closed is looked for once only.
    """
    if not any(opening in text for opening, _ in _TEMPLATE_MARKS):
        return text
    marks = [pair for pair in _TEMPLATE_MARKS if pair[0] in text]
    kept: list[str] = []
    start = 0
    for fenced, segment in _segments(text):
        if fenced:
            kept.append(_cut(text[start : segment.start], marks))
            kept.append(text[segment.start : segment.stop])
            start = segment.stop
    kept.append(_cut(text[start:], marks))
    return "".join(kept)


def _segments(text: str) -> Iterator[tuple[bool, slice]]:
    """The fences of a text, as slices of it."""
    position, opened_at, fence, commented = 0, 0, "", False
    for line in text.split("\n"):
        if commented:
            commented = "-->" not in line
        elif fence:
            stripped = line.strip()
            if stripped.startswith(fence) and not stripped.strip(fence[0]):
                yield True, slice(opened_at, position + len(line))
                fence = ""
        elif found := _FENCE.match(line):
            opened_at, fence = position, found[1]
        else:
            commented = line.rfind("<!--") > line.rfind("-->")
        position += len(line) + 1
    if fence:
        yield True, slice(opened_at, len(text))


def _cut(text: str, marks: Sequence[tuple[str, str]]) -> str:
    for opening, closing in marks:
        kept: list[str] = []
        position = 0
        while (start := text.find(opening, position)) >= 0:
            end = text.find(closing, start + len(opening))
            if end < 0:
                break
            kept.append(text[position:start])
            kept.append("\n" * text.count("\n", start, end))
            position = end + len(closing)
        kept.append(text[position:])
        text = "".join(kept)
    return text


class _Blocks:
    """Walks over tokens and remembers in which list, item, heading or row the next running text stands."""

    def __init__(self) -> None:
        self.ordered: list[bool] = []
        self.item_line = 0
        self.container = ""
        self.level = 0
        self.row: list[Inline] = []
        self.row_line = 0

    def read(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """The blocks that the tokens describe."""
        for token in tokens:
            kind = token.type
            line = token.map[0] + 1 if token.map else 0
            if kind == "inline":
                yield from self.running_text(token, line)
            elif kind in {"fence", "code_block"}:
                self.item_line = 0
                yield Code(token.content, token.info.strip().split(" ")[0].lower(), line)
            elif kind == "tr_open":
                self.row, self.row_line = [], line
            elif kind == "tr_close":
                yield Row(tuple(self.row), self.row_line, self.container == "th_open")
            else:
                self.enter(token, line)

    def enter(self, token: Token, line: int) -> None:
        kind = token.type
        if kind in {"ordered_list_open", "bullet_list_open"}:
            self.ordered.append(kind == "ordered_list_open")
        elif kind in {"ordered_list_close", "bullet_list_close"}:
            self.ordered.pop()
        elif kind in {"list_item_open", "list_item_close"}:
            # An item without text of its own must not lend its line to what follows the list.
            self.item_line = line if kind == "list_item_open" else 0
        elif kind in {"heading_open", "paragraph_open", "th_open", "td_open"}:
            self.container = kind
            self.level = int(token.tag[1]) if kind == "heading_open" else 0

    def running_text(self, token: Token, line: int) -> Iterator[Block]:
        inline = _inline(token)
        if self.container in {"th_open", "td_open"}:
            self.row.append(inline)
            return
        if self.level:
            yield Heading(inline, self.level, line)
        elif self.item_line:
            yield Item(inline, self.item_line, self.ordered[-1], len(self.ordered))
        else:
            yield Paragraph(inline, line, len(self.ordered))
        self.item_line = 0


def _inline(token: Token) -> Inline:
    text: list[str] = []
    prose: list[str] = []
    codes: list[str] = []
    links: list[str] = []
    for part in token.children or ():
        kind = part.type
        if kind == "code_inline":
            codes.append(part.content)
            text.append(part.content)
        elif kind in {"text", "text_special", "softbreak", "hardbreak"}:
            written = "\n" if kind.endswith("break") else part.content
            text.append(written)
            prose.append(written)
        elif kind == "link_open":
            links.append(str(part.attrGet("href") or ""))
    return Inline("".join(text), "".join(prose), tuple(codes), tuple(links), _leading_bold(token.children or ()))


def _leading_bold(parts: Sequence[Token]) -> str:
    """The bold text with which running text begins: many pages use it where a heading belongs."""
    bold: list[str] = []
    depth = 0
    for part in parts:
        depth += part.nesting if part.type.startswith("strong_") else 0
        if depth:
            bold.append(part.content)
        elif bold or part.content.strip():
            break
    return "".join(bold).strip()
