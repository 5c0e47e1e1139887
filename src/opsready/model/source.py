"""Where a fact was read, and how sure we are of it."""

from __future__ import annotations

from typing import Generic, TypeVar

from opsready.records import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """A region of one file: 1-based, the end column exclusive; `file` is relative to the root, with forward slashes."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Place:
    """A symbolic position, which survives edits, together with the span it had when it was read.

    `path` is the path of keys inside a resource, list items by name where they have one:
    `spec.template.spec.containers[api].readinessProbe`. It is empty for the resource itself.
    """

    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Origin:
    """What gave a value that was not written where it takes effect: a kustomization's field, a default."""

    what: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A value that can be read here."""

    value: T
    place: Place
    origin: Origin | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Unset(Generic[T]):
    """Nobody wrote a value; the platform's default decides (None: the platform has none)."""

    default: T | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that exists but cannot be read from here, and why."""

    reason: str
    place: Place | None = None


Value = Known[T] | Unset[T] | Unknown


@dataclass(frozen=True, slots=True)
class Entry:
    """A named text: an annotation, an entry of a configuration object."""

    name: str
    value: Value[str]


@dataclass(frozen=True, slots=True)
class Items(Generic[T]):
    """A collection; `incomplete` says why there may be more than `items` (empty: the collection is complete)."""

    items: tuple[T, ...]
    incomplete: str = ""

    @property
    def complete(self) -> bool:
        """Whether nothing can be missing from `items`."""
        return not self.incomplete


def known(value: Value[T]) -> T | None:
    """The value in effect where it can be told: the written one, else the default; None where it is unknown."""
    if isinstance(value, Known):
        return value.value
    return value.default if isinstance(value, Unset) else None
