"""Which files are one and the same under another name, told by what is in them, as git tells it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.tree import Tree

_LEAST_ALIKE = 0.5  # the share of lines that git asks for
_MOST_PAIRS = 10_000


def renames(before: Tree, after: Tree, old: Iterable[str], new: Iterable[str]) -> dict[str, str]:
    """For those of the `old` paths that are gone after: the `new` one that was not there before and is most like it."""
    there_before = {entry.path for entry in before.entries()}
    there_after = {entry.path for entry in after.entries()}
    gone = _lines(before, (path for path in old if path in there_before - there_after))
    come = _lines(after, (path for path in new if path in there_after - there_before))
    pairs = [
        (-_likeness(lines, others), path, other)
        for path, lines in gone.items()
        for other, others in (come.items() if len(gone) * len(come) <= _MOST_PAIRS else ())
    ]
    found: dict[str, str] = {}
    for unlike, path, other in sorted(pairs):
        if -unlike >= _LEAST_ALIKE and path not in found and other not in found.values():
            found[path] = other
    return found


def _lines(tree: Tree, paths: Iterable[str]) -> dict[str, Counter[bytes]]:
    found = {}
    for path in sorted(paths):
        data = tree.read(path)
        if isinstance(data, bytes):
            found[path] = Counter(data.splitlines())
    return found


def _likeness(one: Counter[bytes], other: Counter[bytes]) -> float:
    """The share (0..1) of lines that two files have in common."""
    return (one & other).total() / max(one.total(), other.total(), 1)
