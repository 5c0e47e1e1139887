"""Every rule's page tells the truth: its examples are judged by the whole pipeline."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from opsready.api import RuleEntry
from opsready.model.verdict import Verdict
from opsready.options import Options
from opsready.plugins import INPUT_NOT_EVALUATED
from opsready.run import examine
from opsready.tree import MemoryTree
from opsready_rules.index import RULES
from rules.pages import (
    OTHER_SECTIONS,
    OUTCOME_OF_SECTION,
    Example,
    Expectation,
    Page,
    PageError,
    read_page,
)

_WORDS = {"C": "critical", "H": "high", "M": "medium", "L": "low", "I": "info", "-": "not asked"}


# The engine's own answer has a page too, and its examples are run; it has no module and no severity of its own.
_ENGINE_RULE = RULES[0]._replace(name=INPUT_NOT_EVALUATED, module="opsready_rules.input_not_evaluated")


@cache
def page_path(rule: RuleEntry) -> Path:
    """Where a rule's page is: beside its module, which is not imported for it."""
    package, _, stem = rule.module.rpartition(".")
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / f"{stem}.md"


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
    report = examine(MemoryTree(example.files), Options(as_of=example.as_of, show="all"))
    everything = [*(finding.verdict for finding in report.findings), *report.others]
    verdicts = [verdict for verdict in everything if verdict.rule == rule.name]
    complaints = list(_complaints(page, example, verdicts))
    if complaints:
        notes = [f"  {note.file}:{note.line}: {note.message}" for note in report.diagnostics]
        found = [f"  {_described(verdict)}" for verdict in verdicts] or ["  nothing"]
        pytest.fail("\n".join([*complaints, "the rule said:", *found, *notes]), pytrace=False)


def _complaints(page: Page, example: Example, verdicts: list[Verdict]) -> Iterator[str]:
    """What an example promises and the pipeline does not keep, one sentence each."""
    left = [verdict for verdict in verdicts if verdict.outcome == example.outcome]
    for expected in example.expectations:
        kept = next((verdict for verdict in left if _keeps(verdict, expected)), None)
        if kept is None:
            where = f" at {expected.path}:{expected.line}" if expected.path else ""
            yield str(page.complain(expected.page_line, f"no `{example.outcome}`{where} that says: {expected.text}"))
        else:
            left.remove(kept)
    # What a page calls right may not hold a failure unseen, and what it calls wrong is wrong in no other way.
    unexpected = [verdict for verdict in verdicts if verdict.outcome == "fail" and verdict in left]
    if example.outcome != "fail":
        unexpected = [verdict for verdict in verdicts if verdict.outcome == "fail"]
    for verdict in unexpected:
        yield str(page.complain(example.page_line, f"the page does not expect: {_described(verdict)}"))

    for subject, outcomes in _outcomes(verdicts).items():
        if {"pass", "fail"} <= outcomes:
            yield str(page.complain(example.page_line, f"the rule passes and fails `{subject[1]}` at the same time"))


def _outcomes(verdicts: list[Verdict]) -> dict[tuple[object, ...], set[str]]:
    """What the rule said about each subject, for each tier it was asked for."""
    found: dict[tuple[object, ...], set[str]] = {}
    for verdict in verdicts:
        # A reference goes by its owner's address, and an owner has many.
        if verdict.subject.type == "Reference":
            continue
        key = (verdict.subject.type, verdict.subject.address, verdict.environment, verdict.unit, verdict.tier_asked)
        found.setdefault(key, set()).add(verdict.outcome)
    return found


def _keeps(verdict: Verdict, expected: Expectation) -> bool:
    """Whether a verdict stands where it is expected and says what is expected."""
    span = verdict.place.span if verdict.place else None
    where = (span.file, span.line) if span else (None, None)
    texts = {"fail": (verdict.message,), "pass": verdict.evidence}.get(verdict.outcome, (verdict.reason,))
    return where == (expected.path, expected.line) and expected.text in texts


def _described(verdict: Verdict) -> str:
    span = verdict.place.span if verdict.place else None
    where = f" at {span.file}:{span.line}" if span else ""
    return f"{verdict.outcome}{where}: {verdict.message or verdict.reason or '; '.join(verdict.evidence)}"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("missing-disruption-budget", "a single replica that serves"),
        ("not-spread-across-zones", "a single replica that serves"),
        ("downtime-on-deploy", "a StatefulSet of one"),
        ("downtime-on-deploy", "a bare pod"),
    ],
)
def test_what_a_single_replica_explains_is_folded_under_it(name: str, title: str) -> None:
    (verdict,) = _failures(name, title)
    assert verdict.cause == "too-few-replicas"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("missing-disruption-budget", "no budget"),
        ("not-spread-across-zones", "nothing is written"),
        ("downtime-on-deploy", "neither one less nor one more"),
    ],
)
def test_what_more_replicas_would_not_cure_stands_alone(name: str, title: str) -> None:
    (verdict,) = _failures(name, title)
    assert verdict.cause == ""


def test_scaling_to_zero_weighs_less_than_forgetting_replicas() -> None:
    (deliberate,) = _failures("too-few-replicas", "scaled to zero")
    (forgotten,) = _failures("too-few-replicas", "replicas is not written")
    assert (deliberate.severity, forgotten.severity) == ("medium", "high")


@pytest.mark.parametrize(
    ("name", "title", "words"),
    [
        ("missing-disruption-budget", "no budget", "selects `app: cart`"),
        ("missing-disruption-budget", "one label of two is another", "selects `app: cart`"),
        ("missing-resource-requests", "half a byte", "`memory: 512Mi`"),
        ("missing-resource-requests", "CPU only, and a job", "such as `memory: 128Mi`"),
    ],
)
def test_help_speaks_of_the_subject(name: str, title: str, words: str) -> None:
    (verdict,) = _failures(name, title)
    assert verdict.help.endswith(words)


def _failures(name: str, title: str) -> list[Verdict]:
    """The failures of a rule in an example of its page."""
    rule = next(rule for rule in RULES if rule.name == name)
    page = read_page(page_path(rule))
    example = next(example for example in page.examples if (example.section, example.title) == ("Fails", title))
    report = examine(MemoryTree(example.files), Options(as_of=example.as_of, show="all"))
    everything = [*(finding.verdict for finding in report.findings), *report.others]
    return [verdict for verdict in everything if (verdict.rule, verdict.outcome) == (name, "fail")]


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
