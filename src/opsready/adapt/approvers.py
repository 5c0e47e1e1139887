"""OWNERS files as Prow reads them: who approves changes below a directory.

https://www.kubernetes.dev/docs/guide/owners/#owners-spec. Only the first name of a file is asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model.source import Place, Span
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

OWNERS = "OWNERS"
_FIRST = pattern(
    r"^[ \t]*[\"']?approvers[\"']?:"
    r"(?:[ \t]*\[[ \t]*|(?:[ \t]*(?:#[^\n]*)?\r?\n){1,20}[ \t]*-[ \t]+)"
    r"[\"']?(?P<name>[\w@./-]{1,200})",
    re.MULTILINE,
)


def approver(texts: Mapping[str, str], path: str) -> tuple[str, Place] | None:
    """The first approver in the nearest OWNERS file above a path that names any, and where."""
    directory = path
    while directory:
        directory = directory.rpartition("/")[0]
        file = f"{directory}/{OWNERS}" if directory else OWNERS
        found = _FIRST.search(texts.get(file, ""))
        if found is not None:
            start = found.start("name")
            line = found.string.count("\n", 0, start) + 1
            column = start - found.string.rfind("\n", 0, start)
            return found["name"], Place("", Span(file, line, column, line, column + len(found["name"])))
    return None
