"""`[tool.opsready]` of a `pyproject.toml` as a tree with lines, which the standard library's reader does not tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.parse.syntax import COLUMN_BITS, Map, Seq

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART = r"(?:\"[^\"\n]*\"|'[^'\n]*'|[\w-]+)"
_KEY = re.compile(rf"[ \t]*({_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*=")
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*\]")
_ONE_PART = re.compile(_PART)
_Path = tuple[str | int, ...]
_TABLE: _Path = ("tool", "opsready")


def tree_of_table(table: Mapping[str, object], text: str) -> Map:
    """The table as the same sort of tree as a YAML file's; what stands within a line is at the start of its key."""
    return _map(table, _TABLE, _lines(text))


def _map(table: Mapping[str, object], path: _Path, lines: Mapping[_Path, int]) -> Map:
    built = Map(_at(path, lines))
    for key, value in table.items():
        here = (*path, key)
        at = _at(here, lines)
        built[key] = _converted(value, here, lines)
        built.pos[key] = (at, at, at)
    return built


def _converted(value: object, path: _Path, lines: Mapping[_Path, int]) -> object:
    if isinstance(value, dict):
        return _map(value, path, lines)
    if isinstance(value, list):
        items = Seq(_at(path, lines))
        for index, item in enumerate(value):
            here = (*path, index)
            items.append(_converted(item, here, lines))
            items.pos.append((_at(here, lines), _at(here, lines)))
        return items
    # A date of TOML's own becomes the text that the same date is in YAML.
    return value.isoformat() if hasattr(value, "isoformat") else value


def _at(path: _Path, lines: Mapping[_Path, int]) -> int:
    """The packed position of a value: the start of its line, else of what it is in."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0) << COLUMN_BITS


def _lines(text: str) -> dict[_Path, int]:
    """The 0-based line of every key and table that is written at the beginning of a line."""
    found: dict[_Path, int] = {}
    counts: dict[_Path, int] = {}
    table: _Path = ()
    for number, line in enumerate(text.split("\n")):
        header = _HEADER.match(line)
        if header is not None:
            table = _within(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[table] = index = counts.get(table, -1) + 1
                found.setdefault(table, number)
                table = (*table, index)
            found.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key is not None:
            found.setdefault((*table, *_parts(key[1])), number)
    return found


def _within(parts: _Path, counts: Mapping[_Path, int]) -> _Path:
    """The path of a table, the last item of every list of tables on the way put in; its own list is left open."""
    path: _Path = ()
    for part in parts:
        if path in counts:
            path = (*path, counts[path])
        path = (*path, part)
    return path


def _parts(dotted: str) -> _Path:
    return tuple(part.strip("\"'") for part in _ONE_PART.findall(dotted))
