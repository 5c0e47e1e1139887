"""What a change is judged by: what was decided before it, so that no change can lower its own bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import Known
from opsready.model.verdict import SEVERITY_RANK, UNDECLARED_TIER
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsready.model.service import Service
    from opsready.model.source import Value
    from opsready.model.verdict import Verdict
    from opsready.tree import Tree


@dataclass(frozen=True, slots=True)
class Terms:
    """What the base of a change decides about how the change is judged.

    `tree` is where decisions that are files of their own (configuration, waivers) are read from. `tiers` and
    `lifecycles` are those of the base's services by name, a tier as the service is judged by it (1..4).
    `workload_tiers` maps a workload's address to the strictest tier of the services that it belongs to there.
    """

    tree: Tree
    tiers: Mapping[str, int]
    lifecycles: Mapping[str, Value[str]]
    workload_tiers: Mapping[str, int]

    def applied(self, service: Service, workloads: Sequence[str]) -> Service:
        """A service of the change with the base's decisions; `workloads` are the addresses of its workloads.

        A service of another name that takes over workloads is the one that they belonged to, as far as tiers go.
        """
        tier = self.tiers.get(service.name)
        if tier is None:
            moved = [self.workload_tiers[address] for address in workloads if address in self.workload_tiers]
            if not moved:
                return service
            own = service.tier.value if isinstance(service.tier, Known) else UNDECLARED_TIER
            # What it has of its own is judged by its own tier, if that is the stricter one.
            return replace(service, judged_as=min(moved) if len(moved) == len(workloads) else min(own, *moved))
        lifecycle = self.lifecycles.get(service.name, service.lifecycle)
        return replace(service, judged_as=tier, lifecycle=lifecycle)

    def hardened(self, verdict: Verdict) -> Verdict:
        """A verdict about a workload at the severity of the tier that it had, where that is worse."""
        tier = self.workload_tiers.get(verdict.subject.address.partition("[")[0])
        severity = verdict.tier_severity[tier - 1] if tier else None
        if severity is None or SEVERITY_RANK[severity] >= SEVERITY_RANK[verdict.severity]:
            return verdict
        return replace(verdict, severity=severity)
