"""`opsready standard`: the standard that repositories are judged by."""

from __future__ import annotations

import sys


def standard() -> None:
    """Print the standard: its pillars, objectives and targets, and the rules that serve each."""
    from opsready.plugins import builtin_rules
    from opsready.standard import builtin_standard

    found = builtin_standard()
    serving: dict[str, list[str]] = {}
    for entry in builtin_rules().entries:
        serving.setdefault(entry.objective, []).append(entry.name)
    sys.stdout.write(
        f"{found.name} {found.version}, owned by {found.owner}, reviewed {found.review_cycle.lower()}, "
        f"last updated {found.last_updated}\n"
    )
    for pillar in found.pillars:
        sys.stdout.write(f"\n{pillar.title} ({pillar.name}), weight {pillar.weight:g}\n")
        for objective in pillar.objectives:
            word = "" if objective.decidable == "files" else " (needs an attestation)"
            rules = ", ".join(serving.get(objective.name, ())) or "not assessed yet"
            sys.stdout.write(f"  {objective.name} {objective.weight:g}: {objective.target}{word}\n      {rules}\n")
