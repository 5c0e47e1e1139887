"""Evaluated Terraform blocks of one root, and how their attributes are read and told of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from opsready.adapt.attributes import Node
from opsready.model.datastore import Trait
from opsready.model.source import Known, Unknown, Unset
from opsready.parse.syntax import Map, Withheld
from opsready.patterns import pattern
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import timedelta

    from opsready.model.entity import Identity
    from opsready.model.source import Place, Value

T = TypeVar("T")
_LONGEST_SHOWN = 60
_INDEX = pattern(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A resource of a Terraform root: `node` are its attributes and nested blocks, `address` is Terraform's own.

    `names` maps the path of an attribute to the addresses, without an index, of the blocks that its expression names.
    `conditional` says why it may not exist, or exist several times; empty where it exists.
    """

    type: str
    address: str
    identity: Identity
    node: Node
    names: Mapping[str, tuple[str, ...]]
    conditional: str = ""

    def named(self, path: str) -> tuple[str, ...]:
        """The addresses that an attribute's expression names, and those that attributes below it name."""
        below = (found for key, found in self.names.items() if key.startswith((f"{path}.", f"{path}[")))
        return (*self.names.get(path, ()), *(address for found in below for address in found))

    def beside(self, address: str) -> str:
        """The address, within the repository, of another block of the same root."""
        return f"{self.identity.address.removesuffix(self.address)}{address}"


class Blocks:
    """The blocks of one root, by type, and by what they name; evaluated when somebody asks for their type."""

    def __init__(self, kinds: Iterable[str], of_kind: Callable[[str], list[Block]]) -> None:
        """Take the types that there are, and what gives the blocks of one."""
        self._kinds = frozenset(kinds)
        self._of_kind = of_kind
        self._by_type: dict[str, list[Block]] = {}
        self._naming: dict[str, dict[tuple[str, str], list[Block]]] = {}
        self._in_module: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._doubts: dict[str, str] = {}

    def any(self, prefix: str) -> bool:
        """Whether there is a block of a provider's types."""
        return any(kind.startswith(prefix) for kind in self._kinds)

    def of(self, *types: str) -> list[Block]:
        """The blocks of some types."""
        return [block for kind in types for block in self._all(kind)]

    def _all(self, kind: str) -> list[Block]:
        if kind not in self._by_type:
            self._by_type[kind] = self._of_kind(kind) if kind in self._kinds else []
            for block in self._by_type[kind]:
                whole = unindexed(block.address)
                self._in_module[kind, module_of(whole)].add(whole)
                if block.conditional:
                    self._doubts[block.identity.address] = block.conditional
        return self._by_type[kind]

    def _named_by(self, kind: str) -> dict[tuple[str, str], list[Block]]:
        """The blocks of a type by an attribute and an address that it names."""
        found = self._naming.get(kind)
        if found is None:
            found = self._naming[kind] = defaultdict(list)
            for block in self._all(kind):
                for path, addresses in block.names.items():
                    attribute = path.partition(".")[0].partition("[")[0]
                    for address in addresses:
                        found[attribute, unindexed(address)].append(block)
        return found

    def doubt(self, address: str) -> str:
        """Why a block with this address within the repository may not exist; empty where it does.

        Of blocks whose type nobody has asked for nothing is known.
        """
        return self._doubts.get(address, "")

    def call_of(self, block: Block) -> str:
        """The name of the module call that makes this block and no other of its type; empty where there is none."""
        module = module_of(unindexed(block.address))
        alone = len(self._in_module[block.type, module]) == 1
        return module.rpartition(".")[2] if alone else ""

    def naming(self, kind: str, attribute: str, block: Block) -> list[Block]:
        """The blocks of a type whose attribute names a block; of several instances each is meant by its own index."""
        found = self._named_by(kind).get((attribute, unindexed(block.address)), ())
        index = _index(block.address)
        own = [item for item in found if _index(item.address) == index]
        return own or list(found)


def unindexed(address: str) -> str:
    """An address without the indexes of its instances: `module.db.aws_db_instance.this`."""
    return _INDEX.sub("", address)


def module_of(address: str) -> str:
    """The module that a block stands in, by an address without indexes: `module.db`; empty for the root."""
    return address.rpartition(".")[0].rpartition(".")[0]


def _index(address: str) -> tuple[str, ...]:
    return tuple(_INDEX.findall(address))


def inner(node: Node, key: str) -> Node:
    """The only nested block of a type; empty where there is none, unreadable where there may be one."""
    if node.tree is not None and isinstance(node.tree.get(key), Map):
        return node.node(key)
    found = node.items(key)
    if found.items:
        return found.items[0]
    place = node.key_place(key)
    return Node(Withheld(found.incomplete) if found.incomplete else None, node.file, node.inner_path(key), place)


def switch(node: Node, key: str, *, default: bool | None = None) -> Value[bool]:
    """A boolean, which Terraform takes as a text as well."""
    value = node.raw(key)
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Unset(default)
    written = {"true": True, "false": False}.get(value.value) if isinstance(value.value, str) else value.value
    if isinstance(written, bool):
        return Known(written, value.place, value.origin)
    return Unknown(f"`{key}` is neither true nor false", value.place)


def number(node: Node, key: str, default: int | None = None) -> Value[int]:
    """A whole number, which Terraform takes as a text as well."""
    value = node.raw(key)
    if isinstance(value, Known) and isinstance(value.value, str) and value.value.isdecimal() and len(value.value) < 10:
        return Known(int(value.value), value.place, value.origin)
    if isinstance(value, Known) and isinstance(value.value, float) and value.value.is_integer():
        return Known(int(value.value), value.place, value.origin)
    return node.integer(key, default)


def told(key: str, value: Value[T], meaning: str = "") -> str:
    """What an attribute says, in its own name; `meaning` is what follows from leaving it out."""
    if isinstance(value, Known):
        shown = str(value.value).lower() if isinstance(value.value, bool) else str(value.value)[:_LONGEST_SHOWN]
        return f"`{key}` is `{shown}`"
    return f"`{key}` is not set{f', {meaning}' if meaning else ''}"


def protection(block: Block, attribute: str, *, default: bool, meaning: str, remedy: str) -> Trait[bool]:
    """Whether a block is protected from deletion: by an attribute of the provider's, else by Terraform itself."""
    prevented = switch(inner(block.node, "lifecycle"), "prevent_destroy", default=False)
    own = switch(block.node, attribute, default=default) if attribute else Unset(default)
    for key, value in (("lifecycle.prevent_destroy", prevented), (attribute, own)):
        if isinstance(value, Known) and value.value:
            return Trait(value, told(key, value))
    if isinstance(own, Unset) and own.default:
        return Trait(own, told(attribute, own, meaning))
    unclear = own if isinstance(own, Unknown) else prevented
    if isinstance(unclear, Unknown):
        return Trait(unclear, remedy=remedy)
    return Trait(own, told(attribute, own, meaning) if attribute else meaning, remedy)


def copy_of(block: Block, attribute: str) -> Trait[str]:
    """What a replica repeats, where an attribute names it; what names a resource is one, whatever its value is."""
    source = block.node.text(attribute)
    named = next(iter(block.named(attribute)), "")
    if isinstance(source, Known) and source.value:
        return Trait(source, f"`{attribute}` is `{source.value[:_LONGEST_SHOWN]}`")
    if isinstance(source, Unknown) and named:
        return Trait(Known(named, block.node.key_place(attribute)), f"`{attribute}` names `{named}`")
    return Trait(source) if isinstance(source, Unknown) else Trait(Unset())


def in_zones(several: Value[bool]) -> Value[int]:
    """In how many zones runs what is in two or in one."""
    if isinstance(several, Known):
        return Known(2 if several.value else 1, several.place, several.origin)
    return several if isinstance(several, Unknown) else Unset(2 if several.default else 1)


def length(place: Place | None, value: timedelta | None) -> Value[timedelta]:
    """A length of time that is written at a place, else what follows from writing none."""
    return Known(value, place) if place is not None and value is not None else Unset(value)
