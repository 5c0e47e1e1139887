"""Rule: data that one wrong command deletes."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import (
    Applicability,
    Context,
    Finding,
    Rule,
    cannot_tell,
    fails,
    keeps_own_data,
    passes,
)
from opsready.model.datastore import Datastore


class MissingDeletionProtection(Rule[Datastore]):
    """One wrong command deletes a datastore with all that is in it."""

    name = "missing-deletion-protection"
    objective = "deletion-protection"
    severity = "H/M/L/L"
    attestable = True

    def applies(self, subject: Datastore, context: Context, /) -> Applicability:
        """Ask of what would be missed."""
        del context
        return keeps_own_data(subject)

    def check(self, subject: Datastore, context: Context, /) -> Iterator[Finding]:
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
