"""The terminal view: the face of the product.

Plain text with a handful of styles: importing a layout library would cost more than the rest of a small run.
"""

from __future__ import annotations

from collections.abc import Iterator

from opsready.report.groups import by_rule, fold, shown
from opsready.report.model import Report
from opsready.report.terminal.closing import closing
from opsready.report.terminal.elsewhere import elsewhere
from opsready.report.terminal.findings import findings
from opsready.report.terminal.header import header
from opsready.report.terminal.screen import NARROWEST, Screen
from opsready.report.terminal.settled import settled
from opsready.report.terminal.undecided import undecided


def render(report: Report, *, width: int, colour: bool, unicode: bool = True) -> Iterator[str]:
    """The report for a person, the most important things first and last.

    `unicode` is false where the output cannot encode block characters; the words are the same without them.
    """
    screen = Screen(max(width, NARROWEST), colour, unicode)
    entries = fold(shown(report))
    scored = [entry for entry in entries if entry.verdict.scored]
    yield from header(report, screen)
    yield from findings(report, by_rule(entry for entry in scored if entry.verdict.outcome == "fail"), screen)
    yield from undecided(report, by_rule(entry for entry in scored if entry.verdict.outcome == "unknown"), screen)
    yield from elsewhere(report, [entry for entry in entries if not entry.verdict.scored], screen)
    if report.comparison is not None:
        from opsready.report.terminal.against import against

        yield from against(report, report.comparison, screen)
    if report.show == "all":
        yield from settled(report, screen)
    yield from closing(report, screen)
