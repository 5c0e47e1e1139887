"""The values files of a chart, parsed once and only when a template asks for a value."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from opsready.parse.syntax import Map

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.resolve.sources import TextFile


class ChartValues:
    """The chart's defaults (`values.yaml`), and the files of values that somebody installs it with."""

    def __init__(self, files: Iterable[TextFile]) -> None:
        """Keep the files' texts."""
        self._files = tuple(files)

    @cached_property
    def _documents(self) -> dict[str, tuple[object, ...]]:
        from opsready.parse.yaml import parse_yaml

        return {
            file.path: tuple(document.root for document in parse_yaml(file.text, file.path).documents)
            for file in self._files
        }

    @cached_property
    def all(self) -> tuple[Map, ...]:
        """Every mapping of values, whichever file it is in."""
        return tuple(root for roots in self._documents.values() for root in roots if isinstance(root, Map))

    @cached_property
    def defaults(self) -> Map | None:
        """What holds unless somebody says otherwise; None where nothing can be read."""
        roots = next((found for path, found in self._documents.items() if path.rpartition("/")[2] == "values.yaml"), ())
        return roots[0] if roots and isinstance(roots[0], Map) else None
