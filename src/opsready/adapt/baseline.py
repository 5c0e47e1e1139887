"""`.opsready/baseline.json`: failures that were there when opsready was taken up. What is not written well is no entry.

One entry a line, sorted, so that differences can be read and merged.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from opsready.model.decisions import BASELINE_FILE, Accepted
from opsready.model.verdict import SEVERITY_RANK, Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.tree import Tree

VERSION = 1
MALFORMED = "baseline-malformed"
_KEYS = ("rule", "subject", "severity", "fingerprint")
_MOST_SHOWN = 20


def load_baseline(tree: Tree) -> tuple[tuple[Accepted, ...], tuple[Diagnostic, ...]]:
    """Read the baseline at the root of a tree, and say what of it has no effect."""
    from opsready.discover import decode

    text, problem = decode(BASELINE_FILE, tree.read(BASELINE_FILE))
    if text is None:
        return _nothing(1, problem.message if problem else "cannot be read")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return _nothing(error.lineno, f"it is no JSON: {error.msg}")
    except (ValueError, RecursionError):
        return _nothing(1, "it is no JSON that can be read")
    failures = data.get("failures") if isinstance(data, dict) else None
    if not isinstance(failures, list):
        return _nothing(1, "it is no object with a list `failures`")
    if data.get("version") != VERSION or isinstance(data["version"], bool):
        return _nothing(1, f"its `version` is not {VERSION}; another opsready wrote it")
    return _entries(failures, text)


def _nothing(line: int, why: str) -> tuple[tuple[Accepted, ...], tuple[Diagnostic, ...]]:
    message = f"the baseline has no effect: {why}; `opsready baseline create` writes one once this is removed"
    return (), (Diagnostic(MALFORMED, BASELINE_FILE, line, message),)


def _entries(failures: list[object], text: str) -> tuple[tuple[Accepted, ...], tuple[Diagnostic, ...]]:
    found: dict[str, Accepted] = {}
    wrong: dict[int, str] = {}
    for number, item in enumerate(failures):
        entry = _entry(item)
        if entry is None:
            wrong[number] = "it is no object with the texts `rule`, `subject`, `severity` and `fingerprint`"
        elif entry.fingerprint in found:
            wrong[number] = "its fingerprint is there twice"
        else:
            found[entry.fingerprint] = entry
    shown = list(wrong)[:_MOST_SHOWN]
    lines = _lines(text, shown)
    problems = [
        Diagnostic(MALFORMED, BASELINE_FILE, lines[number], f"an entry of the baseline has no effect: {wrong[number]}")
        for number in shown
    ]
    if len(wrong) > len(shown):
        message = f"{len(wrong) - len(shown)} more entries of the baseline have no effect"
        problems.append(Diagnostic(MALFORMED, BASELINE_FILE, 1, message))
    return tuple(found.values()), tuple(problems)


def _entry(item: object) -> Accepted | None:
    if not isinstance(item, dict) or not all(isinstance(item.get(key), str) for key in _KEYS):
        return None
    if item["severity"] not in SEVERITY_RANK or not item["fingerprint"]:
        return None
    return Accepted(item["fingerprint"], item["rule"], item["subject"], item["severity"])


def _lines(text: str, numbers: list[int]) -> dict[int, int]:
    """The lines of some entries; only now are positions worth their price."""
    if not numbers:
        return {}
    from opsready.parse.syntax import Map, Seq, line_of
    from opsready.parse.yaml import parse_json

    documents = parse_json(text, BASELINE_FILE).documents
    root = documents[0].root if documents else None
    items = root.get("failures") if isinstance(root, Map) else None
    known = items.pos if isinstance(items, Seq) else []
    return {number: line_of(known[number][0]) if number < len(known) else 1 for number in numbers}


def written(entries: Iterable[Accepted]) -> str:
    """The text of a baseline."""
    lines = [
        json.dumps({key: getattr(entry, key) for key in _KEYS}, ensure_ascii=True)
        for entry in sorted(entries, key=_by_rule)
    ]
    body = ",\n".join(lines)
    return f'{{\n"version": {VERSION},\n"failures": [\n{body}\n]\n}}\n' if lines else _EMPTY


_EMPTY = f'{{\n"version": {VERSION},\n"failures": [\n]\n}}\n'


def _by_rule(entry: Accepted) -> tuple[str, str, str]:
    return entry.rule, entry.subject, entry.fingerprint
