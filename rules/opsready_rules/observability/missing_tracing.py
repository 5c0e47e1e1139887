"""Rule: a request disappears in this program, and nobody can follow it."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.source import Known, Unknown, known
from opsready.model.telemetry import Sign, Signals, Telemetry

_W3C = "tracecontext"
_HOW = "set `OTEL_EXPORTER_OTLP_ENDPOINT`, inject an agent, or attest that the program is traced"


class MissingTracing(Rule[Telemetry]):
    """A program takes no part in distributed traces."""

    name = "missing-tracing"
    objective = "otel-traces"
    severity = "H/M/L/-"
    caps_objective = True
    attestable = True

    def applies(self, telemetry: Telemetry, context: Context, /) -> Applicability:
        """Ask of every program of the team's own that stays up, whether or not requests reach it directly."""
        return context.graph.telemetry.asked(telemetry)

    def check(self, telemetry: Telemetry, context: Context, /) -> Iterator[Finding]:
        """Look for a tracer, then at the format in which it passes traces on."""
        signals = context.graph.telemetry.signals(telemetry)
        on, off, unknown = (signals.of("traces", state) for state in ("on", "off", "unknown"))
        if on:
            yield _passed_on(telemetry, on, context)
        elif off:
            yield fails(
                off[0].place,
                f"`{telemetry.name}` takes no part in traces: {off[0].shown}",
                "switch its tracing on",
                severity=context.graph.telemetry.weight(telemetry),
                cause="telemetry-disabled",
            )
        elif unknown:
            yield cannot_tell(unknown[0].place, unknown[0].reason)
        elif signals.hidden or signals.hidden_injection:
            hidden = signals.hidden or signals.hidden_injection
            whole = context.graph.telemetry.perhaps_not_asked(telemetry)
            yield cannot_tell(telemetry.place, hidden, _HOW, whole=whole)
        else:
            yield _nothing(telemetry, signals, context)


def _passed_on(telemetry: Telemetry, signs: tuple[Sign, ...], context: Context) -> Finding:
    """Whether a trace goes on in the services that are called: one tracer that keeps to W3C's format is enough."""
    best = next((sign for sign in signs if _speaks_w3c(sign)), signs[0])
    if _speaks_w3c(best):
        return passes(best.place, f"{best.shown} shows that `{telemetry.name}` is traced")
    written = best.propagators
    if isinstance(written, Known):
        formats = ", ".join(f"`{name}`" for name in written.value)
        silent = written.value == ("none",)
        message = f"`{telemetry.name}` passes traces on as {formats}, not in W3C's format"
        return fails(
            written.place,
            f"`{telemetry.name}` passes traces on to nobody: its propagators are `none`" if silent else message,
            "add `tracecontext` to its propagators",
            severity=context.graph.telemetry.weight(telemetry) if silent else "low",
        )
    if isinstance(written, Unknown):
        return cannot_tell(written.place or best.place, written.reason)
    return cannot_tell(
        best.place,
        f"{best.shown} shows that `{telemetry.name}` is traced, by {best.product}, which passes traces on "
        "in a format of its own unless its program says otherwise",
        "set its propagation to W3C's trace context, or attest that it is",
    )


def _speaks_w3c(sign: Sign) -> bool:
    formats = known(sign.propagators) if sign.propagators is not None else None
    return formats is not None and _W3C in formats


def _nothing(telemetry: Telemetry, signals: Signals, context: Context) -> Finding:
    inert = signals.inert
    if inert is not None:
        place = inert.value.place if isinstance(inert.value, Known) else telemetry.place
        return fails(
            place,
            f"`{inert.name}` has no effect on `{telemetry.address}` itself: the operator reads the pod template",
            "move it to `spec.template.metadata.annotations`",
            severity=context.graph.telemetry.weight(telemetry),
        )
    reason = f"nothing here configures a tracer for `{telemetry.name}`; its source may"
    if signals.mesh:
        reason = (
            f"{signals.mesh} sees the requests of `{telemetry.name}`, and whether the program passes their "
            "trace on is in its source"
        )
    return cannot_tell(telemetry.place, reason, _HOW, whole=context.graph.telemetry.perhaps_not_asked(telemetry))
