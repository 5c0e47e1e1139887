"""Read the standard: strictly, and without a schema validator, which alone would take longer than most runs."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING

from opsready.errors import ConfigurationError
from opsready.model.standard import KnownImage, Objective, Pillar, Standard
from opsready.parse.syntax import Map, Seq, line_of
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.standard import Decidable

# Named, not imported: the core knows no rule, and this lies beside them.
_BUILTIN = "opsready_rules.standard"
_TIERS = 4
_TOP = (
    "name",
    "version",
    "owner",
    "review-cycle",
    "last-updated",
    "pillars",
    "governance",
    "parameters",
    "environments",
    "moving-tags",
    "paging-severities",
    "placeholder-owners",
    "third-party-images",
    "configured-images",
    "load-generators",
    "third-party-charts",
    "disposable-volumes",
    "backup-words",
    "built-images",
    "log-words",
)


class _Node:
    """A value of the tree together with where it stands, so that every complaint can name its place."""

    __slots__ = ("file", "line", "path", "value")

    def __init__(self, value: object, file: str, path: str = "", line: int = 0) -> None:
        self.value = value
        self.file = file
        self.path = path
        self.line = line

    def error(self, problem: str) -> ConfigurationError:
        """The complaint, with file, line where it is known, and the path of keys."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return ConfigurationError(": ".join(part for part in (where, self.path, problem) if part))

    def mapping(self) -> dict[str, _Node]:
        """The entries of a mapping."""
        if not isinstance(self.value, dict):
            raise self.error(f"must be a mapping, not {_described(self.value)}")
        return {key: self._entry(str(key), item) for key, item in self.value.items()}

    def _entry(self, key: str, item: object) -> _Node:
        line = line_of(self.value.pos[key][0]) if isinstance(self.value, Map) and key in self.value.pos else self.line
        return _Node(item, self.file, f"{self.path}.{key}" if self.path else key, line)

    def record(self, *keys: str) -> list[_Node]:
        """The values of a mapping that has exactly these keys, in this order."""
        entries = self.mapping()
        for key, entry in entries.items():
            if key not in keys:
                raise entry.error(f"is not a key that the standard knows{_suggestion(key, keys)}")
        for key in keys:
            if key not in entries:
                raise self.error(f"`{key}` is missing")
        return [entries[key] for key in keys]

    def items(self) -> list[_Node]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self.error(f"must be a list, not {_described(self.value)}")
        lines = [line_of(start) for start, _ in self.value.pos] if isinstance(self.value, Seq) else []
        lines = lines or [self.line] * len(self.value)
        return [
            _Node(item, self.file, f"{self.path}[{index}]", line)
            for index, (item, line) in enumerate(zip(self.value, lines, strict=True))
        ]

    def text(self) -> str:
        """A text that says something."""
        if not isinstance(self.value, str) or not self.value.strip():
            hint = " (write it in quotes)" if isinstance(self.value, int | float) else ""
            raise self.error(f"must be a text, not {_described(self.value)}{hint}")
        return self.value

    def weight(self) -> float:
        """A number above zero."""
        value = self.value
        # NaN is not above zero either, hence the comparison this way round.
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise self.error(f"must be a number above 0, not {_described(value)}")
        return value

    def words(self) -> Iterator[str]:
        """The words of a list, which are compared with text in lower case and must therefore be lower case."""
        for item in self.items():
            word = item.text()
            if word != word.lower():
                raise item.error(f"must be in lower case: `{word.lower()}`")
            yield word


def load_standard(data: object, file: str) -> Standard:
    """Build the standard from the tree of a YAML file; `file` names it in errors."""
    (
        name,
        version,
        owner,
        review_cycle,
        last_updated,
        pillars,
        governance,
        parameters,
        environments,
        moving_tags,
        paging_severities,
        placeholder_owners,
        images,
        configured_images,
        load_generators,
        charts,
        disposable,
        backup_words,
        built,
        log_words,
    ) = _Node(data, file).record(*_TOP)
    _check_governance(governance)
    names, production = environments.record("names", "production")
    environment_names = frozenset(names.words())
    disposable_words, disposable_images = disposable.record("words", "images")
    root, rootless, tools, development = built.record("start-as-root", "leave-root", "build-tools", "development")
    return Standard(
        name=name.text(),
        version=version.text(),
        owner=owner.text(),
        review_cycle=review_cycle.text(),
        last_updated=_day(last_updated),
        pillars=_pillars(pillars),
        parameters={key: _parameter(node) for key, node in parameters.mapping().items()},
        environment_names=environment_names,
        production_names=_production(production, environment_names),
        moving_tags=frozenset(moving_tags.words()),
        paging_severities=frozenset(paging_severities.words()),
        placeholder_owners=frozenset(placeholder_owners.words()),
        third_party_images=tuple(
            KnownImage(image, product) for product, node in images.mapping().items() for image in node.words()
        ),
        configured_images=tuple(configured_images.words()),
        load_generators=frozenset(load_generators.words()),
        third_party_charts=frozenset(charts.words()),
        disposable_words=frozenset(disposable_words.words()),
        disposable_images=tuple(disposable_images.words()),
        backup_words=frozenset(backup_words.words()),
        root_images=tuple(root.words()),
        rootless_images=tuple(rootless.words()),
        build_tools=frozenset(tools.words()),
        development_words=frozenset(development.words()),
        log_words=frozenset(log_words.words()),
    )


def parse_standard(text: str, file: str) -> Standard:
    """Build the standard from the text of a YAML file; `file` names it in errors."""
    from opsready.parse.yaml import parse_yaml

    parsed = parse_yaml(text, file)
    for diagnostic in parsed.diagnostics:
        raise ConfigurationError(f"{file}:{diagnostic.line}: {diagnostic.message}")
    if len(parsed.documents) != 1:
        raise ConfigurationError(f"{file}: must hold one document, not {len(parsed.documents)}")
    return load_standard(parsed.documents[0].root, file)


def builtin_standard() -> Standard:
    """The standard that comes with the built-in rules, as `scripts/generate_standard.py` wrote it down.

    Reading `standard.yaml` itself would take half as long as starting Python.
    """
    standard: Standard = import_module(_BUILTIN).STANDARD
    return standard


def _pillars(node: _Node) -> tuple[Pillar, ...]:
    pillars: list[Pillar] = []
    owners: dict[str, str] = {}
    for name, entry in node.mapping().items():
        title, short, weight, objectives = entry.record("title", "short", "weight", "objectives")
        clauses = objectives.mapping()
        for clause, place in clauses.items():
            if clause in owners:
                raise place.error(f"`{clause}` is an objective of `{owners[clause]}` already")
            owners[clause] = name
        built = tuple(_objective(clause, name, place) for clause, place in clauses.items())
        if not built:
            raise objectives.error("must have an objective at least")
        pillars.append(Pillar(name, title.text(), short.text(), weight.weight(), built))
    if not pillars:
        raise node.error("must have a pillar at least")
    return tuple(pillars)


def _objective(name: str, pillar: str, node: _Node) -> Objective:
    title, weight, decidable, target = node.record("title", "weight", "decidable", "target")
    return Objective(name, title.text(), pillar, weight.weight(), target.text(), _decidable(decidable))


def _decidable(node: _Node) -> Decidable:
    if node.value == "files":
        return "files"
    if node.value == "attestation":
        return "attestation"
    raise node.error(f"must be `files` or `attestation`, not {_described(node.value)}")


def _check_governance(node: _Node) -> None:
    """Refuse mistakes in the objectives beside the score; nothing uses them yet, so the model does not hold them."""
    title, objectives = node.record("title", "objectives")
    title.text()
    for objective in objectives.mapping().values():
        its_title, decidable, target = objective.record("title", "decidable", "target")
        its_title.text()
        _decidable(decidable)
        target.text()


def _parameter(node: _Node) -> object:
    """A number, a text, or four of one sort for the four tiers."""
    if not isinstance(node.value, list):
        return _plain(node)
    values = tuple(_plain(item) for item in node.items())
    if len(values) != _TIERS:
        raise node.error(f"must have four values, for tiers 1 to 4, not {len(values)}")
    if len({isinstance(value, str) for value in values}) > 1:
        raise node.error("must have four numbers or four texts, not some of both")
    return values


def _plain(node: _Node) -> str | int | float:
    value = node.value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    if isinstance(value, str) and value.strip():
        return value
    raise node.error(f"must be a number or a text, not {_described(value)}")


def _production(node: _Node, names: frozenset[str]) -> frozenset[str]:
    for item in node.items():
        if item.value not in names:
            raise item.error(f"{_described(item.value)} is not among the names of environments")
    return frozenset(node.words())


def _day(node: _Node) -> str:
    from datetime import date

    text = node.text()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Other ISO forms (`20250110`, `2025-W02-5`) are read as well, but not wanted.
    if day is None or day.isoformat() != text:
        raise node.error(f"must be a day as YYYY-MM-DD, not `{text}`")
    return text


def _described(value: object) -> str:
    """A value as an error names it: short, and by its sort where its content does not matter."""
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if str(value).strip() else "empty"


def _suggestion(key: str, keys: tuple[str, ...]) -> str:
    close = closest(key, keys)
    return f"; did you mean `{close}`?" if close else ""
