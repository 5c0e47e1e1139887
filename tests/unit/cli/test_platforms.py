"""What the platform that runs us says about where its files are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsready.cli.platforms import address_of_files


def github(tmp_path: Path, **changes: str) -> dict[str, str]:
    return {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "shop/cart",
        "GITHUB_SHA": "0abc",
        "GITHUB_WORKSPACE": str(tmp_path),
        **changes,
    }


def test_github(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    assert address_of_files(str(tmp_path), github(tmp_path)) == "https://github.com/shop/cart/blob/0abc/"
    below = address_of_files(str(tmp_path / "a b"), github(tmp_path))
    assert below == "https://github.com/shop/cart/blob/0abc/a%20b/"


def test_gitlab(tmp_path: Path) -> None:
    told = {
        "CI_PROJECT_URL": "https://gitlab.example:8443/shop/cart",
        "CI_COMMIT_SHA": "0abc",
        "CI_PROJECT_DIR": str(tmp_path),
    }
    assert address_of_files(str(tmp_path), told) == "https://gitlab.example:8443/shop/cart/-/blob/0abc/"


@pytest.mark.parametrize(
    "changes",
    [
        {"GITHUB_SHA": ""},
        {"GITHUB_SHA": "a)b"},
        {"GITHUB_SERVER_URL": "javascript:x"},
        {"GITHUB_WORKSPACE": ""},
        {"GITHUB_WORKSPACE": "/somewhere/else"},
        {"GITHUB_REPOSITORY": ""},
    ],
)
def test_without_all_of_it_there_are_no_links(tmp_path: Path, changes: dict[str, str]) -> None:
    assert address_of_files(str(tmp_path), github(tmp_path, **changes)) == ""


def test_nothing_in_it_ends_a_link(tmp_path: Path) -> None:
    told = github(tmp_path, GITHUB_REPOSITORY="shop/ca)rt [x](y)", GITHUB_SERVER_URL="https://git)hub.com")
    assert not set("()[] ") & set(address_of_files(str(tmp_path), told))
