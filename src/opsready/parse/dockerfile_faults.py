"""What a builder would refuse in a Dockerfile, with the remedy."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from opsready.model.verdict import Diagnostic
from opsready.parse.dockerfile_words import blank_separated, declared_arguments, first_word, key_values
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.parse.dockerfile import Dockerfile, Instruction

_INSTRUCTIONS = (
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
)  # fmt: skip
_KNOWN = frozenset(_INSTRUCTIONS)
_MAY_BE_BARE = frozenset({"CMD", "ENTRYPOINT"})
_NO_TRIGGER = frozenset({"ONBUILD", "FROM", "MAINTAINER"})
_MOST = 20  # a file with more faults than this is no Dockerfile
_SHOWN = 40  # characters of a word: a line may have millions
_NAMED = 3  # words of `FROM image AS name`


def faults(read: Dockerfile) -> tuple[Diagnostic, ...]:
    """All faults of a file by line; of very many, the first ones and how many there are."""
    found = sorted((*read.diagnostics, *islice(_faults(read), _MOST + 1)), key=lambda item: item.line)
    if len(found) <= _MOST:
        return tuple(found)
    message = f"has more than {_MOST} faults, and the others are not named; is it a Dockerfile at all?"
    return (*found[:_MOST], Diagnostic("unreadable-document", read.path, found[_MOST].line, message))


def _faults(read: Dockerfile) -> Iterator[Diagnostic]:
    if not read.instructions:
        yield _diagnostic(read, 1, "holds no instruction; begin it with `FROM`, or delete it")
        return
    started = False
    for instruction in read.instructions:
        name, line = instruction.name, instruction.span.line
        if name == "FROM":
            started = True
        problem = _problem(instruction, read.escape)
        if not problem and not started and name not in {"FROM", "ARG"}:
            problem = f"`{name}` stands before the first `FROM`; only `ARG` may"
            started = True
        if problem:
            yield _diagnostic(read, line, problem)
    if not any(instruction.name == "FROM" for instruction in read.instructions):
        yield _diagnostic(read, 1, "has no `FROM`, so it builds nothing; add one")


def _diagnostic(read: Dockerfile, line: int, message: str) -> Diagnostic:
    return Diagnostic("unreadable-document", read.path, line, message)


def _problem(instruction: Instruction, escape: str) -> str:
    """What is wrong with an instruction; empty where nothing is."""
    name = instruction.name
    if name not in _KNOWN:
        return _unknown(name)
    if not instruction.arguments:
        return "" if name in _MAY_BE_BARE else f"`{name}` has no argument; give it one, or delete the line"
    if instruction.mixed:
        return f"the JSON array of `{name}` holds more than strings; put each item into double quotes"
    match name:
        case "FROM":
            return _of_from(instruction.arguments)
        case "ENV" | "LABEL":
            wrong = key_values(instruction.arguments, escape)[1]
            return f"`{_short(wrong)}` of `{name}` has no value; write `NAME=value`" if wrong else ""
        case "ARG":
            blank = any(not item.name for item in declared_arguments(instruction.arguments, escape))
            return "`ARG` declares a name that is empty; write `NAME` or `NAME=default`" if blank else ""
        case "HEALTHCHECK":
            return _of_health_check(instruction.arguments)
        case "SHELL" if instruction.words is None:
            return '`SHELL` takes a JSON array only; write `SHELL ["/bin/sh", "-c"]`'
        case "ONBUILD" if instruction.trigger is not None:
            inner = instruction.trigger
            if inner.name in _NO_TRIGGER:
                return f"`{inner.name}` cannot be a trigger of `ONBUILD`; write it without"
            return _problem(inner, escape)
        case _:
            return ""


def _unknown(name: str) -> str:
    near = closest(name, _INSTRUCTIONS) if len(name) <= _SHOWN else ""
    remedy = f"did you mean `{near}`?" if near else "correct it, or join the line to the one before"
    return f"`{_short(name)}` is no instruction of a Dockerfile; {remedy}"


def _short(text: str) -> str:
    """A word as it is shown: a line of ten megabytes is not."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _of_from(arguments: str) -> str:
    words = blank_separated(arguments)
    if len(words) == 1 or (len(words) == _NAMED and words[1].upper() == "AS"):
        return ""
    return "`FROM` takes an image, or `image AS name`; write it so"


def _of_health_check(arguments: str) -> str:
    kind, rest = first_word(arguments)
    if kind.upper() == "NONE":
        return "`HEALTHCHECK NONE` takes no arguments; delete them" if rest else ""
    if kind.upper() != "CMD":
        return f"`HEALTHCHECK {_short(kind)}` is neither `CMD` nor `NONE`; write `HEALTHCHECK CMD` and the command"
    return "" if rest else "`HEALTHCHECK CMD` has no command; add one, or write `HEALTHCHECK NONE`"
