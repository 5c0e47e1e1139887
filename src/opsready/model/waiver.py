"""Waivers: faults that two people accepted for a while."""

from __future__ import annotations

from datetime import date

from opsready.model.source import Place
from opsready.records import dataclass


@dataclass(frozen=True, slots=True)
class Waiver:
    """A fault that `owner` lives with and `approver` allowed, from `created` to `expires`, both included.

    Either `service` is set, the name of one, or `subject`, an address as in a report (`Deployment/shop/cart`), in which
    `*` stands for any text; the other one is empty, and so is `issue` where none is named.
    """

    rule: str
    service: str
    subject: str
    reason: str
    owner: str
    approver: str
    created: date
    expires: date
    place: Place
    issue: str = ""

    @property
    def target(self) -> str:
        """What is waived for, in words."""
        return f"service `{self.service}`" if self.service else f"`{self.subject}`"


@dataclass(frozen=True, slots=True)
class ActiveWaiver:
    """A waiver that holds on the day that is judged, and how many verdicts it waives."""

    waiver: Waiver
    verdicts: int
