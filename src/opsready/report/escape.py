"""Text from the repository, made safe to show: nothing in it may move a cursor, reorder or hide what is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.patterns import pattern

if TYPE_CHECKING:
    import re

_HAZARDS = pattern(
    "["
    "\x00-\x1f\x7f-\x9f"  # terminal control: C0, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, overrides and isolates
    "\u00ad\u034f\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff"  # zero width
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufff9-\ufffb"  # letters and annotations that draw nothing
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff"  # lone surrogates: a file name that is not UTF-8 cannot be encoded otherwise
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # tags and other invisible planes
    "]"
)
# What the logs of GitHub Actions, Azure Pipelines and TeamCity take as an order: `::error::` where a line begins, and
# text that is wrapped may begin one with any word; `##[error]`, `##vso[` and `##teamcity[` anywhere.
COMMANDS = pattern(r"(?:(?<!\S):(?=:[A-Za-z])|#(?=#\w*\[))")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def spelled(character: str) -> str:
    r"""A character by its number: `\u202e`."""
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _spelled(match: re.Match[str]) -> str:
    return spelled(match.group())


def on_one_line(text: str) -> str:
    r"""A message, a name or a path as it may stand in a line of a report: `\u202e` is spelled out, so is a newline."""
    if "::" in text or "##" in text:
        text = COMMANDS.sub(_spelled, text)
    if text.isascii() and text.isprintable():
        return text
    return _HAZARDS.sub(_spelled, text)


def in_json(encoded: str) -> str:
    """JSON text in which what hides, reorders or commands is spelled as JSON's own escapes: the data stay the same."""
    if "##" in encoded:
        encoded = COMMANDS.sub(_spelled, encoded)
    if encoded.isascii() and encoded.isprintable():
        return encoded
    import json

    return _HAZARDS.sub(lambda match: json.dumps(match.group())[1:-1], encoded)
