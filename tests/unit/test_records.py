"""Our quick dataclasses behave as the standard library's do, in everything that the project uses."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import pytest

from opsready import records

LIBRARIES = pytest.mark.parametrize("library", [dataclasses, records], ids=["standard", "ours"])


def _classes(library: Any) -> tuple[type, type, type]:
    """The same three classes made by either library: a base, one that extends it, and a mutable one."""

    @library.dataclass(frozen=True, slots=True)
    class Base:
        """A base."""

        name: str
        line: int = 1

        @property
        def shown(self) -> str:
            return f"{self.name}:{self.line}"

    @library.dataclass(frozen=True, slots=True)
    class Derived(Base):
        """Extends it."""

        tags: tuple[str, ...] = ()

    @library.dataclass(slots=True)
    class Mutable:
        """May change."""

        items: list[str] = library.field(default_factory=list)
        word: str = library.field(default="none")

    return Base, Derived, Mutable


@LIBRARIES
def test_values_are_taken_in_order_by_name_and_by_default(library: Any) -> None:
    base, derived, _ = _classes(library)
    assert derived("cart", 2, ("a",)).tags == ("a",)
    assert derived(line=3, name="cart").shown == "cart:3"
    assert base("cart").line == 1
    with pytest.raises(TypeError):
        base()
    with pytest.raises(TypeError):
        base("cart", 1, 2)
    with pytest.raises(TypeError):
        base("cart", colour="red")


@LIBRARIES
def test_equality_and_hash_are_by_value_and_by_type(library: Any) -> None:
    base, derived, mutable = _classes(library)
    assert base("cart", 2) == base("cart", 2)
    assert base("cart", 2) != base("cart", 3)
    assert base("cart", 2) != derived("cart", 2)
    assert len({base("cart"), base("cart"), base("shop")}) == 2
    assert mutable(["a"]) == mutable(["a"])
    with pytest.raises(TypeError):
        hash(mutable())


@LIBRARIES
def test_without_eq_a_record_equals_itself_only(library: Any) -> None:
    @library.dataclass(frozen=True, slots=True, eq=False)
    class Thing:
        name: str

    one: Any = Thing("cart")  # type: ignore[call-arg]
    assert one == one
    assert one != Thing("cart")  # type: ignore[call-arg]
    assert len({one, Thing("cart")}) == 2  # type: ignore[call-arg]


@LIBRARIES
def test_a_mutable_record_changes(library: Any) -> None:
    _, _, mutable = _classes(library)
    free = mutable()
    free.word = "some"
    assert free.word == "some"


@LIBRARIES
def test_slots_leave_no_room_for_other_names(library: Any) -> None:
    _, derived, mutable = _classes(library)
    assert not hasattr(derived("cart"), "__dict__")
    with pytest.raises(AttributeError):
        mutable().other = 1


@LIBRARIES
def test_each_record_has_a_list_of_its_own(library: Any) -> None:
    _, _, mutable = _classes(library)
    first, second = mutable(), mutable()
    first.items.append("a")
    assert second.items == []


@LIBRARIES
def test_replace_makes_another_record(library: Any) -> None:
    _, derived, _ = _classes(library)
    one = derived("cart", 2, ("a",))
    other = library.replace(one, line=5)
    assert (other.name, other.line, other.tags, type(other)) == ("cart", 5, ("a",), derived)
    assert one.line == 2
    with pytest.raises(TypeError):
        library.replace(one, colour="red")


@LIBRARIES
def test_a_record_shows_its_fields_and_keeps_its_docstring(library: Any) -> None:
    base, _, _ = _classes(library)
    assert repr(base("cart", 2)).endswith("Base(name='cart', line=2)")
    assert base.__doc__ == "A base."
    # Ours is known from the first record on, which `repr` has made.
    assert list(inspect.signature(base).parameters) == ["name", "line"]
