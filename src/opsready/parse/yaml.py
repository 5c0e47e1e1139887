"""YAML, and JSON as a part of it, with the position of every key, item and value.

Built from libyaml's events rather than PyYAML's nodes: twice as fast as `CSafeLoader`, which has no positions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from opsready.model.verdict import Diagnostic
from opsready.parse.scalars import key_text, plain_value
from opsready.parse.syntax import COLUMN_BITS, Document, Map, Seq, line_of

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 200
MAX_EXPANDED_NODES = 2_000_000
_MAX_RECOVERIES = 20
_DOCUMENT_START = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS_OF_VALUES = frozenset(f"tag:yaml.org,2002:{tag}" for tag in ("bool", "int", "float", "null"))
_SURROGATE_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


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


def parse_json(text: str, file: str) -> Parsed:
    """Read JSON as the YAML that it is, after the one thing that YAML writes in another way: surrogate pairs."""
    if "\\u" in text:
        text = _SURROGATE_PAIR.sub(_as_one_character, text)
        text = _LONE_SURROGATE.sub(r"\\uFFFD", text)
    return parse_yaml(text, file)


def _as_one_character(pair: re.Match[str]) -> str:
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"


def parse_yaml(text: str, file: str) -> Parsed:
    """Read every document of a text. Never raises: what cannot be read is a diagnostic with its line.

    After an error reading goes on at the next `---`, so that one broken document does not hide the others.
    """
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = []
    broken = False
    rest = text
    for _ in range(_MAX_RECOVERIES):
        builder = _Builder(rest, file, diagnostics)
        try:
            builder.read(documents)
            break
        except yaml.YAMLError as error:
            message, at = _syntax_error(error, rest)
        except _RefusedError as refusal:
            message, at = str(refusal), refusal.at
        broken = True
        line = line_of(at)
        diagnostics.append(Diagnostic("unreadable-document", file, line, f"cannot read this YAML document: {message}"))
        following = _rest_after(rest, line)
        if following is None:
            break
        rest = following
    return Parsed(tuple(documents), tuple(diagnostics), broken)


def _syntax_error(error: yaml.YAMLError, text: str) -> tuple[str, int]:
    """The error as one phrase and its packed position."""
    if not isinstance(error, yaml.MarkedYAMLError):
        # The reader's error about characters that YAML does not allow: it knows no line.
        found = _NOT_ALLOWED.search(text)
        line = text.count("\n", 0, found.start()) if found else 0
        return "it holds a control character, which YAML does not allow", line << COLUMN_BITS
    mark = error.problem_mark or error.context_mark
    message = " ".join(part for part in (error.problem, error.context) if part)
    return message or "it is not YAML", (mark.line << COLUMN_BITS | mark.column) if mark else 0


def _rest_after(text: str, line: int) -> str | None:
    """The text from the first document that begins below a line, with empty lines in place of what is before it."""
    start = 0
    for _ in range(line):
        end = text.find("\n", start)
        if end < 0:
            return None
        start = end + 1
    found = _DOCUMENT_START.search(text, start)
    if found is None:
        return None
    return "\n" * text.count("\n", 0, found.start()) + text[found.start() :]


class _Builder:
    """One pass over the events of a text."""

    def __init__(self, text: str, file: str, diagnostics: list[Diagnostic]) -> None:
        # The C parser alone: the safe loader's constructor is what is slow, and nothing of it is used.
        self.event: Callable[[], Any] = yaml.CSafeLoader(text).get_event
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
            key = self.key(key_event, start)
            value_event = get()
            if key == "<<" and type(key_event) is ScalarEvent and not key_event.style:
                merges.append(self.node(value_event, depth + 1))
                continue
            if key in built:
                message = f"key `{key}` is written twice; the last one counts"
                self.diagnostics.append(Diagnostic("duplicate-key", self.file, mark.line + 1, message))
            value_start = _packed(value_event.start_mark)
            # Literal blocks end on a later line: only a value on the key's own line is underlined with it.
            end = _packed(value_event.end_mark) if type(value_event) is ScalarEvent else 0
            if end >> COLUMN_BITS != mark.line or not end:
                end = _packed(key_event.end_mark)
            pos[key] = (start, value_start, end)
            built[key] = self.node(value_event, depth + 1)
        for merge in merges:
            _merge(built, merge, event)
        return built

    def key(self, event: Any, at: int) -> str:
        key = self.node(event, MAX_DEPTH)
        if isinstance(key, Map | Seq):
            message = "a key is itself a mapping or a list, as in an unrendered template (`{{ ... }}` without quotes)"
            raise _RefusedError(message, at)
        return key_text(key)


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
