"""Every rule's page tells the truth: its examples are judged by the whole pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from opsready.api import RuleEntry
from opsready.plugins import INPUT_NOT_EVALUATED
from opsready_rules.index import RULES
from rules.claims import CLAIMS, Claim
from rules.judging import broken_claims, broken_promises, decided, described, page_path, read
from rules.pages import OTHER_SECTIONS, OUTCOME_OF_SECTION, Example, Page, PageError, read_page

_WORDS = {"C": "critical", "H": "high", "M": "medium", "L": "low", "I": "info", "-": "not asked"}


# The engine's own answer has a page too, and its examples are run; it has no module and no severity of its own.
_ENGINE_RULE = RULES[0]._replace(name=INPUT_NOT_EVALUATED, module="opsready_rules.input_not_evaluated")


def _pages() -> Iterator[tuple[RuleEntry, Page]]:
    """Every rule with its page; `test_page_can_be_read` speaks for those that are not here."""
    for rule in RULES:
        try:
            yield rule, read_page(page_path(rule))
        except (OSError, PageError):
            continue


PAGES = [pytest.param(rule, page, id=rule.name) for rule, page in _pages()]
CASES = [
    pytest.param(rule, page, example, id=" / ".join(filter(None, (rule.name, example.section, example.title))))
    for rule, page in (*_pages(), (_ENGINE_RULE, read_page(page_path(_ENGINE_RULE))))
    for example in page.examples
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_page_can_be_read(rule: RuleEntry) -> None:
    path = page_path(rule)
    if not path.is_file():
        pytest.fail(f"{path.name}: rule `{rule.name}` has no page", pytrace=False)
    try:
        page = read_page(path)
    except PageError as error:
        pytest.fail(str(error), pytrace=False)
    assert page.title == rule.name
    assert page.text, "the page says nothing about why the rule matters"
    assert list(page.sections) == [*OUTCOME_OF_SECTION, *OTHER_SECTIONS]


@pytest.mark.parametrize(("rule", "page"), PAGES)
def test_page_shows_every_outcome_or_says_never(rule: RuleEntry, page: Page) -> None:
    for section in (page.sections[title] for title in OUTCOME_OF_SECTION if title in page.sections):
        title = section.title
        if not section.examples and (title == "Fails" or not section.text.startswith("Never: ")):
            complaint = page.complain(
                section.page_line, f"`{title}` has neither an example nor a sentence `Never: why`"
            )
            pytest.fail(str(complaint), pytrace=False)


@pytest.mark.parametrize(("rule", "page"), PAGES)
def test_page_shows_the_severity_of_every_tier(rule: RuleEntry, page: Page) -> None:
    words = " | ".join(_WORDS[letter] for letter in rule.severity.split("/"))
    table = ["| tier 1 | tier 2 | tier 3 | tier 4 |", "|---|---|---|---|", f"| {words} |"]
    lines = page.path.read_text(encoding="utf-8").partition("## Severity\n")[2].splitlines()
    if [line for line in lines if line.startswith("|")][:3] != table:
        complaint = page.complain(1, "the table of `Severity` has to be:")
        pytest.fail("\n".join([str(complaint), *table]), pytrace=False)


@pytest.mark.parametrize(("rule", "page", "example"), CASES)
def test_page_tells_the_truth(rule: RuleEntry, page: Page, example: Example) -> None:
    verdicts = decided(rule, example)
    complaints = list(broken_promises(page, example, verdicts))
    if complaints:
        notes = [f"  {note.file}:{note.line}: {note.message}" for note in read(example).diagnostics]
        found = [f"  {described(verdict)}" for verdict in verdicts] or ["  nothing"]
        pytest.fail("\n".join([*complaints, "the rule said:", *found, *notes]), pytrace=False)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.rule} / {claim.example} / {claim.about}")
def test_the_finding_says_what_is_claimed(claim: Claim) -> None:
    rule = next(rule for rule in RULES if rule.name == claim.rule)
    page = read_page(page_path(rule))
    example = next(found for found in page.examples if (found.section, found.title) == (claim.section, claim.example))
    assert list(broken_claims([claim], decided(rule, example))) == []


def test_a_page_is_read_into_small_repositories(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(
        "# a-rule\n\nWhy.\n\n## Fails\n\n### first\n\n"
        '```yaml title="a.yaml"\nname: a  # expect: `a` is wrong\nkind: A\n```\n\n'
        '````markdown title="docs/b.md"\n# B <!-- expect: b -->\n```sh\nls\n```\n````\n\n'
        "### second\n\n<!-- as-of: 2027-01-31 -->\n<!-- expect: none is here -->\n\n"
        '```yaml title="a.yaml"\nname: a\n```\n',
        encoding="utf-8",
    )
    first, second = read_page(path).examples
    assert first.files == {"a.yaml": "name: a\nkind: A\n", "docs/b.md": "# B\n```sh\nls\n```\n"}
    assert [(e.path, e.line, e.text, e.page_line) for e in first.expectations] == [
        ("a.yaml", 1, "`a` is wrong", 10),
        ("docs/b.md", 1, "b", 15),
    ]
    assert (second.title, second.as_of.isoformat(), second.files) == ("second", "2027-01-31", {"a.yaml": "name: a\n"})
    assert [(e.path, e.line, e.text) for e in second.expectations] == [(None, None, "none is here")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('## Fails\n\n```yaml title="a.yaml"\nname: a\n```\n', "3: the example expects nothing"),
        (
            '## Fails\n\n```a title="a"\nx # expect: a\n```\n```a title="a"\n```\n',
            "6: the example has a second file `a`",
        ),
        ("## Passes\n\n## Passes\n", "3: a second section `Passes`"),
        ("<!-- as-of: tomorrow -->\n", "1: `tomorrow` is no date of the form 2026-11-24"),
        ('## Severity\n\n```a title="a"\n```\n', "3: an example outside the sections Fails, Passes"),
    ],
)
def test_a_broken_page_is_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PageError) as raised:
        read_page(path)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)
