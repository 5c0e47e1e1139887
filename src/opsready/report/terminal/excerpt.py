"""The source line of a finding with the place underlined."""

from __future__ import annotations

from opsready.model.source import Span
from opsready.records import dataclass
from opsready.report.escape import COMMANDS, on_one_line, spelled
from opsready.report.terminal.screen import Screen, cells

_TAB = 4
_LEAD = 4


@dataclass(frozen=True, slots=True)
class _Piece:
    """One character of the source as it is shown."""

    text: str
    width: int


def excerpt(span: Span, line: str, screen: Screen, *, indent: int, style: str) -> list[str]:
    """Two lines: the source behind its number, and a mark below the place. Code is never wrapped, only cut."""
    number = str(span.line)
    margin = " " * indent
    pieces = _pieces(line.rstrip())
    first, last = _marked(span, pieces)
    # One column is left for a mark behind the end of the line.
    room = max(screen.width - indent - len(number) - len(" | ") - 1, 10)
    shown, start, end = _window(pieces, first, last, room, screen)
    mark = " " * start + screen.paint("^" * max(end - start, 1), style)
    bar = screen.paint("|", "dim")
    return [
        f"{margin}{screen.paint(number, 'dim')} {bar} {shown}".rstrip(),
        f"{margin}{' ' * len(number)} {bar} {mark}",
    ]


def _pieces(line: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    column = 0
    orders = {found.start() for found in COMMANDS.finditer(line)} if "##" in line else ()
    for index, character in enumerate(line):
        text = " " * (_TAB - column % _TAB) if character == "\t" else on_one_line(character)
        if index in orders:
            text = spelled(character)
        pieces.append(_Piece(text, cells(text)))
        column += pieces[-1].width
    return pieces


def _marked(span: Span, pieces: list[_Piece]) -> tuple[int, int]:
    """The characters to underline; clamped, because masking a credential may have shortened the line."""
    first = min(max(span.column - 1, 0), len(pieces))
    last = span.end_column - 1 if span.end_line == span.line else len(pieces)
    return first, min(max(last, first), len(pieces))


def _window(pieces: list[_Piece], first: int, last: int, room: int, screen: Screen) -> tuple[str, int, int]:
    """What fits of the line around the place, and the columns between which the place then stands."""
    total = sum(piece.width for piece in pieces)
    left, dots = 0, cells(screen.ellipsis)
    if total > room:
        before, behind = _width(pieces[:first]), _width(pieces[last:])
        marked = total - before - behind
        # The place in the middle, with some of what leads to it, and no further right than the line's end asks.
        lead = max((room - marked) // 2, _LEAD)
        left = _skip(pieces, min(max(before - lead, 0), total - room + dots))
    head = screen.ellipsis if left else ""
    budget = room - len(head)
    right = left + _fitting(pieces[left:], budget)
    tail = ""
    if right < len(pieces):
        right, tail = left + _fitting(pieces[left:], budget - dots), screen.ellipsis
    text = head + "".join(piece.text for piece in pieces[left:right]) + tail
    start = cells(head) + _width(pieces[left : max(first, left)])
    end = cells(head) + _width(pieces[left : min(max(last, left), right)])
    return text, start, max(end, start)


def _width(pieces: list[_Piece]) -> int:
    return sum(piece.width for piece in pieces)


def _skip(pieces: list[_Piece], columns: int) -> int:
    """How many pieces take at least so many columns."""
    taken = 0
    for count, piece in enumerate(pieces):
        if taken >= columns:
            return count
        taken += piece.width
    return len(pieces)


def _fitting(pieces: list[_Piece], columns: int) -> int:
    """How many pieces fit into so many columns."""
    taken = 0
    for count, piece in enumerate(pieces):
        taken += piece.width
        if taken > columns:
            return count
    return len(pieces)
