"""Rule: nobody can tell how much a program does, how long it takes and how often it fails."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.telemetry import Signals, Telemetry

_HOW = "scrape it with a `ServiceMonitor`, set `OTEL_METRICS_EXPORTER`, or attest that it has metrics"

_NAME_A_PORT = "name a port that exists, in the monitor or where it looks"


class MissingMetricsInstrumentation(Rule[Telemetry]):
    """A program emits no metrics that anybody collects."""

    name = "missing-metrics-instrumentation"
    objective = "otel-metrics"
    severity = "H/M/L/-"
    caps_objective = True
    attestable = True

    def applies(self, telemetry: Telemetry, context: Context, /) -> Applicability:
        """Ask of every program of the team's own that stays up."""
        return context.graph.telemetry.asked(telemetry)

    def check(self, telemetry: Telemetry, context: Context, /) -> Iterator[Finding]:
        """Look for somebody who scrapes it, or for an exporter in it; then for what keeps them from working."""
        signals = context.graph.telemetry.signals(telemetry)
        on, off, unknown = (signals.of("metrics", state) for state in ("on", "off", "unknown"))
        dead, weight = signals.dead_scrape, context.graph.telemetry.weight(telemetry)
        if on:
            by = "scrapes" if on[0].product == "Prometheus" else "shows"
            ends = f"`{telemetry.name}`" if by == "scrapes" else f"that `{telemetry.name}` emits metrics"
            yield passes(on[0].place, f"{on[0].shown} {by} {ends}")
        elif dead is not None:
            yield fails(
                dead.place, dead.reason, "name a port that exists, in the monitor or where it looks", severity=weight
            )
        elif off:
            traces_too = bool(signals.of("traces", "off"))
            yield fails(
                off[0].place,
                f"`{telemetry.name}` emits no metrics: {off[0].shown}, and nothing here scrapes it",
                "switch its metrics on, or scrape it",
                severity=weight,
                cause="telemetry-disabled" if traces_too else "",
            )
        elif unknown:
            yield cannot_tell(unknown[0].place, unknown[0].reason)
        else:
            hidden = signals.hidden or signals.hidden_injection
            whole = context.graph.telemetry.perhaps_not_asked(telemetry)
            yield cannot_tell(telemetry.place, hidden or _nothing(telemetry, signals), _HOW, whole=whole)


def _nothing(telemetry: Telemetry, signals: Signals) -> str:
    if signals.mesh:
        return f"{signals.mesh} counts the requests of `{telemetry.name}`, and nothing here collects its own metrics"
    return f"nothing here collects metrics of `{telemetry.name}`; its source may send some"
