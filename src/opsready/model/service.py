"""Services as people own them, and the repository as a whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from opsready.model.entity import Entity
from opsready.model.source import Place, Unset, Value
from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.continuity import Continuity
    from opsready.model.preparedness import Preparedness

SHARED = "(shared)"

LinkKind = Literal[
    "runbook", "playbook", "postmortem", "recovery-procedure", "capacity-plan", "slo", "policy", "dashboard", "other"
]


@dataclass(frozen=True, slots=True)
class Link:
    """A document or page that a catalogue entry names: a path relative to the root, a glob, or a URL."""

    kind: LinkKind
    target: str
    place: Place
    external: bool


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Who is asked, and after how long without an answer; `to` keeps its prefix: `schedule:payments-primary`."""

    to: str
    within: timedelta | None
    place: Place


@dataclass(frozen=True, slots=True)
class Attestation:
    """A dated word of a person on what files cannot show; it holds from `given` to `expires`, both included."""

    rule: str
    statement: str
    by: str
    given: date
    expires: date
    place: Place
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A person's decision that an objective makes no sense for a service; it holds up to `review_by`, included."""

    objective: str
    reason: str
    by: str
    review_by: date
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Service(Entity):
    """A service as people own it: declared in a catalogue, or implied by workloads of one name (`declared` is false).

    `tier` is 1..4, Unset where undeclared, Unknown where the text is not a tier. `owner` is a team or a person as
    written; `owner_is_person` is true where the catalogue says that it is one. `on_call` names an on-call reference of
    the catalogue (a PagerDuty or Opsgenie identifier) where there is one. `preparedness` is what it says of drills,
    reviews and capacity, `continuity` of its data, its recovery objectives and its regions; each is None where it says
    nothing. `budget_window` is the time over which its error budgets are counted where an objective says nothing.
    `doubt` is why an implied service may not be there at all. `judged_as` is the tier (1..4) that it is judged by where
    that is not its own: a change is judged by the tiers that were declared before it.
    """

    declared: bool
    source: str
    owner: Value[str]
    owner_is_person: bool
    tier: Value[int]
    lifecycle: Value[str]
    aliases: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    escalation: tuple[EscalationStep, ...] = ()
    on_call: tuple[str, ...] = ()
    workload_patterns: tuple[str, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    kubernetes_id: str = ""
    preparedness: Preparedness | None = None
    budget_window: Value[timedelta] = Unset()
    exemptions: tuple[Exemption, ...] = ()
    continuity: Continuity | None = None
    doubt: str = ""
    judged_as: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Repository(Entity):
    """The repository as a whole: the subject of rules about practices rather than things."""

    attestations: tuple[Attestation, ...] = ()
