"""The report as JSON, version 1: the contract with other programs, one verdict a line, never one big string."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from opsready.model.decisions import BaselineUse
from opsready.model.source import Span
from opsready.model.verdict import OUTCOMES, Diagnostic, Verdict
from opsready.report.escape import in_json
from opsready.report.model import (
    SCHEMA_VERSION,
    Comparison,
    Coverage,
    NextStep,
    ObjectiveScore,
    PillarScore,
    Report,
    RuleSummary,
    ServiceScore,
)

if TYPE_CHECKING:
    from opsready.model.override import Change
    from opsready.model.standard import Standard
    from opsready.model.waiver import ActiveWaiver

JsonObject = dict[str, object]
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def render(report: Report) -> Iterator[str]:
    """The whole object, key by key; long lists have one element a line, so that differences are readable."""
    yield "{\n"
    yield from _member("schema_version", SCHEMA_VERSION)
    yield from _member("tool", {"name": "opsready", "version": report.tool_version})
    yield from _member("score_model", report.score_model)
    yield from _member("standard", _standard(report.standard))
    yield from _member("as_of", report.as_of)
    yield from _member("root", ".")
    yield from _member("score", _score(report))
    yield from _members("pillars", map(_pillar, report.pillars))
    yield from _member("counts", _counts(report.counts))
    yield from _members("services", map(_service, report.services))
    yield from _members("rules", map(_rule, report.rules))
    yield from _members("next", map(_next_step, report.next_steps))
    yield from _members("verdicts", map(_verdict, _listed(report)))
    yield from _members("diagnostics", map(_diagnostic, report.diagnostics))
    yield from _members("waivers", map(_waiver, report.decisions.waivers))
    yield from _member("baseline", _baseline(report.decisions.baseline))
    yield from _member("coverage", _coverage(report.coverage))
    yield from _comparison(report.comparison)
    gate = {"passed": report.gate.passed, "reasons": report.gate.reasons}
    yield f'"gate":{_encode(gate)}\n}}\n'


def _encode(value: object) -> str:
    return in_json(_ENCODER.encode(value))


def _member(key: str, value: object) -> Iterator[str]:
    yield f'"{key}":{_encode(value)},\n'


def _members(key: str, values: Iterable[JsonObject]) -> Iterator[str]:
    yield f'"{key}":['
    separator = "\n"
    for value in values:
        yield f"{separator}{_encode(value)}"
        separator = ",\n"
    yield "],\n" if separator == "\n" else "\n],\n"


def _comparison(comparison: Comparison | None) -> Iterator[str]:
    """What became of the repository since the base; null without one."""
    if comparison is None:
        yield from _member("comparison", None)
        return
    yield '"comparison":{\n'
    yield from _member("ref", comparison.ref)
    yield from _member("base", comparison.base)
    before, after = comparison.before, comparison.after
    yield from _member("score", _pair(before.score, after.score))
    yield from _member("debt", _pair(before.debt, after.debt))
    yield from _member("evidence", _pair(before.evidence, after.evidence))
    for key, verdicts in (
        ("new", comparison.new),
        ("worse", comparison.worse),
        ("hidden", comparison.hidden),
        ("undecided", comparison.undecided),
        ("fixed", comparison.fixed),
        ("new_ignores", comparison.new_ignores),
    ):
        yield from _members(key, map(_verdict, verdicts))
    yield from _member("still", comparison.still)
    yield from _member("services_gone", comparison.services_gone)
    lowered = [
        {"service": change.service, "before": change.before, "after": change.after}
        for change in comparison.tiers_lowered
    ]
    yield from _member("tiers_lowered", lowered)
    yield f'"notes":{_encode(comparison.notes)}\n}},\n'


def _pair(before: float | None, after: float | None) -> JsonObject:
    change = None if before is None or after is None else _ratio(after - before)
    return {
        "before": None if before is None else _ratio(before),
        "after": None if after is None else _ratio(after),
        "change": change,
    }


def _listed(report: Report) -> Iterator[Verdict]:
    """What failed, cannot be told, or is waived or excused; with `all`, also what passed or does not apply."""
    others = (verdict for verdict in report.others if report.show == "all" or verdict.suppression is not None)
    return chain((finding.verdict for finding in report.findings), others)


def _standard(standard: Standard) -> JsonObject:
    extends = {"extends": standard.extends} if standard.extends else {}
    return {"name": standard.name, "version": standard.version, **extends}


def _ratio(number: float) -> float:
    return round(number, 4)


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {outcome: counts.get(outcome, 0) for outcome in OUTCOMES}


def _score(report: Report) -> JsonObject:
    return {
        "value": report.score,
        "best": report.best,
        "debt": round(report.debt, 2),
        "evidence": _ratio(report.evidence),
        "objectives_assessed": report.objectives_assessed,
        "objectives_total": report.objectives_total,
    }


def _pillar(pillar: PillarScore) -> JsonObject:
    return {
        "name": pillar.name,
        "title": pillar.title,
        "weight": pillar.weight,
        "score": pillar.score,
        "best": pillar.best,
        "objectives_assessed": pillar.objectives_assessed,
    }


def _objective(objective: ObjectiveScore) -> JsonObject:
    return {
        "name": objective.name,
        "pillar": objective.pillar,
        "weight": objective.weight,
        "score": _ratio(objective.score),
        "best": _ratio(objective.best),
        "counts": _counts(objective.counts),
    }


def _service(service: ServiceScore) -> JsonObject:
    return {
        "name": service.name,
        "tier": service.tier,
        "profile": service.profile,
        "score": service.score,
        "best": service.best,
        "debt": round(service.debt, 2),
        "evidence": _ratio(service.evidence),
        "pillars": [_pillar(pillar) for pillar in service.pillars],
        "objectives": [_objective(objective) for objective in service.objectives],
        "declared": service.declared,
        "scored": service.scored,
        "environments": service.environments,
    }


def _rule(rule: RuleSummary) -> JsonObject:
    return {"name": rule.name, "title": rule.title, "objective": rule.objective, "counts": _counts(rule.counts)}


def _next_step(step: NextStep) -> JsonObject:
    return {
        "rules": step.rules,
        "subjects": step.subjects,
        "gain": round(step.gain, 2),
        "service": step.service or None,
        "action": step.action,
    }


def _location(span: Span) -> JsonObject:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _verdict(verdict: Verdict) -> JsonObject:
    subject, suppression = verdict.subject, verdict.suppression
    return {
        "rule": verdict.rule,
        "objective": verdict.objective,
        "pillar": verdict.pillar,
        "outcome": verdict.outcome,
        "severity": verdict.severity,
        "services": verdict.services,
        "environment": verdict.environment,
        "unit": verdict.unit,
        "subject": {
            "type": subject.type,
            "kind": subject.kind,
            "name": subject.name,
            "address": subject.address,
        },
        "location": _location(verdict.place.span) if verdict.place else None,
        "message": verdict.message,
        "help": verdict.help,
        "evidence": verdict.evidence,
        "reason": verdict.reason,
        "related": [{"what": related.what, "location": _location(related.span)} for related in verdict.related],
        "suppression": {
            "kind": suppression.kind,
            "reason": suppression.reason,
            "until": suppression.until,
            "location": _location(suppression.place.span),
        }
        if suppression
        else None,
        "cause": verdict.cause or None,
        "fingerprint": verdict.fingerprint,
        **({"overridden": [_change(change) for change in verdict.overridden]} if verdict.overridden else {}),
    }


def _change(change: Change) -> JsonObject:
    return {
        "what": change.what,
        "was": change.was,
        "now": change.now,
        "reason": change.reason,
        "location": _location(change.span),
    }


def _diagnostic(diagnostic: Diagnostic) -> JsonObject:
    return {
        "kind": diagnostic.kind,
        "file": diagnostic.file or None,
        "line": diagnostic.line or None,
        "message": diagnostic.message,
    }


def _waiver(active: ActiveWaiver) -> JsonObject:
    waiver = active.waiver
    return {
        "rule": waiver.rule,
        "service": waiver.service or None,
        "subject": waiver.subject or None,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "approver": waiver.approver,
        "created": waiver.created.isoformat(),
        "expires": waiver.expires.isoformat(),
        "issue": waiver.issue or None,
        "location": _location(waiver.place.span),
        "verdicts": active.verdicts,
    }


def _baseline(baseline: BaselineUse | None) -> JsonObject | None:
    if baseline is None:
        return None
    return {
        "entries": baseline.entries,
        "known": sorted(baseline.known),
        "worse": sorted(baseline.worse),
        "gone": [
            {"rule": entry.rule, "subject": entry.subject, "fingerprint": entry.fingerprint} for entry in baseline.gone
        ],
    }


def _coverage(coverage: Coverage) -> JsonObject:
    return {
        "files": coverage.files,
        "parsed": coverage.parsed,
        "skipped": [
            {"reason": skip.reason, "files": skip.files, "examples": skip.examples} for skip in coverage.skipped
        ],
        "opaque": [
            {"name": opaque.name, "file": opaque.file, "opens_with": opaque.opens_with} for opaque in coverage.opaque
        ],
        "renderers": dict(sorted(coverage.renderers.items())),
    }
