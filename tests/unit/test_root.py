"""Which folder is the root."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsready import root as root_module
from opsready.errors import ConfigurationError, UsageError


def find_root(paths: list[Path], explicit: Path | None) -> Path:
    return Path(root_module.find_root(paths, explicit))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("working-directory"))


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The temporary folder without symbolic links on the way to it."""
    return tmp_path.resolve()


def make(top: Path, *paths: str) -> Path:
    """Make folders (with a slash at the end) and empty files."""
    for path in paths:
        if path.endswith("/"):
            (top / path).mkdir(parents=True, exist_ok=True)
        else:
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text("")
    return top


def test_the_nearest_configured_folder_wins_over_the_repository(top: Path) -> None:
    make(top, ".git/", "services/.opsready/", "services/cart/deploy/app.yaml")
    assert find_root([top / "services/cart/deploy"], None) == top / "services"


def test_a_file_counts_as_the_folder_that_holds_it(top: Path) -> None:
    make(top, ".git/", "deploy/app.yaml", "plain/app.yaml")
    assert find_root([top / "deploy/app.yaml"], None) == top


def test_without_any_mark_the_path_itself_is_the_root(top: Path) -> None:
    make(top, "deploy/app.yaml")
    assert find_root([top / "deploy"], None) == top / "deploy"
    assert find_root([top / "deploy/app.yaml"], None) == top / "deploy"


def test_no_path_means_the_working_directory(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(top, ".git/", "deploy/")
    monkeypatch.chdir(top / "deploy")
    assert find_root([], None) == top
    assert find_root([Path()], None) == top
    assert find_root([Path("../deploy")], None) == top


def test_a_pyproject_with_our_table_is_a_mark(top: Path) -> None:
    make(top, ".git/", "a/b/", "c/d/")
    (top / "a/pyproject.toml").write_text("[tool.opsready]\nexclude = []\n")
    (top / "c/pyproject.toml").write_text("[tool.other]\nname = 'tool.opsready'\n")
    assert find_root([top / "a/b"], None) == top / "a"
    assert find_root([top / "c/d"], None) == top


def test_a_broken_pyproject_of_ours_is_named(top: Path) -> None:
    (make(top, "a/") / "pyproject.toml").write_text("[tool.opsready\n")
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml. mentions .* is not valid TOML"):
        find_root([top / "a"], None)


@pytest.mark.skipif(os.name == "nt", reason="needs pipes and symbolic links")
def test_a_pyproject_or_a_mark_that_is_no_plain_file_or_folder_is_none(top: Path) -> None:
    make(top, ".git/", "a/", "elsewhere/.opsready/", "b/")
    os.mkfifo(top / "a/pyproject.toml")
    (top / "b/.opsready").symlink_to(top / "elsewhere/.opsready")
    assert find_root([top / "a"], None) == top
    assert find_root([top / "b"], None) == top


def test_the_search_ends_at_the_repository(top: Path) -> None:
    make(top, ".opsready/", "clone/.git/", "clone/deploy/")
    assert find_root([top / "clone/deploy"], None) == top / "clone"


@pytest.mark.parametrize(
    "folder", ["tests/k8s", "test", "testdata/a", "fixtures", "vendor/x", "examples/shop", "Examples"]
)
def test_a_path_that_would_not_be_judged_is_the_root(top: Path, folder: str) -> None:
    make(top, ".git/", ".opsready/", f"{folder}/app.yaml")
    assert find_root([top / folder], None) == top / folder
    assert find_root([top / folder / "app.yaml"], None) == top / folder


def test_unless_it_has_a_root_of_its_own(top: Path) -> None:
    make(top, ".git/", "examples/shop/.opsready/", "examples/shop/deploy/", "examples/shop/tests/k8s/")
    assert find_root([top / "examples/shop/deploy"], None) == top / "examples/shop"
    assert find_root([top / "examples/shop/tests/k8s"], None) == top / "examples/shop/tests/k8s"


def test_where_the_repository_itself_lies_does_not_matter(top: Path) -> None:
    make(top, "examples/tests/clone/.git/", "examples/tests/clone/deploy/")
    assert find_root([top / "examples/tests/clone/deploy"], None) == top / "examples/tests/clone"


def test_an_environment_called_test_is_judged(top: Path) -> None:
    make(top, ".git/", "overlays/test/", "k8s/test/", "k8s/prod/")
    assert find_root([top / "overlays/test"], None) == top
    assert find_root([top / "k8s/test"], None) == top


def test_several_paths_share_one_root(top: Path) -> None:
    make(top, ".git/", "a/.opsready/", "a/x.yaml", "b/y.yaml", "tests/one/a.yaml", "tests/two/b.yaml")
    assert find_root([top / "a/x.yaml", top / "b/y.yaml"], None) == top
    assert find_root([top / "tests/one/a.yaml", top / "b"], None) == top
    assert find_root([top / "tests/one", top / "tests/two"], None) == top / "tests"


def test_paths_without_anything_in_common_are_refused(top: Path) -> None:
    make(top, "one/.git/", "two/.git/")
    with pytest.raises(UsageError, match="no common repository") as caught:
        find_root([top / "one", top / "two"], None)
    assert "--root" in caught.value.help


def test_an_explicit_root_decides(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(top, ".git/", "services/.opsready/", "services/cart/")
    assert find_root([top / "services/cart"], top) == top
    assert find_root([], top / "services/cart") == top / "services/cart"
    monkeypatch.chdir(top)
    assert find_root([Path("services")], Path()) == top


def test_a_path_outside_an_explicit_root_is_refused(top: Path) -> None:
    make(top, "one/", "one-more/")
    with pytest.raises(UsageError, match="is outside the root"):
        find_root([top / "one-more"], top / "one")


def test_what_is_missing_is_named_with_the_remedy(top: Path) -> None:
    make(top, "file")
    for path in (top / "missing", top / "file/below"):
        with pytest.raises(UsageError, match="does not exist") as caught:
            find_root([path], None)
        assert caught.value.help
        with pytest.raises(UsageError, match="does not exist"):
            find_root([], path)
    with pytest.raises(UsageError, match="is a file"):
        find_root([], top / "file")


def test_an_unreadable_folder_is_named(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    make(top, "locked/")
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(UsageError, match=r"cannot be read \(Permission denied\)"):
        find_root([top / "locked"], None)


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_links_are_resolved_except_for_the_name_of_a_file(top: Path) -> None:
    make(top, "real/.git/", "real/deploy/", "outside/app.yaml")
    (top / "alias").symlink_to("real")
    (top / "real/deploy/link.yaml").symlink_to(top / "outside/app.yaml")
    assert find_root([top / "alias/deploy"], None) == top / "real"
    assert find_root([top / "alias/deploy/link.yaml"], None) == top / "real"
    (top / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="cannot be read"):
        find_root([top / "loop"], None)


def test_tomllib_is_imported_by_need_only(top: Path) -> None:
    make(top, ".git/", "deploy/")
    (top / "deploy/pyproject.toml").write_text("[project]\n")
    program = (
        "import sys; from pathlib import Path; from opsready.root import find_root\n"
        "find_root([Path(sys.argv[1])], None)\n"
        "print([name for name in ('tomllib', 'subprocess', 'pathspec', 'yaml') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, str(top / "deploy")],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "[]"
