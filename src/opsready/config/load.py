"""Reads `.opsready/config.yaml`, or `[tool.opsready]` of `pyproject.toml`; the first mistake ends the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.config.model import Configuration
from opsready.errors import ConfigurationError
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from opsready.model.service import Attestation
    from opsready.model.verdict import Diagnostic
    from opsready.parse.syntax import Map, Seq
    from opsready.tree import Tree

CONFIGURATION_FILE = ".opsready/config.yaml"
_PYPROJECT = "pyproject.toml"

_KEYS = ("environments", "production", "exclude", "adopted", "attestations")


def load_configuration(tree: Tree) -> Configuration:
    """The configuration at the root of a tree, the default one where there is none; a ConfigurationError for a bad one.

    `.opsready/config.yaml` wins over `pyproject.toml`, whose table is then not read.
    """
    names = {entry.path for entry in tree.entries()}
    if CONFIGURATION_FILE in names:
        root = _read_yaml(tree)
        return Configuration(CONFIGURATION_FILE) if root is None else _configuration(root, CONFIGURATION_FILE)
    if ".opsready/config.yml" in names:
        message = f"`.opsready/config.yml` is not read; the file is called `{CONFIGURATION_FILE}`"
        raise ConfigurationError(message, help="rename it")
    root = _read_pyproject(tree) if _PYPROJECT in names else None
    return Configuration() if root is None else _configuration(root, _PYPROJECT)


def _read_yaml(tree: Tree) -> Map | None:
    from opsready.parse.syntax import Map, span
    from opsready.parse.yaml import parse_yaml

    parsed = parse_yaml(_text(CONFIGURATION_FILE, tree.read(CONFIGURATION_FILE)), CONFIGURATION_FILE)
    for diagnostic in parsed.diagnostics:
        where = f"{diagnostic.file}:{diagnostic.line}" if diagnostic.line else diagnostic.file
        raise ConfigurationError(f"{where}: {diagnostic.message}", help="correct the file")
    if not parsed.documents:
        return None
    if len(parsed.documents) > 1:
        second = parsed.documents[1].start
        at = span(CONFIGURATION_FILE, second, second)
        message = f"{at.file}:{at.line}:{at.column}: a configuration is one document, and here begins a second one"
        raise ConfigurationError(message, help="join them into one")
    root = parsed.documents[0].root
    if not isinstance(root, Map):
        message = f"{CONFIGURATION_FILE}:1:1: a configuration is a mapping of {_list_of(_KEYS)}, not {_kind(root)}"
        raise ConfigurationError(message, help="write `key: value` pairs, or leave the file empty")
    return root


def _read_pyproject(tree: Tree) -> Map | None:
    """`[tool.opsready]` as a tree whose every position is the line of that table: a TOML reader tells no others."""
    data = tree.read(_PYPROJECT)
    if not isinstance(data, bytes) or b"tool.opsready" not in data:
        return None  # somebody else's file; what is wrong with it is not ours to say
    import tomllib

    from opsready.parse.syntax import COLUMN_BITS

    text = _text(_PYPROJECT, data)
    try:
        table = tomllib.loads(text).get("tool", {}).get("opsready")
    except ValueError as error:
        raise ConfigurationError(f"{_PYPROJECT}: it is not valid TOML: {error}", help="correct the file") from error
    if not isinstance(table, dict):
        return None
    line = text[: text.index("tool.opsready")].count("\n")
    return _tree_of_table(table, line << COLUMN_BITS)


def _tree_of_table(table: dict[str, object], at: int) -> Map:
    from opsready.parse.syntax import Map, Seq

    def convert(value: object) -> object:
        if isinstance(value, dict):
            return _tree_of_table(value, at)
        if isinstance(value, list):
            items = Seq(at)
            items.extend(convert(item) for item in value)
            items.pos.extend((at, at) for _ in value)
            return items
        # A date of TOML's own becomes the text that the same date is in YAML.
        return value.isoformat() if hasattr(value, "isoformat") else value

    built = Map(at)
    for key, value in table.items():
        built[key] = convert(value)
        built.pos[key] = (at, at, at)
    return built


def _text(file: str, data: bytes | Diagnostic) -> str:
    from opsready.discover import decode

    text, problem = decode(file, data)
    if text is None:
        message = f"`{file}` {problem.message if problem else 'cannot be read'}"
        raise ConfigurationError(message)
    return text


def _configuration(root: Map, file: str) -> Configuration:
    reader = _Reader(file)
    reader.check_keys(root, _KEYS, "configuration")
    return Configuration(
        file,
        reader.environments(root),
        reader.texts(root, "production", "names of environments"),
        reader.texts(root, "exclude", "patterns of paths"),
        reader.attestations(root),
        reader.day(root, "adopted") if root.get("adopted") is not None else None,
    )


class _Reader:
    """Takes typed values out of a syntax tree; whatever is not as it must be ends the run with its place."""

    def __init__(self, file: str) -> None:
        self.file = file

    def mistake(self, at: int, message: str, remedy: str) -> ConfigurationError:
        from opsready.parse.syntax import span

        place = span(self.file, at, at)
        return ConfigurationError(f"{place.file}:{place.line}:{place.column}: {message}", help=remedy)

    def check_keys(self, mapping: Map, known: tuple[str, ...], what: str) -> None:
        for key in mapping:
            if key not in known:
                raise self.mistake(
                    mapping.pos[key][0],
                    f"unknown key `{key}` of the {what}{_did_you_mean(key, known)}",
                    f"the keys are {_list_of(known)}",
                )

    def sequence(self, parent: Map, key: str, what: str) -> Seq | None:
        """A list, None where it is not written."""
        from opsready.parse.syntax import Seq

        value = parent.get(key)
        if value is None:
            return None
        if not isinstance(value, Seq):
            message = f"`{key}` must be a list of {what}, not {_kind(value)}"
            raise self.mistake(parent.pos[key][1], message, f"write `{key}: [...]`")
        return value

    def texts(self, parent: Map, key: str, what: str) -> tuple[str, ...]:
        items = self.sequence(parent, key, what)
        if items is None:
            return ()
        texts = []
        for item, (start, _) in zip(items, items.pos, strict=True):
            if not isinstance(item, str) or not item.strip():
                message = f"`{key}` must hold {what}, not {_kind(item)}"
                raise self.mistake(
                    start, message, "write a text; one that looks like a number or a boolean needs quotes"
                )
            texts.append(item)
        return tuple(texts)

    def environments(self, root: Map) -> dict[str, tuple[str, ...]]:
        from opsready.parse.syntax import Map

        mapping = root.get("environments")
        if mapping is None:
            return {}
        if not isinstance(mapping, Map):
            message = f"`environments` must map names to lists of patterns, not be {_kind(mapping)}"
            raise self.mistake(
                root.pos["environments"][1], message, "write `environments: {production: ['deploy/prod/**']}`"
            )
        found = {}
        for name in mapping:
            patterns = self.texts(mapping, name, "patterns of paths")
            if not patterns:
                message = f"environment `{name}` has no pattern"
                raise self.mistake(mapping.pos[name][0], message, f"write `{name}: ['some/folder/**']`, or remove it")
            found[name] = patterns
        return found

    def attestations(self, root: Map) -> tuple[Attestation, ...]:
        from opsready.parse.syntax import Map

        items = self.sequence(root, "attestations", "attestations")
        if items is None:
            return ()
        found = []
        for item, (start, _) in zip(items, items.pos, strict=True):
            if not isinstance(item, Map):
                message = f"an attestation is a mapping, not {_kind(item)}"
                remedy = "give it `rule`, `statement`, `by`, `date` and `expires`"
                raise self.mistake(start, message, remedy)
            found.append(self.attestation(item, start))
        return tuple(found)

    def attestation(self, item: Map, start: int) -> Attestation:
        from opsready.adapt.attestations import KEYS, REQUIRED, Flaw, attestation

        self.check_keys(item, KEYS, "attestation")
        read = attestation(item, self.file)
        if not isinstance(read, Flaw):
            return read
        if read.what == "missing":
            message = f"the attestation has no `{read.key}`"
            remedy = f"an attestation has {_list_of(REQUIRED)}, and may have evidence"
            raise self.mistake(start, message, remedy)
        at = item.pos[read.key][1]
        if read.what == "no-text":
            message = f"`{read.key}` must be a text, not {_kind(item[read.key])}"
            raise self.mistake(at, message, "write a text; one that looks like a number or a boolean needs quotes")
        if read.what == "no-date":
            raise self.no_date(item, read.key)
        raise self.mistake(at, "the attestation expires before its date", "correct one of the two")

    def day(self, item: Map, key: str) -> date:
        from opsready.adapt.durations import calendar_date

        found = calendar_date(item[key])
        if found is not None:
            return found
        raise self.no_date(item, key)

    def no_date(self, item: Map, key: str) -> ConfigurationError:
        value = item[key]
        shown = f"`{value}`" if isinstance(value, str | int | float) else _kind(value)
        return self.mistake(item.pos[key][1], f"`{key}` is {shown}, which is no date", "write it as YYYY-MM-DD")


def _kind(value: object) -> str:
    """What a value is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the boolean `{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"the number `{value}`"
    if isinstance(value, str):
        return f"the text `{value}`" if value.strip() else "an empty text"
    return "a mapping" if isinstance(value, dict) else "a list"


def _list_of(words: Iterable[str]) -> str:
    *rest, last = [f"`{word}`" for word in words]
    return f"{', '.join(rest)} and {last}"


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    close = closest(word, known)
    return f"; did you mean `{close}`?" if close else ""
