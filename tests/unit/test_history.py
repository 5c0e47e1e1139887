"""The files of a commit and of the index: the same that a checkout would show, without one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from opsready import git as git_module
from opsready import history as history_module
from opsready import tree as tree_module
from opsready.conversation import Conversation
from opsready.errors import UsageError
from opsready.history import History, ObjectTree
from opsready.model.verdict import Diagnostic
from opsready.tree import open_directory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsready.tree import Tree

pytestmark = pytest.mark.skipif(not git_module._binary("/nonexistent"), reason="git is not installed")
needs_posix = pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")


@pytest.fixture(autouse=True)
def _own_git_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(autouse=True)
def _nothing_left_running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    begun: list[Conversation] = []

    def begin(*given: Any) -> Conversation:
        begun.append(Conversation(*given))
        return begun[-1]

    monkeypatch.setattr(history_module, "Conversation", begin)
    yield
    for conversation in begun:
        conversation.close()


def git(where: Path, *arguments: str, given: bytes = b"") -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "protocol.file.allow=always")
    command = ["git", *identity, *arguments]
    done = subprocess.run(command, cwd=where, check=True, capture_output=True, input=given)  # noqa: S603 - our own words
    return done.stdout.decode().strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "repository"
    made.mkdir()
    git(made, "init", "--quiet")
    return Path(os.path.realpath(made))


def commit(root: Path, files: Mapping[str, str | bytes] | None = None) -> None:
    for path, content in (files or {}).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "a change")


def at_head(root: Path) -> ObjectTree:
    history = History(str(root))
    return history.tree_of_commit(history.commit("HEAD"))


def shown(tree: Tree) -> dict[str, bytes | Diagnostic]:
    return {entry.path: tree.read(entry.path) for entry in tree.entries()}


def targets(tree: Tree) -> dict[str, str]:
    return {entry.path: entry.target for entry in tree.entries()}


def commit_tree(root: Path, entries: bytes) -> str:
    """Make a commit of a tree in git's own bytes."""
    made = git(root, "hash-object", "-w", "--literally", "-t", "tree", "--stdin", given=entries)
    return git(root, "commit-tree", made, "-m", "made up")


def blob(root: Path, content: str) -> bytes:
    return bytes.fromhex(git(root, "hash-object", "-w", "--stdin", given=content.encode()))


@needs_posix
def test_commit_index_and_checkout_show_the_same(root: Path) -> None:
    (root / "docs").mkdir()
    (root / "sub").mkdir()
    for link, target in {
        "docs/page.md": "../README.md",
        "loop": "loop",
        "out": "../../etc/passwd",
        "absolute": "/etc/passwd",
        "folder": "sub",
        "nowhere": "missing.yaml",
        "through": "folder/a.yaml",
        "odd": "./sub/../sub//a.yaml",
    }.items():
        (root / link).symlink_to(target)
    names = {
        "sub/a.yaml": "a",
        "README.md": "# Read\n",
        'quo"te.yaml': "q",
        "ünï.yaml": "ü",
        "with\nnewline": "n",
        " s ": "s",
    }
    commit(root, {**names, "binary": b"\0\xff", "empty": ""})
    on_disk, head, index = open_directory(root), at_head(root), History(str(root)).tree_of_index()
    assert shown(head) == shown(index) == shown(on_disk)
    assert targets(head) == targets(index) == targets(on_disk)
    assert set(head.withheld) == set(index.withheld) == set(on_disk.withheld)
    withheld = {path: reason for path, reason in head.withheld.items() if path != "loop"}
    assert withheld == {path: reason for path, reason in on_disk.withheld.items() if path != "loop"}
    assert head.diagnostics == index.diagnostics == ()


def test_a_commit_is_read_as_it_was(root: Path) -> None:
    commit(root, {"a.yaml": "old", "b.yaml": "b"})
    before = at_head(root)
    (root / "b.yaml").unlink()
    commit(root, {"a.yaml": "new", "c.yaml": "c"})
    (root / "a.yaml").write_text("not committed", encoding="utf-8")
    assert shown(before) == {"a.yaml": b"old", "b.yaml": b"b"}
    assert shown(at_head(root)) == {"a.yaml": b"new", "c.yaml": b"c"}
    with pytest.raises(KeyError):
        before.read("c.yaml")


def test_a_folder_can_be_the_root(root: Path) -> None:
    commit(root, {"a.yaml": "a", "sub/deep/b.yaml": "b"})
    assert shown(at_head(root / "sub" / "deep")) == {"b.yaml": b"b"}
    (root / "later").mkdir()
    assert shown(at_head(root / "later")) == {}
    (root / "a.yaml").unlink()
    (root / "a.yaml").mkdir()
    assert shown(at_head(root / "a.yaml")) == {}  # it was a file there


def test_a_folder_is_the_root_of_the_index_too(root: Path) -> None:
    commit(root, {"a.yaml": "a", "sub/deep/b.yaml": "b"})
    assert shown(History(str(root / "sub")).tree_of_index()) == {"deep/b.yaml": b"b"}


def test_a_repository_of_longer_ids_is_read(tmp_path: Path) -> None:
    made = tmp_path / "repository"
    made.mkdir()
    git(made, "init", "--quiet", "--object-format=sha256")
    commit(made, {"sub/a.yaml": "a", "b.yaml": "b"})
    assert shown(at_head(Path(os.path.realpath(made)))) == {"b.yaml": b"b", "sub/a.yaml": b"a"}


def test_a_submodule_is_withheld(root: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    git(library, "init", "--quiet")
    commit(library, {"a.yaml": "a"})
    git(root, "submodule", "--quiet", "add", str(library), "vendored")
    commit(root)
    for tree in (at_head(root), History(str(root)).tree_of_index()):
        assert [entry.path for entry in tree.entries()] == [".gitmodules"]
        assert dict(tree.withheld) == {"vendored": tree_module.WITHHELD_REPOSITORY}


def test_our_own_side_of_a_conflict_is_read(root: Path) -> None:
    commit(root, {"a.yaml": "base"})
    git(root, "checkout", "--quiet", "-b", "theirs")
    commit(root, {"a.yaml": "theirs"})
    git(root, "checkout", "--quiet", "-")
    commit(root, {"a.yaml": "ours"})
    with pytest.raises(subprocess.CalledProcessError):
        git(root, "merge", "theirs")
    assert shown(History(str(root)).tree_of_index()) == {"a.yaml": b"ours"}


def test_a_file_that_is_too_large_is_not_read_and_those_after_it_are(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "MAX_FILE_SIZE", 10)
    commit(root, {"a.yaml": "a" * 11, "b.yaml": "b" * 10})
    found = shown(at_head(root))
    assert isinstance(found["a.yaml"], Diagnostic)
    assert found["a.yaml"].kind == "file-too-large"
    assert found["b.yaml"] == b"b" * 10


@pytest.mark.parametrize("name", [b"..", b".", b"a/b", b""])
def test_names_that_would_lead_elsewhere_are_withheld(root: Path, name: bytes) -> None:
    content = blob(root, "evil")
    made = commit_tree(root, b"100644 " + name + b"\0" + content + b"100644 z.yaml\0" + content)
    tree = History(str(root)).tree_of_commit(made)
    assert "z.yaml" in {entry.path for entry in tree.entries()}
    assert all(".." not in entry.path.split("/") for entry in tree.entries())


def test_a_name_that_is_no_text_is_said(root: Path) -> None:
    made = commit_tree(root, b"100644 \xff.yaml\0" + blob(root, "a"))
    tree = History(str(root)).tree_of_commit(made)
    assert tree.entries() == ()
    (diagnostic,) = tree.diagnostics
    assert "not valid UTF-8" in diagnostic.message


def test_a_commit_whose_folder_is_damaged_is_read_as_far_as_it_goes(root: Path) -> None:
    made = commit_tree(root, b"100644 a.yaml\0" + blob(root, "a") + b"100644 broken")
    assert shown(History(str(root)).tree_of_commit(made)) == {"a.yaml": b"a"}


def test_a_few_objects_that_make_millions_of_paths_are_cut(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten folders that hold the same folder ten times over, and so on, down to a file."""
    monkeypatch.setattr(history_module, "MAX_FILES", 500)
    inner = b"100644 f.yaml\0" + blob(root, "bomb")
    for _ in range(10):
        made = bytes.fromhex(git(root, "hash-object", "-w", "--literally", "-t", "tree", "--stdin", given=inner))
        inner = b"".join(b"40000 d%d\0" % number + made for number in range(10))
    begun = time.monotonic()
    tree = History(str(root)).tree_of_commit(commit_tree(root, inner))
    assert time.monotonic() - begun < 20
    assert len(tree.entries()) <= 500
    assert [found.kind for found in tree.diagnostics] == ["too-many-files"]


def test_content_that_a_partial_clone_leaves_out_is_said(root: Path, tmp_path: Path) -> None:
    commit(root, {"a.yaml": "first"})
    commit(root, {"a.yaml": "second"})
    git(root, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", root.as_uri(), str(clone))
    history = History(os.path.realpath(clone))
    tree = history.tree_of_commit(history.commit("HEAD^"))
    with pytest.raises(UsageError, match="does not hand out all contents"):
        tree.read("a.yaml")
    assert history.tree_of_commit(history.commit("HEAD")).read("a.yaml") == b"second"


def test_folders_that_a_treeless_clone_leaves_out_are_said(root: Path, tmp_path: Path) -> None:
    commit(root, {"sub/a.yaml": "first"})
    commit(root, {"sub/a.yaml": "second"})
    git(root, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--filter=tree:0", root.as_uri(), str(clone))
    history = History(os.path.realpath(clone))
    with pytest.raises(UsageError, match="does not hand out all contents"):
        history.tree_of_commit(history.commit("HEAD^"))


def test_a_copy_of_the_process_talks_to_a_git_of_its_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root, {"a.yaml": "a", "b.yaml": "b"})
    tree = at_head(root)
    assert tree.read("a.yaml") == b"a"
    first = tree._objects._talk
    monkeypatch.setattr(history_module.os, "getpid", lambda: 1)
    assert tree.read("b.yaml") == b"b"
    assert tree._objects._talk is not first


def test_reading_goes_on_after_it_was_closed(root: Path) -> None:
    commit(root, {"a.yaml": "a"})
    tree = at_head(root)
    assert tree.read("a.yaml") == b"a"
    tree.close()
    tree.close()
    assert tree.read("a.yaml") == b"a"


def test_a_git_that_ends_is_an_error_in_words(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root, {"a.yaml": "a"})
    tree = at_head(root)
    tree.close()
    monkeypatch.setattr(tree._objects, "_command", (sys.executable, "-c", "import sys; sys.exit(1)"))
    with pytest.raises(UsageError, match="does not hand out all contents"):
        tree.read("a.yaml")


# --- conversations ---------------------------------------------------------------------------------------------------

ECHO = "import sys\nfor line in sys.stdin: sys.stdout.write(line * 2); sys.stdout.flush()"


def talk(program: str, seconds: float = 20.0) -> Conversation:
    return Conversation((sys.executable, "-c", program), dict(os.environ), seconds)


def test_questions_are_answered_one_after_the_other() -> None:
    conversation = talk(ECHO)
    conversation.say(b"one")
    assert conversation.line() == b"one"
    assert conversation.take(4) == b"one\n"
    conversation.say(b"two")
    assert conversation.take(8) == b"two\ntwo\n"
    conversation.close()


@needs_posix
def test_a_program_that_is_stuck_is_given_up() -> None:
    conversation = talk("import time; time.sleep(60)", 0.2)
    with pytest.raises(TimeoutError):
        conversation.line()
    conversation.close()


def test_a_program_that_ends_or_goes_on_for_ever_is_an_error() -> None:
    ended = talk("")
    with pytest.raises(OSError, match="ended"):
        ended.line()
    ended.close()
    endless = talk("import sys\nwhile True: sys.stdout.write('x' * 4096)")
    with pytest.raises(OSError, match="without an end"):
        endless.line()
    endless.close()
