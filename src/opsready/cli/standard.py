"""`opsready standard`: the standard that a repository is judged by."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from opsready.report.escape import on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.overlay import Overlay
    from opsready.model.standard import Pillar, Standard
    from opsready.plugins import RuleSet


def standard(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="The repository; else where you are.")
    ] = None,
    root: Annotated[
        str | None, typer.Option(metavar="DIR", help="The repository's root, instead of finding it.")
    ] = None,
) -> None:
    """Print the standard that a repository is judged by: what it asks for, by which rules, and what is not assessed."""
    from opsready.cli.configured import configuration_at
    from opsready.governance import rules_for
    from opsready.plugins import builtin_rules
    from opsready.standard import builtin_standard

    overlay = configuration_at(paths or [], root).overlay
    found = builtin_standard() if overlay is None else overlay.standard
    rules = builtin_rules() if overlay is None else rules_for(overlay, builtin_rules())
    for line in _lines(found, rules, overlay):
        sys.stdout.write(f"{on_one_line(line)}\n")


def _lines(found: Standard, rules: RuleSet, overlay: Overlay | None) -> Iterator[str]:
    serving: dict[str, list[str]] = {}
    for entry in rules.entries:
        serving.setdefault(entry.objective, []).append(f"{entry.name} {entry.severity}")
    extends = f", extending {found.extends}" if found.extends else ""
    yield (
        f"{found.name} {found.version}{extends}, owned by {found.owner}, reviewed {found.review_cycle.lower()}, "
        f"last updated {found.last_updated}"
    )
    if overlay is not None:
        yield ""
        yield "What differs"
        yield from (f"  {change}" for change in (*overlay.changes, *_of_rules(overlay)))
    for pillar in found.pillars:
        yield from _pillar(pillar, serving)
    yield ""
    yield "Parameters"
    for name, value in found.parameters.items():
        yield f"  {name}: {', '.join(map(str, value)) if isinstance(value, tuple) else value}"
    missing = [name for name in found.objectives if name not in serving]
    total = len(found.objectives)
    yield ""
    yield f"Assessed: {total - len(missing)} of {total} objectives. Not assessed: {', '.join(missing) or 'none'}"


def _pillar(pillar: Pillar, serving: dict[str, list[str]]) -> Iterator[str]:
    yield ""
    yield f"{pillar.title} ({pillar.name}), weight {pillar.weight:g}"
    for objective in pillar.objectives:
        word = "" if objective.decidable == "files" else " (needs an attestation)"
        yield f"  {objective.name} {objective.weight:g}: {objective.target}{word}"
        yield f"      {', '.join(serving.get(objective.name, ())) or 'not assessed: no rule serves it'}"


def _of_rules(overlay: Overlay) -> Iterator[str]:
    from opsready.governance import other_rules

    return other_rules(overlay)
