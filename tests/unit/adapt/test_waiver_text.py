"""One more waiver in a file: whatever else is written there stays, and what cannot be done is not done by half."""

from __future__ import annotations

import pytest
import yaml

from opsready.adapt.waiver_text import NEW_FILE, quoted, with_waiver
from opsready.parse.yaml import parse_yaml

ENTRY = {"rule": "too-few-replicas", "reason": 'say "no": # 7', "created": "2026-11-24"}
LINES = '- rule: too-few-replicas\n  reason: "say \\"no\\": # 7"\n  created: 2026-11-24\n'


def indented(by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in LINES.splitlines())


def test_a_new_file_begins_with_a_word_of_explanation() -> None:
    assert with_waiver("", ENTRY) == NEW_FILE + indented(2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("waivers: []\n", "waivers:\n" + indented(2)),
        ("# ours\nwaivers: [] # none\n", "# ours\nwaivers: # none\n" + indented(2)),
        ("waivers:\n", "waivers:\n" + indented(2)),
        ("# nothing yet\n", "# nothing yet\nwaivers:\n" + indented(2)),
        ("x-note: 1\n", "x-note: 1\nwaivers:\n" + indented(2)),
        ("waivers:\n- rule: a # b\n", "waivers:\n- rule: a # b\n" + indented(0)),
        ("waivers:\n    -   rule: a\n        x: |\n          y\n", None),
        ("waivers:\n  - rule: a\n\n# the end\nx-note: 1\n", None),
        ("waivers:\n  - {rule: a}\n", "waivers:\n  - {rule: a}\n" + indented(2)),
        ("waivers:\n  - rule: a", "waivers:\n  - rule: a\n" + indented(2)),
    ],
)
def test_the_entry_comes_last_and_the_rest_stays(before: str, after: str | None) -> None:
    found = with_waiver(before, ENTRY)
    assert found is not None
    if after is not None:
        assert found == after
    old, new = (parse_yaml(text, "w").documents for text in (before, found))
    was = (dict(old[0].root) if old else {}) if not old or isinstance(old[0].root, dict) else {}  # type: ignore[call-overload]
    now = dict(new[0].root)  # type: ignore[call-overload]
    assert now["waivers"] == [*(was.get("waivers") or []), ENTRY]
    assert {key for key in now if key != "waivers"} == {key for key in was if key != "waivers"}
    kept = iter(found.splitlines())
    assert all(line in kept for line in before.splitlines() if "waivers:" not in line)  # in their order


def test_line_ends_of_windows_stay() -> None:
    found = with_waiver("waivers:\r\n  - rule: a\r\n", ENTRY)
    assert found is not None
    assert found.count("\r\n") == found.count("\n") == 5


@pytest.mark.parametrize(
    "text",
    [
        "waivers: [{rule: a}]\n",
        "waivers: [{rule: a},\n  {rule: b}]\n",
        "waivers: {}\n",
        "waivers: text\n",
        "- a\n",
        "text\n",
        "a: [\n",
        "waivers: []\n---\nwaivers: []\n",
        "waivers: &a []\nx-b: *a\n",
        "waivers:\n  - rule: a\n...\n",
    ],
)
def test_what_is_written_in_another_way_is_left_alone(text: str) -> None:
    assert with_waiver(text, ENTRY) is None


@pytest.mark.parametrize(
    "text",
    [
        *("plain", "yes", "null", "7", "1e3", "2026-11-24", "- a", "a: b", "a #b", "é", "\t", "\x1b[31m", "\x85 "),
        *("😀", '"', "\\", "'", "*a", "&a", "!a", "a\nb", "~", "", "@a", "%a", "{a", "n/a"),
    ],
)
def test_every_text_survives(text: str) -> None:
    assert parse_yaml(f"a: {quoted(text)}\n", "w").documents[0].root == {"a": text}
    assert yaml.load(f"a: {quoted(text)}\n", yaml.BaseLoader) == {"a": text}  # noqa: S506 - it builds texts only
