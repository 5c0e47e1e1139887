"""Whether a text is worth parsing: parsing takes a hundred times as long as looking for what rules ask about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from opsready.adapt.kubernetes import NAMESPACE_HINTS, READ_KINDS, may_make_pods
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.discover import SourceFile

_KIND_OF_JSON = pattern(r"^ +\"kind\": *\"(\w+)\"", re.MULTILINE)
_KIND_MARKS = ("\nkind:", '\n"kind":')
_KIND_VALUE = re.compile(r" *[\"']?(\w+)")
_GROUP_MARKS = ("\napiVersion:",)
_GROUP_VALUE = re.compile(r" *[\"']?([\w.-]+)/")
# A dashboard has targets too, so in JSON only these keys make a file worth parsing.
_JSON_KEYS = ('"apiVersion"', '"groups"', '"op"')
_INTERESTING = re.compile(
    r"^(?:- +|[ \t]*)?[\"']?(?:apiVersion|groups|op|fieldPaths|targets|slos)[\"']? *:"
    r"|[{,] *[\"']?(?:apiVersion|op)[\"']? *:",
    re.MULTILINE,
)
_COLLECTOR = pattern(r"^[\"']?receivers[\"']? *:|^ {0,4}\"receivers\" *:", re.MULTILINE)
_OTHER_READ_KINDS = frozenset(
    {
        "Kustomization",
        "HelmRelease",
        "HelmChart",
        "Application",
        "ApplicationSet",
        "Component",
        "List",
        "Config",
        "SLO",
        "SLI",
    }
)
# Prometheus' rule files of old; udev, Firestore and others have files of this name as well, which are no YAML.
RULES = ".rules"
_GROUPS = pattern(r"^groups[ \t]*:", re.MULTILINE)
ALWAYS_PARSED = frozenset({"kustomization", "chart", "skaffold", "service-file", "catalog"})


class Interest(NamedTuple):
    """Whether anything in a file may be asked about, and the kinds in one that is not which may create pods."""

    asked: bool
    makers: tuple[str, ...] = ()


_ASKED = Interest(asked=True)
_NOT_ASKED = Interest(asked=False)


def interest_in(file: SourceFile, text: str) -> Interest:
    """Look for what rules ask about, without parsing."""
    if file.role in ALWAYS_PARSED:
        return _ASKED
    if file.role == "json" and not any(key in text for key in _JSON_KEYS):
        return _NOT_ASKED
    if _INTERESTING.search(text) is None:
        collects = _COLLECTOR.search(text) is not None and "exporters" in text and "pipelines" in text
        return _ASKED if collects else _NOT_ASKED
    if file.path.endswith(RULES) and _GROUPS.search(text) is None:
        return _NOT_ASKED
    kinds = _kinds(text)
    if not kinds or any(kind in READ_KINDS or kind in _OTHER_READ_KINDS or kind.endswith("List") for kind in kinds):
        return _ASKED
    if "Namespace" in kinds and any(hint in text for hint in NAMESPACE_HINTS):
        return _ASKED
    groups = set(_values_after(text, _GROUP_MARKS, _GROUP_VALUE))
    makers = sorted(kind for kind in kinds if any(may_make_pods(group, kind) for group in groups))
    return Interest(asked=False, makers=tuple(makers))


def _kinds(text: str) -> set[str]:
    """The kinds of a file's objects."""
    kinds = set(_values_after(text, _KIND_MARKS, _KIND_VALUE))
    if '  "kind":' in text:
        kinds.update(_KIND_OF_JSON.findall(text))
    return kinds


def _values_after(text: str, marks: tuple[str, ...], value: re.Pattern[str]) -> Iterator[str]:
    """What stands behind keys at the beginning of a line; plain words are found ten times as fast as patterns."""
    text = f"\n{text}"
    for mark in marks:
        at = text.find(mark)
        while at >= 0:
            at += len(mark)
            if found := value.match(text, at):
                yield found[1]
            at = text.find(mark, at)
