"""Reads `.opsready/standard.yaml`: our standard with an organisation's own targets, weights, severities and clauses."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from opsready.config.document import read_yaml
from opsready.config.load import STANDARD_FILE
from opsready.config.overrides import plain, severity_by_tier
from opsready.config.parameters import problem
from opsready.config.reader import Reader, did_you_mean, kind, list_of, shown
from opsready.model.overlay import Overlay
from opsready.model.standard import Objective, Pillar
from opsready.parse.syntax import Map
from opsready.records import replace
from opsready.standard import builtin_standard

if TYPE_CHECKING:
    from opsready.model.source import Span
    from opsready.tree import Tree

_REQUIRED = ("extends", "name", "version", "owner", "last-updated")
_KEYS = (*_REQUIRED, "review-cycle", "changelog", "parameters", "pillars", "severities")
_OF_PILLARS = ("weight", "objectives")
_OF_OBJECTIVES = ("title", "weight", "decidable", "target", "rules")
_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,3}\Z")
_EXTENDED = re.compile(r"opsready/(\d{1,4}\.\d{1,4}\.\d{1,4})\Z")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_MOST_WEIGHT = 1_000


def read_overlay(tree: Tree) -> Overlay:
    """The overlay of a tree that has one; a ConfigurationError for a bad one."""
    root = read_yaml(tree, STANDARD_FILE, "a standard", _KEYS)
    return _Overlay(Map() if root is None else root).read()


class _Overlay:
    """The file while it is read, with what has been found in it."""

    def __init__(self, root: Map) -> None:
        self.reader = Reader(STANDARD_FILE)
        self.root = root
        self.base = builtin_standard()
        self.places: dict[str, Span] = {}
        self.changes: list[str] = []
        self.serving: dict[str, str] = {}

    def read(self) -> Overlay:
        reader, root = self.reader, self.root
        reader.check_keys(root, _KEYS, "standard")
        for key in _REQUIRED:
            if root.get(key) is None:
                remedy = f"a standard of your own has {list_of(_REQUIRED)}"
                raise reader.mistake(root.start, f"the standard has no `{key}`", remedy)
        self._check_base()
        for key in root:
            self.places[key] = reader.span(root.pos[key][0])
        day = reader.day(root, "last-updated")
        parameters = self._parameters()
        severities = self._severities()
        standard = replace(
            self.base,
            name=reader.text(root, "name"),
            version=self._version(),
            owner=reader.text(root, "owner"),
            review_cycle=reader.text(root, "review-cycle") or self.base.review_cycle,
            last_updated=day.isoformat(),
            pillars=self._pillars(),
            parameters=parameters,
            extends=f"opsready/{self.base.version}",
        )
        return Overlay(standard, severities, self.serving, tuple(self.changes), self._changelog(), self.places)

    def _check_base(self) -> None:
        written = self.reader.text(self.root, "extends")
        at = self.root.pos["extends"][1]
        found = _EXTENDED.match(written)
        if found is None:
            message = f"`extends` is `{shown(written)}`, which names no version of a standard"
            raise self.reader.mistake(at, message, f"write it as `opsready/{self.base.version}`")
        if found[1] != self.base.version:
            message = f"`extends` names version {found[1]}, and this opsready judges by {self.base.version}"
            remedy = "install the opsready that has it, or read what changed and extend the new one"
            raise self.reader.mistake(at, message, remedy)

    def _version(self) -> str:
        value = self.root["version"]
        # `2.0` without quotes is a number, and reads as one.
        text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not _VERSION.match(text):
            message = f"`version` is {kind(value)}, which is no version"
            raise self.reader.mistake(self.root.pos["version"][1], message, "write it as `2.0.0`")
        return text

    def _changelog(self) -> frozenset[str]:
        remedy = "give it `version`, `date` and `changes`"
        found = set()
        for item, start in self.reader.mappings(self.root, "changelog", "entries", "an entry", remedy):
            self.reader.check_keys(item, ("version", "date", "changes"), "entry")
            for key in ("version", "date", "changes"):
                if item.get(key) is None:
                    raise self.reader.mistake(start, f"the entry has no `{key}`", remedy)
            self.reader.day(item, "date")
            self.reader.text(item, "changes")
            found.add(str(item["version"]))
        return frozenset(found)

    def _parameters(self) -> dict[str, object]:
        example = "parameters: {availability-target: 0.9995}"
        mapping = self.reader.mapping(self.root, "parameters", "names of the standard to values", example)
        values = dict(self.base.parameters)
        for name in mapping:
            value = plain(mapping[name])
            wrong = problem(name, value, self.base.parameters)
            if wrong is not None:
                raise self.reader.mistake(mapping.pos[name][0], *wrong)
            if value != values[name]:
                self.changes.append(f"`{name}` is {_words(value)} instead of {_words(values[name])}")
            values[name] = value
        return values

    def _severities(self) -> dict[str, tuple[str, ...]]:
        example = "severities: {too-few-replicas: critical}"
        mapping = self.reader.mapping(self.root, "severities", "rules to severities", example)
        found = {}
        for rule in mapping:
            self.places[f"severities.{rule}"] = self.reader.span(mapping.pos[rule][0])
            found[rule] = severity_by_tier(self.reader, mapping, rule)
        return found

    def _pillars(self) -> tuple[Pillar, ...]:
        example = "pillars: {observability: {weight: 25}}"
        written = self.reader.mapping(self.root, "pillars", "pillars to what differs", example)
        names = [pillar.name for pillar in self.base.pillars]
        for name in written:
            if name not in names:
                message = f"`{shown(name)}` is no pillar{did_you_mean(name, names)}"
                raise self.reader.mistake(written.pos[name][0], message, f"the pillars are {list_of(names)}")
        return tuple(self._pillar(pillar, written) for pillar in self.base.pillars)

    def _pillar(self, pillar: Pillar, written: Map) -> Pillar:
        if written.get(pillar.name) is None:
            return pillar
        mine = self.reader.mapping(written, pillar.name, "`weight` and `objectives`", f"{pillar.name}: {{weight: 25}}")
        self.reader.check_keys(mine, _OF_PILLARS, "pillar")
        weight = self._weight(mine, pillar.weight, f"pillar `{pillar.name}`")
        example = "objectives: {alerting: {weight: 8}}"
        clauses = self.reader.mapping(mine, "objectives", "objectives to what differs", example)
        own = {objective.name: objective for objective in pillar.objectives}
        objectives = [self._objective(objective, clauses) for objective in pillar.objectives]
        objectives.extend(self._new(name, pillar, clauses) for name in clauses if name not in own)
        return replace(pillar, weight=weight, objectives=tuple(objectives))

    def _objective(self, objective: Objective, written: Map) -> Objective:
        if written.get(objective.name) is None:
            return objective
        mine = self._clause(written, objective.name)
        if "decidable" in mine:
            at = mine.pos["decidable"][0]
            message = "what can be decided from files is not for a standard to say of an objective that is there"
            raise self.reader.mistake(at, message, "remove `decidable`")
        target = self.reader.text(mine, "target") or objective.target
        if target != objective.target:
            self.changes.append(f"`{objective.name}` has another target in words")
        return replace(
            objective,
            title=self.reader.text(mine, "title") or objective.title,
            weight=self._weight(mine, objective.weight, f"`{objective.name}`"),
            target=target,
        )

    def _new(self, name: str, pillar: Pillar, written: Map) -> Objective:
        at = written.pos[name][0]
        other = self.base.objectives.get(name)
        if other is not None:
            message = f"`{name}` is an objective of `{other.pillar}`"
            raise self.reader.mistake(at, message, "write it below that pillar")
        if not _NAME.match(name):
            raise self.reader.mistake(
                at, f"`{shown(name)}` is no name of an objective", "write it as `synthetic-checks`"
            )
        mine = self._clause(written, name)
        for key in ("title", "weight", "target"):
            if mine.get(key) is None:
                close = did_you_mean(name, [objective.name for objective in pillar.objectives])
                message = f"`{shown(name)}` is a new objective and has no `{key}`{close}"
                raise self.reader.mistake(at, message, "give it `title`, `weight` and `target`")
        decidable: Any = self.reader.choice(mine, "decidable", ("files", "attestation"), "way to decide") or "files"
        weight = self._weight(mine, 0, f"`{name}`")
        title, target = self.reader.text(mine, "title"), self.reader.text(mine, "target")
        self.changes.append(f"`{name}` is an objective of its own")
        return Objective(name, title, pillar.name, weight, target, decidable)

    def _clause(self, written: Map, name: str) -> Map:
        mine = self.reader.mapping(written, name, "what differs", f"{name}: {{weight: 8}}")
        self.reader.check_keys(mine, _OF_OBJECTIVES, "objective")
        for rule in self.reader.texts(mine, "rules", "names of rules"):
            if rule in self.serving:
                message = f"`{shown(rule)}` serves `{self.serving[rule]}` already"
                raise self.reader.mistake(mine.pos["rules"][1], message, "name it once")
            self.serving[rule] = name
            self.places[f"rules.{rule}"] = self.reader.span(mine.pos["rules"][0])
        return mine

    def _weight(self, mine: Map, was: float, what: str) -> float:
        value = mine.get("weight")
        if value is None:
            return was
        # Written so that a NaN passes no comparison.
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _MOST_WEIGHT:
            message = f"`weight` is {kind(value)}, which is no weight"
            raise self.reader.mistake(mine.pos["weight"][1], message, f"use a number above 0, up to {_MOST_WEIGHT}")
        if was and not math.isclose(value, was):
            self.changes.append(f"the weight of {what} is {value:g} instead of {was:g}")
        return value


def _words(value: object) -> str:
    return " ".join(map(shown, value)) if isinstance(value, tuple) else shown(value)
