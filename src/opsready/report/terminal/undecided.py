"""What cannot be told from the repository, why, and what would decide it; more compact than what failed."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.records import dataclass, field
from opsready.report.escape import on_one_line
from opsready.report.groups import Group
from opsready.report.model import Report
from opsready.report.terminal.findings import SHOW_ALL, headed
from opsready.report.terminal.screen import Screen, block
from opsready.report.wording import cost, plural, statement, where

_MOST_REASONS = 3


@dataclass(slots=True)
class _Reason:
    """One reason at one place; an input that cannot be opened has it once for each objective it could serve."""

    where: str
    text: str
    help: str
    objectives: set[str] = field(default_factory=set)


def undecided(report: Report, groups: list[Group], screen: Screen) -> Iterator[str]:
    """Every rule that could not be answered somewhere."""
    if not groups:
        return
    total = sum(len(group.entries) for group in groups)
    yield "\n" + headed("cannot tell", plural(total, "open question"), screen)
    for group in groups:
        reasons = _reasons(group)
        most = len(reasons) if report.show == "all" or len(reasons) == _MOST_REASONS + 1 else _MOST_REASONS
        numbers = ", ".join(part for part in (plural(len(group.entries), "question"), cost(group.cost)) if part)
        yield headed(on_one_line(group.rule), numbers, screen, severity=group.severity, indent=2)
        for reason in reasons[:most]:
            times = f" ({len(reason.objectives)} objectives)" if len(reason.objectives) > 1 else ""
            yield block(screen.wrap(reason.text + times, first=f"    {reason.where}  ", rest="      "))
        if len(reasons) > most:
            yield block(screen.wrap(f"{screen.ellipsis} and {len(reasons) - most} more: {SHOW_ALL}", first="    "))
        for text in dict.fromkeys(reason.help for reason in reasons[:most] if reason.help):
            yield block(screen.wrap(on_one_line(text), first="    to decide: "))


def _reasons(group: Group) -> list[_Reason]:
    reasons: dict[tuple[str, str, str], _Reason] = {}
    for entry in group.entries:
        verdict = entry.verdict
        text = on_one_line(verdict.reason) or statement(verdict)
        key = (where(verdict), text, verdict.help)
        reasons.setdefault(key, _Reason(*key)).objectives.add(verdict.objective)
    return list(reasons.values())
