"""The tokens of an HCL expression. Quoted texts and heredocs are one token each; line ends are tokens as well."""

from __future__ import annotations

import re

from opsready.parse.hcl_scan import IDENTIFIER, STRING, heredoc_end, quoted_end
from opsready.parse.hcl_syntax import HclError
from opsready.records import dataclass

WORD, NUMBER, OPERATOR, QUOTED, HEREDOC, NEWLINE, END = (
    "word",
    "number",
    "operator",
    "quoted",
    "heredoc",
    "newline",
    "end",
)

_TOKEN = re.compile(
    rf"""(?:[ \t]++|\r(?=\n)|/\*(?:[^*]++|\*(?!/))*+\*/)*+
    (?:(?P<word>{IDENTIFIER})
    |(?P<number>\d++(?:\.\d++)?(?:[eE][+-]?\d++)?)
    |(?P<quoted>{STRING})
    |(?P<newline>(?:\#[^\n]*+|//[^\n]*+)?\n|(?:\#|//)[^\n]*+)
    |(?P<open>")
    |(?P<heredoc><<-?{IDENTIFIER}\r?\n)
    |(?P<operator>\.\.\.|=>|==|!=|<=|>=|&&|\|\||::|[-+*/%<>!?:.,=(){{}}\[\]])
    |(?P<end>\Z)
    |(?P<other>.))""",
    re.VERBOSE | re.DOTALL,
)
_INSTEAD = {
    "'": 'texts stand in `"`',
    "`": 'texts stand in `"`',
    ";": "an argument ends with its line",
    "&": "`and` is `&&`",
    "|": "`or` is `||`",
    "^": "there is no such operator",
    "~": "it only stands at the edge of `${ }` and `%{ }`",
    "\r": "lines end with a line feed",
}


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """Kinds, texts and offsets of tokens, in three lists of one length; the last one is the end."""

    kinds: list[str]
    texts: list[str]
    starts: list[int]


def tokens(text: str, start: int, end: int) -> Tokens:
    """The tokens between two offsets."""
    kinds: list[str] = []
    texts: list[str] = []
    starts: list[int] = []
    at = start
    match = _TOKEN.match
    while True:
        found = match(text, at, end)
        kind = found.lastgroup if found else END
        if found is None or kind is None:
            at, kind, written = end, END, ""
        else:
            written = found[kind]
            at = found.start(kind)
            if kind == "open":
                kind, written = QUOTED, text[at : quoted_end(text, at)]
            elif kind == HEREDOC:
                written = text[at : heredoc_end(text, at)]
            elif kind == "other":
                raise _strange(written, at)
            elif kind == WORD and not written.isascii():
                check_word(written, at)
        kinds.append(kind)
        texts.append(written)
        starts.append(at)
        if kind == END:
            return Tokens(kinds, texts, starts)
        at += len(written)


def check_word(word: str, at: int) -> None:
    """Refuse letters that Unicode does not count among those of names."""
    if not word.replace("-", "_").isidentifier():
        message = f"`{word}` is no name; names are of letters, digits, `_` and `-`"
        raise HclError(message, at)


def _strange(character: str, at: int) -> HclError:
    why = _INSTEAD.get(character, "it belongs to no expression")
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return HclError(f"`{shown}` cannot stand here: {why}", at)
