"""Files of the repository that opsready writes: whole, with their mode, past no link, nowhere else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from opsready.cli.kept_files import replace
from opsready.errors import UsageError


def test_a_file_is_made_with_its_folder_and_replaced_with_its_mode(tmp_path: Path) -> None:
    replace(str(tmp_path), ".opsready/a.json", "one\r\n")
    file = tmp_path / ".opsready" / "a.json"
    assert file.read_bytes() == b"one\r\n"
    file.chmod(0o600)
    replace(str(tmp_path), ".opsready/a.json", "two")
    assert (file.read_text(encoding="utf-8"), file.stat().st_mode & 0o777) == ("two", 0o600)
    assert [path.name for path in file.parent.iterdir()] == ["a.json"]


@pytest.mark.parametrize("path", ["../a", "/etc/a", "a/../../b", ""])
def test_nothing_is_written_outside(tmp_path: Path, path: str) -> None:
    (tmp_path / "root").mkdir()
    with pytest.raises(UsageError, match="it is not below the root"):
        replace(str(tmp_path / "root"), path, "x")
    assert [found.name for found in tmp_path.iterdir()] == ["root"]


def test_no_link_is_followed_wherever_it_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_text("old", encoding="utf-8")
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "real" / "link").symlink_to("a")
    (tmp_path / "real" / "nowhere").symlink_to("missing")
    for path in ("folder/a", "real/link", "real/nowhere"):
        with pytest.raises(UsageError, match="is a symbolic link in the repository"):
            replace(str(tmp_path), path, "x")
    assert (tmp_path / "real" / "a").read_text(encoding="utf-8") == "old"
    assert not (tmp_path / "real" / "missing").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with a name")
def test_a_pipe_and_a_folder_are_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for path in ("pipe", "folder"):
        with pytest.raises(UsageError, match="there is something that is no file"):
            replace(str(tmp_path), path, "x")


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / ".opsready").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"cannot write `\.opsready/a`: "):
        replace(str(tmp_path), ".opsready/a", "x")
