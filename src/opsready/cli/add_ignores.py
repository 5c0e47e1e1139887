"""`opsready check --add-ignores REASON`: accept every listed failure where it is written, as a comment."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.adapt.ignore_text import with_ignores
from opsready.cli import kept_files
from opsready.errors import UsageError
from opsready.plugins import GOVERNANCE
from opsready.report.escape import on_one_line
from opsready.report.wording import listing, plural, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from opsready.model.verdict import Verdict
    from opsready.report.model import Report
    from opsready.tree import Tree

# A failure may be written in several places, of which a report names the worst.
_MOST_PASSES = 5
_MOST_SHOWN = 5


def checked_reason(reason: str) -> str:
    """The reason as it is written in a comment; a UsageError where it is none."""
    words = " ".join(reason.split())
    if not any(map(str.isalpha, words)) or not words.isprintable():
        message = f"--add-ignores gives no reason: `{on_one_line(reason)}`"
        raise UsageError(message, help='say why they are accepted: --add-ignores "old cluster, moves in March"')
    return words


def add_ignores(examine: Callable[[], tuple[Report, str, Tree]], reason: str) -> int:
    """Write comments for every listed failure, as long as that changes something."""
    tried: set[tuple[str, str]] = set()
    files: set[str] = set()
    count = 0
    for _ in range(_MOST_PASSES):
        report, root, tree = examine()
        wanted = _wanted(report, tried)
        if not wanted:
            break
        for file, lines in wanted.items():
            done = _write(root, tree, file, lines, reason)
            count += done
            files |= {file} if done else set()
    else:
        report, _, _ = examine()
    left = [finding.verdict for finding in report.findings if _is_meant(finding.verdict)]
    sys.stdout.write(f"wrote {plural(count, 'ignore')} into {plural(len(files), 'file')}\n")
    if left:
        places = listing([where(verdict) for verdict in left], _MOST_SHOWN)
        said = f"{plural(len(left), 'failure')} cannot be ignored in place: {places}"
        sys.stdout.write(f"{on_one_line(said)}\n")
    return 0


def _is_meant(verdict: Verdict) -> bool:
    return verdict.outcome == "fail" and not verdict.cause and verdict.pillar != GOVERNANCE


def _wanted(report: Report, tried: set[tuple[str, str]]) -> dict[str, dict[int, set[str]]]:
    """The rules to ignore by file and line; what follows from another failure is covered by that one's ignore."""
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for finding in report.findings:
        verdict = finding.verdict
        if verdict.place is None or not _is_meant(verdict):
            continue
        span = verdict.place.span
        attempt = (verdict.fingerprint, span.file)
        if span.line > 0 and attempt not in tried:
            tried.add(attempt)
            found[span.file][span.line].add(verdict.rule)
    return found


def _write(root: str, tree: Tree, file: str, wanted: dict[int, set[str]], reason: str) -> int:
    """How many ignores were written into a file; links and what is not plain UTF-8 are left alone."""
    entry = next((entry for entry in tree.entries() if entry.path == file), None)
    data = tree.read(file) if entry is not None and not entry.target else None
    if not isinstance(data, bytes):
        return 0
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return 0
    new, lines = with_ignores(text, file, wanted, reason)
    if not lines:
        return 0
    kept_files.replace(root, file, new)
    return sum(len(wanted[line]) for line in lines)
