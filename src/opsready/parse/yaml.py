"""YAML, and JSON as a part of it, with the position of every key, item and value.

Built from libyaml's events rather than PyYAML's nodes: twice as fast as `CSafeLoader`, which has no positions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from opsready.model.verdict import Diagnostic
from opsready.parse.libyaml import (
    AliasEvent,
    CParser,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    YAMLError,
)
from opsready.parse.positions import readable
from opsready.parse.scalars import key_text, plain_value
from opsready.parse.syntax import COLUMN_BITS, Document, Map, Seq, line_of
from opsready.patterns import pattern
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from opsready.parse.positions import Positions

MAX_DEPTH = 200
MAX_EXPANDED_NODES = 2_000_000
_MAX_RECOVERIES = 20
_DOCUMENT_START = pattern(r"^---(?=\s|$)", re.MULTILINE)
_NOT_ALLOWED = pattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The line of a literal block's `|`, empty lines, and the spaces before its first word.
_BLOCK_HEADER = pattern(r"\|[+-]?[ \t]*(?:#[^\r\n]*)?\r?\n(?:[ ]*\r?\n)*(?P<indentation>[ ]*)")
_MERGE = "tag:yaml.org,2002:merge"
_TAGS_OF_VALUES = frozenset(f"tag:yaml.org,2002:{tag}" for tag in ("bool", "int", "float", "null"))


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read of a file: its non-empty documents; `broken` is true where a part of it could not."""

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...]
    broken: bool = False


class _RefusedError(Exception):
    """The text is YAML, but not a tree that may enter the model; carries the packed position."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(slots=True)
class _Pass:
    """What one pass over a text found up to its end, or up to the first error: its message, line and last line."""

    documents: list[Document]
    diagnostics: list[Diagnostic]
    error: str = ""
    line: int = 0
    last_line: int = 0
    nothing_read: bool = False


def parse_json(text: str, file: str) -> Parsed:
    """Read JSON as the YAML that it is, after the one thing that YAML writes in another way: surrogate pairs."""
    return _parse(text, file, json=True)


def parse_yaml(text: str, file: str) -> Parsed:
    """Read every document of a text. Never raises: what cannot be read is a diagnostic with its line.

    After an error reading goes on at the next `---`, so that one broken document does not hide the others.
    """
    return _parse(text, file, json=False)


def unreadable_parts(text: str, file: str) -> tuple[Diagnostic, ...]:
    """What of a text is no YAML, for a file that nobody asks about: its events are drained, no tree is built."""
    read, _ = readable(text, json=False)
    try:
        event = CParser(read).get_event
        while type(event()) is not StreamEndEvent:
            pass
    except YAMLError:
        return tuple(found for found in parse_yaml(text, file).diagnostics if found.kind == "unreadable-document")
    return ()


def _parse(text: str, file: str, *, json: bool) -> Parsed:
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = []
    broken = False
    rest: str | None = text
    for _ in range(_MAX_RECOVERIES):
        if rest is None:
            break
        found = _read(rest, file, json=json)
        documents.extend(found.documents)
        diagnostics.extend(found.diagnostics)
        if not found.error:
            break
        broken = True
        message = f"cannot read this YAML document: {found.error}"
        diagnostics.append(Diagnostic("unreadable-document", file, found.line, message))
        rest = _without_document(rest, found.line) if found.nothing_read else _rest_after(rest, found.last_line)
    return Parsed(tuple(documents), tuple(sorted(diagnostics, key=lambda found: found.line)), broken)


def _read(text: str, file: str, *, json: bool) -> _Pass:
    """Read a text up to its first error."""
    read, positions = readable(text, json=json)
    found = _Pass([], [])
    builder = _Builder(read, file, found.diagnostics)
    try:
        builder.read(found.documents)
    except MarkedYAMLError as error:
        found.error = " ".join(part for part in (error.problem, error.context) if part) or "it is not YAML"
        found.line, found.last_line = _lines_of(error, read)
    except YAMLError:
        # The reader's error about characters that YAML does not allow. It knows no line, and may come too early.
        control = _NOT_ALLOWED.search(text)
        line = text.count("\n", 0, control.start()) + 1 if control else 1
        return _Pass([], [], "it holds a control character, which YAML does not allow", line, line, nothing_read=True)
    except _RefusedError as refusal:
        found.error = str(refusal)
        found.line = found.last_line = line_of(refusal.at)
    if positions is not None:
        _correct(found, positions)
    return found


def _lines_of(error: MarkedYAMLError, text: str) -> tuple[int, int]:
    """The lines where a mistake is and where it showed: what is not closed shows only at the next document."""
    problem = error.problem_mark or error.context_mark
    if problem is None:
        return 1, 1
    beyond = text.startswith("---", problem.index) and problem.column == 0
    shown = error.context_mark if error.context_mark and (beyond or problem.index >= len(text)) else problem
    return shown.line + 1, problem.line + 1


def _correct(found: _Pass, positions: Positions) -> None:
    positions.correct(document.root for document in found.documents)
    found.documents = [Document(document.root, positions.written(document.start)) for document in found.documents]

    def line(read: int) -> int:
        return line_of(positions.written((read - 1) << COLUMN_BITS))

    found.diagnostics = [replace(diagnostic, line=line(diagnostic.line)) for diagnostic in found.diagnostics]
    if found.error:
        found.line, found.last_line = line(found.line), line(found.last_line)


def _rest_after(text: str, line: int) -> str | None:
    """The text from the first document that begins at or below a line, after what was read; None where there is none.

    Empty lines take the place of what is before it.
    """
    for found in _DOCUMENT_START.finditer(text, _start_of(text, line)):
        if text[: found.start()].strip():
            return "\n" * text.count("\n", 0, found.start()) + text[found.start() :]
    return None


def _without_document(text: str, line: int) -> str:
    """The text with empty lines in place of the document that a line belongs to."""
    at = _start_of(text, line)
    start, end = 0, len(text)
    for found in _DOCUMENT_START.finditer(text):
        if found.start() > at:
            end = found.start()
            break
        start = found.start()
    return text[:start] + "\n" * text.count("\n", start, end) + text[end:]


def _start_of(text: str, line: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start


class _Builder:
    """One pass over the events of a text."""

    def __init__(self, text: str, file: str, diagnostics: list[Diagnostic]) -> None:
        # The C parser alone: the safe loader's constructor is what is slow, and nothing of it is used.
        self.event: Callable[[], Any] = CParser(text).get_event
        self.text = text
        self.file = file
        self.diagnostics = diagnostics
        self.anchors: dict[str, tuple[object, int]] = {}
        self.nodes = 0

    def read(self, documents: list[Document]) -> None:
        """Append every document; what was appended before an error stays."""
        event = self.event
        while type(found := event()) is not StreamEndEvent:
            if type(found) is not DocumentStartEvent:
                continue
            self.anchors.clear()
            self.nodes = 0
            first = event()
            start = _packed(first.start_mark)
            root = self.node(first, 0)
            event()
            if root is not None:
                documents.append(Document(root, start))

    def node(self, event: Any, depth: int) -> object:
        """Build the node that an event begins."""
        self.nodes += 1
        kind = type(event)
        if kind is ScalarEvent:
            return self.scalar(event)
        if kind is AliasEvent:
            return self.alias(event)
        if depth > MAX_DEPTH:
            message = f"it is nested more than {MAX_DEPTH} levels deep"
            raise _RefusedError(message, _packed(event.start_mark))
        before = self.nodes
        built = self.mapping(event, depth) if kind is MappingStartEvent else self.sequence(event, depth)
        if event.anchor:
            self.anchors[event.anchor] = (built, self.nodes - before + 1)
        return built

    def scalar(self, event: Any) -> object:
        value: object = event.value
        if (not event.style and event.implicit[0]) or event.tag in _TAGS_OF_VALUES:
            value = plain_value(event.value)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        return value

    def alias(self, event: Any) -> object:
        """What the alias stands for: shared, not copied, but counted as if it were."""
        name = event.anchor
        at = _packed(event.start_mark)
        if name not in self.anchors:
            message = f"alias `*{name}` stands for nothing that is complete before it"
            raise _RefusedError(message, at)
        value, size = self.anchors[name]
        self.nodes += size
        if self.nodes > MAX_EXPANDED_NODES:
            message = f"its aliases expand to more than {MAX_EXPANDED_NODES:,} values"
            raise _RefusedError(message, at)
        return value

    def sequence(self, event: Any, depth: int) -> Seq:
        built = Seq(_packed(event.start_mark))
        pos, get = built.pos, self.event
        while type(item := get()) is not SequenceEndEvent:
            start = _packed(item.start_mark)
            end = _packed(item.end_mark) if type(item) is ScalarEvent else start
            pos.append((start, end))
            built.append(self.node(item, depth + 1))
        return built

    def mapping(self, event: Any, depth: int) -> Map:
        built = Map(_packed(event.start_mark))
        pos, get = built.pos, self.event
        merges: list[object] = []
        while type(key_event := get()) is not MappingEndEvent:
            mark = key_event.start_mark
            start = mark.line << COLUMN_BITS | mark.column
            if type(key_event) is ScalarEvent:
                self.nodes += 1
                key = key_text(self.scalar(key_event))
            else:
                key = self.key(key_event, start)
            value_event = get()
            if key == "<<" and _is_merge(key_event):
                merges.append(self.node(value_event, depth + 1))
                continue
            if key in built:
                message = f"key `{key}` is written twice; the last one counts"
                self.diagnostics.append(Diagnostic("duplicate-key", self.file, mark.line + 1, message))
                built.end_with_key(key)
            value_start = _packed(value_event.start_mark)
            plain = type(value_event) is ScalarEvent
            # Literal blocks end on a later line: only a value on the key's own line is underlined with it.
            end = _packed(value_event.end_mark) if plain else 0
            if end >> COLUMN_BITS != mark.line or not end:
                if end:
                    built.end_later(key, end)
                    if value_event.style == "|":
                        self.block(built, key, value_event.start_mark)
                end = _packed(key_event.end_mark)
            pos[key] = (start, value_start, end)
            if plain:
                self.nodes += 1
                built[key] = self.scalar(value_event)
            else:
                built[key] = self.node(value_event, depth + 1)
        for merge in merges:
            _merge(built, merge, event)
        return built

    def block(self, into: Map, key: str, mark: Any) -> None:
        """Remember where the text of a literal block begins, unless its indentation is written as a number."""
        header = _BLOCK_HEADER.match(self.text, mark.index)
        if header is not None:
            into.begin_block(key, (mark.line + 1) << COLUMN_BITS | len(header["indentation"]))

    def key(self, event: Any, at: int) -> str:
        key = self.node(event, MAX_DEPTH)
        if isinstance(key, Map | Seq):
            message = "a key is itself a mapping or a list, as in an unrendered template (`{{ ... }}` without quotes)"
            raise _RefusedError(message, at)
        return key_text(key)


def _is_merge(key: Any) -> bool:
    """Whether a key `<<` is meant as the merge rather than as text."""
    return type(key) is ScalarEvent and (key.tag == _MERGE or (key.implicit[0] and not key.style))


def _packed(mark: Any) -> int:
    packed: int = mark.line << COLUMN_BITS | mark.column
    return packed


def _merge(into: Map, merge: object, event: Any) -> None:
    """Add what `<<` brings; keys that are written win, and earlier sources win over later ones."""
    for source in merge if isinstance(merge, Seq) else (merge,):
        if not isinstance(source, Map):
            message = "`<<` merges something that is not a mapping"
            raise _RefusedError(message, _packed(event.start_mark))
        for key, value in source.items():
            if key not in into:
                into[key] = value
                into.pos[key] = source.pos[key]
                if source.ends and key in source.ends:
                    into.end_later(key, source.ends[key])
                if source.blocks and key in source.blocks:
                    into.begin_block(key, source.blocks[key])
