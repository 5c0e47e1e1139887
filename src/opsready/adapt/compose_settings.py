"""Credentials among the variables and arguments of a compose file's services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.setting import Exposed, Setting
from opsready.model.source import Place
from opsready.parse.syntax import Map, Masked, Seq, span
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Identity


def settings(owner: Identity, service: Node, development: str) -> Iterator[Setting]:
    """A setting for each variable or argument that is a credential, or only stands for one."""
    for key in ("environment", "command"):
        for name, value, place in _texts(service, key):
            what = f"`{name}`" if name else "the command" if key == "command" else "a variable"
            title = f"{what} of service `{owner.name}`"
            made = Setting(
                replace(owner, place=place), place.path, title, development=development, without_orchestrator=True
            )
            if value.marks:
                said = f"holds {value.marks[0].what} in plain text"
                yield replace(made, exposed=(Exposed(said, place),))
            elif value.stand_in:
                yield replace(made, kept=f"{title} is a placeholder or a reference")


def _texts(service: Node, key: str) -> Iterator[tuple[str, Masked, Place]]:
    """What was masked below a key, a mapping, a list or a text: what it is called, itself, and where it stands."""
    values = service.tree.get(key) if service.tree is not None else None
    if isinstance(values, Map):
        node = service.node(key)
        for name, value in values.items():
            if isinstance(value, Masked):
                yield name, value, node.key_place(name)
    elif isinstance(values, Seq):
        for index, (value, (start, end)) in enumerate(zip(values, values.pos, strict=False)):
            if isinstance(value, Masked):
                name = value.partition("=")[0] if key == "environment" else value.marks[0].name if value.marks else ""
                place = span(service.file, start, max(start, end))
                yield name, value, Place(f"{service.inner_path(key)}[{name or index}]", place)
    elif isinstance(values, Masked):
        yield values.marks[0].name if values.marks else "", values, service.key_place(key)
