"""HCL in JSON (`.tf.json`, `.tfvars.json`) as the same bodies, blocks and attributes that the native syntax has.

JSON does not tell a nested block from an object. What Terraform itself defines becomes blocks; inside of a resource
every other object is an attribute's value, and texts are templates
(https://developer.hashicorp.com/terraform/language/syntax/json).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.verdict import Diagnostic
from opsready.parse.hcl import HclFile
from opsready.parse.hcl_syntax import (
    MAX_NESTING,
    Attribute,
    Block,
    Body,
    HclError,
    Lines,
    Literal,
    ObjectOf,
    TupleOf,
)
from opsready.parse.syntax import Map, Seq
from opsready.parse.yaml import parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.parse.hcl_syntax import Expression

# How many labels a block of the top level has; `locals` and `terraform` have none.
_LABELS = {
    **dict.fromkeys(("resource", "data", "ephemeral"), 2),
    **dict.fromkeys(("module", "variable", "output", "provider", "check"), 1),
    **dict.fromkeys(("locals", "terraform", "moved", "import", "removed"), 0),
}
_INNER_LABELS = {
    **dict.fromkeys(("lifecycle", "connection", "cloud", "required_providers", "content"), 0),
    **dict.fromkeys(("dynamic", "provisioner", "backend"), 1),
}
_COMMENT = "//"


class _JsonAttribute(Attribute):
    """An attribute whose value is JSON."""

    __slots__ = ("_value",)

    def __init__(self, lines: Lines, tree: Map, name: str) -> None:
        start, value_start, end = (lines.offset(packed) for packed in tree.pos[name])
        ended = lines.offset((tree.ends or {}).get(name) or tree.pos[name][2])
        super().__init__(lines.text, name, start, value_start, max(ended, value_start, end))
        self.end = min(start + len(name) + 2, len(lines.text))  # with its quotes
        self._value = (lines, tree, name)

    def check(self) -> None:
        self.expression()

    def expression(self) -> Expression:
        lines, tree, name = self._value
        if self._expression is None:
            try:
                self._expression = _expression(tree[name], lines, self.value_start, 0)
            except HclError as error:
                self._expression = HclError(error.message, self.value_start)
        if isinstance(self._expression, HclError):
            raise self._expression
        return self._expression


def parse_hcl_json(text: str, path: str, *, values: bool = False) -> HclFile:
    """Read a file; `values`: it gives variables' values rather than blocks. Never raises."""
    parsed = parse_json(text, path)
    lines, body = Lines(text), Body()
    diagnostics = list(parsed.diagnostics)
    for document in parsed.documents:
        if not isinstance(document.root, Map):
            message = "Terraform reads an object here; write `{` ... `}`"
            diagnostics.append(Diagnostic("invalid-hcl", path, 1, message))
        elif values:
            _attributes(document.root, lines, body)
        else:
            _blocks(document.root, lines, body, _LABELS)
    return HclFile(path, lines, body, tuple(diagnostics))


def _blocks(tree: Map, lines: Lines, into: Body, labelled: dict[str, int]) -> None:
    for key, value in tree.items():
        if key in labelled:
            for labels, holder, name, found in _labelled(tree, key, value, labelled[key]):
                start, _, end = holder.pos[name]
                block = Block(key, labels, lines.offset(start), lines.offset(end))
                block.end = max(block.header_end, lines.offset(found.start))
                into.blocks.append(block)
                _attributes(found, lines, block.body)
        elif key != _COMMENT and labelled is _INNER_LABELS:
            into.attributes[key] = _JsonAttribute(lines, tree, key)


def _attributes(tree: Map, lines: Lines, into: Body) -> None:
    _blocks(tree, lines, into, _INNER_LABELS)


def _labelled(
    holder: Map, name: str, value: object, count: int, labels: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Map, str, Map]]:
    """The bodies below so many levels of labels, each with the mapping and key that it stands under."""
    for item in value if isinstance(value, Seq) else (value,):
        if not isinstance(item, Map):
            continue
        if not count:
            yield labels, holder, name, item
            continue
        for label, inner in item.items():
            if label != _COMMENT:
                yield from _labelled(item, label, inner, count - 1, (*labels, label))


def _expression(value: object, lines: Lines, at: int, depth: int) -> Expression:
    if depth > MAX_NESTING:
        message = f"it is nested more than {MAX_NESTING} levels deep; divide it"
        raise HclError(message, at)
    if isinstance(value, str):
        from opsready.parse.hcl_templates import parse_template

        return parse_template(value, depth)
    if isinstance(value, Seq):
        items = [
            _expression(item, lines, lines.offset(start), depth + 1)
            for item, (start, _) in zip(value, value.pos, strict=True)
        ]
        return TupleOf(tuple(items), at)
    if isinstance(value, Map):
        pairs, ends = [], []
        for key, item in value.items():
            start, value_start, end = (lines.offset(packed) for packed in value.pos[key])
            pairs.append((Literal(key, start), _expression(item, lines, value_start, depth + 1)))
            ends.append(max(value_start, end))
        return ObjectOf(tuple(pairs), tuple(ends), at)
    return Literal(value if isinstance(value, bool | int | float) else None, at)
