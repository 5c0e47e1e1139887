"""Ignores written on an object: which hold on a day, which do not, and which nobody needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.verdict import Diagnostic, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from opsready.model.entity import Entity, Ignore
    from opsready.model.source import Span


class Ignores:
    """All ignores of a repository on one day."""

    def __init__(self, as_of: date, rules: Iterable[str]) -> None:
        """Take the day and the names of the rules that exist."""
        self._as_of = as_of.isoformat()
        self._rules = frozenset(rules)
        self._met: dict[tuple[Span, str], Ignore] = {}
        self._used: set[tuple[Span, str]] = set()

    def meet(self, entities: Iterable[Entity]) -> None:
        """Know every ignore, whether or not a rule will ask about it."""
        for entity in entities:
            for ignore in entity.identity.ignores:
                self._met[ignore.place.span, ignore.rule] = ignore

    def suppression(self, entity: Entity, *rules: str) -> Suppression | None:
        """The suppression by the first valid ignore of an entity for any of the rules; it then counts as used."""
        for ignore in entity.identity.ignores:
            if ignore.rule in rules and not ignore.problem and ignore.until >= self._as_of:
                self._used.add((ignore.place.span, ignore.rule))
                return Suppression("ignore", ignore.reason, ignore.until, ignore.place)
        return None

    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong with ignores: each that has no effect, and why."""
        found = []
        for key, ignore in self._met.items():
            span = ignore.place.span
            what = f"the ignore of `{ignore.rule}`"
            if ignore.rule not in self._rules:
                message = f"{what} names no rule; `opsready rules` lists them"
                found.append(Diagnostic("ignore-unknown-rule", span.file, span.line, message))
            elif ignore.problem:
                kind = "ignore-without-reason" if not ignore.reason else "ignore-malformed"
                message = f"{what} has no effect: it {ignore.problem}"
                found.append(Diagnostic(kind, span.file, span.line, message))
            elif ignore.until < self._as_of:
                message = f"{what} expired on {ignore.until}; repair the finding, or decide anew"
                found.append(Diagnostic("ignore-expired", span.file, span.line, message))
            elif key not in self._used:
                message = f"{what} is not needed: nothing fails there; remove it"
                found.append(Diagnostic("ignore-unused", span.file, span.line, message))
        return found
