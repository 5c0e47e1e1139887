"""Evaluated Terraform roots, written as YAML: `{aws_db_instance: {orders: {multi_az: true}}}`.

A text `?why` is a value that cannot be read, and one that begins with an address names that resource.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from opsready.adapt.attributes import Node
from opsready.adapt.terraform_blocks import Block, Blocks
from opsready.parse.syntax import Map, Seq, Withheld
from opsready.parse.yaml import parse_yaml
from unit.entities import identity

_ADDRESS = re.compile(r"(?:data\.)?((?:aws|google|azurerm)_\w+\.\w+)(?:\[[^\]]*\])?(?:\.\w+|\Z)")


def root(text: str) -> Blocks:
    """The blocks of a root."""
    made = list(_blocks(text))
    return Blocks((block.type for block in made), lambda kind: [block for block in made if block.type == kind])


def _blocks(text: str) -> Iterator[Block]:
    (document,) = parse_yaml(text, "main.tf").documents
    assert isinstance(document.root, Map)
    for kind, named in document.root.items():
        for name, tree in named.items():
            names: dict[str, tuple[str, ...]] = {}
            _evaluate(tree, "", names)
            address = f"{kind}.{name}"
            tags = tuple((key, str(value)) for key, value in dict(tree.get("tags") or {}).items())
            own = identity(kind, address, labels=tags, own_address=address)
            why = str(tree.pop("conditional", ""))
            yield Block(kind, address, own, Node(tree, "main.tf", "", own.place), names, why)


def _evaluate(tree: Any, path: str, names: dict[str, tuple[str, ...]]) -> None:
    items = enumerate(tree) if isinstance(tree, Seq) else tree.items()
    for key, value in list(items):
        inside = f"{path}[{key}]" if isinstance(tree, Seq) else f"{path}.{key}" if path else str(key)
        if isinstance(value, Map | Seq):
            _evaluate(value, inside, names)
        elif isinstance(value, str) and value.startswith("?"):
            tree[key] = Withheld(value[1:])
        elif isinstance(value, str) and (found := _ADDRESS.match(value)):
            names[inside] = (found[1],)
            tree[key] = Withheld(f"`{value}` is known when it is there")
