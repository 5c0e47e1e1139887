"""Operational documents: runbooks, playbooks, postmortems, procedures and plans, reports of drills and reviews."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from opsready.model.entity import Entity
from opsready.model.source import Items, Known, Place, Value
from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.period import Cadence
    from opsready.model.postmortem import Account
    from opsready.model.preparedness import Drill, Review

DocumentKind = Literal[
    "runbook", "playbook", "postmortem", "recovery-procedure", "drill", "capacity-plan", "review", "policy"
]


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with what stands below it, up to the next heading of its level.

    `words` counts prose without code; `title` is lower case without numbering, emoji and punctuation.
    """

    title: str
    level: int
    words: int
    place: Place


@dataclass(frozen=True, slots=True)
class Procedure:
    """What makes a text something to follow: counts of what a person can do step by step."""

    ordered_items: int
    step_headings: int
    command_blocks: int
    imperative_bullets: int
    inline_commands: int
    imperative_sentences: int

    @property
    def followable(self) -> bool:
        """Whether a person can follow it: two steps of any kind, or a command with an instruction."""
        two_of_a_kind = max(
            self.ordered_items, self.step_headings, self.command_blocks, self.imperative_bullets, self.inline_commands
        )
        return two_of_a_kind > 1 or (self.command_blocks > 0 and self.imperative_sentences > 0)

    @property
    def in_order(self) -> bool:
        """Whether a person can tell what comes first: numbered steps, or commands one after another."""
        return max(self.ordered_items, self.step_headings, self.command_blocks) > 1 or (
            self.command_blocks > 0 and self.imperative_sentences > 0
        )


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a recovery procedure says besides its steps.

    `verifies` and `decides`: whether it says how to see that the recovery worked, and who may order it. `stems` are
    the beginnings of all its words, code included.
    """

    verifies: bool
    decides: bool
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class RunbookLink:
    """A link to a runbook, as written, and what became of it.

    `page` is the file of this repository that it leads to, empty where there is none. `reason` says why it cannot be
    told. `elsewhere` is a page outside the repository, where nobody looks.
    """

    target: str
    place: Place
    state: Literal["here", "missing", "no-section", "elsewhere", "unknown"]
    reason: str = ""
    page: str = ""


def anchor_key(text: str) -> str:
    """What the spellings of an anchor have in common: sites make `cpu-90`, `cpu--90` and `CPU_90` of `CPU > 90 %`."""
    return "".join(filter(str.isalnum, text.lower()))


@dataclass(frozen=True, slots=True, eq=False)
class Document(Entity):
    """A Markdown document that people turn to in an incident.

    `certain` is false where only its path or its wording suggests what it is: such a candidate never fails.
    `english` is false where the text is in another language: its wording is then not judged. `reviewed` is the date of
    the last review; `review_every` the cadence that the page itself asks for. `anchors` are the names by which links
    reach a part of the page, reduced by `anchor_key`. `recovery`, `drill`, `review` and `account` are what pages of
    these kinds hold, an account what a postmortem tells.
    """

    kind: DocumentKind
    path: str
    title: str
    certain: bool
    template: bool
    english: bool
    sections: tuple[Section, ...]
    procedure: Procedure
    words: int
    placeholders: tuple[Place, ...]
    owner: Value[str]
    reviewed: Value[date]
    review_every: Value[timedelta]
    services: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    recovery: Recovery | None = None
    drill: Drill | None = None
    review: Review | None = None
    anchors: Items[str] = Items((), "its parts were not read")
    account: Account | None = None

    def next_review(self, last: date, cadence: Cadence) -> date:
        """The day on which the next review is due; the page may ask for more reviews, not for fewer."""
        due = cadence.due_after(last)
        return min(due, last + self.review_every.value) if isinstance(self.review_every, Known) else due
