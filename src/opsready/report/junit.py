"""The report as the XML of JUnit that Jenkins accepts: a suite for each pillar, a case for each verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from opsready.model.verdict import Diagnostic
from opsready.records import dataclass
from opsready.report.markup import in_xml
from opsready.report.model import Comparison, Report
from opsready.report.results import Result, findings, place_of, settled, suppressed
from opsready.report.wording import OUTCOME_WORDS, position, statement

_CRASHES = frozenset({"rule-crashed", "parser-crashed"})


@dataclass(frozen=True, slots=True)
class _Case:
    """A case: `outcome` is the element that says what became of it (empty: it passed), `lines` what that holds."""

    group: str
    name: str
    outcome: str = ""
    type: str = ""
    message: str = ""
    lines: tuple[str, ...] = ()


def render(report: Report) -> Iterator[str]:
    """The run itself first, with the gate as a case; then the pillars in the standard's order."""
    suites: dict[str, list[_Case]] = {"opsready": [_gate(report), *map(_input, report.diagnostics)]}
    suites.update((pillar.name, []) for pillar in report.standard.pillars)
    for result in (*findings(report), *suppressed(report), *settled(report)):
        if result.verdict.outcome != "not-applicable" or result.verdict.suppression or report.show == "all":
            suites.setdefault(result.verdict.pillar, []).append(_case(result, report))
    every = [case for cases in suites.values() for case in cases]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="opsready" {_counts(every)}>\n'
    for name, cases in suites.items():
        if cases:
            yield from _suite(name, cases, _properties(report) if name == "opsready" else ())
    yield "</testsuites>\n"


def _gate(report: Report) -> _Case:
    if report.gate.passed:
        return _Case("opsready", "gate")
    return _Case("opsready", "gate", "failure", "gate", "gate missed", report.gate.reasons)


def _input(diagnostic: Diagnostic) -> _Case:
    """Something about the input: a crash is an error, the rest says that something could not be judged."""
    line = f":{diagnostic.line}" if diagnostic.line else ""
    outcome = "error" if diagnostic.kind in _CRASHES else "skipped"
    name = f"{diagnostic.file or '.'}{line}"
    return _Case(f"opsready.{diagnostic.kind}", name, outcome, diagnostic.kind, diagnostic.message)


def _case(result: Result, report: Report) -> _Case:
    verdict = result.verdict
    environment = f" [{verdict.environment}]" if verdict.environment else ""
    group, name = f"{verdict.pillar}.{verdict.rule}", f"{verdict.subject.address}{environment}"
    if verdict.outcome == "pass":
        return _Case(group, name)
    lines = [position(place_of(verdict, report))]
    if verdict.help:
        lines.append(f"help: {verdict.help}")
    lines += [f"because: {text}" for text in verdict.evidence]
    said = statement(verdict)
    if report.comparison is not None and report.comparison.changes.get(result.fingerprint) == "still":
        return _Case(group, name, "skipped", "failed before", f"failed before: {said}", tuple(lines))
    if verdict.outcome == "fail" and verdict.scored:
        return _Case(group, name, "failure", verdict.severity, said, tuple(lines))
    # Neither passed nor failed: no case may claim one of the two.
    word = OUTCOME_WORDS[verdict.outcome] if verdict.scored else "not scored"
    suppression = verdict.suppression
    if suppression is not None:
        until = f" (until {suppression.until})" if suppression.until else ""
        lines.append(f"{suppression.kind}: {suppression.reason}{until}")
    return _Case(group, name, "skipped", word, f"{word}: {said}", tuple(lines))


def _properties(report: Report) -> tuple[tuple[str, str], ...]:
    return (
        ("version", report.tool_version),
        ("standard", f"{report.standard.name} {report.standard.version}"),
        ("as_of", report.as_of),
        ("score", "none" if report.score is None else str(report.score)),
        ("best", "none" if report.best is None else str(report.best)),
        ("evidence", str(round(report.evidence, 4))),
        *_change(report.comparison),
    )


def _change(comparison: Comparison | None) -> tuple[tuple[str, str], ...]:
    """What became of the repository since the base; empty without one."""
    if comparison is None:
        return ()
    return (
        ("base", comparison.base),
        ("new", str(len(comparison.new))),
        ("worse", str(len(comparison.worse))),
        ("hidden", str(len(comparison.hidden))),
        ("fixed", str(len(comparison.fixed))),
        ("debt_before", str(round(comparison.before.debt, 2))),
        ("debt", str(round(comparison.after.debt, 2))),
    )


def _counts(cases: Sequence[_Case]) -> str:
    outcomes = Counter(case.outcome for case in cases)
    return f'tests="{len(cases)}" failures="{outcomes["failure"]}" errors="{outcomes["error"]}"'


def _suite(name: str, cases: Sequence[_Case], properties: Sequence[tuple[str, str]]) -> Iterator[str]:
    skipped = sum(case.outcome == "skipped" for case in cases)
    yield f'<testsuite name="{in_xml(name)}" {_counts(cases)} skipped="{skipped}">\n'
    if properties:
        yield "<properties>\n"
        for key, value in properties:
            yield f'<property name="{key}" value="{in_xml(value)}"/>\n'
        yield "</properties>\n"
    seen: Counter[tuple[str, str]] = Counter()
    for case in cases:
        same = case.group, case.name
        seen[same] += 1
        # Platforms take two cases of one name for one.
        yield _written(case, f"{case.name} ({seen[same]})" if seen[same] > 1 else case.name)
    yield "</testsuite>\n"


def _written(case: _Case, name: str) -> str:
    head = f'<testcase classname="{in_xml(case.group)}" name="{in_xml(name)}"'
    if not case.outcome:
        return f"{head}/>\n"
    attributes = f'type="{in_xml(case.type)}" message="{in_xml(case.message)}"'
    body = "\n".join(map(in_xml, case.lines))
    return f"{head}><{case.outcome} {attributes}>{body}</{case.outcome}></testcase>\n"
