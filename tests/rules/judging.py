"""What a rule says about the example of a page, and whether that is what the page promises."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from opsready.model.verdict import Verdict
from opsready.options import Options
from opsready.plugins import INPUT_NOT_EVALUATED, RuleSet
from opsready.run import Prepared, decide, prepare
from opsready.tree import MemoryTree
from opsready_rules.index import RULES

if TYPE_CHECKING:
    from opsready.api import RuleEntry
    from rules.claims import Claim
    from rules.pages import Example, Expectation, Page


@cache
def page_path(rule: RuleEntry) -> Path:
    """Where a rule's page is: beside its module, which is not imported for it."""
    package, _, stem = rule.module.rpartition(".")
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / f"{stem}.md"


@cache
def read(example: Example) -> Prepared:
    """An example, read and linked once: rules may be asked about it any number of times."""
    return prepare(MemoryTree(example.files), _options(example))


def _options(example: Example) -> Options:
    return Options(as_of=example.as_of, show="all")


def decided(rule: RuleEntry, example: Example) -> list[Verdict]:
    """What a rule says about an example, after everything that settles it."""
    asked = RULES if rule.name == INPUT_NOT_EVALUATED else (rule,)
    verdicts, _ = decide(read(example), RuleSet(asked), _options(example))
    return [verdict for verdict in verdicts if verdict.rule == rule.name]


def broken_promises(page: Page, example: Example, verdicts: list[Verdict]) -> Iterator[str]:
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
        yield str(page.complain(example.page_line, f"the page does not expect: {described(verdict)}"))

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


def described(verdict: Verdict) -> str:
    span = verdict.place.span if verdict.place else None
    where = f" at {span.file}:{span.line}" if span else ""
    return f"{verdict.outcome}{where}: {verdict.message or verdict.reason or '; '.join(verdict.evidence)}"


def broken_claims(claims: Iterable[Claim], verdicts: list[Verdict]) -> Iterator[str]:
    """What is claimed of the only failure (or the only verdict of the section's kind) and does not hold."""
    for claim in claims:
        said = [getattr(verdict, claim.about) for verdict in verdicts if verdict.outcome == claim.outcome]
        if not said or not all(claim.holds(value) for value in said):
            yield f"{claim.rule}, {claim.example}: {claim.about} is {said}, not {claim.value!r}"
