"""CODEOWNERS files of GitHub and GitLab: who owns a path.

Patterns look like those of `.gitignore` but are not: `docs/*` stops at that directory, `[` is a plain character, and
`!` starts no exception on GitHub. They are matched without regular expressions, whose time a pattern could blow up.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from opsready.adapt.approvers import approver
from opsready.model.source import Place, Span
from opsready.patterns import pattern
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Where the platforms look, in GitHub's order; the first that exists counts.
CODEOWNERS_PATHS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_LONGEST_PATTERN = 500
_SECTION = pattern(r"\^?\[(?P<name>[^\]]{1,200})\](?:\[\d{1,4}\])?(?P<owners>\s.*)?$")
_WORDS = pattern(r"(?:\\.|[^\s\\])+")


@dataclass(frozen=True, slots=True)
class OwnerRule:
    """One line: `segments` is its pattern cut at slashes; `inside` says that it names what is below a directory.

    No owners means that what matches is owned by nobody, whatever an earlier line says.
    """

    pattern: str
    segments: tuple[str, ...]
    inside: bool
    owners: tuple[str, ...]
    section: str
    place: Place

    def matches(self, path: tuple[str, ...]) -> bool:
        """Whether the pattern names a file, given as the segments of its path, or a directory above it."""
        if self.inside:
            return _matches(self.segments, path[:-1], prefix=True)
        return _matches(self.segments, path, prefix=self.segments[-1] != "*")


@dataclass(frozen=True, slots=True)
class Owned:
    """Who owns a path, and the line that says so."""

    owners: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """A CODEOWNERS file."""

    file: str
    rules: tuple[OwnerRule, ...]

    def owner_for(self, path: str) -> Owned | None:
        """The owners of a file: the last line that matches decides, in each of GitLab's sections by itself.

        Of several sections the first one whose line names owners is returned.
        """
        segments = tuple(path.split("/"))
        last: dict[str, OwnerRule] = {}
        for rule in self.rules:
            if rule.matches(segments):
                last[rule.section] = rule
        return next((Owned(rule.owners, rule.place) for rule in last.values() if rule.owners), None)


def owner_lookup(texts: Mapping[str, str]) -> Callable[[str], tuple[str, Place] | None]:
    """A way to ask for the first owner of a path, from the CODEOWNERS that the platform reads, else from OWNERS."""
    chosen = next((path for path in CODEOWNERS_PATHS if path in texts), None)
    if chosen is None:
        return lambda path: approver(texts, path)
    owners = parse_codeowners(texts[chosen], chosen)

    def first_owner(path: str) -> tuple[str, Place] | None:
        found = owners.owner_for(path)
        return None if found is None else (found.owners[0], found.place)

    return first_owner


def parse_codeowners(text: str, file: str) -> CodeOwners:
    """Read a CODEOWNERS file; lines that say nothing are skipped."""
    rules: list[OwnerRule] = []
    section = ""
    inherited: tuple[str, ...] = ()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        place = Place("", Span(file, number, 1 + len(line) - len(line.lstrip()), number, 1 + len(line.rstrip())))
        header = _SECTION.match(stripped)
        if header is not None:
            section, inherited = header["name"].strip().lower(), _owners(_WORDS.findall(header["owners"] or ""))
            continue
        words = _WORDS.findall(stripped)
        if words:
            rule = _rule(words, section, inherited, place)
            if rule is not None:
                rules.append(rule)
    return CodeOwners(file, tuple(rules))


def _rule(words: list[str], section: str, inherited: tuple[str, ...], place: Place) -> OwnerRule | None:
    excluded = bool(section) and words[0].startswith("!")
    pattern = re.sub(r"\\(.)", r"\1", words[0].removeprefix("!") if excluded else words[0])
    owners = () if excluded else (_owners(words[1:]) or inherited)
    segments = [part for part in pattern.split("/") if part]
    if not segments or len(pattern) > _LONGEST_PATTERN:
        return None
    if "/" not in pattern.rstrip("/"):
        segments.insert(0, "**")
    inside = pattern.endswith("/")
    return OwnerRule(pattern, tuple(segments), inside, owners, section, place)


def _owners(words: list[str]) -> tuple[str, ...]:
    """The owners of a line up to a comment: `@user`, `@org/team`, `@@role` or an e-mail address."""
    owners: list[str] = []
    for word in words:
        if word.startswith("#"):
            break
        if "@" in word:
            owners.append(word)
    return tuple(owners)


def _matches(pattern: tuple[str, ...], path: tuple[str, ...], *, prefix: bool) -> bool:
    """Whether segments match, `**` standing for any number of them; `prefix` lets the path go on below the pattern.

    As with wildcards in text, it is enough to go back to the last `**`: time grows with the product of both lengths.
    """
    at, here = 0, 0
    back, resume = -1, 0
    while here < len(path):
        if at == len(pattern):
            if prefix:
                return True
        elif pattern[at] == "**":
            back, resume = at, here
            at += 1
            continue
        elif _same(pattern[at], path[here]):
            at += 1
            here += 1
            continue
        if back < 0:
            return False
        resume += 1
        at, here = back + 1, resume
    return all(part == "**" for part in pattern[at:])


def _same(pattern: str, segment: str) -> bool:
    return fnmatchcase(segment, pattern.replace("[", "[[]"))
