"""From an HCL body to the mapping that adapters read, each value with its place, its origin and what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.parse.credentials import MASK, mask_text, names_credential, points_elsewhere
from opsready.parse.hcl_syntax import HclError, ObjectOf, TupleOf
from opsready.parse.syntax import Map, Seq, Withheld
from opsready.resolve.terraform_values import MAX_NESTED, Val, unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from opsready.parse.hcl import HclFile
    from opsready.parse.hcl_syntax import Attribute, Block, Body, Expression
    from opsready.resolve.terraform_evaluate import Evaluator

# These name attributes rather than values.
_OF_PLANS = frozenset({"ignore_changes", "replace_triggered_by"})
LABEL = "label"  # the key of a nested block's label: `backend "s3"`
_LARGEST = 50_000  # values of one block


class TreeBuilder:
    """Builds the tree of one block; `references` are the addresses that each path names."""

    __slots__ = ("evaluator", "file", "left", "references")

    def __init__(self, file: HclFile, evaluator: Evaluator) -> None:
        """Build from a file's blocks, in a scope."""
        self.file = file
        self.evaluator = evaluator
        self.references: dict[str, tuple[str, ...]] = {}
        self.left = _LARGEST

    def body(self, body: Body, start: int, path: str = "", leave: Collection[str] = ()) -> Map:
        """A body as a mapping, without some of its attributes."""
        packed = self.file.lines.packed
        tree = Map(packed(start))
        for name, attribute in body.attributes.items():
            if name not in leave:
                self.attribute(tree, attribute, f"{path}.{name}" if path else name)
        for block in body.blocks:
            if block.type == "dynamic" and len(block.labels) == 1:
                self.dynamic(tree, block, path)
            elif block.type not in tree or isinstance(tree[block.type], Seq):
                self.nested(tree, block.type, block, path)
        _mask_named_value(tree)
        return tree

    def attribute(self, tree: Map, attribute: Attribute, path: str) -> None:
        """Put an attribute's value into a mapping."""
        packed = self.file.lines.packed
        name = attribute.name
        key, begin, end = packed(attribute.start), packed(attribute.value_start), packed(attribute.value_end)
        tree.pos[name] = (key, begin, end if end >> 24 == key >> 24 else packed(attribute.end))
        if end >> 24 != key >> 24:
            tree.end_later(name, end)
        if attribute.problem:
            tree[name] = Withheld(attribute.problem)
            return
        try:
            expression = attribute.expression()
        except HclError as error:
            tree[name] = Withheld(f"`{name}` is no HCL: {error.message}")
            return
        self.put(tree, name, expression, path, attribute.value_end, credential=names_credential(name))

    def put(self, tree: Map, name: str, expression: Expression, path: str, end: int, *, credential: bool) -> None:
        """Put an expression's value under a key whose position is there already."""
        if isinstance(expression, ObjectOf):
            tree[name] = self.object_of(expression, path, credential=credential)
        elif isinstance(expression, TupleOf):
            tree[name] = self.tuple_of(expression, path, end, credential=credential)
        else:
            value = self.evaluator.value(expression)
            tree[name] = self.plain(value, path, tree.pos[name], credential=credential)
            if value.origin is not None:
                tree.origins = tree.origins or {}
                tree.origins[name] = value.origin

    def object_of(self, node: ObjectOf, path: str, *, credential: bool) -> object:
        """An object that is written here, with a place for each of its keys."""
        packed = self.file.lines.packed
        tree = Map(packed(node.at))
        for (key, item), end in zip(node.items, node.ends, strict=True):
            name = self.evaluator.value(key)
            if not isinstance(name.value, str | int | float) or isinstance(name.value, bool):
                return Withheld(name.reason or "a key of it is no text")
            text = str(name.value)
            start, begin, ended = packed(key.at), packed(item.at), packed(end)
            tree.pos[text] = (start, begin, ended if ended >> 24 == start >> 24 else begin)
            self.put(tree, text, item, f"{path}.{text}", end, credential=credential or names_credential(text))
        _mask_named_value(tree)
        return tree

    def tuple_of(self, node: TupleOf, path: str, end: int, *, credential: bool) -> Seq:
        """A list that is written here, with a place for each of its items."""
        packed = self.file.lines.packed
        found = Seq(packed(node.at))
        for index, item in enumerate(node.items):
            last = node.items[index + 1].at - 1 if index + 1 < len(node.items) else end - 1
            start, ended = packed(item.at), packed(max(last, item.at))
            inside = f"{path}[{index}]"
            found.pos.append((start, ended if ended >> 24 == start >> 24 else start))
            if isinstance(item, ObjectOf):
                found.append(self.object_of(item, inside, credential=credential))
            elif isinstance(item, TupleOf):
                found.append(self.tuple_of(item, inside, last, credential=credential))
            else:
                value = self.evaluator.value(item)
                found.append(self.plain(value, inside, (start, start, ended), credential=credential))
        return _marked(found)

    def plain(self, value: Val, path: str, at: tuple[int, int, int], *, credential: bool, depth: int = 0) -> object:
        """An evaluated value; all that is in it stands where it is used."""
        self.left -= 1
        if self.left < 0 or depth > MAX_NESTED:
            return Withheld("the block holds more values than are read of one")
        held = value.value
        if value.names:
            self.references[path] = value.names
        if isinstance(held, dict):
            tree = Map(at[0])
            for key, item in held.items():
                tree.pos[key] = at
                inside = credential or value.secret or names_credential(key)
                tree[key] = self.plain(item, f"{path}.{key}", at, credential=inside, depth=depth + 1)
                if item.origin is not None:
                    tree.origins = tree.origins or {}
                    tree.origins[key] = item.origin
            _mask_named_value(tree)
            return tree
        if isinstance(held, list):
            found = Seq(at[1])
            for index, item in enumerate(held):
                found.pos.append((at[1], at[2]))
                inside = credential or value.secret
                found.append(self.plain(item, f"{path}[{index}]", at, credential=inside, depth=depth + 1))
            return _marked(found)
        return _masked(held, credential=credential, secret=value.secret)

    def nested(self, tree: Map, name: str, block: Block, path: str) -> None:
        """Add a nested block to those of its type."""
        found = self.sequence(tree, name, block)
        inside = f"{path}.{name}" if path else name
        if block.broken:
            found.incomplete = block.broken
            return
        packed = self.file.lines.packed
        found.pos.append((packed(block.start), packed(block.header_end)))
        leave = _OF_PLANS if block.type == "lifecycle" else ()
        inner = self.body(block.body, block.start, f"{inside}[{len(found)}]", leave)
        if block.labels and block.type != "dynamic" and LABEL not in inner and name == block.type:
            inner[LABEL] = block.labels[0]
            inner.pos[LABEL] = (packed(block.start), packed(block.start), packed(block.header_end))
        found.append(inner)

    def sequence(self, tree: Map, name: str, block: Block) -> Seq:
        """The nested blocks of a type so far."""
        found = tree.get(name)
        if not isinstance(found, Seq):
            packed = self.file.lines.packed
            found = Seq(packed(block.start))
            tree[name] = found
            tree.pos[name] = (packed(block.start), packed(block.start), packed(block.header_end))
        return found

    def dynamic(self, tree: Map, block: Block, path: str) -> None:
        """Write a `dynamic` block out, where what it repeats over can be told."""
        name = block.labels[0]
        content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
        over = block.body.attributes.get("for_each")
        iterator = block.body.attributes.get("iterator")
        items = items_of(over, self.evaluator) if over is not None else unknown("it has no `for_each`")
        if isinstance(items, Val) or content is None:
            reason = items.reason if isinstance(items, Val) else "it has no `content`"
            self.sequence(tree, name, block).incomplete = f"how many `{name}` there are cannot be told: {reason}"
            return
        outer = self.evaluator
        for key, item in items:
            self.evaluator = outer.binding(**{iterator.written if iterator else name: Val({"key": key, "value": item})})
            self.nested(tree, name, content, path)
        self.evaluator = outer


def items_of(attribute: Attribute, evaluator: Evaluator) -> list[tuple[Val, Val]] | Val:
    """What a `for_each` repeats over; an unknown value where that cannot be told."""
    try:
        found = evaluator.value(attribute.expression())
    except HclError as error:
        return unknown(f"`{attribute.name}` is no HCL: {error.message}")
    if isinstance(found.value, dict):
        return [(Val(key), found.value[key]) for key in sorted(found.value)]
    if isinstance(found.value, list):
        unclear = next((item for item in found.value if not item.known), None)
        return unclear if unclear is not None else [(item, item) for item in found.value]
    return found if not found.known else unknown(f"`{attribute.written[:60]}` is neither a list nor an object")


def _marked(found: Seq) -> Seq:
    """A list, told to be incomplete where an item of it cannot be read."""
    found.incomplete = next((item.reason for item in found if isinstance(item, Withheld)), "")
    return found


def _masked(held: object, *, credential: bool, secret: bool) -> object:
    if isinstance(held, str):
        if secret or (credential and not points_elsewhere(held)):
            return MASK
        return mask_text(held, keep_columns=False)
    return MASK if secret and held is not None and not isinstance(held, Withheld | bool) else held


def _mask_named_value(tree: Map) -> None:
    """Of `{ name = "DB_PASSWORD", value = "..." }` the value is the secret."""
    name = tree.get("name", tree.get("key"))
    value = tree.get("value")
    if isinstance(name, str) and isinstance(value, str) and names_credential(name) and not points_elsewhere(value):
        tree["value"] = MASK
