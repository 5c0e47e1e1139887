"""What every subject has: a name, an address, the unit it is deployed with, and the ignores written on it."""

from __future__ import annotations

from opsready.model.source import Place
from opsready.records import dataclass


@dataclass(frozen=True, slots=True)
class Ignore:
    """An ignore as written in an annotation or a comment; `problem` says why it cannot take effect (empty: it can).

    `until` is an ISO date, the last day on which the ignore holds; empty where it names no end. `rule` is empty where
    somebody meant to ignore something and did not say what.
    """

    rule: str
    reason: str
    until: str
    place: Place
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an entity is: shared by everything that was read from one declaration.

    `namespace` is None where the declaration names none; `deploy_namespace` is the one that takes effect, which a
    kustomization may set and which is no part of the address. `written_name` is the name before a kustomization's
    prefix and suffix: what the declarations beside it refer to. `own_address` is the address of what is not called by
    kind, namespace and name.
    """

    kind: str
    name: str
    namespace: str | None
    unit: str
    environment: str
    production: bool
    place: Place
    written_name: str = ""
    deploy_namespace: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    ignores: tuple[Ignore, ...] = ()
    own_address: str = ""

    @property
    def address(self) -> str:
        """`Deployment/shop/cart`, or `Deployment/cart` where no namespace is written."""
        if self.own_address:
            return self.own_address
        parts = (self.kind, self.namespace, self.name) if self.namespace else (self.kind, self.name)
        return "/".join(part for part in parts if part)

    def label(self, key: str) -> str | None:
        """The value of a label of the declaration, None where it has no such label."""
        return next((value for name, value in self.labels if name == key), None)

    def annotation(self, key: str) -> str | None:
        """The value of an annotation of the declaration, None where it has no such annotation."""
        return next((value for name, value in self.annotations if name == key), None)


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """A subject of rules or a party to a join; compared by identity, never changed after adapting."""

    identity: Identity

    @property
    def name(self) -> str:
        """The entity's own name."""
        return self.identity.name

    @property
    def address(self) -> str:
        """The entity's address within the repository."""
        return self.identity.address

    @property
    def place(self) -> Place:
        """The header: where the entity's name is written."""
        return self.identity.place

    @property
    def part_of(self) -> Entity | None:
        """The entity whose owners own this one as well; None for what has owners of its own."""
        return None
