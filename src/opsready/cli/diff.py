"""`opsready diff`: what became of a repository between two JSON reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from opsready.cli import stream
from opsready.cli.check_options import FAIL_ON, NEVER
from opsready.errors import UsageError
from opsready.model.verdict import SEVERITIES, SEVERITY_RANK
from opsready.report.comparison import as_json, as_text, compare
from opsready.report.saved import SavedReport, read

if TYPE_CHECKING:
    from opsready.model.verdict import Severity


def diff(
    before: Annotated[str, typer.Argument(metavar="A.json", help="The older report.", show_default=False)],
    after: Annotated[str, typer.Argument(metavar="B.json", help="The newer report.", show_default=False)],
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print it.")] = "text",
    fail_on: Annotated[
        str, typer.Option(metavar="SEVERITY", help="Exit with 1 where a failure of this severity or worse is new.")
    ] = NEVER,
) -> int:
    """Compare two reports: what is new, worse, hidden, fixed, and what score and debt did.

    Exit codes: 0 compared, 1 something is new or worse at --fail-on, 2 the reports cannot be read.
    """
    if fail_on not in FAIL_ON.choices:
        message = f"--fail-on is `{fail_on}`, which is no severity"
        raise UsageError(message, help=f"use {', '.join(SEVERITIES)} or {NEVER}")
    if format_ not in {"text", "json"}:
        message = f"--format is `{format_}`"
        raise UsageError(message, help="use text or json")
    found = compare(_read(before), _read(after))
    shown = as_json(found) if format_ == "json" else as_text(found)
    stream.write(sys.stdout, "json" if format_ == "json" else "concise", shown)
    if fail_on == NEVER:
        return 0
    rank = SEVERITY_RANK[cast("Severity", fail_on)]
    return int(any(SEVERITY_RANK[verdict.severity] <= rank for verdict in (*found.new, *found.worse)))


def _read(file: str) -> SavedReport:
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        message = f"cannot read `{file}`: {error.strerror or error}"
        raise UsageError(message, help="name two reports that `--format json:FILE` wrote") from error
    except ValueError:
        text = ""  # not UTF-8, so no report
    return read(text, file)
