"""How traffic reaches workloads, and the names that declarations use for one another."""

from __future__ import annotations

from typing import Literal

from opsready.model.entity import Entity
from opsready.model.source import Entry, Place, Value
from opsready.model.workload import Selector
from opsready.records import dataclass

ReferenceKind = Literal["selector", "port", "object", "key"]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkService(Entity):
    """A stable address in front of instances (a Kubernetes Service).

    `selector` is Unset where the service selects nothing by itself (ExternalName, hand-made endpoints).
    `ports` maps each port's name and its number, as text, to the target port on the instances.
    """

    selector: Value[Selector]
    ports: tuple[tuple[str, int | str], ...]
    headless: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Route(Entity):
    """A way from outside to network services: the hosts that it answers to (an empty one: any), and their names."""

    hosts: tuple[str, ...]
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ConfigObject(Entity):
    """Something that is only ever referred to: a ConfigMap, a Secret, a ServiceAccount, a volume claim, a limit range.

    `keys` are the names of its entries; `complete` is false where more may be added. `entries` are the short ones of
    what is no secret (a ConfigMap) with their values. `defaults` names the resources (`cpu`, `memory`) that a limit
    range requests for containers which request nothing, `default_limits` those that it limits.
    `access_modes` are those of a volume claim. `holds_alerts` is true where an entry is a file of alerting rules.
    """

    keys: tuple[str, ...] = ()
    complete: bool = True
    defaults: frozenset[str] = frozenset()
    default_limits: frozenset[str] = frozenset()
    access_modes: tuple[str, ...] = ()
    holds_alerts: bool = False
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Reference(Entity):
    """A name that one declaration uses for another: it must exist where the declaration is deployed.

    `identity` is the owner's, its place the name as written. What is asked for: `selector` (instances with these
    labels), `port` (a named port of the selected instances), `object` (an object of `target_kind`), `key` (an entry
    `key` of it). `optional` references may dangle by the platform's own rules. `entry_follows` is true where the same
    owner asks for an entry of the same object as well: that the object exists is then told with the entry.
    """

    asks: ReferenceKind
    owner_address: str
    field: str
    target_kind: str
    target_name: str
    key: str = ""
    selector: Selector | None = None
    optional: bool = False
    entry_follows: bool = False

    @property
    def name(self) -> str:
        """The name that is used."""
        return self.target_name

    @property
    def target(self) -> str:
        """What is referred to, as a person would say it: `ConfigMap/cart`, key `url` of `Secret/db`."""
        whole = f"`{self.target_kind}/{self.target_name}`"
        return f"key `{self.key}` of {whole}" if self.key else whole


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a reference: it was found, it is missing, or it cannot be told and why.

    `outside` says that what it names is by its nature kept outside a repository, as secrets are.
    """

    outcome: Literal["found", "missing", "unknown", "outside"]
    reason: str
    place: Place | None = None
