"""`check` where git has a part in it: of what is staged, and compared with the base of a change."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from opsready.history import History
from opsready.run import examine
from opsready.tree import WITHHELD_SPARSE, open_directory

if TYPE_CHECKING:
    from collections.abc import Callable

    from opsready.options import Options
    from opsready.report.model import Report
    from opsready.tree import Tree


def examined(
    root: str, options: Options, progress: Callable[[str], None], *, staged: bool, base: str | None
) -> tuple[Report, Tree]:
    """Judge the working directory below a root, or what is staged, and compare it with a base if one is named.

    What was judged comes back beside the report.
    """
    with ExitStack() as opened:
        history = History(root)
        tree: Tree
        if staged:
            tree = index = history.tree_of_index()
            opened.callback(index.close)
        else:
            tree = open_directory(root)
        if base is None:
            return examine(tree, options, progress), tree
        from opsready.base import judge_base

        commit = history.merge_base(base)
        # What a sparse checkout leaves out is not gone.
        sparse = {path for path, reason in tree.withheld.items() if reason == WITHHELD_SPARSE}
        start = history.tree_of_commit(commit, sparse)
        opened.callback(start.close)
        before = judge_base(start, base, commit, tree, options, progress)
        progress("reading")
        return examine(tree, options, progress, before), tree
