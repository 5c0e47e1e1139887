"""Where reports go: formats, files, colour and width."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from opsready.errors import UsageError
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsready.report.model import Report

FORMATS = ("full", "concise", "json")
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


def write(report: Report, wanted: list[Output]) -> None:
    """Write every report; a closed pipe ends quietly."""
    for output in wanted:
        if output.file:
            _write_file(report, output)
            continue
        _write_to_standard_output(report, output.format)


def _write_to_standard_output(report: Report, name: str) -> None:
    stream = sys.stdout
    _never_fail_on_characters(stream, name)
    try:
        for chunk in _rendered(report, name, stream):
            stream.write(chunk)
        stream.flush()
    except OSError as error:
        # Python would complain again while it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        # Whoever closes a pipe has seen enough.
        if not isinstance(error, BrokenPipeError):
            message = f"cannot write to standard output: {error.strerror or error}"
            raise UsageError(message, help="make room, or send the report elsewhere") from error


def _write_file(report: Report, output: Output) -> None:
    try:
        with Path(output.file).open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(_rendered(report, output.format, stream))
    except OSError as error:
        message = f"cannot write `{output.file}`: {error.strerror or error}"
        raise UsageError(message, help="name a file in a directory that exists and may be written") from error


def _rendered(report: Report, name: str, stream: TextIO) -> Iterator[str]:
    if name == "json":
        from opsready.report import json

        return json.render(report)
    if name == "concise":
        from opsready.report import concise

        return concise.render(report)
    from opsready.report import full

    unicode = (stream.encoding or "").lower().replace("-", "") == "utf8"
    return full.render(report, width=_width(stream), colour=_colour(stream, os.environ), unicode=unicode)


def _never_fail_on_characters(stream: TextIO, name: str) -> None:
    """Spell out what the stream's encoding does not have; JSON is UTF-8 wherever it goes, or it is no JSON."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None and name == "json":
        reconfigure(encoding="utf-8", newline="\n")
    elif reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """NO_COLOR wins, then FORCE_COLOR; else colour goes to terminals that can show it."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def _width(stream: TextIO) -> int:
    """COLUMNS wins, then the terminal's own width; wider lines than can be read well are not used."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and len(columns) < 5 and int(columns) > 0:
        return int(columns)
    try:
        return min(os.get_terminal_size(stream.fileno()).columns or _DEFAULT_WIDTH, _WIDEST)
    except (OSError, ValueError):
        return _DEFAULT_WIDTH
