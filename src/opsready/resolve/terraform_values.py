"""What Terraform's expressions evaluate to: plain values with what gave them and what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.parse.syntax import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.source import Origin

Names = tuple[str, ...]
MAX_TEXT = 1_000_000  # characters
MAX_ITEMS = 10_000
MAX_NESTED = 60  # levels of lists and objects in one another


class Failed(Withheld):
    """Stands for a value that Terraform would refuse to make; `try` goes on to its next argument."""

    __slots__ = ()


class OpenObject(dict[str, "Val"]):
    """An object that may have attributes of which only its type knows (`optional(...)`)."""


class Val:
    """A value: a scalar, a list, an object, or a Withheld with the reason why it cannot be told.

    `origin` is what gave it where it was not written where it is used, `names` are the addresses of blocks that it
    refers to, and a `secret` one never enters a tree.
    """

    __slots__ = ("names", "origin", "secret", "value")

    def __init__(self, value: object, names: Names = (), origin: Origin | None = None, *, secret: bool = False) -> None:
        """Remember a value and what is known about it."""
        self.value = value
        self.names = names
        self.origin = origin
        self.secret = secret

    @property
    def known(self) -> bool:
        """Whether the value can be told, apart from what is inside of it."""
        return not isinstance(self.value, Withheld)

    @property
    def reason(self) -> str:
        """Why it cannot be told; empty where it can."""
        return self.value.reason if isinstance(self.value, Withheld) else ""

    def given_by(self, origin: Origin, *, secret: bool = False) -> Val:
        """The same value as something else gives it; an origin that it has already is nearer to its cause."""
        return Val(self.value, self.names, self.origin or origin, secret=self.secret or secret)

    def naming(self, address: str) -> Val:
        """The same value, come by way of a block."""
        names = tuple(dict.fromkeys((address, *self.names)))
        return Val(self.value, names, self.origin, secret=self.secret)

    def holding(self, value: object) -> Val:
        """Another value with all that is known about this one."""
        return Val(value, self.names, self.origin, secret=self.secret)


NULL = Val(None)


def unknown(reason: str, names: Names = ()) -> Val:
    """A value that exists and cannot be told."""
    return Val(Withheld(reason), names)


def failed(reason: str, names: Names = ()) -> Val:
    """A value that cannot exist."""
    return Val(Failed(reason), names)


def joined(*values: Val) -> Names:
    """All names of some values, each once."""
    return tuple(dict.fromkeys(name for value in values for name in value.names))


def first_unknown(*values: Val) -> Val | None:
    """The first value that cannot be told."""
    return next((value for value in values if not value.known), None)


def _within(value: Val) -> Iterator[Val]:
    """A value and everything inside of it, each once: a list may stand in another one many times."""
    seen: set[int] = set()
    stack = [value]
    while stack:
        item = stack.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        if isinstance(item.value, list):
            stack.extend(item.value)
        elif isinstance(item.value, dict):
            stack.extend(item.value.values())


def all_names(value: Val) -> Names:
    """The names of a value and of everything inside of it."""
    return tuple(dict.fromkeys(name for item in _within(value) for name in item.names))


def is_secret(value: Val) -> bool:
    """Whether a value or anything inside of it is secret."""
    return any(item.secret for item in _within(value))


def plain(value: Val) -> object:
    """The value without what is known about it; a Withheld where any part cannot be told."""
    return _plain(value, [MAX_ITEMS], 0)


def _plain(value: Val, left: list[int], depth: int) -> object:
    left[0] -= 1
    if left[0] < 0 or depth > MAX_NESTED:
        return Withheld("it holds more values than are read")
    if isinstance(value.value, list):
        items = []
        for item in value.value:
            found = _plain(item, left, depth + 1)
            if isinstance(found, Withheld):
                return found
            items.append(found)
        return items
    if isinstance(value.value, dict):
        entries = {}
        for key, item in value.value.items():
            found = _plain(item, left, depth + 1)
            if isinstance(found, Withheld):
                return found
            entries[key] = found
        return entries
    return value.value


def same(left: object, right: object) -> bool:
    """Whether two plain values are equal; `1`, `"1"` and `true` are three values."""
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left == right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return left == right


def text_of(value: object) -> str | None:
    """A scalar as a template writes it; None for what is no scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) else None


def number_of(value: object) -> int | float | None:
    """A number, which Terraform takes as a text as well; None for what is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) < 40:
        try:
            number = float(value)
        except ValueError:
            return None
        if number != number or number in {float("inf"), float("-inf")} or "_" in value:
            return None
        return int(value) if value.lstrip("+-").isdecimal() else int(number) if number.is_integer() else number
    return None


def boolean_of(value: object) -> bool | None:
    """A boolean, which Terraform takes as a text as well; None for what is none."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None
