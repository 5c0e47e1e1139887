"""From the lines that libyaml counts to the lines that editors and git show, for the few texts where they differ.

libyaml ends a line at a lone carriage return and at Unicode's own separators as well, does not count a byte-order
mark, and has read JSON's surrogate pairs in a shorter spelling.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from opsready.parse.syntax import COLUMN_BITS, Map, Seq
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

_COLUMN_MASK = (1 << COLUMN_BITS) - 1
_BREAK = pattern("\r\n?|[\n\x85\u2028\u2029]")
_UNUSUAL = pattern("\r(?!\n)|[\x85\u2028\u2029]|\\A\ufeff")
_SURROGATE_PAIR = pattern(r"\\\\|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F]..")
_NARROWER = 2  # `\ud83d\ude00` against `\U0001F600`


class Positions:
    """Positions in a text as it was written, from those in the text that libyaml read."""

    def __init__(self, written: str, read: str, shortened: list[int]) -> None:
        """Compare two texts; `shortened` are the ends, in the text that was read, of what is shorter in it."""
        starts = [found.end() for found in _BREAK.finditer(read)]
        # libyaml ends a last line that has no break with one of its own.
        self._read_lines = [int(read.startswith("\ufeff")), *starts, len(read)]
        self._written_lines = [0, *(found.end() for found in re.finditer("\n", written))]
        self._shortened = shortened

    def written(self, packed: int) -> int:
        """The packed position in the written text."""
        index = self._read_lines[packed >> COLUMN_BITS] + (packed & _COLUMN_MASK)
        index += _NARROWER * bisect_right(self._shortened, index)
        line = bisect_right(self._written_lines, index) - 1
        return line << COLUMN_BITS | (index - self._written_lines[line])

    def correct(self, nodes: Iterable[object]) -> None:
        """Correct every position in some trees, in place."""
        stack, seen = list(nodes), set()
        while stack:
            node = stack.pop()
            if id(node) in seen or not isinstance(node, Map | Seq):
                continue
            seen.add(id(node))
            node.start = self.written(node.start)
            if isinstance(node, Map):
                node.pos = {key: self._three(*place) for key, place in node.pos.items()}
                node.ends = {key: self.written(end) for key, end in node.ends.items()} if node.ends else None
                node.blocks = {key: self.written(at) for key, at in node.blocks.items()} if node.blocks else None
                stack.extend(node.values())
            else:
                node.pos = [(self.written(start), self.written(end)) for start, end in node.pos]
                stack.extend(node)

    def _three(self, key: int, start: int, end: int) -> tuple[int, int, int]:
        return self.written(key), self.written(start), self.written(end)


def readable(written: str, *, json: bool) -> tuple[str, Positions | None]:
    """The text for libyaml, and how to find its positions in the written one; None where they are the same."""
    shortened: list[int] = []
    read = _without_surrogates(written, shortened) if json and "\\u" in written else written
    usual = (written.isascii() and "\r" not in written) or _UNUSUAL.search(written) is None
    return read, None if usual and not shortened else Positions(written, read, shortened)


def _without_surrogates(text: str, shortened: list[int]) -> str:
    """JSON with pairs of surrogates as one character and lone ones as the replacement character."""

    def spelled(found: re.Match[str]) -> str:
        if found[1]:
            high, low = int(found[1], 16), int(found[2], 16)
            shortened.append(found.end() - _NARROWER * (len(shortened) + 1))
            return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"
        return found[0] if found[0] == "\\\\" else "\\uFFFD"

    return _SURROGATE_PAIR.sub(spelled, text)
