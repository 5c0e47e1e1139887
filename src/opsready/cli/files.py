"""Writing a report to a file: all of it or nothing, and never to where a link of the scanned repository leads."""

# Importing path objects takes longer than writing a small report.
# ruff: noqa: PTH100, PTH105, PTH108, PTH114, PTH118, PTH119, PTH120, PTH123

from __future__ import annotations

import os
import stat
from contextlib import suppress

from opsready.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def write(file: str, root: str, chunks: Callable[[TextIO], Iterable[str]]) -> None:
    """Write what `chunks` makes for a stream; a UsageError says what keeps that from being done.

    `root` is the scanned repository: a link in it is somebody else's word on where to write.
    """
    link = _link_below(root, os.path.abspath(file))
    if link:
        message = f"cannot write `{file}`: `{link}` is a symbolic link in the repository"
        raise UsageError(message, help="name a file outside, or remove the link")
    try:
        if _is_special(file):
            with open(file, "w", encoding="utf-8", newline="\n") as stream:
                stream.writelines(chunks(stream))
        else:
            _replace(file, chunks)
    except OSError as error:
        message = f"cannot write `{file}`: {error.strerror or error}"
        raise UsageError(message, help="name a file in a directory that exists and may be written") from error


def _link_below(root: str, path: str) -> str:
    """The first link between the root and a path that is written as one below it; empty where there is none."""
    link, root = "", os.path.realpath(root)
    while path != os.path.dirname(path):
        if os.path.islink(path):
            link = path
        path = os.path.dirname(path)
        if os.path.realpath(path) == root:
            return os.path.relpath(link, path) if link else ""
    return ""


def _is_special(file: str) -> bool:
    """Whether a file is there that cannot be replaced, such as `/dev/stdout` or a pipe."""
    try:
        return not stat.S_ISREG(os.stat(file).st_mode)  # noqa: PTH116 - as above
    except OSError:
        return False


def _replace(file: str, chunks: Callable[[TextIO], Iterable[str]]) -> None:
    """Write a draft beside the file and put it in its place."""
    draft = os.path.join(os.path.dirname(file), f".{os.path.basename(file)[:200]}.{os.getpid()}")
    descriptor = os.open(draft, _FLAGS, 0o666)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(chunks(stream))
        os.replace(draft, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise
