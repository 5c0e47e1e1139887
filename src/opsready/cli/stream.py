"""Writing a report to standard output, whatever that is."""

from __future__ import annotations

import os

from opsready.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

# The formats that follow what a terminal can show; empty where there is nothing to show.
FOR_PEOPLE = ("full", "concise", "")


def write(stream: TextIO, format_: str, chunks: Iterable[str]) -> bool:
    """Write a report in a format; false where whoever reads has closed the pipe, which is no error."""
    _never_fail_on_characters(stream, format_)
    try:
        stream.writelines(chunks)
        stream.flush()
    except OSError as error:
        # Python would complain again while it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        # Whoever closes a pipe has seen enough.
        if not isinstance(error, BrokenPipeError):
            message = f"cannot write to standard output: {error.strerror or error}"
            raise UsageError(message, help="make room, or send the report elsewhere") from error
        return False
    return True


def _never_fail_on_characters(stream: TextIO, format_: str) -> None:
    """Spell out what the stream's encoding does not have; JSON is UTF-8 wherever it goes, or it is no JSON.

    So is every format but those for people.
    """
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is None:
        return
    if format_ in FOR_PEOPLE:
        reconfigure(errors="backslashreplace")
    else:
        reconfigure(encoding="utf-8", newline="\n")
