"""Bytes by path: the only module that reads files of the scanned repository.

The repository is hostile until shown otherwise: no link is followed out of the root, nothing but regular files is
opened, and git is asked for names only, with everything that a repository could make it run turned off.
"""

# A path object for every file would cost more than reading it.
# ruff: noqa: PTH118

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Protocol

from opsready import git
from opsready.model.verdict import Diagnostic
from opsready.records import dataclass
from opsready.survey import MAX_DEPTH, MAX_FILES, is_link, stays_below_root, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opsready.survey import Survey

CANNOT_BE_READ = "cannot be read"  # how every message begins that the system is the cause of
MAX_FILE_SIZE = 5 * 1024 * 1024

WITHHELD_LINK_OUTSIDE = "symbolic links that lead out of the root"
WITHHELD_LINK_NOWHERE = "symbolic links that lead nowhere"
WITHHELD_LINK_AS_FILE = "symbolic links that git wrote as plain files, as it does on Windows"
WITHHELD_LINK_FOLDER = "symbolic links to folders, which are not followed"
WITHHELD_SPECIAL = "devices, sockets and pipes, which are never opened"
WITHHELD_REPOSITORY = "submodules and other git repositories inside this one: check each in a run of its own"
WITHHELD_SPARSE = "tracked files that a sparse checkout leaves out"
WITHHELD_NAME = "names that no file below the root can have"
WITHHELD_PRUNED = "folders of installed packages and caches, which are not walked"

# O_NONBLOCK: a pipe that took a file's place must not hang the run before fstat shows what it is.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_OPEN_FLAGS = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

# What of a survey is there but cannot be read.
_WITHHELD = {
    "special": WITHHELD_SPECIAL,
    "sparse": WITHHELD_SPARSE,
    "repository": WITHHELD_REPOSITORY,
    "link-as-file": WITHHELD_LINK_AS_FILE,
    "pruned": WITHHELD_PRUNED,
    "bad-name": WITHHELD_NAME,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that can be read; `path` is relative to the root, with forward slashes.

    `size` is 0 where only reading tells it. `target` is set for a symbolic link: the path, below the root, of the
    regular file that it leads to. That file may be listed too, under its own path; who counts files drops one of the
    two.
    """

    path: str
    size: int
    target: str = ""


class Tree(Protocol):
    """The files below a root: a working directory, a commit, or what a test made up."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What a reader must know about the list of files itself."""

    @property
    def withheld(self) -> Mapping[str, str]:
        """What is there but cannot be read, by path, with the reason; a folder stands for all that is below it."""

    def entries(self) -> Sequence[Entry]:
        """Every file that can be read, sorted by path."""

    def read(self, path: str) -> bytes | Diagnostic:
        """The content of a listed file, or why it cannot be had; a KeyError where the path is not listed."""


def too_large(path: str, size: int) -> Diagnostic:
    """Say that a file is over the size limit."""
    limit = MAX_FILE_SIZE / 1024 / 1024
    return Diagnostic(
        "file-too-large",
        path,
        1,
        f"is {size / 1024 / 1024:.1f} MiB, over the limit of {limit:.0f} MiB, and was not read; split it, or list it "
        "under `exclude` in `.opsready/config.yaml`",
    )


class MemoryTree:
    """Files that exist in memory only, for rule pages and tests."""

    __slots__ = ("_entries", "_files", "diagnostics", "withheld")

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        """Take the files by path; text is encoded as UTF-8."""
        self._files = {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
        for path in self._files:
            if not stays_below_root(path):
                message = f"`{path}` is not a path below a root"
                raise ValueError(message)
        self._entries = tuple(Entry(path, len(data)) for path, data in sorted(self._files.items()))
        self.diagnostics: tuple[Diagnostic, ...] = ()
        self.withheld: Mapping[str, str] = {}

    def entries(self) -> Sequence[Entry]:
        """Every file, sorted by path."""
        return self._entries

    def read(self, path: str) -> bytes | Diagnostic:
        """The content of a file; a KeyError where there is none of that path."""
        data = self._files[path]
        return data if len(data) <= MAX_FILE_SIZE else too_large(path, len(data))


class DirectoryTree:
    """The files of a working directory, as they are on disk now; made by `open_directory`."""

    __slots__ = ("_by_path", "_entries", "_root", "diagnostics", "withheld")

    def __init__(
        self, root: str, entries: Sequence[Entry], withheld: Mapping[str, str], diagnostics: Iterable[Diagnostic]
    ) -> None:
        """Take what was listed below the real path of a root."""
        self._root = root
        self._entries = entries
        self._by_path = {entry.path: entry for entry in entries}
        self.withheld = withheld
        self.diagnostics = tuple(diagnostics)

    def entries(self) -> Sequence[Entry]:
        """Every file that can be read, sorted by path."""
        return self._entries

    def read(self, path: str) -> bytes | Diagnostic:
        """The content of a listed file, or why it cannot be had; a KeyError where the path is not listed."""
        entry = self._by_path[path]
        if entry.size > MAX_FILE_SIZE:
            return too_large(path, entry.size)
        try:
            data = read_regular_file(os.path.join(self._root, entry.target or path), MAX_FILE_SIZE)
        except OSError as error:
            return _unreadable(path, error.strerror)
        return data if len(data) <= MAX_FILE_SIZE else too_large(path, len(data))


def read_regular_file(path: str, limit: int) -> bytes:
    """Read a regular file, one byte more than the limit at most; an OSError for anything else, a link included.

    The folders on the way are the caller's to check.
    """
    before = None if _NO_FOLLOW else os.lstat(path)
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        status = os.fstat(descriptor)
        followed = before is not None and (is_link(before) or not os.path.samestat(before, status))
        if followed or not stat.S_ISREG(status.st_mode):
            message = "not a regular file"
            raise OSError(0, message)
        parts = []
        left = limit + 1
        while left > 0 and (part := os.read(descriptor, min(left, max(status.st_size, 4096) + 1))):
            parts.append(part)
            left -= len(part)
    finally:
        os.close(descriptor)
    return b"".join(parts)


def open_directory(root: str | os.PathLike[str]) -> DirectoryTree:
    """List the working directory below a root: through git where there is a repository, else by walking it."""
    return tree_of(survey(root))


def tree_of(seen: Survey) -> DirectoryTree:
    """The tree of what was seen below a root."""
    entries: dict[str, Entry] = {}
    withheld = withheld_by(seen)
    for sighting in seen.seen:
        if sighting.kind == "file" and sighting.status is not None:
            entries[sighting.path] = Entry(sighting.path, sighting.status.st_size)
    for path, (real, status) in seen.targets.items():
        settled = _settled_link(seen.root, path, real, status)
        if isinstance(settled, Entry):
            entries[path] = settled
        else:
            withheld[path] = settled
    listed = tuple(sorted(entries.values(), key=_path_of))
    return DirectoryTree(seen.root, listed, dict(sorted(withheld.items())), complaints(seen))


def withheld_by(seen: Survey) -> dict[str, str]:
    """What a survey noted that is there and cannot be read, by path, with the reason."""
    return {sighting.path: _WITHHELD[sighting.kind] for sighting in seen.seen if sighting.kind in _WITHHELD}


def _settled_link(root: str, path: str, real: str, status: os.stat_result | None) -> Entry | str:
    """What a link stands for, or why that cannot be read."""
    if not git.is_inside(real, root):
        return WITHHELD_LINK_OUTSIDE
    target = os.path.relpath(real, root).replace(os.sep, "/")
    if status is None:
        return WITHHELD_LINK_NOWHERE
    if stat.S_ISDIR(status.st_mode):
        return WITHHELD_LINK_FOLDER
    if ".git" in target.lower().split("/"):
        # Below the root, yet not part of it: a repository's configuration may hold credentials.
        return WITHHELD_LINK_OUTSIDE
    if stat.S_ISREG(status.st_mode):
        return Entry(path, status.st_size, target)
    return WITHHELD_LINK_NOWHERE if is_link(status) else WITHHELD_SPECIAL


def complaints(seen: Survey) -> Iterator[Diagnostic]:
    """What a reader must know about the list of files."""
    if seen.refusal:
        message = f"git was not used, so files that it ignores were read as well: {seen.refusal}"
        yield Diagnostic("git-not-used", ".", 0, message)
    for folder, reason in seen.unopened:
        yield _unreadable(folder, reason)
    for sighting in seen.seen:
        if sighting.kind == "unreadable":
            yield _unreadable(sighting.path, sighting.reason)
        elif sighting.kind == "not-utf8":
            shown = os.fsencode(sighting.path).decode("utf-8", "backslashreplace")
            yield Diagnostic("unreadable-file", shown, 1, "was not read: its name is not valid UTF-8; rename it")
    too_deep = [sighting.path for sighting in seen.seen if sighting.kind == "too-deep"]
    if too_deep:
        message = (
            f"{len(too_deep)} paths are more than {MAX_DEPTH} folders deep and were not read; "
            "pass a --root that is nearer to them"
        )
        yield Diagnostic("path-too-deep", min(too_deep), 0, message)
    if seen.cut:
        message = f"there are more than {MAX_FILES:,} files and the rest was not read; pass a narrower --root"
        yield Diagnostic("too-many-files", ".", 0, message)


def _path_of(entry: Entry) -> str:
    return entry.path


def _unreadable(path: str, reason: str | None) -> Diagnostic:
    why = reason or "the system gives no reason"
    return Diagnostic("unreadable-file", path, 1, f"{CANNOT_BE_READ} ({why}); make it readable for who runs opsready")
