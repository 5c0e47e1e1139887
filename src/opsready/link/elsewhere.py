"""Why something may exist that cannot be looked at: what could not be opened or read beside it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.model.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opsready.link.replicas import Replicas
    from opsready.link.selection import Selection
    from opsready.model.entity import Entity
    from opsready.model.opaque import Stub

# A stub says which of these it could hold; objects of any other type it may always hold.
_NEUTRAL_TYPES = frozenset(
    {
        *("Workload", "Container", "DisruptionBudget", "Autoscaler", "Reference", "Alert", "Rollout", "Slo"),
        *("Telemetry", "Collector"),
        *("Volume", "BackupPlan", "Datastore", "Bucket", "Setting"),
    }
)


class Elsewhere:
    """Answers why a counterpart may be elsewhere, by the unit that asks."""

    def __init__(
        self,
        stubs: Iterable[Stub],
        foreign_kinds: Mapping[str, tuple[str, ...]],
        selection: Selection,
        replicas: Replicas,
    ) -> None:
        """Index what could not be opened; `foreign_kinds` maps a unit to the objects in it that nobody here reads."""
        self._stubs_of_unit: dict[str, list[Stub]] = defaultdict(list)
        for stub in stubs:
            self._stubs_of_unit[stub.identity.unit].append(stub)
        self._foreign_kinds = foreign_kinds
        self._selection = selection
        self._replicas = replicas

    def foreign(self, unit: str) -> tuple[str, ...]:
        """The objects of a unit that nobody here reads."""
        return self._foreign_kinds.get(unit, ())

    def reason(self, entity: Entity, subject_type: str) -> str:
        """Why a counterpart of a type may exist beside an entity; empty where none can."""
        unit = entity.identity.unit
        for stub in self._stubs_of_unit.get(unit, ()):
            if subject_type in stub.could_hold or subject_type not in _NEUTRAL_TYPES:
                return f"{stub.input} could not be opened"
        if subject_type == "DisruptionBudget" and isinstance(entity, Workload):
            return self._selection.unreadable_budget_in(unit) or entity.hidden_labels
        if subject_type == "Autoscaler":
            foreign = next((kind for kind in self.foreign(unit) if "Autoscaler" in kind or "ScaledObject" in kind), "")
            unread = f"`{foreign}` is not read here" if foreign else ""
            return self._replicas.unreadable_autoscaler_in(unit) or unread
        return ""
