"""The command line as a whole: its verbs, and how errors reach the user."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from opsready.cli.check import check
from opsready.cli.explain import explain
from opsready.cli.rules import rules
from opsready.cli.standard import standard
from opsready.errors import OpsreadyError
from opsready.report.escape import on_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130
_HELP = "How ready a repository is to be operated, judged against a standard for operational excellence."

app = typer.Typer(
    name="opsready",
    help=_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(check)
app.command()(explain)
app.command()(rules)
app.command()(standard)


@app.callback()
def _options(
    *,
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        from opsready import __version__

        sys.stdout.write(f"opsready {__version__}\n")
        raise typer.Exit


def run(arguments: Sequence[str]) -> int:
    """Run one command; every error is one sentence, and its exit code follows the contract."""
    try:
        code = app(list(arguments), standalone_mode=False)
    except OpsreadyError as error:
        _say(error)
        return error.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the user reads a sentence
        return _unexpected(error)
    return code if isinstance(code, int) else 0


def _say(error: OpsreadyError) -> None:
    sys.stderr.write(f"opsready: {on_one_line(str(error))}\n")
    if error.help:
        sys.stderr.write(f"  help: {on_one_line(error.help)}\n")


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
