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

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

MAX_FILE_SIZE = 5 * 1024 * 1024
MAX_FILES = 200_000
MAX_DEPTH = 64

WITHHELD_LINK_OUTSIDE = "symbolic links that lead out of the root"
WITHHELD_LINK_NOWHERE = "symbolic links that lead nowhere"
WITHHELD_LINK_AS_FILE = "symbolic links that git wrote as plain files, as it does on Windows"
WITHHELD_LINK_FOLDER = "symbolic links to folders, which are not followed"
WITHHELD_SPECIAL = "devices, sockets and pipes, which are never opened"
WITHHELD_REPOSITORY = "submodules and other git repositories inside this one: check each in a run of its own"
WITHHELD_SPARSE = "tracked files that a sparse checkout leaves out"
WITHHELD_NAME = "names that no file below the root can have"
WITHHELD_PRUNED = "folders of installed packages and caches, which are not walked"

# Walked plainly these would outnumber the repository; through git its own ignore files decide.
_PRUNED = frozenset(
    {
        "node_modules", ".terraform", ".terragrunt-cache", "__pycache__", ".venv", ".tox", ".nox", ".cache", ".gradle",
        ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".direnv", ".hg", ".svn",
    }
)  # fmt: skip

# O_NONBLOCK: a pipe that took a file's place must not hang the run before fstat shows what it is.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_OPEN_FLAGS = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_WINDOWS = os.name == "nt"
_NAME_SURROGATE = 0x2000_0000  # set in the reparse tags that stand for another place: junctions and links on Windows

_LIST_FILES = ("ls-files", "-t", "-s", "-z", "--cached", "--others", "--exclude-standard")
_SUBMODULE_MODE = "160000"
_LINK_MODE = "120000"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that can be read; `path` is relative to the root, with forward slashes.

    `target` is set for a symbolic link: the path, below the root, of the regular file that it leads to. That file may
    be listed too, under its own path; who counts files drops one of the two.
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


def content_id(data: bytes) -> str:
    """The id that git gives to a blob of this content, so that a working copy and a commit can be compared."""
    import hashlib

    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


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
            if not _stays_below_root(path):
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
        followed = before is not None and (_is_link(before) or not os.path.samestat(before, status))
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


def open_directory(root: Path) -> DirectoryTree:
    """List the working directory below a root: through git where there is a repository, else by walking it."""
    base = os.path.realpath(root)
    listing = _Listing(base)
    work_tree = git.enclosing_work_tree(base)
    if not work_tree or not _list_with_git(listing, work_tree):
        _walk(listing)
    return listing.tree()


class _Listing:
    """Collects what is below a root, and decides about links when everything else is known."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.entries: dict[str, Entry] = {}
        self.links: list[str] = []
        self.withheld: dict[str, str] = {}
        self.diagnostics: list[Diagnostic] = []
        self.cut = False
        self._too_deep: list[str] = []
        self._real_folders: dict[str, bool] = {}

    def refuse(self, path: str) -> bool:
        """Whether a path cannot be listed for what it is called, for its depth, or for the number of files."""
        if not path.isascii() and not _is_utf8(path):
            shown = os.fsencode(path).decode("utf-8", "backslashreplace")
            message = "was not read: its name is not valid UTF-8; rename it"
            self.diagnostics.append(Diagnostic("unreadable-file", shown, 1, message))
            return True
        if path.count("/") >= MAX_DEPTH:
            self._too_deep.append(path)
            return True
        if not _stays_below_root(path):
            self.withheld[path] = WITHHELD_NAME
            return True
        if len(self.entries) + len(self.links) >= MAX_FILES:
            self.cut = True
        return self.cut

    def add(self, path: str, status: os.stat_result) -> None:
        """Take a path for what its own status, not that of a link's target, says it is."""
        if _is_link(status):
            self.links.append(path)
        elif stat.S_ISREG(status.st_mode):
            self.entries[path] = Entry(path, status.st_size)
        else:
            self.withheld[path] = WITHHELD_SPECIAL

    def is_real_folder(self, folder: str) -> bool:
        """Whether a folder and all those above it, up to the root, are there and are no links."""
        if not folder:
            return True
        known = self._real_folders.get(folder)
        if known is None:
            known = self.is_real_folder(folder.rpartition("/")[0]) and _is_folder(os.path.join(self.root, folder))
            self._real_folders[folder] = known
        return known

    def tree(self) -> DirectoryTree:
        """The finished tree."""
        for path in sorted(self.links):
            self._settle_link(path)
        if self._too_deep:
            message = (
                f"{len(self._too_deep)} paths are more than {MAX_DEPTH} folders deep and were not read; "
                "pass a --root that is nearer to them"
            )
            self.diagnostics.append(Diagnostic("path-too-deep", min(self._too_deep), 0, message))
        if self.cut:
            message = f"there are more than {MAX_FILES:,} files and the rest was not read; pass a narrower --root"
            self.diagnostics.append(Diagnostic("too-many-files", ".", 0, message))
        entries = tuple(sorted(self.entries.values(), key=_path_of))
        return DirectoryTree(self.root, entries, dict(sorted(self.withheld.items())), self.diagnostics)

    def _settle_link(self, path: str) -> None:
        real = os.path.realpath(os.path.join(self.root, path))
        if not git.is_inside(real, self.root):
            self.withheld[path] = WITHHELD_LINK_OUTSIDE
            return
        target = os.path.relpath(real, self.root).replace(os.sep, "/")
        try:
            status = os.lstat(real)
        except OSError:
            self.withheld[path] = WITHHELD_LINK_NOWHERE
            return
        if stat.S_ISDIR(status.st_mode):
            self.withheld[path] = WITHHELD_LINK_FOLDER
        elif ".git" in target.lower().split("/"):
            # Below the root, yet not part of it: a repository's configuration may hold credentials.
            self.withheld[path] = WITHHELD_LINK_OUTSIDE
        elif stat.S_ISREG(status.st_mode):
            self.entries[path] = Entry(path, status.st_size, target)
        else:
            self.withheld[path] = WITHHELD_LINK_NOWHERE if _is_link(status) else WITHHELD_SPECIAL


def _walk(listing: _Listing) -> None:
    folders = [""]
    while folders and not listing.cut:
        folder = folders.pop()
        try:
            with os.scandir(os.path.join(listing.root, folder)) as found:
                children = sorted(found, key=_name_of)
        except OSError as error:
            listing.diagnostics.append(_unreadable(folder or ".", error.strerror))
            continue
        below = []
        for child in children:
            if child.name.lower() == ".git":
                continue
            path = f"{folder}/{child.name}" if folder else child.name
            if listing.refuse(path):
                continue
            try:
                status = child.stat(follow_symlinks=False)
            except OSError as error:
                listing.diagnostics.append(_unreadable(path, error.strerror))
                continue
            if not stat.S_ISDIR(status.st_mode) or _is_link(status):
                listing.add(path, status)
            elif child.name in _PRUNED:
                listing.withheld[path] = WITHHELD_PRUNED
            else:
                below.append(path)
        folders.extend(reversed(below))


def _list_with_git(listing: _Listing, work_tree: str) -> bool:
    """List what git tracks, and what it neither tracks nor ignores; false where git cannot be relied upon here."""
    answer = git.ask(listing.root, work_tree, ("rev-parse", "--show-toplevel"))
    refusal = answer.refusal
    if not refusal:
        told = os.fsdecode(answer.output.removesuffix(b"\n").removesuffix(b"\r"))
        if git.same_path(told, work_tree):
            answer = git.ask(listing.root, work_tree, _LIST_FILES)
            refusal = answer.refusal
        else:
            refusal = "its configuration names another working tree (`core.worktree`); remove that setting"
    if refusal:
        message = f"git was not used, so files that it ignores were read as well: {refusal}"
        listing.diagnostics.append(Diagnostic("git-not-used", ".", 0, message))
        return False
    listing.diagnostics.extend(_unreadable(folder, reason) for folder, reason in answer.unopened)
    records = sorted({_git_record(record) for record in os.fsdecode(answer.output).split("\0") if record})
    if not records and not git.same_path(listing.root, work_tree):
        return False  # git ignores the whole root, and yet somebody asks for it
    for path, tag, mode in records:
        _add_git_record(listing, path, tag, mode)
    return True


def _git_record(record: str) -> tuple[str, str, str]:
    """Take path, tag and mode from `H 100644 <id> 0<tab><path>` or, for an untracked file, `? <path>`."""
    tag, _, rest = record.partition(" ")
    if tag == "?":
        return rest, tag, ""
    header, _, path = rest.partition("\t")
    return path, tag, header.partition(" ")[0]


def _add_git_record(listing: _Listing, path: str, tag: str, mode: str) -> None:
    is_repository = mode == _SUBMODULE_MODE or path.endswith("/")
    path = path.removesuffix("/")
    if path in listing.entries or listing.refuse(path):  # a path in conflict is listed once for each side
        return
    if is_repository:
        listing.withheld[path] = WITHHELD_REPOSITORY
        return
    try:
        status = os.lstat(os.path.join(listing.root, path)) if _parent_is_real(listing, path) else None
    except (FileNotFoundError, NotADirectoryError):
        status = None
    except OSError as error:
        listing.diagnostics.append(_unreadable(path, error.strerror))
        return
    if status is None:
        if tag == "S":
            listing.withheld[path] = WITHHELD_SPARSE
    elif _WINDOWS and mode == _LINK_MODE and stat.S_ISREG(status.st_mode):
        listing.withheld[path] = WITHHELD_LINK_AS_FILE
    elif not stat.S_ISDIR(status.st_mode) or _is_link(status):
        listing.add(path, status)


def _parent_is_real(listing: _Listing, path: str) -> bool:
    return listing.is_real_folder(path.rpartition("/")[0])


def _stays_below_root(path: str) -> bool:
    parts = path.split("/")
    if "" in parts or "." in parts or ".." in parts or "\0" in path:
        return False
    return not (_WINDOWS and ("\\" in path or ":" in path))


def _is_folder(path: str) -> bool:
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISDIR(status.st_mode) and not _is_link(status)


def _is_link(status: os.stat_result) -> bool:
    return stat.S_ISLNK(status.st_mode) or bool(getattr(status, "st_reparse_tag", 0) & _NAME_SURROGATE)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _path_of(entry: Entry) -> str:
    return entry.path


def _name_of(entry: os.DirEntry[str]) -> str:
    return entry.name


def _unreadable(path: str, reason: str | None) -> Diagnostic:
    why = reason or "the system gives no reason"
    return Diagnostic("unreadable-file", path, 1, f"cannot be read ({why}); make it readable for who runs opsready")
