"""`opsready check`: judge a repository, report, and say by the exit code whether the gate is met."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from opsready.cli.check_options import SHOW
from opsready.cli.complaints import in_words
from opsready.cli.limits import choose, said
from opsready.errors import NothingToCheckError, OpsreadyError, UsageError
from opsready.tree import CANNOT_BE_READ

if TYPE_CHECKING:
    from opsready.cli.output import Output
    from opsready.cli.replay import Replay
    from opsready.model.verdict import Diagnostic
    from opsready.options import Options
    from opsready.report.model import Report
    from opsready.tree import Tree

_KEPT = (0, 1, 3)  # exit codes
_MOST_DEBT = 1e9
_CRASHES = frozenset({"rule-crashed", "parser-crashed"})
_UNREADABLE = frozenset(
    {
        "unreadable-document",
        "unreadable-file",
        "file-too-large",
        "broken-front-matter",
        "too-many-files",
        "path-too-deep",
    }
)


def check(
    *,
    paths: list[str],
    root: str | None,
    exclude: list[str],
    as_of: str | None,
    staged: bool,
    no_ignores: bool,
    no_cache: bool,
    select: list[str],
    ignore: list[str],
    show: str,
    add_ignores: str | None,
    formats: list[str],
    fail_on: str | None,
    no_baseline: bool,
    min_score: list[str],
    min_evidence: str | None,
    profile: str | None,
    strict: bool,
    allow_empty: bool,
    base: str | None,
    max_debt_increase: str | None,
    no_new_ignores: bool,
    replay: Replay | None = None,
) -> int:
    """Judge a repository and report how ready it is to be operated.

    Exit codes: 0 the gate is met, 1 it is missed, 2 the job could not be done, 3 there is nothing to check.
    """
    from opsready.cli.dates import day_to_judge
    from opsready.cli.output import outputs
    from opsready.options import Options

    wanted = outputs(formats)
    choose(SHOW, show, f"--show is `{show}`", f"use {' or '.join(SHOW.choices)}")
    flags = {
        "profile": profile,
        "select": select,
        "ignore": ignore,
        "fail_on": fail_on,
        "min_score": min_score,
        "min_evidence": min_evidence,
    }
    options = Options(
        as_of=day_to_judge(as_of, os.environ),
        exclude=tuple(exclude),
        show=show,
        max_debt_increase=None if max_debt_increase is None else _increase(max_debt_increase),
        no_new_ignores=no_new_ignores,
        **said(flags, os.environ),
        no_ignores=no_ignores,
        no_baseline=no_baseline,
    )
    if base is None and (no_new_ignores or max_debt_increase is not None):
        message = "--max-debt-increase and --no-new-ignores compare with a base, and there is no --base"
        raise UsageError(message, help="name the branch that the change goes to: `--base origin/main`")
    if add_ignores is not None:
        from opsready.cli import add_ignores as adding

        if staged or base is not None:
            message = "--add-ignores accepts what fails in the working directory, without --staged and --base"
            raise UsageError(message, help="run it alone; what is new is listed by `opsready check --base`")
        reason = adding.checked_reason(add_ignores)
        return adding.add_ignores(lambda: _examined(paths, root, options, None, staged=False, base=None), reason)
    if staged or base is not None:
        replay = None  # commits and the index are not among the inputs that it knows
    if no_cache or any(output.file or output.format == "github" for output in wanted):
        replay = None  # a report in a file, or the summary of a job, would have to be written again
    report, top, _ = _examined(paths, root, options, replay, staged=staged, base=base)
    error = _failure(report, strict=strict, allow_empty=allow_empty)
    return _end(report, top, wanted, error, replay)


def _increase(text: str) -> float:
    try:
        most = float(text)
    except ValueError:
        most = -1.0
    if not 0 <= most < _MOST_DEBT:
        message = f"--max-debt-increase is `{text}`, which is no number of points"
        raise UsageError(message, help="use a number such as 0 or 1.5; the report prints the debt")
    return most


def _examined(
    paths: list[str], root: str | None, options: Options, replay: Replay | None, *, staged: bool, base: str | None
) -> tuple[Report, str, Tree]:
    """Find the root and judge it; paths become relative to it. The root's path and what is below it come back too."""
    from opsready.cli.progress import Progress
    from opsready.records import replace
    from opsready.root import find_root
    from opsready.run import examine
    from opsready.survey import survey
    from opsready.tree import tree_of

    if replay is not None:
        replay.begin(paths, root or "")
    top = find_root(paths or ["."], root)
    listed = tuple(_relative(path, top) for path in paths)
    progress = Progress()
    try:
        progress("reading")
        if staged or base is not None:
            from opsready.cli.compared import examined

            report, tree = examined(top, replace(options, paths=listed), progress, staged=staged, base=base)
            return report, top, tree
        seen = survey(top)
        if replay is not None:
            replay.survey(seen)
        below = tree_of(seen)
        return examine(below, replace(options, paths=listed), progress), top, below
    finally:
        progress.done()


def _relative(path: str, root: str) -> str:
    """A path relative to the root, with forward slashes; what is the root itself lists everything."""
    relative = os.path.relpath(os.path.realpath(path), root)
    return relative.replace(os.sep, "/")


def _end(
    report: Report, root: str, wanted: list[Output], error: OpsreadyError | str | None, replay: Replay | None
) -> int:
    """Write the report; standard error's last line says why the exit code is not 0."""
    from opsready.cli.output import write
    from opsready.cli.stream import FOR_PEOPLE

    if isinstance(error, NothingToCheckError) and not report.diagnostics:
        # Programs get their report all the same; a person has nothing to read in it.
        wanted = [output for output in wanted if output.file or output.format not in FOR_PEOPLE]
    complete = write(report, root, wanted, None if replay is None else replay.copy)
    words = in_words(error) if isinstance(error, OpsreadyError) else f"{error}\n" if error else ""
    code = error.exit_code if isinstance(error, OpsreadyError) else 1 if error else 0
    sys.stderr.write(words)
    if replay is not None and complete and code in _KEPT and not any(map(_may_pass, report.diagnostics)):
        replay.keep(code, wanted[0].format if wanted else "", words)
    return code


def _may_pass(found: Diagnostic) -> bool:
    """Whether a diagnostic may be gone in the next run although no file has changed."""
    return found.kind in _CRASHES or found.message.startswith(CANNOT_BE_READ)


def _failure(report: Report, *, strict: bool, allow_empty: bool) -> OpsreadyError | str | None:
    """What is wrong with the run: being unable to do the job comes before the gate, and that before an empty root."""
    crashed = [found for found in report.diagnostics if found.kind in _CRASHES]
    if crashed:
        return OpsreadyError(crashed[0].message, help="report it with the file; the rest of the report holds")
    unreadable = [found for found in report.diagnostics if found.kind in _UNREADABLE]
    if strict and unreadable:
        first = unreadable[0]
        message = (
            f"{len(unreadable)} input(s) could not be read, the first is {first.file}:{first.line}: {first.message}"
        )
        return OpsreadyError(message, help="repair or exclude them, or run without --strict")
    if not report.gate.passed:
        return f"opsready: gate missed: {'; '.join(report.gate.reasons)}"
    if report.score is None and not allow_empty:
        message, remedy = _nothing(report)
        return NothingToCheckError(message, help=remedy)
    return None


def _nothing(report: Report) -> tuple[str, str]:
    files = report.coverage.files
    message = f"nothing to check: none of the {files} file(s) here describes anything that runs, alerts or is owned"
    return message, "name the directory with the manifests, or pass --allow-empty"
