"""Comments that speak to opsready, and the lines that each is for; the events of a YAML parser carry no comments.

Only asked where a text holds `opsready:`, since everything is scanned a second time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from opsready.parse.libyaml import CParser, YAMLError
from opsready.parse.positions import readable
from opsready.parse.syntax import COLUMN_BITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.parse.positions import Positions

Language = Literal["yaml", "dockerfile", "terraform"]
MARK = "opsready:"
MOST = 1000

_COLUMN_MASK = (1 << COLUMN_BITS) - 1
_AFTER_HASH = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*(?P<text>opsready:[^\r\n]*)", re.MULTILINE)
_ON_ITS_OWN = re.compile(r"^[ \t]*#[ \t]*(?P<text>opsready:[^\r\n]*)", re.MULTILINE)
_AFTER_SLASHES = re.compile(r"(?:^|(?<=[ \t]))(?:#|//)[ \t]*(?P<text>opsready:[^\r\n]*)", re.MULTILINE)
_HEREDOC = re.compile(r"<<[-~]?[\"']?(?P<word>\w+)[\"']?")
_QUOTE = re.compile(r'(?<!\\)"')
_DOCUMENT = re.compile(r"---(?:\s|$)|\.\.\.(?:\s|$)|%")


class Comment(NamedTuple):
    """A comment from `opsready:` on: its line and columns (1-based), and the first and last line that it is for.

    `first` is 0 where nothing follows. `block` is false where it stands behind something and is for that line alone.
    """

    text: str
    line: int
    column: int
    end: int
    first: int
    last: int
    block: bool


def comments_in(text: str, language: Language) -> Iterator[Comment]:
    """The comments of a text that begin with `opsready:`, from the top, `MOST` at most."""
    if MARK not in text:
        return
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    layout = _Layout(lines, language)
    for found in islice(_found(text, language, starts), MOST):
        number = bisect_right(starts, found.start("text")) - 1
        before = lines[number][: found.start() - starts[number]]
        column = found.end() - len(found.group().lstrip()) - starts[number] + 1
        end = found.end() - starts[number] + 1
        said = found["text"].rstrip()
        if before.strip():
            yield Comment(said, number + 1, column, end, number + 1, number + 1, block=False)
        else:
            first, last = layout.scope(number + 1)
            yield Comment(said, number + 1, column, end, first, last, block=True)


def _found(text: str, language: Language, starts: list[int]) -> Iterator[re.Match[str]]:
    if language == "dockerfile":
        yield from _ON_ITS_OWN.finditer(text)
    elif language == "terraform":
        skipped = _heredocs(text)
        for found in _AFTER_SLASHES.finditer(text):
            line = bisect_right(starts, found.start("text")) - 1
            before = text[starts[line] : found.start()]
            if line not in skipped and len(_QUOTE.findall(before)) % 2 == 0:
                yield found
    else:
        yield from _outside_scalars(text, starts)


def _outside_scalars(text: str, starts: list[int]) -> Iterator[re.Match[str]]:
    """What looks like a comment and is not in the middle of a text; after a mistake in the YAML nothing is known."""
    scalars = _scalars(text, starts)
    begin, end = next(scalars, (len(text), len(text)))
    for found in _AFTER_HASH.finditer(text):
        while end <= found.start():
            begin, end = next(scalars, (len(text), len(text) + 1))
        if found.start() < begin:
            yield found


def _scalars(text: str, starts: list[int]) -> Iterator[tuple[int, int]]:
    """Where each scalar begins and ends; everything from the first mistake on."""
    read, positions = readable(text, json=False)
    last = 0
    try:
        next_token = CParser(read).get_token
        while (token := next_token()) is not None and token.id != "<stream end>":
            if token.id == "<scalar>":
                last = _index(token.end_mark, positions, starts)
                yield _index(token.start_mark, positions, starts), last
    except YAMLError:
        yield last, len(text) + 1


def _index(mark: object, positions: Positions | None, starts: list[int]) -> int:
    """Where a position of libyaml is in the written text."""
    packed: int = mark.line << COLUMN_BITS | mark.column  # type: ignore[attr-defined]
    if positions is not None:
        packed = positions.written(packed)
    line = min(packed >> COLUMN_BITS, len(starts) - 1)
    return starts[line] + (packed & _COLUMN_MASK)


def _heredocs(text: str) -> set[int]:
    """The lines (0-based) inside the long texts of a Terraform file."""
    inside: set[int] = set()
    word = ""
    for number, line in enumerate(text.split("\n")):
        if word:
            inside.add(number)
            if line.strip() == word:
                word = ""
        elif opened := _HEREDOC.search(line):
            word = opened["word"]
    return inside


class _Layout:
    """The lines of a text, and below each the next one that says something; all worked out in one pass each way."""

    def __init__(self, lines: list[str], language: Language) -> None:
        self.lines = lines
        self.language = language
        count = len(lines)
        self._next = [count] * (count + 1)
        self._document_ends = [count] * (count + 1)
        for number in range(count - 1, -1, -1):
            begins = _begins_document(lines[number], language)
            says = not begins and _says_something(lines[number])
            self._next[number] = number if says else self._next[number + 1]
            self._document_ends[number] = number if begins else self._document_ends[number + 1]
        self._fresh = [True] * (count + 1)  # nothing of a line's document stands above it
        for number, line in enumerate(lines):
            fresh = _begins_document(line, language) or (self._fresh[number] and not _says_something(line))
            self._fresh[number + 1] = fresh

    def scope(self, after: int) -> tuple[int, int]:
        """The 1-based lines of what follows a comment on a line of its own; `after` (0-based) is the line below it."""
        first = self._next[after]
        if first == len(self.lines):
            return 0, 0
        if self.language == "dockerfile":
            return first + 1, self._end_of_instruction(first)
        if self.language == "yaml" and self._fresh[first]:
            return first + 1, self._document_ends[first]
        return first + 1, _end_of_node(self.lines, first, self.language)

    def _end_of_instruction(self, first: int) -> int:
        last = first
        while self.lines[last].rstrip().endswith("\\") and self._next[last + 1] < len(self.lines):
            last = self._next[last + 1]
        return last + 1


def _end_of_node(lines: list[str], first: int, language: Language) -> int:
    """The last line (1-based) of what begins on a line (0-based): all that is indented more, and its closing brace."""
    indentation = _indentation(lines[first])
    is_item = lines[first].lstrip().startswith("-")
    last = first
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if not _says_something(line):
            continue
        if language == "yaml" and _begins_document(line, language):
            break
        depth = _indentation(line)
        own_item = language == "yaml" and not is_item and depth == indentation and line.lstrip().startswith("- ")
        closing = language == "terraform" and depth == indentation and line.lstrip()[:1] in {"}", "]", ")"}
        if depth <= indentation and not own_item and not closing:
            break
        last = number
        if closing:
            break
    return last + 1


def _says_something(line: str) -> bool:
    stripped = line.lstrip()
    return bool(stripped) and not stripped.startswith(("#", "//"))


def _begins_document(line: str, language: Language) -> bool:
    return language == "yaml" and _DOCUMENT.match(line) is not None


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
