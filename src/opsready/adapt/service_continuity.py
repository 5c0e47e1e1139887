"""What catalogue entries declare about disasters: a service's data, its recovery objectives, its regions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from opsready.adapt.attributes import Node
from opsready.adapt.durations import calendar_period, duration
from opsready.model.continuity import (
    Continuity,
    DeclaredBackup,
    DeclaredDatastore,
    DeclaredRegions,
    FailurePromise,
    Promise,
)
from opsready.model.source import Items, Known, Unknown, Unset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opsready.model.source import Value

T = TypeVar("T")
_DAYS_IN_A_MONTH = 30
_LONGEST_SHOWN = 40


def continuity(spec: Node) -> Continuity:
    """Read `data`, `objectives` and `capacity.regions` of a service file's `spec`."""
    data, objectives = spec.node("data"), spec.node("objectives")
    listed = data.items("datastores")
    return Continuity(
        _flag(data, "stateful"),
        Items(tuple(_datastores(listed.items)), listed.incomplete),
        _promise(objectives, "rpo"),
        _promise(objectives, "rto"),
        tuple(_by_failure(objectives.node("by_failure"))),
        _regions(spec.node("capacity").node("regions")),
    )


def annotated(annotations: Node) -> Continuity:
    """Read the objectives that a Backstage component has as annotations."""
    return Continuity(rpo=_promise(annotations, "opsready.dev/rpo"), rto=_promise(annotations, "opsready.dev/rto"))


def united(declared: Sequence[Continuity]) -> Continuity:
    """One record of all that is declared of a service: of each field the first that is written.

    A service that anybody calls stateful is stateful; datastores are united by what they refer to.
    """
    stores: dict[str, DeclaredDatastore] = {}
    failures: dict[str, FailurePromise] = {}
    for item in declared:
        for store in item.datastores.items:
            stores.setdefault(store.ref, store)
        for promise in item.by_failure:
            failures.setdefault(promise.failure, promise)
    stateful = (item.stateful for item in declared if isinstance(item.stateful, Known) and item.stateful.value)
    return Continuity(
        next(stateful, None) or _first(item.stateful for item in declared),
        Items(tuple(stores.values()), next((d.datastores.incomplete for d in declared if d.datastores.incomplete), "")),
        _first(item.rpo for item in declared),
        _first(item.rto for item in declared),
        tuple(failures.values()),
        next((item.regions for item in declared if item.regions is not None), None),
    )


def _first(values: Iterable[Value[T]]) -> Value[T]:
    return next((value for value in values if not isinstance(value, Unset)), Unset())


def _datastores(nodes: Iterable[Node]) -> Iterator[DeclaredDatastore]:
    for node in nodes:
        ref = node.plain_text("ref").strip()
        if ref:
            backup = node.node("backup")
            yield DeclaredDatastore(
                ref, _promise(node, "rpo"), _promise(node, "rto"), _backup(backup) if backup else None, node.place
            )


def _backup(node: Node) -> DeclaredBackup:
    return DeclaredBackup(
        _promise(node, "frequency"), _promise(node, "retention"), _flag(node, "pitr"), node.text("offsite")
    )


def _by_failure(node: Node) -> Iterator[FailurePromise]:
    for failure in node.tree or ():
        promised = node.node(failure)
        if promised:
            yield FailurePromise(failure, _promise(promised, "rpo"), _promise(promised, "rto"))


def _regions(node: Node) -> DeclaredRegions | None:
    if not node:
        return None
    primary = node.plain_text("primary").strip()
    others = tuple(name.strip() for name in node.texts("others").items if name.strip())
    return DeclaredRegions(primary, others, node.plain_text("mode").strip(), node.place)


def _flag(node: Node, key: str) -> Value[bool]:
    value = node.raw(key)
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Unset()
    if isinstance(value.value, bool):
        return Known(value.value, value.place, value.origin)
    return Unknown(f"`{node.inner_path(key)}` is neither true nor false", value.place)


def _promise(node: Node, key: str) -> Value[Promise]:
    """A length of time; Unknown where what is written is none."""
    value = node.text(key)
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Unset()
    text = value.value.strip()
    length = _length(text)
    if length is None:
        return Unknown(
            f"`{key.rpartition('/')[2]}` is `{text[:_LONGEST_SHOWN]}`, which is no length of time", value.place
        )
    return Known(Promise(text, length), value.place, value.origin)


def _length(text: str) -> timedelta | None:
    exact = duration(text)
    if exact is not None:
        return exact
    period = calendar_period(text)
    try:
        return timedelta(days=period.months * _DAYS_IN_A_MONTH + period.days) if period else None
    except OverflowError:
        return None
