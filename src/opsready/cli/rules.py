"""`opsready rules`: every rule with its objective and its severities."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from opsready.errors import UsageError


def rules(
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print them.")] = "text",
) -> None:
    """List every rule: its name, objective, and severity for tiers 1 to 4."""
    from opsready.plugins import builtin_rules

    entries = builtin_rules().entries
    if format_ == "json":
        import json

        rows = [
            {
                "name": entry.name,
                "title": entry.title,
                "objective": entry.objective,
                "subjects": list(entry.subjects),
                "severity": entry.severity,
                "caps_objective": entry.caps_objective,
                "attestable": entry.attestable,
            }
            for entry in entries
        ]
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        return
    if format_ != "text":
        message = f"--format is `{format_}`"
        raise UsageError(message, help="use text or json")
    width = max(len(entry.name) for entry in entries)
    objective_width = max(len(entry.objective) for entry in entries)
    for entry in entries:
        sys.stdout.write(
            f"{entry.name:{width}}  {entry.severity}  {entry.objective:{objective_width}}  {entry.title}\n"
        )
    sys.stdout.write(
        f"\n{len(entries)} rules. Severity for tiers 1/2/3/4: Critical, High, Medium, Low, Info, - not asked.\n"
        "`opsready explain NAME` shows a rule's page.\n"
    )
