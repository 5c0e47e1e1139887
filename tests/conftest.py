"""What all tests share."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_LINES = 80


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write the golden files anew instead of comparing.")


@pytest.fixture(autouse=True, scope="session")
def _no_reports_of_earlier_runs() -> Iterator[None]:
    """Every run of a test judges, and leaves nothing in the cache of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
            patch.setenv(name, f"{os.devnull}/none")
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with a golden file; with `--update-golden` it writes the file."""
    update: bool = request.config.getoption("--update-golden")

    def compare(file: Path, text: str) -> None:
        if update:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            return
        kept = file.read_text(encoding="utf-8") if file.exists() else ""
        if kept != text:
            pytest.fail(_difference(file.name, kept, text), pytrace=False)

    return compare


def _difference(name: str, kept: str, text: str) -> str:
    lines = difflib.unified_diff(
        kept.splitlines(), text.splitlines(), f"{name} as kept", f"{name} as is", "", "", 1, ""
    )
    shown = list(lines)
    more = [f"... and {len(shown) - _MOST_LINES} more lines"] if len(shown) > _MOST_LINES else []
    wanted = "if that is what you want: pytest tests/golden --update-golden"
    return "\n".join([*shown[:_MOST_LINES], *more, wanted])
