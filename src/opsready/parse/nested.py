"""YAML inside YAML: a file that is the value of a key in another one, with its positions in the outer file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.parse.credentials import MASK, mask_documents
from opsready.parse.positions import Positions
from opsready.parse.syntax import COLUMN_BITS, Map, line_of
from opsready.parse.yaml import parse_yaml
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from opsready.model.verdict import Diagnostic

_COLUMN_MASK = (1 << COLUMN_BITS) - 1
# What a script fills in: of the same width, so that what is around it stays where it is.
# What was masked on the way here is a text, not the alias that it looks like.
_MASKED = re.compile(r"(?<=[\s\[{,])\*\*\*(?=[\s\]},]|\Z)")
_TEMPLATE = re.compile(r"\{\{[^{}\n]{0,200}\}\}")


@dataclass(frozen=True, slots=True)
class Nested:
    """The first document of an inner file; None where there is none that is a mapping. `broken`: it is no YAML."""

    root: Map | None
    diagnostics: tuple[Diagnostic, ...]
    broken: bool


class _Block(Positions):
    """Positions in the outer file; in the text of a quoted or folded value there are none but the key's."""

    def __init__(self, begin: int | None, fallback: int) -> None:
        self._begin = begin
        self._fallback = fallback

    def written(self, packed: int) -> int:
        if self._begin is None:
            return self._fallback
        line, column = packed >> COLUMN_BITS, packed & _COLUMN_MASK
        return ((self._begin >> COLUMN_BITS) + line) << COLUMN_BITS | ((self._begin & _COLUMN_MASK) + column)


def parse_nested(owner: Map, key: str, file: str) -> Nested:
    """Read the file that is the value of a key; credentials in it are masked as they are in the outer one."""
    text = _TEMPLATE.sub(lambda found: "x" * len(found[0]), _MASKED.sub(f"'{MASK}'", str(owner[key])))
    parsed = parse_yaml(text, file)
    mask_documents(parsed.documents, text)
    begin = (owner.blocks or {}).get(key)
    positions = _Block(begin, owner.pos[key][0])
    positions.correct(document.root for document in parsed.documents)
    diagnostics = tuple(
        replace(found, line=line_of(positions.written((max(found.line, 1) - 1) << COLUMN_BITS)))
        for found in parsed.diagnostics
    )
    root = next((document.root for document in parsed.documents if isinstance(document.root, Map)), None)
    return Nested(root, diagnostics, parsed.broken)
