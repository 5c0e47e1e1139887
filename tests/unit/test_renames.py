"""Which files are one and the same under another name."""

from __future__ import annotations

import pytest

from opsready import renames as renames_module
from opsready.renames import renames
from opsready.tree import MemoryTree

PAGE = "# Page\n\nOne.\nTwo.\nThree.\nFour.\nFive.\n"


def found(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    return renames(MemoryTree(before), MemoryTree(after), before, after)


def test_a_file_of_the_same_content_is_the_same_file() -> None:
    assert found({"a.md": PAGE, "x.md": "x"}, {"b.md": PAGE, "y.md": "y"}) == {"a.md": "b.md"}


def test_a_file_that_is_there_still_is_no_other() -> None:
    assert found({"a.md": PAGE}, {"a.md": "# Other\n", "b.md": PAGE}) == {}
    assert found({"a.md": "# Other\n", "b.md": PAGE}, {"a.md": PAGE}) == {}


@pytest.mark.parametrize(("kept", "same"), [(2, True), (1, False)])
def test_half_of_the_lines_have_to_be_kept(kept: int, same: bool) -> None:
    before, lines = "a\nb\nc\nd\n", ["a\n", "b\n"][:kept]
    after = "".join(lines) + "x\n" * (4 - kept)
    assert bool(found({"a.md": before}, {"b.md": after})) is same


def test_the_most_alike_are_paired_and_each_only_once() -> None:
    after = {"b.md": PAGE + "More.\n", "c.md": PAGE}
    assert found({"a.md": PAGE}, after) == {"a.md": "c.md"}
    assert found({"a.md": PAGE, "a2.md": PAGE}, {"b.md": PAGE}) == {"a.md": "b.md"}


def test_ends_of_lines_do_not_matter_and_empty_files_are_not_alike() -> None:
    assert found({"a.md": PAGE}, {"b.md": PAGE.replace("\n", "\r\n")}) == {"a.md": "b.md"}
    assert found({"a.md": ""}, {"b.md": ""}) == {}


def test_too_many_pairs_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renames_module, "_MOST_PAIRS", 1)
    assert found({"a.md": PAGE}, {"b.md": PAGE, "c.md": PAGE}) == {}
