"""The images of a chart that is not rendered, where a template takes them from the chart's own values."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from opsready.parse.syntax import Map, Seq
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsready.resolve.chart_values import ChartValues
    from opsready.resolve.sources import ParsedFile

_IMAGE = pattern(r"^[ \t]*(?:- )?[ \t]*image:[ \t]*([^\n#]{1,300})", re.MULTILINE)
# `{{ .Values.image.repository }}`, with functions behind it or without.
_VALUE = pattern(r"\{\{-?[ \t]*\.Values\.([\w.]{1,200})[^{}\n]{0,200}\}\}")
_MOST_IMAGES = 50


def written_images(template: str) -> list[str]:
    """The images in a part of a template, as they are written there."""
    return [found[1].strip().strip("\"'") for found in _IMAGE.finditer(template)][:_MOST_IMAGES]


class ChartImages:
    """Fills a chart's values into its images."""

    def __init__(self, chart_file: ParsedFile | None, values: ChartValues) -> None:
        """Take the `Chart.yaml` and the values, which are read when the first image asks for one."""
        self._chart_file = chart_file
        self._values = values

    def of_others(self, written: Sequence[str]) -> tuple[str, ...]:
        """The images with their values; empty where the chart's author publishes one, or none is written.

        Whoever publishes a program as well as the chart of it makes its versions: that is no third party's.
        """
        images = tuple(_VALUE.sub(lambda found: self._value(found[1]), image) for image in written)
        if any(f"/{publisher}/" in f"/{image.lower()}" for publisher in self._publishers for image in images):
            return ()
        return images

    @cached_property
    def _publishers(self) -> frozenset[str]:
        """The organisations in the addresses that the chart gives for itself, as in `https://github.com/ORG/...`."""
        root = _root(self._chart_file)
        if root is None:
            return frozenset()
        sources = root.get("sources")
        return frozenset(_organisations([root.get("home"), *(sources if isinstance(sources, Seq) else ())]))

    def _value(self, path: str) -> str:
        found: object = self._values.defaults
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Map) else None
        return found if isinstance(found, str) else ""


def _root(file: ParsedFile | None) -> Map | None:
    root = file.documents[0].root if file is not None and file.documents else None
    return root if isinstance(root, Map) else None


def _organisations(addresses: Sequence[object]) -> Iterator[str]:
    for address in addresses:
        parts = address.split("/") if isinstance(address, str) else []
        if len(parts) > 3 and parts[1] == "" and parts[3]:
            yield parts[3].lower()
