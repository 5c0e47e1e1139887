"""Running another program, with and without the quick way that only some systems have."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from opsready import process
from opsready.process import run

FDS = Path("/proc/self/fd")
WAYS = pytest.mark.parametrize("quick", [True, False], ids=["quick", "anywhere"])


@pytest.fixture(autouse=True)
def _way(quick: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not quick:
        monkeypatch.setattr(process, "_HAS_SPAWN", False)


def python(program: str, seconds: float = 60, **environment: str) -> tuple[int, bytes, bytes]:
    return run((sys.executable, "-I", "-c", program), {**os.environ, **environment}, seconds)


@WAYS
def test_what_a_program_says_and_ends_with(quick: bool) -> None:
    program = "import os, sys; print(os.environ['WORD']); print('e', file=sys.stderr); sys.exit(3)"
    assert python(program, WORD="word") == (3, f"word{os.linesep}".encode(), f"e{os.linesep}".encode())


@WAYS
def test_there_is_no_standard_input(quick: bool) -> None:
    assert python("import sys; sys.stdout.write(repr(sys.stdin.read()))")[1] == b"''"


@WAYS
def test_a_flood_on_either_side_does_not_block(quick: bool) -> None:
    code, out, err = python("import sys; sys.stderr.write('e' * 500_000); sys.stdout.write('o' * 500_000)")
    assert (code, len(out), len(err)) == (0, 500_000, 500_000)


@WAYS
def test_a_program_that_takes_too_long_is_ended(quick: bool) -> None:
    before = time.monotonic()
    with pytest.raises(TimeoutError):
        python("import time; time.sleep(60)", 0.2)
    assert time.monotonic() - before < 30


@WAYS
def test_a_program_that_is_not_there_is_an_error_of_the_system(quick: bool) -> None:
    with pytest.raises(FileNotFoundError):
        run(("/nowhere/at/all",), os.environ, 60)


@WAYS
@pytest.mark.skipif(not FDS.is_dir(), reason="the folder is Linux's")
def test_no_descriptor_stays_open(quick: bool) -> None:
    before = len(list(FDS.iterdir()))
    python("print('word')")
    with pytest.raises(FileNotFoundError):
        run(("/nowhere/at/all",), os.environ, 60)
    assert len(list(FDS.iterdir())) == before
