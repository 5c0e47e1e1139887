"""Rule: data that is gone when its disk is."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.recovery import Volume
from opsready.model.verdict import Related

_HELP = "select it by a backup schedule that copies it elsewhere, such as a Velero `Schedule`"


class MissingVolumeBackup(Rule[Volume]):
    """A volume that keeps data is in no backup."""

    name = "missing-volume-backup"
    objective = "backups"
    severity = "H/M/L/I"
    attestable = True

    def applies(self, volume: Volume, context: Context, /) -> Applicability:
        """Ask of volumes whose loss would be missed, unless all that mounts them is parked."""
        reason = context.graph.volumes.disposable(volume, context.standard)
        if reason:
            return NotApplicable(reason)
        mounting = context.graph.volumes.mounted_by(volume)
        if mounting and all(context.graph.effective_replicas(workload).parked for workload in mounting):
            return NotApplicable(f"`{mounting[0].name}` is parked")
        return Yes()

    def check(self, volume: Volume, context: Context, /) -> Iterator[Finding]:
        """See whether a plan, a snapshot or a job copies it."""
        coverage = context.graph.backups.coverage(volume, context.standard)
        match coverage.outcome:
            case "covered":
                shown = [Related("what copies it", place.span) for place in coverage.places]
                yield passes(volume.place, coverage.reason, related=shown)
            case "uncovered":
                yield fails(volume.place, f"nothing copies the volume `{volume.name}`: {coverage.reason}", _HELP)
            case "unknown":
                yield cannot_tell(volume.place, coverage.reason, "say here what copies it, or attest it")
            case "no-system":
                reason = f"whether `{volume.name}` is copied cannot be told: {coverage.reason}"
                yield cannot_tell(volume.place, reason, "commit the schedule that copies it, or attest that one does")
