"""Credentials in the configuration of Kubernetes objects: in variables, arguments, ConfigMaps and Secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.attributes import is_placeholder
from opsready.model.setting import Exposed, Setting
from opsready.model.source import Known, Place, Unknown
from opsready.parse.credential_looks import PLAIN
from opsready.parse.credentials import CREDENTIAL_NAME
from opsready.parse.syntax import COLUMN_BITS, Map, Masked, Seq, Withheld, span
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.entity import Identity

_OPEN = "in plain text"
# `data` is in base64, which anybody can read: https://kubernetes.io/docs/concepts/configuration/secret/
_DATA = {"data": "in base64, which hides nothing", "stringData": _OPEN}


def pod_settings(owner: Identity, pod: Node) -> Iterator[Setting]:
    """The variables and arguments of a pod's containers that are credentials, or are called so."""
    for container in (*pod.items("containers").items, *pod.items("initContainers").items):
        name = container.plain_text("name")
        for variable in container.items("env").items:
            yield from _variable(owner, variable, name)
        for key in ("command", "args"):
            yield from _arguments(owner, container, key, name)


def _variable(owner: Identity, variable: Node, container: str) -> Iterator[Setting]:
    name = variable.plain_text("name")
    title = f"`{name}` of container `{container}`"
    value = variable.tree.get("value") if variable.tree is not None else None
    place = variable.key_place("value")
    if isinstance(value, Masked):
        yield from masked_setting(owner, place, title, value, variable)
    elif CREDENTIAL_NAME.search(name):
        kept = _source(variable.node("valueFrom"))
        written = variable.text("value")
        if kept:
            yield made(owner, variable.key_place("valueFrom"), title, kept=f"{title} comes from {kept}")
        elif isinstance(written, Unknown):
            yield made(owner, place, title, hidden=f"{title}: {written.reason}")
        elif isinstance(written, Known) and is_placeholder(written.value):
            yield made(owner, place, title, kept=f"{title} is filled in where it is deployed")


def _source(source: Node) -> str:
    """The Secret that a variable is taken from; empty where it is none."""
    name = source.node("secretKeyRef").plain_text("name")
    return f"the Secret `{name}`" if name else ""


def _arguments(owner: Identity, container: Node, key: str, name: str) -> Iterator[Setting]:
    arguments = container.tree.get(key) if container.tree is not None else None
    if not isinstance(arguments, Seq):
        return
    for index, (value, (start, end)) in enumerate(zip(arguments, arguments.pos, strict=False)):
        if isinstance(value, Masked) and value.marks:
            called = value.marks[0].name or index
            place = Place(f"{container.inner_path(key)}[{called}]", span(container.file, start, max(start, end)))
            title = f"argument `{called}` of container `{name}`"
            if not value.marks[0].name:
                title = f"an argument of container `{name}`"
            yield made(owner, place, title, (Exposed(f"holds {value.marks[0].what} {_OPEN}", place),))


def config_map_settings(owner: Identity, root: Node) -> Iterator[Setting]:
    """The entries of a ConfigMap that are credentials, or files with some in them."""
    data = root.node("data")
    for key, value in (data.tree or {}).items():
        if isinstance(value, Masked):
            title = f"`{key}` of ConfigMap `{owner.name}`"
            yield from masked_setting(owner, data.key_place(key), title, value, data, key)


def secret_settings(owner: Identity, root: Node) -> Iterator[Setting]:
    """A Secret as one setting: it is committed with what it holds, or without."""
    title = f"Secret `{owner.name}`"
    if root.tree is not None and "sops" in root.tree:
        yield made(owner, root.place, title, kept=f"{title} is encrypted with SOPS")
        return
    exposed: list[Exposed] = []
    held = False
    hidden = root.node("binaryData").withheld
    for field, how in _DATA.items():
        data = root.node(field)
        hidden = hidden or data.withheld
        for key, value in (data.tree or {}).items():
            held = True
            if isinstance(value, Withheld):
                hidden = hidden or value.reason
            elif isinstance(value, Masked) and value.marks:
                mark = value.marks[0]
                what = f", {mark.what}," if mark.what != PLAIN else ""
                exposed.append(Exposed(f"commits `{key}`{what} {how}", _line_place(value, data, key, mark.line)))
    if exposed:
        yield made(owner, exposed[0].place, title, tuple(exposed), field="data")
    elif hidden:
        yield made(owner, root.place, title, hidden=f"what {title} holds cannot be read: {hidden}", field="data")
    elif held:
        yield made(owner, root.place, title, kept=f"{title} is committed without a credential", field="data")


def sealed_settings(owner: Identity, root: Node) -> Iterator[Setting]:
    """What is kept elsewhere, or sealed."""
    title = f"{owner.kind} `{owner.name}`"
    how = (
        "holds what only the cluster can decrypt" if owner.kind == "SealedSecret" else "names where its values are kept"
    )
    yield made(owner, root.place, title, kept=f"{title} {how}", field="data")


def masked_setting(
    owner: Identity, place: Place, title: str, value: Masked, node: Node, key: str = "value"
) -> Iterator[Setting]:
    """What a text of which a part was masked comes to: nothing where it is no credential for sure."""
    if value.marks:
        exposed = _exposed(value, node, key)
        yield made(owner, exposed[0].place, title, exposed, field=place.path)
    elif value.stand_in:
        yield made(owner, place, title, kept=f"{title} is a placeholder or a reference")


def made(
    owner: Identity,
    place: Place,
    title: str,
    exposed: tuple[Exposed, ...] = (),
    *,
    kept: str = "",
    hidden: str = "",
    field: str = "",
    development: str = "",
) -> Setting:
    """A setting of an owner, at a place."""
    path = field or place.path
    return Setting(replace(owner, place=place), path, title, exposed, kept, hidden, development)


def _exposed(value: Masked, node: Node, key: str) -> tuple[Exposed, ...]:
    """What is in the open in a value, each on its own line where the value is a file of many."""
    return tuple(
        Exposed(
            f"sets `{mark.name}` to {mark.what} {_OPEN}" if mark.name else f"holds {mark.what} {_OPEN}",
            _line_place(value, node, key, mark.line),
        )
        for mark in value.marks
    )


def _line_place(value: Masked, node: Node, key: str, line: int) -> Place:
    at = node.key_place(key)
    begin = (node.tree.blocks or {}).get(key) if isinstance(node.tree, Map) else None
    if begin is None:
        return at
    lines = value.split("\n")
    start = begin + (line << COLUMN_BITS)
    shown = lines[line] if line < len(lines) else ""
    left = start + len(shown) - len(shown.lstrip())
    end = start + max(len(shown.rstrip()), 1)
    return Place(f"{at.path}#{line}" if line else at.path, span(node.file, min(left, end - 1), end))
