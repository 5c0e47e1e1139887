"""What is found of decisions themselves: every page's examples hold, and nothing of it is part of the score."""

from __future__ import annotations

import pytest

from opsready.options import Options
from opsready.plugins import GOVERNANCE_RULES
from opsready.run import examine
from opsready.settle.governance import RULES
from opsready.tree import MemoryTree
from repositories import RepositorySpec, ServiceSpec, report_of, verdicts_of
from rules.judging import broken_promises
from rules.pages import OTHER_SECTIONS, OUTCOME_OF_SECTION, ROOT, Example, Page, read_page

FOLDER = ROOT / "rules" / "opsready_rules" / "governance"
PAGES = {name: read_page(FOLDER / f"{name.replace('-', '_')}.md") for name in GOVERNANCE_RULES}
EXAMPLES = [
    pytest.param(name, page, example, id=f"{name} / {example.title}")
    for name, page in PAGES.items()
    for example in page.examples
]
WAIVERS = """waivers:
  - {rule: too-few-replicas, service: cart, reason: r, owner: a, approver: b, created: 2026-08-01, expires: 2026-09-01}
"""


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert tuple(sorted(RULES)) == GOVERNANCE_RULES
    assert sorted(page.stem.replace("_", "-") for page in FOLDER.glob("*.md")) == list(GOVERNANCE_RULES)


@pytest.mark.parametrize("name", GOVERNANCE_RULES)
def test_a_page_has_all_sections_and_shows_its_severity(name: str) -> None:
    page = PAGES[name]
    assert page.title == name
    assert list(page.sections) == [*OUTCOME_OF_SECTION, *OTHER_SECTIONS]
    row = f"| {' | '.join([RULES[name].severity] * 4)} |"
    assert row in page.path.read_text(encoding="utf-8")
    assert RULES[name].title.endswith(".")


@pytest.mark.parametrize(("name", "page", "example"), EXAMPLES)
def test_a_page_tells_the_truth(name: str, page: Page, example: Example) -> None:
    report = examine(MemoryTree(example.files), Options(as_of=example.as_of, show="all"))
    found = verdicts_of(report, name)
    assert list(broken_promises(page, example, found)) == []
    assert {verdict.severity for verdict in found} == {RULES[name].severity}
    others = {item.verdict.rule for item in report.findings if item.verdict.rule in GOVERNANCE_RULES} - {name}
    assert others == set()


def test_it_is_listed_and_gated_and_leaves_the_score() -> None:
    files = RepositorySpec((ServiceSpec(),)).files()
    good, late = report_of(files), report_of(files | {".opsready/waivers.yaml": WAIVERS})
    assert (late.score, late.best, late.debt, late.evidence) == (good.score, good.best, good.debt, good.evidence)
    assert late.counts["fail"] == good.counts["fail"] + 1
    assert good.gate.passed
    assert late.gate.reasons == ("1 failure of severity high or worse: waiver-expired",)
    assert report_of(files | {".opsready/waivers.yaml": WAIVERS}, ignore=("waivers",)).gate.passed
    assert report_of(files | {".opsready/waivers.yaml": WAIVERS}, select=("governance",)).findings
    (rule,) = [rule for rule in late.rules if rule.name == "waiver-expired"]
    assert (rule.objective, rule.severity, rule.title) == ("waivers", "high", RULES["waiver-expired"].title)


def test_moving_lines_makes_no_new_finding() -> None:
    files = RepositorySpec((ServiceSpec(),)).files()
    (one,) = verdicts_of(report_of(files | {".opsready/waivers.yaml": WAIVERS}), "waiver-expired")
    (two,) = verdicts_of(report_of(files | {".opsready/waivers.yaml": f"# more\n\n{WAIVERS}"}), "waiver-expired")
    assert one.fingerprint == two.fingerprint
    assert one.place != two.place
