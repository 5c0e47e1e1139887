"""The report as SARIF 2.1.0 for code scanning, one result a line.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
and what GitHub makes of it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from opsready.model.source import Span
from opsready.model.verdict import Diagnostic, Outcome, Related, Severity, Suppression, Verdict
from opsready.report.escape import in_json, on_one_line
from opsready.report.markup import in_sarif, in_uri, shortened
from opsready.report.model import Comparison, Report, RuleSummary
from opsready.report.results import Result, findings, place_of, settled, suppressed
from opsready.report.rule_page import essentials, introduction
from opsready.report.wording import OUTCOME_WORDS, plural, statement

if TYPE_CHECKING:
    from opsready.model.changes import Change

JsonObject = dict[str, object]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_ROOT = "%SRCROOT%"
_FINGERPRINT = "opsready/v1"
_LEVELS: Mapping[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
_KINDS: Mapping[Outcome, str] = {
    "fail": "fail",
    "waived": "fail",
    "unknown": "open",
    "pass": "pass",
    "not-applicable": "notApplicable",
}
# Once one result has such a state, all of them have.
_STATES: Mapping[Change, str] = {
    "new": "new",
    "undecided": "new",
    "worse": "updated",
    "hidden": "updated",
    "fixed": "updated",
    "still": "unchanged",
    "": "unchanged",
}
# GitHub's word for a level.
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
_CRASHES = frozenset({"rule-crashed", "parser-crashed"})

# GitHub refuses a file that passes one of these, and keeps less text than the first.
_LONGEST_TEXT = 1000
_MOST_RESULTS = 25_000
_MOST_RELATED = 100
_MOST_DIAGNOSTICS = 1000


def render(report: Report, pages: Callable[[str], str]) -> Iterator[str]:
    """One run; `pages` gives the Markdown page of a rule by its name."""
    results = [*findings(report), *suppressed(report), *(settled(report) if report.show == "all" else ())]
    listed = results[:_MOST_RESULTS]
    rules = {name: index for index, name in enumerate(sorted({result.verdict.rule for result in listed}))}
    yield f'{{\n"$schema":{_encode(_SCHEMA)},\n"version":"2.1.0",\n"runs":[{{\n'
    yield f'"tool":{{"driver":{{"name":"opsready","semanticVersion":{_encode(report.tool_version)},\n"rules":['
    yield from _elements(_rules(report, rules, pages))
    yield "]}},\n"
    yield f'"invocations":[{_encode(_invocation(report, len(results) - len(listed)))}],\n'
    yield f'"originalUriBaseIds":{_encode({_ROOT: {"description": {"text": "The root of the repository."}}})},\n'
    yield '"columnKind":"unicodeCodePoints",\n'
    yield f'"properties":{_encode(_run_properties(report))},\n"results":['
    yield from _elements(_result(result, rules, report) for result in listed)
    yield "]\n}]\n}\n"


def _encode(value: object) -> str:
    return in_json(_ENCODER.encode(value))


def _elements(values: Iterable[JsonObject]) -> Iterator[str]:
    separator = "\n"
    for value in values:
        yield f"{separator}{_encode(value)}"
        separator = ",\n"
    yield "" if separator == "\n" else "\n"


def _rules(report: Report, rules: Iterable[str], pages: Callable[[str], str]) -> Iterator[JsonObject]:
    summaries = {rule.name: rule for rule in report.rules}
    pillars = {objective.name: objective.pillar for objective in report.standard.objectives.values()}
    for name in rules:
        yield _rule(summaries[name], pillars, pages(name))


def _rule(rule: RuleSummary, pillars: Mapping[str, str], page: str) -> JsonObject:
    level = _LEVELS[rule.severity]
    served = [pillars[rule.objective], rule.objective] if rule.objective in pillars else []
    why = introduction(page) or rule.title
    return {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": shortened(rule.title, _LONGEST_TEXT)},
        "fullDescription": {"text": shortened(why, _LONGEST_TEXT)},
        "help": {
            "text": f"{why}\n\n`opsready explain {rule.name}` shows examples of what fails and of what passes.",
            "markdown": essentials(page, rule.name),
        },
        "defaultConfiguration": {"level": level},
        "properties": {
            "precision": "high",
            "problem.severity": _PROBLEMS[level],
            "tags": ["operational-readiness", *served],
        },
    }


def _invocation(report: Report, cut: int) -> JsonObject:
    notes = [_notification(diagnostic) for diagnostic in report.diagnostics[:_MOST_DIAGNOSTICS]]
    if cut:
        text = (
            f"{plural(cut, 'result')} of the least urgent left out: code scanning refuses more than {_MOST_RESULTS:,}"
        )
        notes.append({"level": "warning", "message": {"text": text}, "descriptor": {"id": "results-left-out"}})
    crashed = any(diagnostic.kind in _CRASHES for diagnostic in report.diagnostics)
    return {"executionSuccessful": not crashed, "toolExecutionNotifications": notes}


def _notification(diagnostic: Diagnostic) -> JsonObject:
    made: JsonObject = {
        "level": "error" if diagnostic.kind in _CRASHES else "warning",
        "message": {"text": shortened(in_sarif(diagnostic.message), _LONGEST_TEXT)},
        "descriptor": {"id": diagnostic.kind},
    }
    if diagnostic.file:
        line = max(diagnostic.line, 1)
        made["locations"] = [{"physicalLocation": _physical(Span(diagnostic.file, line, 1, line, 1))}]
    return made


def _run_properties(report: Report) -> JsonObject:
    return {
        "asOf": report.as_of,
        "score": report.score,
        "best": report.best,
        "evidence": round(report.evidence, 4),
        "standard": f"{report.standard.name} {report.standard.version}",
        "gate": {"passed": report.gate.passed, "reasons": report.gate.reasons},
        **({} if report.comparison is None else {"comparison": _change(report.comparison)}),
    }


def _change(comparison: Comparison) -> JsonObject:
    """What became of the repository since the base; what is fixed is no result, which GitHub would show as an alert."""
    return {
        "base": comparison.base,
        "new": len(comparison.new),
        "worse": len(comparison.worse),
        "hidden": len(comparison.hidden),
        "fixed": len(comparison.fixed),
        "debtBefore": round(comparison.before.debt, 2),
        "debt": round(comparison.after.debt, 2),
    }


def _result(result: Result, rules: Mapping[str, int], report: Report) -> JsonObject:
    verdict = result.verdict
    made: JsonObject = {
        "ruleId": verdict.rule,
        "ruleIndex": rules[verdict.rule],
        "kind": _KINDS[verdict.outcome],
        "level": _level(verdict),
        "message": {"text": _message(verdict)},
        "locations": [_location(verdict, report)],
        "partialFingerprints": {_FINGERPRINT: result.fingerprint},
        "properties": _properties(result),
    }
    if report.comparison is not None:
        made["baselineState"] = _STATES[report.comparison.changes.get(result.fingerprint, "")]
    if verdict.related:
        made["relatedLocations"] = [
            _related(number, related) for number, related in enumerate(verdict.related[:_MOST_RELATED], start=1)
        ]
    if verdict.suppression is not None:
        made["suppressions"] = [_suppression(verdict.suppression)]
    return made


def _level(verdict: Verdict) -> str:
    """The level that the standard allows beside a kind; what is not scored cannot block anybody."""
    if _KINDS[verdict.outcome] != "fail":
        return "none"
    return _LEVELS[verdict.severity] if verdict.scored else "note"


def _message(verdict: Verdict) -> str:
    said = in_sarif(statement(verdict))
    if verdict.outcome == "unknown":
        said = f"cannot tell: {said}"
    elif verdict.outcome not in {"fail", "waived"}:
        said = f"{OUTCOME_WORDS[verdict.outcome]}: {said}"
    text = shortened(said, _LONGEST_TEXT)
    return f"{text}\nhelp: {in_sarif(verdict.help)}" if verdict.help else text


def _location(verdict: Verdict, report: Report) -> JsonObject:
    subject = verdict.subject
    logical = {"name": on_one_line(subject.name), "fullyQualifiedName": on_one_line(subject.address)}
    return {"physicalLocation": _physical(place_of(verdict, report)), "logicalLocations": [logical]}


def _physical(span: Span) -> JsonObject:
    return {"artifactLocation": {"uri": in_uri(span.file), "uriBaseId": _ROOT}, "region": _region(span)}


def _region(span: Span) -> JsonObject:
    column, end_line = max(span.column, 1), max(span.end_line, span.line)
    end_column = max(span.end_column, column) if end_line == span.line else max(span.end_column, 1)
    return {"startLine": span.line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _related(number: int, related: Related) -> JsonObject:
    span = related.span
    shown = span if span.line > 0 else Span(span.file, 1, 1, 1, 1)
    message = {"text": shortened(in_sarif(related.what), _LONGEST_TEXT)}
    return {"id": number, "message": message, "physicalLocation": _physical(shown)}


def _suppression(suppression: Suppression) -> JsonObject:
    until = f" (until {suppression.until})" if suppression.until else ""
    return {
        "kind": "inSource" if suppression.kind == "ignore" else "external",
        "status": "accepted",
        "justification": shortened(on_one_line(suppression.reason), _LONGEST_TEXT) + until,
        "location": {"physicalLocation": _physical(suppression.place.span)},
    }


def _properties(result: Result) -> JsonObject:
    verdict = result.verdict
    made: JsonObject = {
        "severity": verdict.severity,
        "pillar": verdict.pillar,
        "objectives": result.objectives,
        "services": verdict.services,
        "environment": verdict.environment,
        "scored": verdict.scored,
    }
    if verdict.cause:
        made["cause"] = verdict.cause
    return made
