"""What is generated is fresh, and the index of rules costs no rule and no model to read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from opsready_rules.index import RULES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["generate_rule_index.py", "generate_standard.py", "generate_hooks.py"])
def test_what_is_generated_is_fresh(name: str) -> None:
    script = ROOT / "scripts" / name
    result = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    assert result.returncode == 0, result.stderr


def test_index_is_sorted_and_names_are_unique() -> None:
    names = [rule.name for rule in RULES]
    assert names == sorted(set(names))


def test_index_imports_no_rule_and_no_family_of_the_model() -> None:
    program = "import sys, opsready_rules.index; print('\\n'.join(sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    loaded = [name for name in result.stdout.split() if name.startswith(("opsready_rules.", "opsready.model."))]
    assert sorted(loaded) == ["opsready.model.source", "opsready_rules.index"]
