"""What HCL's native syntax is made of: bodies of attributes and blocks, and the trees of expressions.

Everything carries offsets into the text of its file; `Lines` makes lines and columns of them when somebody asks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from opsready.parse.syntax import COLUMN_BITS, span
from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.source import Span

MAX_NESTING = 100  # of brackets, templates and blocks: HCL written by people stays below ten
Scalar = str | int | float | bool | None


class HclError(Exception):
    """Terraform would refuse the text; `at` is the offset of the fault."""

    def __init__(self, message: str, at: int) -> None:
        """Say what is wrong and what to do, and where."""
        super().__init__(message)
        self.message = message
        self.at = at


class Lines:
    """From offsets in a text to lines and columns."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        """Nothing is counted before the first question."""
        self.text = text
        self._starts: list[int] | None = None

    def packed(self, offset: int) -> int:
        """The packed position of an offset."""
        if self._starts is None:
            self._starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        line = bisect_right(self._starts, offset) - 1
        return line << COLUMN_BITS | (offset - self._starts[line])

    def offset(self, packed: int) -> int:
        """The offset of a packed position."""
        self.packed(0)
        line = packed >> COLUMN_BITS
        starts = self._starts or [0]
        return (starts[line] if line < len(starts) else len(self.text)) + (packed & ((1 << COLUMN_BITS) - 1))

    def line(self, offset: int) -> int:
        """The 1-based line of an offset."""
        return (self.packed(offset) >> COLUMN_BITS) + 1

    def span(self, file: str, start: int, end: int) -> Span:
        """The region between two offsets."""
        return span(file, self.packed(start), self.packed(end))


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A number, a boolean, `null`, or a text without anything to fill in."""

    value: Scalar
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A text with parts to fill in; parts that are plain text are literals."""

    parts: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class TemplateIf:
    """`%{ if ... }` in a template."""

    condition: Expression
    then: tuple[Expression, ...]
    otherwise: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class TemplateFor:
    """`%{ for ... }` in a template; `key` is empty where only values are named."""

    key: str
    value: str
    collection: Expression
    body: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A name at the root of a traversal: `var`, `local`, `aws_s3_bucket`, a variable of a `for`."""

    name: str
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """The element that a splat is about, inside the splat."""

    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Steps from a value: a text is an attribute's name, an expression an index."""

    of: Expression
    steps: tuple[str | Expression, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Splat:
    """`of[*]` or `of.*`, with what is taken of each item."""

    of: Expression
    each: Expression
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function's call, the name with its `::`; `expands` where the last argument is followed by `...`."""

    name: str
    arguments: tuple[Expression, ...]
    expands: bool
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Unary:
    """`-x` or `!x`."""

    operator: str
    operand: Expression
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Binary:
    """Two operands; chains of equal rank lean to the left."""

    operator: str
    left: Expression
    right: Expression
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """`condition ? then : otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class TupleOf:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class ObjectOf:
    """`{ a = b }`; a bare name as a key is a literal. `ends` are the offsets behind the values."""

    items: tuple[tuple[Expression, Expression], ...]
    ends: tuple[int, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class For:
    """`[for ...]`, or `{for ...}` where `result_key` is given; `groups` for `...` behind the value."""

    key: str
    value: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    groups: bool
    condition: Expression | None
    at: int


Expression = (
    Literal
    | Template
    | TemplateIf
    | TemplateFor
    | Reference
    | Item
    | Access
    | Splat
    | Call
    | Unary
    | Binary
    | Conditional
    | TupleOf
    | ObjectOf
    | For
)


class Attribute:
    """`name = value`; the value's text is read when it is asked for. `problem` says why it cannot be taken as it is."""

    __slots__ = ("_expression", "_text", "end", "name", "problem", "start", "value_end", "value_start")

    def __init__(self, text: str, name: str, start: int, value_start: int, value_end: int) -> None:
        """Remember where the attribute and its value stand."""
        self._text = text
        self.name = name
        self.start = start
        self.end = start + len(name)
        self.value_start = value_start
        self.value_end = value_end
        self.problem = ""
        self._expression: Expression | HclError | None = None

    @property
    def written(self) -> str:
        """The text of the value."""
        return self._text[self.value_start : self.value_end]

    def check(self) -> None:
        """Raise an HclError where the value is none."""
        from opsready.parse.hcl_expressions import is_simple

        if self._expression is None and is_simple(self._text, self.value_start, self.value_end):
            return
        self.expression()

    def expression(self) -> Expression:
        """The value as a tree; an HclError says what is wrong with it."""
        if self._expression is None:
            from opsready.parse.hcl_expressions import parse_expression

            try:
                self._expression = parse_expression(self._text, self.value_start, self.value_end)
            except HclError as error:
                self._expression = error
        if isinstance(self._expression, HclError):
            raise self._expression
        return self._expression


class Body:
    """Attributes by name, and blocks in the order written."""

    __slots__ = ("attributes", "blocks")

    def __init__(self) -> None:
        """Make an empty body."""
        self.attributes: dict[str, Attribute] = {}
        self.blocks: list[Block] = []


class Block:
    """`type "label" { ... }`; `header_end` is behind the last label. `broken` says why not all of it could be read."""

    __slots__ = ("body", "broken", "end", "header_end", "labels", "start", "type")

    def __init__(self, type_: str, labels: tuple[str, ...], start: int, header_end: int) -> None:
        """Begin a block with an empty body."""
        self.type = type_
        self.labels = labels
        self.body = Body()
        self.start = start
        self.header_end = header_end
        self.end = header_end
        self.broken = ""
