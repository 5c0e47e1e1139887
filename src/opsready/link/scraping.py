"""Who scrapes metrics from workloads: monitors that select them, and annotations that ask for it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.link.scopes import nearest
from opsready.model.source import Known
from opsready.model.telemetry import Sign
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opsready.link.scopes import ByLabels
    from opsready.model.entity import Entity, Identity
    from opsready.model.network import NetworkService
    from opsready.model.source import Value
    from opsready.model.telemetry import Monitor, Telemetry
    from opsready.model.workload import Workload


class Scraping:
    """Monitors by what they look at."""

    def __init__(
        self,
        monitors: Sequence[Monitor],
        services: Sequence[NetworkService],
        pods: ByLabels,
        served_by: Callable[[Workload], Sequence[NetworkService]],
    ) -> None:
        """Index what every monitor selects."""
        self._monitors = monitors
        self._services = services
        self._pods = pods
        self._served_by = served_by
        self._watched: dict[int, list[tuple[Monitor, str]]] = defaultdict(list)
        self._link_monitors()

    def _link_monitors(self) -> None:
        """Which monitors look at which workload, each with why it sees nothing (empty: it does)."""
        services: dict[tuple[str, str], list[NetworkService]] = defaultdict(list)
        for service in self._services:
            for pair in service.identity.labels:
                services[pair].append(service)
        for monitor in self._monitors:
            if not isinstance(monitor.selector, Known):
                continue
            selector = monitor.selector.value
            if not monitor.of_services:
                for workload in self._pods.nearest(_wide(monitor), selector):
                    if _looks_into(monitor, workload):
                        self._watched[id(workload)].append((monitor, _no_container_port(monitor, workload)))
                continue
            candidates = self._services
            if selector.equals:
                candidates = min((services.get(pair, []) for pair in selector.equals), key=len)
            fitting = [
                service
                for service in candidates
                if selector.matches(dict(service.identity.labels)) and _looks_into(monitor, service)
            ]
            for service in nearest(_wide(monitor), fitting):
                self._watched[id(service)].append((monitor, _no_service_port(monitor, service)))

    def sole_caller(self, services: Sequence[NetworkService]) -> Monitor | None:
        """A monitor of services all of whose ports are scraped; None where one is not, or there is no service."""
        found = None
        for service in services:
            seen = [monitor for monitor, problem in self._watched.get(id(service), ()) if not problem]
            names = {port for monitor in seen for port in monitor.ports if port}
            scraped = {target for name, target in service.ports if name in names}
            if not scraped or any(target not in scraped for _, target in service.ports):
                return None
            found = found or seen[0]
        return found

    def of(self, telemetry: Telemetry) -> tuple[list[Sign], Sign | None]:
        """Who scrapes a workload, and a monitor that means to and finds no port."""
        workload, dead = telemetry.workload, None
        services = self._served_by(workload)
        for owner in (workload, *services):
            for monitor, problem in self._watched.get(id(owner), ()):
                shown = f"`{monitor.address}`"
                if not problem:
                    return [Sign("metrics", "on", "Prometheus", shown, monitor.place)], None
                dead = dead or Sign("metrics", "off", "Prometheus", shown, monitor.place, reason=problem)
        for entry in telemetry.annotations:
            if _asks_to_be_scraped(entry.name, entry.value):
                place = entry.value.place if isinstance(entry.value, Known) else telemetry.place
                return [Sign("metrics", "on", "Prometheus", f"`{entry.name}`", place)], None
        for service in services:
            value = service.identity.annotation("prometheus.io/scrape")
            if value is not None and value.strip().lower() == "true":
                shown = f"`prometheus.io/scrape` on `{service.address}`"
                return [Sign("metrics", "on", "Prometheus", shown, service.place)], None
        return [], dead


def _asks_to_be_scraped(name: str, value: Value[str]) -> bool:
    return name == "prometheus.io/scrape" and isinstance(value, Known) and value.value.strip().lower() == "true"


def _wide(monitor: Monitor) -> Identity:
    """A monitor's identity where it looks for its targets: in other namespaces too, if it says so."""
    return monitor.identity if monitor.namespaces is None else replace(monitor.identity, deploy_namespace=None)


def _looks_into(monitor: Monitor, target: Entity) -> bool:
    namespace = target.identity.deploy_namespace
    return not monitor.namespaces or namespace is None or namespace in monitor.namespaces


def _no_service_port(monitor: Monitor, service: NetworkService) -> str:
    """Why a monitor finds no port of a service; empty where it does, or where it names none."""
    names = {name for name, _ in service.ports}
    missing = [port for port in monitor.ports if port and port not in names]
    if not missing or len(missing) < len(monitor.ports):
        return ""
    return f"`{monitor.address}` scrapes port `{missing[0]}`, which `{service.address}` does not have"


def _no_container_port(monitor: Monitor, workload: Workload) -> str:
    if not workload.containers.complete or any(not c.ports.complete for c in workload.containers.items):
        return ""
    names = {port.name for container in workload.containers.items for port in container.ports.items}
    missing = [port for port in monitor.ports if port and port not in names]
    if not missing or len(missing) < len(monitor.ports):
        return ""
    return f"`{monitor.address}` scrapes port `{missing[0]}`, which no container of `{workload.name}` declares"
