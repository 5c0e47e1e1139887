"""Which folder is the root: everything below it is read, and nothing outside it."""

# Paths are compared as text here, link by link, which path objects do not do.
# ruff: noqa: PTH112, PTH114, PTH116, PTH118, PTH119, PTH120

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from opsready.discover import unjudged_reason
from opsready.errors import ConfigurationError, UsageError
from opsready.tree import MAX_FILE_SIZE, read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    StrPath = str | os.PathLike[str]


def find_root(paths: Sequence[StrPath], explicit: StrPath | None) -> str:
    """The root for the PATHs of a command line (none: the working directory), or the one that `--root` names.

    It is the nearest folder, from what the PATHs have in common upwards, that holds `.opsready/` or a `pyproject.toml`
    with `[tool.opsready]`, but no further up than the repository that they are in; else the repository's top folder;
    else that common folder itself. Where the PATHs are inside a folder that the root would not judge, what they have in
    common is the root. The path that comes back is absolute and holds no symbolic link.
    """
    targets = [_real(path) for path in paths or ["."]]
    if explicit is not None:
        root = _real(explicit)
        if not os.path.isdir(root):
            raise UsageError(f"--root `{explicit}` is a file", help="name the folder that holds what is to be checked")
    else:
        root = _nearest_root(targets)
    for path, target in zip(paths, targets, strict=False):
        if not _holds(root, target):
            raise UsageError(
                f"`{path}` is outside the root `{root}`, and nothing outside the root is read",
                help="check it in a run of its own, or name a folder that holds both with --root",
            )
    return root


def _real(path: StrPath) -> str:
    """Where a PATH really is; a file keeps its own name, even where it is a link."""
    try:
        is_folder = stat.S_ISDIR(os.stat(path).st_mode)
        if is_folder:
            os.scandir(path).close()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(
            f"`{path}` does not exist",
            help="name a file or folder of the repository; a relative path starts at the working directory",
        ) from error
    except OSError as error:
        raise UsageError(
            f"`{path}` cannot be read ({error.strerror})",
            help="make it readable for the user that runs opsready, or name another path",
        ) from error
    if is_folder:
        return os.path.realpath(path)
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _nearest_root(targets: Sequence[str]) -> str:
    folders = [target if os.path.isdir(target) else os.path.dirname(target) for target in targets]
    start = _common_folder(folders)
    candidate = ""
    for folder in _upwards(start):
        if _is_configured(folder) or os.path.lexists(os.path.join(folder, ".git")):
            candidate = folder
            break
    if not candidate:
        if start not in folders and not _holds(os.path.realpath("."), start):
            raise UsageError(
                "the paths belong to no common repository or configured root",
                help="check each in a run of its own, or name a folder that holds all of them with --root",
            )
        return start
    return start if _is_unjudged(candidate, start) else candidate


def _common_folder(folders: Sequence[str]) -> str:
    try:
        return os.path.commonpath(folders)
    except ValueError as error:
        raise UsageError("the paths are on different drives", help="check each drive in a run of its own") from error


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _is_configured(folder: str) -> bool:
    """Whether a folder holds `.opsready/`, or a `pyproject.toml` with our table."""
    marker = os.path.join(folder, ".opsready")
    if os.path.isdir(marker) and not os.path.islink(marker):
        return True
    file = os.path.join(folder, "pyproject.toml")
    try:
        data = read_regular_file(file, MAX_FILE_SIZE)
    except OSError:
        return False
    if b"tool.opsready" not in data:
        return False
    import tomllib

    try:
        return "opsready" in tomllib.loads(data.decode()).get("tool", {})
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"`{file}` mentions `tool.opsready` and is not valid TOML: {error}", help="correct the file"
        ) from error


def _is_unjudged(root: str, folder: str) -> bool:
    """Whether a folder is, or is inside, one that is not judged by default as seen from a root."""
    while folder != root:
        parent = os.path.dirname(folder)
        name = os.path.basename(folder)
        beside = _folders_in(parent) if name.lower() == "test" else ()
        if unjudged_reason(name, os.path.basename(parent), beside):
            return True
        folder = parent
    return False


def _folders_in(folder: str) -> Sequence[str]:
    try:
        with os.scandir(folder) as found:
            return [entry.name for entry in found if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return ()


def _holds(folder: str, path: str) -> bool:
    folder, path = os.path.normcase(folder), os.path.normcase(path)
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)
