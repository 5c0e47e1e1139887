"""What a running program tells about itself: traces, metrics, logs, and the pipelines that carry them."""

from __future__ import annotations

from typing import Literal

from opsready.model.entity import Entity
from opsready.model.source import Entry, Items, Place, Value
from opsready.model.workload import Container, Selector, Workload
from opsready.records import dataclass

Signal = Literal["traces", "metrics", "logs"]
State = Literal["on", "off", "unknown"]


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable as declared.

    `object_kind` and `object_name` name the object that holds its value under `key`, where it is not written itself;
    such a value is Unset here, and the graph's to tell.
    """

    name: str
    value: Value[str]
    place: Place
    object_kind: str = ""
    object_name: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """An object all of whose entries become environment variables, each with `prefix` before its name."""

    object_kind: str
    object_name: str
    prefix: str
    place: Place


@dataclass(frozen=True, slots=True)
class Program:
    """What a declaration tells one program that may be about telemetry.

    Of two `variables` of one name the later counts, and each wins over what `imports` bring. `arguments` are words of
    the command line. `hidden` says why there may be more variables (empty: there are none).
    """

    container: Container
    variables: tuple[Variable, ...]
    imports: tuple[Import, ...]
    arguments: tuple[Entry, ...]
    hidden: str


@dataclass(frozen=True, slots=True, eq=False)
class Telemetry(Entity):
    """A workload's instrumentation as its own declaration has it; `identity` is the workload's.

    `annotations` are those of its instances, `inert` those that ask for an injection where no platform looks for them.
    `hidden` says why some annotation cannot be read.
    """

    workload: Workload
    programs: tuple[Program, ...]
    annotations: tuple[Entry, ...] = ()
    inert: tuple[Entry, ...] = ()
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that shows whether a program emits a signal.

    `shown` is what says so, as a person would name it; `product` is who reads it. `automatic` signs come from an agent
    that is put beside the program, so that the program's own code decides nothing. `propagators` are the formats in
    which traces are passed on: Known where somebody wrote them, Unset with the product's default. `reason` says why an
    unknown state is unknown.
    """

    signal: Signal
    state: State
    product: str
    shown: str
    place: Place
    automatic: bool = False
    propagators: Value[tuple[str, ...]] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that telemetry says about where it comes from, such as `service.name`; `shown` is what gives it."""

    name: str
    value: Value[str]
    shown: str
    place: Place


@dataclass(frozen=True, slots=True)
class Signals:
    """All that declarations say about a workload's telemetry.

    `hidden` says why programs may be told more than can be read, `hidden_injection` why more may be done to them from
    outside. `mesh` names the service mesh whose proxy takes the workload's requests (empty: none). `inert` is an
    annotation that asks for an injection and has no effect; `dead_scrape` a monitor that finds nothing to scrape.
    """

    signs: tuple[Sign, ...]
    attributes: tuple[Attribute, ...]
    hidden: str = ""
    hidden_injection: str = ""
    mesh: str = ""
    inert: Entry | None = None
    dead_scrape: Sign | None = None

    def of(self, signal: Signal, state: State) -> tuple[Sign, ...]:
        """The signs of a signal in a state."""
        return tuple(sign for sign in self.signs if sign.signal == signal and sign.state == state)

    def attribute(self, *names: str) -> Attribute | None:
        """The first attribute of one of these names, None where nothing gives one."""
        return next((found for found in self.attributes if found.name in names), None)


@dataclass(frozen=True, slots=True, eq=False)
class Injection(Entity):
    """How an operator instruments the programs that ask for it (an OpenTelemetry `Instrumentation`).

    `attributes` and `variables` are given to every program that it instruments, unless the program has them already.
    """

    attributes: tuple[Entry, ...] = ()
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class NamespaceDefaults(Entity):
    """What a namespace asks for on behalf of everything in it: injections and a mesh's proxies."""

    annotations: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Monitor(Entity):
    """Something that scrapes metrics, from instances or from the services in front of them.

    `namespaces` are those that it looks in: None is its own, an empty tuple is all. `ports` are the names of the ports
    that it scrapes; an empty name is a port that is not named.
    """

    of_services: bool
    selector: Value[Selector]
    namespaces: tuple[str, ...] | None
    ports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """One receiver, processor, exporter, connector or extension, defined or used: `type` or `type/name`."""

    id: str
    place: Place

    @property
    def type(self) -> str:
        """What kind of component it is."""
        return self.id.partition("/")[0].strip()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The way of one signal through a collector; `id` is `traces` or `traces/name`. Its components are uses."""

    id: str
    place: Place
    receivers: Items[Component]
    processors: Items[Component]
    exporters: Items[Component]

    @property
    def signal(self) -> str:
        """What the pipeline carries: `traces`, `metrics`, `logs`, or a signal that is newer than this program."""
        return self.id.partition("/")[0].strip()


@dataclass(frozen=True, slots=True, eq=False)
class Collector(Entity):
    """Something that takes telemetry and passes it on, as one configuration describes it.

    `partial` says why this may be a part of a configuration that is merged from several (empty: it is the whole).
    `attributes` are the resource attributes that its processors set.
    """

    receivers: Items[Component]
    processors: Items[Component]
    exporters: Items[Component]
    connectors: Items[Component]
    extensions: Items[Component]
    enabled_extensions: Items[Component]
    pipelines: Items[Pipeline]
    partial: str = ""
    attributes: frozenset[str] = frozenset()
