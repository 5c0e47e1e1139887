"""Answers about the same thing, declared more than once, become one verdict: the worst that production would run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from opsready.engine import tier_of
from opsready.model.document import Document
from opsready.model.network import Reference
from opsready.model.service import Service
from opsready.model.verdict import (
    SEVERITY_RANK,
    UNDECLARED_TIER,
    Outcome,
    Related,
    Severity,
    SubjectReference,
    Suppression,
    Verdict,
)
from opsready.model.workload import Container
from opsready.plugins import severities_of
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opsready.api import RuleEntry
    from opsready.engine import Answer
    from opsready.model.entity import Entity
    from opsready.model.override import Change
    from opsready.settle.ignores import Ignores

_WORST_FIRST: dict[str, int] = {"fail": 0, "unknown": 1, "waived": 2, "pass": 3, "not-applicable": 4}
_STATES: dict[str, str] = {"fail": "fails", "unknown": "cannot be told"}
_MOST_RELATED = 10


class _Rendition(NamedTuple):
    answer: Answer
    outcome: Outcome
    suppression: Suppression | None


class Addresses:
    """The one address of things that are declared with and without their namespace."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        """Learn which namespaces are written for each kind and name in each environment."""
        written: dict[tuple[str, str, str], str] = {}
        for entity in entities:
            identity = entity.identity
            if identity.namespace:
                key = (_environment(entity), identity.kind, identity.name)
                written[key] = min(identity.namespace, written.get(key, identity.namespace))
        self._written = written

    def of(self, entity: Entity) -> str:
        """An entity's address, an absent namespace filled in from the declaration that has one."""
        # A service of the catalogue is no `Service` of Kubernetes, whose address looks the same.
        if isinstance(entity, Service):
            return entity.address
        if isinstance(entity, Container):
            return f"{self._filled(entity.workload_address, _environment(entity))}[{entity.name}]"
        return self._filled(entity.address, _environment(entity))

    def _filled(self, address: str, environment: str) -> str:
        kind, slash, name = address.partition("/")
        namespace = self._written.get((environment, kind, name)) if slash and "/" not in name else None
        return f"{kind}/{namespace}/{name}" if namespace else address


def _environment(entity: Entity) -> str:
    """The environment that sets an entity apart: production and what names none are one."""
    return "" if entity.identity.production else entity.identity.environment


def merge(answers: list[Answer], addresses: Addresses, ignores: Ignores, pillars: Mapping[str, str]) -> list[Verdict]:
    """One verdict for each rule, subject and environment, from all its renditions.

    The list of answers is emptied: of a large repository both would not fit beside each other for nothing.
    """
    known = _Known(addresses, pillars)
    groups: dict[tuple[object, ...], list[_Rendition]] = {}
    for answer in answers:
        key = (answer.entry.name, known.face(answer).number, answer.tier, _discriminator(answer))
        rendition = _rendition(answer, ignores)
        found = groups.get(key)
        if found is None:
            groups[key] = [rendition]
        else:
            found.append(rendition)
    answers.clear()
    return [known.verdict(groups.pop(key)) for key in list(groups)]


def _rendition(answer: Answer, ignores: Ignores) -> _Rendition:
    finding = answer.finding
    outcome: Outcome = finding.outcome  # type: ignore[assignment]
    if (outcome != "fail" and outcome != "unknown") or not ignores.may_suppress(answer.subject):
        return _Rendition(answer, outcome, None)
    # An ignore of the cause covers what follows from it.
    rules = (answer.entry.name, finding.cause) if finding.cause else (answer.entry.name,)
    suppression = ignores.suppression(answer.subject, *rules, place=finding.place)
    return _Rendition(answer, "waived" if suppression else outcome, suppression)


def _discriminator(answer: Answer) -> str:
    """What tells apart several answers of one rule about one address."""
    subject, aspect = answer.subject, answer.finding.aspect
    if isinstance(subject, Reference):
        return f"{subject.asks}:{subject.target_kind}/{subject.target_name}#{subject.key}@{subject.field}{aspect}"
    if isinstance(subject, Document):
        return subject.path + aspect
    return aspect


class _Face(NamedTuple):
    """What all verdicts about a rendition of a subject share; renditions of one thing have one `number`."""

    number: int
    reference: SubjectReference
    third_party: bool


class _Owners(NamedTuple):
    """Services by name and the tiers that they are judged by; `services` keeps alive what the key is made from."""

    services: tuple[Service, ...]
    names: tuple[str, ...]
    tiers: frozenset[int]


class _Known:
    """What many verdicts share, worked out once: their subjects, owners and severities."""

    def __init__(self, addresses: Addresses, pillars: Mapping[str, str]) -> None:
        """Know nothing yet."""
        self._addresses = addresses
        self._pillars = pillars
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._faces: dict[tuple[str, int], _Face] = {}
        self._owners: dict[int, _Owners] = {}
        self._severities: dict[tuple[object, ...], tuple[tuple[Severity | None, ...], Severity]] = {}

    def face(self, answer: Answer) -> _Face:
        """The subject of an answer."""
        subject = answer.subject
        key = (answer.subject_type, id(subject))
        found = self._faces.get(key)
        if found is None:
            address = self._addresses.of(subject)
            reference = SubjectReference(answer.subject_type, subject.identity.kind, subject.name, address)
            same = (answer.subject_type, address, _environment(subject))
            number = self._numbers.setdefault(same, len(self._numbers))
            third_party = getattr(subject, "third_party", False) is True
            found = self._faces[key] = _Face(number, reference, third_party)
        return found

    def _owned(self, services: tuple[Service, ...]) -> _Owners:
        found = self._owners.get(id(services))
        if found is None:
            names = tuple(sorted({service.name for service in services}))
            tiers = frozenset(map(tier_of, services)) or frozenset((UNDECLARED_TIER,))
            found = self._owners[id(services)] = _Owners(services, names, tiers)
        return found

    def _severity(
        self, entry: RuleEntry, tiers: frozenset[int], lowered: Severity | None
    ) -> tuple[tuple[Severity | None, ...], Severity]:
        """The severities of the four tiers, and the worst among those that ask."""
        key = (entry.severity, tiers, lowered)
        found = self._severities.get(key)
        if found is None:
            by_tier = _lowered(severities_of(entry).by_tier, lowered)
            asked = [severity for tier in tiers if (severity := by_tier[tier - 1]) is not None]
            worst: Severity = min(asked, key=SEVERITY_RANK.__getitem__, default="info")
            found = self._severities[key] = (by_tier, worst)
        return found

    def verdict(self, group: list[_Rendition]) -> Verdict:
        """The verdict of the worst rendition; further places stand beside it."""
        if len(group) == 1:
            ranked, services = group, group[0].answer.services
        else:
            ranked = sorted(group, key=self._badness_of(group))
            services = tuple({service.name: service for item in group for service in item.answer.services}.values())
        worst = ranked[0]
        answer, finding = worst.answer, worst.answer.finding
        entry, identity = answer.entry, answer.subject.identity
        face, owners = self.face(answer), self._owned(services)
        by_tier, severity = self._severity(entry, owners.tiers, finding.severity)
        return Verdict(
            rule=entry.name,
            objective=entry.objective,
            pillar=self._pillars.get(entry.objective, ""),
            outcome=worst.outcome,
            severity=severity,
            tier_severity=by_tier,
            services=owners.names,
            environment=identity.environment,
            production=identity.production,
            unit=identity.unit,
            subject=face.reference,
            place=finding.place if finding.place.span.file else None,
            message=finding.message,
            help=finding.help,
            evidence=finding.evidence,
            reason=finding.reason,
            related=finding.related if len(ranked) == 1 else (*finding.related, *_further(ranked)),
            suppression=worst.suppression,
            cause=finding.cause,
            caps=entry.caps_objective,
            whole=finding.whole,
            third_party=face.third_party,
            tier_asked=answer.tier,
            discriminator=_discriminator(answer),
            overridden=self._overridden(worst, owners.tiers) if answer.changes else (),
        )

    def _badness_of(self, group: list[_Rendition]) -> Callable[[_Rendition], tuple[object, ...]]:
        """The order of renditions; where an override gives them other severities, those come right after outcomes."""
        if not any(item.answer.changes for item in group):
            return _badness

        def badness(item: _Rendition) -> tuple[object, ...]:
            answer = item.answer
            _, severity = self._severity(answer.entry, self._owned(answer.services).tiers, answer.finding.severity)
            return _WORST_FIRST[item.outcome], SEVERITY_RANK[severity], *_badness(item)

        return badness

    def _overridden(self, item: _Rendition, tiers: frozenset[int]) -> tuple[Change, ...]:
        """What overrides changed, severities as words; one that comes to the same changed nothing."""
        answer, found = item.answer, []
        for change in answer.changes:
            if change.what != "severity":
                found.append(change)
                continue
            lowered = answer.finding.severity
            was_by_tier, was = self._severity(answer.entry._replace(severity=change.was), tiers, lowered)
            by_tier, now = self._severity(answer.entry, tiers, lowered)
            if any(was_by_tier[tier - 1] != by_tier[tier - 1] for tier in tiers):
                found.append(replace(change, was=was, now=now))
        return tuple(found)


def _badness(item: _Rendition) -> tuple[int, int, bool, int, str, str, int]:
    """The order of renditions; of equally bad ones, what is called production comes first, then what lies highest."""
    finding = item.answer.finding
    severity = finding.severity
    span = finding.place.span
    identity = item.answer.subject.identity
    return (
        _WORST_FIRST[item.outcome],
        SEVERITY_RANK[severity] if severity else 0,
        not identity.environment,
        identity.unit.count("/"),
        identity.unit,
        span.file,
        span.line,
    )


def _lowered(by_tier: tuple[Severity | None, ...], to: Severity | None) -> tuple[Severity | None, ...]:
    """The severities, none above the one that a finding lowers itself to."""
    if to is None:
        return by_tier
    return tuple(to if severity and SEVERITY_RANK[severity] < SEVERITY_RANK[to] else severity for severity in by_tier)


def _further(ranked: list[_Rendition]) -> Iterable[Related]:
    """Other renditions that are not as they should be: places to repair as well."""
    own = ranked[0].answer.finding.place.span
    seen = {(own.file, own.line)}
    for item in ranked[1:]:
        state = _STATES.get(item.outcome)
        span = item.answer.finding.place.span
        if state and span.file and (span.file, span.line) not in seen and len(seen) <= _MOST_RELATED:
            seen.add((span.file, span.line))
            yield Related(f"declared in {item.answer.subject.identity.unit} as well, where it {state}", span)
