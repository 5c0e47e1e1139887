"""What was found outside production or in third-party charts: listed, neither scored nor gated."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.model.verdict import Verdict
from opsready.report.escape import on_one_line
from opsready.report.groups import Entry, Group, by_rule
from opsready.report.model import Report
from opsready.report.terminal.findings import headed
from opsready.report.terminal.screen import Screen
from opsready.report.wording import plural, statement, where

_MOST_RULES = 6


def elsewhere(report: Report, entries: list[Entry], screen: Screen) -> Iterator[str]:
    """A block for each environment, a line for each rule; every place where the user asked for all."""
    blocks: dict[str, list[Entry]] = {}
    for entry in entries:
        blocks.setdefault(_home(entry.verdict), []).append(entry)
    for home, members in sorted(blocks.items()):
        yield "\n" + headed(on_one_line(home), f"{plural(len(members), 'finding')}, not scored", screen)
        groups = by_rule(members)
        most = len(groups) if report.show == "all" or len(groups) == _MOST_RULES + 1 else _MOST_RULES
        for group in groups[:most]:
            yield from _rule(report, group, screen)
        if len(groups) > most:
            yield f"  {screen.ellipsis} and {len(groups) - most} more rules\n"


def _home(verdict: Verdict) -> str:
    if verdict.production:
        return "third party"
    return verdict.environment or "not production"


def _rule(report: Report, group: Group, screen: Screen) -> Iterator[str]:
    if report.show == "all":
        for entry in group.entries:
            yield f"  {where(entry.verdict)}  {_said(entry.verdict)}\n"
        return
    first = group.entries[0].verdict
    more = f" (and {len(group.entries) - 1} more)" if len(group.entries) > 1 else ""
    yield screen.cut(f"  {where(first)}{more}  {_said(first)}", screen.width) + "\n"


def _said(verdict: Verdict) -> str:
    word = "cannot tell" if verdict.outcome == "unknown" else verdict.severity
    return f"{word} {on_one_line(verdict.rule)}: {statement(verdict)}"
