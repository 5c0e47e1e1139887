"""What every built-in rule has in common, so that a reader knows one when he has read one."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from opsready.api import Rule, RuleEntry
from opsready.model.verdict import severities
from opsready_rules.index import RULES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "rules" / "opsready_rules"
MODULES = sorted(path for path in PACKAGE.glob("*/*.py") if path.stem != "__init__")
IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)


def rule_class(rule: RuleEntry) -> type[Rule[object]]:
    """The class that an entry of the index leads to."""
    found = getattr(importlib.import_module(rule.module), rule.attribute)
    assert isinstance(found, type)
    assert issubclass(found, Rule)
    return found


@every_rule
def test_name_is_the_file_name(rule: RuleEntry) -> None:
    assert IDENTIFIER.fullmatch(rule.name)
    assert rule.module.rpartition(".")[2] == rule.name.replace("-", "_")
    assert rule.attribute == "".join(part.capitalize() for part in rule.name.split("-"))


@every_rule
def test_title_is_one_sentence(rule: RuleEntry) -> None:
    docstring = rule_class(rule).__doc__ or ""
    assert docstring == rule.title, "the class's docstring is more than its title"
    assert re.fullmatch(r"[A-Z`][^\n]*[^.]\.", docstring)
    assert ". " not in docstring


@every_rule
def test_severity_can_be_read(rule: RuleEntry) -> None:
    assert any(severities(rule.severity).by_tier)


@every_rule
def test_objective_is_in_the_standard_under_the_rules_pillar(rule: RuleEntry) -> None:
    pillars = yaml.safe_load((PACKAGE / "standard.yaml").read_text(encoding="utf-8"))["pillars"]
    folder = rule.module.split(".")[1].replace("_", "-")
    assert rule.objective in pillars[folder]["objectives"]


@every_module
def test_module_is_in_the_index(path: Path) -> None:
    assert f"opsready_rules.{path.parent.name}.{path.stem}" in {rule.module for rule in RULES}


@every_module
def test_module_imports_the_api_and_the_model_only(path: Path) -> None:
    allowed = re.compile(r"opsready\.api|opsready\.model(\.\w+)?")
    ours = [name for name in _imports(path) if name.split(".")[0] in {"opsready", "opsready_rules"}]
    assert [name for name in ours if not allowed.fullmatch(name)] == []


@every_module
def test_messages_say_what_is(path: Path) -> None:
    for text in _texts(path):
        assert not re.search(r"\b(should|must not|please)\b", text, re.IGNORECASE), text
        assert "!" not in text, text
        assert not re.search(r"\bline \d|\bline \{|\.line\b", text), text


@every_module
def test_messages_begin_lower_case_and_end_without_a_full_stop(path: Path) -> None:
    for call, texts in _answers(path):
        for text in texts:
            assert not re.match(r"[A-Z]", text), f"{call}: {text}"
            assert not text.endswith("."), f"{call}: {text}"


@every_module
def test_help_begins_with_a_verb(path: Path) -> None:
    for call, texts in _answers(path, argument=2):
        for text in texts:
            assert re.match(r"[a-z]+ ", text), f"{call}: {text}"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _texts(path: Path) -> Iterator[str]:
    """Every text of a module that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def _answers(path: Path, *, argument: int = 1) -> Iterator[tuple[str, list[str]]]:
    """The texts that a module passes to an answer, literal ones and those of a name that is bound to one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bound: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            bound.setdefault(node.targets[0].id, []).extend(_literals(node.value))
    position = {"fails": argument, "cannot_tell": argument, "passes": argument if argument == 1 else None}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        at = position.get(node.func.id)
        if at is None or len(node.args) <= at:
            continue
        value = node.args[at]
        texts = bound.get(value.id, []) if isinstance(value, ast.Name) else _literals(value)
        yield f"{path.name}:{node.lineno}", texts


def _literals(node: ast.expr) -> list[str]:
    """What a text expression may be, a placeholder standing as a backtick would."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and node.value else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "`" for part in node.values)]
    if isinstance(node, ast.IfExp):
        return [*_literals(node.body), *_literals(node.orelse)]
    return []
