"""Questions to git: names, and contents by their id; with everything turned off that a repository could make it run."""

# A path object for every question would cost more than the answer.
# ruff: noqa: PTH113, PTH117, PTH118, PTH120

from __future__ import annotations

import os

from opsready.process import start
from opsready.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TIMEOUT_SECONDS = 60

_WINDOWS = os.name == "nt"
_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.bareRepository=explicit")
# What would point git at another repository, as it does inside a hook.
_LOCATION_VARIABLES = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX", "GIT_IMPLICIT_WORK_TREE", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE",
)  # fmt: skip
_CANNOT_OPEN = "warning: could not open directory '"


@dataclass(frozen=True, slots=True)
class Answer:
    """What git printed, or in words why it did not answer; `unopened` are folders that it could not open, and why."""

    output: bytes = b""
    refusal: str = ""
    unopened: tuple[tuple[str, str], ...] = ()


def ask(root: str, work_tree: str, arguments: tuple[str, ...], settings: Mapping[str, str] | None = None) -> Answer:
    """Run one of git's questions from the root."""
    return begin(root, work_tree, arguments, settings)()


def begin(
    root: str, work_tree: str, arguments: tuple[str, ...], settings: Mapping[str, str] | None = None
) -> Callable[[], Answer]:
    """Begin to ask one of git's questions; what comes back waits for the answer, and has to be called once.

    `settings` are variables of the environment, beside those that every question has.
    """
    command = command_of(root, arguments)
    if not command:
        return lambda: Answer(refusal="there is none on the PATH, outside the root; install it")
    try:
        finish = start(command, {**environment(), **(settings or {})})
    except OSError as error:
        reason = error.strerror
        return lambda: Answer(refusal=f"it could not be started ({reason}); see whether `git status` works")

    def answer() -> Answer:
        try:
            return _answer(finish(TIMEOUT_SECONDS), root, work_tree)
        except TimeoutError:
            return Answer(refusal=f"it did not answer within {TIMEOUT_SECONDS} seconds; see whether `git status` does")
        except OSError as error:
            return Answer(refusal=f"it could not be started ({error.strerror}); see whether `git status` works")

    return answer


def command_of(root: str, arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The command line of a question to git, asked from the root; empty where there is no git outside of it."""
    binary = _binary(root)
    return (binary, "-C", root, *_OPTIONS, *arguments) if binary else ()


def environment() -> dict[str, str]:
    """The environment that git runs in: nothing in it points elsewhere, and nothing is fetched or replaced."""
    kept = {name: value for name, value in os.environ.items() if name not in _LOCATION_VARIABLES}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _answer(said: tuple[int, bytes, bytes], root: str, work_tree: str) -> Answer:
    code, output, complaints = said
    complaint = complaints.decode("utf-8", "replace")
    if code:
        return Answer(refusal=_refusal(complaint, work_tree))
    unopened = []
    for line in complaint.splitlines():
        if line.startswith(_CANNOT_OPEN):
            folder, _, reason = line.removeprefix(_CANNOT_OPEN).rpartition("/': ")
            shown = os.path.relpath(os.path.join(work_tree, folder), root).replace(os.sep, "/")
            unopened.append((shown, reason))
    return Answer(output, unopened=tuple(unopened))


def _refusal(complaint: str, work_tree: str) -> str:
    if "dubious ownership" in complaint or "unsafe repository" in complaint:
        return (
            "the repository belongs to another user (git calls that dubious ownership); if you trust it, run "
            '`git config --global --add safe.directory "$(pwd)"` in its top folder'
        )
    lines = [line for line in complaint.splitlines() if line.startswith(("fatal:", "error:"))] or [""]
    # Reports are the same wherever the checkout is.
    first = lines[0].partition(": ")[2].replace(work_tree, ".")[:200] or "it gave no reason"
    return f"it failed ({first}); see whether `git status` works"


def _binary(root: str) -> str:
    """The first git on the PATH that is not the scanned repository's own; empty where there is none."""
    name = "git.exe" if _WINDOWS else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        candidate = os.path.join(folder, name)
        if not os.path.isabs(folder) or not os.path.isfile(candidate) or not os.access(candidate, os.X_OK):
            continue
        if not is_inside(candidate, root) and not is_inside(os.path.realpath(candidate), root):
            return candidate
    return ""


def enclosing_work_tree(folder: str) -> str:
    """The nearest folder, from here upwards, that holds `.git`; empty where none does."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return folder


def is_inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it."""
    path, folder = os.path.normcase(path), os.path.normcase(folder)
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def same_path(one: str, other: str) -> bool:
    """Whether two paths are one place."""
    return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))
