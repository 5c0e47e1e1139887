"""Rule pages are test cases: the titled fences below a heading are a small repository, with what is expected of it.

`# expect: text` at the end of a line (`<!-- expect: text -->` in Markdown) expects a verdict located at that line;
`<!-- expect: text -->` outside a fence expects one without a location. `<!-- as-of: 2026-11-24 -->` sets the date for
the examples after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from opsready.model.verdict import Outcome

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_DATE = date(2026, 11, 24)
OUTCOME_OF_SECTION: dict[str, Outcome] = {
    "Fails": "fail",
    "Passes": "pass",
    "Not applicable": "not-applicable",
    "Cannot tell": "unknown",
}
OTHER_SECTIONS = ("Severity", "When to ignore")

_TITLE = re.compile(r'title="(?P<path>[^"]+)"')
_EXPECT = re.compile(r"\s*(?:# expect: (?P<plain>.*?)|<!-- expect: (?P<comment>.*?) -->)\s*$")
_COMMENT = re.compile(r"^<!-- (?P<key>as-of|expect): (?P<text>.+?) -->\s*$", re.MULTILINE)


class PageError(ValueError):
    """A page that cannot be read as a test; the text names the page, the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A verdict that an example must yield; `path` and `line` are None where it has no location."""

    path: str | None
    line: int | None
    text: str
    page_line: int


@dataclass(slots=True, eq=False)
class Example:
    """One small repository and what is expected of it; `page_line` is where the example begins in its page."""

    section: str
    title: str
    page_line: int
    as_of: date
    files: dict[str, str] = field(default_factory=dict)
    expectations: list[Expectation] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """What the example's section is about."""
        return OUTCOME_OF_SECTION[self.section]


@dataclass(slots=True)
class Section:
    """One second-level heading: its first paragraph and its examples."""

    title: str
    page_line: int
    text: str = ""
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """A rule's page: its title, what it says before the first section, and its sections by title."""

    path: Path
    title: str = ""
    text: str = ""
    sections: dict[str, Section] = field(default_factory=dict)

    @property
    def examples(self) -> Iterator[Example]:
        """The examples of all sections, in order."""
        for section in self.sections.values():
            yield from section.examples

    def complain(self, line: int, what: str) -> PageError:
        """An error that leads to a line of the page."""
        return PageError(f"{_short(self.path)}:{line}: {what}")


@cache
def read_page(path: Path) -> Page:
    """Read a page; a PageError says in one sentence what is wrong with it."""
    reader = _Reader(Page(path))
    for token, inline in _blocks(MarkdownIt("commonmark").parse(path.read_text(encoding="utf-8"))):
        reader.take(token, inline)
    return reader.finish()


def _blocks(tokens: list[Token]) -> Iterator[tuple[Token, str]]:
    """Each block with the text inside it, where it is a heading or a paragraph."""
    for index, token in enumerate(tokens):
        if token.type in {"heading_open", "paragraph_open"}:
            yield token, tokens[index + 1].content
        elif token.type in {"fence", "html_block"}:
            yield token, token.content


class _Reader:
    """Turns a page's blocks into sections and examples."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.as_of = DEFAULT_DATE
        self.section: Section | None = None
        self.heading = ""
        self.example: Example | None = None

    def take(self, token: Token, text: str) -> None:
        """Take the next block."""
        line = token.map[0] + 1 if token.map else 1
        kind = token.tag if token.type == "heading_open" else token.type
        match kind:
            case "h1":
                self.page.title = text
            case "h2":
                self._begin_section(text, line)
            case "h3":
                self.heading, self.example = text, None
            case "paragraph_open" if self.section is None:
                self.page.text = self.page.text or text
            case "paragraph_open" if self.section is not None:
                self.section.text = self.section.text or text
            case "fence":
                self._take_fence(token, text, line)
            case "html_block":
                self._take_comments(text, line)
            case _:
                pass

    def finish(self) -> Page:
        """The page, once everything that is asked of its shape holds."""
        for section in self.page.sections.values():
            for example in section.examples:
                if not example.expectations:
                    raise self.page.complain(
                        example.page_line, f"the example expects nothing: mark a line with `# expect: {section.title}`"
                    )
        return self.page

    def _begin_section(self, title: str, line: int) -> None:
        if title in self.page.sections:
            raise self.page.complain(line, f"a second section `{title}`")
        self.section = Section(title, line)
        self.page.sections[title] = self.section
        self.heading, self.example = "", None

    def _take_fence(self, token: Token, text: str, line: int) -> None:
        title = _TITLE.search(token.info)
        if title is None:
            return
        example = self._current(line)
        path = title["path"]
        if path in example.files:
            raise self.page.complain(line, f"the example has a second file `{path}`: begin another one with `###`")
        lines = []
        for number, written in enumerate(text.splitlines(), 1):
            lines.append(_EXPECT.sub("", written))
            if found := _EXPECT.search(written):
                expected = found["plain"] or found["comment"]
                example.expectations.append(Expectation(path, number, expected, line + number))
        example.files[path] = "\n".join(lines) + "\n"

    def _take_comments(self, text: str, line: int) -> None:
        for found in _COMMENT.finditer(text):
            if found["key"] == "expect":
                self._current(line).expectations.append(Expectation(None, None, found["text"], line))
                continue
            try:
                self.as_of = date.fromisoformat(found["text"])
            except ValueError:
                raise self.page.complain(line, f"`{found['text']}` is no date of the form 2026-11-24") from None

    def _current(self, line: int) -> Example:
        """The example that is being read, begun where there is none yet."""
        if self.section is None or self.section.title not in OUTCOME_OF_SECTION:
            raise self.page.complain(line, f"an example outside the sections {', '.join(OUTCOME_OF_SECTION)}")
        if self.example is None:
            self.example = Example(self.section.title, self.heading, line, self.as_of)
            self.section.examples.append(self.example)
        return self.example


def _short(path: Path) -> str:
    """The path as a person of this repository would write it."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()
