"""The command line as Typer reads it: every verb, and all that explains itself."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from opsready.cli.baseline import baseline
from opsready.cli.command import check_command
from opsready.cli.config import app as config
from opsready.cli.diff import diff
from opsready.cli.explain import explain
from opsready.cli.rules import rules
from opsready.cli.schema import schema
from opsready.cli.standard import standard
from opsready.cli.waive import waive

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
app.command()(check_command)
app.add_typer(config, name="config")
app.add_typer(baseline, name="baseline")
app.command()(diff)
app.command()(explain)
app.command()(rules)
app.command()(schema)
app.command()(standard)
app.command()(waive)


@app.callback()
def _options(
    *,
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        from opsready import __version__

        sys.stdout.write(f"opsready {__version__}\n")
        raise typer.Exit
