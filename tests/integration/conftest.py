"""What tests of the command line share."""

from __future__ import annotations

import pytest

from integration.commands import Result, Run
from opsready.cli.app import run
from opsready.cli.replay import VARIABLES


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process; days and colours do not come from the surroundings."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)

    def execute(*arguments: object) -> Result:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return execute
