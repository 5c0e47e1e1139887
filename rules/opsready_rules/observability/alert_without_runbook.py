"""Rule: an alert that wakes somebody up and does not say what to do."""

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
from opsready.model.alert import Alert
from opsready.model.source import Known, Unknown, Unset


class AlertWithoutRunbook(Rule[Alert]):
    """An alert that pages somebody links no runbook."""

    name = "alert-without-runbook"
    objective = "alerting"
    severity = "H/H/M/-"

    def applies(self, alert: Alert, context: Context, /) -> Applicability:
        """Ask of alerts that page somebody: runbooks that are written because a tool asks for them help nobody."""
        del context
        if isinstance(alert.severity, Unknown):
            return CannotTell(f"whether `{alert.name}` pages somebody is unknown: {alert.severity.reason}")
        if alert.paging:
            return Yes()
        severity = alert.severity.value if isinstance(alert.severity, Known) else ""
        return NotApplicable(f"`{alert.name}` pages nobody (severity {f'`{severity}`' if severity else 'unset'})")

    def check(self, alert: Alert, context: Context, /) -> Iterator[Finding]:
        """Follow the link as far as this repository goes."""
        name, link = alert.name, alert.runbook
        target = context.graph.runbook_target(alert)
        place = target.place or alert.place
        if isinstance(link, Unset):
            yield fails(alert.place, f"alert `{name}` links no runbook", "add the annotation `runbook_url`")
        elif target.outcome == "found":
            yield passes(place, f"alert `{name}` links a runbook: {target.reason}")
        elif target.outcome == "missing":
            message = f"the runbook of alert `{name}` is missing: {target.reason}"
            yield fails(place, message, "write the page, or correct the link")
        else:
            yield cannot_tell(place, target.reason)
