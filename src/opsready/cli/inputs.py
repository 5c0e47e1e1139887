"""What a run of `check` depends on besides the files below the root: the program, and what decides about the root.

Only names and statuses are looked at. A status tells a change as long as nothing was changed so shortly before it was
taken that a second change would have the same time: `is_recent` tells that.
"""

# This runs before anything else: path objects and `importlib` would take longer than all of it.
# ruff: noqa: PTH110, PTH114, PTH116, PTH118, PTH120

from __future__ import annotations

import os
import stat
import sys

from opsready.survey import identity_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PACKAGES = ("opsready", "opsready_rules", "opsready_schemas")
_SOURCES = (".py", ".yaml", ".json")
_MARKERS = (".git", ".opsready")
_PYPROJECT = "pyproject.toml"
# File systems note when a file was changed to a hundredth of a second or better, or to two seconds (FAT).
_FINE, _COARSE = 100_000_000, 2_100_000_000
_SECOND = 1_000_000_000
_WINDOWS = os.name == "nt"


def is_recent(status: os.stat_result, now: int) -> bool:
    """Whether a file changed so shortly before a time (nanoseconds) that another change might not show."""
    # Only on Windows is `ctime` the time of creation; elsewhere it cannot be set back, as `mtime` can.
    changed = status.st_mtime_ns if _WINDOWS else status.st_ctime_ns
    return changed > now - (_FINE if changed % _SECOND else _COARSE)


class Inputs:
    """What was found, as lines of text, and the statuses of the files among it."""

    __slots__ = ("lines", "statuses")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.lines: list[str] = []
        self.statuses: list[os.stat_result] = []

    def note_program(self) -> None:
        """Note our own code, the folders that modules come from, and Python; an OSError where that cannot be told.

        Who installs or removes a package changes the folder that it is in.
        """
        self.lines += [sys.version, str(sys.flags), repr(sys.warnoptions)]
        for folder in sys.path:
            try:
                self.lines.append(f"{folder}\0{identity_of(os.stat(folder))}")
            except OSError:
                self.lines.append(folder)
        for package in _PACKAGES:
            self._note_code(_folder_of(package))

    def _note_code(self, top: str) -> None:
        folders = [top]
        while folders:
            folder = folders.pop()
            self.lines.append(folder)
            with os.scandir(folder) as found:
                children = sorted(found, key=_name)
            for child in children:
                if child.name.endswith(_SOURCES):
                    status = child.stat()
                    self.lines.append(f"{child.name}\0{identity_of(status)}")
                    self.statuses.append(status)
                elif "." not in child.name and child.name != "__pycache__" and child.is_dir():
                    folders.append(child.path)

    def note_surroundings(self, paths: Sequence[str], root: str) -> None:
        """Note everything that decides which folder is the root, for PATHs and a `--root` (empty: none)."""
        folders = self._note_targets(paths or ["."])
        chains = [os.path.commonpath(folders)]
        if root:
            chains += self._note_targets([root])
        seen: set[str] = set()
        for chain in chains:
            for folder in _upwards(chain):
                if folder not in seen:
                    seen.add(folder)
                    self._note_folder(folder)

    def _note_targets(self, paths: Sequence[str]) -> list[str]:
        """Note where paths lead; the folders that they are or are in come back."""
        folders = []
        real: dict[str, str] = {}
        for path in paths:
            status = os.stat(path)
            is_folder = stat.S_ISDIR(status.st_mode)
            name = path if is_folder else os.path.dirname(path)
            folder = real.get(name)
            if folder is None:
                folder = real[name] = os.path.realpath(name)
            where = os.path.realpath(path) if not is_folder and os.path.islink(path) else ""
            self.lines.append(f"{path}\0{status.st_mode:o}\0{folder}\0{where}")
            folders.append(folder)
        return folders

    def _note_folder(self, folder: str) -> None:
        self.lines.append(folder)
        self.lines += [_kind(os.path.join(folder, name)) for name in _MARKERS]
        try:
            status = os.lstat(os.path.join(folder, _PYPROJECT))
        except OSError:
            status = None
        self.lines.append(identity_of(status))
        if status is not None:
            self.statuses.append(status)
        above, name = os.path.split(folder)
        if name.lower() == "test":  # what is beside it tells whether it is an environment or a folder of tests
            with os.scandir(above) as found:
                self.lines += sorted(entry.name for entry in found if entry.is_dir(follow_symlinks=False))


def holds_or_may_hold(folder: str, arguments: Sequence[str]) -> bool:
    """Whether a folder lies where a run may judge: in a repository or configured root, or below an argument.

    It is told without reading the arguments, so anything among them that names a folder counts.
    """
    above = set()
    for place in _upwards(os.path.realpath(folder)):
        if any(os.path.lexists(os.path.join(place, marker)) for marker in (*_MARKERS, _PYPROJECT)):
            return True
        try:
            status = os.stat(place)
        except OSError:
            continue
        above.add((status.st_dev, status.st_ino))
    for argument in (".", *arguments, *(argument.partition("=")[2] for argument in arguments if "=" in argument)):
        try:
            status = os.stat(argument)
        except (OSError, ValueError):
            continue
        if (status.st_dev, status.st_ino) in above:
            return True
    return False


def _folder_of(package: str) -> str:
    """The folder of a package that is not imported yet."""
    for folder in sys.path:
        found = os.path.join(folder, package)
        if os.path.exists(os.path.join(found, "__init__.py")):
            return found
    raise FileNotFoundError(package)


def _kind(path: str) -> str:
    try:
        return f"{stat.S_IFMT(os.lstat(path).st_mode):o}"
    except OSError:
        return "-"


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name
