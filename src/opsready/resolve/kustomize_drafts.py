"""Resources while kustomizations work on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.records import dataclass
from opsready.resolve.units import Resource

if TYPE_CHECKING:
    from opsready.parse.syntax import Map


@dataclass(slots=True)
class Draft:
    """A resource while kustomizations work on it; its tree is a copy of its own."""

    api_version: str
    kind: str
    name: str
    written_name: str
    namespace: str | None
    deploy_namespace: str | None
    file: str
    tree: Map

    def finished(self) -> Resource:
        """The resource as it will be deployed."""
        return Resource(
            self.api_version,
            self.kind,
            self.name,
            self.written_name,
            self.namespace,
            self.deploy_namespace,
            self.file,
            self.tree,
        )
