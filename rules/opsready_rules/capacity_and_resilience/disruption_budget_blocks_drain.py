"""Rule: a budget that stops node upgrades instead of pacing them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from opsready.model.workload import DisruptionBudget, Workload

_HELP = "write `maxUnavailable: 1`, which allows one eviction at any number of replicas"


class DisruptionBudgetBlocksDrain(Rule[DisruptionBudget]):
    """A disruption budget allows no eviction at the lowest number of replicas."""

    name = "disruption-budget-blocks-drain"
    objective = "high-availability"
    severity = "H/H/H/M"

    def applies(self, budget: DisruptionBudget, context: Context, /) -> Applicability:
        """Ask where the budget selects instances here that a drain would evict."""
        if isinstance(budget.selector, Unknown):
            return CannotTell(budget.selector.reason, budget.selector.place)
        selected = context.graph.selected_by(budget)
        if not selected:
            return CannotTell(f"no workload here has pods that `{budget.name}` selects")
        answers = [counts_replicas(workload, context.graph) for workload in selected]
        refusals = [answer for answer in answers if isinstance(answer, NotApplicable)]
        return refusals[0] if len(refusals) == len(answers) else Yes()

    def check(self, budget: DisruptionBudget, context: Context, /) -> Iterator[Finding]:
        """Work out how many evictions the budget allows while no more than the fewest replicas run."""
        finding = _judge(budget, context)
        doubt = _perhaps_parked(budget, context)
        if not doubt:
            yield finding
            return
        if finding.outcome == "fail":
            yield finding
        # Of what is parked nothing is asked: an answer must not weigh more than that.
        reason = finding.reason or f"whether anything runs cannot be told: {doubt}"
        yield cannot_tell(finding.place, reason, whole=True, aspect="running")


def _perhaps_parked(budget: DisruptionBudget, context: Context) -> str:
    """Why it cannot be told that any selected instance runs; empty where one does."""
    doubt = ""
    for workload in context.graph.selected_by(budget):
        if isinstance(counts_replicas(workload, context.graph), NotApplicable):
            continue
        replicas = context.graph.effective_replicas(workload)
        if not replicas.perhaps_parked:
            return ""
        doubt = replicas.because
    return doubt


def _judge(budget: DisruptionBudget, context: Context) -> Finding:
    least, most = budget.min_available, budget.max_unavailable
    rival = _rival(budget, context)
    if rival:
        return fails(budget.place, rival, "leave one disruption budget to each pod")
    if isinstance(most, Unknown):
        return cannot_tell(most.place or budget.place, most.reason)
    if isinstance(most, Known) and most.value == 0:
        written = f"`maxUnavailable: {_text(most.value)}`"
        return fails(most.place, f"`{budget.name}` allows no eviction, however many replicas run: {written}", _HELP)
    if isinstance(most, Known):
        # Shares of `maxUnavailable` are rounded up, so anything above nothing is at least one eviction.
        written = f"`maxUnavailable: {_text(most.value)}`"
        return passes(most.place, f"{written} allows an eviction at any number of replicas")
    if isinstance(least, Unknown):
        return cannot_tell(least.place or budget.place, least.reason)
    if isinstance(least, Known):
        return _judge_minimum(budget, least, context)
    # The API server accepts a budget without a limit; its controller then counts no pod and allows nothing.
    message = f"`{budget.name}` allows no eviction: it sets neither `minAvailable` nor `maxUnavailable`"
    return fails(budget.place, message, _HELP)


def _judge_minimum(budget: DisruptionBudget, least: Known[int | float], context: Context) -> Finding:
    """Subtract what must stay available from what runs at least."""
    written = f"`minAvailable: {_text(least.value)}`"
    if least.value == 0:
        return passes(least.place, f"{written} allows an eviction at any number of replicas")
    if isinstance(least.value, float) and least.value >= 1:
        return fails(least.place, f"`{budget.name}` allows no eviction, however many replicas run: {written}", _HELP)
    running, because = _running(context.graph.selected_by(budget), context)
    if isinstance(running, Unknown):
        return cannot_tell(least.place, f"{written} is of a number that cannot be told: {running.reason}")
    needed, rounded = least.value, ""
    if isinstance(needed, float):
        # Whole percents, in integers: Kubernetes rounds up, and a product of floats would do so once too often.
        needed = -(-round(needed * 100) * running // 100)
        rounded = f" rounds up to {needed}"
    arithmetic = f"{written}{rounded} of {running} {'replica' if running == 1 else 'replicas'} ({because})"
    if needed >= running:
        return fails(least.place, f"`{budget.name}` allows no eviction: {arithmetic}", _HELP)
    return passes(least.place, f"{arithmetic} allows an eviction")


def _running(selected: Sequence[Workload], context: Context) -> tuple[int | Unknown, str]:
    """How many of the selected instances run at least, and what decides it."""
    total, reasons = 0, []
    for workload in selected:
        replicas = context.graph.effective_replicas(workload)
        if isinstance(replicas.minimum, Unknown):
            return replicas.minimum, ""
        if replicas.per_node:
            return Unknown(f"`{workload.name}` runs once on every node"), ""
        # What scales to zero blocks nothing there; the budget counts from the first replica on.
        total += 0 if replicas.parked else max(1, replicas.minimum)
        reasons.append(f"`{workload.name}`: {replicas.because}")
    return total, "; ".join(reasons)


def _rival(budget: DisruptionBudget, context: Context) -> str:
    """What a second budget over the same pods does: the eviction API answers such a pod with an error."""
    for workload in context.graph.selected_by(budget):
        for other in context.graph.budgets_of(workload):
            if other.identity.unit == budget.identity.unit and other.address != budget.address:
                return (
                    f"`{budget.name}` and `{other.name}` both select the pods of `{workload.name}`: "
                    "Kubernetes refuses to evict a pod of two budgets"
                )
    return ""


def _text(value: float) -> str:
    """The number as it is written: a share is a percentage."""
    return str(value) if isinstance(value, int) else f"{value * 100:g}%"
