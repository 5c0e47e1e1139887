"""The words of a Dockerfile's instructions: flags, exec forms, names of heredocs, and names with values."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Plain text, a quoted text, an escaped character: what a word is made of. Each alternative begins differently.
_UNIT = {
    escape: re.compile(
        rf"[^\s'\"{re.escape(escape)}]++|'[^']*+'?"
        rf"|\"[^\"{re.escape(escape)}]*+(?:{re.escape(escape)}.[^\"{re.escape(escape)}]*+)*+\"?"
        rf"|{re.escape(escape)}.?",
        re.DOTALL,
    )
    for escape in ("\\", "`")
}
_SPACE = re.compile(r"\s+")
_BLANK = re.compile(r"[\t\v\f\r ]+")
_HEREDOC = re.compile(r"(\d*)<<(-?)([^<]+)")
_QUOTING = re.compile(r"['\"\\]")


class HeredocWord(NamedTuple):
    """What a word such as `<<-"EOF"` announces."""

    name: str
    quoted: bool
    chomp: bool


class KeyValue(NamedTuple):
    """A name with its value as written, quotes and variables included; None where no value is written."""

    name: str
    value: str | None


def first_word(text: str) -> tuple[str, str]:
    """The first word of arguments, and what follows the blanks after it."""
    found = _BLANK.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def blank_separated(text: str) -> list[str]:
    """Arguments that only blanks separate, quotes meaning nothing: those of FROM and EXPOSE."""
    return [word for word in _BLANK.split(text) if word]


def split_words(text: str, escape: str = "\\") -> list[str]:
    """Words as written, with their quotes; blanks inside quotes and after an escape character separate nothing."""
    words: list[str] = []
    at = _after_blanks(text, 0)
    while at < len(text):
        end = _word_end(text, at, escape)
        words.append(text[at:end])
        at = _after_blanks(text, end)
    return words


def take_flags(text: str) -> tuple[list[tuple[str, str]], str]:
    """The flags `--name=value` that stand before all else, and the rest; a `--` alone ends them."""
    flags: list[tuple[str, str]] = []
    at = _after_blanks(text, 0)
    while text.startswith("--", at):
        start, at = at, _word_end(text, at, "\\")
        word = text[start:at]
        at = _after_blanks(text, at)
        if word == "--":
            break
        name, _, value = unquoted(word)[2:].partition("=")
        flags.append((name.lower(), value))
    return flags, text[at:]


def _after_blanks(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _word_end(text: str, at: int, escape: str) -> int:
    unit = _UNIT[escape]
    while at < len(text) and (found := unit.match(text, at)):
        at = found.end()
    return at


def unquoted(word: str, escape: str = "\\") -> str:
    """A word without its quotes and escape characters; variables stay as they are written."""
    if "'" not in word and '"' not in word and escape not in word:
        return word
    parts: list[str] = []
    for found in _UNIT[escape].finditer(word):
        part = found[0]
        if part[0] == "'":
            parts.append(part[1:].removesuffix("'"))
        elif part[0] == '"':
            inner = part[1:-1] if len(part) > 1 and part[-1] == '"' else part[1:]
            parts.append(_unescaped(inner, escape))
        elif part[0] == escape:
            parts.append(part[1:])
        else:
            parts.append(part)
    return "".join(parts)


def _unescaped(text: str, escape: str) -> str:
    """The inside of double quotes: only quotes, `$` and the escape character itself can be escaped there."""
    return re.sub(rf"{re.escape(escape)}([\"${re.escape(escape)}])", r"\1", text) if escape in text else text


def json_words(text: str) -> tuple[tuple[str, ...] | None, bool]:
    """The strings of a JSON array, None where the text is none; and whether it is an array of more than strings."""
    text = text.strip()
    if not text.startswith("["):
        return None, False
    try:
        # A number is never looked at, so it is kept as it is: Python limits the digits of an integer.
        read = json.loads(text, parse_constant=_no_constant, parse_int=float)
    except (ValueError, RecursionError):
        return None, False
    if all(isinstance(item, str) for item in read):
        return tuple(read), False
    return None, True


def _no_constant(name: str) -> object:
    """`NaN` and `Infinity`, which Python reads, are no JSON."""
    raise ValueError(name)


def heredoc_words(line: str) -> Iterator[HeredocWord]:
    """The heredocs that an instruction announces, in their order; none where its quotes do not match."""
    words = split_words(line)
    if any(map(_open_ended, words)):
        return
    for word in words:
        found = _HEREDOC.fullmatch(word)
        if found:
            name = unquoted(found[3])
            if name and not _SPACE.search(name):
                yield HeredocWord(name, _QUOTING.search(found[3]) is not None, found[2] == "-")


def _open_ended(word: str) -> bool:
    """Whether a quote in a word is never closed."""
    return any(
        part[0] in "'\"" and (len(part) == 1 or part[-1] != part[0] or _ends_escaped(part))
        for part in (found[0] for found in _UNIT["\\"].finditer(word))
    )


def _ends_escaped(part: str) -> bool:
    """Whether the quote at the end of a text in double quotes is an escaped one."""
    inner = part[1:-1]
    return part[0] == '"' and (len(inner) - len(inner.rstrip("\\"))) % 2 == 1


def key_values(text: str, escape: str) -> tuple[list[KeyValue], str]:
    """Names and values of ENV and LABEL, and the first word that is neither (empty: there is none).

    `ENV NAME all the rest`, the older form, has one value and no `=`.
    """
    words = split_words(text, escape)
    if words and "=" not in words[0]:
        rest = text.strip()[len(words[0]) :].strip()
        return ([KeyValue(words[0], rest)], "") if rest else ([], words[0])
    found = [KeyValue(unquoted(name, escape), value) for name, equals, value in map(_pair, words) if equals]
    return found, next((word for word in words if "=" not in word), "")


def declared_arguments(text: str, escape: str) -> list[KeyValue]:
    """What ARG declares, with defaults where it gives them."""
    return [
        KeyValue(unquoted(name, escape), value if equals else None)
        for name, equals, value in map(_pair, split_words(text, escape))
    ]


def _pair(word: str) -> tuple[str, str, str]:
    return word.partition("=")
