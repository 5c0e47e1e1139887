"""Rule: backups that are gone before anybody notices what they are needed for."""

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
    keeps_own_data,
    passes,
)
from opsready.model.datastore import FOREVER, Datastore, Trait
from opsready.model.period import in_words
from opsready.model.recovery import BackupPlan
from opsready.model.source import Unset


class BackupRetentionTooShort(Rule[Datastore]):
    """Backups are deleted too early."""

    name = "backup-retention-too-short"
    objective = "backup-retention"
    severity = "H/H/M/L"
    subjects = (Datastore, BackupPlan)
    attestable = True

    def applies(self, subject: Datastore | BackupPlan, context: Context, /) -> Applicability:
        """Ask of plans that run again and again, and of datastores that are copied by themselves."""
        if isinstance(subject, BackupPlan):
            if isinstance(subject.schedule, Unset):
                return NotApplicable(f"`{subject.name}` copies once, and nothing deletes that")
            if subject.by_store:
                return NotApplicable(f"how long backups of `{subject.name}` are kept is up to the datastore")
            return Yes()
        if subject.kept_on == "volumes":
            return NotApplicable(f"how long its copies are kept is up to what copies the volumes of `{subject.name}`")
        if context.graph.datastores.loses(subject, context.standard).outcome == "no":
            return NotApplicable(f"`{subject.name}` has no backups")
        return keeps_own_data(subject)

    def check(self, subject: Datastore | BackupPlan, context: Context, /) -> Iterator[Finding]:
        """Compare how long a copy is kept with the standard."""
        wanted = context.standard.length("backup-retention", context.tier)
        if isinstance(subject, BackupPlan):
            longer = f"keep them for {in_words(wanted)} or longer"
            kept = Trait(subject.retention, f"`{subject.name}` keeps backups", longer)
        else:
            kept = context.graph.datastores.kept(subject, wanted)
        length, place = kept.effective, kept.place_in(subject)
        if length is None:
            reason = kept.reason or "how long it keeps them is not read here"
            yield cannot_tell(place, f"how long backups of `{subject.name}` are kept cannot be told: {reason}")
        elif length < wanted:
            message = f"backups of `{subject.name}` are deleted after {in_words(length)}: {kept.says}"
            yield fails(place, message, kept.remedy)
        elif length == FOREVER:
            yield passes(place, f"backups of `{subject.name}` are not deleted: {kept.says}")
        else:
            yield passes(place, f"backups of `{subject.name}` are kept for {in_words(length)}: {kept.says}")
