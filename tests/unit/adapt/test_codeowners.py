"""Who owns a path, by the rules of the platforms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.adapt.codeowners import owner_lookup, parse_codeowners


def owners(text: str, path: str) -> tuple[str, ...]:
    found = parse_codeowners(text, "CODEOWNERS").owner_for(path)
    return found.owners if found else ()


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", "a/b/c.txt", True),
        ("*.js", "web/app.js", True),
        ("*.js", "web/app.jsx", False),
        ("/build/logs/", "build/logs/a/b.log", True),
        ("/build/logs/", "x/build/logs/a.log", False),
        ("docs/*", "docs/getting-started.md", True),
        ("docs/*", "docs/build-app/troubleshooting.md", False),
        ("docs/**", "docs/build-app/troubleshooting.md", True),
        ("apps/", "x/apps/y/z.txt", True),
        ("apps/", "apps", False),
        ("/docs/", "docs/a.md", True),
        ("/scripts/", "x/scripts/a.sh", False),
        ("**/logs", "build/logs/a.log", True),
        ("**/logs", "logs", True),
        ("/apps/github", "apps/github", True),
        ("/apps/github", "apps/github/x/y", True),
        ("apps/github", "x/apps/github", False),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/x/y/c", False),
        ("file?.txt", "file1.txt", True),
        ("/[a]", "[a]", True),
        ("/[a]", "a", False),
        (r"with\ space", "with space", True),
        (r"\#notes", "#notes", True),
        ("/*", "a.txt", True),
        ("/*", "a/b.txt", False),
    ],
)
def test_patterns(pattern: str, path: str, *, matches: bool) -> None:
    assert bool(owners(f"{pattern} @acme/team\n", path)) is matches


def test_the_last_line_that_matches_decides() -> None:
    text = "* @acme/all\n/cart/ @acme/cart @ana\n"
    assert owners(text, "cart/a.py") == ("@acme/cart", "@ana")
    assert owners(text, "orders/a.py") == ("@acme/all",)


def test_a_line_without_owners_takes_them_away() -> None:
    assert owners("* @acme/all\n/cart/generated/\n", "cart/generated/a.py") == ()


def test_comments_addresses_and_words_that_are_no_owners() -> None:
    text = "# all\n\n*  ana@acme.example  nobody  @acme/all  # the rest @ben\n"
    assert owners(text, "a") == ("ana@acme.example", "@acme/all")


def test_gitlab_sections_give_their_owners_and_decide_by_themselves() -> None:
    text = "* @acme/all\n^[Docs][2] @acme/docs\n*.md\n!secret.md\n[Docs]\nREADME.md @ana\n"
    assert owners(text, "src/a.py") == ("@acme/all",)
    found = parse_codeowners(text, "CODEOWNERS")
    assert [(rule.section, rule.owners) for rule in found.rules] == [
        ("", ("@acme/all",)),
        ("docs", ("@acme/docs",)),
        ("docs", ()),
        ("docs", ("@ana",)),
    ]


def test_the_place_is_the_line_that_says_so() -> None:
    found = parse_codeowners("* @acme/all\n  /cart/ @acme/cart\n", ".github/CODEOWNERS").owner_for("cart/a")
    assert found is not None
    assert (found.place.span.file, found.place.span.line, found.place.span.column) == (".github/CODEOWNERS", 2, 3)


def test_the_file_that_the_platform_reads_counts() -> None:
    lookup = owner_lookup({"docs/CODEOWNERS": "* @acme/docs\n", ".github/CODEOWNERS": "* @acme/platform @ana\n"})
    found = lookup("a.txt")
    assert found is not None
    assert found[0] == "@acme/platform"
    assert owner_lookup({})("a.txt") is None


@given(st.text(alphabet="a*/?[]!\\ @#^\n", max_size=60), st.text(alphabet="a/", min_size=1, max_size=30))
def test_never_raises(text: str, path: str) -> None:
    parse_codeowners(text, "CODEOWNERS").owner_for(path)


def test_many_stars_take_no_time() -> None:
    text = "".join(f"{'**/' * 60}{'a*' * 100} @acme/all\n" for _ in range(20))
    assert owners(text, "/".join(["a" * 100] * 60)) == ("@acme/all",)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("approvers:\n- ada\n- ben\n", "ada"),
        ("# why\nreviewers: [cy]\napprovers:\n  # leads\n\n  - 'team-a'\n", "team-a"),
        ("approvers: [ada, ben]\n", "ada"),
        ('filters:\n  ".*":\n    approvers:\n    - ada\n', "ada"),
        ("approvers:\r\n- ada\r\n", "ada"),
        ("emeritus_approvers:\n- ada\n", None),
        ("approvers: []\n", None),
        ("approvers:\nreviewers:\n- cy\n", None),
        ("ada@example.com\n", None),
        ("", None),
    ],
)
def test_without_codeowners_the_first_approver_counts(text: str, first: str | None) -> None:
    found = owner_lookup({"OWNERS": text})("k8s/cart.yaml")
    assert (found[0] if found else None) == first


def test_the_nearest_owners_that_name_anybody_count() -> None:
    texts = {"OWNERS": "approvers: [ada]\n", "a/OWNERS": "\napprovers:\n- ben\n", "a/b/OWNERS": "labels: [x]\n"}
    lookup = owner_lookup(texts)
    found = {path: lookup(path) for path in ("a/b/c.yaml", "b/c.yaml", "c.yaml")}
    assert {path: owner[0] for path, owner in found.items() if owner} == {
        "a/b/c.yaml": "ben",
        "b/c.yaml": "ada",
        "c.yaml": "ada",
    }
    nearest = found["a/b/c.yaml"]
    assert nearest is not None
    assert (nearest[1].span.file, nearest[1].span.line, nearest[1].span.column) == ("a/OWNERS", 3, 3)
    both = owner_lookup({**texts, "CODEOWNERS": "/z/ @acme/z\n"})
    assert both("c.yaml") is None
