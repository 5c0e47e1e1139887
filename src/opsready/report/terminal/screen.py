"""The screen that the terminal view is laid out for: its width, its colours, its characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from opsready.records import dataclass

NARROWEST = 40
# Longer lines of prose are hard to read, however wide the window is.
WIDEST_PROSE = 110
# Text between backticks is one word: a name that is broken in two can be neither read nor copied.
_WORD = re.compile(r"(?:`[^`]*`|[^\s`])+|`\S*")
_CODES: Mapping[str, str] = {
    "bold": "1",
    "dim": "2",
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "info": "2",
    "good": "32",
    "bad": "31",
    "": "",
}


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide character, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(character) for character in text)


def _cells_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Screen:
    """What a part of the view is written for."""

    width: int
    colour: bool
    unicode: bool

    @property
    def ellipsis(self) -> str:
        """What stands for text that was cut."""
        return "…" if self.unicode else "..."

    @property
    def prose(self) -> int:
        """How wide running text may be."""
        return min(self.width, WIDEST_PROSE)

    def paint(self, text: str, style: str) -> str:
        """The text in a style: a severity, `bold`, `dim`, `good` or `bad`."""
        code = _CODES[style]
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    def cut(self, text: str, width: int) -> str:
        """The text, its end replaced where it is wider than `width`."""
        if cells(text) <= width:
            return text
        room, kept = width - cells(self.ellipsis), 0
        for end, character in enumerate(text):
            kept += _cells_of(character)
            if kept > room:
                return text[:end].rstrip() + self.ellipsis
        return text

    def pad(self, text: str, width: int) -> str:
        """The text, cut or filled with spaces to exactly `width` columns."""
        short = self.cut(text, width)
        return short + " " * (width - cells(short))

    def wrap(self, text: str, *, first: str = "", rest: str | None = None, width: int | None = None) -> list[str]:
        """Lines of prose; `first` begins the first one, `rest` (as many spaces, unless given) the others.

        A word that is wider than the screen stands on a line of its own rather than being broken.
        """
        limit = self.prose if width is None else width
        begin = " " * cells(first) if rest is None else rest
        lines: list[str] = []
        line, empty = first, True
        for word in self._words(text, limit - cells(begin)):
            if not empty and cells(line) + 1 + cells(word) > limit:
                lines.append(line)
                line, empty = begin, True
            line += word if empty else f" {word}"
            empty = False
        lines.append(line)
        return lines

    def flow(self, parts: list[str], separator: str) -> list[str]:
        """Parts that stay whole, as many to a line as fit."""
        lines = [parts[0]]
        for part in parts[1:]:
            longer = lines[-1] + separator + part
            if cells(longer) > self.width:
                lines.append(part)
            else:
                lines[-1] = longer
        return lines

    @staticmethod
    def _words(text: str, room: int) -> list[str]:
        words: list[str] = []
        for word in _WORD.findall(text):
            words.extend(word.split() if cells(word) > room else [word])
        return words


def block(lines: list[str]) -> str:
    """Lines as text that ends with a newline; nothing for no lines."""
    return "".join(f"{line}\n" for line in lines)
