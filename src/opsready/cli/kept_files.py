"""Writing opsready's own files below a root, and files that it changes there: whole, past no link, nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

from opsready.cli import files
from opsready.errors import UsageError
from opsready.survey import stays_below_root


def decide(root: str, path: str, text: str) -> None:
    """Write one of opsready's own files anew, which has to be read afterwards; a UsageError where it would not be."""
    from opsready.survey import survey
    from opsready.tree import tree_of

    replace(root, path, text)
    if all(entry.path != path for entry in tree_of(survey(root)).entries()):
        message = f"`{path}` is written, and has no effect: git ignores it, so `opsready check` does not read it"
        raise UsageError(message, help="take it out of .gitignore, or `git add --force` it")


def replace(root: str, path: str, text: str) -> None:
    """Write a file of a repository anew; `path` is relative to the root. A UsageError says what is in the way."""
    if not stays_below_root(path):
        message = f"cannot write `{path}`: it is not below the root"
        raise UsageError(message)
    file = Path(root, path)
    for part in (*reversed(file.relative_to(root).parents[:-1]), Path(path)):
        at = Path(root, part)
        if at.is_symlink():
            message = f"cannot write `{path}`: `{part.as_posix()}` is a symbolic link in the repository"
            raise UsageError(message, help="remove the link")
    if file.exists() and not file.is_file():
        message = f"cannot write `{path}`: there is something that is no file"
        raise UsageError(message, help="remove it")
    try:
        file.parent.mkdir(exist_ok=True)
        mode = file.stat().st_mode if file.exists() else None
    except OSError as error:
        message = f"cannot write `{path}`: {error.strerror or error}"
        raise UsageError(message, help="make the folder writable") from error
    files.write(str(file), root, lambda _: (text,))
    if mode is not None:
        os.chmod(file, mode & 0o777)  # noqa: PTH101 - the mode that the file had
