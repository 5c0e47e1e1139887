"""Ignores written on an object or beside a line: which hold on a day, which do not, and which nobody needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.verdict import Diagnostic, Suppression
from opsready.plugins import INPUT_NOT_EVALUATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from opsready.adapt.comment_ignores import CommentIgnore
    from opsready.model.entity import Entity, Ignore
    from opsready.model.source import Place, Span


class Ignores:
    """All ignores of a repository on one day."""

    def __init__(self, as_of: date, rules: Iterable[str], *, heeded: bool = True) -> None:
        """Take the day and the names of the rules that exist; where they are not `heeded`, none has an effect."""
        self._as_of = as_of.isoformat()
        self._heeded = heeded
        self._comments: dict[str, list[CommentIgnore]] = {}
        self._rules = frozenset(rules)
        self._met: dict[tuple[Span, str], Ignore] = {}
        self._used: set[tuple[Span, str]] = set()

    def meet(self, entities: Iterable[Entity]) -> None:
        """Know every ignore, whether or not a rule will ask about it."""
        for entity in entities:
            for ignore in entity.identity.ignores:
                self._met[ignore.place.span, ignore.rule] = ignore

    def meet_comments(self, comments: Iterable[CommentIgnore]) -> None:
        """Know every ignore that is written in a comment."""
        for comment in comments:
            self._met[comment.ignore.place.span, comment.ignore.rule] = comment.ignore
            self._comments.setdefault(comment.file, []).append(comment)

    def may_suppress(self, entity: Entity) -> bool:
        """Whether there is an ignore at all that could be about an entity."""
        return self._heeded and bool(entity.identity.ignores or self._comments)

    def suppression(self, entity: Entity, *rules: str, place: Place | None = None) -> Suppression | None:
        """The suppression by the first valid ignore for any of the rules; it then counts as used.

        An annotation of the entity comes first, then a comment about the `place` of the finding or about the entity.
        """
        if not self._heeded:
            return None
        for ignore in entity.identity.ignores:
            if self._holds(ignore, rules):
                return self._suppressed(ignore)
        for comment in self._about(place or entity.place, entity.place):
            if self._holds(comment.ignore, rules):
                return self._suppressed(comment.ignore)
        return None

    def _holds(self, ignore: Ignore, rules: tuple[str, ...]) -> bool:
        if ignore.rule == INPUT_NOT_EVALUATED:
            return False  # nobody knows what that would accept
        return ignore.rule in rules and not ignore.problem and (not ignore.until or ignore.until >= self._as_of)

    def _suppressed(self, ignore: Ignore) -> Suppression:
        self._used.add((ignore.place.span, ignore.rule))
        return Suppression("ignore", ignore.reason, ignore.until, ignore.place)

    def _about(self, place: Place, header: Place) -> Iterator[CommentIgnore]:
        """The comments whose lines hold a place, or, where they are for a block, the header of a subject."""
        for span, is_header in ((place.span, False), (header.span, True)):
            for comment in self._comments.get(span.file, ()):
                if comment.first <= span.line <= comment.last and (comment.block or not is_header):
                    yield comment

    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong with ignores: each that has no effect, and why."""
        found = []
        for key, ignore in self._met.items():
            span = ignore.place.span
            what = f"the ignore of `{ignore.rule}`"
            if not ignore.rule:
                found.append(Diagnostic("ignore-malformed", span.file, span.line, f"this ignore {ignore.problem}"))
            elif ignore.rule not in self._rules:
                message = f"{what} names no rule; `opsready rules` lists them"
                found.append(Diagnostic("ignore-unknown-rule", span.file, span.line, message))
            elif ignore.rule == INPUT_NOT_EVALUATED:
                message = f"{what} has no effect: what is inside is not known; render it, or exclude it"
                found.append(Diagnostic("ignore-malformed", span.file, span.line, message))
            elif ignore.problem:
                kind = "ignore-without-reason" if not ignore.reason else "ignore-malformed"
                message = f"{what} has no effect: it {ignore.problem}"
                found.append(Diagnostic(kind, span.file, span.line, message, f"{span.file}#{ignore.rule}", span))
            elif ignore.until and ignore.until < self._as_of:
                message = f"{what} expired on {ignore.until}"
                found.append(
                    Diagnostic("ignore-expired", span.file, span.line, message, f"{span.file}#{ignore.rule}", span)
                )
            elif key not in self._used and self._heeded:
                message = f"{what} is not needed: nothing fails there"
                found.append(
                    Diagnostic("ignore-unused", span.file, span.line, message, f"{span.file}#{ignore.rule}", span)
                )
        return found
