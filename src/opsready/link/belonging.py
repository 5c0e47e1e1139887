"""Which services own what is no workload: those of the workloads that it selects, scales or names."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from opsready.model.alert import Alert
from opsready.model.document import Document
from opsready.model.network import NetworkService, Reference
from opsready.model.telemetry import Collector
from opsready.model.workload import Autoscaler, DisruptionBudget, Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from opsready.link.documents import Documents
    from opsready.link.ownership import Ownership
    from opsready.link.scopes import ByName
    from opsready.link.selection import Selection
    from opsready.model.entity import Entity, Identity
    from opsready.model.service import Service


class Belonging:
    """Answers which services own an entity that none of them claims by itself; built when the first one is met."""

    def __init__(
        self,
        ownership: Ownership,
        selection: Selection,
        objects: ByName[Entity],
        documents: Documents,
        alerts: Iterable[Alert],
        references: Sequence[Reference],
        targets_of: Callable[[Entity], tuple[Workload, ...]] | None,
    ) -> None:
        """Index services by what they are called, and alerts by the services that they name.

        `targets_of` gives the workloads behind a rollout; None where there is no rollout.
        """
        self._ownership = ownership
        self._selection = selection
        self._objects = objects
        self._documents = documents
        self._references = references
        self._targets_of = targets_of
        services = ownership.services
        self._by_name = {service.name: service for service in services}
        self.by_word = {
            word: service
            for service in services
            for word in (*service.aliases, service.kubernetes_id, service.name)
            if word
        }
        self._alerts_of: dict[str, list[Alert]] = defaultdict(list)
        self._services_of_alert: dict[int, tuple[Service, ...]] = {}
        for alert in alerts:
            named = {self.by_word[value].name for _, value in alert.matchers if value in self.by_word}
            self._services_of_alert[id(alert)] = tuple(self._by_name[name] for name in sorted(named))
            for name in named:
                self._alerts_of[name].append(alert)

    def alerts_of(self, service: Service) -> Sequence[Alert]:
        """The alerts that name a service."""
        return self._alerts_of.get(service.name, ())

    def services_of(self, entity: Entity) -> tuple[Service, ...]:
        """The services that own an entity, by name; empty where none does."""
        match entity:
            case DisruptionBudget():
                return self._ownership.united(self._selection.selected_by(entity))
            case Autoscaler():
                targets = self._objects.nearest(entity.identity, entity.target_kind, entity.target_name)
                return self._ownership.united(targets)
            case Reference():
                return self._of_reference(entity)
            case Alert():
                return self._services_of_alert[id(entity)]
            case Collector():
                return self._of_collector(entity)
            case Document():
                names = self._documents.services_of(entity)
                return tuple(self._by_name[name] for name in names if name in self._by_name)
            case _:
                return self._ownership.of(entity) or self._of_rollout(entity)

    def _called(self, word: str) -> tuple[Service, ...]:
        """The service that goes by a word; empty where none does."""
        named = self.by_word.get(word)
        return (named,) if named is not None else ()

    def _of_rollout(self, entity: Entity) -> tuple[Service, ...]:
        """The owners of a rollout's targets, else the service that its target is named after."""
        if self._targets_of is None:
            return ()
        owners = self._ownership.united(self._targets_of(entity))
        return owners or self._called(getattr(entity, "target_name", ""))

    def _of_reference(self, reference: Reference) -> tuple[Service, ...]:
        identity = reference.identity
        if reference.selector is not None:
            selected = self._ownership.united(self._selection.pods.nearest(identity, reference.selector))
            # What selects nothing belongs to whom its own name says.
            return selected or self._called(identity.written_name)
        owners = [
            owner
            for owner in self._objects.nearest(identity, identity.kind, identity.written_name)
            if isinstance(owner, Workload)
        ]
        if owners:
            return self._ownership.united(owners)
        targets = self._objects.nearest(identity, reference.target_kind, reference.target_name)
        return self._ownership.united(
            workload
            for target in targets
            for workload in (self._selection.selected_by(target) if isinstance(target, NetworkService) else (target,))
        )

    def _of_collector(self, collector: Collector) -> tuple[Service, ...]:
        """The service that a collector's own name says, else those of the workloads that run it."""
        return self._called(collector.identity.written_name) or self._of_users(collector.identity)

    def of_holder(self, entity: Entity) -> tuple[Service, ...]:
        """The services of the workload that holds an entity, else of those that name the object that does."""
        identity = entity.identity
        holders = self._objects.nearest(identity, identity.kind, identity.written_name)
        workloads = [holder for holder in holders if isinstance(holder, Workload)]
        if workloads:
            return self._ownership.united(workloads)
        return self._of_users(identity) or self._called(identity.written_name)

    def _of_users(self, identity: Identity) -> tuple[Service, ...]:
        """The services of the workloads that name an object."""
        return self._ownership.united(
            owner
            for reference in self._users_of.get((identity.kind, identity.written_name), ())
            for owner in self._objects.nearest(
                reference.identity, reference.identity.kind, reference.identity.written_name
            )
        )

    @cached_property
    def _users_of(self) -> dict[tuple[str, str], list[Reference]]:
        """Who names an object, by the object's kind and name."""
        found: dict[tuple[str, str], list[Reference]] = defaultdict(list)
        for reference in self._references:
            found[reference.target_kind, reference.target_name].append(reference)
        return found
