"""Finding where an HCL expression ends without understanding it: brackets, strings, heredocs and comments are skipped.

One expression does for nearly every text between two brackets; what is nested is followed with a stack of our own, so
that no depth of nesting can exhaust Python's.
"""

from __future__ import annotations

import re

from opsready.parse.hcl_syntax import MAX_NESTING, HclError

IDENTIFIER = r"[^\W\d][\w-]*+"
COMMENT = r"\#[^\n]*+|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/"
_ESCAPE = r'\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})'
# A run of `$` before `{` begins a part to fill in where it is one alone, and stands for itself where there are more.
_PLAIN = rf'[^"\\$%\n\r]++|{_ESCAPE}|\$\$++\{{|%%++\{{|\$++(?!\{{)|%++(?!\{{)'
# What is filled in is mostly a traversal or a simple call; other parts are followed by hand.
_FILLED = r'[$%]\{(?:[^"{}\n\r#/<]++|"[^"\\$%\n\r]*+")*+\}'
STRING = rf'"(?:{_PLAIN}|{_FILLED})*+"'

_RUN = re.compile(rf'(?:[^"#/\n()\[\]{{}}<]++|{STRING})*+')
_RUN_INSIDE = re.compile(rf'(?:[^"#/()\[\]{{}}<]++|{STRING})*+')
_QUOTED_RUN = re.compile(rf"(?:{_PLAIN})*+")
_HEREDOC = re.compile(rf"<<-?({IDENTIFIER})\r?\n")
# In a heredoc: an escape, the beginning of a part to fill in, or a line that may be its end.
_HEREDOC_STOP = re.compile(
    rf"\$\$++\{{|%%++\{{|(?P<fill>[$%]\{{)|^[^\S\n]*+(?P<marker>{IDENTIFIER})[^\S\n]*+(?=\n)", re.MULTILINE
)
_CLOSES = {")": "(", "]": "[", "}": "{"}
_CLOSED_BY = {"(": ")", "[": "]", "{": "}", "$": "}"}
_TOO_DEEP = f"it is nested more than {MAX_NESTING} levels deep; divide it"
_QUOTED = '"'
_FILL = "$"


def expression_end(text: str, start: int) -> int:
    """Where the expression ends that begins at an offset of a body: at its line's end, a comment, or a lone `}`."""
    return _Scan(text, start).run()


def filled_end(text: str, start: int) -> int:
    """Where a part to fill in ends: behind its `}`, for an offset behind its `${`."""
    return _Scan(text, start, _FILL).run()


def quoted_end(text: str, start: int) -> int:
    """Where a quoted text ends, behind its second quote, for the offset of the first one."""
    return _Scan(text, start + 1, _QUOTED).run()


def heredoc_end(text: str, start: int) -> int | None:
    """Where a heredoc ends, behind its marker, for the offset of its `<<`; None where it is none."""
    opening = _HEREDOC.match(text, start)
    return _Scan(text, opening.end(), "<" + opening[1], start).run() if opening else None


class _Scan:
    """One walk; `open` holds what is open around the offset, each `(`, `[`, `{`, `"`, `$` or `<MARKER`."""

    __slots__ = ("at", "nested", "open", "opened", "text")

    def __init__(self, text: str, start: int, inside: str = "", opened: int = -1) -> None:
        self.text = text
        self.at = start
        self.open: list[str] = [inside] if inside else []
        self.opened: list[int] = [opened if opened >= 0 else start - 1] if inside else []
        self.nested = bool(inside)

    def run(self) -> int:
        while True:
            if not self.open:
                if self.nested or self.outside():
                    return self.at
            elif self.open[-1] == _QUOTED:
                self.quoted()
            elif self.open[-1][0] == "<":
                self.heredoc()
            else:
                self.inside()

    def push(self, what: str, width: int) -> None:
        if len(self.open) >= MAX_NESTING:
            raise HclError(_TOO_DEEP, self.at)
        self.open.append(what)
        self.opened.append(self.at)
        self.at += width

    def pop(self, width: int) -> None:
        self.open.pop()
        self.opened.pop()
        self.at += width

    def outside(self) -> bool:
        """One step outside of all brackets; true where the expression ends."""
        text = self.text
        self.at = _past(_RUN, text, self.at)
        character = text[self.at : self.at + 1]
        if character in {"", "\n", "}", "#"}:
            return True
        if character in {")", "]"}:
            message = f"`{character}` closes nothing; remove it, or open it before"
            raise HclError(message, self.at)
        if character == "/" and text.startswith("//", self.at):
            return True
        self.enter(character)
        return False

    def inside(self) -> None:
        """One step inside of brackets or of a part to fill in."""
        text = self.text
        self.at = _past(_RUN_INSIDE, text, self.at)
        character = text[self.at : self.at + 1]
        opening = self.open[-1]
        if not character:
            shown = "${" if opening == _FILL else opening
            message = f"`{shown}` is never closed; add the missing `{_CLOSED_BY[opening]}`"
            raise HclError(message, self.opened[-1])
        if character in ")]}":
            if opening != _CLOSES[character] and not (character == "}" and opening == _FILL):
                message = f"`{character}` stands where `{_CLOSED_BY[opening]}` belongs"
                raise HclError(message, self.at)
            self.pop(1)
        elif character == "#" or text.startswith("//", self.at):
            line_end = text.find("\n", self.at)
            self.at = len(text) if line_end < 0 else line_end
        else:
            self.enter(character)

    def enter(self, character: str) -> None:
        """Go into what a character opens, or behind it where it opens nothing."""
        text = self.text
        if character == _QUOTED or character in "([{":
            self.push(character, 1)
        elif character == "/" and text.startswith("/*", self.at):
            end = text.find("*/", self.at + 2)
            if end < 0:
                message = "the comment is never closed; add the missing `*/`"
                raise HclError(message, self.at)
            self.at = end + 2
        elif character == "<" and (opening := _HEREDOC.match(text, self.at)):
            self.push("<" + opening[1], opening.end() - self.at)
        else:
            self.at += 1

    def quoted(self) -> None:
        text = self.text
        self.at = _past(_QUOTED_RUN, text, self.at)
        character = text[self.at : self.at + 1]
        if character == _QUOTED:
            self.pop(1)
        elif character in {"$", "%"}:
            self.push(_FILL, 2)
        elif character == "\\":
            message = f"`{_escape_at(text, self.at)}` is no escape; write `\\\\` for a backslash"
            raise HclError(message, self.at)
        else:
            message = 'the text is not closed on its line; add the missing `"`, or use a heredoc for several lines'
            raise HclError(message, self.opened[-1])

    def heredoc(self) -> None:
        marker = self.open[-1][1:]
        while found := _HEREDOC_STOP.search(self.text, self.at):
            self.at = found.end()
            if found["fill"]:
                self.at -= 2
                self.push(_FILL, 2)
                return
            if found["marker"] == marker:
                self.at = found.end("marker")
                self.pop(0)
                return
        message = f"the heredoc is never closed; end it with `{marker}` on a line of its own, and end that line"
        raise HclError(message, self.opened[-1])


def _past(run: re.Pattern[str], text: str, at: int) -> int:
    found = run.match(text, at)
    return found.end() if found else at


def _escape_at(text: str, at: int) -> str:
    width = {"u": 6, "U": 10}.get(text[at + 1 : at + 2], 2)
    return text[at : at + width].partition('"')[0].partition("\n")[0]
