"""The head of the terminal view: the score, what it rests on, and a line for each service."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import zip_longest

from opsready.model.service import SHARED
from opsready.records import dataclass
from opsready.report.escape import on_one_line
from opsready.report.model import PillarScore, Report, ServiceScore
from opsready.report.terminal.screen import Screen, block, cells
from opsready.report.wording import decimal, listing, percent

# A table that does not fit beside the findings hides them: beyond so many services only the worst stand alone.
_MOST_SERVICES = 12
_WORST_SERVICES = 10
_GAP = "  "
_NUMBER = 3
_SHORTEST_NAME = 12
_LONGEST_NAME = 40
_LONGEST_BAR = 8
_WHOLE_WORDS = 12
_STEPS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    tier: str
    score: str
    pillars: tuple[PillarScore, ...]
    style: str = ""


def header(report: Report, screen: Screen) -> Iterator[str]:
    """The score of the repository and of its services."""
    yield _headline(report, screen)
    yield block(_basis(report, screen))
    yield from _services(report, screen)


def _headline(report: Report, screen: Screen) -> str:
    parts = []
    if report.score is None:
        parts.append("score none: nothing here can be judged")
    else:
        parts.append(f"score {decimal(report.score)} / 100")
    if report.best is not None:
        parts.append(f"best {decimal(report.best)}")
    parts += [f"evidence {percent(report.evidence)}", f"debt {report.debt:.1f}"]
    first, *others = screen.flow(parts, "   ")
    return block([screen.paint(parts[0], "bold") + first.removeprefix(parts[0]), *others])


def _basis(report: Report, screen: Screen) -> list[str]:
    profiles = sorted({service.profile for service in report.services if service.scored})
    undeclared = sorted({s.profile for s in report.services if s.scored and s.tier is None and s.name != SHARED})
    standard = f"{on_one_line(report.standard.name)} {on_one_line(report.standard.version)}"
    parts = [
        f"assessed {report.objectives_assessed} of {report.objectives_total} objectives",
        *([f"severities of tier {', '.join(map(str, profiles))}"] if profiles else []),
        *([f"no tier counts as tier {', '.join(map(str, undeclared))}"] if undeclared else []),
        f"as of {report.as_of}",
        standard,
    ]
    return screen.flow(parts, " · " if screen.unicode else ", ")


def _services(report: Report, screen: Screen) -> Iterator[str]:
    scored = [service for service in report.services if service.scored and service.name != SHARED]
    # Nothing applies where there is no score: such a service is neither good nor bad, and comes last.
    scored.sort(key=lambda service: (math.inf if service.score is None else service.score, service.name))
    shown = scored if len(scored) <= _MOST_SERVICES else scored[:_WORST_SERVICES]
    shared = [service for service in report.services if service.scored and service.name == SHARED]
    rows = [_row(service) for service in (*shown, *shared)]
    if rows:
        if len(rows) > 1:
            rows.insert(0, _Row("repository", "", decimal(report.score), report.pillars, "bold"))
        table = _Table.fitting(rows, report.pillars, screen)
        yield "\n"
        yield block(table.headings())
        yield block([table.line(row) for row in rows[: len(rows) - len(shared)]])
        yield _rest(scored[len(shown) :], screen)
        yield block([table.line(row) for row in rows[len(rows) - len(shared) :]])
    yield from _not_scored(report, screen)


def _row(service: ServiceScore) -> _Row:
    tier = "" if service.name == SHARED else "no tier" if service.tier is None else f"tier {service.tier}"
    return _Row(on_one_line(service.name), tier, decimal(service.score), service.pillars)


def _rest(services: list[ServiceScore], screen: Screen) -> str:
    scores = [service.score for service in services if service.score is not None]
    if not services:
        return ""
    mean = f", mean {decimal(math.floor(sum(scores) / len(scores) * 10) / 10)}" if scores else ""
    return screen.paint(f"{screen.ellipsis} and {len(services)} better ones{mean}", "dim") + "\n"


def _not_scored(report: Report, screen: Screen) -> Iterator[str]:
    environments: dict[str, list[str]] = {}
    for service in report.services:
        if not service.scored:
            places = " and ".join(service.environments) or "no environment"
            environments.setdefault(places, []).append(service.name)
    for places, names in sorted(environments.items()):
        text = on_one_line(f"only in {places}, not scored: {listing(sorted(names), 8)}")
        yield block([screen.paint(line, "dim") for line in screen.wrap(text, rest="  ")])


@dataclass(frozen=True, slots=True)
class _Table:
    """The columns of the services; `pillar` is the width of each pillar's column, 0 where there is no room for them."""

    screen: Screen
    titles: tuple[str, ...]
    name: int
    tier: int
    pillar: int

    @classmethod
    def fitting(cls, rows: list[_Row], pillars: tuple[PillarScore, ...], screen: Screen) -> _Table:
        """The widest columns that fit the screen; a long name gives way first, then the bars do."""
        tier = max(cells(row.tier) for row in rows)
        score = len(_GAP) + max(len(row.score) for row in rows)
        fixed = score + (tier + len(_GAP) if tier else 0)
        least = len(pillars) * (len(_GAP) + _NUMBER)
        longest = min(max(cells(row.name) for row in rows), _LONGEST_NAME)
        name = min(longest, max(screen.width - fixed - least, _SHORTEST_NAME))
        pillar = (screen.width - fixed - name) // len(pillars) - len(_GAP) if pillars else 0
        if pillar < _NUMBER:
            name, pillar = min(longest, max(screen.width - fixed, _SHORTEST_NAME)), 0
        titles = tuple(pillar.short or pillar.title for pillar in pillars)
        return cls(screen, titles, name, tier, min(pillar, _LONGEST_BAR + len(_GAP) * 2 + _NUMBER))

    def headings(self) -> list[str]:
        """The pillars' titles above their columns, in as many lines as their words ask for, two at most."""
        if not self.pillar:
            return []
        columns = [self._heading(on_one_line(title)) for title in self.titles]
        lead = self._fixed(_Row("", "", "score", ()))
        lines: list[str] = []
        for parts in zip_longest(*columns, fillvalue=""):
            line = lead + "".join(_GAP + self.screen.pad(part, self.pillar) for part in parts)
            lines.append(self.screen.paint(line.rstrip(), "dim"))
            lead = " " * cells(lead)
        return lines

    def _heading(self, title: str) -> list[str]:
        words = self.screen.wrap(title, width=self.pillar)
        if self.pillar < _WHOLE_WORDS:
            # An ellipsis would take a fifth of so narrow a column.
            return [words[0][: self.pillar] if self.pillar < _LONGEST_BAR else self.screen.cut(words[0], self.pillar)]
        return [self.screen.cut(line, self.pillar) for line in words[:2]]

    def line(self, row: _Row) -> str:
        """One service."""
        fixed = self._fixed(row)
        if not self.pillar:
            return self.screen.paint(fixed.rstrip(), row.style)
        pillars = {pillar.short or pillar.title: pillar for pillar in row.pillars}
        bars = "".join(_GAP + self._bar(pillars.get(title)) for title in self.titles)
        return self.screen.paint(fixed, row.style) + bars.rstrip()

    def _fixed(self, row: _Row) -> str:
        tier = _GAP + self.screen.pad(row.tier, self.tier) if self.tier else ""
        return f"{self.screen.pad(row.name, self.name)}{tier}{_GAP}{row.score:>5}"

    def _bar(self, pillar: PillarScore | None) -> str:
        score = pillar.score if pillar else None
        number = "-" if score is None else str(math.floor(score))
        room = min(self.pillar - _NUMBER - 1, _LONGEST_BAR)
        if room < _NUMBER:
            room = min(room, 1)
        if room < 1 or (room == 1 and not self.screen.unicode):
            return f"{number:>{_NUMBER}}".ljust(self.pillar)
        if score is None:
            return f"{' ' * room} {number:>{_NUMBER}}".ljust(self.pillar)
        return f"{self._blocks(score, room)} {number:>{_NUMBER}}".ljust(self.pillar)

    def _blocks(self, score: float, room: int) -> str:
        if room == 1:
            return _STEPS[min(int(score / 100 * len(_STEPS)), len(_STEPS) - 1)]
        filled = int(score / 100 * room + 0.5) if score < 100 else room
        full, empty = ("█", "░") if self.screen.unicode else ("#", "-")
        return full * filled + empty * (room - filled)
