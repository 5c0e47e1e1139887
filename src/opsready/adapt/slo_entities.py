"""What the adapters of all formats of service level objectives share: who one is, and whether its queries hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.alerts import NAMING_LABELS, matchers_in
from opsready.adapt.indicators import category
from opsready.adapt.kubernetes_objects import ignores_of
from opsready.model.entity import Identity
from opsready.model.slo import Problem, Query
from opsready.model.source import Known, Place, Unknown
from opsready.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.adapt.attributes import Node
    from opsready.model.source import Value

_SERVICE_LABELS = frozenset({"service", "service_name", "pyrra.dev/service", "backstage.io/kubernetes-id"})


@dataclass(frozen=True, slots=True)
class Where:
    """Where a file of objectives belongs: its unit and its environment."""

    unit: str
    environment: str
    production: bool


@dataclass(slots=True)
class Complaints:
    """What is found wrong with an objective, one complaint an attribute, and which queries could not be checked."""

    problems: dict[str, Problem] = field(default_factory=dict)
    unread: list[tuple[str, Place]] = field(default_factory=list)

    def add(self, about: str, message: str, remedy: str, place: Place) -> None:
        """Complain about an attribute, unless something else is already wrong with it."""
        self.problems.setdefault(about, Problem(about, message, remedy, place))

    def take(self, problem: Problem | None) -> None:
        """Take over a complaint that reading a value made."""
        if problem is not None:
            self.problems.setdefault(problem.about, problem)

    def check_queries(self, queries: Iterable[Query], *, selectors: bool = False) -> None:
        """Parse the queries that are PromQL; `selectors` says that only plain selectors are allowed."""
        from opsready.parse.promql import check

        for query in queries:
            if not query.promql:
                continue
            checked = check(query.text)
            path = query.place.path
            if checked.outcome == "invalid":
                self.add(path, f"`{path}` is no PromQL: {checked.reason}", "correct the query", query.place)
            elif checked.outcome == "unknown":
                self.unread.append((f"`{path}` was not checked: {checked.reason}", query.place))
            elif selectors and not checked.selector:
                message = f"`{path}` is more than the plain selector of a metric, which this format asks for"
                self.add(path, message, "write the metric with its labels alone, without a function", query.place)


def query(node: Node, key: str, role: str, *, promql: bool = True) -> Query | None:
    """A query below a key; None where there is none to read."""
    text = node.text(key)
    if not isinstance(text, Known) or not text.value.strip():
        return None
    return Query(role, text.value, text.place, promql)  # type: ignore[arg-type]


def unreadable(node: Node, *keys: str) -> str:
    """Why a query below one of the keys cannot be read; empty where all can."""
    values = (node.text(key) for key in keys)
    return next((value.reason for value in values if isinstance(value, Unknown)), "")


def identity(kind: str, name: str, namespace: str | None, place: Place, metadata: Node, where: Where) -> Identity:
    """Who an objective of a plain file is."""
    return Identity(
        kind=kind,
        name=name,
        namespace=namespace,
        unit=where.unit,
        environment=where.environment,
        production=where.production,
        place=place,
        written_name=name,
        labels=labels_of(metadata),
        annotations=metadata.pairs("annotations"),
        ignores=ignores_of(metadata),
    )


def labels_of(metadata: Node) -> tuple[tuple[str, str], ...]:
    """The labels of an object; of a label with a list of values, as OpenSLO has them, each."""
    labels = metadata.node("labels")
    lists = tuple((key, value) for key in labels.tree or () for value in labels.texts(key).items)
    return (*metadata.pairs("labels"), *lists)


def named_by(queries: Iterable[Query], labels: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The names that labels and queries hold, labels that name a service outright first."""
    from_labels = [(key, value) for key, value in labels if key in _SERVICE_LABELS or key in NAMING_LABELS]
    applications = [(key, value) for key, value in labels if key == "app.kubernetes.io/name"]
    from_queries = [pair for found in queries for pair in matchers_in(found.text)]
    return tuple(dict.fromkeys((*from_labels, *applications, *from_queries)))


def categories(named: Identity) -> tuple[str, ...]:
    """What labels and annotations call the kind of an objective."""
    return category((*named.annotations, *named.labels))


def apart(identity: Identity, count: int) -> Identity:
    """The identity of the n-th objective of one name in a file; `#2` keeps the addresses apart."""
    return identity if count == 1 else replace(identity, name=f"{identity.name}#{count}")


def best(targets: Iterable[Value[float]]) -> Value[float] | None:
    """Of several targets the highest that can be read, else the first that cannot; None where there is none."""
    found = list(targets)
    read = [value for value in found if isinstance(value, Known)]
    if read:
        return max(read, key=lambda value: value.value)
    return next((value for value in found if isinstance(value, Unknown)), found[0] if found else None)
