"""HCL's expressions as trees, by precedence climbing over a list of tokens.

Line ends end an expression, except inside of `( )`, `[ ]` and `${ }`; between the items of `{ }` they separate.
"""

from __future__ import annotations

import re
from math import isinf
from typing import TYPE_CHECKING

from opsready.parse.hcl_scan import IDENTIFIER
from opsready.parse.hcl_syntax import (
    MAX_NESTING,
    Access,
    Binary,
    Call,
    Conditional,
    For,
    HclError,
    Item,
    Literal,
    ObjectOf,
    Reference,
    Splat,
    TupleOf,
    Unary,
)
from opsready.parse.hcl_tokens import END, HEREDOC, NEWLINE, NUMBER, OPERATOR, QUOTED, WORD, tokens

if TYPE_CHECKING:
    from opsready.parse.hcl_syntax import Expression

_SIMPLE = re.compile(
    rf"(?:(?P<word>true|false|null)|(?P<number>0|[1-9]\d{{0,17}}+)|(?P<path>{IDENTIFIER}(?:\.{IDENTIFIER})*+)"
    r'|"(?P<text>[^"\\$%\n\r]*+)")[ \t\r]*+\Z'
)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_AS_KEY: dict[object, str] = {True: "true", False: "false", None: "null"}
_RANK = {
    **dict.fromkeys(("||",), 1),
    **dict.fromkeys(("&&",), 2),
    **dict.fromkeys(("==", "!="), 3),
    **dict.fromkeys(("<", ">", "<=", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%"), 6),
}
_LONGEST_NUMBER = 400
_TOO_DEEP = f"it is nested more than {MAX_NESTING} levels deep; divide it"


def parse_expression(text: str, start: int, end: int, depth: int = 0) -> Expression:
    """The expression between two offsets; `depth` counts what it is nested in."""
    simple = simple_expression(text, start, end)
    if simple is not None:
        return simple
    parser = Parser(text, start, end, depth)
    parsed = parser.expression()
    parser.finish()
    return parsed


def is_simple(text: str, start: int, end: int) -> bool:
    """Whether there is nothing to find wrong with an expression, since it is a plain value or a path of names."""
    found = _SIMPLE.match(text, start, end)
    return found is not None and found[0].isascii()


def simple_expression(text: str, start: int, end: int) -> Expression | None:
    """A plain value or a path of names, which most expressions are; None for any other."""
    found = _SIMPLE.match(text, start, end)
    if found is None or not found[0].isascii():
        return None
    match found.lastgroup:
        case "word":
            return Literal(_WORDS[found["word"]], start)
        case "number":
            return Literal(int(found["number"]), start)
        case "text":
            return Literal(found["text"], start)
        case _:
            root, *steps = found["path"].split(".")
            if root in _WORDS:
                return None
            return Access(Reference(root, start), tuple(steps), start) if steps else Reference(root, start)


class Parser:
    """One expression's tokens and how far they are read."""

    __slots__ = ("at", "depth", "kinds", "newlines", "starts", "text", "texts")

    def __init__(self, text: str, start: int, end: int, depth: int, *, newlines: bool = True) -> None:
        """Begin before the first token; `newlines`: whether line ends mean something."""
        read = tokens(text, start, end)
        self.text = text
        self.kinds, self.texts, self.starts = read.kinds, read.texts, read.starts
        self.at = 0
        self.depth = depth
        self.newlines = newlines
        self._skip()

    def _skip(self) -> None:
        if not self.newlines:
            while self.kinds[self.at] == NEWLINE:
                self.at += 1

    def step(self) -> str:
        """Take a token."""
        taken = self.texts[self.at]
        if self.kinds[self.at] != END:
            self.at += 1
        self._skip()
        return taken

    def mode(self, *, newlines: bool) -> bool:
        """Let line ends mean something or not; gives what it was."""
        before, self.newlines = self.newlines, newlines
        self._skip()
        return before

    def sees(self, operator: str) -> bool:
        """Whether an operator comes next."""
        return self.kinds[self.at] == OPERATOR and self.texts[self.at] == operator

    def sees_word(self, word: str) -> bool:
        """Whether a word comes next."""
        return self.kinds[self.at] == WORD and self.texts[self.at] == word

    def error(self, expected: str) -> HclError:
        """What comes next does not belong here."""
        kind, start = self.kinds[self.at], self.starts[self.at]
        if kind == END:
            return HclError(f"the expression ends where {expected} belongs; complete it", max(start - 1, 0))
        if kind == NEWLINE:
            return HclError(f"the line ends where {expected} belongs; put brackets around what spans lines", start)
        shown = self.texts[self.at].partition("\n")[0][:40]
        return HclError(f"`{shown}` stands where {expected} belongs", start)

    def need(self, operator: str) -> None:
        """Take an operator that must come next."""
        if not self.sees(operator):
            raise self.error(f"`{operator}`")
        self.step()

    def finish(self) -> None:
        """Refuse what is left."""
        while self.kinds[self.at] == NEWLINE:
            self.at += 1
        if self.kinds[self.at] != END:
            raise self.error("the end of the expression")

    def expression(self) -> Expression:
        """A conditional, or what binds closer."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise HclError(_TOO_DEEP, self.starts[self.at])
        found = self.binary(1)
        if self.sees("?"):
            at = self.starts[self.at]
            self.step()
            then = self.expression()
            if not self.sees(":"):
                raise self.error("`:` of a conditional")
            self.step()
            found = Conditional(found, then, self.expression(), at)
        self.depth -= 1
        return found

    def binary(self, least: int) -> Expression:
        """Operators of a rank, at least."""
        left = self.operand()
        while self.kinds[self.at] == OPERATOR and (rank := _RANK.get(self.texts[self.at], 0)) >= least:
            at = self.starts[self.at]
            operator = self.step()
            left = Binary(operator, left, self.binary(rank + 1), at)
        return left

    def operand(self) -> Expression:
        """Signs, a term, and the steps from it."""
        signs: list[tuple[str, int]] = []
        while self.sees("-") or self.sees("!"):
            at = self.starts[self.at]
            signs.append((self.step(), at))
            if self.depth + len(signs) > MAX_NESTING:
                raise HclError(_TOO_DEEP, at)
        found = self.traversal(self.term())
        for sign, at in reversed(signs):
            found = _signed(sign, found, at)
        return found

    def term(self) -> Expression:
        """A value without what is done with it."""
        kind, text, at = self.kinds[self.at], self.texts[self.at], self.starts[self.at]
        if kind == WORD:
            return self.named()
        if kind == NUMBER:
            self.step()
            return Literal(number(text, at), at)
        if kind in {QUOTED, HEREDOC}:
            from opsready.parse.hcl_templates import parse_heredoc, parse_quoted

            self.step()
            read = parse_quoted if kind == QUOTED else parse_heredoc
            return read(self.text, at, at + len(text), self.depth)
        if kind == OPERATOR and text == "(":
            self.step()
            before = self.mode(newlines=False)
            inner = self.expression()
            self.close(")", newlines=before)
            return inner
        if kind == OPERATOR and text == "[":
            return self.tuple_of()
        if kind == OPERATOR and text == "{":
            return self.object_of()
        raise self.error("a value")

    def close(self, bracket: str, *, newlines: bool) -> None:
        """Take a closing bracket; behind it line ends mean what they meant before the opening one."""
        if not self.sees(bracket):
            raise self.error(f"`{bracket}`")
        self.at += 1
        self.newlines = newlines
        self._skip()

    def named(self) -> Expression:
        at = self.starts[self.at]
        name = self.step()
        while self.sees("::"):
            self.step()
            if self.kinds[self.at] != WORD:
                raise self.error("a function's name")
            name += "::" + self.step()
            if not self.sees("::") and not self.sees("("):
                raise self.error("`(`")
        if self.sees("("):
            return self.call(name, at)
        return Literal(_WORDS[name], at) if name in _WORDS else Reference(name, at)

    def call(self, name: str, at: int) -> Expression:
        self.step()
        before = self.mode(newlines=False)
        arguments: list[Expression] = []
        expands = False
        while not self.sees(")"):
            arguments.append(self.expression())
            if self.sees("..."):
                self.step()
                expands = True
                break
            if not self.sees(","):
                break
            self.step()
        self.close(")", newlines=before)
        return Call(name, tuple(arguments), expands, at)

    def tuple_of(self) -> Expression:
        at = self.starts[self.at]
        self.step()
        before = self.mode(newlines=False)
        if self.sees_word("for"):
            return self.for_in(at, "]", newlines=before)
        items: list[Expression] = []
        while not self.sees("]"):
            items.append(self.expression())
            if not self.sees(","):
                break
            self.step()
        self.close("]", newlines=before)
        return TupleOf(tuple(items), at)

    def object_of(self) -> Expression:
        at = self.starts[self.at]
        self.at += 1
        before = self.mode(newlines=False)
        if self.sees_word("for"):
            return self.for_in(at, "}", newlines=before)
        self.newlines = True
        items: list[tuple[Expression, Expression]] = []
        ends: list[int] = []
        while not self.sees("}"):
            if self.kinds[self.at] == NEWLINE:
                self.step()
                continue
            items.append(self.object_item())
            ends.append(self.starts[self.at - 1] + len(self.texts[self.at - 1]))
            if not self.sees(",") and self.kinds[self.at] != NEWLINE:
                break
            self.step()
        self.close("}", newlines=before)
        return ObjectOf(tuple(items), tuple(ends), at)

    def object_item(self) -> tuple[Expression, Expression]:
        bare = self.kinds[self.at] == WORD
        key = self.expression()
        if not self.sees("=") and not self.sees(":"):
            raise self.error("`=`")
        self.step()
        if bare and isinstance(key, Reference):
            key = Literal(key.name, key.at)
        elif bare and isinstance(key, Literal):
            key = Literal(_AS_KEY[key.value], key.at)
        return key, self.expression()

    def for_in(self, at: int, bracket: str, *, newlines: bool) -> Expression:
        """`for k, v in collection : ...` up to the closing bracket."""
        self.step()
        key, value = "", self.variable()
        if self.sees(","):
            self.step()
            key, value = value, self.variable()
        if not self.sees_word("in"):
            raise self.error("`in`")
        self.step()
        collection = self.expression()
        self.need(":")
        result_key, result = None, self.expression()
        if bracket == "}":
            self.need("=>")
            result_key, result = result, self.expression()
        groups = bracket == "}" and self.sees("...")
        if groups:
            self.step()
        condition = None
        if self.sees_word("if"):
            self.step()
            condition = self.expression()
        self.close(bracket, newlines=newlines)
        return For(key, value, collection, result_key, result, groups, condition, at)

    def variable(self) -> str:
        """A name that a loop gives."""
        if self.kinds[self.at] != WORD:
            raise self.error("a variable's name")
        return self.step()

    def traversal(self, of: Expression) -> Expression:
        """The steps from a value: `.name`, `.0`, `[index]`, and splats."""
        steps: list[str | Expression] = []
        while self.kinds[self.at] == OPERATOR:
            at, operator = self.starts[self.at], self.texts[self.at]
            if operator == ".":
                self.step()
                if self.sees("*"):
                    self.step()
                    of, steps = Splat(_access(of, steps), self.attributes_only(at), at), []
                else:
                    steps.append(self.dotted())
            elif operator == "[":
                self.step()
                before = self.mode(newlines=False)
                if self.sees("*"):
                    self.step()
                    self.close("]", newlines=before)
                    return self.full_splat(_access(of, steps), at)
                steps.append(self.expression())
                self.close("]", newlines=before)
            else:
                break
        return _access(of, steps)

    def full_splat(self, of: Expression, at: int) -> Expression:
        """`[*]`: all further steps are taken from each item."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise HclError(_TOO_DEEP, at)
        each = self.traversal(Item(at))
        self.depth -= 1
        return Splat(of, each, at)

    def attributes_only(self, at: int) -> Expression:
        """What follows `.*`: names and legacy indices are taken from each item, brackets from the whole."""
        steps: list[str | Expression] = []
        while self.sees("."):
            self.step()
            if self.sees("*"):
                message = "a splat cannot be taken of a `.*`; write `[*]` for both"
                raise HclError(message, self.starts[self.at])
            steps.append(self.dotted())
        return _access(Item(at), steps)

    def dotted(self) -> str | Expression:
        """What stands behind a dot."""
        kind, at = self.kinds[self.at], self.starts[self.at]
        if kind == WORD:
            return self.step()
        if kind == NUMBER:
            text = self.step()
            if "." in text:
                message = f"`.{text}` is two indices in the legacy form; write `[{text.replace('.', '][')}]`"
                raise HclError(message, at)
            return Literal(number(text, at), at)
        raise self.error("an attribute's name")


def _access(of: Expression, steps: list[str | Expression]) -> Expression:
    return Access(of, tuple(steps), of.at) if steps else of


def _signed(sign: str, operand: Expression, at: int) -> Expression:
    """A sign before an operand; before a number it is part of it."""
    if sign == "-" and isinstance(operand, Literal):
        value = operand.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Literal(-value, at)
    return Unary(sign, operand, at)


def number(text: str, at: int) -> int | float:
    """A number; whole ones, `1e3` and `2.0` among them, are integers."""
    if len(text) > _LONGEST_NUMBER:
        message = f"a number of {len(text)} digits is more than anybody can mean"
        raise HclError(message, at)
    if text.isdecimal():
        return int(text)
    value = float(text)
    if isinf(value):
        message = f"`{text}` is too large"
        raise HclError(message, at)
    return int(value) if value.is_integer() else value
