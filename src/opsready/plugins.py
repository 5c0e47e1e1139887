"""Rules by name: the built-in ones from their generated index, each imported when a subject of its type is met."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from opsready.errors import ConfigurationError
from opsready.model.verdict import Severities, severities
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.api import Rule, RuleEntry

# Named, not imported: the core knows no rule. Entry points would cost most of the start-up.
_BUILTIN_INDEX = "opsready_rules.index"
INPUT_NOT_EVALUATED = "input-not-evaluated"
# What is found about decisions themselves, once everything is judged; it is no part of the score.
GOVERNANCE = "governance"
GOVERNANCE_RULES = (
    "ignore-expired",
    "ignore-unused",
    "ignore-without-reason",
    "waiver-budget-exceeded",
    "waiver-expired",
    "waiver-malformed",
    "waiver-unused",
)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules that are asked, sorted by name."""

    entries: tuple[RuleEntry, ...]

    def named(self, name: str) -> RuleEntry | None:
        """The rule of a name."""
        return next((entry for entry in self.entries if entry.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a verdict may carry, the engine's own included."""
        return (*(entry.name for entry in self.entries), INPUT_NOT_EVALUATED)


def builtin_rules() -> RuleSet:
    """The rules that come with opsready."""
    entries: tuple[RuleEntry, ...] = import_module(_BUILTIN_INDEX).RULES
    return RuleSet(entries)


def load_rule(entry: RuleEntry) -> Rule[Any]:
    """Import and make a rule; a ConfigurationError names one that does not keep the contract."""
    try:
        made: Rule[Any] = getattr(import_module(entry.module), entry.attribute)()
    except (ImportError, AttributeError, TypeError) as error:
        message = f"rule `{entry.name}` cannot be loaded from `{entry.module}`: {error}"
        raise ConfigurationError(message, help="regenerate the rule index, or repair the rule pack") from error
    return made


def severities_of(entry: RuleEntry) -> Severities:
    """A rule's severity for each tier."""
    return severities(entry.severity)


def worst_severity(entries: Iterable[RuleEntry]) -> str:
    """For each tier the worst severity among rules, as `C/H/M/-`: what not being able to ask any of them may hide."""
    return "/".join(
        min(column, key="CHMLI-".index) for column in zip(*(e.severity.split("/") for e in entries), strict=True)
    )
