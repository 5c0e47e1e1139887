"""Ignores in comments as they are written, well and badly, and how they are written for many failures at once."""

from __future__ import annotations

import pytest

from opsready.adapt.comment_ignores import comment_ignores
from opsready.adapt.ignore_text import with_ignores
from opsready.model.entity import Ignore
from opsready.parse.yaml import parse_yaml


def read(comment: str, file: str = "k8s/a.yaml") -> list[Ignore]:
    return [found.ignore for found in comment_ignores(f"{comment}\na: 1\n", file)]


def test_a_comment_names_rules_a_last_day_and_a_reason() -> None:
    (found,) = read("# opsready: ignore[too-few-replicas] until=2027-03-31 -- one writer -- really")
    assert (found.rule, found.until, found.reason, found.problem) == (
        "too-few-replicas",
        "2027-03-31",
        "one writer -- really",
        "",
    )
    assert (found.place.span.line, found.place.span.column, found.place.span.end_column) == (1, 1, 78)
    both = read("#opsready:ignore[ b , a,b ]--x")
    assert [(item.rule, item.until, item.reason, item.problem) for item in both] == [
        ("b", "", "x", ""),
        ("a", "", "x", ""),
    ]


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("[a]", "gives no reason"),
        ("[a] --", "gives no reason"),
        ("[a] --  ", "gives no reason"),
        ("[a] until=2027-03-31", "gives no reason"),
        ("[a] one writer", "gives no reason"),
        ("[a] - one writer", "gives no reason"),
        ("[a] until=soon -- x", "names a last day that is no date: `soon`"),
        ("[a] until=9999-99-99 -- x", "names a last day that is no date: `9999-99-99`"),
        ("[a] until=2027-02-30 -- x", "names a last day that is no date"),
        ("[a] until=20270331 -- x", "names a last day that is no date"),
        ("[a] until= -- x", "names a last day that is no date"),
        ("[a] until 2027-03-31 -- x", "is not written as"),
        ("[a] until=2027-03-31 until=2027-04-30 -- x", "is not written as"),
    ],
)
def test_what_has_no_effect_says_why(rest: str, words: str) -> None:
    (found,) = read(f"# opsready: ignore{rest}")
    assert found.rule == "a"
    assert words in found.problem


@pytest.mark.parametrize(
    "text",
    [
        "ignore",
        "ignore too-few-replicas",
        "ignore[] -- x",
        "ignore[,] -- x",
        "disable[a]",
        "IGNORE[a] -- x",
        "ignroe[a] -- x",
    ],
)
def test_what_was_meant_as_an_ignore_is_told(text: str) -> None:
    (found,) = read(f"# opsready: {text}")
    assert (found.rule, found.reason) == ("", "")
    assert "ignore[rule] until=YYYY-MM-DD -- reason" in found.problem


@pytest.mark.parametrize("text", ["see our wiki", "", "https://opsready.dev [docs]", "score 80"])
def test_prose_is_no_ignore(text: str) -> None:
    assert read(f"# opsready: {text}") == []


MANIFEST = """# a deployment
kind: Deployment
metadata:
  name: cart
spec:
  replicas: 1
  template:
    text: |
      replicas: 1
    flow: {a: 1,
      b: 2}
    containers:
      - name: app
        image: x
"""


def test_a_comment_stands_above_each_line_and_the_rest_stays() -> None:
    found, lines = with_ignores(MANIFEST, "a.yaml", {6: {"r"}, 13: {"s", "q"}, 4: {"r"}}, "old")
    assert lines == {4, 6, 13}
    added = [line for line in found.splitlines() if "opsready" in line]
    assert added == [
        "  # opsready: ignore[r] -- old",
        "  # opsready: ignore[r] -- old",
        "      # opsready: ignore[q, s] -- old",
    ]
    assert [line for line in found.splitlines() if "opsready" not in line] == MANIFEST.splitlines()
    assert parse_yaml(found, "a.yaml").documents[0].root == parse_yaml(MANIFEST, "a.yaml").documents[0].root


def test_what_would_become_part_of_a_text_or_be_for_more_is_not_written() -> None:
    # Line 9 is inside a text; line 11 goes on with a mapping in braces, where comments may stand.
    found, lines = with_ignores(MANIFEST, "a.yaml", {9: {"r"}, 6: {"r"}, 11: {"r"}, 99: {"r"}}, "old")
    assert lines == {6, 11}
    assert parse_yaml(found, "a.yaml").documents[0].root == parse_yaml(MANIFEST, "a.yaml").documents[0].root
    assert found.count("opsready") == 2


def test_line_ends_of_windows_and_a_missing_last_one_stay() -> None:
    text = MANIFEST.replace("\n", "\r\n").removesuffix("\r\n")
    found, _ = with_ignores(text, "a.yaml", {6: {"r"}}, "old")
    assert found.count("\r\n") == found.count("\n")
    assert found.replace("  # opsready: ignore[r] -- old\r\n", "") == text


def test_dockerfiles_and_terraform_are_written_as_well() -> None:
    assert with_ignores("FROM a\nUSER root\n", "Dockerfile", {2: {"r"}}, "old") == (
        "FROM a\n# opsready: ignore[r] -- old\nUSER root\n",
        {2},
    )
    assert with_ignores('a "b" {\n  c = 1\n}\n', "main.tf", {2: {"r"}}, "old")[1] == {2}


@pytest.mark.parametrize("file", ["a.json", "README.md", "CODEOWNERS"])
def test_what_has_no_comments_is_left_alone(file: str) -> None:
    assert with_ignores("a\n", file, {1: {"r"}}, "old") == ("a\n", frozenset())
