"""Reports in files: all or nothing, and never where the scanned repository would have them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from opsready.cli import files
from opsready.errors import UsageError


def written(file: Path, root: Path, *chunks: str) -> None:
    files.write(str(file), str(root), lambda _: chunks)


def test_a_report_replaces_the_one_before_and_leaves_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    written(file, tmp_path, "a long first report")
    written(file, tmp_path, "ü", "\n")
    assert file.read_bytes() == b"\xc3\xbc\n"
    assert os.listdir(tmp_path) == ["report.json"]  # noqa: PTH208 - names only


def test_what_fails_halfway_leaves_the_old_report(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text("old", encoding="utf-8")

    def broken(_: TextIO) -> Iterator[str]:
        yield "half"
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageError, match=r"cannot write `.*`: No space left on device"):
        files.write(str(file), str(tmp_path), broken)
    assert file.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("name", ["missing/report.json", "folder"])
def test_a_folder_that_is_missing_or_in_the_way_is_one_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="cannot write") as caught:
        written(tmp_path / name, tmp_path, "x")
    assert "a directory that exists" in caught.value.help


@pytest.mark.parametrize("name", ["report.json", "out/report.json", "a/out/report.json"])
def test_a_link_in_the_repository_is_not_followed(tmp_path: Path, name: str) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    elsewhere.mkdir()
    root.mkdir()
    target = elsewhere / "report.json"
    target.write_text("precious", encoding="utf-8")
    planted = root / name
    planted.parent.parent.mkdir(exist_ok=True)
    if "/" in name:
        planted.parent.symlink_to(elsewhere)
    else:
        planted.symlink_to(target)
    with pytest.raises(UsageError, match="is a symbolic link in the repository"):
        written(planted, root, "x")
    assert target.read_text(encoding="utf-8") == "precious"


def test_links_outside_and_on_the_way_to_the_repository_are_the_users_own(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "way").symlink_to(real)
    written(tmp_path / "way" / "report.json", real, "inside")
    assert (real / "report.json").read_text(encoding="utf-8") == "inside"
    written(tmp_path / "way" / "other.json", tmp_path / "somewhere", "outside")
    assert (real / "other.json").read_text(encoding="utf-8") == "outside"


def test_a_link_outside_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious", encoding="utf-8")
    (tmp_path / "report.json").symlink_to(target)
    written(tmp_path / "report.json", tmp_path / "root", "x")
    assert target.read_text(encoding="utf-8") == "precious"
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == "x"


def test_what_is_no_plain_file_is_written_to(tmp_path: Path) -> None:
    written(Path(os.devnull), tmp_path, "x")
    assert not Path(os.devnull).is_file()
