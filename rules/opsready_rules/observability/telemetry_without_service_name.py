"""Rule: telemetry that does not say whose it is helps nobody who looks for one service."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import (
    Applicability,
    Context,
    Finding,
    NotApplicable,
    Rule,
    Yes,
    cannot_tell,
    fails,
    passes,
)
from opsready.model.source import Known
from opsready.model.telemetry import Attribute, Sign, Signals, Telemetry
from opsready.model.verdict import Severity

_NAME_IT = "set `OTEL_SERVICE_NAME` to the name of the service"
_UNNAMED = "unknown_service"
_HOW = "add `service.version` and `deployment.environment.name` to `OTEL_RESOURCE_ATTRIBUTES`"
_ENVIRONMENT = ("deployment.environment.name", "deployment.environment")


class TelemetryWithoutServiceName(Rule[Telemetry]):
    """Telemetry does not carry the name, version and environment of its service."""

    name = "telemetry-without-service-name"
    objective = "telemetry-pipeline"
    severity = "M/M/L/L"

    def applies(self, telemetry: Telemetry, context: Context, /) -> Applicability:
        """Ask where the program emits something by itself; what is scraped is named by who scrapes."""
        asked = context.graph.telemetry.asked(telemetry)
        if not isinstance(asked, Yes):
            return asked
        if _emitting(context.graph.telemetry.signals(telemetry)):
            return Yes()
        return NotApplicable(f"nothing here shows that `{telemetry.name}` emits telemetry by itself")

    def check(self, telemetry: Telemetry, context: Context, /) -> Iterator[Finding]:
        """Look for the name first, then for what tells one deploy from another."""
        signals = context.graph.telemetry.signals(telemetry)
        emitting = _emitting(signals)
        named, weight = signals.attribute("service.name"), context.graph.telemetry.weight(telemetry)
        if named is None:
            yield _unnamed(telemetry, emitting, signals, weight)
        elif isinstance(named.value, Known) and named.value.value.strip().lower().startswith(_UNNAMED):
            message = f"the telemetry of `{telemetry.name}` is named `{named.value.value}`"
            yield fails(named.place, message, _NAME_IT, severity=weight)
        else:
            yield _told_apart(telemetry, signals, named)


def _emitting(signals: Signals) -> list[Sign]:
    return [sign for sign in signals.signs if sign.state == "on" and sign.product not in {"", "Prometheus", "eBPF"}]


def _unnamed(telemetry: Telemetry, emitting: list[Sign], signals: Signals, weight: Severity | None) -> Finding:
    if signals.hidden:
        return cannot_tell(telemetry.place, signals.hidden, _NAME_IT)
    agent = next((sign for sign in emitting if sign.automatic), None)
    if agent is not None:
        message = f"nothing names the telemetry that {agent.shown} makes `{telemetry.name}` emit"
        return fails(agent.place, message, _NAME_IT, severity=weight)
    reason = f"nothing here names the telemetry of `{telemetry.name}`; its source may"
    return cannot_tell(emitting[0].place, reason, _NAME_IT)


def _told_apart(telemetry: Telemetry, signals: Signals, named: Attribute) -> Finding:
    """Whether one deploy can be told from the one before, and production from what is before it."""
    missing = [] if signals.attribute("service.version") else ["version"]
    if signals.attribute(*_ENVIRONMENT) is None:
        missing.append("environment")
    if not missing:
        return passes(named.place, f"{named.shown} names it, and its version and environment are given")
    message = f"the telemetry of `{telemetry.name}` does not say its {' and its '.join(missing)}"
    if signals.hidden:
        return cannot_tell(telemetry.place, signals.hidden)
    # Whoever gives some attributes here, or has an agent, gives none in the source.
    given_here = next((found for found in signals.attributes if found.name != "service.name"), None)
    automatic = any(sign.automatic for sign in _emitting(signals))
    if given_here is None and not automatic:
        return cannot_tell(named.place, f"{message} here; its source may", _HOW)
    return fails(named.place, message, _HOW, severity="low")
