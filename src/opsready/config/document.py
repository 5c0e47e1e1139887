"""Reads one YAML file of ours as a tree; the first mistake ends the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection

    from opsready.model.verdict import Diagnostic
    from opsready.parse.syntax import Map
    from opsready.tree import Tree


def read_yaml(tree: Tree, file: str, what: str, keys: Collection[str]) -> Map | None:
    """The mapping that a file holds, None where it is empty; `what` and `keys` are for complaints."""
    from opsready.config.reader import kind, list_of
    from opsready.parse.syntax import Map, span
    from opsready.parse.yaml import parse_yaml

    parsed = parse_yaml(text_of(file, tree.read(file)), file)
    for diagnostic in parsed.diagnostics:
        where = f"{diagnostic.file}:{diagnostic.line}" if diagnostic.line else diagnostic.file
        raise ConfigurationError(f"{where}: {diagnostic.message}", help="correct the file")
    if not parsed.documents:
        return None
    if len(parsed.documents) > 1:
        second = parsed.documents[1].start
        at = span(file, second, second)
        message = f"{at.file}:{at.line}:{at.column}: {what} is one document, and here begins a second one"
        raise ConfigurationError(message, help="join them into one")
    root = parsed.documents[0].root
    if not isinstance(root, Map):
        message = f"{file}:1:1: {what} is a mapping of {list_of(keys)}, not {kind(root)}"
        raise ConfigurationError(message, help="write `key: value` pairs, or leave the file empty")
    return root


def text_of(file: str, data: bytes | Diagnostic) -> str:
    """The text of a file; a ConfigurationError where it has none."""
    from opsready.discover import decode

    text, problem = decode(file, data)
    if text is None:
        message = f"`{file}` {problem.message if problem else 'cannot be read'}"
        raise ConfigurationError(message, help="write it as text of a reasonable size")
    return text
