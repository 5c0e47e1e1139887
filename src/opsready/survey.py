"""What lies below a root: every name and its status, as git and the file system tell. Nothing is opened here.

It is apart from `tree`, and light to import, because an unchanged run asks these questions again and nothing else:
`identity` is the same only where everything that `tree` goes by is.
"""

# A path object for every file would cost more than all the rest.
# ruff: noqa: PTH118

from __future__ import annotations

import os
import stat

from opsready import git
from opsready.digest import sha256

TYPE_CHECKING = False  # `typing` takes as long to import as everything here
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal

    Kind = Literal[
        "file",
        "link",
        "folder",
        "special",
        "gone",
        "sparse",
        "repository",
        "link-as-file",
        "pruned",
        "unreadable",
        "not-utf8",
        "too-deep",
        "bad-name",
    ]

MAX_FILES = 200_000
MAX_DEPTH = 64

# Walked plainly these would outnumber the repository; through git its own ignore files decide.
_PRUNED = frozenset(
    {
        "node_modules", ".terraform", ".terragrunt-cache", "__pycache__", ".venv", ".tox", ".nox", ".cache", ".gradle",
        ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".direnv", ".hg", ".svn",
    }
)  # fmt: skip
_WINDOWS = os.name == "nt"
_NAME_SURROGATE = 0x2000_0000  # set in the reparse tags that stand for another place: junctions and links on Windows
_TOP_LEVEL = ("rev-parse", "--show-toplevel")
_LIST_FILES = ("ls-files", "-t", "-s", "-z", "--cached", "--others", "--exclude-standard")
_SUBMODULE_MODE = "160000"
_LINK_MODE = "120000"
_OTHER_TREE = "its configuration names another working tree (`core.worktree`); remove that setting"


class Sighting:
    """A name below the root, and what it is. `reason` says why something is unreadable."""

    __slots__ = ("kind", "path", "reason", "status")

    # By hand: there is one for every file, and a record takes longer to make.
    def __init__(self, path: str, kind: Kind, status: os.stat_result | None = None, reason: str = "") -> None:
        self.path = path
        self.kind = kind
        self.status = status
        self.reason = reason


class Survey:
    """Everything that was seen below a root, in the order in which it was.

    `prefix` makes the path of what is below the root. `refusal` says why git was not relied upon (empty: it was, or
    there is no repository) and `unopened` which folders could not be listed. `targets` has, for each link, where it
    really leads, and the status of what is there (None: nothing). `cut` is true where there were more files than the
    limit. `top_level` is what `git_configuration` told.
    """

    def __init__(self, root: str) -> None:
        """Begin with nothing below the real path of a root."""
        self.root = root
        self.prefix = os.path.join(root, "")
        self.refusal = ""
        self.unopened: list[tuple[str, str]] = []
        self.seen: list[Sighting] = []
        self.targets: dict[str, tuple[str, os.stat_result | None]] = {}
        self.cut = False
        self.top_level = ""
        self._files = 0
        self._listed: set[str] = set()
        self._real_folders: dict[str, bool] = {}

    def identity(self) -> str:
        """A digest of all of it: two surveys that have the same one lead to the same tree of the same files."""
        lines = [repr((self.root, self.refusal, self.unopened, self.cut))]
        lines += [f"{item.path}\0{item.kind} {item.reason}\0{identity_of(item.status)}" for item in self.seen]
        lines += [f"{path}\0{real}\0{identity_of(status)}" for path, (real, status) in self.targets.items()]
        return str(sha256("\0\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest())

    def readable(self) -> Iterator[os.stat_result]:
        """The status of every file that may be read."""
        for sighting in self.seen:
            if sighting.kind == "file" and sighting.status is not None:
                yield sighting.status
        for _, status in self.targets.values():
            if status is not None:
                yield status

    def admits(self, path: str) -> bool:
        """Whether a path may be listed; if not, why not is noted."""
        kind: Kind | None = None
        if not path.isascii() and not _is_utf8(path):
            kind = "not-utf8"
        elif path.count("/") >= MAX_DEPTH:
            kind = "too-deep"
        elif not stays_below_root(path):
            kind = "bad-name"
        if kind is not None:
            self.seen.append(Sighting(path, kind))
            return False
        if self._files >= MAX_FILES:
            self.cut = True
        return not self.cut

    def add(self, path: str, status: os.stat_result) -> None:
        """Note a path for what its own status, not that of a link's target, says it is."""
        kind: Kind = "link" if is_link(status) else "file" if stat.S_ISREG(status.st_mode) else "special"
        self._files += kind != "special"
        self._listed.add(path)
        self.seen.append(Sighting(path, kind, status))

    def is_listed(self, path: str) -> bool:
        """Whether a path was added already."""
        return path in self._listed

    def note(self, path: str, kind: Kind, reason: str = "") -> None:
        """Note a path that cannot be listed, for a reason."""
        self.seen.append(Sighting(path, kind, None, reason))

    def is_real_folder(self, folder: str) -> bool:
        """Whether a folder and all those above it, up to the root, are there and are no links."""
        if not folder:
            return True
        known = self._real_folders.get(folder)
        if known is None:
            known = self.is_real_folder(folder.rpartition("/")[0]) and _is_folder(os.path.join(self.root, folder))
            self._real_folders[folder] = known
        return known

    def follow_links(self) -> None:
        """Find out where each link leads."""
        for path in sorted(sighting.path for sighting in self.seen if sighting.kind == "link"):
            real = os.path.realpath(os.path.join(self.root, path))
            try:
                status = os.lstat(real) if git.is_inside(real, self.root) else None
            except OSError:
                status = None
            self.targets[path] = (real, status)


def survey(root: str | os.PathLike[str]) -> Survey:
    """Look at what is below a root: through git where there is a repository, else by walking it."""
    return begin_survey(root)()


def begin_survey(root: str | os.PathLike[str], known_top_level: str = "") -> Callable[[], Survey]:
    """Begin a survey, whose end comes with calling what comes back, once; git may answer in between.

    `known_top_level` is what `git_configuration` told when git was last asked which working tree it works in: while
    that is the same, it is not asked again.
    """
    made = Survey(os.path.realpath(root))
    work_tree = git.enclosing_work_tree(made.root)
    made.top_level = git_configuration(work_tree) if work_tree else ""
    known = bool(made.top_level) and made.top_level == known_top_level
    files = git.begin(made.root, work_tree, _LIST_FILES) if known else None

    def finish() -> Survey:
        if not work_tree or not _list_with_git(made, work_tree, files):
            _walk(made)
        made.follow_links()
        return made

    return finish


def git_configuration(work_tree: str) -> str:
    """What decides which working tree git works in, as an identity; empty where that cannot be told from files.

    A repository's own `config` decides, without what it includes (`core.worktree` and `extensions` are read before
    includes are), and `config.worktree` if that names it.
    """
    folder = os.path.join(work_tree, ".git")
    try:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            return ""
        status = os.lstat(os.path.join(folder, "config"))
    except OSError:
        return ""
    if not stat.S_ISREG(status.st_mode) or os.path.lexists(os.path.join(folder, "config.worktree")):
        return ""
    return identity_of(status)


def identity_of(status: os.stat_result | None) -> str:
    """What of a status changes whenever the content does."""
    if status is None:
        return "-"
    return f"{status.st_mode:o} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def is_link(status: os.stat_result) -> bool:
    """Whether a path's own status says that it stands for another place."""
    if stat.S_ISLNK(status.st_mode):
        return True
    return _WINDOWS and bool(getattr(status, "st_reparse_tag", 0) & _NAME_SURROGATE)


def stays_below_root(path: str) -> bool:
    """Whether a path, joined to a root, can only be below it."""
    framed = f"/{path}/"
    if "//" in framed or "/./" in framed or "/../" in framed or "\0" in path:
        return False
    return not (_WINDOWS and ("\\" in path or ":" in path))


def _list_with_git(made: Survey, work_tree: str, files: Callable[[], git.Answer] | None) -> bool:
    """List what git tracks, and what it neither tracks nor ignores; false where git cannot be relied upon here."""
    if files is None:
        answer = git.ask(made.root, work_tree, _TOP_LEVEL)
        made.refusal = answer.refusal
        if not made.refusal:
            told = os.fsdecode(answer.output.removesuffix(b"\n").removesuffix(b"\r"))
            made.refusal = "" if git.same_path(told, work_tree) else _OTHER_TREE
    if not made.refusal:
        answer = files() if files else git.ask(made.root, work_tree, _LIST_FILES)
        made.refusal = answer.refusal
    if made.refusal:
        return False
    made.unopened.extend(answer.unopened)
    records = sorted({_git_record(record) for record in os.fsdecode(answer.output).split("\0") if record})
    if not records and not git.same_path(made.root, work_tree):
        return False  # git ignores the whole root, and yet somebody asks for it
    for path, tag, mode in records:
        _add_git_record(made, path, tag, mode)
    return True


def _git_record(record: str) -> tuple[str, str, str]:
    """Take path, tag and mode from `H 100644 <id> 0<tab><path>` or, for an untracked file, `? <path>`."""
    tag, _, rest = record.partition(" ")
    if tag == "?":
        return rest, tag, ""
    header, _, path = rest.partition("\t")
    return path, tag, header.partition(" ")[0]


def _add_git_record(made: Survey, path: str, tag: str, mode: str) -> None:
    is_repository = mode == _SUBMODULE_MODE or path.endswith("/")
    path = path.removesuffix("/")
    if made.is_listed(path) or not made.admits(path):  # a path in conflict is listed once for each side
        return
    if is_repository:
        made.note(path, "repository")
        return
    try:
        status = os.lstat(made.prefix + path) if made.is_real_folder(path.rpartition("/")[0]) else None
    except (FileNotFoundError, NotADirectoryError):
        status = None
    except OSError as error:
        made.note(path, "unreadable", error.strerror or "")
        return
    if status is None:
        made.note(path, "sparse" if tag == "S" else "gone")
    elif _WINDOWS and mode == _LINK_MODE and stat.S_ISREG(status.st_mode):
        made.note(path, "link-as-file")
    elif not stat.S_ISDIR(status.st_mode) or is_link(status):
        made.add(path, status)
    else:
        made.note(path, "folder")


def _walk(made: Survey) -> None:
    folders = [""]
    while folders and not made.cut:
        folder = folders.pop()
        try:
            with os.scandir(os.path.join(made.root, folder)) as found:
                names = sorted(child.name for child in found)
        except OSError as error:
            made.unopened.append((folder or ".", error.strerror or ""))
            continue
        below = []
        for name in names:
            if name.lower() == ".git":
                continue
            path = f"{folder}/{name}" if folder else name
            if made.admits(path) and _add_walked(made, path, name):
                below.append(path)
        folders.extend(reversed(below))


def _add_walked(made: Survey, path: str, name: str) -> bool:
    """Note a path that the walk meets; true for a folder that the walk goes into."""
    try:
        # Not the entry's own `stat`: on Windows that one may be out of date.
        status = os.lstat(made.prefix + path)
    except OSError as error:
        made.note(path, "unreadable", error.strerror or "")
        return False
    if not stat.S_ISDIR(status.st_mode) or is_link(status):
        made.add(path, status)
        return False
    if name in _PRUNED:
        made.note(path, "pruned")
        return False
    return True


def _is_folder(path: str) -> bool:
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISDIR(status.st_mode) and not is_link(status)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
