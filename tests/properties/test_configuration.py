"""Whatever a configuration or a standard says: it is read, or it is one error with its file and a remedy."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from opsready.config.load import CONFIGURATION_FILE, KEYS, STANDARD_FILE, load_configuration
from opsready.config.overlay import _KEYS as OF_STANDARDS
from opsready.config.overrides import _KEYS as OF_OVERRIDES
from opsready.errors import ConfigurationError
from opsready.governance import rules_for, standard_for
from opsready.overrides import Overrides
from opsready.plugins import builtin_rules
from opsready.standard import builtin_standard
from opsready.tree import MemoryTree

STANDARD = builtin_standard()
HEAD = {
    "extends": f"opsready/{STANDARD.version}",
    "name": "Acme",
    "version": "1.0",
    "owner": "ana",
    "last-updated": "2026-01-01",
}
WORDS = st.sampled_from(
    [
        *("low", "critical", "never", "strict", "1", "4", "overall", "observability", "alerting", "runbooks", "weight"),
        *("objectives", "title", "target", "rules", "decidable", "files", "P1D", "PT1H", "2026-01-01", "9999-12-31"),
        *("too-few-replicas", "availability-target", "rpo", "minimum-replicas", "datastore-ports", "!", "[", "**/x"),
        *("https://wiki.example/x", "docs", "..", "opsready/1.3.2", "version", "date", "changes", "severity", "paths"),
        *("parameters", "services"),
    ]
)
LEAVES = st.one_of(WORDS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5))
ANYTHING: Any = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
OVERRIDES = st.lists(st.dictionaries(st.sampled_from(OF_OVERRIDES), ANYTHING, max_size=4), max_size=3)
CONFIGURATIONS = st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=4)
STANDARDS = st.dictionaries(st.sampled_from(OF_STANDARDS), ANYTHING, max_size=4)


@settings(deadline=None, max_examples=200)
@given(CONFIGURATIONS, st.none() | OVERRIDES, st.none() | STANDARDS)
def test_it_is_read_or_it_is_an_error(
    configured: dict[str, Any], overrides: list[Any] | None, standard: dict[str, Any] | None
) -> None:
    written = configured if overrides is None else {**configured, "overrides": overrides}
    files = {CONFIGURATION_FILE: json.dumps(written)}
    if standard is not None:
        files[STANDARD_FILE] = json.dumps({**HEAD, **standard})
    found = mistake(MemoryTree(files))
    assert found is None or (found.help and str(found).startswith((CONFIGURATION_FILE, STANDARD_FILE)))


def mistake(tree: MemoryTree) -> ConfigurationError | None:
    try:
        read(tree)
    except ConfigurationError as error:
        return error
    return None


def read(tree: MemoryTree) -> None:
    """All that a run does before it judges."""
    found = load_configuration(tree)
    judged_by, _ = standard_for(found, date(2026, 11, 24))
    rules = builtin_rules() if found.overlay is None else rules_for(found.overlay, builtin_rules())
    for tier in (1, 2, 3, 4):
        for name in judged_by.parameters:
            judged_by.text(name, tier)
    Overrides(found.overrides, rules, judged_by).diagnostics([])


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_bytes_are_read_or_an_error(data: bytes) -> None:
    with suppress(ConfigurationError):
        read(MemoryTree({CONFIGURATION_FILE: data}))
    with suppress(ConfigurationError):
        read(MemoryTree({"pyproject.toml": b"[tool.opsready]\n" + data}))
