"""Asks every rule about every subject, counts who was asked, and isolates a rule that crashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from opsready.api import Context, Finding, NotApplicable, RuleEntry, Yes, cannot_tell
from opsready.model.source import Known
from opsready.model.verdict import OUTCOMES, TIERS, UNDECLARED_TIER, Diagnostic
from opsready.plugins import INPUT_NOT_EVALUATED, load_rule, severities_of, worst_severity
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from opsready.api import Rule
    from opsready.link.graph import RepositoryGraph
    from opsready.model.entity import Entity
    from opsready.model.opaque import Stub
    from opsready.model.override import Change
    from opsready.model.service import Service
    from opsready.model.standard import Standard
    from opsready.overrides import Adjusted, Overrides
    from opsready.plugins import RuleSet

NOT_EVALUATED_TITLE = "An input could not be opened, so what is inside was not judged."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule said about one rendition of a subject; `tier` is the one it was asked for where that matters.

    `changes` is what overrides of the configuration had to do with it; `entry` then has the other severity.
    """

    entry: RuleEntry
    subject_type: str
    subject: Entity
    services: tuple[Service, ...]
    finding: Finding
    tier: int | None
    changes: tuple[Change, ...] = ()


class _Owned(NamedTuple):
    """A subject with its services and their tiers, and what overrides change: the same for every rule."""

    subject: Entity
    services: tuple[Service, ...]
    tiers: tuple[int, ...]
    adjusted: Adjusted | None


class RuleContractError(Exception):
    """A rule did not keep its contract."""


def tier_of(service: Service) -> int:
    """The tier that a service is judged by: the declared one, else that of undeclared services."""
    if service.judged_as is not None:
        return service.judged_as
    declared = service.tier.value if isinstance(service.tier, Known) else None
    return declared if declared in TIERS else UNDECLARED_TIER


def _tiers(services: Iterable[Service]) -> tuple[int, ...]:
    return tuple(sorted({tier_of(service) for service in services})) or (UNDECLARED_TIER,)


def judge(
    rules: RuleSet, graph: RepositoryGraph, standard: Standard, as_of: date, overrides: Overrides | None = None
) -> tuple[list[Answer], list[Diagnostic]]:
    """Ask every rule; a rule that crashes loses its answers, and a diagnostic says so."""
    answers: list[Answer] = []
    diagnostics: list[Diagnostic] = []
    contexts = {tier: Context(graph, as_of, standard, tier) for tier in TIERS}
    owned: dict[str, list[_Owned]] = {}
    for entry in rules.entries:
        for kind in entry.subjects:
            if kind not in owned:
                owned[kind] = [
                    _Owned(
                        subject,
                        services := graph.services_of(subject),
                        _tiers(services),
                        None if overrides is None else overrides.of(subject, services),
                    )
                    for subject in graph.subjects(kind)
                ]
        mine = list(_unlisted(entry, graph))
        if not any(owned[kind] for kind in entry.subjects):
            answers.extend(mine)
            continue
        rule = load_rule(entry)
        asked: Entity | None = None
        try:
            for kind in entry.subjects:
                for subject in owned[kind]:
                    asked = subject.subject
                    _ask(entry, rule, kind, subject, contexts, mine)
        except Exception as error:  # noqa: BLE001 - whatever a rule raises must cost that rule alone
            diagnostics.append(_crash(entry, asked, error))
            continue
        answers.extend(mine)
    return answers, diagnostics


def _unlisted(entry: RuleEntry, graph: RepositoryGraph) -> Iterator[Answer]:
    """For a rule about parts of workloads, what cannot be told of one whose list of these parts cannot all be read."""
    for part, hidden_in in (
        ("Container", graph.hidden_containers),
        ("Volume", graph.hidden_volumes),
        ("Datastore", graph.hidden_datastores),
    ):
        if part not in entry.subjects:
            continue
        for workload in graph.subjects("Workload"):
            hidden = hidden_in(workload)
            if hidden:
                reason = f"`{workload.name}` may have {part.lower()}s that cannot be read: {hidden}"
                finding = cannot_tell(workload.place, reason, whole=True)
                yield Answer(entry, "Workload", workload, graph.services_of(workload), finding, None)


def _crash(entry: RuleEntry, subject: Entity | None, error: Exception) -> Diagnostic:
    span = subject.place.span if subject is not None else None
    about = f" about `{subject.address}`" if subject is not None else ""
    message = f"rule `{entry.name}` crashed{about} and was left out: {type(error).__name__}: {error}"
    return Diagnostic("rule-crashed", span.file if span else "", span.line if span else 0, message)


def _ask(
    entry: RuleEntry, rule: Rule[Any], kind: str, owned: _Owned, contexts: dict[int, Context], answers: list[Answer]
) -> None:
    """Ask once, or once for each distinct tier of the subject's services where the rule's parameters differ by tier."""
    subject, services, tiers, adjusted = owned
    if adjusted is not None:
        _ask_adjusted(entry, rule, kind, owned, contexts, answers, adjusted)
        return
    by_tier = severities_of(entry).by_tier
    asked = [tier for tier in tiers if by_tier[tier - 1] is not None]
    if not asked:
        reason = f"not asked of tier {' and '.join(map(str, tiers))}"
        finding = Finding("not-applicable", subject.place, reason=reason)
        answers.append(Answer(entry, kind, subject, services, finding, None))
    elif not entry.by_tier:
        findings = _findings(rule, subject, contexts[asked[0]])
        answers.extend([Answer(entry, kind, subject, services, finding, None) for finding in findings])
    else:
        for tier in asked:
            owners = tuple(service for service in services if tier_of(service) == tier)
            answers.extend(
                Answer(entry, kind, subject, owners, finding, tier)
                for finding in _findings(rule, subject, contexts[tier])
            )


def _ask_adjusted(
    entry: RuleEntry,
    rule: Rule[Any],
    kind: str,
    owned: _Owned,
    contexts: dict[int, Context],
    answers: list[Answer],
    adjusted: Adjusted,
) -> None:
    """Ask by what overrides say, and note what they changed."""
    entry = adjusted.entries.get(entry.name, entry)
    adjusted.changes(entry.name)  # what was read for another rule is not of this one
    contexts = adjusted.within(contexts)
    given: list[Answer] = []
    _ask(entry, rule, kind, owned._replace(adjusted=None), contexts, given)
    changes = adjusted.changes(entry.name)
    answers.extend([replace(answer, changes=changes) for answer in given] if changes else given)


def _findings(rule: Rule[Any], subject: Entity, context: Context) -> Iterable[Finding]:
    applies = rule.applies(subject, context)
    if not isinstance(applies, Yes):
        if isinstance(applies, NotApplicable):
            return (Finding("not-applicable", subject.place, reason=applies.reason),)
        # There may be one subject more or none: hiding what decides that must not open a question that weighs little.
        return (cannot_tell(applies.place or subject.place, applies.reason, whole=True),)
    findings = tuple(rule.check(subject, context))
    _keep_contract(findings)
    # Only an implied service can be in doubt.
    doubt = getattr(subject, "doubt", "")
    return tuple(_doubted(finding, doubt) for finding in findings) if doubt else findings


def _keep_contract(findings: tuple[Finding, ...]) -> None:
    """Refuse what is no answer."""
    if not findings:
        message = "it gave no answer"
        raise RuleContractError(message)
    for finding in findings:
        if getattr(finding, "outcome", "") not in OUTCOMES:
            message = f"it answered `{finding!r}`, which is no finding"
            raise RuleContractError(message)
    if len(findings) > 1 and len({finding.aspect for finding in findings}) < len(findings):
        message = "it gave several answers about one subject without an `aspect` that tells them apart"
        raise RuleContractError(message)


def _doubted(finding: Finding, doubt: str) -> Finding:
    """What is wrong with a service that may not be there cannot be told, and weighs as much as if it were."""
    if finding.outcome != "fail":
        return finding
    return cannot_tell(
        finding.place,
        f"{doubt}; else {finding.message}",
        finding.help,
        cause=finding.cause,
        related=finding.related,
        aspect=finding.aspect,
    )


def unanswered(stubs: Iterable[Stub], rules: RuleSet, graph: RepositoryGraph) -> Iterator[Answer]:
    """For each stub one answer an objective that it could feed: it cannot be told."""
    by_objective: dict[str, list[RuleEntry]] = {}
    for entry in rules.entries:
        by_objective.setdefault(entry.objective, []).append(entry)
    for stub in stubs:
        for objective, entries in sorted(by_objective.items()):
            if not any(stub.could_hold.intersection(entry.subjects) for entry in entries):
                continue
            entry = _unopened(objective, entries)
            reason = f"`{stub.name}` in {stub.input} was not judged: it could not be opened"
            if not stub.workload_name:
                reason = f"{stub.input} was not judged: it could not be opened"
            finding = cannot_tell(stub.place, reason, stub.opens_with, whole=True, aspect=objective)
            yield Answer(
                entry, "Workload" if stub.workload_name else "Input", stub, graph.services_of(stub), finding, None
            )


def _unopened(objective: str, entries: list[RuleEntry]) -> RuleEntry:
    return RuleEntry(
        name=INPUT_NOT_EVALUATED,
        title=NOT_EVALUATED_TITLE,
        objective=objective,
        subjects=("Workload",),
        severity=worst_severity(entries),
        caps_objective=True,
        attestable=False,
        by_tier=False,
        module="",
        attribute="",
    )
