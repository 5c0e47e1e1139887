"""Comments that speak to opsready: where one is a comment at all, and the lines that it is for."""

from __future__ import annotations

import time

import pytest

from opsready.parse.comments import MOST, Language, comments_in

YAML = """# license
# opsready: a whole
---
kind: X
data:
  # opsready: b block
  text: |
    # opsready: no text
    x

  # opsready: c other
  "q": "a
    # opsready: no quote
    b"
spec:
  # opsready: d list
  containers:
  - name: a  # opsready: e line
    #opsready: f one
    image: "x # opsready: no"
    ports:
    - 1
  # opsready: g item
  - name: b
    image: c#opsready:no
# opsready: h next document
---
a: 1
# opsready: i nothing
"""
SCOPES = {
    "a": (2, 1, 4, 26, True),
    "b": (6, 3, 7, 9, True),
    "c": (11, 3, 12, 14, True),
    "d": (16, 3, 17, 25, True),
    "e": (18, 14, 18, 18, False),
    "f": (19, 5, 20, 20, True),
    "g": (23, 3, 24, 25, True),
    "h": (26, 1, 28, 29, True),
    "i": (29, 1, 0, 0, True),
}


def scopes(text: str, language: Language = "yaml") -> dict[str, tuple[int, int, int, int, bool]]:
    return {
        comment.text.split()[1]: (comment.line, comment.column, comment.first, comment.last, comment.block)
        for comment in comments_in(text, language)
    }


def test_yaml() -> None:
    found = scopes(YAML)
    assert found.keys() == SCOPES.keys()
    for name, (line, column, first, last, block) in SCOPES.items():
        assert found[name][:3] == (line, column, first), name
        assert found[name][4] is block, name
        # Empty lines and comments below a node may count to it or not.
        kept = [
            number for number, text in enumerate(YAML.split("\n"), start=1) if text.strip() and text.strip()[0] != "#"
        ]
        inside = [number for number in kept if first <= number <= last]
        assert inside == [number for number in kept if first <= number <= found[name][3]], name


@pytest.mark.parametrize(
    "change", [("\n", "\r\n"), ("license", "lic\u2028ense \u00e9 \U0001f600"), ("# license", "\ufeff# license")]
)
def test_unusual_lines_change_nothing(change: tuple[str, str]) -> None:
    plain = {name: found[0:1] + found[2:] for name, found in scopes(YAML).items()}
    assert {name: found[0:1] + found[2:] for name, found in scopes(YAML.replace(*change)).items()} == plain


def test_after_a_mistake_nothing_is_taken_for_a_comment() -> None:
    assert scopes("a: 1  # opsready: a x\nb: 'open\n# opsready: b x\n").keys() == {"a"}


DOCKERFILE = """# opsready: a x
FROM base
# opsready: b x
RUN one \\
  # opsready: c x
  two
USER 1 # opsready: no x
"""


def test_dockerfile() -> None:
    assert scopes(DOCKERFILE, "dockerfile") == {
        "a": (1, 1, 2, 2, True),
        "b": (3, 1, 4, 6, True),
        "c": (5, 3, 6, 6, True),
    }


TERRAFORM = """resource "a" "b" {
  // opsready: a x
  backup {
    days = 1
  }
  url = "http://x // opsready: no x"
  retention = 1 # opsready: b x
  text = <<-EOT
    # opsready: no x
  EOT
}

# opsready: c x
resource "c" "d" {
  x = 1
}
resource "e" "f" {}
"""


def test_terraform() -> None:
    assert scopes(TERRAFORM, "terraform") == {
        "a": (2, 3, 3, 5, True),
        "b": (7, 17, 7, 7, False),
        "c": (13, 1, 14, 16, True),
    }


@pytest.mark.parametrize("language", ["yaml", "dockerfile", "terraform"])
def test_many_comments_end_soon(language: Language) -> None:
    began = time.perf_counter()
    assert len(list(comments_in("# opsready: a x\n" * 100_000, language))) == MOST
    assert len(list(comments_in("# opsready: a x\nb:\n  c: 1\n" * 30_000, language))) == MOST
    deep = "".join(f"{' ' * depth}# opsready: a x\n{' ' * depth}a:\n" for depth in range(150))
    assert list(comments_in(deep, language))
    assert time.perf_counter() - began < 20
