"""Ignores written into the text of a file, a comment above each line; what the file says otherwise stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.comment_ignores import comment_ignores
from opsready.discover import role_of
from opsready.parse.yaml import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# Files whose readers keep comments; what else there is has none (JSON), or none that are read (Markdown).
COMMENTED = frozenset({"yaml", "dockerfile", "terraform", "kustomization", "skaffold", "service-file", "catalog"})
_MOST_SINGLE = 100


def with_ignores(
    text: str, file: str, wanted: Mapping[int, Collection[str]], reason: str
) -> tuple[str, frozenset[int]]:
    """The text with ignores of rules at some lines (1-based), and the lines for which that could be done.

    A comment that would become part of a text, or be for other lines than it is meant for, is not written.
    """
    if role_of(file) not in COMMENTED or file.endswith(".json"):
        return text, frozenset()
    lines = sorted(wanted)
    whole = _inserted(text, file, lines, wanted, reason)
    if whole is not None:
        return whole, frozenset(lines)
    done = [line for line in lines[:_MOST_SINGLE] if _inserted(text, file, [line], wanted, reason) is not None]
    together = _inserted(text, file, done, wanted, reason) if done else None
    return (text, frozenset()) if together is None else (together, frozenset(done))


def _inserted(text: str, file: str, lines: list[int], wanted: Mapping[int, Collection[str]], reason: str) -> str | None:
    """The text with a comment for each line; None where it would not say the same, or not what is meant."""
    made = text.split("\n")
    if not lines or lines[-1] > len(made):
        return None
    for line in reversed(lines):
        written = made[line - 1]
        ending = "\r" if written.endswith("\r") else ""
        indentation = written[: len(written) - len(written.lstrip())]
        rules = ", ".join(sorted(wanted[line]))
        made.insert(line - 1, f"{indentation}# opsready: ignore[{rules}] -- {reason}{ending}")
    new = "\n".join(made)
    heeded = {
        (found.first, found.ignore.rule)
        for found in comment_ignores(new, file)
        if not found.ignore.problem and found.first == found.ignore.place.span.line + 1
    }
    meant = {(line + shift, rule) for shift, line in enumerate(lines, start=1) for rule in wanted[line]}
    return new if meant <= heeded and _says_the_same(text, new, file) else None


def _says_the_same(before: str, after: str, file: str) -> bool:
    if role_of(file) in {"dockerfile", "terraform"}:
        return True
    old, new = parse_yaml(before, file), parse_yaml(after, file)
    return (
        old.broken == new.broken
        and [found.message for found in old.diagnostics] == [found.message for found in new.diagnostics]
        and [document.root for document in old.documents] == [document.root for document in new.documents]
    )
