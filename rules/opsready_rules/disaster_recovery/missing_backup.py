"""Rule: a database that nobody can bring back."""

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
from opsready.model.verdict import Related


class MissingBackup(Rule[Datastore]):
    """A datastore is not backed up by a machine every day."""

    name = "missing-backup"
    objective = "backups"
    severity = "C/C/H/M"
    attestable = True

    def applies(self, store: Datastore, context: Context, /) -> Applicability:
        """Ask of data that is nowhere else, and not of what is kept on volumes: these are asked by themselves."""
        del context
        if store.kept_on == "volumes":
            return NotApplicable(f"`{store.name}` keeps its data on volumes, which are asked about by themselves")
        return keeps_own_data(store)

    def check(self, store: Datastore, context: Context, /) -> Iterator[Finding]:
        """See whether its platform or a plan copies it often enough."""
        limit = context.standard.length("backup-interval", context.tier)
        copied = context.graph.datastores.copied(store, limit, context.standard)
        place = copied.place or store.place
        shown = [Related("what copies it", copied.plan.span)] if copied.plan is not None else []
        match copied.outcome:
            case "yes":
                yield passes(place, copied.reason, related=shown)
            case "no":
                message = f"`{store.name}` is not backed up every day: {copied.reason}"
                yield fails(place, message, copied.remedy, related=shown)
            case "unknown":
                reason = f"whether `{store.name}` is backed up every day cannot be told: {copied.reason}"
                yield cannot_tell(place, reason, "make that readable here, or attest what backs it up", related=shown)
