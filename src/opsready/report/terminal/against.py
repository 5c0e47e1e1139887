"""What became of the repository since the base that it was compared with."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.report.against import decisions, elsewhere, headline, line, numbers
from opsready.report.model import Comparison, Report
from opsready.report.terminal.findings import SHOW_ALL
from opsready.report.terminal.screen import Screen, block

_MOST = 20


def against(report: Report, comparison: Comparison, screen: Screen) -> Iterator[str]:
    """Counts and numbers, what is fixed or hidden, and what else a reviewer has to know."""
    yield "\n"
    plain = headline(comparison)
    first, *rest = screen.wrap(plain, rest="  ")
    yield block([screen.paint(first, "bold"), *rest])
    yield block(screen.wrap(numbers(comparison), first="  "))
    told = [line(word, verdict) for word, verdict in elsewhere(comparison)]
    most = len(told) if report.show == "all" or len(told) == _MOST + 1 else _MOST
    for text in told[:most]:
        yield block(screen.wrap(text, first="  ", rest="    "))
    if len(told) > most:
        yield block(screen.wrap(f"{screen.ellipsis} and {len(told) - most} more: {SHOW_ALL}", first="  "))
    for text in decisions(comparison):
        yield block(screen.wrap(text, first="  ", rest="    "))
    if comparison.still and report.show != "all":
        yield block(screen.wrap(f"what failed before as well is not shown: {SHOW_ALL}", first="  "))
