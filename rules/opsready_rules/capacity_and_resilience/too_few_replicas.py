"""Rule: a service that nobody can lose a pod, a node or a deploy of without an outage."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, Yes, cannot_tell, counts_replicas, fails, passes
from opsready.model.source import Unknown
from opsready.model.workload import Workload


class TooFewReplicas(Rule[Workload]):
    """A serving workload runs fewer than two replicas."""

    name = "too-few-replicas"
    objective = "high-availability"
    severity = "C/H/M/-"

    def applies(self, workload: Workload, context: Context, /) -> Applicability:
        """Ask of what serves, and of whose replicas somebody chooses the number."""
        counted = counts_replicas(workload, context.graph)
        return context.graph.serving(workload) if isinstance(counted, Yes) else counted

    def check(self, workload: Workload, context: Context, /) -> Iterator[Finding]:
        """Compare the replicas that run at least with the standard's minimum."""
        replicas = context.graph.effective_replicas(workload)
        wanted = int(context.standard.number("minimum-replicas", context.tier))
        if isinstance(replicas.minimum, Unknown):
            # It may be parked, and then nothing is asked about its replicas: whatever else is good, nothing is known.
            place = replicas.minimum.place or replicas.place
            yield cannot_tell(place, replicas.minimum.reason, whole=replicas.perhaps_parked)
        elif replicas.minimum >= wanted:
            evidence = f"`{workload.name}` runs {replicas.minimum} replicas at least ({replicas.because})"
            yield passes(replicas.place, evidence)
        elif replicas.minimum == 0:
            # Nobody scales to zero by accident: requests wait for a start, but it is a decision, not an omission.
            yield fails(
                replicas.place,
                f"`{workload.name}` may run no replica at all ({replicas.because})",
                f"keep {wanted} replicas as the autoscaler's minimum",
                severity="medium",
            )
        elif scraped := context.graph.only_scraped(workload):
            # A controller that elects no leader must not run twice, and an exporter that does counts everything twice.
            yield cannot_tell(
                replicas.place, scraped, f"run {wanted} replicas, or suppress this with the reason for one"
            )
        else:
            noun = "replica" if replicas.minimum == 1 else "replicas"
            yield fails(
                replicas.place,
                f"`{workload.name}` runs {replicas.minimum} {noun} at least, fewer than {wanted} ({replicas.because})",
                f"run {wanted} replicas or more, or say so in the minimum of its autoscaler",
            )
