"""Where reports go: formats, files, colour and width."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from opsready.cli import stream
from opsready.errors import UsageError
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from opsready.report.model import Report

FORMATS = ("full", "concise", "json", "sarif", "junit", "gitlab", "github", "markdown", "badge")
_WIDEST = 120
_DEFAULT_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Output:
    """One report to write: its format, and the file it goes to (empty: standard output)."""

    format: str
    file: str = ""


def outputs(written: list[str]) -> list[Output]:
    """Read `FORMAT` and `FORMAT:FILE`; without any, the format that suits where standard output goes."""
    if not written:
        return [Output("full" if sys.stdout.isatty() else "concise")]
    made = []
    for text in written:
        name, colon, file = text.partition(":")
        if name not in FORMATS:
            message = f"--format names `{name}`, which is no format"
            raise UsageError(message, help=f"the formats are {', '.join(FORMATS)}")
        if colon and not file:
            message = f"--format is `{text}`, which names no file after the colon"
            raise UsageError(message, help=f"write `{name}:report.txt`, or `{name}` for standard output")
        made.append(Output(name, file))
    if sum(not output.file for output in made) > 1:
        message = "more than one --format goes to standard output"
        raise UsageError(message, help="write all but one to a file: `--format json:report.json`")
    return made


def write(report: Report, root: str, wanted: list[Output], copy: Callable[[str], None] | None = None) -> bool:
    """Write every report; a closed pipe ends quietly, and false comes back.

    `root` is the repository's path. What goes to standard output is given to `copy` as well.
    """
    complete = True
    for output in wanted:
        if output.format == "github":
            from opsready.cli import platforms

            platforms.add_to_job_summary(report, root)
        if output.file:
            _write_file(report, root, output)
            continue
        chunks = _rendered(report, root, output.format, sys.stdout)
        complete = stream.write(sys.stdout, output.format, chunks if copy is None else _copied(chunks, copy))
    return complete


def _copied(chunks: Iterable[str], copy: Callable[[str], None]) -> Iterator[str]:
    for chunk in chunks:
        copy(chunk)
        yield chunk


def _write_file(report: Report, root: str, output: Output) -> None:
    from opsready.cli import files

    files.write(output.file, root, lambda stream: _rendered(report, root, output.format, stream))


def _rendered(report: Report, root: str, name: str, target: TextIO) -> Iterator[str]:
    if name == "json":
        from opsready.report import json

        return json.render(report)
    if name == "concise":
        from opsready.report import concise

        return concise.render(report)
    if name != "full":
        from opsready.cli.platforms import rendered

        return rendered(report, name, root)
    from opsready.report import full

    unicode = (target.encoding or "").lower().replace("-", "") == "utf8"
    return full.render(report, width=_width(target), colour=_colour(target, os.environ), unicode=unicode)


def _colour(target: TextIO, environment: Mapping[str, str]) -> bool:
    """NO_COLOR wins, then FORCE_COLOR; else colour goes to terminals that can show it."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return target.isatty() and environment.get("TERM") != "dumb"


def _width(target: TextIO) -> int:
    """COLUMNS wins, then the terminal's own width; wider lines than can be read well are not used."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and len(columns) < 5 and int(columns) > 0:
        return int(columns)
    try:
        return min(os.get_terminal_size(target.fileno()).columns or _DEFAULT_WIDTH, _WIDEST)
    except (OSError, ValueError):
        return _DEFAULT_WIDTH
