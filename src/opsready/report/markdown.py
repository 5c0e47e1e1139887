"""The report as Markdown, for the comment of a pull request and the summary of a job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from opsready.model.service import SHARED
from opsready.model.source import Span
from opsready.model.verdict import Diagnostic, Verdict
from opsready.report.groups import Entry, Group, by_rule, fold, shown
from opsready.report.markup import code_in_markdown, in_html, in_markdown, in_uri, shortened
from opsready.report.model import Comparison, OpaqueInput, Report, ServiceScore
from opsready.report.wording import cost, counted, decimal, gain, listing, percent, plural, statement

# GitHub's limits: a comment of 65,536 characters, a summary of 1 MiB. Bytes are counted, which are never fewer.
COMMENT = 65_000
SUMMARY = 1_000_000

_MOST_SERVICES = 20
_MOST_PLACES = 10
_MOST_NOTES = 20
_LONGEST_TEXT = 400
# What the last lines may take: how much was left out, and the footer.
_RESERVE = 2_000


def render(report: Report, most: int = COMMENT, files: str = "") -> Iterator[str]:
    """At most so many bytes: score, gate and next steps first, then a block for each rule while there is room.

    `files` is the address below which the platform shows the repository's files; without one, places are no links.
    """
    head = "".join([*_header(report), *_next_steps(report), *_services(report)])
    yield head
    room = most - _RESERVE - len(head.encode())
    left: list[tuple[str, int]] = []
    for title, blocks in _parts(report, _Links(files)):
        heading = f"\n### {title}\n"
        for count, block in blocks:
            size = len((heading + block).encode())
            if size > room:
                left.append((title, count))
                continue
            yield heading + block
            heading = ""
            room -= size
    yield from _footer(report, left, most)


class _Links:
    """Places as links where the platform has an address for files."""

    def __init__(self, files: str) -> None:
        self._files = files

    def place(self, span: Span) -> str:
        """A file with its line."""
        shown = code_in_markdown(shortened(f"{span.file}:{span.line}", _LONGEST_TEXT))
        return f"[{shown}]({self._files}{in_uri(span.file)}#L{span.line})" if self._files else shown

    def of(self, verdict: Verdict) -> str:
        """A verdict's place."""
        return self.place(verdict.place.span) if verdict.place else "the repository"


_Parts = Iterable[tuple[str, Iterable[tuple[int, str]]]]


def _said(text: str) -> str:
    return in_markdown(shortened(text, _LONGEST_TEXT))


def _header(report: Report) -> Iterator[str]:
    score = "nothing to check" if report.score is None else f"{decimal(report.score)} / 100"
    yield f"## Operational readiness: {score}\n\n"
    reasons = "; ".join(_said(reason) for reason in report.gate.reasons)
    mark, word = ("✅", "Gate passed") if report.gate.passed else ("❌", "Gate missed")
    yield f"{mark} **{word}**{f': {reasons}' if reasons else ''}\n\n"
    if report.comparison is not None:
        from opsready.report.against import headline, numbers

        told = headline(report.comparison).removeprefix("against ")
        yield f"Against {_said(told)}; {in_markdown(numbers(report.comparison))}.\n\n"
    best = "" if report.best is None else f"; {decimal(report.best)} if all that cannot be told were good"
    yield f"{counted(report.counts)}. {percent(report.evidence)} of what applies could be decided{best}.\n"


def _next_steps(report: Report) -> Iterator[str]:
    if not report.next_steps:
        return
    yield "\n### Do these next\n\n"
    for number, step in enumerate(report.next_steps, start=1):
        yield f"{number}. **{gain(step.gain)}** {_said(step.action)}\n"


def _services(report: Report) -> Iterator[str]:
    """The pillars, and below them each service, the worst first."""
    pillars = report.pillars
    yield f"\n| service | score | {' | '.join(in_markdown(pillar.short or pillar.title) for pillar in pillars)} |\n"
    yield f"|---|--:|{'--:|' * len(pillars)}\n"
    yield f"| **all** | **{_number(report.score)}** | {' | '.join(_number(pillar.score) for pillar in pillars)} |\n"
    scored = sorted((s for s in report.services if s.scored), key=lambda service: (_order(service), service.name))
    for service in scored[:_MOST_SERVICES]:
        own = {pillar.name: pillar.score for pillar in service.pillars}
        cells = " | ".join(_number(own.get(pillar.name)) for pillar in pillars)
        yield f"| {_service(service)} | {_number(service.score)} | {cells} |\n"
    if len(scored) > _MOST_SERVICES:
        yield f"\n{plural(len(scored) - _MOST_SERVICES, 'service')} with a better score are not in this table.\n"


def _order(service: ServiceScore) -> float:
    return 101 if service.score is None else service.score


def _service(service: ServiceScore) -> str:
    if service.name == SHARED:
        return "what services share"
    tier = f" (tier {service.tier})" if service.tier else ""
    return code_in_markdown(shortened(service.name, 60)) + tier


def _number(score: float | None) -> str:
    return "–" if score is None else decimal(score)


def _parts(report: Report, links: _Links) -> _Parts:
    """Each part of the page with its blocks, and how many findings a block tells of."""
    entries = fold(shown(report))
    scored = [entry for entry in entries if entry.verdict.scored]
    failed = by_rule(entry for entry in scored if entry.verdict.outcome == "fail")
    unknown = by_rule(entry for entry in scored if entry.verdict.outcome == "unknown")
    elsewhere = by_rule(entry for entry in entries if not entry.verdict.scored)
    objectives = {objective.name: objective.title for objective in report.standard.objectives.values()}
    comparison = report.comparison
    yield (
        "What fails" if comparison is None else "What this change makes worse",
        (_group(group, objectives, links) for group in failed),
    )
    yield "What cannot be told", (_group(group, objectives, links) for group in unknown)
    yield "Listed, not scored", (_group(group, objectives, links) for group in elsewhere)
    if comparison is not None:
        yield "What else this change does", _change(comparison)
    yield "About the input", _notes(report.coverage.opaque, report.diagnostics, links)


def _group(group: Group, objectives: Mapping[str, str], links: _Links) -> tuple[int, str]:
    count = len(group.entries)
    first = group.entries[0].verdict
    numbers = ", ".join(part for part in (plural(count, "place"), cost(group.cost) if first.scored else "") if part)
    summary = f"<b>{group.severity}</b> <code>{in_html(group.rule)}</code>: {numbers}"
    lines = [in_markdown(group.title)]
    if first.objective in objectives and len({entry.verdict.objective for entry in group.entries}) == 1:
        lines[0] += f" Objective: {in_markdown(objectives[first.objective])}."
    places = list(_places(group.entries, links))
    shown = places if len(places) == _MOST_PLACES + 1 else places[:_MOST_PLACES]
    lines.append("\n".join(shown))
    if len(places) > len(shown):
        lines.append(f"and {len(places) - len(shown)} more")
    if group.also:
        also = [f"{number} {code_in_markdown(rule)}" for rule, number in group.also.items()]
        lines.append(f"Counted with it: {listing(also, 3)}")
    helps = list(dict.fromkeys(entry.verdict.help for entry in group.entries if entry.verdict.help))
    if len(helps) == 1:
        lines.append(f"**Help:** {_said(helps[0])}")
    return count, _details(summary, "\n\n".join(lines))


def _places(entries: Sequence[Entry], links: _Links) -> Iterator[str]:
    """One line for a place; what an unopened input says of several objectives is said once."""
    one_help = len({entry.verdict.help for entry in entries}) == 1
    told: dict[str, set[str]] = {}
    for entry in entries:
        verdict = entry.verdict
        home = f" ({in_markdown(verdict.environment)})" if verdict.environment and not verdict.production else ""
        todo = "" if one_help or not verdict.help else f". *Help:* {_said(verdict.help)}"
        line = f"- {links.of(verdict)}: {_said(statement(verdict))}{home}{todo}"
        told.setdefault(line, set()).add(verdict.objective)
    for line, objectives in told.items():
        yield f"{line} ({len(objectives)} objectives)" if len(objectives) > 1 else line


def _change(comparison: Comparison) -> Iterator[tuple[int, str]]:
    """What is fixed, what is hidden, and what a reviewer has to know besides."""
    from opsready.report.against import decisions, elsewhere

    lines = [f"- {in_markdown(text)}" for text in decisions(comparison)]
    if lines:
        yield len(lines), "\n" + _cut(lines) + "\n"
    told = [
        f"- {word}: {code_in_markdown(verdict.rule)} {_said(statement(verdict))}"
        for word, verdict in elsewhere(comparison)
    ]
    if told:
        yield len(told), _details(plural(len(told), "finding") + " fixed or hidden", _cut(told))


def _notes(
    opaque: Sequence[OpaqueInput], diagnostics: Sequence[Diagnostic], links: _Links
) -> Iterator[tuple[int, str]]:
    if opaque:
        lines = [
            f"- {links.place(Span(item.file, 1, 1, 1, 1))} {_said(item.name)}"
            + (f"; to open it: {_said(item.opens_with)}" if item.opens_with else "")
            for item in opaque
        ]
        yield len(lines), _details(plural(len(lines), "input") + " not opened", _cut(lines))
    if diagnostics:
        lines = [f"- {_at(item, links)}{_said(item.message)}" for item in diagnostics]
        yield len(lines), _details(plural(len(lines), "note"), _cut(lines))


def _cut(lines: Sequence[str]) -> str:
    if len(lines) <= _MOST_NOTES + 1:
        return "\n".join(lines)
    return "\n".join([*lines[:_MOST_NOTES], f"- and {len(lines) - _MOST_NOTES} more"])


def _at(diagnostic: Diagnostic, links: _Links) -> str:
    if not diagnostic.file:
        return ""
    line = max(diagnostic.line, 1)
    return f"{links.place(Span(diagnostic.file, line, 1, line, 1))} "


def _details(summary: str, body: str) -> str:
    # Markdown is read again after an empty line.
    return f"\n<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>\n"


def _footer(report: Report, left: Sequence[tuple[str, int]], most: int) -> Iterator[str]:
    if left:
        findings = sum(count for _, count in left)
        yield (
            f"\n**Left out:** {plural(len(left), 'block')} with {plural(findings, 'finding')}, because this page holds"
            f" {most:,} bytes at most. `opsready check` shows them.\n"
        )
    standard = in_markdown(shortened(f"{report.standard.name} {report.standard.version}", 100))
    yield (
        f"\n<sub>opsready {report.tool_version}, {standard}, as of {report.as_of}. `opsready explain RULE` tells why a"
        " rule exists and what it accepts.</sub>\n"
    )
