"""Ignores in comments: `# opsready: ignore[rule-name] until=2027-03-31 -- reason`.

A comment on a line of its own is for what follows it: a key with its value, an item of a list, a block, or the whole
document where nothing of it stands above. A comment behind something is for that line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.kubernetes_objects import is_date
from opsready.discover import role_of
from opsready.model.entity import Ignore
from opsready.model.source import Place, Span
from opsready.parse.comments import comments_in
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.parse.comments import Comment, Language

SHAPE = "`# opsready: ignore[rule] until=YYYY-MM-DD -- reason`"
_IGNORE = re.compile(r"opsready:\s*ignore\[(?P<rules>[^\]]*)\](?P<rest>.*)")
_UNTIL = re.compile(r"\s*until=(?P<day>\S*)")
# What somebody may have meant as an ignore; other words behind `opsready:` are prose.
_MEANT = re.compile(r"opsready:\s*(?:ign|ing|skip|disable|suppress|noqa|waive|[\w-]*\s*\[)", re.IGNORECASE)
_LANGUAGES: dict[str, Language] = {"dockerfile": "dockerfile", "terraform": "terraform"}


@dataclass(frozen=True, slots=True)
class CommentIgnore:
    """An ignore and the lines of its file that it is for; with `block` it is for the subjects that begin there too."""

    ignore: Ignore
    file: str
    first: int
    last: int
    block: bool


def comment_ignores(text: str, file: str) -> Iterator[CommentIgnore]:
    """The ignores in the comments of a file; what was meant as one and is none has a `problem`."""
    for comment in comments_in(text, _LANGUAGES.get(role_of(file), "yaml")):
        for ignore in _ignores(comment, file):
            yield CommentIgnore(ignore, file, comment.first, comment.last, comment.block)


def _ignores(comment: Comment, file: str) -> Iterator[Ignore]:
    place = Place("", Span(file, comment.line, comment.column, comment.line, comment.end))
    found = _IGNORE.fullmatch(comment.text)
    rules = [rule.strip() for rule in found["rules"].split(",") if rule.strip()] if found else []
    if found is None or not rules:
        if _MEANT.match(comment.text):
            yield Ignore("", "", "", place, f"is none: write {SHAPE}")
        return
    written, dashes, reason = found["rest"].partition("--")
    until = _UNTIL.fullmatch(written.rstrip())
    problem = ""
    if not dashes or not reason.strip():
        problem = "gives no reason (`-- reason`)"
    elif written.strip() and until is None:
        problem = f"is not written as {SHAPE}"
    elif until is not None and not is_date(until["day"]):
        problem = f"names a last day that is no date: `{until['day']}`"
    for rule in dict.fromkeys(rules):
        yield Ignore(rule, reason.strip(), until["day"] if until else "", place, problem)
