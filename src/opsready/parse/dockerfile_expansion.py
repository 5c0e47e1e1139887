"""Variables in a Dockerfile's words: `$X`, `${X:-y}` and their kin, with the quotes around them taken off.

https://docs.docker.com/reference/dockerfile/#environment-replacement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\d+|[@*#?$!-]")
_DEEPEST = 50  # variables within the defaults of variables
_LONGEST = 65_536  # characters of a result: `ENV A=$A$A`, a hundred times over, would fill the memory
# Removing a pattern tries every place for every wildcard.
_MOST_WILDCARDS = 2
_LONGEST_MATCHED = 1_000


class Expanded(NamedTuple):
    """A word with its variables replaced.

    `missing` are the variables that decide about it and have no value here; `fault` says why a builder refuses it.
    """

    text: str
    missing: tuple[str, ...] = ()
    fault: str = ""

    @property
    def certain(self) -> bool:
        """Whether the text is what a builder gets."""
        return not self.missing and not self.fault


class _FaultError(Exception):
    """A word that no builder accepts; it never leaves this module."""


def expand(word: str, values: Mapping[str, str], escape: str = "\\") -> Expanded:
    """Replace variables by their values and take quotes and escape characters off."""
    reader = _Words(word, values, escape)
    try:
        text = reader.until("")
    except _FaultError as fault:
        return Expanded("", tuple(reader.missing), str(fault))
    if len(text) > _LONGEST:
        return Expanded("", fault=f"its value has more than {_LONGEST} characters")
    return Expanded(text, tuple(reader.missing))


class _Words:
    """Goes through a word once, from left to right."""

    def __init__(self, word: str, values: Mapping[str, str], escape: str) -> None:
        self._word = word
        self._values = values
        self._escape = escape
        self._plain = re.compile(rf"[^$'\"/}}{re.escape(escape)}]+")
        self._at = 0
        self._depth = 0
        self._length = 0
        self.missing: list[str] = []

    def until(self, stop: str, *, pattern: bool = False) -> str:
        """Everything up to a character, which is passed over; escape characters stay in a pattern."""
        parts: list[str] = []
        while self._at < len(self._word):
            char = self._word[self._at]
            if char == stop:
                self._at += 1
                return "".join(parts)
            parts.append(self._part(char, pattern=pattern))
        if stop:
            message = f"`{stop}` is missing"
            raise _FaultError(message)
        return "".join(parts)

    def _part(self, char: str, *, pattern: bool) -> str:
        if char == "$":
            return self._bounded(self._variable())
        if char == "'":
            return self._single_quoted()
        if char == '"':
            return self._double_quoted()
        if char == self._escape:
            escaped = self._word[self._at + 1 : self._at + 2]
            self._at += 2
            return f"{char}{escaped}" if pattern else escaped
        if found := self._plain.match(self._word, self._at):
            self._at = found.end()
            return found[0]
        self._at += 1
        return char

    def _bounded(self, text: str) -> str:
        self._length += len(text)
        if self._length > _LONGEST:
            message = f"its value has more than {_LONGEST} characters"
            raise _FaultError(message)
        return text

    def _single_quoted(self) -> str:
        end = self._word.find("'", self._at + 1)
        if end < 0:
            message = "a single quote is never closed"
            raise _FaultError(message)
        text = self._word[self._at + 1 : end]
        self._at = end + 1
        return text

    def _double_quoted(self) -> str:
        parts: list[str] = []
        self._at += 1
        while self._at < len(self._word):
            char = self._word[self._at]
            if char == '"':
                self._at += 1
                return "".join(parts)
            if char == "$":
                parts.append(self._bounded(self._variable()))
                continue
            following = self._word[self._at + 1 : self._at + 2]
            if char == self._escape and following and following in f'"${self._escape}':
                char = following
                self._at += 1
            parts.append(char)
            self._at += 1
        message = "a double quote is never closed"
        raise _FaultError(message)

    def _variable(self) -> str:
        self._at += 1
        if not self._word.startswith("{", self._at):
            name = self._name()
            return self._value(name) if name else "$"
        self._at += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            message = f"variables are nested more than {_DEEPEST} deep"
            raise _FaultError(message)
        text = self._braced()
        self._depth -= 1
        return text

    def _name(self) -> str:
        found = _NAME.match(self._word, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]

    def _value(self, name: str) -> str:
        value = self._values.get(name)
        if value is None:
            self.missing.append(name)
            return ""
        return value

    def _braced(self) -> str:
        name = self._name()
        if not name:
            message = "`${` names no variable"
            raise _FaultError(message)
        if self._word.startswith("}", self._at):
            self._at += 1
            return self._value(name)
        colon = self._word.startswith(":", self._at)
        self._at += colon
        operator = self._word[self._at : self._at + 1]
        self._at += 1
        if operator and operator in "-+?":
            return self._conditional(name, operator, empty_is_unset=colon)
        if operator and operator in "#%" and not colon:
            return self._trimmed(name, operator)
        if operator == "/" and not colon:
            return self._replaced(name)
        message = f"`{':' if colon else ''}{operator}` after `{name}` is no operator of a variable"
        raise _FaultError(message)

    def _conditional(self, name: str, operator: str, *, empty_is_unset: bool) -> str:
        decided_before = len(self.missing)
        word = self.until("}")
        value = self._values.get(name)
        present = value is not None and not (empty_is_unset and value == "")
        if (operator == "-" and present) or (operator == "+" and not present):
            # What the word names decides nothing then.
            del self.missing[decided_before:]
            return value or "" if operator == "-" else ""
        if operator != "?":
            return word
        del self.missing[decided_before:]
        return value or "" if present else self._value_or_fault(name)

    def _value_or_fault(self, name: str) -> str:
        """What `${X:?}` gives where it has no value: the build stops, unless somebody passes one."""
        self.missing.append(name)
        return ""

    def _trimmed(self, name: str, operator: str) -> str:
        longest = self._word.startswith(operator, self._at)
        self._at += longest
        pattern = self.until("}", pattern=True)
        value = self._value(name)
        self._refuse_slow(pattern, value)
        if operator == "#":
            found = re.match(_expression(pattern, greedy=longest), value, re.DOTALL)
            return value[found.end() :] if found else value
        matcher = re.compile(_expression(pattern, greedy=True), re.DOTALL)
        ends = (at for at in range(len(value) + 1) if matcher.fullmatch(value, at))
        at = min(ends, default=None) if longest else max(ends, default=None)
        return value if at is None else value[:at]

    def _replaced(self, name: str) -> str:
        everywhere = self._word.startswith("/", self._at)
        self._at += everywhere
        pattern = self.until("/", pattern=True)
        replacement = self.until("}", pattern=True)
        value = self._value(name)
        self._refuse_slow(pattern, value)
        if not pattern:
            return value
        count = 0 if everywhere else 1
        return re.sub(_expression(pattern, greedy=True), lambda _: replacement, value, count=count, flags=re.DOTALL)

    def _refuse_slow(self, pattern: str, value: str) -> None:
        if pattern.count("*") > _MOST_WILDCARDS or max(len(pattern), len(value)) > _LONGEST_MATCHED:
            message = "it removes a pattern that is too large to be tried here"
            raise _FaultError(message)


def _expression(pattern: str, *, greedy: bool) -> str:
    """A shell's pattern as a regular expression: `*` and `?`, and what a backslash makes plain."""
    parts: list[str] = []
    chars = iter(pattern)
    for char in chars:
        if char == "*":
            parts.append(".*" if greedy else ".*?")
        elif char == "?":
            parts.append(".")
        else:
            parts.append(re.escape(next(chars, char) if char == "\\" else char))
    return "".join(parts)
