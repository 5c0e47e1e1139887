"""A badge as shields.io takes it from an endpoint."""

from __future__ import annotations

import json

import pytest

from opsready.report.badge import render
from unit.report.reports import report


@pytest.mark.parametrize(
    ("score", "message", "colour"),
    [
        (100.0, "100.0 / 100", "brightgreen"),
        (90.0, "90.0 / 100", "brightgreen"),
        (89.9, "89.9 / 100", "green"),
        (75.0, "75.0 / 100", "green"),
        (74.9, "74.9 / 100", "yellowgreen"),
        (60.0, "60.0 / 100", "yellowgreen"),
        (59.9, "59.9 / 100", "yellow"),
        (40.0, "40.0 / 100", "yellow"),
        (39.9, "39.9 / 100", "orange"),
        (20.0, "20.0 / 100", "orange"),
        (19.9, "19.9 / 100", "red"),
        (0.0, "0.0 / 100", "red"),
        (None, "nothing to check", "lightgrey"),
    ],
)
def test_the_badge_shows_the_score(score: float | None, message: str, colour: str) -> None:
    # https://shields.io/badges/endpoint-badge: these are the required properties and the usual one.
    assert json.loads("".join(render(report(score=score)))) == {
        "schemaVersion": 1,
        "label": "operational readiness",
        "message": message,
        "color": colour,
    }
