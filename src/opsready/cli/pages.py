"""The pages of rules, which lie beside them."""

# Reports read them as well, and importing path objects takes longer than reading a page.
# ruff: noqa: PTH118, PTH120, PTH123

from __future__ import annotations

import os
from importlib.util import find_spec

from opsready.errors import UsageError
from opsready.plugins import GOVERNANCE, GOVERNANCE_RULES, INPUT_NOT_EVALUATED, builtin_rules
from opsready.spelling import closest

_SCORE = "score"


def page(name: str) -> str:
    """The Markdown text about a rule, or the score; an unknown name is a UsageError that suggests another."""
    rules = builtin_rules()
    if name == _SCORE:
        return _text(os.path.join(os.path.dirname(os.path.dirname(__file__)), "score.md"))
    entry = rules.named(name)
    if entry is not None:
        return _beside(entry.module)
    if name == INPUT_NOT_EVALUATED:
        return _beside("opsready_rules.input_not_evaluated")
    if name in GOVERNANCE_RULES:
        return _beside(f"opsready_rules.{GOVERNANCE}.{name.replace('-', '_')}")
    close = closest(name, (*rules.names, *GOVERNANCE_RULES, _SCORE))
    suggestion = f"did you mean `{close}`? " if close else ""
    message = f"there is no rule `{name}`"
    raise UsageError(message, help=f"{suggestion}`opsready rules` lists them")


def _beside(module: str) -> str:
    """The page that lies beside a rule's module; a page without a module lies in the package itself."""
    package, _, stem = module.rpartition(".")
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"the page of `{module}` is not installed"
        raise UsageError(message, help="install opsready again")
    return _text(os.path.join(next(iter(spec.submodule_search_locations)), f"{stem}.md"))


def _text(file: str) -> str:
    with open(file, encoding="utf-8") as opened:
        return opened.read()
