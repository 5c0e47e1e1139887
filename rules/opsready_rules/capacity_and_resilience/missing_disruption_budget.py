"""Rule: a workload of which a drain may evict every replica at once."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, Rule, cannot_tell, fails, passes, survives_losses
from opsready.model.verdict import Related
from opsready.model.workload import Workload


class MissingDisruptionBudget(Rule[Workload]):
    """No disruption budget keeps a drain from evicting all replicas of a workload."""

    name = "missing-disruption-budget"
    objective = "high-availability"
    severity = "H/H/M/-"

    def applies(self, workload: Workload, context: Context, /) -> Applicability:
        """Ask of what must survive the drain of a node."""
        return survives_losses(workload, context.graph)

    def check(self, workload: Workload, context: Context, /) -> Iterator[Finding]:
        """Look for a budget that selects the workload's instances, here or where we cannot look."""
        budgets = context.graph.budgets_of(workload)
        elsewhere = context.graph.may_be_elsewhere(workload, "DisruptionBudget")
        if budgets:
            related = [Related(f"disruption budget `{budget.name}`", budget.place.span) for budget in budgets]
            evidence = f"disruption budget `{budgets[0].name}` selects the pods of `{workload.name}`"
            yield passes(workload.place, evidence, related=related)
        elif elsewhere:
            yield cannot_tell(workload.place, elsewhere, "keep the disruption budget beside the workload")
        else:
            yield _unguarded(workload, context)


def _unguarded(workload: Workload, context: Context) -> Finding:
    """A failure, unless the workload may be meant to run once: then there is nothing that a budget could keep."""
    below_two = context.graph.effective_replicas(workload).below_two
    scraped = context.graph.only_scraped(workload) if below_two else ""
    if scraped:
        return cannot_tell(workload.place, scraped, cause="too-few-replicas")
    return fails(
        workload.place,
        f"no disruption budget selects the pods of `{workload.name}`",
        f"add a PodDisruptionBudget with `maxUnavailable: 1` that selects {_own_labels(workload)}",
        cause="too-few-replicas" if below_two else "",
    )


def _own_labels(workload: Workload) -> str:
    """The label by which people find a workload's pods, else all that it has."""
    labels = workload.selected_labels
    chosen = next((key for key in ("app.kubernetes.io/name", "app", "k8s-app") if key in labels), None)
    named = [chosen] if chosen else sorted(labels)
    return ", ".join(f"`{key}: {labels[key]}`" for key in named) or "the labels of its pods"
