"""What a page's expectations cannot say of a finding: its cause, its severity, the words of its help.

A claim holds of every verdict of its outcome in the example. `help` claims are about how the help ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.pages import OUTCOME_OF_SECTION


@dataclass(frozen=True, slots=True)
class Claim:
    """In an example of a rule's page, the attribute `about` of its verdicts is `value`."""

    rule: str
    example: str
    about: str
    value: str
    section: str = "Fails"

    @property
    def outcome(self) -> str:
        """The outcome of the verdicts that are claimed about."""
        return OUTCOME_OF_SECTION[self.section]

    def holds(self, said: str) -> bool:
        """Whether what was said is what is claimed."""
        return said.endswith(self.value) if self.about == "help" else said == self.value


_SINGLE = "too-few-replicas"
_NO_ENTRY = "uncatalogued-service"
CLAIMS = (
    # What a single replica explains is folded under it; what more replicas would not cure stands alone.
    Claim("missing-disruption-budget", "a single replica that serves", "cause", _SINGLE),
    Claim("not-spread-across-zones", "a single replica that serves", "cause", _SINGLE),
    Claim("downtime-on-deploy", "a StatefulSet of one", "cause", _SINGLE),
    Claim("downtime-on-deploy", "a bare pod", "cause", _SINGLE),
    Claim("missing-disruption-budget", "no budget", "cause", ""),
    Claim("not-spread-across-zones", "nothing is written", "cause", ""),
    Claim("downtime-on-deploy", "neither one less nor one more", "cause", ""),
    # What is built stays what it is; what is pulled does not.
    Claim("image-not-pinned", "an image that is built on another", "severity", "medium"),
    Claim("image-not-pinned", "no tag", "severity", "high"),
    # Scaling to zero on purpose weighs less than forgetting `replicas`.
    Claim("too-few-replicas", "scaled to zero", "severity", "medium"),
    Claim("too-few-replicas", "replicas is not written", "severity", "high"),
    # State that is not shared cannot be locked for others; state that is can.
    Claim("terraform-state-not-locked", "state that is not shared", "cause", "terraform-state-not-remote"),
    Claim("terraform-state-not-locked", "state that is not shared", "severity", "high"),
    # One that only makes the place for the state of others weighs little.
    Claim("terraform-state-not-locked", "the place for the state of the others", "severity", "low"),
    Claim("terraform-state-not-remote", "the place for the state of the others", "severity", "low"),
    Claim("terraform-state-not-remote", "no backend", "severity", "high"),
    Claim("terraform-state-not-locked", "s3 without a lock", "cause", ""),
    # What a service without a catalogue entry lacks is folded under that; in a catalogue it stands alone.
    *(
        Claim(rule, example, "cause", cause)
        for rule in (
            *("missing-capacity-plan", "missing-recovery-drill", "missing-recovery-procedure"),
            "missing-regular-review",
        )
        for example, cause in (("a service that no catalogue knows", "uncatalogued-service"), ("none at all", ""))
    ),
    *(
        Claim(rule, example, "cause", cause)
        for rule, entry, none in (
            ("missing-owner", "nobody is named", "a service that no catalogue knows"),
            ("missing-runbook", "none at all", "a service that no catalogue knows"),
            ("missing-tier", "no tier", "no entry at all"),
        )
        for example, cause in ((entry, ""), (none, _NO_ENTRY))
    ),
    Claim("missing-escalation-path", "nothing is declared", "cause", "", "Cannot tell"),
    Claim("missing-escalation-path", "a service that no catalogue knows", "cause", _NO_ENTRY, "Cannot tell"),
    # Nobody may have looked, but the page stands: its date alone weighs less than what it lacks.
    Claim("recovery-procedure-incomplete", "never reviewed", "severity", "medium"),
    # So does what nobody runs for now.
    Claim("missing-readiness-probe", "parked", "severity", "low"),
    Claim("missing-readiness-probe", "the only container", "severity", "high"),
    Claim("probes-identical", "parked", "severity", "low"),
    Claim("probes-identical", "the same page, by default as patient", "severity", "medium"),
    Claim("probes-identical", "an operator, to which no traffic is sent", "severity", "low"),
    Claim("probe-port-missing", "parked", "severity", "low"),
    Claim("probe-port-missing", "a name that no container declares", "severity", "high"),
    Claim("downtime-on-deploy", "parked", "severity", "low"),
    Claim("downtime-on-deploy", "stop everything first", "severity", "high"),
    # An autoscaler that a deploy resets works until then; one that is switched off does not.
    Claim("autoscaler-ineffective", "a fixed number beside it", "severity", "medium"),
    Claim("autoscaler-ineffective", "a fixed nothing beside it", "severity", "high"),
    # A fault that two rules see is shown once.
    Claim("autoscaler-ineffective", "a target that is not there", "cause", "broken-reference"),
    Claim(
        "missing-resource-requests",
        "a limit that lost its unit is taken for the request",
        "cause",
        "missing-memory-limit",
    ),
    Claim("missing-resource-requests", "half a byte", "cause", ""),
    # What a switch turns off is told once; what it does not explain stands alone.
    Claim("missing-tracing", "switched off", "cause", "telemetry-disabled"),
    Claim("missing-metrics-instrumentation", "switched off", "cause", "telemetry-disabled"),
    Claim("missing-metrics-instrumentation", "no exporter for metrics", "cause", ""),
    # What nobody runs for now weighs less.
    Claim("telemetry-disabled", "what is parked will be started again", "severity", "low"),
    Claim("telemetry-disabled", "OpenTelemetry is disabled", "severity", "high"),
    Claim("missing-tracing", "parked", "severity", "low"),
    Claim("missing-tracing", "parked and switched off", "severity", "low"),
    Claim("missing-tracing", "switched off", "severity", "medium"),
    Claim("missing-tracing", "parked, with an annotation where the operator does not look", "severity", "low"),
    Claim("missing-metrics-instrumentation", "parked", "severity", "low"),
    Claim("missing-metrics-instrumentation", "parked, and a port that is not there", "severity", "low"),
    Claim("logs-not-structured", "parked", "severity", "low"),
    Claim("telemetry-without-service-name", "parked", "severity", "low"),
    Claim("telemetry-without-service-name", "parked, and called like what has no name", "severity", "low"),
    # A trace that ends weighs more than one that goes on in another format, no name more than no environment.
    Claim("missing-tracing", "traces end here", "severity", "medium"),
    Claim("missing-tracing", "a format that others do not read", "severity", "low"),
    Claim("telemetry-without-service-name", "an agent without a name", "severity", "medium"),
    Claim("telemetry-without-service-name", "no environment", "severity", "low"),
    # A dead link is shown under the rule that asks for a runbook, where there is no other.
    Claim("broken-runbook-link", "an alert that pages", "cause", "alert-without-runbook"),
    Claim("broken-runbook-link", "an alert", "cause", ""),
    Claim("broken-runbook-link", "the only one", "cause", "missing-runbook"),
    Claim("broken-runbook-link", "a section that is gone", "severity", "medium"),
    # What no entry can say where there is no entry is folded under that.
    Claim("rto-not-declared", "a service that no catalogue knows", "cause", _NO_ENTRY),
    Claim("rto-not-declared", "nothing is promised", "cause", ""),
    Claim("rpo-not-declared", "a service that no catalogue knows", "cause", _NO_ENTRY),
    Claim("rpo-not-declared", "it says that it keeps data", "cause", ""),
    Claim("rpo-not-declared", "a service that no catalogue knows", "cause", _NO_ENTRY, "Cannot tell"),
    Claim("rpo-not-declared", "nothing says whether it keeps data", "cause", "", "Cannot tell"),
    # Help speaks of the subject.
    Claim("missing-disruption-budget", "no budget", "help", "selects `app: cart`"),
    Claim("missing-disruption-budget", "one label of two is another", "help", "selects `app: cart`"),
    Claim("missing-resource-requests", "half a byte", "help", "`memory: 512Mi`"),
    Claim("missing-resource-requests", "CPU only, and a job", "help", "such as `memory: 128Mi`"),
    # A service without an entry has one fault, from which the others follow; nor can a budget be before its objective.
    *(
        Claim(f"missing-{what}-slo", example, "cause", cause)
        for what in ("availability", "latency", "error-rate")
        for example, cause in (("none at all", ""), ("a service that no catalogue knows", "uncatalogued-service"))
    ),
    *(
        Claim(f"missing-{what}-slo", "the file that is named does not exist", "help", "correct the link")
        for what in ("availability", "latency", "error-rate")
    ),
    Claim("missing-error-budget-policy", "no objective", "cause", "missing-availability-slo"),
    Claim(
        "missing-error-budget-policy",
        "no objective, of a service that no catalogue knows",
        "cause",
        "uncatalogued-service",
    ),
    Claim("missing-error-budget-policy", "no policy", "cause", ""),
    Claim(
        "missing-error-budget-policy",
        "no policy, of a service that no catalogue knows",
        "cause",
        "uncatalogued-service",
    ),
)
