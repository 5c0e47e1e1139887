"""Rule: a database that goes down with one zone."""

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


class SingleZoneDatastore(Rule[Datastore]):
    """A datastore runs in one zone."""

    name = "single-zone-datastore"
    objective = "high-availability"
    severity = "C/H/M/L"

    def applies(self, store: Datastore, context: Context, /) -> Applicability:
        """Ask of what is not a copy; workloads with volumes are asked whether they are spread."""
        del context
        if store.kept_on == "volumes":
            return NotApplicable(f"the workload `{store.name}` is asked whether it is spread over zones")
        return keeps_own_data(store)

    def check(self, store: Datastore, context: Context, /) -> Iterator[Finding]:
        """Count the zones that its platform certainly uses."""
        wanted = context.standard.number("minimum-zones", context.tier)
        zones = store.zones.effective
        place = store.zones.place_in(store)
        if zones is None:
            reason = f"in how many zones `{store.name}` runs cannot be told: {store.zones.reason}"
            yield cannot_tell(place, reason, store.zones.remedy)
        elif zones < wanted:
            yield fails(place, f"`{store.name}` does not outlive its zone: {store.zones.says}", store.zones.remedy)
        else:
            yield passes(place, store.zones.says)
