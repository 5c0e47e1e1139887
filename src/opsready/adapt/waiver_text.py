"""One more waiver in the text of `.opsready/waivers.yaml`; every other line, comments too, stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model.decisions import WAIVERS_FILE
from opsready.parse.scalars import plain_value
from opsready.parse.syntax import COLUMN_BITS, Map, Seq
from opsready.parse.yaml import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

NEW_FILE = """\
# Faults that two people accepted for a while; `opsready schema waivers` explains the keys.
waivers:
"""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DASH = re.compile(r"[ ]*-(?=\s)")
_EMPTY = re.compile(r"(?P<key>waivers[ \t]*:)[ \t]*(?:\[[ \t]*\]|~|null)?(?P<rest>[ \t]*(?:#.*)?)")


def with_waiver(text: str, entry: Mapping[str, str]) -> str | None:
    """The text of a file with one more waiver at the end of its list; None where it is not written as a list of lines.

    The result is read again: it holds what was there before and the new entry, and nothing else.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    before = _waivers(text) if text.strip() else []
    if before is None:
        return None
    lines = text.splitlines() if text.strip() else NEW_FILE.splitlines()
    made = _appended(lines, entry)
    if made is None:
        return None
    written = ending.join(made) + ending
    return written if _waivers(written) == [*before, dict(entry)] else None


def _waivers(text: str) -> list[object] | None:
    """The entries of a file; None where it is no mapping with a list of them."""
    parsed = parse_yaml(text, WAIVERS_FILE)
    if parsed.diagnostics or len(parsed.documents) > 1:
        return None
    root = parsed.documents[0].root if parsed.documents else Map()
    items = root.get("waivers") if isinstance(root, Map) else 0
    if items is None:
        return []
    return list(items) if isinstance(items, Seq) else None


def _appended(lines: list[str], entry: Mapping[str, str]) -> list[str] | None:
    parsed = parse_yaml("\n".join(lines) + "\n", WAIVERS_FILE)
    root = parsed.documents[0].root if parsed.documents else None
    if not isinstance(root, Map) or "waivers" not in root:
        return [*lines, "waivers:", *_entry(entry, "  ")]
    items = root["waivers"]
    key = root.pos["waivers"][0] >> COLUMN_BITS
    if not isinstance(items, Seq) or not items:
        found = _EMPTY.fullmatch(lines[key])
        if found is None:
            return None
        return [*lines[:key], found["key"] + found["rest"], *_entry(entry, "  "), *lines[key + 1 :]]
    dash = _DASH.match(lines[items.pos[-1][0] >> COLUMN_BITS])
    if dash is None:
        return None  # `waivers: [{...}]`
    after = _end(root, key, len(lines))
    while after > 0 and not lines[after - 1].strip():
        after -= 1
    return [*lines[:after], *_entry(entry, dash[0][:-1]), *lines[after:]]


def _end(root: Map, key: int, last: int) -> int:
    """The first line after the list: that of the next key, or the end of the file."""
    below = [start >> COLUMN_BITS for start, _, _ in root.pos.values() if start >> COLUMN_BITS > key]
    return min(below, default=last)


def _entry(entry: Mapping[str, str], indentation: str) -> list[str]:
    pairs = [f"{key}: {quoted(value)}" for key, value in entry.items()]
    return [f"{indentation}{'  ' if number else '- '}{pair}" for number, pair in enumerate(pairs)]


def quoted(text: str) -> str:
    """A text as YAML, in quotes unless it is a plain word."""
    if _PLAIN.fullmatch(text) and isinstance(plain_value(text), str):
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
