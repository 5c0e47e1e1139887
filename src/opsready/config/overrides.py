"""Reads `overrides`: other severities and parameters for a part of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.config.reader import kind, list_of, shown
from opsready.model.override import Override
from opsready.model.verdict import SEVERITIES, TIERS

if TYPE_CHECKING:
    from opsready.config.reader import Reader
    from opsready.model.source import Span
    from opsready.parse.syntax import Map

_SCOPES = ("paths", "namespaces", "services", "environments")
_KEYS = (*_SCOPES, "severity", "parameters", "reason")
_MOST = 1_000


def overrides(reader: Reader, root: Map) -> tuple[Override, ...]:
    """Every override in the order written."""
    remedy = "give it a scope such as `paths`, and `severity` or `parameters`"
    found: list[Override] = []
    for item, start in reader.mappings(root, "overrides", "overrides", "an override", remedy):
        if len(found) == _MOST:
            raise reader.mistake(start, f"there are more than {_MOST} overrides", "join those that say the same")
        found.append(_override(reader, item, start))
    return tuple(found)


def _override(reader: Reader, item: Map, start: int) -> Override:
    reader.check_keys(item, _KEYS, "override")
    places: dict[str, Span] = {}
    severities = _severities(reader, item, places)
    parameters = _parameters(reader, item, places)
    if not severities and not parameters:
        message = "the override changes nothing: it has neither `severity` nor `parameters`"
        raise reader.mistake(start, message, "write `severity: {too-few-replicas: low}`, or remove it")
    for scope in _SCOPES:
        if scope in item and not item[scope]:
            message = f"`{scope}` is empty, so the override would be for nothing"
            raise reader.mistake(item.pos[scope][0], message, "name what it is for, or leave the key out")
    return Override(
        reader.span(start),
        reader.patterns(item, "paths"),
        reader.texts(item, "namespaces", "names or globs"),
        reader.texts(item, "services", "names or globs"),
        reader.texts(item, "environments", "names or globs"),
        severities,
        parameters,
        reader.text(item, "reason"),
        places,
    )


def _severities(reader: Reader, item: Map, places: dict[str, Span]) -> dict[str, tuple[str, ...]]:
    mapping = reader.mapping(item, "severity", "rules to severities", "severity: {too-few-replicas: low}")
    found = {}
    for rule in mapping:
        places[f"severity.{rule}"] = reader.span(mapping.pos[rule][0])
        found[rule] = severity_by_tier(reader, mapping, rule)
    return found


def severity_by_tier(reader: Reader, mapping: Map, rule: str) -> tuple[str, ...]:
    """A severity for each of tiers 1 to 4, written as one word or as four."""
    from opsready.parse.syntax import Seq

    value = mapping[rule]
    words = list(value) if isinstance(value, Seq) else [value] * len(TIERS)
    wrong = next((word for word in words if word not in SEVERITIES), None) if len(words) == len(TIERS) else value
    if len(words) != len(TIERS) or any(word not in SEVERITIES for word in words):
        message = f"`{shown(rule)}` is {kind(wrong)}, which is no severity"
        if isinstance(value, Seq) and len(words) != len(TIERS):
            message = f"`{shown(rule)}` has {len(words)} severities, and there are {len(TIERS)} tiers"
        remedy = f"use {list_of(SEVERITIES, 'or')}, once or in a list of four for tiers 1 to 4"
        raise reader.mistake(mapping.pos[rule][1], message, remedy)
    return tuple(map(str, words))


def _parameters(reader: Reader, item: Map, places: dict[str, Span]) -> dict[str, object]:
    example = "parameters: {availability-target: 0.995}"
    mapping = reader.mapping(item, "parameters", "names of the standard to values", example)
    for name in mapping:
        places[f"parameters.{name}"] = reader.span(mapping.pos[name][0])
    return {name: plain(value) for name, value in mapping.items()}


def plain(value: object) -> object:
    """A value of a tree; a list, which is for the four tiers, becomes a tuple."""
    return tuple(value) if isinstance(value, list) else value
