"""An unchanged run prints what it printed before, and whatever changes, the report is the one that a new run gives."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from integration.commands import write
from opsready import engine, git, tree
from opsready.cli import app, inputs, replay
from opsready.cli.check_options import OPTIONS
from opsready.cli.replay import Replay
from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec

BAD_WORKLOAD = WorkloadSpec(replicas=1, budget=False, containers=(ContainerSpec(probe=False),))
FILES = {
    **RepositorySpec((ServiceSpec(workloads=(BAD_WORKLOAD,)),)).files(),
    ".opsready/config.yaml": "exclude: [legacy/**]\n",
    "README.md": "# Shop\n",
    "src/main.go": "package main\n",
}
MANIFEST = "services/cart/k8s/cart.yaml"
needs_git = pytest.mark.skipif(not git._binary("/nonexistent"), reason="there is no git")
needs_posix = pytest.mark.skipif(os.name == "nt", reason="links and permissions are POSIX's")
needs_user = pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")


@dataclass(frozen=True)
class Result:
    """What a run ended with and said, and whether it was kept from an earlier one."""

    code: int
    out: str
    err: str
    replayed: bool

    def __eq__(self, other: object) -> bool:
        """Whether both say the same."""
        return isinstance(other, Result) and (self.code, self.out, self.err) == (other.code, other.out, other.err)

    __hash__ = None  # type: ignore[assignment]


Check = Callable[..., Result]


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test's own, a fixed day, no configuration of git's, and files that count as old enough."""
    for name in (*replay.VARIABLES, *(name for name in os.environ if name.startswith("GIT_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("OPSREADY_AS_OF", "2026-11-24")
    monkeypatch.setattr(inputs, "_FINE", -(10**18))
    monkeypatch.setattr(inputs, "_COARSE", -(10**18))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository that is checked, which is the working directory as well."""
    made = write(tmp_path / "work" / "shop", FILES)
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def repository(root: Path) -> Path:
    """The same with git."""
    in_git(root, "init", "-q")
    in_git(root, "add", "-A")
    return root


def in_git(folder: Path, *arguments: str) -> None:
    line = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments]
    subprocess.run(line, cwd=folder, check=True, capture_output=True)  # noqa: S603 - our own words


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    """Does in this process what the program does."""

    def execute(*arguments: str) -> Result:
        place = Replay.of(arguments)
        kept = place.found() if place is not None else None
        code = kept.show() if kept is not None else app.run(["check", *arguments], place)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err, kept is not None)

    return execute


def kept_files(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "cache" / "opsready"
    return sorted(folder.iterdir()) if folder.is_dir() else []


# What is printed again.


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 1),
        (["--fail-on", "never"], 0),
        (["--fail-on=never", "--format", "json", "--show", "all"], 0),
        (["--format", "full", "services", "docs/runbooks/cart.md"], 1),
        (["--min-score", "99", "--root", ".", "docs"], 1),
        (["--exclude", "*"], 3),
        (["--exclude", "*", "--format", "json"], 3),
        (["--exclude", "*", "--allow-empty"], 0),
    ],
)
@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), False])
def test_the_same_run_says_the_same(
    root: Path, check: Check, arguments: list[str], code: int, with_git: bool, request: pytest.FixtureRequest
) -> None:
    if with_git:
        request.getfixturevalue("repository")
    first = check(*arguments)
    assert (first.code, first.replayed) == (code, False)
    for _ in range(2):
        again = check(*arguments)
        assert again.replayed
        assert again == first


def test_a_run_that_had_to_judge_again_is_kept_again(root: Path, check: Check) -> None:
    check()
    (root / "new.yaml").write_text("a: b\n")
    assert [check().replayed, check().replayed] == [False, True]


def test_words_that_are_not_ascii_are_kept(root: Path, check: Check) -> None:
    manifest = root / MANIFEST
    written = manifest.read_text(encoding="utf-8")
    commented = "replicas: 1 # \u00e4 \u2713 \U0001f600\n"
    manifest.write_text(written.replace("replicas: 1\n", commented), encoding="utf-8")
    first = check("--format", "full")
    assert "\U0001f600" in first.out
    again = check("--format", "full")
    assert again.replayed
    assert again == first


# What makes it judge again.


def replaced(file: Path) -> None:
    """Other content of the same size."""
    content = file.read_bytes()
    file.write_bytes(content.replace(b"replicas: 1", b"replicas: 2"))
    assert file.stat().st_size == len(content)


def dated_back(file: Path) -> None:
    """Other content with the size and the times of the old one, as far as a program can set them."""
    status = file.stat()
    replaced(file)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def swapped(file: Path) -> None:
    """Another file of that name, as editors write it."""
    other = file.with_name("other")
    other.write_bytes(file.read_bytes().replace(b"replicas: 1", b"replicas: 3"))
    other.replace(file)


def linked(file: Path) -> None:
    other = file.with_name("elsewhere.txt")
    file.replace(other)
    file.symlink_to(other.name)


EDITS: dict[str, Callable[[Path], object]] = {
    "a manifest": lambda root: replaced(root / MANIFEST),
    "a manifest, dated back": lambda root: dated_back(root / MANIFEST),
    "a manifest, replaced": lambda root: swapped(root / MANIFEST),
    "a manifest removed": lambda root: (root / MANIFEST).unlink(),
    "a manifest renamed": lambda root: (root / MANIFEST).rename(root / "services/cart/k8s/other.yaml"),
    "a folder renamed": lambda root: (root / "services").rename(root / "apps"),
    "a new file": lambda root: write(root, {"deploy/new.yaml": "kind: Secret\n"}),
    "a new file in a folder that is there": lambda root: write(root, {"docs/new.md": "# New\n"}),
    "the configuration": lambda root: write(root, {".opsready/config.yaml": "exclude: [docs/**]\n"}),
    "the configuration removed": lambda root: (root / ".opsready/config.yaml").unlink(),
    "a configuration above": lambda root: write(root, {"../pyproject.toml": "[tool.opsready]\n"}),
    "a marker above": lambda root: (root.parent / ".opsready").mkdir(),
    "a repository above": lambda root: (root.parent / ".git").mkdir(),
}
POSIX_EDITS: dict[str, Callable[[Path], object]] = {
    "a file that became a link": lambda root: linked(root / MANIFEST),
    "a new link": lambda root: (root / "deploy.yaml").symlink_to(MANIFEST),
    "permissions": lambda root: (root / MANIFEST).chmod(0o600),
}
GIT_EDITS: dict[str, Callable[[Path], object]] = {
    "a new .gitignore": lambda root: write(root, {".gitignore": "docs/\n"}),
    "a new .gitignore further down": lambda root: write(root, {"docs/.gitignore": "*\n"}),
    "what git ignores here": lambda root: write(root, {".git/info/exclude": "notes.md\n"}),
    "what the user's git ignores": lambda root: write(
        root, {"../../ignored": "notes.md\n", "../../gitconfig": f"[core]\nexcludesFile={root}/../../ignored\n"}
    ),
    "a file taken out of the index": lambda root: (
        write(root, {".gitignore": "cart.yaml\n"}) and in_git(root, "rm", "-q", "--cached", MANIFEST)
    ),
    "another working tree": lambda root: in_git(root, "config", "core.worktree", str(root.parent)),
    "a nested repository": lambda root: in_git(root, "init", "-q", "extra"),
    "no repository any more": lambda root: (root / ".git").rename(root / ".git-old"),
    "a broken index": lambda root: write(root, {".git/index": "nonsense"}),
}


@pytest.mark.parametrize("edit", [*EDITS, *(pytest.param(name, marks=needs_posix) for name in POSIX_EDITS)])
def test_a_change_is_seen_where_there_is_no_repository(root: Path, check: Check, edit: str) -> None:
    check("--show", "all")
    assert check("--show", "all").replayed
    {**EDITS, **POSIX_EDITS}[edit](root)
    changed = check("--show", "all")
    assert not changed.replayed
    assert changed == check("--show", "all", "--no-cache")


@needs_git
@pytest.mark.parametrize("edit", [*EDITS, *GIT_EDITS, *(pytest.param(name, marks=needs_posix) for name in POSIX_EDITS)])
def test_a_change_is_seen_in_a_repository(repository: Path, check: Check, edit: str) -> None:
    write(repository, {"notes.md": "# Notes\n", "docs/notes.md": "# Notes\n", "extra/a.yaml": "a: b\n"})
    check("--show", "all")
    assert check("--show", "all").replayed
    {**EDITS, **GIT_EDITS, **POSIX_EDITS}[edit](repository)
    changed = check("--show", "all")
    if edit != "a repository above":  # nobody looks further up than the repository
        assert not changed.replayed
    assert changed == check("--show", "all", "--no-cache")


@needs_git
def test_what_git_ignores_is_no_input(repository: Path, check: Check) -> None:
    write(repository, {".gitignore": "build/\n", "build/a.yaml": "a: b\n"})
    check()
    write(repository, {"build/b.yaml": "kind: Deployment\n"})
    in_git(repository, "commit", "-q", "-m", "all")
    assert check().replayed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPSREADY_AS_OF", "2026-11-23"),
        ("NO_COLOR", "1"),
        ("FORCE_COLOR", "1"),
        ("COLUMNS", "60"),
        ("TERM", "dumb"),
        ("SOURCE_DATE_EPOCH", "1700000000"),
    ],
)
def test_what_shapes_the_output_is_seen(
    root: Path, check: Check, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    check("--format", "full")
    monkeypatch.setenv(name, value)
    assert not check("--format", "full").replayed
    monkeypatch.undo()


def test_the_day_is_seen(root: Path, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSREADY_AS_OF")
    check()
    now = replay.time.time()
    monkeypatch.setattr(replay.time, "time", lambda: now + 86_400)
    assert not check().replayed


@pytest.mark.parametrize("what", ["version", "python", "code", "packages"])
def test_another_program_is_seen(
    root: Path, check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    packages = write(tmp_path / "packages", {"opsready/__init__.py": "", "opsready/engine.py": "a = 1\n"})
    if what in {"code", "packages"}:
        monkeypatch.setattr(sys, "path", [str(packages), *sys.path])
    check()
    assert check().replayed
    if what == "version":
        monkeypatch.setattr(replay, "__version__", "0.0.0")
    elif what == "python":
        monkeypatch.setattr(sys, "version", "4.0.0")
    elif what == "code":
        (packages / "opsready/engine.py").write_text("a = 2\n")
    else:
        (packages / "pyyaml-7.0.dist-info").mkdir()
    assert not check().replayed


def test_command_lines_and_working_directories_are_kept_apart(
    root: Path, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    check()
    assert not check("--fail-on", "never").replayed
    monkeypatch.chdir(root / "services")
    assert not check().replayed
    monkeypatch.chdir(root)
    assert check().replayed


def test_a_folder_called_test_depends_on_what_is_beside_it(root: Path, check: Check) -> None:
    write(root, {"k8s/test/a.yaml": "a: b\n"})
    first = check("k8s/test")
    assert check("k8s/test").replayed
    write(root, {"k8s/prod/keep": ""})
    changed = check("k8s/test")
    assert changed == check("k8s/test", "--no-cache")
    assert changed != first


@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), False])
def test_after_any_edits_the_report_is_the_one_of_a_new_run(
    root: Path, check: Check, with_git: bool, request: pytest.FixtureRequest
) -> None:
    if with_git:
        request.getfixturevalue("repository")
    chance = random.Random(7)
    replayed = 0
    for number in range(40):
        random_edit(root, chance, number)
        found = check("--format", "json", "--show", "all")
        replayed += found.replayed
        assert found == check("--format", "json", "--show", "all", "--no-cache")
    assert 3 < replayed < 30


def random_edit(root: Path, chance: random.Random, number: int) -> None:
    files = sorted(path for path in root.rglob("*.yaml") if path.is_file() and ".git" not in path.parts)
    file = chance.choice(files)
    match chance.randrange(6):
        case 0:
            replaced(file)
        case 1:
            file.write_text("\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
        case 2 if len(files) > 2:
            file.unlink()
        case 3:
            name = f"cart-{number}"
            write(root, {f"more/{name}.yaml": (root / "x").name})
            content = FILES[MANIFEST].replace("name: cart", f"name: {name}")
            write(root, {f"more/{name}.yaml": content})
        case _:
            pass


# What is not kept.


def test_a_run_with_a_file_to_write_is_not_kept(root: Path, check: Check, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    for _ in range(2):
        assert not check("--format", f"json:{report}").replayed
        assert report.stat().st_size
        report.unlink()
    assert kept_files(tmp_path) == []


@pytest.mark.parametrize(
    "arguments", [["--no-cache"], ["--exclude", "-x"], ["--fail-on", "severe"], ["--help"], ["nowhere"]], ids=" ".join
)
def test_what_is_not_a_plain_run_that_ended_well_is_not_kept(
    root: Path, check: Check, tmp_path: Path, arguments: list[str]
) -> None:
    assert check(*arguments) == check(*arguments)
    assert kept_files(tmp_path) == []


def test_no_cache_neither_reads_nor_writes(root: Path, check: Check, tmp_path: Path) -> None:
    check()
    before = [file.read_bytes() for file in kept_files(tmp_path)]
    assert not check("--no-cache").replayed
    assert [file.read_bytes() for file in kept_files(tmp_path)] == before


def test_a_crash_is_not_kept(root: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "load_rule", lambda _: None)
    assert check().code == 2
    assert kept_files(tmp_path) == []


def test_an_interrupted_run_is_not_kept(
    root: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "load_rule", interrupt)
    assert check().code == 130
    assert kept_files(tmp_path) == []


def test_what_the_system_refused_to_read_is_not_kept(
    root: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = tree.read_regular_file

    def refuse(path: str, limit: int) -> bytes:
        if path.endswith("cart.yaml"):
            raise OSError(5, "Input/output error")
        return read(path, limit)

    monkeypatch.setattr(tree, "read_regular_file", refuse)
    assert "cannot be read (Input/output error)" in check("--allow-empty", "--format", "full").out
    assert kept_files(tmp_path) == []


def test_a_report_that_is_too_large_is_not_kept(
    root: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "LARGEST_REPORT", 100)
    check()
    assert kept_files(tmp_path) == []


@pytest.mark.parametrize(
    ("age", "fraction", "recent"),
    [
        (0, 5, True),
        (50_000_000, 5, True),
        (150_000_000, 5, False),
        (1_000_000_000, 0, True),
        (3_000_000_000, 0, False),
    ],
)
def test_a_file_that_changed_within_a_tick_of_a_clock_is_recent(
    root: Path, monkeypatch: pytest.MonkeyPatch, age: int, fraction: int, recent: bool
) -> None:
    """A time in whole seconds comes from a file system whose clock ticks slowly."""
    monkeypatch.setattr(inputs, "_FINE", 100_000_000)
    monkeypatch.setattr(inputs, "_COARSE", 2_100_000_000)
    changed = 1_800_000_000_000_000_000 + fraction
    status = SimpleNamespace(st_mtime_ns=changed, st_ctime_ns=changed)
    assert inputs.is_recent(cast("os.stat_result", status), changed + age) is recent


def test_a_run_on_recent_files_is_not_kept(
    root: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "is_recent", lambda *_: True)
    check()
    assert kept_files(tmp_path) == []


# Where it is kept.


@needs_posix
def test_only_the_user_may_read_it(root: Path, check: Check, tmp_path: Path) -> None:
    check()
    (file,) = kept_files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def damaged(file: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    content = file.read_bytes()
    for length in (0, 1, 20, 60, 90, len(content) // 2, len(content) - 1):
        yield f"cut to {length}", lambda length=length: file.write_bytes(content[:length])  # type: ignore[misc]
    yield "longer", lambda: file.write_bytes(content + b"x")
    yield "another character", lambda: file.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
    yield "zeros", lambda: file.write_bytes(bytes(len(content)))
    yield "of another version", lambda: file.write_bytes(content.replace(b"report 1", b"report 0", 1))
    yield "nonsense", lambda: file.write_bytes(b"\xff\xfe\n" * 50)
    if os.name != "nt":
        yield "that others may write", lambda: file.chmod(0o666)
        yield "that others may read", lambda: file.chmod(0o644)


def test_what_is_not_as_it_was_written_is_ignored_and_written_again(root: Path, check: Check, tmp_path: Path) -> None:
    first = check()
    (file,) = kept_files(tmp_path)
    tried = 0
    for name, damage in damaged(file):
        damage()
        found = check()
        assert (name, found.replayed, found == first) == (name, False, True)
        assert check().replayed, name
        tried += 1
    assert tried > 10


@needs_posix
@pytest.mark.parametrize("what", ["a link", "a folder", "a pipe"])
def test_what_is_no_file_is_not_read(root: Path, check: Check, tmp_path: Path, what: str) -> None:
    first = check()
    (file,) = kept_files(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    file.replace(elsewhere)
    if what == "a link":
        file.symlink_to(elsewhere)
    elif what == "a folder":
        file.mkdir()
    else:
        os.mkfifo(file)
    found = check()
    assert not found.replayed
    assert found == first
    assert elsewhere.is_file()


@needs_posix
@pytest.mark.parametrize("what", ["open to others", "a link", "a file", "in nothing"])
def test_a_directory_that_is_not_the_users_own_is_not_used(
    root: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    first = check()
    folder = tmp_path / "cache" / "opsready"
    if what == "open to others":
        folder.chmod(0o755)
    elif what == "a link":
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    elif what == "a file":
        folder.rename(tmp_path / "elsewhere")
        folder.write_text("")
    else:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none" / "at" / "all"))
    for _ in range(2):
        found = check()
        assert not found.replayed
        assert found == first


@needs_user
def test_a_home_that_may_not_be_written_is_no_error(root: Path, check: Check, tmp_path: Path) -> None:
    first = check("--no-cache")
    (tmp_path / "cache").mkdir(mode=0o500)
    assert check() == first


def test_a_full_disk_is_no_error_and_leaves_nothing_behind(
    root: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    first = check("--no-cache")
    with monkeypatch.context() as full:
        full.setattr(os, "write", refuse)
        assert check() == first
    assert kept_files(tmp_path) == []


@pytest.mark.parametrize("place", ["cache", "deep/down/cache"])
@pytest.mark.parametrize("marked", [True, False])
def test_a_cache_inside_the_repository_is_neither_read_nor_written(
    root: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, marked: bool
) -> None:
    if not marked:
        (root / ".opsready/config.yaml").unlink()
        (root / ".opsready").rmdir()
    check()
    (file,) = kept_files(tmp_path)
    inside = root / place
    inside.mkdir(parents=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(inside))
    monkeypatch.setenv("LOCALAPPDATA", str(inside))
    check()
    assert list(inside.iterdir()) == []
    planted = inside / "opsready" / file.name
    planted.parent.mkdir(mode=0o700)
    planted.write_bytes(file.read_bytes())
    planted.chmod(0o600)
    assert not check().replayed
    monkeypatch.chdir(tmp_path)
    for arguments in ([str(root)], [f"--root={root}"], ["--root", str(root)], [str(root / "services"), str(root)]):
        assert Replay.of(arguments) is None


def test_old_reports_make_room_for_new_ones(
    root: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST_FILES", 3)
    for number in range(6):
        check("--min-score", str(number))
        for age, file in enumerate(sorted(kept_files(tmp_path), key=lambda file: file.stat().st_mtime_ns)):
            os.utime(file, ns=(0, 10**18 + 10**12 * number + age))
    assert len(kept_files(tmp_path)) == 3
    assert check("--min-score", "5").replayed
    assert not check("--min-score", "0").replayed
    monkeypatch.setattr(replay, "MOST_BYTES", 10)
    check("--min-score", "7")
    assert len(kept_files(tmp_path)) == 1
    assert check("--min-score", "7").replayed


@needs_posix
def test_places_for_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert replay.cache_folder() == "/caches/opsready"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(sys, "platform", "linux")
    assert replay.cache_folder() == "/home/ana/.cache/opsready"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert replay.cache_folder() == "/home/ana/Library/Caches/opsready"
    monkeypatch.delenv("HOME")
    assert replay.cache_folder() == ""
    monkeypatch.setattr(replay, "_WINDOWS", True)
    monkeypatch.setenv("LOCALAPPDATA", "/c/Users/ana/AppData/Local")
    assert replay.cache_folder() == "/c/Users/ana/AppData/Local/opsready"


# The program itself.

PROGRAM = """
import os, sys
os._exit = sys.exit
sys.argv[0] = "opsready"
from opsready.__main__ import main
try:
    main()
finally:
    sys.stdout.flush()
    print("judged" if "opsready.run" in sys.modules else "replayed", *sorted(sys.modules), file=sys.stderr)
"""


def program(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-I", "-c", PROGRAM, "check", *arguments]
    return subprocess.run(line, capture_output=True, check=False)  # noqa: S603 - our own words


def test_an_unchanged_run_of_the_program_imports_next_to_nothing(repository: Path) -> None:
    first = program("--format", "json")
    for _ in range(100):  # until the files are older than a tick
        again = program("--format", "json")
        modules = again.stderr.decode().splitlines()[-1].split()
        if modules[0] != "judged":
            break
    assert (again.returncode, again.stdout) == (first.returncode, first.stdout)
    assert [name for name in modules if name.startswith("opsready.cli.")] == [
        "opsready.cli.inputs",
        "opsready.cli.replay",
        "opsready.cli.stream",
    ]
    heavy = {"typing", "re", "enum", "json", "hashlib", "subprocess", "pathlib", "datetime", "yaml", "typer", "inspect"}
    assert heavy.intersection(modules) == set()
    assert program("--format", "json", "--no-cache").stdout == first.stdout


def variables_read(lines: Iterable[str]) -> set[str]:
    return {part.split('"')[1] for line in lines for part in line.split("environ")[1:] if '"' in part}


def test_every_variable_that_is_read_is_part_of_the_key() -> None:
    source = Path(replay.__file__).parents[1]
    found: set[str] = set()
    for file in source.rglob("*.py"):
        text = file.read_text(encoding="utf-8").replace("environment.get(", "environ.get(")
        found |= variables_read(line for line in text.splitlines() if "environ.get(" in line or "environ[" in line)
    # Which git answers, where the cache is, and whether progress is shown, changes no word of a report; what is staged
    # is never kept.
    assert found - {"PATH", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME", "CI", "GIT_INDEX_FILE"} <= set(replay.VARIABLES)
    assert {"NO_COLOR", "COLUMNS", "OPSREADY_AS_OF"} <= found
    assert {option.variable for option in OPTIONS if option.variable} <= set(replay.VARIABLES)
