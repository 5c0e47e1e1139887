"""What is listed and read of a working directory, however it tries to make us do more than that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from opsready import git as git_module
from opsready import survey as survey_module
from opsready import tree as tree_module
from opsready.model.verdict import Diagnostic
from opsready.tree import MemoryTree, open_directory, read_regular_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opsready.tree import DirectoryTree

HAS_GIT = bool(git_module._binary("/nonexistent"))
needs_git = pytest.mark.skipif(not HAS_GIT, reason="git is not installed")
needs_posix = pytest.mark.skipif(os.name == "nt", reason="needs symbolic links and pipes")
COMMIT = "1" * 40


@pytest.fixture(autouse=True)
def _own_git_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a configuration of their own, and may run them from a hook."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.sep)


def git(where: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    command = ["git", *identity, *arguments]
    done = subprocess.run(command, cwd=where, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


def write(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="")
    return root


def repository(root: Path, files: Mapping[str, str]) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "--quiet")
    write(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "first")
    return root


def paths(tree: DirectoryTree) -> list[str]:
    return [entry.path for entry in tree.entries()]


def only_diagnostic(tree: DirectoryTree) -> Diagnostic:
    (diagnostic,) = tree.diagnostics
    return diagnostic


# --- through git -----------------------------------------------------------------------------------------------------


@needs_git
def test_tracked_and_untracked_files_are_listed_and_ignored_ones_are_not(tmp_path: Path) -> None:
    root = repository(tmp_path, {"b.yaml": "b", "a/c.yaml": "c", ".gitignore": "*.log\nbuild/\n"})
    write(root, {"new.yaml": "n", "x.log": "x", "build/out.yaml": "o"})
    tree = open_directory(root)
    assert paths(tree) == [".gitignore", "a/c.yaml", "b.yaml", "new.yaml"]
    assert tree.diagnostics == ()
    assert tree.read("a/c.yaml") == b"c"


@needs_git
def test_a_changed_file_is_read_as_it_is_on_disk(tmp_path: Path) -> None:
    root = write(repository(tmp_path, {"a.yaml": "old"}), {"a.yaml": "newer"})
    (entry,) = open_directory(root).entries()
    assert entry.size == 5
    assert open_directory(root).read("a.yaml") == b"newer"


@needs_git
def test_a_file_deleted_but_in_the_index_is_gone(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "a", "b/c.yaml": "c", "b/d.yaml": "d"})
    (root / "a.yaml").unlink()
    (root / "b/c.yaml").unlink()
    tree = open_directory(root)
    assert paths(tree) == ["b/d.yaml"]
    assert not tree.withheld
    assert tree.diagnostics == ()


@needs_git
def test_files_that_a_sparse_checkout_leaves_out_are_named(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "a", "b.yaml": "b"})
    git(root, "update-index", "--skip-worktree", "b.yaml")
    (root / "b.yaml").unlink()
    tree = open_directory(root)
    assert paths(tree) == ["a.yaml"]
    assert dict(tree.withheld) == {"b.yaml": tree_module.WITHHELD_SPARSE}


@needs_git
def test_a_path_in_conflict_is_listed_once(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "base"})
    git(root, "checkout", "--quiet", "-b", "theirs")
    git(write(root, {"a.yaml": "theirs"}), "commit", "--quiet", "--all", "--message", "theirs")
    git(root, "checkout", "--quiet", "-")
    git(write(root, {"a.yaml": "ours"}), "commit", "--quiet", "--all", "--message", "ours")
    with pytest.raises(subprocess.CalledProcessError):
        git(root, "merge", "theirs")
    assert paths(open_directory(root)) == ["a.yaml"]


@needs_git
def test_a_folder_of_the_repository_can_be_the_root(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "a", "sub/b.yaml": "b", "sub/deep/c.yaml": "c"})
    tree = open_directory(root / "sub")
    assert paths(tree) == ["b.yaml", "deep/c.yaml"]
    assert tree.read("deep/c.yaml") == b"c"


@needs_git
def test_a_folder_that_git_ignores_is_walked_when_it_is_the_root(tmp_path: Path) -> None:
    root = write(repository(tmp_path, {".gitignore": "out/\n"}), {"out/rendered/a.yaml": "a"})
    assert paths(open_directory(root)) == [".gitignore"]
    assert paths(open_directory(root / "out")) == ["rendered/a.yaml"]


@needs_git
@needs_posix
@pytest.mark.parametrize(
    "name", ["with\nnewline.yaml", 'quo"te.yaml', "tab\there.yaml", "ünïcödé.yaml", " space .yaml"]
)
@pytest.mark.parametrize("tracked", [True, False])
def test_strange_names_are_listed_and_read(tmp_path: Path, name: str, *, tracked: bool) -> None:
    root = repository(tmp_path, {name: "a"} if tracked else {"other": "o"})
    write(root, {name: "a"})
    tree = open_directory(root)
    assert name in paths(tree)
    assert tree.read(name) == b"a"


@needs_git
@needs_posix
def test_the_name_of_an_untracked_file_cannot_pose_as_a_record_of_the_index(tmp_path: Path) -> None:
    name = f"160000 {COMMIT} 0\tdeploy.yaml"
    root = write(repository(tmp_path, {"deploy.yaml": "d"}), {name: "x"})
    tree = open_directory(root)
    assert paths(tree) == [name, "deploy.yaml"]
    assert not tree.withheld


@needs_posix
@pytest.mark.skipif(sys.platform == "darwin", reason="the file system refuses such names")
@pytest.mark.parametrize("in_repository", [pytest.param(True, marks=needs_git), False])
def test_a_name_that_is_not_utf8_is_reported_and_not_listed(tmp_path: Path, *, in_repository: bool) -> None:
    root = repository(tmp_path, {"a.yaml": "a"}) if in_repository else write(tmp_path, {"a.yaml": "a"})
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.yaml")).write_text("b")
    tree = open_directory(root)
    assert paths(tree) == ["a.yaml"]
    diagnostic = only_diagnostic(tree)
    assert (diagnostic.kind, diagnostic.file) == ("unreadable-file", r"caf\xe9.yaml")
    assert "rename it" in diagnostic.message


@needs_git
def test_submodules_and_nested_repositories_are_withheld(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "a"})
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{COMMIT},modules/absent")
    inner = repository(root / "modules/present", {"b.yaml": "b"})
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{git(inner, 'rev-parse', 'HEAD')},modules/present")
    repository(root / "nested", {"c.yaml": "c"})
    tree = open_directory(root)
    assert paths(tree) == ["a.yaml"]
    assert dict(tree.withheld) == dict.fromkeys(
        ["modules/absent", "modules/present", "nested"], tree_module.WITHHELD_REPOSITORY
    )


@needs_git
def test_a_linked_worktree_and_a_submodule_are_roots_like_any_other(tmp_path: Path) -> None:
    root = repository(tmp_path / "main", {"a.yaml": "a"})
    git(root, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(root), "module")
    for folder in (tmp_path / "linked", root / "module"):
        tree = open_directory(folder)
        assert paths(tree) == ["a.yaml"]
        assert tree.diagnostics == ()


@needs_git
def test_an_empty_repository_is_empty(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    tree = open_directory(tmp_path)
    assert paths(tree) == []
    assert tree.diagnostics == ()


@needs_git
def test_the_environment_of_a_hook_does_not_lead_to_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path / "mine", {"a.yaml": "a"})
    other = repository(tmp_path / "other", {"b.yaml": "b"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert paths(open_directory(root)) == ["a.yaml"]


# --- hostile repositories --------------------------------------------------------------------------------------------


@needs_git
@needs_posix
def test_nothing_that_a_repository_configures_is_run(tmp_path: Path) -> None:
    root = repository(tmp_path / "repository", {"a.yaml": "a", ".gitattributes": "* filter=evil diff=evil\n"})
    mark = tmp_path / "it-ran"
    program = tmp_path / "repository/program"
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    program.chmod(0o755)
    hooks = root / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman", "pre-commit", "post-checkout", "reference-transaction"):
        (hooks / hook).write_text(program.read_text())
        (hooks / hook).chmod(0o755)
    keys = (
        *("core.fsmonitor", "core.sshCommand", "core.editor", "core.pager", "credential.helper"),
        *("alias.ls-files", "alias.rev-parse", "filter.evil.clean", "filter.evil.process", "diff.evil.command"),
    )  # fmt: skip
    for key in keys:
        git(root, "config", key, f"!{program}" if key.startswith("alias") else str(program))
    git(root, "config", "core.hooksPath", str(hooks))
    git(root, "config", "core.untrackedCache", "true")
    mark.unlink(missing_ok=True)
    write(root, {"a.yaml": "changed", "new.yaml": "n"})
    assert paths(open_directory(root)) == [".gitattributes", "a.yaml", "new.yaml", "program"]
    assert not mark.exists()


@needs_git
def test_a_planted_work_tree_is_reported_and_not_followed(tmp_path: Path) -> None:
    root = repository(tmp_path / "mine", {"a.yaml": "a"})
    secret = write(tmp_path / "secret", {"key.yaml": "k"})
    git(root, "config", "core.worktree", str(secret))
    tree = open_directory(root)
    assert paths(tree) == ["a.yaml"]
    diagnostic = only_diagnostic(tree)
    assert diagnostic.kind == "git-not-used"
    assert "core.worktree" in diagnostic.message


@needs_git
def test_a_planted_work_tree_above_the_root_is_not_followed_either(tmp_path: Path) -> None:
    root = repository(tmp_path / "mine", {"a.yaml": "a"})
    git(root, "config", "core.worktree", str(tmp_path))
    tree = open_directory(root)
    assert paths(tree) == ["a.yaml"]
    assert only_diagnostic(tree).kind == "git-not-used"


@needs_git
def test_a_repository_of_somebody_else_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(repository(tmp_path, {"a.yaml": "a", ".gitignore": "b.yaml\n"}), {"b.yaml": "b"})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    tree = open_directory(root)
    assert paths(tree) == [".gitignore", "a.yaml", "b.yaml"]
    diagnostic = only_diagnostic(tree)
    assert "dubious ownership" in diagnostic.message
    assert "safe.directory" in diagnostic.message
    assert str(root) not in diagnostic.message


@needs_git
@pytest.mark.parametrize("damage", ["config", "index", "HEAD"])
def test_a_broken_repository_is_walked_and_reported(tmp_path: Path, damage: str) -> None:
    root = repository(tmp_path, {"a.yaml": "a"})
    (root / ".git" / damage).write_text("[nonsense\n")
    tree = open_directory(root)
    assert paths(tree) == ["a.yaml"]
    diagnostic = only_diagnostic(tree)
    assert diagnostic.kind == "git-not-used"
    assert str(root) not in diagnostic.message


@needs_git
def test_a_planted_bare_repository_is_not_used(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "init", "--quiet", "--bare", "planted")
    write(tmp_path, {"planted/deploy.yaml": "d"})
    tree = open_directory(tmp_path / "planted")
    assert "deploy.yaml" in paths(tree)
    assert only_diagnostic(tree).kind == "git-not-used"


@needs_git
@needs_posix
def test_git_is_never_taken_from_inside_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "repository", {"a.yaml": "a"})
    mark = tmp_path / "it-ran"
    for folder in ("bin", "."):
        write(root, {f"{folder}/git": f"#!/bin/sh\ntouch '{mark}'\n"})
        (root / folder / "git").chmod(0o755)
    disguised = tmp_path / "elsewhere"
    disguised.mkdir()
    (disguised / "git").symlink_to(root / "bin/git")
    real = os.environ["PATH"]
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", os.pathsep.join([str(root / "bin"), "", ".", "bin", str(disguised), real]))
    assert paths(open_directory(root)) == ["a.yaml", "bin/git", "git"]
    assert not mark.exists()
    monkeypatch.setenv("PATH", os.pathsep.join([str(root / "bin"), ".", str(disguised)]))
    tree = open_directory(root)
    assert "none on the PATH" in only_diagnostic(tree).message
    assert not mark.exists()


@needs_git
@needs_posix
def test_a_git_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise TimeoutError

    root = repository(tmp_path, {"a.yaml": "a"})
    monkeypatch.setattr(git_module, "start", lambda *_: never)
    tree = open_directory(root)
    assert paths(tree) == ["a.yaml"]
    assert "did not answer" in only_diagnostic(tree).message


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/../../b", "a//b", "./a", "a\0b"])
def test_a_planted_index_cannot_name_a_file_outside_the_root(
    tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = survey_module.Survey(str(tmp_path))
    survey_module._add_git_record(seen, path, "H", "100644")
    tree = tree_module.tree_of(seen)
    assert paths(tree) == []
    assert dict(tree.withheld) == {path: tree_module.WITHHELD_NAME}


@pytest.mark.parametrize("path", ["C:/windows", "a\\..\\..\\b", "file:stream"])
def test_names_that_lead_elsewhere_on_windows_are_refused_there(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_module, "_WINDOWS", True)
    assert not survey_module.stays_below_root(path)


# --- links and special files, with and without git -------------------------------------------------------------------


@pytest.fixture(params=[pytest.param("git", marks=needs_git), "walk"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    if request.param == "git":
        return repository(folder, {"real.yaml": "real", "deploy/a.yaml": "a"})
    return write(folder, {"real.yaml": "real", "deploy/a.yaml": "a"})


@needs_posix
def test_a_link_to_a_listed_file_says_where_it_leads(root: Path) -> None:
    (root / "deploy/link.yaml").symlink_to("../real.yaml")
    tree = open_directory(root)
    assert [(entry.path, entry.target) for entry in tree.entries() if entry.target] == [
        ("deploy/link.yaml", "real.yaml")
    ]
    assert tree.read("deploy/link.yaml") == b"real"


@needs_posix
@pytest.mark.parametrize(
    "target", ["../outside.yaml", "/etc/hostname", "../root-with-a-longer-name/x.yaml", "/proc/self/mem"]
)
def test_a_link_out_of_the_root_is_withheld(root: Path, target: str) -> None:
    write(root.parent, {"outside.yaml": "secret", "root-with-a-longer-name/x.yaml": "secret"})
    (root / "link.yaml").symlink_to(target)
    tree = open_directory(root)
    assert paths(tree) == ["deploy/a.yaml", "real.yaml"]
    assert dict(tree.withheld) == {"link.yaml": tree_module.WITHHELD_LINK_OUTSIDE}
    with pytest.raises(KeyError):
        tree.read("link.yaml")


@needs_posix
def test_links_that_lead_nowhere_or_to_themselves_or_to_folders_are_withheld(root: Path) -> None:
    (root / "broken.yaml").symlink_to("missing.yaml")
    (root / "loop-a").symlink_to("loop-b")
    (root / "loop-b").symlink_to("loop-a")
    (root / "deploy/up").symlink_to("..")
    (root / "chain.yaml").symlink_to("broken.yaml")
    tree = open_directory(root)
    assert paths(tree) == ["deploy/a.yaml", "real.yaml"]
    nowhere = dict.fromkeys(["broken.yaml", "loop-a", "loop-b", "chain.yaml"], tree_module.WITHHELD_LINK_NOWHERE)
    assert dict(tree.withheld) == {**nowhere, "deploy/up": tree_module.WITHHELD_LINK_FOLDER}


@needs_posix
def test_a_link_to_a_repositorys_own_files_is_withheld(root: Path) -> None:
    write(root, {".git/credentials": "token"})
    (root / "link.yaml").symlink_to(".git/credentials")
    assert dict(open_directory(root).withheld) == {"link.yaml": tree_module.WITHHELD_LINK_OUTSIDE}


@needs_posix
def test_a_tracked_file_below_a_folder_that_became_a_link_is_not_read(tmp_path: Path) -> None:
    root = repository(tmp_path / "root", {"deploy/a.yaml": "a", "b.yaml": "b"})
    write(tmp_path / "outside", {"a.yaml": "secret"})
    (root / "deploy/a.yaml").unlink()
    (root / "deploy").rmdir()
    (root / "deploy").symlink_to("../outside")
    tree = open_directory(root)
    assert paths(tree) == ["b.yaml"]
    assert dict(tree.withheld) == {"deploy": tree_module.WITHHELD_LINK_OUTSIDE}


@needs_posix
def test_a_file_that_became_a_link_after_it_was_listed_is_not_followed(root: Path) -> None:
    write(root.parent, {"outside.yaml": "secret"})
    tree = open_directory(root)
    (root / "real.yaml").unlink()
    (root / "real.yaml").symlink_to("../outside.yaml")
    answer = tree.read("real.yaml")
    assert isinstance(answer, Diagnostic)
    assert answer.kind == "unreadable-file"


@needs_posix
def test_pipes_are_never_opened(root: Path) -> None:
    os.mkfifo(root / "pipe.yaml")
    (root / "link.yaml").symlink_to("pipe.yaml")
    tree = open_directory(root)
    assert paths(tree) == ["deploy/a.yaml", "real.yaml"]
    assert tree.withheld["link.yaml"] == tree_module.WITHHELD_SPECIAL
    with pytest.raises(OSError, match="not a regular file"):
        read_regular_file(str(root / "pipe.yaml"), 10)


@needs_posix
def test_links_are_refused_where_the_system_cannot_do_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "_NO_FOLLOW", 0)
    monkeypatch.setattr(tree_module, "_OPEN_FLAGS", os.O_RDONLY)
    (root / "link.yaml").symlink_to("real.yaml")
    assert read_regular_file(str(root / "real.yaml"), 10) == b"real"
    with pytest.raises(OSError, match="not a regular file"):
        read_regular_file(str(root / "link.yaml"), 10)


def test_the_root_may_be_named_through_a_link(root: Path) -> None:
    if os.name != "nt":
        (root.parent / "alias").symlink_to(root)
        tree = open_directory(root.parent / "alias")
        assert paths(tree) == ["deploy/a.yaml", "real.yaml"]
        assert tree.diagnostics == ()


# --- walking ---------------------------------------------------------------------------------------------------------


def test_a_plain_walk_leaves_out_installed_packages_and_repository_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "b.yaml": "b",
            "a/z.yaml": "z",
            "a.yaml": "a",
            "node_modules/x/y.json": "{}",
            "web/node_modules/x/y.json": "{}",
            "infra/.terraform/modules.json": "{}",
            "clone/.git/config": "",
            "clone/c.yaml": "c",
            ".github/w.yaml": "w",
        },
    )
    tree = open_directory(tmp_path)
    assert paths(tree) == [".github/w.yaml", "a.yaml", "a/z.yaml", "b.yaml", "clone/c.yaml"]
    assert dict(tree.withheld) == dict.fromkeys(
        ["infra/.terraform", "node_modules", "web/node_modules"], tree_module.WITHHELD_PRUNED
    )


def test_without_git_the_walk_says_what_it_may_read_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {".git/HEAD": "ref: refs/heads/main\n", "a.yaml": "a"})
    monkeypatch.setenv("PATH", "")
    tree = open_directory(tmp_path)
    assert paths(tree) == ["a.yaml"]
    assert only_diagnostic(tree).message.startswith("git was not used, so files that it ignores were read as well")


# --- limits and failures ---------------------------------------------------------------------------------------------


def test_a_file_over_the_limit_is_listed_and_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "MAX_FILE_SIZE", 3)
    tree = open_directory(root)
    answer = tree.read("real.yaml")
    assert isinstance(answer, Diagnostic)
    assert (answer.kind, answer.file, answer.line) == ("file-too-large", "real.yaml", 1)
    assert tree.read("deploy/a.yaml") == b"a"


def test_a_file_that_grew_over_the_limit_is_not_read_whole(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = open_directory(root)
    monkeypatch.setattr(tree_module, "MAX_FILE_SIZE", 100)
    write(root, {"real.yaml": "x" * 1000})
    answer = tree.read("real.yaml")
    assert isinstance(answer, Diagnostic)
    assert answer.kind == "file-too-large"
    assert len(read_regular_file(str(root / "real.yaml"), 100)) == 101


def test_more_files_than_the_limit_are_cut_and_reported(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, {f"more/{number}.yaml": "" for number in range(10)})
    monkeypatch.setattr(survey_module, "MAX_FILES", 5)
    tree = open_directory(root)
    assert len(tree.entries()) == 5
    assert only_diagnostic(tree).kind == "too-many-files"
    assert paths(open_directory(root)) == paths(tree)


def test_deep_paths_are_reported_once(root: Path) -> None:
    deep = "/".join(["d"] * 64)
    write(root, {f"{deep}/a.yaml": "a", f"{deep}/b.yaml": "b", f"{deep[2:]}/fits.yaml": "f"})
    tree = open_directory(root)
    assert paths(tree) == [f"{deep[2:]}/fits.yaml", "deploy/a.yaml", "real.yaml"]
    assert only_diagnostic(tree).kind == "path-too-deep"


def test_a_file_that_vanished_is_a_diagnostic(root: Path) -> None:
    tree = open_directory(root)
    (root / "real.yaml").unlink()
    answer = tree.read("real.yaml")
    assert isinstance(answer, Diagnostic)
    assert (answer.kind, answer.file) == ("unreadable-file", "real.yaml")
    assert "make it readable" in answer.message


def test_a_file_that_may_not_be_opened_is_a_diagnostic(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    tree = open_directory(root)
    monkeypatch.setattr(os, "open", refuse)
    answer = tree.read("real.yaml")
    assert isinstance(answer, Diagnostic)
    assert "Permission denied" in answer.message


@needs_posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders_do_not_end_the_run(root: Path) -> None:
    write(root, {"locked/x.yaml": "x"})
    (root / "real.yaml").chmod(0)
    (root / "locked").chmod(0)
    try:
        tree = open_directory(root)
        assert "deploy/a.yaml" in paths(tree)
        assert only_diagnostic(tree).file == "locked"
        assert isinstance(tree.read("real.yaml"), Diagnostic)
    finally:
        (root / "locked").chmod(0o755)


def test_a_folder_that_cannot_be_listed_is_a_diagnostic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.yaml": "a", "locked/x.yaml": "x"})
    listed = os.scandir

    def refuse(path: str) -> os._ScandirIterator[str]:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    tree = open_directory(tmp_path)
    assert paths(tree) == ["a.yaml"]
    assert (only_diagnostic(tree).kind, only_diagnostic(tree).file) == ("unreadable-file", "locked")


@needs_git
def test_a_folder_that_git_cannot_open_is_a_diagnostic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path, {"a.yaml": "a", "locked/x.yaml": "x"})
    status_of = os.lstat

    def refuse(path: str) -> os.stat_result:
        if path.endswith("x.yaml"):
            raise PermissionError(13, "Permission denied", path)
        return status_of(path)

    monkeypatch.setattr(os, "lstat", refuse)
    tree = open_directory(root)
    assert paths(tree) == ["a.yaml"]
    assert only_diagnostic(tree).file == "locked/x.yaml"


@needs_git
@pytest.mark.parametrize(("below", "shown"), [("", "sub/locked"), ("sub", "locked")])
def test_a_folder_that_git_complains_about_is_a_diagnostic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str, shown: str
) -> None:
    root = repository(tmp_path.resolve(), {"sub/a.yaml": "a"})
    start = git_module.start

    def complaining(command: tuple[str, ...], environment: Mapping[str, str]) -> Callable[[float], object]:
        def finish(seconds: float) -> object:
            code, output, complaints = start(command, environment)(seconds)
            if "ls-files" in command:
                complaints += b"warning: could not open directory 'sub/locked/': Permission denied\n"
            return code, output, complaints

        return finish

    monkeypatch.setattr(git_module, "start", complaining)
    tree = open_directory(root / below)
    assert [path.rpartition("/")[2] for path in paths(tree)] == ["a.yaml"]
    diagnostic = only_diagnostic(tree)
    assert (diagnostic.kind, diagnostic.file) == ("unreadable-file", shown)
    assert "Permission denied" in diagnostic.message


# --- in memory -------------------------------------------------------------------------------------------------------


def test_a_tree_in_memory_is_sorted_and_holds_bytes() -> None:
    tree = MemoryTree({"b.yaml": "ü", "a/b.yaml": b"\xff"})
    assert [(entry.path, entry.size) for entry in tree.entries()] == [("a/b.yaml", 1), ("b.yaml", 2)]
    assert tree.read("b.yaml") == "ü".encode()
    with pytest.raises(KeyError):
        tree.read("missing")


@pytest.mark.parametrize("path", ["/a", "../a", "a/", ""])
def test_a_tree_in_memory_refuses_paths_outside_a_root(path: str) -> None:
    with pytest.raises(ValueError, match="not a path below a root"):
        MemoryTree({path: ""})
