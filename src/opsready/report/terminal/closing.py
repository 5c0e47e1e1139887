"""The end of the terminal view: counts, what was not read, what to do next, and whether the gate is met."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.model.decisions import NOTHING_DECIDED
from opsready.model.verdict import Diagnostic
from opsready.report.escape import on_one_line
from opsready.report.model import Coverage, NextStep, Report
from opsready.report.terminal.findings import SHOW_ALL
from opsready.report.terminal.screen import Screen, block, cells
from opsready.report.wording import counted, gain, gate_word, plural

_MOST_DIAGNOSTICS = 8
_MOST_OPAQUE = 6


def closing(report: Report, screen: Screen) -> Iterator[str]:
    """Everything below the findings."""
    yield "\n"
    yield block(screen.wrap(counted(report.counts)))
    yield from _decisions(report, screen)
    yield from _coverage(report, report.coverage, screen)
    yield from _diagnostics(report, screen)
    yield from _next_steps(report.next_steps, screen)
    yield from _gate(report, screen)


def _decisions(report: Report, screen: Screen) -> Iterator[str]:
    if report.decisions != NOTHING_DECIDED:
        from opsready.report.decisions import lines

        for line in lines(report.decisions, report.as_of):
            yield block(screen.wrap(on_one_line(line), rest="  "))


def _coverage(report: Report, coverage: Coverage, screen: Screen) -> Iterator[str]:
    read = f"read {coverage.parsed} of {plural(coverage.files, 'file')}"
    skips = [f"{skip.files} {skip.reason}" for skip in coverage.skipped if skip.files]
    text = f"{read}; not judged: {', '.join(skips)}" if skips else read
    yield block(screen.wrap(on_one_line(text), rest="  "))
    most = len(coverage.opaque) if report.show == "all" else _MOST_OPAQUE
    for opaque in coverage.opaque[:most]:
        opens = f"; to open it: {opaque.opens_with}" if opaque.opens_with else ""
        yield block(screen.wrap(on_one_line(f"not opened: {opaque.name} ({opaque.file}){opens}"), rest="  "))
    if len(coverage.opaque) > most:
        yield f"not opened: {len(coverage.opaque) - most} more\n"


def _diagnostics(report: Report, screen: Screen) -> Iterator[str]:
    if not report.diagnostics:
        return
    most = len(report.diagnostics) if report.show == "all" else _MOST_DIAGNOSTICS
    yield f"\n{screen.paint('notes on the input', 'bold')}\n"
    for diagnostic in report.diagnostics[:most]:
        yield block(screen.wrap(on_one_line(diagnostic.message), first=_position(diagnostic), rest="    "))
    if len(report.diagnostics) > most:
        yield block(screen.wrap(f"{screen.ellipsis} and {len(report.diagnostics) - most} more: {SHOW_ALL}", first="  "))


def _position(diagnostic: Diagnostic) -> str:
    if not diagnostic.file:
        return "  "
    line = f":{diagnostic.line}" if diagnostic.line else ""
    return f"  {on_one_line(diagnostic.file)}{line}  "


def _next_steps(steps: tuple[NextStep, ...], screen: Screen) -> Iterator[str]:
    if not steps:
        return
    yield f"\n{screen.paint('Do these next', 'bold')}\n"
    gains = [gain(step.gain) for step in steps]
    width = max(map(cells, gains))
    for number, (step, points) in enumerate(zip(steps, gains, strict=True), start=1):
        yield block(screen.wrap(on_one_line(step.action), first=f"{number:>3}. {points:>{width}}  "))


def _gate(report: Report, screen: Screen) -> Iterator[str]:
    """The verdict; its one reason on the same line, several below it."""
    plain = gate_word(report.gate)
    painted = screen.paint(plain, "good" if report.gate.passed else "bad")
    reasons = [on_one_line(reason) for reason in report.gate.reasons]
    if len(reasons) > 1:
        lines = [f"{plain}:", *(line for reason in reasons for line in screen.wrap(reason, first="  ", rest="    "))]
    else:
        lines = screen.wrap(reasons[0], first=f"{plain}: ", rest="  ") if reasons else [plain]
    yield "\n" + block([painted + lines[0].removeprefix(plain), *lines[1:]])
