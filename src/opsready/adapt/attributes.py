"""Reading a resource's attributes, each with its symbolic path, its place and whether it can be known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import Items, Known, Place, Unknown, Unset, Value
from opsready.parse.syntax import Map, Seq, Withheld, span
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.source import Origin

# `${TAG}`, `$(TAG)`, `{{ .Values.tag }}`, `<tag>`, `__TAG__`: somebody fills these in later.
_PLACEHOLDER = pattern(r"\$[({]|\{\{|\$[A-Z_]{2}|<[^<>]{0,200}>|__[A-Z]|%%|@@")
_LONGEST_SHOWN = 60


def is_placeholder(text: str) -> bool:
    """Whether a text stands for another one that a tool fills in before deploying."""
    return _PLACEHOLDER.search(text) is not None


class Node:
    """A mapping inside a resource, or the place where one cannot be read; absent mappings read as empty ones."""

    __slots__ = ("_place", "file", "path", "tree", "withheld")

    def __init__(self, tree: object, file: str, path: str, place: Place | tuple[Node, str]) -> None:
        """Stand on a value of a tree at a symbolic path; `place` is where it is shown when it is itself the subject.

        A node and one of its keys stand for the key's place, which is worked out when somebody asks: few do.
        """
        self.tree = tree if isinstance(tree, Map) else None
        self.withheld = tree.reason if isinstance(tree, Withheld) else ""
        if tree is not None and not isinstance(tree, Map | Withheld):
            self.withheld = f"`{path}` is not a mapping"
        self.file = file
        self.path = path
        self._place = place

    @property
    def place(self) -> Place:
        """Where the mapping is shown when it is itself the subject."""
        if isinstance(self._place, tuple):
            around, key = self._place
            self._place = around.key_place(key)
        return self._place

    def __bool__(self) -> bool:
        """Whether a mapping is written here."""
        return self.tree is not None

    def __contains__(self, key: str) -> bool:
        """Whether a key is written with a value that is not null."""
        return self.tree is not None and self.tree.get(key) is not None

    def inner_path(self, key: str) -> str:
        """The symbolic path of a key of this mapping."""
        return f"{self.path}.{key}" if self.path else key

    def key_place(self, key: str) -> Place:
        """Where a key and its value stand; the mapping's own place where the key is not written."""
        if self.tree is None or key not in self.tree.pos:
            return Place(self.inner_path(key), self.place.span)
        start, _, end = self.tree.pos[key]
        if start == self.tree.start == end:
            # Written nowhere in this file: where something else gave it, else where it would stand.
            origin = self.origin(key)
            return Place(self.inner_path(key), origin.span if origin and origin.span else self.place.span)
        return Place(self.inner_path(key), span(self.file, start, end))

    def value_place(self, key: str) -> Place:
        """Where a key's value stands, without the key."""
        if self.tree is None or key not in self.tree.pos:
            return self.key_place(key)
        _, start, end = self.tree.pos[key]
        return Place(self.inner_path(key), span(self.file, start, max(start, end)))

    def node(self, key: str) -> Node:
        """The mapping below a key."""
        if self.tree is None:
            return Node(Withheld(self.withheld) if self.withheld else None, self.file, self.inner_path(key), self.place)
        return Node(self.tree.get(key), self.file, self.inner_path(key), (self, key))

    def at(self, *keys: str) -> Node:
        """The mapping below several keys."""
        found = self
        for key in keys:
            found = found.node(key)
        return found

    def raw(self, key: str) -> Value[object]:
        """A value of any kind; null counts as unset, as Kubernetes has it."""
        if self.withheld:
            return Unknown(self.withheld, self.place)
        value = self.tree.get(key) if self.tree is not None else None
        if value is None:
            return Unset()
        if isinstance(value, Withheld):
            return Unknown(value.reason, self.key_place(key))
        return Known(value, self.key_place(key), self.origin(key))

    def origin(self, key: str) -> Origin | None:
        """What gave a key's value, where it was not its own file."""
        return self.tree.origins.get(key) if self.tree is not None and self.tree.origins else None

    def text(self, key: str) -> Value[str]:
        """A text; numbers and booleans are taken as they would be written."""
        value = self.raw(key)
        if not isinstance(value, Known):
            return value if isinstance(value, Unknown) else Unset()
        if isinstance(value.value, Map | Seq):
            return Unknown(f"`{self.inner_path(key)}` holds something else than a text", value.place)
        written = value.value
        text = ("true" if written else "false") if isinstance(written, bool) else str(written)
        return Known(text, value.place, value.origin)

    def final_text(self, key: str) -> Value[str]:
        """A text; Unknown where it stands for another one that a tool fills in before deploying."""
        value = self.text(key)
        if isinstance(value, Known) and is_placeholder(value.value):
            return Unknown(
                f"`{self.inner_path(key)}` is filled in later: `{value.value[:_LONGEST_SHOWN]}`", value.place
            )
        return value

    def plain_text(self, key: str) -> str:
        """A text, or the empty one where there is none to read."""
        value = self.text(key)
        return value.value if isinstance(value, Known) else ""

    def integer(self, key: str, default: int | None = None) -> Value[int]:
        """A whole number, with the platform's default where it is unset."""
        value = self.raw(key)
        if isinstance(value, Unset):
            return Unset(default)
        if isinstance(value, Unknown):
            return value
        written = value.value
        if isinstance(written, int) and not isinstance(written, bool):
            return Known(written, value.place, value.origin)
        shown = written if isinstance(written, str) else type(written).__name__
        return Unknown(f"`{self.inner_path(key)}` is `{shown}` where a whole number belongs", value.place)

    def amount(self, key: str, default: float | None = None) -> Value[int | float]:
        """A count, or a share between 0 and 1 written as a percentage (Kubernetes' IntOrString)."""
        value = self.raw(key)
        if isinstance(value, Unset):
            return Unset(default)
        if isinstance(value, Unknown):
            return value
        written = value.value
        if isinstance(written, int) and not isinstance(written, bool):
            return Known(written, value.place, value.origin)
        if isinstance(written, str) and written.endswith("%") and written[:-1].isdecimal() and len(written) <= 4:
            return Known(int(written[:-1]) / 100, value.place, value.origin)
        return Unknown(f"`{self.inner_path(key)}` is neither a whole number nor a percentage", value.place)

    def items(self, key: str) -> Items[Node]:
        """The mappings of a list, each named by its `name` in the symbolic path."""
        if self.withheld:
            return Items((), self.withheld)
        value = self.tree.get(key) if self.tree is not None else None
        if isinstance(value, Withheld):
            return Items((), value.reason)
        if not isinstance(value, Seq):
            return Items((), "" if value is None else f"`{self.inner_path(key)}` is not a list")
        return Items(tuple(self._items(key, value)), value.incomplete or self._unreadable_item(key, value))

    def _unreadable_item(self, key: str, items: Seq) -> str:
        """Why an item of a list cannot be read as a mapping; empty where all can."""
        for item in items:
            if isinstance(item, Withheld):
                return item.reason
            if not isinstance(item, Map):
                return f"an item of `{self.inner_path(key)}` is not a mapping"
        return ""

    def _items(self, key: str, items: Seq) -> Iterator[Node]:
        base = self.inner_path(key)
        for index, (item, (start, end)) in enumerate(zip(items, items.pos, strict=False)):
            name = item.get("name") if isinstance(item, Map) else None
            if not isinstance(item, Map):
                continue
            path = f"{base}[{name if isinstance(name, str) and name else index}]"
            header = Place(path, span(self.file, start, end))
            if isinstance(name, str) and "name" in item.pos:
                _, name_start, name_end = item.pos["name"]
                header = Place(path, span(self.file, name_start, max(name_start, name_end)))
            yield Node(item, self.file, path, header)

    def texts(self, key: str) -> Items[str]:
        """The texts of a list."""
        if self.withheld:
            return Items((), self.withheld)
        value = self.tree.get(key) if self.tree is not None else None
        if isinstance(value, Withheld):
            return Items((), value.reason)
        if not isinstance(value, Seq):
            return Items(())
        return Items(tuple(item for item in value if isinstance(item, str)), value.incomplete)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """A mapping of texts, such as labels; values that cannot be read are left out."""
        value = self.tree.get(key) if self.tree is not None else None
        if not isinstance(value, Map):
            return ()
        return tuple(
            (name, text if isinstance(text, str) else _scalar(text))
            for name, text in value.items()
            if text is not None and not isinstance(text, Map | Seq | Withheld)
        )


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
