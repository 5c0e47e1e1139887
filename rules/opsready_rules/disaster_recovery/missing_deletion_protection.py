"""Rule: data that one wrong command deletes."""

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
from opsready.model.datastore import Bucket, Datastore


class MissingDeletionProtection(Rule[Datastore]):
    """One wrong command deletes a datastore or a bucket with all that is in it."""

    name = "missing-deletion-protection"
    objective = "deletion-protection"
    severity = "H/M/L/L"
    subjects = (Datastore, Bucket)
    attestable = True

    def applies(self, subject: Datastore | Bucket, context: Context, /) -> Applicability:
        """Ask of what would be missed."""
        del context
        if isinstance(subject, Datastore):
            return keeps_own_data(subject)
        return NotApplicable(subject.disposable) if subject.disposable else Yes()

    def check(self, subject: Datastore | Bucket, context: Context, /) -> Iterator[Finding]:
        """Read what the declaration says about its deletion."""
        del context
        deletion = subject.deletion
        place = deletion.place_in(subject)
        if deletion.effective is None:
            reason = f"whether `{subject.name}` is protected from deletion cannot be told: {deletion.reason}"
            yield cannot_tell(place, reason, deletion.remedy)
        elif deletion.effective:
            yield passes(place, deletion.says)
        else:
            yield fails(place, f"`{subject.name}` can be deleted at once: {deletion.says}", deletion.remedy)
