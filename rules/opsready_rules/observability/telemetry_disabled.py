"""Rule: a program that could tell what it does, and was told to be silent."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import (
    Applicability,
    CannotTell,
    Context,
    Finding,
    NotApplicable,
    Rule,
    Yes,
    cannot_tell,
    fails,
    passes,
)
from opsready.model.telemetry import Sign, Signals, Telemetry

# Scrapes from outside: what is not scraped is not switched off.
_SCRAPER = "Prometheus"


class TelemetryDisabled(Rule[Telemetry]):
    """A program's telemetry is switched off."""

    name = "telemetry-disabled"
    objective = "telemetry-pipeline"
    severity = "H/H/M/M"

    def applies(self, telemetry: Telemetry, context: Context, /) -> Applicability:
        """Ask where something shows that the program has telemetry to switch off."""
        asked = context.graph.telemetry.asked(telemetry)
        if not isinstance(asked, Yes):
            return asked
        signals = context.graph.telemetry.signals(telemetry)
        if _own(signals):
            return Yes()
        if signals.hidden:
            return CannotTell(signals.hidden, telemetry.place)
        return NotApplicable(f"nothing here shows that `{telemetry.name}` has telemetry to switch off")

    def check(self, telemetry: Telemetry, context: Context, /) -> Iterator[Finding]:
        """See what is switched off for good; a signal that another product emits all the same is not."""
        signals = context.graph.telemetry.signals(telemetry)
        on, off, unknown = (signals.of("traces", state) for state in ("on", "off", "unknown"))
        if off and not on:
            yield _switched_off(telemetry, off[0], context)
        elif unknown:
            yield cannot_tell(unknown[0].place, unknown[0].reason)
        elif signals.hidden:
            yield cannot_tell(telemetry.place, signals.hidden)
        else:
            shown = _own(signals)[0]
            yield passes(shown.place, f"{shown.shown} is in effect: nothing switches it off")


def _own(signals: Signals) -> list[Sign]:
    """What the program, or an agent in it, has that can be switched off; metrics may go another way on purpose."""
    emitted = [*signals.of("metrics", "on"), *signals.of("metrics", "unknown")]
    return [sign for sign in (*_traces(signals), *emitted) if sign.product != _SCRAPER]


def _traces(signals: Signals) -> tuple[Sign, ...]:
    return (*signals.of("traces", "on"), *signals.of("traces", "off"), *signals.of("traces", "unknown"))


def _switched_off(telemetry: Telemetry, sign: Sign, context: Context) -> Finding:
    return fails(
        sign.place,
        f"{sign.shown} switches the traces of `{telemetry.name}` off",
        "remove it where the program runs in production, and sample where traces are too many",
        severity=context.graph.telemetry.weight(telemetry),
    )
