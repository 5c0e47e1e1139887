"""What a postmortem tells of an incident, and what is still to be done because of it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from opsready.model.document import Document
from opsready.model.entity import Entity
from opsready.model.source import Place, Value
from opsready.records import dataclass

ActionState = Literal["open", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a postmortem, wherever in the page it is told.

    `words` counts what is told, without what only announces that something is still to be written. `measured` is true
    where it gives a quantity, `explained` where it says why something was so; `times` counts its lines that give a time
    or a date. `elsewhere` is the first address outside the page that it links; empty where it links none.
    """

    place: Place
    words: int
    measured: bool
    explained: bool
    times: int
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Account:
    """What a postmortem tells; a part is None where nothing heads it.

    `date` is the day of the incident as far as the page, its title or its path tells it. `draft` is true while its
    status says that it is being written; `declared` where its front matter says that it is a postmortem.
    """

    date: Value[date]
    draft: bool
    declared: bool
    summary: Part | None
    impact: Part | None
    timeline: Part | None
    factors: Part | None
    actions: Part | None


@dataclass(frozen=True, slots=True, eq=False)
class ActionItem(Entity):
    """Something that a postmortem decided to do.

    `owner` and `tracker` are as written, empty where nobody and no ticket is named. `due` is the last day on which it
    is in time.
    """

    document: Document
    state: ActionState
    owner: str
    due: Value[date]
    tracker: str

    @property
    def name(self) -> str:
        """What is to be done, as written and shortened; the address tells apart two that begin alike."""
        return self.identity.written_name

    @property
    def part_of(self) -> Document:
        """The postmortem: its services own the item."""
        return self.document
