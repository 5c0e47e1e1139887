"""The decisions that a repository keeps: its waivers and its baseline. Only asked where it keeps some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.decisions import BASELINE_FILE, WAIVERS_FILE
from opsready.plugins import INPUT_NOT_EVALUATED, builtin_rules
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection

    from opsready.model.decisions import Accepted
    from opsready.model.standard import Standard
    from opsready.model.verdict import Diagnostic
    from opsready.model.waiver import Waiver
    from opsready.options import Options
    from opsready.tree import Tree


@dataclass(frozen=True, slots=True)
class Kept:
    """Waivers as written, and what a baseline accepts (None: there is none)."""

    waivers: tuple[Waiver, ...] = ()
    baseline: tuple[Accepted, ...] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def kept(tree: Tree, paths: Collection[str], standard: Standard, options: Options) -> Kept:
    """Read what of it is among the paths of a tree."""
    waivers: tuple[Waiver, ...] = ()
    baseline: tuple[Accepted, ...] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    if WAIVERS_FILE in paths:
        from opsready.adapt.waivers import load_waivers

        written = load_waivers(tree, waivable_rules(), standard.placeholder_owners)
        waivers, diagnostics = written.waivers, written.diagnostics
    if BASELINE_FILE in paths and not options.no_baseline:
        from opsready.adapt.baseline import load_baseline

        baseline, problems = load_baseline(tree)
        diagnostics += problems
    return Kept(waivers, baseline, diagnostics)


def waivable_rules() -> list[str]:
    """The names of rules; what could not be opened cannot be waived: nobody knows what that would accept."""
    return [name for name in builtin_rules().names if name != INPUT_NOT_EVALUATED]
