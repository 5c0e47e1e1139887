"""The command line as a whole: who reads it, and how errors reach the user."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from opsready.cli.complaints import in_words
from opsready.errors import OpsreadyError
from opsready.report.escape import on_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsready.cli.replay import Replay

_INTERRUPTED = 130


def run(arguments: Sequence[str], replay: Replay | None = None) -> int:
    """Run one command; every error is one sentence, and its exit code follows the contract.

    What a `check` says is kept in `replay`, if it may be.
    """
    try:
        code = _command(list(arguments), replay)
    except OpsreadyError as error:
        return complain(error)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the user reads a sentence
        return _unexpected(error)
    return code if isinstance(code, int) else 0


def _command(arguments: list[str], replay: Replay | None) -> object:
    """A plain `check` is read here, because importing Typer takes as long as a small run; Typer reads the rest."""
    if arguments[:1] == ["check"]:
        from opsready.cli.arguments import read
        from opsready.cli.check import check

        values = read(arguments[1:], os.environ)
        if values is not None:
            return check(**values, replay=replay)
    from opsready.cli.verbs import app

    return app(arguments, standalone_mode=False)


def complain(error: OpsreadyError) -> int:
    """Tell the user about an error; its exit code comes back."""
    sys.stderr.write(in_words(error))
    return error.exit_code


def _unexpected(error: Exception) -> int:
    """Typer's own errors know how to show themselves; anything else is a fault of ours."""
    show, code = getattr(error, "show", None), getattr(error, "exit_code", None)
    if callable(show) and isinstance(code, int):
        show()
        return code
    if type(error).__name__ == "Abort":
        return _INTERRUPTED
    if os.environ.get("OPSREADY_DEBUG"):
        raise error
    kind = type(error).__name__
    sys.stderr.write(f"opsready: a fault of opsready itself: {kind}: {on_one_line(str(error))}\n")
    sys.stderr.write("  help: run it again with OPSREADY_DEBUG=1 and report what it prints\n")
    return 2
