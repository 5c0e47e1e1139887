"""Reads `.opsready/config.yaml`, or `[tool.opsready]` of `pyproject.toml`; the first mistake ends the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.config.model import Configuration
from opsready.errors import ConfigurationError
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Container

    from opsready.config.reader import Reader
    from opsready.model.service import Attestation
    from opsready.parse.syntax import Map
    from opsready.tree import Tree

CONFIGURATION_FILE = ".opsready/config.yaml"
STANDARD_FILE = ".opsready/standard.yaml"
PYPROJECT = "pyproject.toml"

_READING = (
    *("environments", "production", "exclude", "adopted", "attestations", "platform-services", "runbook-base-urls"),
)
_JUDGING = ("standard", "overrides")
# What a flag or a variable says as well, and the floors.
LIMITS = ("profile", "select", "ignore", "fail-on", "min-score", "min-evidence", "floors")
KEYS = (*_READING, *_JUDGING, *LIMITS)


def load_configuration(tree: Tree) -> Configuration:
    """The configuration at the root of a tree, the default one where there is none; a ConfigurationError for a bad one.

    A repository has one: `.opsready/config.yaml` beside a table in `pyproject.toml` is an error. A standard of the
    repository's own comes with it.
    """
    names = {entry.path for entry in tree.entries()}
    for file in (CONFIGURATION_FILE, STANDARD_FILE):
        other = file.replace(".yaml", ".yml")
        if other in names:
            raise ConfigurationError(f"`{other}` is not read; the file is called `{file}`", help="rename it")
    found = _written(tree, names)
    if STANDARD_FILE not in names:
        return found
    from opsready.config.overlay import read_overlay

    return replace(found, overlay=read_overlay(tree))


def _written(tree: Tree, names: Container[str]) -> Configuration:
    table = _read_pyproject(tree) if PYPROJECT in names else None
    if CONFIGURATION_FILE in names:
        if table is not None:
            place = f"{PYPROJECT}:{table[1]}"
            message = f"{place}: `{CONFIGURATION_FILE}` and `[tool.opsready]` are both here, and only one may be"
            raise ConfigurationError(message, help="move everything into one of them, and remove the other")
        from opsready.config.document import read_yaml

        root = read_yaml(tree, CONFIGURATION_FILE, "a configuration", KEYS)
        return Configuration(CONFIGURATION_FILE) if root is None else _configuration(root, CONFIGURATION_FILE)
    return Configuration() if table is None else _configuration(table[0], PYPROJECT)


def _read_pyproject(tree: Tree) -> tuple[Map, int] | None:
    """`[tool.opsready]` with its line; None where it is not there."""
    data = tree.read(PYPROJECT)
    if not isinstance(data, bytes) or b"tool.opsready" not in data:
        return None  # somebody else's file; what is wrong with it is not ours to say
    import tomllib

    from opsready.config.document import text_of

    text = text_of(PYPROJECT, data)
    try:
        tool = tomllib.loads(text).get("tool", {})
    except ValueError as error:
        raise ConfigurationError(f"{PYPROJECT}: it is not valid TOML: {error}", help="correct the file") from error
    except RecursionError as error:
        raise ConfigurationError(f"{PYPROJECT}: it is nested too deeply", help="correct the file") from error
    table = tool.get("opsready") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        return None
    from opsready.config.table import tree_of_table
    from opsready.parse.syntax import line_of

    root = tree_of_table(table, text)
    return root, line_of(root.start)


def _configuration(root: Map, file: str) -> Configuration:
    from opsready.config.reader import Reader

    reader = Reader(file)
    reader.check_keys(root, KEYS, "configuration")
    found = Configuration(
        file,
        _environments(reader, root),
        reader.texts(root, "production", "names of environments"),
        reader.patterns(root, "exclude"),
        _attestations(reader, root),
        reader.day(root, "adopted") if root.get("adopted") is not None else None,
        places={key: reader.span(root.pos[key][0]) for key, value in root.items() if value is not None},
    )
    if any(root.get(key) is not None for key in KEYS if key not in _READING[:5]):
        from opsready.config.settings import with_settings

        return with_settings(found, reader, root)
    return found


def _environments(reader: Reader, root: Map) -> dict[str, tuple[str, ...]]:
    example = "environments: {production: ['deploy/prod/**']}"
    mapping = reader.mapping(root, "environments", "names to lists of patterns", example)
    found = {}
    for name in mapping:
        patterns = reader.patterns(mapping, name)
        if not patterns:
            message = f"environment `{name}` has no pattern"
            raise reader.mistake(mapping.pos[name][0], message, f"write `{name}: ['some/folder/**']`, or remove it")
        found[name] = patterns
    return found


def _attestations(reader: Reader, root: Map) -> tuple[Attestation, ...]:
    remedy = "give it `rule`, `statement`, `by`, `date` and `expires`"
    items = reader.mappings(root, "attestations", "attestations", "an attestation", remedy)
    return tuple(_attestation(reader, item, start) for item, start in items)


def _attestation(reader: Reader, item: Map, start: int) -> Attestation:
    from opsready.adapt.attestations import KEYS as KEYS_OF_ATTESTATIONS
    from opsready.adapt.attestations import REQUIRED, Flaw, attestation
    from opsready.config.reader import kind, list_of

    reader.check_keys(item, KEYS_OF_ATTESTATIONS, "attestation")
    read = attestation(item, reader.file)
    if not isinstance(read, Flaw):
        return read
    if read.what == "missing":
        message = f"the attestation has no `{read.key}`"
        raise reader.mistake(start, message, f"an attestation has {list_of(REQUIRED)}, and may have evidence")
    at = item.pos[read.key][1]
    if read.what == "no-text":
        message = f"`{read.key}` must be a text, not {kind(item[read.key])}"
        raise reader.mistake(at, message, "write a text; one that looks like a number or a boolean needs quotes")
    if read.what == "no-date":
        raise reader.no_date(item, read.key)
    raise reader.mistake(at, "the attestation expires before its date", "correct one of the two")
