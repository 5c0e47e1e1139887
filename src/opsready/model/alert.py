"""Alerts: what wakes people up."""

from __future__ import annotations

from opsready.model.entity import Entity
from opsready.model.source import Value
from opsready.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Alert(Entity):
    """One alerting rule.

    `paging` is true where its severity says that a person is woken up. `matchers` are the equality matchers of its
    expression and its labels, by which it names a service. `runbook` is the link as written.
    """

    severity: Value[str]
    paging: bool
    expression: Value[str]
    runbook: Value[str]
    matchers: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The alert's name as written; two of one name in a group differ in their addresses."""
        return self.identity.written_name
