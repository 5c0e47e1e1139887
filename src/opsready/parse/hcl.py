"""HCL's native syntax (`.tf`, `.tfvars`, `terragrunt.hcl`): blocks and attributes, expressions left unread until asked.

Nearly every line is one match of one expression; what that does not know is taken apart step by step, and refused where
Terraform refuses it. A fault costs its top-level block: reading goes on at the next line that begins one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model.verdict import Diagnostic
from opsready.parse.hcl_scan import COMMENT, IDENTIFIER, STRING, expression_end, heredoc_end, quoted_end
from opsready.parse.hcl_syntax import MAX_NESTING, Attribute, Block, Body, HclError, Lines
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_RECOVERIES = 20
_SPACE = r"[ \t]*+(?:/\*(?:[^*]++|\*(?!/))*+\*/[ \t]*+)*+"
_LINE_END = r"(?:\r?\n|\Z|(?=\#|//))"
_LABELS = rf'(?:[ \t]*+(?:"[^"\\$%\n\r]*+"|{IDENTIFIER}))*+'
# One item of a body, with what is before it: an attribute with a simple value, the beginning of any other attribute or
# block, or a closing brace.
_ITEM = re.compile(
    rf"""(?:[ \t\n]++|\r(?=\n)|{COMMENT})*+
    (?:(?P<name>{IDENTIFIER})[ \t]*+
        (?:=(?![=>])[ \t]*+(?:(?P<value>(?:[^"\#/\n\r()\[\]{{}}<'`;,]++|{STRING})++){_LINE_END}|(?P<equals>))
        |(?P<labels>{_LABELS})[ \t]*+\{{{_SPACE}(?:{_LINE_END}|(?P<one_line>)))
    |(?P<close>\}})(?P<after>{_SPACE}{_LINE_END})?
    |(?P<end>\Z)
    |(?P<other>))""",
    re.VERBOSE,
)
_LABEL = re.compile(rf'"([^"\n]*+)"|({IDENTIFIER})')
_REST_OF_LINE = re.compile(_SPACE + _LINE_END, re.VERBOSE)
_GAP = re.compile(_SPACE)
_NAME = re.compile(IDENTIFIER)
_WORD = re.compile(r"[^\s\"{}()\[\]=]{1,40}|.?", re.DOTALL)
_EMPTY_ONE_LINE = re.compile(_SPACE + r"\}")
_RESUME = re.compile(
    rf"^(?={IDENTIFIER}(?:[ \t]+(?:\"[^\"\n]*+\"|{IDENTIFIER}))*+[ \t]*+(?:\{{|=(?![=>])))", re.MULTILINE
)
_COMMENT_OR_TEXT = re.compile(rf'(?P<comment>\#[^\n]*+|//[^\n]*+|/\*)|(?P<open>")|(?P<heredoc><<-?{IDENTIFIER}\r?\n)')


@dataclass(frozen=True, slots=True, eq=False)
class HclFile:
    """A file's body, as far as it could be read, and what could not be."""

    path: str
    lines: Lines
    body: Body
    diagnostics: tuple[Diagnostic, ...]

    @property
    def broken(self) -> bool:
        """Whether a part could not be read."""
        return bool(self.diagnostics)

    def comments(self) -> Iterator[tuple[int, int]]:
        """The offsets between which comments stand."""
        text, at, faults = self.lines.text, 0, 0
        while faults < _MAX_RECOVERIES and (found := _COMMENT_OR_TEXT.search(text, at)):
            at = found.end()
            if found["comment"]:
                if found["comment"] == "/*":
                    at = text.find("*/", at) + 2
                    if at < found.end():
                        return
                yield found.start(), at
                continue
            try:
                end = quoted_end(text, found.start()) if found["open"] else heredoc_end(text, found.start())
            except HclError:
                faults += 1
                continue
            at = end or at


def parse_hcl(text: str, path: str) -> HclFile:
    """Read a file; never raises."""
    lines = Lines(text)
    reader = _Reader(text)
    diagnostics = []
    while (fault := reader.read()) is not None:
        diagnostics.append(Diagnostic("invalid-hcl", path, lines.line(fault.at), fault.message))
        if len(diagnostics) >= _MAX_RECOVERIES:
            message = (
                f"{_MAX_RECOVERIES} faults were found before this one and the rest was not read; repair them first"
            )
            diagnostics.append(Diagnostic("invalid-hcl", path, lines.line(min(reader.at, len(text))), message))
            break
    repeated = reader.repeated[:_MAX_RECOVERIES]
    diagnostics.extend(Diagnostic("invalid-hcl", path, lines.line(fault.at), fault.message) for fault in repeated)
    return HclFile(path, lines, reader.body, tuple(sorted(diagnostics, key=lambda found: found.line)))


def expression_faults(file: HclFile) -> Iterator[Diagnostic]:
    """Read every expression of a file, and say what is wrong with those that Terraform would refuse."""
    stack, found = [file.body], 0
    while stack:
        body = stack.pop()
        stack.extend(block.body for block in body.blocks)
        for attribute in body.attributes.values():
            try:
                attribute.check()
            except HclError as error:
                yield Diagnostic("invalid-hcl", file.path, file.lines.line(error.at), error.message)
                found += 1
                if found >= _MAX_RECOVERIES:
                    return


class _Reader:
    """One file: `at` is how far it is read, `open` the blocks around that."""

    __slots__ = ("at", "body", "inner", "open", "repeated", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 1 if text.startswith("\ufeff") else 0
        self.body = Body()
        self.inner = self.body
        self.open: list[Block] = []
        self.repeated: list[HclError] = []

    def read(self) -> HclError | None:
        """Read on to the end, or to a fault; then stand where reading can go on."""
        if self.at > len(self.text):
            return None
        try:
            self.items()
        except HclError as fault:
            self.recover(fault)
            return fault
        self.at = len(self.text) + 1
        return None

    def items(self) -> None:
        text, match = self.text, _ITEM.match
        while True:
            found = match(text, self.at)
            if found is None:
                raise HclError("this is no HCL", self.at)
            kind = found.lastgroup
            if kind == "value":
                start = found.start("value")
                value = found["value"]
                self.attribute(found["name"], found.start("name"), start, start + len(value.rstrip()))
                self.at = found.end()
                if not value.strip():
                    raise self.no_value(found["name"], found.start("name"))
            elif kind == "labels":
                labels = found["labels"]
                self.begin(found["name"], found.start("name"), _labels(labels), found.end("labels"))
                self.at = found.end()
            elif kind in {"close", "after"}:
                self.at = found.end()
                self.close(found.start("close"), ended=kind == "after")
            elif kind == "end":
                if self.open:
                    block = self.open[-1]
                    message = f"{_shown(block)} is never closed; add the missing `}}`"
                    raise HclError(message, block.start)
                return
            else:
                self.unusual(found)

    def unusual(self, found: re.Match[str]) -> None:
        """An item that the expression for ordinary ones does not take in whole."""
        kind = found.lastgroup
        if kind == "equals":
            self.at = found.end()
            self.long_value(found["name"], found.start("name"))
            self.end_line("an argument ends with its line; begin a new line behind its value")
        elif kind == "one_line":
            self.begin(found["name"], found.start("name"), _labels(found["labels"]), found.end("labels"))
            self.at = found.end()
            self.one_line()
        else:
            self.at = found.end()
            self.by_hand()

    def by_hand(self) -> None:
        """A name with comments behind it, a label with an escape, or something that is no item at all."""
        text, start = self.text, self.at
        name = _NAME.match(text, start)
        if name is None:
            raise _no_item(text, start)
        self.at = _gap(text, name.end())
        if text.startswith("=", self.at) and text[self.at + 1 : self.at + 2] not in {"=", ">"}:
            self.at += 1
            self.long_value(name[0], start)
            self.end_line("an argument ends with its line; begin a new line behind its value")
            return
        labels: list[str] = []
        end = name.end()
        while not text.startswith("{", self.at):
            label = _NAME.match(text, self.at)
            if label is not None:
                labels.append(label[0])
                self.at = label.end()
            elif text.startswith('"', self.at):
                labels.append(self.quoted_label())
            else:
                raise _no_block(text, self.at, name[0], end)
            end = self.at
            self.at = _gap(text, self.at)
        self.begin(name[0], start, tuple(labels), end)
        self.at += 1
        ended = _REST_OF_LINE.match(text, self.at)
        if ended:
            self.at = ended.end()
        else:
            self.at = _gap(text, self.at)
            self.one_line()

    def quoted_label(self) -> str:
        from opsready.parse.hcl_syntax import Literal
        from opsready.parse.hcl_templates import parse_quoted

        start = self.at
        self.at = quoted_end(self.text, start)
        label = parse_quoted(self.text, start, self.at, 0)
        if not isinstance(label, Literal) or not isinstance(label.value, str):
            message = "a label cannot have parts to fill in; write the name itself"
            raise HclError(message, start)
        return label.value

    def long_value(self, name: str, start: int) -> None:
        """An attribute whose value has brackets, comments or templates, from behind its `=`."""
        self.at = _gap(self.text, self.at)
        begin = self.at
        end = expression_end(self.text, begin)
        value_end = begin + len(self.text[begin:end].rstrip())
        if value_end == begin:
            raise self.no_value(name, start)
        self.attribute(name, start, begin, value_end)
        self.at = end

    def no_value(self, name: str, start: int) -> HclError:
        return HclError(f"`{name}` has no value; write it on the same line as the `=`", start)

    def attribute(self, name: str, start: int, value_start: int, value_end: int) -> None:
        if not name.isascii():
            _check_name(name, start)
        attributes = self.inner.attributes
        if name in attributes:
            message = f"`{name}` is set a second time; keep one"
            attributes[name].problem = f"`{name}` is set twice"
            self.repeated.append(HclError(message, start))
            return
        attributes[name] = Attribute(self.text, name, start, value_start, value_end)

    def begin(self, type_: str, start: int, labels: tuple[str, ...], header_end: int) -> None:
        if not type_.isascii():
            _check_name(type_, start)
        block = Block(type_, labels, start, header_end)
        self.inner.blocks.append(block)
        self.open.append(block)
        self.inner = block.body
        if len(self.open) > MAX_NESTING:
            message = f"blocks are nested more than {MAX_NESTING} levels deep; divide them"
            raise HclError(message, start)

    def close(self, at: int, *, ended: bool) -> None:
        """The end of a block; only a line end may follow."""
        if not self.open:
            message = "`}` closes nothing; remove it, or open a block before"
            raise HclError(message, at)
        block = self.open.pop()
        block.end = at + 1
        self.inner = self.open[-1].body if self.open else self.body
        if not ended:
            message = f"something follows the `}}` of {_shown(block)} on its line; begin a new line"
            raise HclError(message, at)

    def one_line(self) -> None:
        """`type { name = value }` or `type {}`, from behind the opening brace."""
        text, block = self.text, self.open[-1]
        if not text.startswith("}", self.at):
            name = _NAME.match(text, self.at)
            equals = _gap(text, name.end()) if name else self.at
            if name is None or not text.startswith("=", equals) or text.startswith("==", equals):
                message = "a block on one line holds one argument and nothing else; begin a new line behind its `{`"
                raise HclError(message, self.at)
            self.at = equals + 1
            self.long_value(name[0], name.start())
            self.at = _gap(text, self.at)
            if not text.startswith("}", self.at):
                message = f"{_shown(block)} begins an argument on its own line; close it on the same line as well"
                raise HclError(message, self.at)
        at = self.at
        rest = _REST_OF_LINE.match(text, at + 1)
        self.at = rest.end() if rest else at + 1
        self.close(at, ended=rest is not None)

    def end_line(self, remedy: str) -> None:
        rest = _REST_OF_LINE.match(self.text, self.at)
        if rest is None:
            at = _gap(self.text, self.at)
            message = f"`{_word(self.text, at)}` follows on the same line: {remedy}"
            raise HclError(message, at)
        self.at = rest.end()

    def recover(self, fault: HclError) -> None:
        """Leave the block that the fault is in, and stand on the next line that begins an item of the file."""
        after = fault.at
        if self.open:
            outermost = self.open[0]
            outermost.broken = f"`{outermost.type}` has a fault: {fault.message}"
            unclosed = fault.at == self.open[-1].start
            after = outermost.header_end if unclosed else max(fault.at, outermost.header_end)
            if unclosed:
                self.forget_what_follows(outermost)
        line_end = self.text.find("\n", after)
        resume = _RESUME.search(self.text, line_end + 1) if line_end >= 0 else None
        self.at = resume.start() if resume else len(self.text) + 1
        for block in self.open:
            block.end = min(self.at, len(self.text))
        self.open.clear()
        self.inner = self.body

    def forget_what_follows(self, block: Block) -> None:
        """Of a block that is never closed, what stands at the edge of the page is not its own."""
        for name, attribute in tuple(block.body.attributes.items()):
            if attribute.start == 0 or self.text[attribute.start - 1] == "\n":
                del block.body.attributes[name]
        block.body.blocks = [inner for inner in block.body.blocks if self.text[inner.start - 1] != "\n"]


def _labels(text: str) -> tuple[str, ...]:
    return tuple([quoted or bare for quoted, bare in _LABEL.findall(text)]) if text else ()


def _gap(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _word(text: str, at: int) -> str:
    found = _WORD.match(text, at)
    word = found[0] if found else ""
    return "".join(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in word)


def _shown(block: Block) -> str:
    return "`" + " ".join((block.type, *(f'"{label}"' for label in block.labels)))[:80] + "`"


def _check_name(name: str, at: int) -> None:
    from opsready.parse.hcl_tokens import check_word

    check_word(name, at)


def _no_item(text: str, at: int) -> HclError:
    if text.startswith('"', at):
        return HclError("the name of an argument stands without quotes; remove them", at)
    if text.startswith("/*", at):
        return HclError("the comment is never closed; add the missing `*/`", at)
    return HclError(f"`{_word(text, at)}` begins neither an argument (`name = ...`) nor a block (`type {{`)", at)


def _no_block(text: str, at: int, name: str, name_end: int) -> HclError:
    if text[at : at + 1] in {"\n", "\r", ""}:
        return HclError(f"`{name}` ends with its line; write `=` and a value, or `{{` on the same line", name_end - 1)
    if text.startswith("=", at):
        return HclError(f"`{name}` is compared where it belongs to be set; write one `=`", at)
    return HclError(f"`{_word(text, at)}` stands behind `{name}` where `=` or `{{` belongs", at)
