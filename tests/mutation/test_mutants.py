"""No small fault in a rule goes unnoticed by its page and the claims about it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest

from mutation.mutants import Mutant, mutants
from opsready.api import RuleEntry
from opsready_rules.index import RULES
from rules.claims import CLAIMS
from rules.judging import broken_claims, broken_promises, decided, page_path
from rules.pages import Page, read_page


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.name) for rule in RULES])
def test_every_mutant_is_noticed(rule: RuleEntry) -> None:
    page = read_page(page_path(rule))
    source = page_path(rule).with_suffix(".py").read_text(encoding="utf-8")
    assert not _complains(rule, page), "the page does not even tell the truth about the rule as it is"
    found = list(mutants(source))
    assert len(found) > 1
    survivors = [mutant for mutant in found if not _noticed(rule, page, mutant)]
    lines = [f"{page_path(rule).with_suffix('.py').name}:{mutant.line}: {mutant.what}" for mutant in survivors]
    assert not lines, "no example and no claim notices:\n" + "\n".join(lines)


def _noticed(rule: RuleEntry, page: Page, mutant: Mutant) -> bool:
    with _in_place_of(rule, mutant) as loaded:
        try:
            return not loaded or _complains(rule, page)
        except Exception:  # noqa: BLE001 - a finding that cannot be settled is noticed as well
            return True


@contextmanager
def _in_place_of(rule: RuleEntry, mutant: Mutant) -> Iterator[bool]:
    """While it lasts, the rule's module is the mutant; false where the mutant cannot even be imported."""
    original = importlib.import_module(rule.module)
    module = ModuleType(rule.module)
    module.__file__ = original.__file__
    sys.modules[rule.module] = module
    try:
        try:
            exec(compile(mutant.tree, rule.module, "exec"), module.__dict__)  # noqa: S102 - our own rule, changed
        except Exception:  # noqa: BLE001 - whatever it raises, it was noticed
            yield False
        else:
            yield True
    finally:
        sys.modules[rule.module] = original


def _complains(rule: RuleEntry, page: Page) -> bool:
    """Whether the page or a claim notices that something is wrong."""
    for example in page.examples:
        verdicts = decided(rule, example)
        if next(broken_promises(page, example, verdicts), None) is not None:
            return True
        claims = [claim for claim in CLAIMS if _is_about(claim.rule, claim.section, claim.example, rule, example)]
        if next(broken_claims(claims, verdicts), None) is not None:
            return True
    return False


def _is_about(name: str, section: str, title: str, rule: RuleEntry, example: object) -> bool:
    return (name, section, title) == (rule.name, getattr(example, "section", ""), getattr(example, "title", ""))


def test_a_mutant_changes_one_thing() -> None:
    source = "class A(Rule):\n    def applies(self, a, c):\n        return a.x < 2 and a.y\n"
    assert [(mutant.what, mutant.line) for mutant in mutants(source)] == [
        ("`applies` always says yes", 2),
        ("`applies` always says no", 2),
        ("`a.x < 2` left out", 3),
        ("`a.y` left out", 3),
        ("limit of `a.x < 2` moved", 3),
        ("number in `a.x < 2` moved by 1", 3),
        ("number in `a.x < 2` moved by -1", 3),
    ]
