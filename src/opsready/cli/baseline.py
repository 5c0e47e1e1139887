"""`opsready baseline`: accept the failures of today, so that the gate speaks of new ones; the score counts them all."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from opsready.cli.examined import examined
from opsready.errors import UsageError
from opsready.model.decisions import BASELINE_FILE
from opsready.report.escape import on_one_line
from opsready.report.wording import listing, plural

if TYPE_CHECKING:
    from opsready.cli.examined import Examined
    from opsready.model.decisions import Accepted
    from opsready.model.verdict import Verdict

baseline = typer.Typer(no_args_is_help=True, help="Accept today's failures, so that the gate speaks of new ones only.")

_Root = Annotated[str | None, typer.Option(metavar="DIR", help="The repository's root, instead of finding it.")]
_AsOf = Annotated[str | None, typer.Option(metavar="DATE", help="The day to judge by.")]
_MOST_RULES = 5


@baseline.command()
def create(
    *,
    root: _Root = None,
    as_of: _AsOf = None,
    grow: Annotated[bool, typer.Option("--grow", help="Accept further failures although there is a baseline.")] = False,
) -> None:
    """Accept every failure there is today, in `.opsready/baseline.json`.

    A baseline that is there already may shrink, and grows only with --grow.
    """
    from opsready.settle.baseline import accepted

    found = examined(root, as_of)
    entries = accepted(_failures(found))
    if BASELINE_FILE in _paths(found):
        kept = _kept(found)
        known = {entry.fingerprint for entry in kept} - _worse(found)
        further = [entry for entry in entries if entry.fingerprint not in known]
        if further and not grow:
            rules = listing(sorted({entry.rule for entry in further}), _MOST_RULES)
            message = f"the baseline would grow by {plural(len(further), 'failure')}: {rules}"
            raise UsageError(message, help="repair or waive them, or say --grow; `prune` takes out what is gone")
        # What cannot be told or is waived today stays accepted.
        gone = {entry.fingerprint for entry in _gone(found)} | {entry.fingerprint for entry in entries}
        entries += tuple(entry for entry in kept if entry.fingerprint not in gone)
    _write(found, entries)
    sys.stdout.write(f"{BASELINE_FILE} accepts {plural(len(entries), 'failure')}; the score counts them all the same\n")


@baseline.command()
def prune(*, root: _Root = None, as_of: _AsOf = None) -> None:
    """Take out of the baseline what fails no longer."""
    from opsready.settle.baseline import pruned

    found = examined(root, as_of)
    used = found.report.decisions.baseline
    entries = _kept(found)
    if used is None:
        raise _nothing()
    left = pruned(entries, used, _failures(found))
    if left != entries:
        _write(found, left)
    sys.stdout.write(f"took {plural(len(entries) - len(left), 'entry', 'entries')} out, {len(left)} left\n")


@baseline.command()
def show(*, root: _Root = None, as_of: _AsOf = None) -> None:
    """List what the baseline accepts, and what of it is gone or more severe by now."""
    found = examined(root, as_of)
    entries = _kept(found)
    gone = {entry.fingerprint for entry in _gone(found)}
    worse = _worse(found)
    states: Counter[str] = Counter()
    for entry in sorted(entries, key=lambda entry: (entry.rule, entry.subject, entry.fingerprint)):
        state = "gone" if entry.fingerprint in gone else "worse" if entry.fingerprint in worse else "accepted"
        states[state] += 1
        line = f"{state:8}  {entry.severity:8}  {entry.rule}  {entry.subject}"
        sys.stdout.write(f"{on_one_line(line)}\n")
    total = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    sys.stdout.write(f"{plural(len(entries), 'entry', 'entries')}{': ' if total else ''}{total}\n")


def _failures(found: Examined) -> list[Verdict]:
    return [finding.verdict for finding in found.report.findings]


def _paths(found: Examined) -> set[str]:
    return {entry.path for entry in found.tree.entries()}


def _gone(found: Examined) -> tuple[Accepted, ...]:
    used = found.report.decisions.baseline
    return used.gone if used else ()


def _worse(found: Examined) -> frozenset[str]:
    used = found.report.decisions.baseline
    return used.worse if used else frozenset()


def _kept(found: Examined) -> tuple[Accepted, ...]:
    """The entries of the baseline; a UsageError where there is none, or one that cannot be read in full."""
    from opsready.adapt.baseline import load_baseline

    if BASELINE_FILE not in _paths(found):
        raise _nothing()
    entries, problems = load_baseline(found.tree)
    if problems:
        first = problems[0]
        raise UsageError(f"{first.file}:{first.line}: {first.message}", help="correct it, or remove the file")
    return entries


def _nothing() -> UsageError:
    message = f"there is no baseline `{BASELINE_FILE}`"
    return UsageError(message, help="write one with `opsready baseline create`; a file that git ignores is not read")


def _write(found: Examined, entries: tuple[Accepted, ...]) -> None:
    from opsready.adapt.baseline import written
    from opsready.cli import kept_files

    kept_files.decide(found.root, BASELINE_FILE, written(entries))
