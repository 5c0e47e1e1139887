"""Rule: a log that only people can read is read by nobody when it matters."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.telemetry import Telemetry

_HOW = "set its log format to JSON where it can be seen, or attest that it is"


class LogsNotStructured(Rule[Telemetry]):
    """A program writes its log as text for people."""

    name = "logs-not-structured"
    objective = "otel-logs"
    severity = "H/M/L/-"
    attestable = True

    def applies(self, telemetry: Telemetry, context: Context, /) -> Applicability:
        """Ask of every program of the team's own that stays up."""
        return context.graph.telemetry.asked(telemetry)

    def check(self, telemetry: Telemetry, context: Context, /) -> Iterator[Finding]:
        """Read what sets the format; what nothing sets is decided in the program's source."""
        signals = context.graph.telemetry.signals(telemetry)
        on, unknown = signals.of("logs", "on"), signals.of("logs", "unknown")
        text = [sign for sign in signals.of("logs", "off") if not sign.product]
        if on:
            yield passes(on[0].place, f"{on[0].shown} makes the log of `{telemetry.name}` structured")
        elif text:
            message = f"`{telemetry.name}` writes its log as text: {text[0].shown}"
            weight = context.graph.telemetry.weight(telemetry)
            yield fails(text[0].place, message, "set it to JSON", severity=weight)
        elif unknown:
            yield cannot_tell(unknown[0].place, unknown[0].reason, _HOW)
        else:
            reason = f"nothing here sets the format in which `{telemetry.name}` writes its log"
            whole = context.graph.telemetry.perhaps_not_asked(telemetry)
            yield cannot_tell(telemetry.place, signals.hidden or reason, _HOW, whole=whole)
