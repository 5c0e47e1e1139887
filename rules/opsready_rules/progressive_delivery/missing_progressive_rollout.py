"""Rule: a service whose every deploy is an experiment on everybody."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, cannot_tell, fails, passes
from opsready.model.verdict import Related
from opsready.model.workload import Workload


class MissingProgressiveRollout(Rule[Workload]):
    """Nothing lets a part of the traffic meet a new version of a serving workload first."""

    name = "missing-progressive-rollout"
    objective = "progressive-rollout"
    severity = "H/M/L/-"
    caps_objective = True
    attestable = True

    def applies(self, workload: Workload, context: Context, /) -> Applicability:
        """Ask of what serves and has versions that the team makes; data and node agents have other ways."""
        graph = context.graph
        if workload.kind == "ordered":
            return NotApplicable(f"`{workload.name}` replaces its replicas one by one, each with its own identity")
        if workload.kind == "per-node":
            return NotApplicable(f"`{workload.name}` runs once on every node")
        if graph.effective_replicas(workload).parked:
            return NotApplicable(f"`{workload.name}` is parked")
        main = [container for container in workload.containers.items if container.role == "main"]
        own = [container for container in main if not graph.third_party(container)]
        if main and not own:
            return NotApplicable(f"`{workload.name}` runs {graph.third_party(main[0])}, whose versions others make")
        ports = {str(port.number) for container in own for port in container.ports.items}
        if ports and ports.issubset(context.standard.text("datastore-ports", context.tier).split()):
            return NotApplicable(f"`{workload.name}` answers on port {min(ports)}, as a datastore does")
        return graph.serving(workload)

    def check(self, workload: Workload, context: Context, /) -> Iterator[Finding]:
        """Look for a rollout, for a second workload that shares the traffic, and for flags."""
        rollouts = context.graph.rollouts.of(workload)
        canary = context.graph.rollouts.labelled_canary(workload)
        elsewhere = context.graph.may_be_elsewhere(workload, "Rollout") or context.graph.rollouts.hidden(workload)
        if rollouts:
            related = [Related(f"`{found.address}`", found.place.span) for found in rollouts]
            evidence = f"`{rollouts[0].address}` introduces new versions of `{workload.name}`"
            yield passes(workload.place, evidence, related=related)
        elif canary is not None:
            yield passes(workload.place, f"`{canary.address}` meets a share of the traffic of `{workload.name}` first")
        elif workload.flag_settings:
            evidence = f"`{workload.name}` asks for feature flags (`{workload.flag_settings[0]}`)"
            yield passes(workload.place, evidence)
        elif elsewhere:
            yield cannot_tell(workload.place, elsewhere, "keep what introduces new versions beside the workload")
        elif not workload.containers.complete:
            yield cannot_tell(workload.place, f"its flags cannot be read: {workload.containers.incomplete}")
        else:
            yield fails(
                workload.place,
                f"everybody meets a new version of `{workload.name}` at once: no canary, blue-green or flag",
                "introduce new versions with an Argo Rollout or a Flagger Canary, or behind feature flags",
            )
