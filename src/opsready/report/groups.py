"""Which listed verdicts stand alone and which are shown under another one: the order of every text format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from opsready.model.verdict import SEVERITY_RANK, Severity, Verdict
from opsready.records import dataclass
from opsready.report.model import Finding, Report


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding with the ones that follow from it, which are counted and not shown alone."""

    finding: Finding
    folded: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict that is shown."""
        return self.finding.verdict


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule with one outcome.

    `cost` counts each set of services once: all findings of a rule in a service cost what the rule costs there.
    `also` counts what is folded under the group, by rule.
    """

    rule: str
    title: str
    severity: Severity
    cost: float
    entries: tuple[Entry, ...]
    also: Mapping[str, int]


_Key = tuple[str, str, bool]
_AS_BEFORE = ("still", "")


def shown(report: Report) -> tuple[Finding, ...]:
    """The findings that a person is shown: with a base only what it did not have, unless all was asked for."""
    comparison = report.comparison
    if comparison is None or report.show == "all":
        return report.findings
    changes = comparison.changes
    return tuple(item for item in report.findings if changes.get(item.verdict.fingerprint, "") not in _AS_BEFORE)


def fold(findings: Iterable[Finding]) -> list[Entry]:
    """Put each finding under the listed failure that explains it, where there is one; the rest keep their order."""
    listed = tuple(findings)
    failures = {_key(finding) for finding in listed if finding.verdict.outcome == "fail"}
    parents = {
        _key(finding): _cause(finding)
        for finding in listed
        if finding.verdict.outcome == "fail" and _cause(finding) in failures
    }
    folded: dict[_Key, list[Finding]] = {}
    shown: list[Finding] = []
    for finding in listed:
        root = _root(_cause(finding), parents) if _cause(finding) in failures else None
        if root is None:
            shown.append(finding)
        else:
            folded.setdefault(root, []).append(finding)
    return [Entry(finding, _explained(finding, folded)) for finding in shown]


def _key(finding: Finding) -> _Key:
    return finding.verdict.rule, finding.verdict.subject.address, finding.verdict.production


def _cause(finding: Finding) -> _Key:
    return finding.verdict.cause, finding.verdict.subject.address, finding.verdict.production


def _root(key: _Key, parents: Mapping[_Key, _Key]) -> _Key | None:
    """The first failure of a chain of causes; None for a circle, whose members then all stand alone."""
    seen: set[_Key] = set()
    while key in parents:
        if key in seen:
            return None
        seen.add(key)
        key = parents[key]
    return key


def _explained(finding: Finding, folded: dict[_Key, list[Finding]]) -> tuple[Finding, ...]:
    """What follows from a failure; the first of several verdicts about one subject takes it."""
    return tuple(folded.pop(_key(finding), ())) if finding.verdict.outcome == "fail" else ()


def by_rule(entries: Iterable[Entry]) -> list[Group]:
    """The groups, what costs most first."""
    rules: dict[str, list[Entry]] = {}
    for entry in entries:
        rules.setdefault(entry.verdict.rule, []).append(entry)
    groups = [_group(rule, members) for rule, members in rules.items()]
    return sorted(groups, key=lambda group: (-group.cost, SEVERITY_RANK[group.severity], group.rule))


def _group(rule: str, members: list[Entry]) -> Group:
    costs: dict[tuple[str, ...], float] = {}
    for entry in members:
        services = entry.verdict.services
        costs[services] = max(costs.get(services, 0.0), entry.finding.cost)
    also = Counter(finding.verdict.rule for entry in members for finding in entry.folded)
    members.sort(key=lambda entry: SEVERITY_RANK[entry.verdict.severity])
    return Group(
        rule=rule,
        title=members[0].finding.title,
        severity=members[0].verdict.severity,
        cost=sum(costs.values()),
        entries=tuple(members),
        also=dict(sorted(also.items())),
    )
