"""The values files of a chart, parsed once and only when a template asks for a value."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from opsready.parse.syntax import Map

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opsready.resolve.sources import TextFile

# Two charts have an `image` and an `ingress` as well; of fewer keys nobody can tell whose they are.
_SHARED = 3


class ChartValues:
    """The chart's defaults (`values.yaml`), and the files of values that somebody installs it with."""

    def __init__(self, files: Iterable[TextFile], others: Sequence[TextFile] = ()) -> None:
        """Keep the files' texts, and those of `others` elsewhere that may be values of this chart."""
        self._files = tuple(files)
        self._others = others
        self._elsewhere: dict[str, Map | None] = {}

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

    def elsewhere(self, key: str) -> Iterator[Map]:
        """Values in other files of the repository that have a key, and are this chart's by most of their keys."""
        for file in self._others:
            if f"\n{key}:" in f"\n{file.text}":
                if file.path not in self._elsewhere:
                    self._elsewhere[file.path] = self._values_of_this_chart(file)
                found = self._elsewhere[file.path]
                if found is not None:
                    yield found

    def _values_of_this_chart(self, file: TextFile) -> Map | None:
        from opsready.parse.yaml import parse_yaml

        documents = parse_yaml(file.text, file.path).documents
        root = documents[0].root if len(documents) == 1 else None
        if not isinstance(root, Map) or self.defaults is None:
            return None
        shared = sum(key in self.defaults for key in root)
        return root if shared >= _SHARED and shared * 2 >= len(root) else None
