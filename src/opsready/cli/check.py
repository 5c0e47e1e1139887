"""`opsready check`: judge a repository, report, and say by the exit code whether the gate is met."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from opsready.errors import NothingToCheckError, OpsreadyError, UsageError
from opsready.model.verdict import SEVERITIES, Severity

if TYPE_CHECKING:
    from opsready.cli.output import Output
    from opsready.options import Options
    from opsready.report.model import Report

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
_NEVER = "never"
_SHOWN = ("failures", "all")

_WHAT, _LIST, _GATE = "What is checked", "What is listed", "The gate"


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...", help="List only what is in these files and directories.", show_default=False
        ),
    ] = None,
    *,
    root: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The repository's root, instead of finding it.",
            rich_help_panel=_WHAT,
            show_default=False,
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GLOB", help="Leave these out, and out of the score.", rich_help_panel=_WHAT, show_default=False
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="The day to judge by. \\[default: today, UTC]",
            rich_help_panel=_WHAT,
            show_default=False,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME,...",
            help="List only these rules, objectives or pillars.",
            rich_help_panel=_LIST,
            show_default=False,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME,...", help="Do not list these.", rich_help_panel=_LIST, show_default=False),
    ] = None,
    show: Annotated[
        str, typer.Option(metavar="|".join(_SHOWN), help="Whether passes are listed as well.", rich_help_panel=_LIST)
    ] = "failures",
    format_: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT[:FILE]",
            help="full, concise or json. \\[default: full on a terminal]",
            rich_help_panel=_LIST,
            show_default=False,
        ),
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="SEVERITY", help="Fail on failures of this severity or worse, or never.", rich_help_panel=_GATE
        ),
    ] = "high",
    min_score: Annotated[
        list[str] | None,
        typer.Option(metavar="[PILLAR=]N", help="Fail below this score.", rich_help_panel=_GATE, show_default=False),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Input that cannot be read is an error (exit 2).", rich_help_panel=_GATE)
    ] = False,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Nothing to check is no error (exit 0).", rich_help_panel=_GATE)
    ] = False,
) -> int:
    """Judge a repository and report how ready it is to be operated.

    Exit codes: 0 the gate is met, 1 it is missed, 2 the job could not be done, 3 there is nothing to check.
    """
    from opsready.cli.output import outputs

    wanted = outputs(format_ or [])
    report = _examined(tuple(paths or ()), root, _options(as_of, select, ignore, exclude, show, fail_on, min_score))
    return _end(report, wanted, strict=strict, allow_empty=allow_empty)


def _options(
    as_of: str | None,
    select: list[str] | None,
    ignore: list[str] | None,
    exclude: list[str] | None,
    show: str,
    fail_on: str,
    min_score: list[str] | None,
) -> Options:
    from opsready.cli.dates import day_to_judge
    from opsready.options import Options

    if show not in _SHOWN:
        message = f"--show is `{show}`"
        raise UsageError(message, help=f"use {' or '.join(_SHOWN)}")
    if fail_on not in (*SEVERITIES, _NEVER):
        message = f"--fail-on is `{fail_on}`, which is no severity"
        raise UsageError(message, help=f"use {', '.join(SEVERITIES)} or {_NEVER}")
    return Options(
        as_of=day_to_judge(as_of, os.environ),
        select=_names(select),
        ignore=_names(ignore),
        exclude=tuple(exclude or ()),
        show=show,
        fail_on=None if fail_on == _NEVER else cast("Severity", fail_on),
        min_scores=tuple(_limit(text) for text in min_score or ()),
    )


def _names(written: list[str] | None) -> tuple[str, ...]:
    return tuple(name.strip() for text in written or () for name in text.split(",") if name.strip())


def _limit(text: str) -> tuple[str, float]:
    """`80` or `PILLAR=80`."""
    pillar, _, number = text.rpartition("=")
    try:
        least = float(number)
    except ValueError:
        least = -1.0
    if not 0 <= least <= 100:
        message = f"--min-score is `{text}`, which is no score"
        raise UsageError(message, help="use a number from 0 to 100, alone or as PILLAR=NUMBER")
    return pillar, least


def _examined(paths: tuple[Path, ...], root: Path | None, options: Options) -> Report:
    """Find the root and judge it; paths become relative to it."""
    from opsready.cli.progress import Progress
    from opsready.records import replace
    from opsready.root import find_root
    from opsready.run import examine
    from opsready.tree import open_directory

    top = find_root(paths or (_here(),), root)
    listed = tuple(_relative(path, top) for path in paths)
    progress = Progress()
    try:
        progress("reading")
        return examine(open_directory(top), replace(options, paths=listed), progress)
    finally:
        progress.done()


def _here() -> Path:
    from pathlib import Path

    return Path()


def _relative(path: Path, root: Path) -> str:
    """A path relative to the root, with forward slashes; what is the root itself lists everything."""
    relative = os.path.relpath(os.path.realpath(path), root)
    return relative.replace(os.sep, "/")


def _end(report: Report, wanted: list[Output], *, strict: bool, allow_empty: bool) -> int:
    """Write the report; standard error's last line says why the exit code is not 0."""
    from opsready.cli.output import write

    error = _failure(report, strict=strict, allow_empty=allow_empty)
    if isinstance(error, NothingToCheckError) and not report.diagnostics:
        # Programs get their report all the same; a person has nothing to read in it.
        wanted = [output for output in wanted if output.file or output.format == "json"]
    write(report, wanted)
    if error is None:
        return 0
    if isinstance(error, OpsreadyError):
        raise error
    sys.stderr.write(error + "\n")
    return 1


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
