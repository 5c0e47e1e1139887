"""Rule: capacity that stays as it is, whatever the load does."""

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
    counts_replicas,
    fails,
    passes,
)
from opsready.model.source import Known, Unknown
from opsready.model.verdict import Related
from opsready.model.workload import Container, Workload

_FIXED_SIZE = "opsready.dev/fixed-size"


class MissingAutoscaling(Rule[Workload]):
    """The size of a serving workload is fixed, and nothing says why."""

    name = "missing-autoscaling"
    objective = "autoscaling"
    severity = "M/M/L/-"

    def applies(self, workload: Workload, context: Context, /) -> Applicability:
        """Ask of what serves and could run more replicas of itself."""
        counted = counts_replicas(workload, context.graph)
        if not isinstance(counted, Yes):
            return counted
        serving = context.graph.serving(workload)
        if not isinstance(serving, Yes):
            return serving
        replicas = context.graph.effective_replicas(workload)
        if replicas.perhaps_parked:
            return CannotTell(replicas.because, replicas.place)
        if context.graph.autoscaler_of(workload) is not None or workload.identity.annotation(_FIXED_SIZE):
            return Yes()
        return _could_scale(workload, context)

    def check(self, workload: Workload, context: Context, /) -> Iterator[Finding]:
        """Look for an autoscaler, here or where we cannot look, and for a written reason to have none."""
        autoscaler = context.graph.autoscaler_of(workload)
        elsewhere = context.graph.may_be_elsewhere(workload, "Autoscaler")
        reason = (workload.identity.annotation(_FIXED_SIZE) or "").strip()
        if autoscaler is not None:
            related = [Related(f"autoscaler `{autoscaler.name}`", autoscaler.place.span)]
            yield passes(workload.place, f"`{autoscaler.address}` scales `{workload.name}`", related=related)
        elif reason:
            yield passes(workload.place, f"the size of `{workload.name}` is fixed: {reason}")
        elif elsewhere:
            yield cannot_tell(workload.place, elsewhere, "keep the autoscaler beside the workload")
        else:
            yield fails(
                workload.place,
                f"no autoscaler scales `{workload.name}`, and nothing says why its size is fixed",
                f"add a HorizontalPodAutoscaler, or say in the annotation `{_FIXED_SIZE}` why its size fits any load",
            )


def _main(workload: Workload) -> list[Container]:
    """The container that bears the workload's own name, where one does, else every main one."""
    main = [container for container in workload.containers.items if container.role == "main"]
    return [container for container in main if container.name == workload.identity.written_name] or main


def _could_scale(workload: Workload, context: Context) -> Applicability:
    """Whether one more replica would share the load, as far as its declaration shows."""
    if workload.kind == "single":
        return NotApplicable(f"`{workload.name}` is a bare pod, which nothing can scale")
    if workload.kind == "ordered":
        return NotApplicable(f"the replicas of `{workload.name}` are not alike: each has a name of its own")
    main = _main(workload)
    # Empty where one of them is not known as a product of others, and so comes first.
    product = min((context.graph.third_party(container) for container in main), default="")
    if product:
        return NotApplicable(f"`{workload.name}` runs {product}, whose replicas need not be alike")
    stores = set(map(int, context.standard.text("datastore-ports", context.tier).split()))
    kept = next((port.number for container in main for port in container.ports.items if port.number in stores), None)
    if kept is not None:
        return NotApplicable(f"`{workload.name}` keeps data, as its port {kept} shows: its replicas are not alike")
    claim = context.graph.single_writer_claim(workload)
    if isinstance(claim, Known):
        return NotApplicable(f"only one replica of `{workload.name}` may mount the volume claim `{claim.value}`")
    return CannotTell(claim.reason, claim.place) if isinstance(claim, Unknown) else Yes()
