"""Repositories in memory, resolved into units, and manifests to put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.intake import take_in
from opsready.parse.syntax import Map, Seq, Withheld
from opsready.resolve.environments import Environments
from opsready.resolve.repository import units
from opsready.tree import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsready.resolve.units import Resource, Unit

ENVIRONMENTS = Environments((), frozenset({"prod", "staging", "dev"}), frozenset({"prod"}))


def resolved(files: Mapping[str, str | bytes], known_charts: frozenset[str] = frozenset()) -> tuple[Unit, ...]:
    """Every unit of a repository."""
    return units(take_in(MemoryTree(files), ()).sources, ENVIRONMENTS, known_charts)


def unit(files: Mapping[str, str | bytes], identifier: str = "") -> Unit:
    """The unit of a repository with an id, or the only one."""
    found = [item for item in resolved(files) if not identifier or item.id == identifier]
    assert len(found) == 1, [item.id for item in resolved(files)]
    return found[0]


def names(of: Unit) -> list[str]:
    """What a unit deploys, as `Kind/name`."""
    return sorted(f"{resource.kind}/{resource.name}" for resource in of.resources)


def resource(of: Unit, name: str) -> Resource:
    """The resource of a unit that is written as `Kind/name`."""
    (found,) = [item for item in of.resources if f"{item.kind}/{item.written_name}" == name]
    return found


def at(tree: object, path: str) -> object:
    """The value at a path of keys and indices, such as `spec.containers.0.image`; a Withheld where it stops at one."""
    for part in path.split("."):
        if isinstance(tree, Withheld):
            return tree
        if isinstance(tree, Seq):
            tree = tree[int(part)]
        else:
            assert isinstance(tree, Map), (part, tree)
            tree = tree.get(part)
    return tree


def why(tree: object, path: str) -> str:
    """Why the value at a path is withheld."""
    value = at(tree, path)
    assert isinstance(value, Withheld), value
    return value.reason


def deployment(name: str = "cart", image: str = "shop/cart:1", *, namespace: str = "", extra: str = "") -> str:
    """A Deployment of two containers, of which the second one is always `shop/proxy:7`."""
    return (
        "apiVersion: apps/v1\nkind: Deployment\n"
        f"metadata:\n  name: {name}\n" + (f"  namespace: {namespace}\n" if namespace else "") + "spec:\n  replicas: 1\n"
        f"  selector:\n    matchLabels:\n      app: {name}\n"
        f"  template:\n    metadata:\n      labels:\n        app: {name}\n"
        f"    spec:\n      containers:\n      - name: {name}\n        image: {image}\n"
        "        ports:\n        - containerPort: 8080\n"
        f"      - name: proxy\n        image: shop/proxy:7\n{extra}"
    )


def service(name: str = "cart") -> str:
    """A Service in front of a Deployment."""
    return (
        f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n"
        f"spec:\n  selector:\n    app: {name}\n  ports:\n  - port: 80\n"
    )
