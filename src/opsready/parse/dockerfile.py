"""Dockerfiles: bytes to instructions, each with its span and comments, after BuildKit's grammar.

The format: https://docs.docker.com/reference/dockerfile/. Nothing here raises; what BuildKit refuses is a diagnostic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model.source import Span
from opsready.model.verdict import Diagnostic
from opsready.parse.dockerfile_faults import faults
from opsready.parse.dockerfile_words import first_word, heredoc_words, json_words, take_flags
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from opsready.parse.dockerfile_words import HeredocWord

_DIRECTIVE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(\S.*)")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_TAKES_HEREDOC = frozenset({"RUN", "COPY", "ADD"})
_TAKES_JSON = frozenset({"RUN", "CMD", "ENTRYPOINT", "SHELL", "VOLUME", "COPY", "ADD"})


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A text that an instruction carries with it: `RUN <<EOF`; `quoted` is true where no variable in it is expanded."""

    name: str
    body: str
    quoted: bool
    chomped: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name in capitals, its flags, and the rest with continuation lines joined.

    `words` are the strings of the exec form, None where the arguments are in the shell form. `mixed` is true of a JSON
    array that holds more than strings, which no builder accepts. `comments` are those before it and inside it, without
    their `#`. `trigger` is what an ONBUILD keeps for later.
    """

    name: str
    arguments: str
    span: Span
    flags: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] | None = None
    mixed: bool = False
    comments: tuple[str, ...] = ()
    heredocs: tuple[Heredoc, ...] = ()
    trigger: Instruction | None = None

    def flag(self, name: str) -> str | None:
        """The value of a flag, None where it is not given; the last of several wins."""
        return next((value for key, value in reversed(self.flags) if key == name), None)


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A file's instructions in their order, its parser directives, and what is wrong with it."""

    path: str
    instructions: tuple[Instruction, ...]
    escape: str
    directives: tuple[tuple[str, str], ...]
    diagnostics: tuple[Diagnostic, ...]


def parse_dockerfile(text: str, path: str) -> Dockerfile:
    """Read a Dockerfile; what a builder would refuse is told by diagnostics, and the rest is read all the same."""
    reader = _Reader(text, path)
    instructions = tuple(reader.instructions())
    read = Dockerfile(path, instructions, reader.escape, tuple(reader.directives), tuple(reader.diagnostics))
    return replace(read, diagnostics=faults(read))


class _Reader:
    """Goes through the lines once."""

    def __init__(self, text: str, path: str) -> None:
        self._lines = [line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n")]
        if self._lines[-1] == "":
            self._lines.pop()
        self._path = path
        self._at = 0
        self.escape = "\\"
        self.directives: list[tuple[str, str]] = []
        self.diagnostics: list[Diagnostic] = []

    def instructions(self) -> list[Instruction]:
        self._read_directives()
        found: list[Instruction] = []
        comments: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at].lstrip()
            if not line or line[0] == "#":
                if line:
                    comments.append(line[1:].strip())
                self._at += 1
                continue
            start = self._at
            joined = self._joined(line, comments)
            if joined.strip():
                found.append(self._instruction(joined, start, tuple(comments)))
                comments = []
        return found

    def _read_directives(self) -> None:
        """Parser directives, which end with the first line that is none; a `#!` line before them is passed over."""
        if self._lines and self._lines[0].startswith("#!"):
            self._at = 1
        seen = set()
        while self._at < len(self._lines):
            match = _DIRECTIVE.fullmatch(self._lines[self._at].strip())
            name = match[1].lower() if match else ""
            if match is None or name not in _DIRECTIVES:
                return
            value = match[2].strip()
            if name in seen:
                self._complain(f"the parser directive `{name}` stands here a second time; keep one of them")
            elif name == "escape" and value not in {"\\", "`"}:
                self._complain(f"`{value}` cannot be the escape character; write `\\` or `` ` ``")
            else:
                self.directives.append((name, value))
                self.escape = value if name == "escape" else self.escape
            seen.add(name)
            self._at += 1

    def _complain(self, message: str) -> None:
        self.diagnostics.append(Diagnostic("unreadable-document", self._path, self._at + 1, message))

    def _joined(self, first: str, comments: list[str]) -> str:
        """A line with those that continue it; comments and blank lines between them are no part of it."""
        part, continues = self._without_continuation(first)
        parts = [part]
        self._at += 1
        while continues and self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            bare = line.lstrip()
            if not bare:
                continue
            if bare[0] == "#":
                comments.append(bare[1:].strip())
                continue
            part, continues = self._without_continuation(line)
            parts.append(part)
        return "".join(parts)

    def _without_continuation(self, line: str) -> tuple[str, bool]:
        """A line without the escape character at its end, and whether it had one that is not escaped itself."""
        bare = line.rstrip(" \t")
        if not bare.endswith(self.escape) or bare[-2:-1] == self.escape:
            return line, False
        return bare[:-1], True

    def _instruction(self, joined: str, start: int, comments: tuple[str, ...]) -> Instruction:
        made = _instruction_of(joined, self._span(start))
        heredocs = self._heredocs(made, joined)
        return replace(made, span=self._span(start), comments=comments, heredocs=heredocs)

    def _span(self, start: int) -> Span:
        first, last = self._lines[start], self._lines[self._at - 1]
        column = len(first) - len(first.lstrip()) + 1
        return Span(self._path, start + 1, column, self._at, len(last) + 1)

    def _heredocs(self, instruction: Instruction, joined: str) -> tuple[Heredoc, ...]:
        carrier = instruction.trigger or instruction
        if carrier.name not in _TAKES_HEREDOC or carrier.words is not None or "<<" not in joined:
            return ()
        opened = self._at
        found: list[Heredoc] = []
        for word in heredoc_words(joined):
            found.append(self._heredoc(word))
            if not found[-1].closed:
                message = f"the heredoc `<<{word.name}` is never closed; end it with a line that holds that name alone"
                self.diagnostics.append(Diagnostic("unreadable-document", self._path, opened, message))
                break
        return tuple(found)

    def _heredoc(self, word: HeredocWord) -> Heredoc:
        body: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            line = line.lstrip("\t") if word.chomp else line
            if line == word.name:
                return Heredoc(word.name, "\n".join(body), word.quoted, word.chomp, closed=True)
            body.append(line)
        return Heredoc(word.name, "\n".join(body), word.quoted, word.chomp, closed=False)


def _instruction_of(joined: str, span: Span) -> Instruction:
    """The instruction that a joined line holds, without its heredocs."""
    name, rest = first_word(joined.strip())
    name = name.upper()
    flags, rest = take_flags(rest)
    rest = rest.strip()
    words: tuple[str, ...] | None = None
    mixed = False
    trigger = None
    if name == "ONBUILD" and rest:
        # An ONBUILD of an ONBUILD is refused, so it is not followed: a line of them would be as deep as it is long.
        inner, after = first_word(rest)
        trigger = Instruction(inner.upper(), after, span) if inner.upper() == name else _instruction_of(rest, span)
    elif name in _TAKES_JSON:
        words, mixed = json_words(rest)
    elif name == "HEALTHCHECK":
        words, mixed = json_words(first_word(rest)[1])
    return Instruction(name, rest, span, tuple(flags), words, mixed, trigger=trigger)
