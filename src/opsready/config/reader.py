"""Takes typed values out of a syntax tree; whatever is not as it must be ends the run with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.errors import ConfigurationError
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from opsready.model.source import Span
    from opsready.parse.syntax import Map, Seq

_LONGEST = 60  # characters of what somebody wrote
_QUOTES = "write a text; one that looks like a number or a boolean needs quotes"


class Reader:
    """Reads one file's tree."""

    def __init__(self, file: str) -> None:
        """Take the path that complaints name."""
        self.file = file

    def span(self, at: int) -> Span:
        """A packed position as a place of the file."""
        from opsready.parse.syntax import span

        return span(self.file, at, at)

    def mistake(self, at: int, message: str, remedy: str) -> ConfigurationError:
        """The complaint about what stands at a packed position."""
        place = self.span(at)
        return ConfigurationError(f"{place.file}:{place.line}:{place.column}: {message}", help=remedy)

    def check_keys(self, mapping: Map, known: Collection[str], what: str) -> None:
        """Refuse a key that is not known, and suggest the one that was meant."""
        for key in mapping:
            if key not in known:
                raise self.mistake(
                    mapping.pos[key][0],
                    f"unknown key `{shown(key)}` of the {what}{did_you_mean(key, known)}",
                    f"the keys are {list_of(known)}",
                )

    def mapping(self, parent: Map, key: str, what: str, example: str) -> Map:
        """A mapping, an empty one where it is not written."""
        from opsready.parse.syntax import Map

        value = parent.get(key)
        if value is None:
            return Map()
        if not isinstance(value, Map):
            message = f"`{key}` must map {what}, not be {kind(value)}"
            raise self.mistake(parent.pos[key][1], message, f"write `{example}`")
        return value

    def sequence(self, parent: Map, key: str, what: str) -> Seq | None:
        """A list, None where it is not written."""
        from opsready.parse.syntax import Seq

        value = parent.get(key)
        if value is None:
            return None
        if not isinstance(value, Seq):
            message = f"`{shown(key)}` must be a list of {what}, not {kind(value)}"
            raise self.mistake(parent.pos[key][1], message, f"write `{shown(key)}: [...]`")
        return value

    def mappings(self, parent: Map, key: str, what: str, one: str, remedy: str) -> Iterator[tuple[Map, int]]:
        """Each mapping of a list, with the packed position where it begins."""
        from opsready.parse.syntax import Map

        items = self.sequence(parent, key, what)
        for item, (start, _) in zip(items, items.pos, strict=True) if items is not None else ():
            if not isinstance(item, Map):
                raise self.mistake(start, f"{one} is a mapping, not {kind(item)}", remedy)
            yield item, start

    def texts(self, parent: Map, key: str, what: str) -> tuple[str, ...]:
        """The texts of a list; empty where it is not written."""
        items = self.sequence(parent, key, what)
        if items is None:
            return ()
        texts = []
        for item, (start, _) in zip(items, items.pos, strict=True):
            if not isinstance(item, str) or not item.strip():
                raise self.mistake(start, f"`{shown(key)}` must hold {what}, not {kind(item)}", _QUOTES)
            texts.append(item)
        return tuple(texts)

    def patterns(self, parent: Map, key: str) -> tuple[str, ...]:
        """Patterns of paths, as in a `.gitignore`."""
        if parent.get(key) is None:
            return ()
        from pathspec import GitIgnoreSpec

        found = self.texts(parent, key, "patterns of paths")
        for index, pattern in enumerate(found):
            try:
                GitIgnoreSpec.from_lines((pattern,))
            except ValueError as error:
                items = self.sequence(parent, key, "")
                at = items.pos[index][0] if items is not None else parent.pos[key][1]
                message = f"`{shown(key)}` holds `{shown(pattern)}`, which is no pattern"
                raise self.mistake(at, message, "write patterns as in a .gitignore file") from error
        return found

    def text(self, parent: Map, key: str) -> str:
        """A text; empty where it is not written."""
        value = parent.get(key)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            raise self.mistake(parent.pos[key][1], f"`{key}` must be a text, not {kind(value)}", _QUOTES)
        return value

    def choice(self, parent: Map, key: str, choices: Collection[str], what: str) -> str:
        """One of a few words; empty where it is not written."""
        value = parent.get(key)
        if value is None:
            return ""
        if not isinstance(value, str) or value not in choices:
            hint = did_you_mean(value, choices) if isinstance(value, str) else ""
            message = f"`{shown(key)}` is {kind(value)}, which is no {what}{hint}"
            raise self.mistake(parent.pos[key][1], message, f"use {list_of(choices, 'or')}")
        return value

    def percentage(self, parent: Map, key: str, what: str) -> float:
        """A number from 0 to 100."""
        value = parent[key]
        # A comparison that nothing but a number in range passes: not a NaN either.
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
            message = f"`{shown(key)}` is {kind(value)}, which is no {what}"
            raise self.mistake(parent.pos[key][1], message, "use a number from 0 to 100")
        return value

    def day(self, item: Map, key: str) -> date:
        """A day."""
        from opsready.adapt.durations import calendar_date

        found = calendar_date(item[key])
        if found is not None:
            return found
        raise self.no_date(item, key)

    def no_date(self, item: Map, key: str) -> ConfigurationError:
        """The complaint about what should be a day."""
        value = item[key]
        written = f"`{shown(value)}`" if isinstance(value, str | int | float) else kind(value)
        return self.mistake(item.pos[key][1], f"`{key}` is {written}, which is no date", "write it as YYYY-MM-DD")


def kind(value: object) -> str:
    """What a value is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the boolean `{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"the number `{shown(value)}`"
    if isinstance(value, str):
        return f"the text `{shown(value)}`" if value.strip() else "an empty text"
    return "a mapping" if isinstance(value, dict) else "a list"


def shown(value: object) -> str:
    """A value as far as a line has room for it."""
    try:
        text = str(value)
    except ValueError:  # Python prints no number of more than a few thousand digits
        return "..."
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def list_of(words: Iterable[str], last_word: str = "and") -> str:
    """Words in backticks, as a sentence lists them."""
    *rest, last = [f"`{word}`" for word in words]
    return f"{', '.join(rest)} {last_word} {last}" if rest else last


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The word that was probably meant, as the end of a sentence; empty where none is close."""
    close = closest(word, known) if len(word) <= _LONGEST else ""
    return f"; did you mean `{close}`?" if close else ""
