"""Service level objectives: what is promised of a service, over which time, and how it is measured."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from opsready.model.entity import Entity
from opsready.model.source import Place, Value
from opsready.model.verdict import Related
from opsready.records import dataclass

Measure = Literal["availability", "latency", "error-rate", "other"]


@dataclass(frozen=True, slots=True)
class Query:
    """A query of an indicator as written: `role` says what it counts; `promql` is false where it is another language.

    A `raw` query gives the ratio itself.
    """

    role: Literal["good", "bad", "total", "raw"]
    text: str
    place: Place
    promql: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule of its format, or of arithmetic, that an objective breaks.

    `about` is the attribute that breaks it, which no two problems of an objective share.
    """

    about: str
    message: str
    help: str
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Slo(Entity):
    """One service level objective.

    `service` is the service that it names itself. `measures` holds all that it is evidence of: the share of requests
    that succeed is availability and the error rate at once. `target` is the share that must be good, 0 to 1, without
    both ends; of several objectives the highest. `window` is the time over which it holds; its default is that of the
    format. `calendar` is true where the window follows the calendar instead of rolling on. `threshold` is the time
    within which an answer is good. `matchers` are the names in queries and labels by which it names a service,
    `grouping` the labels for each of whose values it is computed. `unread` says which queries could not be checked.
    """

    format: str
    service: Value[str]
    measures: Value[frozenset[Measure]]
    target: Value[float]
    window: Value[timedelta]
    calendar: bool = False
    threshold: Value[timedelta] | None = None
    queries: tuple[Query, ...] = ()
    matchers: tuple[tuple[str, str], ...] = ()
    grouping: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of one measure of a service: something measures it, something may, or nothing does.

    `place` is the attribute of the service's own entry that says so, None where it does not; `related` is where else it
    is written. `reason` and `help` are for the one who reads.
    """

    outcome: Literal["found", "unknown", "missing"]
    reason: str = ""
    help: str = ""
    place: Place | None = None
    related: tuple[Related, ...] = ()


def percent(share: float) -> str:
    """A share of 0 to 1 as people write it: `99.95 %`."""
    return f"{share * 100:.10g} %"
