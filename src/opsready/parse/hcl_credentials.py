"""The text of an HCL file without its credentials, for the snippets of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.parse.credentials import blank, mask_text, may_name_a_credential, names_credential, points_elsewhere
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.parse.hcl import HclFile
    from opsready.parse.hcl_syntax import Attribute, Block

# A key of an object, its separator, and a quoted value.
_ENTRY = pattern(r'(?<![\w.-])"?(?P<key>[\w.-]{1,200}+)"?[ \t]*+(?:=|:)[ \t]*+"(?P<value>(?:[^"\\\n]++|\\.)*+)"')
_NAMED = pattern(
    r'(?<![\w.-])"?(?:name|key)"?[ \t]*+[=:][ \t]*+"(?P<key>[\w.-]{1,200}+)"[\s,]*+'
    r'"?value"?[ \t]*+[=:][ \t]*+"(?P<value>(?:[^"\\\n]++|\\.)*+)"'
)
_HINT = pattern(r"(?i:pass|pwd|secret|token|key|credential|connection)[^\n]*+")
_NEAR = 300  # characters from a name to its value


def mask_hcl(file: HclFile) -> str:
    """The text with the same things masked that evaluation masks."""
    text = file.lines.text
    masked = mask_text(text)
    if not may_name_a_credential(text) and "sensitive" not in text:
        return masked
    packed = file.lines.packed
    spans = [(packed(start), packed(end)) for start, end in _hidden(file) if end > start]
    return blank(masked, spans) if spans else masked


def _hidden(file: HclFile) -> Iterator[tuple[int, int]]:
    text = file.lines.text
    for start, end in _lines_with_hints(text):
        for expression, last in ((_ENTRY, end), (_NAMED, min(end + _NEAR, len(text)))):
            for found in expression.finditer(text, start, last):
                if names_credential(found["key"]) and not points_elsewhere(found["value"]):
                    yield found.span("value")
    stack: list[tuple[Block | None, dict[str, Attribute]]] = [(None, file.body.attributes)]
    stack.extend((block, block.body.attributes) for block in file.body.blocks)
    names: dict[str, bool] = {}
    while stack:
        block, attributes = stack.pop()
        if block is not None:
            stack.extend((inner, inner.body.attributes) for inner in block.body.blocks)
        declares = block is not None and block.type == "variable" and len(block.labels) == 1
        for name, attribute in attributes.items():
            if declares and block is not None and name == "default":
                is_sensitive = "sensitive" in attributes and attributes["sensitive"].written == "true"
                secret = is_sensitive or names_credential(block.labels[0])
            else:
                if name not in names:
                    names[name] = names_credential(name)
                secret = names[name]
            if secret and _is_text(attribute.written):
                yield attribute.value_start, attribute.value_end


def _lines_with_hints(text: str) -> Iterator[tuple[int, int]]:
    """Where the lines stand on which a word names a credential."""
    starts = set()
    for found in _HINT.finditer(text):
        starts.add(text.rfind("\n", 0, found.start()) + 1)
    for start in sorted(starts):
        end = text.find("\n", start)
        yield start, len(text) if end < 0 else end


def _is_text(written: str) -> bool:
    """Whether a value holds a text of its own, rather than only names what does."""
    return ('"' in written or "<<" in written) and not points_elsewhere(written.strip('"'))
