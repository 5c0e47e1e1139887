"""Syntax trees of mappings, sequences and plain values, with the position of every key, item and value.

A position is packed as `line << 24 | column`, both 0-based: one integer instead of an object for each of the thousands
of keys of a repository, and room for the columns of minified files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from opsready.model.source import Span
from opsready.records import dataclass

if TYPE_CHECKING:
    from typing import Self

    from opsready.model.source import Origin

COLUMN_BITS = 24
_COLUMN_MASK = (1 << COLUMN_BITS) - 1


class Map(dict[str, object]):
    """A mapping; `pos[key]` is `(start of the key, start of the value, end of the value or of the key)`.

    The end is the value's where it is a plain value on the key's own line, else the key's. `start` is where the mapping
    begins. `ends` holds the end of every plain value that ends on another line than its key's, and `blocks` where the
    text of every literal block (`|`) begins. `origins` names, for keys whose value was given by something else than
    this file, what gave it.
    """

    __slots__ = ("blocks", "ends", "origins", "pos", "start")

    def __init__(self, start: int = 0) -> None:
        """Make an empty mapping that begins at a packed position."""
        super().__init__()
        self.pos: dict[str, tuple[int, int, int]] = {}
        self.start = start
        self.ends: dict[str, int] | None = None
        self.blocks: dict[str, int] | None = None
        self.origins: dict[str, Origin] | None = None

    def end_later(self, key: str, end: int) -> None:
        """Remember the end of a value that ends on another line than its key's."""
        if self.ends is None:
            self.ends = {}
        self.ends[key] = end

    def end_with_key(self, key: str) -> None:
        """Forget such an end."""
        if self.ends is not None:
            self.ends.pop(key, None)
        if self.blocks is not None:
            self.blocks.pop(key, None)

    def begin_block(self, key: str, start: int) -> None:
        """Remember where the text of a literal block begins."""
        if self.blocks is None:
            self.blocks = {}
        self.blocks[key] = start


class Seq(list[object]):
    """A sequence; `pos[i]` is `(start, end)` of item i. `incomplete` says why there may be more items (empty: no)."""

    __slots__ = ("incomplete", "pos", "start")

    def __init__(self, start: int = 0) -> None:
        """Make an empty sequence that begins at a packed position."""
        super().__init__()
        self.pos: list[tuple[int, int]] = []
        self.start = start
        self.incomplete = ""


class Withheld:
    """Stands in a tree for a value that exists but cannot be read; `reason` names what decides it."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        """Remember why the value cannot be read."""
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: its tree and the packed position at which it begins."""

    root: object
    start: int


def line_of(packed: int) -> int:
    """The 1-based line of a packed position."""
    return (packed >> COLUMN_BITS) + 1


def span(file: str, start: int, end: int) -> Span:
    """The 1-based span between two packed positions."""
    return Span(
        file,
        (start >> COLUMN_BITS) + 1,
        (start & _COLUMN_MASK) + 1,
        (end >> COLUMN_BITS) + 1,
        (end & _COLUMN_MASK) + 1,
    )


class Mark(NamedTuple):
    """What looks like a credential in a masked text: what it is in words, the name beside it, and on which line.

    `line` counts from 0, the first line of the text. The name is empty where the text stands for itself.
    """

    what: str
    name: str
    line: int


class Masked(str):
    """A text in a tree of which a part was masked; what was masked is nowhere in it.

    `marks` say what is certainly a credential; `stand_in` is true where a placeholder or a reference stands for one.
    """

    __slots__ = ("marks", "stand_in")

    marks: tuple[Mark, ...]
    stand_in: bool

    def __new__(cls, text: str, marks: tuple[Mark, ...] = (), *, stand_in: bool = False) -> Self:
        """Take a text that is masked already."""
        made = super().__new__(cls, text)
        made.marks = marks
        made.stand_in = stand_in
        return made

    def of(self, text: str) -> Masked:
        """Another text, such as a part of this one, that was masked for the same reason."""
        return Masked(text, self.marks, stand_in=self.stand_in)
