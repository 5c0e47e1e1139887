"""What failed, by rule: what it costs, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from opsready.model.verdict import Severity
from opsready.records import dataclass
from opsready.report.escape import on_one_line
from opsready.report.groups import Entry, Group
from opsready.report.model import Report
from opsready.report.terminal.excerpt import excerpt
from opsready.report.terminal.screen import Screen, block, cells
from opsready.report.wording import cost, listing, overridden, plural, position, statement, where

UNCATALOGUED = "uncatalogued-service"
SHOW_ALL = "`opsready check --show all`"
_INDENT = 2
# Up to so many findings in all, every one is shown in full.
_FEW = 12
_NAMES = 12
_FEW_SERVICES = 4
# A message of which less than this can be read says nothing that the path does not.
_LEAST_MESSAGE = 24


@dataclass(frozen=True, slots=True)
class _Allowance:
    """How many places of a group are shown in full, and how many after them as one line each."""

    full: int
    brief: int

    def split(self, entries: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], tuple[Entry, ...], int]:
        """The places in full, the places as a line, and how many are left; a last one is shown rather than counted."""
        end = self.full + self.brief
        if len(entries) == end + 1:
            end += 1
        return entries[: self.full], entries[self.full : end], max(len(entries) - end, 0)


def findings(report: Report, groups: list[Group], screen: Screen) -> Iterator[str]:
    """Every group that failed; the ones that cost most have most room."""
    objectives = {objective.name: objective.title for objective in report.standard.objectives.values()}
    total = sum(len(group.entries) for group in groups)
    for rank, group in enumerate(groups):
        yield "\n"
        yield from _heading(group, objectives, screen)
        if group.rule == UNCATALOGUED:
            yield _names(group, screen, most=len(group.entries) if report.show == "all" else _NAMES)
        else:
            yield from _places(group, report.snippet, _allowance(report, total, rank), screen)
        yield _common(group, screen)


def _allowance(report: Report, total: int, rank: int) -> _Allowance:
    if report.show == "all" or total <= _FEW:
        return _Allowance(full=total, brief=0)
    if rank < 3:
        return _Allowance(full=3, brief=3)
    return _Allowance(full=2, brief=3) if rank < 8 else _Allowance(full=1, brief=2)


def _heading(group: Group, objectives: Mapping[str, str], screen: Screen) -> Iterator[str]:
    rule = on_one_line(group.rule)
    numbers = ", ".join(part for part in (plural(len(group.entries), "finding"), cost(group.cost)) if part)
    yield headed(rule, numbers, screen, severity=group.severity)
    objective = group.entries[0].verdict.objective
    title = objectives.get(objective, "")
    serves = f"objective {objective}" + (f": {title}" if title else "")
    yield block(screen.wrap(on_one_line(group.title), first=" " * _INDENT))
    text = on_one_line(serves + _owners(group))
    yield block([screen.paint(line, "dim") for line in screen.wrap(text, first=" " * _INDENT)])


def headed(name: str, numbers: str, screen: Screen, *, severity: Severity | None = None, indent: int = 0) -> str:
    """The first line of a block: what it is about and how much of it there is, below it where the line is too short."""
    lead = " " * indent
    word = f"{severity}  " if severity else ""
    first, *rest = screen.flow([lead + word + name, numbers], "  ")
    painted = screen.paint(word, severity) if severity else ""
    same_line = first.removeprefix(lead + word + name)
    return block([lead + painted + screen.paint(name, "bold") + same_line, *(f"{lead}  {line}" for line in rest)])


def _owners(group: Group) -> str:
    services = sorted({name for entry in group.entries for name in entry.verdict.services})
    if not services or group.rule == UNCATALOGUED:
        return ""
    return f"; in {', '.join(services)}" if len(services) <= _FEW_SERVICES else f"; in {len(services)} services"


def _one_help(group: Group) -> bool:
    return len({entry.verdict.help for entry in group.entries}) == 1


def _places(
    group: Group, snippet: Callable[[str, int], str | None], allowance: _Allowance, screen: Screen
) -> Iterator[str]:
    full, brief, left = allowance.split(group.entries)
    for entry in full:
        yield "\n"
        yield from _place(entry, group, snippet, screen)
        yield "" if _one_help(group) else _help(entry.verdict.help, screen, indent=_INDENT * 2)
    if full and (brief or left):
        yield "\n"
    for entry in brief:
        yield _brief(entry, screen)
    if left:
        yield block(screen.wrap(f"{screen.ellipsis} and {left} more: {SHOW_ALL}", first=" " * _INDENT))


def _place(entry: Entry, group: Group, snippet: Callable[[str, int], str | None], screen: Screen) -> Iterator[str]:
    verdict, indent = entry.verdict, " " * _INDENT * 2
    differs = f"{verdict.severity}: " if verdict.severity != group.severity else ""
    yield block(screen.wrap(differs + statement(verdict), first=" " * _INDENT))
    if verdict.place is None:
        yield f"{indent}{screen.paint('the repository as a whole', 'dim')}\n"
    else:
        span = verdict.place.span
        yield f"{indent}{position(span)}\n"
        line = snippet(span.file, span.line)
        if line is not None:
            yield block(excerpt(span, line, screen, indent=len(indent), style=group.severity))
    if verdict.related:
        places = [f"{on_one_line(related.what)} {position(related.span)}" for related in verdict.related]
        yield _note(f"see also: {listing(places, 3)}", screen, indent)
    if verdict.evidence:
        yield _note(f"because: {on_one_line('; '.join(verdict.evidence))}", screen, indent)
    if verdict.overridden:
        yield _note(f"configured: {overridden(verdict)}", screen, indent)


def _brief(entry: Entry, screen: Screen) -> str:
    head, message = f"{' ' * _INDENT}{where(entry.verdict)}", statement(entry.verdict)
    room = screen.width - cells(head) - 2
    return f"{head}  {screen.cut(message, room)}\n" if room >= min(_LEAST_MESSAGE, cells(message)) else f"{head}\n"


def _note(text: str, screen: Screen, indent: str) -> str:
    return block([screen.paint(line, "dim") for line in screen.wrap(text, first=indent, rest=f"{indent}  ")])


def _names(group: Group, screen: Screen, *, most: int) -> str:
    names = [on_one_line(entry.verdict.subject.name) for entry in group.entries]
    text = f"{plural(len(names), 'service')} without a catalogue entry: {listing(names, most)}"
    return block(screen.wrap(text, first=" " * _INDENT))


def _common(group: Group, screen: Screen) -> str:
    """What holds for the whole group, apart from its last place."""
    text = ""
    if group.also:
        counted = ", ".join(f"{count} {rule}" for rule, count in group.also.items())
        text += _note(on_one_line(f"also counted: {counted}"), screen, " " * _INDENT)
    if _one_help(group):
        text += _help(group.entries[0].verdict.help, screen)
    apart = text and len(group.entries) > 1 and group.rule != UNCATALOGUED
    return f"\n{text}" if apart else text


def _help(text: str, screen: Screen, *, indent: int = _INDENT) -> str:
    if not text:
        return ""
    lines = screen.wrap(on_one_line(text), first=f"{' ' * indent}help: ")
    lead = " " * indent + "help:"
    return block([screen.paint(lead, "bold") + lines[0].removeprefix(lead), *lines[1:]])
