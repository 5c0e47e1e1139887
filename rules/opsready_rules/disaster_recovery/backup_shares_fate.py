"""Rule: copies that are lost together with what they are copies of."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import (
    Applicability,
    Context,
    Finding,
    NotApplicable,
    Rule,
    cannot_tell,
    fails,
    keeps_own_data,
    passes,
)
from opsready.model.datastore import Datastore


class BackupSharesFate(Rule[Datastore]):
    """No backup is left when a datastore is deleted, or when what it runs on is lost."""

    name = "backup-shares-fate"
    objective = "backups"
    severity = "H/M/L/L"
    attestable = True

    def applies(self, store: Datastore, context: Context, /) -> Applicability:
        """Ask of datastores that something backs up."""
        if store.kept_on == "volumes":
            return NotApplicable(f"where its copies are kept is up to what copies the volumes of `{store.name}`")
        if context.graph.datastores.loses(store, context.standard).outcome == "no":
            return NotApplicable(f"`{store.name}` has no backups")
        return keeps_own_data(store)

    def check(self, store: Datastore, context: Context, /) -> Iterator[Finding]:
        """See whether any copy is kept apart."""
        apart = context.graph.datastores.kept_apart(store)
        place = apart.place_in(store)
        copied = context.graph.datastores.loses(store, context.standard)
        if not apart.effective and copied.behind is None:
            reason = f"whether `{store.name}` is backed up cannot be told: {copied.reason}"
            yield cannot_tell(store.place, reason, apart.remedy)
        elif apart.effective is None:
            reason = f"whether a backup of `{store.name}` outlives it cannot be told: {apart.reason}"
            yield cannot_tell(place, reason, apart.remedy)
        elif apart.effective:
            yield passes(place, apart.says)
        else:
            yield fails(place, f"backups of `{store.name}` are lost together with it: {apart.says}", apart.remedy)
