"""Rule: a workload of which the version before is gone when it is needed."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.rollout import Rollout
from opsready.model.source import Known, Unknown, Value
from opsready.model.workload import Workload


class RollbackImpossible(Rule[Workload | Rollout]):
    """No old version is kept to go back to."""

    name = "rollback-impossible"
    objective = "rollback"
    severity = "H/H/M/L"
    subjects = (Workload, Rollout)

    def applies(self, subject: Workload | Rollout, context: Context, /) -> Applicability:
        """Ask of whoever keeps the history: the workload's own controller, else the rollout that runs its pods."""
        if isinstance(subject, Rollout):
            return Yes() if subject.revision_history is not None else NotApplicable("its target keeps the old versions")
        if subject.revision_history is None:
            return NotApplicable(f"no old versions of `{subject.name}` are kept: a deploy does not replace it")
        if subject.delegates_to:
            return NotApplicable("it is asked as a rollout")
        keepers = (found for found in context.graph.rollouts.of(subject) if found.revision_history is not None)
        keeper = next(keepers, None)
        # A workload that is its own rollout is one object, and is asked once.
        return NotApplicable(f"`{keeper.address}` keeps the old versions") if keeper is not None else Yes()

    def check(self, subject: Workload | Rollout, context: Context, /) -> Iterator[Finding]:
        """Read how many old versions are kept."""
        del context
        kept: Value[int] | None = subject.revision_history
        aspect = type(subject).__name__.lower()
        if isinstance(kept, Unknown):
            yield cannot_tell(kept.place or subject.place, kept.reason, aspect=aspect)
        elif not isinstance(kept, Known):
            default = kept.default if kept is not None else 0
            evidence = f"the last {default} versions of `{subject.name}` are kept by default"
            yield passes(subject.place, evidence, aspect=aspect)
        elif kept.value > 0:
            noun = "version is" if kept.value == 1 else f"{kept.value} versions are"
            yield passes(kept.place, f"the last {noun} kept of `{subject.name}`", aspect=aspect)
        else:
            yield fails(
                kept.place,
                f"`revisionHistoryLimit` {kept.value} keeps no version of `{subject.name}` to go back to",
                "keep at least one old version, or leave the field out for the default",
                aspect=aspect,
            )
