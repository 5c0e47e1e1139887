"""What in a service file is not as its schema has it: unknown keys, unreal dates, words outside their list.

The published schema is the only list of keys. A validator of JSON Schema takes longer to import than most runs last,
so the few keywords that the schema uses are followed here.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsready.adapt.durations import calendar_date
from opsready.model.verdict import Diagnostic
from opsready.parse.syntax import Map, Seq, Withheld, line_of
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_SHOWN = 60
_MOST_SHOWN = 50
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (Map,),
    "array": (Seq,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int,),
}
_NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
}


@cache
def _schema() -> dict[str, Any]:
    import opsready_schemas

    loaded: dict[str, Any] = json.loads(
        Path(str(opsready_schemas.__file__)).with_name("service.v1.json").read_text(encoding="utf-8")
    )
    return loaded


def problems_of_service(root: Map, file: str) -> tuple[Diagnostic, ...]:
    """Everything in a service file that its schema does not allow, in the order of the file."""
    found = islice(_below(root, _schema(), "", line_of(root.start)), _MOST_SHOWN)
    return tuple(Diagnostic(kind, file, line, message) for line, kind, message in found)


def _below(value: object, schema: dict[str, Any], path: str, line: int) -> Iterator[tuple[int, str, str]]:
    while "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        if name == "date" and value is not None and calendar_date(value) is None:
            yield line, "invalid-value", f"`{path}` is no date as YYYY-MM-DD: `{_shown(value)}`"
            return
        schema = _schema()["$defs"][name]
    if value is None or isinstance(value, Withheld):
        return
    wanted = schema.get("type")
    if wanted is not None and (
        not isinstance(value, _TYPES[wanted]) or (isinstance(value, bool) and wanted != "boolean")
    ):
        yield line, "invalid-value", f"`{path or 'the file'}` must be {_NAMES[wanted]}, not `{_shown(value)}`"
    elif isinstance(value, Map):
        yield from _in_mapping(value, schema, path)
    elif isinstance(value, Seq):
        for index, (item, (start, _)) in enumerate(zip(value, value.pos, strict=False)):
            yield from _below(item, schema.get("items", {}), f"{path}[{index}]", line_of(start))
    else:
        yield from _plain(value, schema, path, line)


def _plain(value: object, schema: dict[str, Any], path: str, line: int) -> Iterator[tuple[int, str, str]]:
    if "enum" in schema and (isinstance(value, bool) or value not in schema["enum"]):
        allowed = ", ".join(f"`{word}`" for word in schema["enum"])
        yield line, "invalid-value", f"`{path}` is `{_shown(value)}`, not one of {allowed}"
    elif "const" in schema and value != schema["const"]:
        yield line, "invalid-value", f"`{path}` is `{_shown(value)}`, not `{schema['const']}`"
    elif isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value[:200]):
        yield line, "invalid-value", f"`{path}` is not written as it must be: `{_shown(value)}`"
    elif value == "" and schema.get("minLength"):
        yield line, "invalid-value", f"`{path}` is empty"


def _in_mapping(value: Map, schema: dict[str, Any], path: str) -> Iterator[tuple[int, str, str]]:
    properties: dict[str, Any] = schema.get("properties", {})
    further = schema.get("additionalProperties", True)
    for key in schema.get("required", ()):
        if value.get(key) is None:
            inner = f"{path}.{key}" if path else key
            yield line_of(value.start), "missing-key", f"`{inner}` is missing"
    for key, item in value.items():
        inner = f"{path}.{key}" if path else key
        line = line_of(value.pos[key][0])
        if key in properties:
            yield from _below(item, properties[key], inner, line)
        elif isinstance(further, dict):
            yield from _below(item, further, inner, line)
        elif further is False and not key.startswith("x-"):
            hint = _suggestion(key, properties)
            yield line, "unknown-key", f"`{_shown(inner)}` is no key of a service file{hint}"


def _suggestion(key: str, known: dict[str, Any]) -> str:
    close = closest(key[:_LONGEST_SHOWN], known)
    return f"; did you mean `{close}`?" if close else ""


def _shown(value: object) -> str:
    if isinstance(value, Map | Seq):
        return "a mapping" if isinstance(value, Map) else "a list"
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
