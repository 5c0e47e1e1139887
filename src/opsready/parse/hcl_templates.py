"""Templates: quoted texts and heredocs, what is filled in (`${ }`), directives (`%{ }`) and strip markers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.parse.hcl_scan import filled_end
from opsready.parse.hcl_syntax import HclError, Literal, Template, TemplateFor, TemplateIf
from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.parse.hcl_expressions import Parser
    from opsready.parse.hcl_syntax import Expression

# What is filled in, and whether it is plain enough to see where it ends.
_FILL = r'(?P<fill>[$%]\{)(?P<plainly>[^"{}\n\r#/<]*+\})?'
_QUOTED_PARTS = re.compile(r"(?P<plain>(?:[^\\$%]++|\$\$++\{|%%++\{|\$++(?!\{)|%++(?!\{)|\\.)++)|" + _FILL)
_LINE_PARTS = re.compile(r"(?P<plain>(?:[^$%\n]++|\$\$++\{|%%++\{|\$++(?!\{)|%++(?!\{))*+\n?)(?:" + _FILL + ")?")
_PAGE_PARTS = re.compile(r"(?P<plain>(?:[^$%]++|\$\$++\{|%%++\{|\$++(?!\{)|%++(?!\{))*+)(?:" + _FILL + ")?")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])(?=\4\{)")
_DOUBLED = re.compile(r"([$%])(?=\1\{)")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_HEREDOC_HEAD = re.compile(r"<<(-?)[^\n]*\n")
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_KEYWORDS = ("if", "else", "endif", "for", "endfor")


@dataclass(slots=True, eq=False)
class _Part:
    """A piece of a template: a text, an expression, or a directive's words."""

    at: int
    text: str = ""
    filled: Expression | None = None
    keyword: str = ""
    key: str = ""
    value: str = ""


def parse_quoted(text: str, start: int, end: int, depth: int) -> Expression:
    """The quoted text between two offsets, its quotes included."""
    parts = _parts(text, start + 1, end - 1, depth, _QUOTED_PARTS)
    if len(parts) == 1 and parts[0].filled is not None and not parts[0].keyword:
        return parts[0].filled  # `"${x}"` is x, of whatever type
    return _assembled(parts, start)


def parse_heredoc(text: str, start: int, end: int, depth: int) -> Expression:
    """The heredoc between two offsets, from its `<<` to its end marker."""
    head = _HEREDOC_HEAD.match(text, start)
    if head is None:
        message = "the heredoc has no first line"
        raise HclError(message, start)
    begin, end = head.end(), text.rfind("\n", start, end) + 1
    by_line = bool(head[1]) or "~}" in text[begin:end]
    parts = _parts(text, begin, end, depth, _LINE_PARTS if by_line else _PAGE_PARTS)
    if head[1]:
        _outdent(parts)
    return _assembled(parts, start)


def parse_template(text: str, depth: int = 0) -> Expression:
    """A whole text as a template, as JSON has them."""
    if "${" not in text and "%{" not in text:
        return Literal(text, 0)
    return _whole(_parts(text, 0, len(text), depth, _PAGE_PARTS))


def _whole(parts: list[_Part]) -> Expression:
    if len(parts) == 1 and parts[0].filled is not None and not parts[0].keyword:
        return parts[0].filled
    return _assembled(parts, 0)


def _parts(text: str, start: int, end: int, depth: int, pattern: re.Pattern[str]) -> list[_Part]:
    """The pieces of a template in a row, white space beside strip markers taken away; a heredoc's by line."""
    parts: list[_Part] = []
    at, strip = start, False
    while at < end:
        found = pattern.match(text, at, end)
        if found is None or found.end() == at:
            break
        if plain := found["plain"]:
            plain = _unescaped(plain, at) if pattern is _QUOTED_PARTS else _undoubled(plain)
            parts.append(_Part(at, plain.lstrip() if strip else plain))
            strip = False
        at = found.end()
        if found["fill"]:
            stop = at if found["plainly"] else filled_end(text, at)
            at = found.end("fill")
            part, before, strip_after = _filled(text, at, stop - 1, depth, directive=found["fill"] == "%{")
            if before and parts and not parts[-1].keyword and parts[-1].filled is None:
                parts[-1].text = parts[-1].text.rstrip()
            parts.append(part)
            at, strip = stop, strip_after
    return parts


def _undoubled(text: str) -> str:
    return _DOUBLED.sub("", text) if "$${" in text or "%%{" in text else text


def _unescaped(text: str, at: int) -> str:
    if "\\" not in text and "{" not in text:
        return text

    def meant(found: re.Match[str]) -> str:
        digits = found[1] or found[2]
        if digits:
            code = int(digits, 16)
            if code > _LAST_CODE_POINT or code in _SURROGATES:
                message = f"`{found[0]}` is no character"
                raise HclError(message, at + found.start())
            return chr(code)
        return _LETTERS.get(found[3], found[3]) if found[3] else ""

    return _ESCAPED.sub(meant, text)


def _filled(text: str, start: int, end: int, depth: int, *, directive: bool) -> tuple[_Part, bool, bool]:
    """What stands in `${ }` or `%{ }`, and whether white space before and behind it goes."""
    from opsready.parse.hcl_expressions import Parser, simple_expression

    if not directive and (simple := simple_expression(text, start, end)) is not None:
        return _Part(start, filled=simple), False, False
    before = text.startswith("~", start)
    behind = end > start and text[end - 1] == "~" and (end - 1 > start or not before)
    parser = Parser(text, start + before, end - behind, depth + 1, newlines=False)
    part = _directive(parser, start) if directive else _Part(start, filled=parser.expression())
    parser.finish()
    return part, before, behind


def _directive(parser: Parser, at: int) -> _Part:
    keyword = parser.texts[parser.at]
    if keyword not in _KEYWORDS:
        message = f"`%{{ {keyword[:40]}` is none of `if`, `else`, `endif`, `for`, `endfor`; write `%%{{` for the text"
        raise HclError(message, at)
    parser.step()
    part = _Part(at, keyword=keyword)
    if keyword == "if":
        part.filled = parser.expression()
    elif keyword == "for":
        part.value = parser.variable()
        if parser.sees(","):
            parser.step()
            part.key, part.value = part.value, parser.variable()
        if not parser.sees_word("in"):
            raise parser.error("`in`")
        parser.step()
        part.filled = parser.expression()
    return part


def _outdent(parts: list[_Part]) -> None:
    """Take the indentation that all lines share from each, as `<<-` does; lines of white space take no part."""
    beginnings: list[_Part] = []
    least: int | None = None
    at_line_start = True
    for part in parts:
        plain = part.filled is None and not part.keyword
        if at_line_start and not (plain and part.text.endswith("\n") and not part.text.strip()):
            indentation = len(part.text) - len(part.text.lstrip()) if plain else 0
            least = indentation if least is None else min(least, indentation)
            if plain:
                beginnings.append(part)
        at_line_start = plain and part.text.endswith("\n")
    for part in beginnings:
        part.text = part.text[least:]


@dataclass(slots=True, eq=False)
class _Open:
    """A directive that is open: what it says, and the pieces so far of its first and second half."""

    part: _Part
    then: list[Expression]
    otherwise: list[Expression] | None = None


def _assembled(parts: list[_Part], at: int) -> Expression:
    """The pieces as a tree, directives around what stands between them."""
    top: list[Expression] = []
    stack: list[_Open] = []
    for part in parts:
        into = top if not stack else stack[-1].then if stack[-1].otherwise is None else stack[-1].otherwise
        if not part.keyword:
            if part.filled is not None:
                into.append(part.filled)
            elif part.text:
                into.append(Literal(part.text, part.at))
        elif part.keyword in {"if", "for"}:
            stack.append(_Open(part, []))
        elif not stack or not _belongs(part.keyword, stack[-1]):
            message = f"`%{{ {part.keyword} }}` belongs to nothing; remove it, or begin what it ends"
            raise HclError(message, part.at)
        elif part.keyword == "else":
            stack[-1].otherwise = []
        else:
            closed = _closed(stack.pop())
            (top if not stack else stack[-1].then if stack[-1].otherwise is None else stack[-1].otherwise).append(
                closed
            )
    if stack:
        keyword = stack[-1].part.keyword
        message = f"`%{{ {keyword} }}` is never closed; add `%{{ end{keyword} }}`"
        raise HclError(message, stack[-1].part.at)
    joined = _joined(top)
    if not joined:
        return Literal("", at)
    if len(joined) == 1 and isinstance(joined[0], Literal) and isinstance(joined[0].value, str):
        return Literal(joined[0].value, at)
    return Template(tuple(joined), at)


def _joined(parts: list[Expression]) -> list[Expression]:
    """Neighbouring texts as one."""
    joined: list[Expression] = []
    run: list[str] = []
    first = 0
    for part in parts:
        if isinstance(part, Literal) and isinstance(part.value, str):
            first = first if run else part.at
            run.append(part.value)
            continue
        if run:
            joined.append(Literal("".join(run), first))
            run = []
        joined.append(part)
    if run:
        joined.append(Literal("".join(run), first))
    return joined


def _belongs(keyword: str, to: _Open) -> bool:
    if keyword == "endfor":
        return to.part.keyword == "for"
    return to.part.keyword == "if" and (keyword == "endif" or to.otherwise is None)


def _closed(opened: _Open) -> Expression:
    part = opened.part
    collection = part.filled
    if collection is None:
        message = f"`%{{ {part.keyword}` has no expression"
        raise HclError(message, part.at)
    if part.keyword == "for":
        return TemplateFor(part.key, part.value, collection, tuple(_joined(opened.then)), part.at)
    return TemplateIf(collection, tuple(_joined(opened.then)), tuple(_joined(opened.otherwise or [])), part.at)
