"""Judging a repository for verbs that change it: everything is listed, and nothing is gated."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from opsready.errors import OpsreadyError

if TYPE_CHECKING:
    from opsready.report.model import Report
    from opsready.tree import Tree

CRASHES = frozenset({"rule-crashed", "parser-crashed"})


class Examined(NamedTuple):
    """A root with what was found below it."""

    root: str
    tree: Tree
    report: Report


def examined(root: str | None, as_of: str | None) -> Examined:
    """Find the root as `check` does, and judge it."""
    from opsready.cli.dates import day_to_judge
    from opsready.options import Options
    from opsready.root import find_root
    from opsready.run import examine
    from opsready.survey import survey
    from opsready.tree import tree_of

    options = Options(as_of=day_to_judge(as_of, os.environ), fail_on=None)
    top = find_root(["."], root)
    tree = tree_of(survey(top))
    report = examine(tree, options)
    crashed = next((found for found in report.diagnostics if found.kind in CRASHES), None)
    if crashed is not None:  # what it would have found would look repaired
        raise OpsreadyError(crashed.message, help="report it with the file; nothing was written")
    return Examined(top, tree, report)
