"""What shows that workloads emit telemetry: their own declarations, and whoever injects, scrapes or proxies them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from opsready.adapt.instrumentation import OPENTELEMETRY, W3C, attributes, signs
from opsready.adapt.kubernetes_telemetry import INJECT, matters, readable
from opsready.api import Applicability, CannotTell, NotApplicable, Yes
from opsready.link.scopes import nearest
from opsready.link.scraping import Scraping
from opsready.model.network import ConfigObject
from opsready.model.source import Entry, Known, Unknown, Unset
from opsready.model.telemetry import Attribute, Injection, Sign, Signals, Variable
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from opsready.link.scopes import ByLabels, ByName
    from opsready.model.entity import Entity, Identity
    from opsready.model.network import NetworkService, Route
    from opsready.model.source import Value
    from opsready.model.telemetry import Monitor, NamespaceDefaults, Program, Signal, Telemetry
    from opsready.model.verdict import Severity
    from opsready.model.workload import Container, EffectiveReplicas, Workload

# Libraries read their endpoints in every language; agents put themselves into the program.
_LANGUAGES = frozenset({"java", "python", "nodejs", "dotnet", "go", "apache-httpd", "nginx"})
_EBPF_IMAGES = ("beyla", "ebpf-instrument", "opentelemetry-ebpf")
_AUTOMATIC: tuple[Signal, ...] = ("traces", "metrics")
_ENVIRONMENT = "deployment.environment.name"


@dataclass(frozen=True, slots=True)
class Sources:
    """What telemetry is linked from: other indexes of the graph, and the entities of this family."""

    objects: ByName[Entity]
    pods: ByLabels
    served_by: Callable[[Workload], Sequence[NetworkService]]
    replicas: Callable[[Workload], EffectiveReplicas]
    third_party: Callable[[Container], str]
    services: Sequence[NetworkService]
    routes: Sequence[Route]
    workloads: Sequence[Workload]
    injections: Sequence[Injection]
    namespaces: Sequence[NamespaceDefaults]
    monitors: Sequence[Monitor]
    collector_attributes: frozenset[str]


class Telemetries:
    """Answers what rules ask about telemetry."""

    def __init__(self, sources: Sources) -> None:
        """Index what scrapes, injects and proxies."""
        self._sources = sources
        self._namespaces: dict[str, list[NamespaceDefaults]] = defaultdict(list)
        for namespace in sources.namespaces:
            self._namespaces[namespace.name].append(namespace)
        self._scraping = Scraping(sources.monitors, sources.services, sources.pods, sources.served_by)
        self._observer_in: dict[tuple[str, str], Sign] = {}
        self._link_observers()
        self._signals: dict[int, Signals] = {}

    def asked(self, telemetry: Telemetry, /) -> Applicability:
        """Whether a workload is to tell about itself: the team's own, and one that stays up."""
        workload = telemetry.workload
        if not workload.runs_forever:
            return NotApplicable(f"`{workload.name}` ends by itself")
        if workload.delegates_to:
            return NotApplicable(f"`{workload.delegates_to}` declares the pods that `{workload.name}` runs")
        main = [container for container in workload.containers.items if container.role == "main"]
        products = [self._sources.third_party(container) for container in main]
        if products and all(products):
            return NotApplicable(f"`{workload.name}` runs {products[0]}, a program of others")
        replicas, signals = self._sources.replicas(workload), self.signals(telemetry)
        hidden = signals.hidden or signals.hidden_injection
        if not replicas.parked or not self._silent(telemetry):
            return Yes()
        # What hides that it says nothing must not open a question that weighs little.
        parked = f"`{workload.name}` is parked ({replicas.because})"
        return CannotTell(hidden, workload.place) if hidden else NotApplicable(parked)

    def perhaps_not_asked(self, telemetry: Telemetry, /) -> bool:
        """Whether there may be no question at all: of what is parked and says nothing nothing is asked."""
        return self._sources.replicas(telemetry.workload).perhaps_parked and self._silent(telemetry)

    def _silent(self, telemetry: Telemetry) -> bool:
        signals = self.signals(telemetry)
        return not signals.signs and signals.dead_scrape is None and signals.inert is None

    def only_scraped(self, workload: Workload) -> str:
        """Why nobody may wait for a workload: monitoring alone is seen to call it; empty where anything else may."""
        # The pods of a StatefulSet are called one by one, through a headless service.
        if workload.kind != "service":
            return ""
        services = self._sources.served_by(workload)
        if any(not service.headless or service.name in self._routed for service in services):
            return ""
        monitor = self._scraping.sole_caller(services)
        if monitor is None:
            return ""
        return f"only `{monitor.address}` is seen to call `{workload.name}`, which may be meant to run once"

    @cached_property
    def _routed(self) -> frozenset[str]:
        """The names of the network services that a way from outside leads to."""
        return frozenset(name for route in self._sources.routes for name in route.services)

    def weight(self, telemetry: Telemetry, /) -> Severity | None:
        """The most that a fault weighs of what nobody runs for now; None where it runs."""
        return "low" if self._sources.replicas(telemetry.workload).parked else None

    def signals(self, telemetry: Telemetry, /) -> Signals:
        """All that declarations say about a workload's telemetry."""
        key = id(telemetry)
        if key not in self._signals:
            self._signals[key] = self._read(telemetry)
        return self._signals[key]

    def _read(self, telemetry: Telemetry) -> Signals:
        workload = telemetry.workload
        annotations = self._annotations(telemetry)
        injected, said = self._injected(telemetry, annotations)
        hidden = [workload.containers.incomplete]
        found: list[Sign] = list(injected)
        told: list[Attribute] = list(_annotated(annotations))
        for program in telemetry.programs:
            if self._sources.third_party(program.container):
                continue
            variables, reason = self._variables(program, said)
            hidden.append(reason)
            own = signs(variables, program.arguments)
            found = _merged(found, own)
            told.extend(attributes(variables, program.arguments))
        told.extend(said.attributes)
        if self._sources.collector_attributes and found:
            told.extend(self._from_collectors(telemetry))
        found.extend(_datadog(annotations))
        found.extend(self._observed(workload))
        scraped, dead = self._scraping.of(telemetry)
        found.extend(scraped)
        return Signals(
            tuple(found),
            tuple(told),
            next((reason for reason in hidden if reason), ""),
            telemetry.hidden,
            _mesh(annotations),
            telemetry.inert[0] if telemetry.inert else None,
            dead,
        )

    # Environment variables

    def _variables(self, program: Program, said: _Injected) -> tuple[dict[str, Variable], str]:
        """The variables that a program gets, by name, and why there may be more."""
        found: dict[str, Variable] = {variable.name: variable for variable in said.variables}
        hidden = program.hidden
        for source in program.imports:
            entries = self._entries(program.container.identity, source.object_kind, source.object_name)
            if entries is None:
                # A Secret holds credentials: one that is kept elsewhere is not taken for a switch.
                if source.object_kind == "ConfigMap":
                    hidden = hidden or f"`ConfigMap/{source.object_name}` gives it variables that cannot be read here"
                continue
            for entry in entries:
                name = source.prefix + entry.name
                if matters(name):
                    place = entry.value.place if isinstance(entry.value, Known) else source.place
                    found[name] = Variable(name, readable(name, entry.value), place)
        for variable in program.variables:
            found[variable.name] = self._resolved(variable, program.container.identity)
        return found, hidden

    def _resolved(self, variable: Variable, origin: Identity) -> Variable:
        if not variable.object_kind:
            return variable
        entries = self._entries(origin, variable.object_kind, variable.object_name) or ()
        value: Value[str] = next((entry.value for entry in entries if entry.name == variable.key), Unset())
        if isinstance(value, Known):
            return replace(variable, value=readable(variable.name, value), place=value.place)
        holder = f"`{variable.object_kind}/{variable.object_name}`"
        return replace(variable, value=Unknown(f"`{variable.name}` is kept in {holder}", variable.place))

    def _entries(self, origin: Identity, kind: str, name: str) -> tuple[Entry, ...] | None:
        """The entries of an object; None where they cannot all be read."""
        targets = self._sources.objects.nearest(origin, kind, name)
        found = next((target for target in targets if isinstance(target, ConfigObject)), None)
        return found.entries if found is not None and found.complete else None

    # Injection by an operator

    def _annotations(self, telemetry: Telemetry) -> dict[str, Entry]:
        """Annotations in effect: those of the namespace, then those of the instances themselves."""
        namespace = telemetry.identity.deploy_namespace
        found: dict[str, Entry] = {}
        for defaults in nearest(telemetry.identity, self._namespaces.get(namespace or "", ())):
            found.update({entry.name: entry for entry in defaults.annotations})
        found.update({entry.name: entry for entry in telemetry.annotations})
        return found

    def _injected(self, telemetry: Telemetry, annotations: dict[str, Entry]) -> tuple[list[Sign], _Injected]:
        for name, entry in annotations.items():
            if not name.startswith(INJECT) or not isinstance(entry.value, Known):
                continue
            wanted = entry.value.value.strip()
            if not wanted or wanted.lower() == "false":
                continue
            return self._injection(telemetry, name.removeprefix(INJECT), entry, wanted)
        return [], _Injected()

    def _injection(
        self, telemetry: Telemetry, language: str, entry: Entry, wanted: str
    ) -> tuple[list[Sign], _Injected]:
        place = entry.value.place if isinstance(entry.value, Known) else telemetry.place
        shown = f"`{entry.name}`"
        found = self._instrumentation(telemetry.identity, wanted)
        if found is None:
            reason = f"{shown} asks for an `Instrumentation` that is not declared here"
            unknown: list[Sign] = [
                Sign(signal, "unknown", OPENTELEMETRY, shown, place, reason=reason) for signal in _AUTOMATIC
            ]
            return unknown, _Injected()
        # The operator gives the name of the workload, and the version that its image's tag is.
        name = telemetry.workload.name
        told = [Attribute("service.name", Known(name, place), shown, place)]
        told.append(Attribute("service.version", Known("", place), shown, place))
        for item in found.attributes:
            at = item.value.place if isinstance(item.value, Known) else found.place
            told.append(Attribute(item.name, item.value, f"`{found.address}`", at))
        by = _Injected(tuple(told), found.variables)
        if language not in _LANGUAGES and language != "sdk":
            return [], by
        return [
            Sign(
                signal,
                "on",
                OPENTELEMETRY,
                shown,
                place,
                automatic=language != "sdk",
                propagators=Unset(W3C),
            )
            for signal in _AUTOMATIC
        ], by

    def _instrumentation(self, origin: Identity, wanted: str) -> Injection | None:
        """The `Instrumentation` that `true`, `name` or `namespace/name` stands for."""
        namespace, _, name = wanted.rpartition("/")
        candidates: Iterable[Injection] = self._sources.injections
        if namespace:
            candidates = [item for item in candidates if item.identity.deploy_namespace in {None, namespace}]
            return next((item for item in candidates if item.name == name), None)
        if name.lower() != "true":
            candidates = [item for item in candidates if name in {item.name, item.identity.written_name}]
        return next(iter(nearest(origin, candidates)), None)

    # Those that watch from outside

    def _link_observers(self) -> None:
        """Programs that watch the kernel of every node, by the unit and by the environment that they run in."""
        for workload in self._sources.workloads:
            for container in workload.containers.items if workload.kind == "per-node" else ():
                image = container.image.value if isinstance(container.image, Known) else ""
                if any(part in image for part in _EBPF_IMAGES):
                    found = Sign("traces", "on", "eBPF", f"`{workload.address}`", container.place, automatic=True)
                    self._observer_in.setdefault(("unit", workload.identity.unit), found)
                    self._observer_in.setdefault(("environment", workload.identity.environment), found)

    def _observed(self, workload: Workload) -> Iterator[Sign]:
        """What a program that watches the kernel of every node sees of a workload, as far as units tell clusters."""
        identity = workload.identity
        for key in (("unit", identity.unit), ("environment", identity.environment), ("environment", "")):
            found = self._observer_in.get(key)
            if found is not None:
                yield replace(found, propagators=Unset(W3C))
                yield replace(found, signal="metrics")
                return

    def _from_collectors(self, telemetry: Telemetry) -> Iterator[Attribute]:
        for name in sorted(self._sources.collector_attributes):
            yield Attribute(name, Known("", telemetry.place), "a collector", telemetry.place)


@dataclass(frozen=True, slots=True)
class _Injected:
    """What an operator gives to a program: attributes, and variables that the program's own win over."""

    attributes: tuple[Attribute, ...] = ()
    variables: tuple[Variable, ...] = ()


def _merged(injected: list[Sign], own: tuple[Sign, ...]) -> list[Sign]:
    """Signs of an injection and of the program's own variables: what is switched off is off for both."""
    off = {(sign.product, sign.signal) for sign in own if sign.state != "on"}
    written = {sign.signal: sign.propagators for sign in own if isinstance(sign.propagators, Known)}
    kept = [
        replace(sign, propagators=written[sign.signal]) if sign.automatic and sign.signal in written else sign
        for sign in injected
        if (sign.product, sign.signal) not in off and ("", sign.signal) not in off
    ]
    return [*kept, *own]


def _annotated(annotations: dict[str, Entry]) -> Iterator[Attribute]:
    names = {"service": "service.name", "version": "service.version", "env": _ENVIRONMENT}
    for name, entry in annotations.items():
        prefix, _, key = name.partition("/")
        attribute = key if prefix == "resource.opentelemetry.io" else ""
        attribute = names.get(key, "") if prefix == "tags.datadoghq.com" else attribute
        if attribute and isinstance(entry.value, Known):
            yield Attribute(attribute, entry.value, f"`{name}`", entry.value.place)


def _datadog(annotations: dict[str, Entry]) -> Iterator[Sign]:
    """Datadog's and Dynatrace's injection, and the checks that Datadog's agent runs against a program."""
    for name, entry in annotations.items():
        if not isinstance(entry.value, Known):
            continue
        place, product = entry.value.place, "Datadog"
        traces = name.startswith("admission.datadoghq.com/") and name.endswith("-lib.version")
        if name == "oneagent.dynatrace.com/inject":
            product, traces = "Dynatrace", entry.value.value.strip().lower() == "true"
        if traces:
            yield Sign("traces", "on", product, f"`{name}`", place, automatic=True, propagators=Unset(W3C))
        if traces or (name.startswith("ad.datadoghq.com/") and "openmetrics" in entry.value.value):
            yield Sign("metrics", "on", product, f"`{name}`", place, automatic=True)


def _mesh(annotations: dict[str, Entry]) -> str:
    """The service mesh whose proxy stands beside a workload."""

    def value(name: str) -> str:
        entry = annotations.get(name)
        return entry.value.value.strip().lower() if entry is not None and isinstance(entry.value, Known) else ""

    if value("linkerd.io/inject") in {"enabled", "ingress"}:
        return "Linkerd"
    if value("sidecar.istio.io/inject") == "false":
        return ""
    asks = (value("sidecar.istio.io/inject") == "true", value("istio-injection") == "enabled", value("istio.io/rev"))
    return "Istio" if any(asks) or value("istio.io/dataplane-mode") == "ambient" else ""
