"""Answers about the same thing, declared more than once, become one verdict: the worst that production would run."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from opsready.digest import sha256
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
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opsready.engine import Answer
    from opsready.model.entity import Entity
    from opsready.settle.ignores import Ignores

_WORST_FIRST: dict[str, int] = {"fail": 0, "unknown": 1, "waived": 2, "pass": 3, "not-applicable": 4}
_STATES: dict[str, str] = {"fail": "fails", "unknown": "cannot be told"}
_MOST_RELATED = 10


@dataclass(frozen=True, slots=True)
class _Rendition:
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
    groups: dict[tuple[object, ...], list[_Rendition]] = defaultdict(list)
    for answer in answers:
        groups[_key(answer, addresses)].append(_rendition(answer, ignores))
    answers.clear()
    known = _Known({}, {})
    return [_verdict(groups.pop(key), addresses, pillars, known) for key in list(groups)]


def _rendition(answer: Answer, ignores: Ignores) -> _Rendition:
    finding = answer.finding
    outcome: Outcome = finding.outcome  # type: ignore[assignment]
    if outcome not in {"fail", "unknown"}:
        return _Rendition(answer, outcome, None)
    # An ignore of the cause covers what follows from it.
    rules = (answer.entry.name, finding.cause) if finding.cause else (answer.entry.name,)
    suppression = ignores.suppression(answer.subject, *rules)
    return _Rendition(answer, "waived" if suppression else outcome, suppression)


def _key(answer: Answer, addresses: Addresses) -> tuple[object, ...]:
    subject = answer.subject
    return (
        answer.entry.name,
        answer.subject_type,
        addresses.of(subject),
        _environment(subject),
        answer.tier,
        _discriminator(answer),
    )


def _discriminator(answer: Answer) -> str:
    """What tells apart several answers of one rule about one address."""
    subject, aspect = answer.subject, answer.finding.aspect
    if isinstance(subject, Reference):
        return f"{subject.asks}:{subject.target_kind}/{subject.target_name}#{subject.key}@{subject.field}{aspect}"
    if isinstance(subject, Document):
        return subject.path + aspect
    return aspect


class _Known(NamedTuple):
    """What many verdicts share, kept once: subjects by their type and identity, and tuples of services' names."""

    subjects: dict[tuple[str, int], SubjectReference]
    services: dict[tuple[str, ...], tuple[str, ...]]

    def subject(self, answer: Answer, address: str) -> SubjectReference:
        """The subject of an answer."""
        key = (answer.subject_type, id(answer.subject))
        found = self.subjects.get(key)
        if found is None:
            subject = answer.subject
            found = SubjectReference(answer.subject_type, subject.identity.kind, subject.name, address)
            self.subjects[key] = found
        return found


def _verdict(group: list[_Rendition], addresses: Addresses, pillars: Mapping[str, str], known: _Known) -> Verdict:
    """The verdict of the worst rendition; further places stand beside it."""
    ranked = sorted(group, key=_badness) if len(group) > 1 else group
    worst = ranked[0]
    answer, finding = worst.answer, worst.answer.finding
    entry, subject, identity = answer.entry, answer.subject, answer.subject.identity
    services = {service.name: service for item in group for service in item.answer.services}
    tiers = {tier_of(service) for service in services.values()} or {UNDECLARED_TIER}
    by_tier = _lowered(severities_of(entry).by_tier, finding.severity)
    asked = [severity for tier in tiers if (severity := by_tier[tier - 1]) is not None]
    address = addresses.of(subject)
    names = tuple(sorted(services))
    return Verdict(
        rule=entry.name,
        objective=entry.objective,
        pillar=pillars.get(entry.objective, ""),
        outcome=worst.outcome,
        severity=min(asked, key=SEVERITY_RANK.__getitem__, default="info"),
        tier_severity=by_tier,
        services=known.services.setdefault(names, names),
        environment=identity.environment,
        production=identity.production,
        unit=identity.unit,
        subject=known.subject(answer, address),
        place=finding.place if finding.place.span.file else None,
        message=finding.message,
        help=finding.help,
        evidence=finding.evidence,
        reason=finding.reason,
        related=(*finding.related, *_further(ranked)) if len(ranked) > 1 else finding.related,
        suppression=worst.suppression,
        cause=finding.cause,
        caps=entry.caps_objective,
        whole=finding.whole,
        third_party=getattr(subject, "third_party", False) is True,
        tier_asked=answer.tier,
        fingerprint=_fingerprint(answer, address),
    )


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


def _fingerprint(answer: Answer, address: str) -> str:
    """What stays the same when lines move, files are renamed or an overlay is added."""
    place = answer.finding.place
    parts = (
        answer.entry.name,
        _environment(answer.subject),
        address,
        place.path if place.span.file else "",
        _discriminator(answer),
        str(answer.tier or ""),
    )
    return str(sha256("\0".join(parts).encode()).hexdigest()[:32])
