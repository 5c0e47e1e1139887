"""The score as a badge, in the shape that shields.io takes from an endpoint: https://shields.io/badges/endpoint-badge."""

from __future__ import annotations

import json
from collections.abc import Iterator

from opsready.report.model import Report
from opsready.report.wording import decimal

# From which score on a badge has a colour.
_COLOURS = ((90, "brightgreen"), (75, "green"), (60, "yellowgreen"), (40, "yellow"), (20, "orange"), (0, "red"))
_NO_COLOUR = "lightgrey"


def render(report: Report) -> Iterator[str]:
    """One object; a red badge does not say that the gate was missed, it shows the score."""
    score = report.score
    message = "nothing to check" if score is None else f"{decimal(score)} / 100"
    colour = _NO_COLOUR if score is None else next(name for least, name in _COLOURS if score >= least)
    badge = {"schemaVersion": 1, "label": "operational readiness", "message": message, "color": colour}
    yield json.dumps(badge, separators=(",", ":")) + "\n"
