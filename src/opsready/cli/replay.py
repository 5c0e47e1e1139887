"""The report of a run, kept so that the same run prints it again while nothing that it depends on has changed.

It lies in the user's cache directory, in a file named after the command line and all that shapes the output, and holds
a digest of every input: our own code, Python, the day, what decides about the root, and all that is below it. Whatever
is wrong with such a file, or with the directory, nobody is told: the run is then done as if there were none.
"""

# This runs before anything else: path objects would take longer than all of it.
# ruff: noqa: PTH102, PTH105, PTH108, PTH109, PTH112, PTH117, PTH118, PTH120

from __future__ import annotations

import os
import stat
import sys
import time
from binascii import crc32

from opsready import __version__
from opsready.cli.inputs import Inputs, holds_or_may_hold, is_recent
from opsready.cli.stream import write
from opsready.digest import sha256
from opsready.errors import OpsreadyError
from opsready.git import is_inside
from opsready.survey import begin_survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsready.survey import Survey

NO_CACHE = "--no-cache"
# Every variable that a run reads and that changes what it says; others (`PATH`, `HOME`, `CI`) change no word of it.
VARIABLES = (
    *("OPSREADY_AS_OF", "SOURCE_DATE_EPOCH", "OPSREADY_DEBUG"),
    *("OPSREADY_PROFILE", "OPSREADY_SELECT", "OPSREADY_IGNORE"),
    *("OPSREADY_FAIL_ON", "OPSREADY_MIN_SCORE", "OPSREADY_MIN_EVIDENCE"),
    *("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"),
    *("GITHUB_STEP_SUMMARY", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_WORKSPACE"),
    *("CI_PROJECT_URL", "CI_COMMIT_SHA", "CI_PROJECT_DIR"),
)
LARGEST_REPORT = 32 * 1024 * 1024  # bytes
MOST_BYTES = 128 * 1024 * 1024
MOST_FILES = 100

_MAGIC = "opsready report 1"
_SUFFIX = ".report"
_DAY = 86_400
_HOUR = 3_600
_WINDOWS = os.name == "nt"
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Kept:
    """What a run said, and what has to be as it was for this to be true still.

    `digest` is of every input. `root` (empty: none) and `paths` are as they were written, `top` is the root that was
    found, and `top_level` what told git's working tree. `format`, `out` and `err` are what was written.
    """

    __slots__ = ("code", "digest", "err", "format", "out", "paths", "root", "top", "top_level")

    def __init__(self, data: bytes) -> None:
        """Read what `keep` wrote; a ValueError where it did not."""
        magic, digest, top_level, numbers, payload = data.split(b"\n", 4)
        code, checksum, *lengths = map(int, numbers.split())
        if magic.decode() != _MAGIC or crc32(payload) != checksum or len(payload) != sum(lengths):
            raise ValueError
        fields, start = [], 0
        for length in lengths:
            fields.append(payload[start : start + length].decode("utf-8", "surrogatepass"))
            start += length
        self.root, paths, self.top, self.format, self.out, self.err = fields
        self.paths = paths.split("\0") if paths else []
        self.digest = digest.decode()
        self.top_level = top_level.decode()
        self.code = code

    def show(self) -> int:
        """Say it again, as the run did; the exit code comes back."""
        try:
            if self.out:
                write(sys.stdout, self.format, (self.out,))
            sys.stderr.write(self.err)
        except OpsreadyError as error:
            from opsready.cli.app import complain

            return complain(error)
        return self.code


class Replay:
    """The place of one command line in the cache: what is kept there, and the run that is to be kept."""

    __slots__ = ("_began", "_chunks", "_file", "_folder", "_inputs", "_program", "_size", "_survey", "_targets")

    def __init__(self, folder: str, slot: str) -> None:
        self._folder = folder
        self._file = os.path.join(folder, slot + _SUFFIX)
        self._began = time.time_ns()
        self._program: Inputs | None = None
        self._inputs: Inputs | None = None
        self._targets: tuple[Sequence[str], str] = ((), "")
        self._survey: Survey | None = None
        self._chunks: list[str] = []
        self._size = 0

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Replay | None:
        """The place of a command line, without the verb; None where nothing may be kept or printed again."""
        asks_for_completions = any(name.startswith("_") and name.endswith("_COMPLETE") for name in os.environ)
        if NO_CACHE in arguments or asks_for_completions:
            return None
        try:
            folder = cache_folder()
            if not folder or holds_or_may_hold(folder, arguments):
                return None
            return cls(folder, _digest(_circumstances(arguments)))
        except Exception:  # noqa: BLE001 - without a cache a run is slower, and nothing else
            return None

    def found(self) -> Kept | None:
        """What is kept, if it is still true."""
        try:
            kept = _read_private(self._folder, self._file)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not what a run wrote
            kept = None
        try:
            if kept is None:
                self._look_at_program()
            elif self._is_true(kept):
                return kept
        except Exception:  # noqa: BLE001 - the run will say what is wrong
            return None
        return None

    def _is_true(self, kept: Kept) -> bool:
        finish = begin_survey(kept.top, kept.top_level)
        try:
            # While git is at work.
            program = self._look_at_program()
            inputs = Inputs()
            inputs.note_surroundings(kept.paths, kept.root)
        finally:
            seen = finish()
        return _identity(program, inputs, seen) == kept.digest

    def _look_at_program(self) -> Inputs:
        """Look at what judges; before any more of it is imported than what is running already."""
        program = Inputs()
        program.lines += [_MAGIC, __version__, str(time.time() // _DAY)]
        program.note_program()
        self._program = program
        return program

    # What follows is called by a run that is to be kept, in this order.

    def begin(self, paths: Sequence[str], root: str) -> None:
        """Look at what decides about the root, before the run does."""
        try:
            inputs = Inputs()
            inputs.note_surroundings(paths, root)
        except (OSError, ValueError):
            return  # the run will say what is wrong
        self._inputs = inputs
        self._targets = (paths, root)

    def survey(self, seen: Survey) -> None:
        """Take what the run saw below its root."""
        self._survey = seen

    def copy(self, chunk: str) -> None:
        """Take a part of the report."""
        self._size += len(chunk)
        if self._size <= LARGEST_REPORT:
            self._chunks.append(chunk)

    def keep(self, code: int, format_: str, err: str) -> None:
        """Write down what the run said, if it can be told later whether it is still true."""
        program, inputs, seen = self._program, self._inputs, self._survey
        if program is None or inputs is None or seen is None or self._size > LARGEST_REPORT:
            return
        if is_inside(os.path.realpath(self._folder), seen.root):
            return
        statuses = (*program.statuses, *inputs.statuses, *seen.readable())
        if any(is_recent(status, self._began) for status in statuses):
            return
        paths, root = self._targets
        texts = (root, "\0".join(paths), seen.root, format_, "".join(self._chunks), err)
        try:
            fields = [text.encode("utf-8", "surrogatepass") for text in texts]
            payload = b"".join(fields)
            if len(payload) > LARGEST_REPORT:
                return
            numbers = " ".join(map(str, (code, crc32(payload), *map(len, fields))))
            top_level = "" if seen.refusal else seen.top_level
            head = f"{_MAGIC}\n{_identity(program, inputs, seen)}\n{top_level}\n{numbers}\n"
            _write_private(self._folder, self._file, head.encode() + payload)
            _make_room(self._folder, self._file)
        except (OSError, ValueError):
            return  # a full disk, a home that cannot be written: the next run takes as long as this one


def cache_folder() -> str:
    """Where reports are kept; empty where the user has no directory for such things."""
    environment = os.environ
    if _WINDOWS:
        base = environment.get("LOCALAPPDATA", "")
    else:
        base = environment.get("XDG_CACHE_HOME", "")
        home = environment.get("HOME", "")
        if not os.path.isabs(base):
            base = os.path.join(home, *(("Library", "Caches") if sys.platform == "darwin" else (".cache",)))
    return os.path.join(base, "opsready") if os.path.isabs(base) else ""


def _circumstances(arguments: Sequence[str]) -> list[str]:
    """The command line, and all that shapes the output besides it and the inputs."""
    try:
        width = str(os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        width = ""
    stream = sys.stdout
    encoding = stream.encoding.lower().replace("-", "")  # what writes JSON calls UTF-8 by another of its names
    user = "" if _WINDOWS else str(os.geteuid())
    variables = [f"{name}={value}" if (value := os.environ.get(name)) is not None else name for name in VARIABLES]
    return [
        *(sys.prefix, os.getcwd(), user, width, str(stream.isatty()), encoding),
        *variables,
        *arguments,
    ]


def _identity(program: Inputs, inputs: Inputs, seen: Survey) -> str:
    return _digest([*program.lines, *inputs.lines, seen.identity()])


def _digest(lines: list[str]) -> str:
    return str(sha256("\0\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest())


def _is_private(status: os.stat_result) -> bool:
    """Whether something belongs to the user alone."""
    return _WINDOWS or (status.st_uid == os.geteuid() and not status.st_mode & 0o077)


def _read_private(folder: str, file: str) -> Kept | None:
    """What is kept in a file that only the user could have written; None where there is none."""
    if not stat.S_ISDIR((status := os.lstat(folder)).st_mode) or not _is_private(status):
        return None
    if _WINDOWS and not stat.S_ISREG(os.lstat(file).st_mode):
        return None
    descriptor = os.open(file, os.O_RDONLY | _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not _is_private(status):
            return None
        if time.time() - status.st_mtime > _HOUR and os.utime in os.supports_fd:
            os.utime(descriptor)  # what is used stays
        parts = []
        while part := os.read(descriptor, max(status.st_size, 4096) + 1):
            parts.append(part)
    finally:
        os.close(descriptor)
    return Kept(b"".join(parts))


def _write_private(folder: str, file: str, data: bytes) -> None:
    """Write a file for the user alone, all of it or nothing; an OSError where that cannot be done."""
    for missing in (os.path.dirname(folder), folder):
        if not os.path.isdir(missing):
            os.mkdir(missing, 0o700)
    if not stat.S_ISDIR((status := os.lstat(folder)).st_mode) or not _is_private(status):
        raise PermissionError(folder)
    draft = f"{file}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)
        os.replace(draft, file)
    except BaseException:
        os.unlink(draft)
        raise


def _make_room(folder: str, newest: str) -> None:
    """Remove the files that were used longest ago until what is left is few and small enough."""
    with os.scandir(folder) as found:
        files = [(entry.stat(follow_symlinks=False), entry.path) for entry in found if entry.path != newest]
    files.sort(key=_last_use, reverse=True)
    left = os.lstat(newest).st_size
    for count, (status, path) in enumerate(files, start=2):
        left += status.st_size
        if (count > MOST_FILES or left > MOST_BYTES) and stat.S_ISREG(status.st_mode):
            os.unlink(path)


def _last_use(file: tuple[os.stat_result, str]) -> int:
    return file[0].st_mtime_ns
