"""`opsready explain`: the page of a rule, or how the score is made."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from opsready.cli.pages import page


def explain(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A rule's name, or `score`.", show_default=False)],
) -> None:
    """Explain a rule (why, what fails, what passes, when to ignore it) or the score."""
    text = page(name)
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        sys.stdout.write(text)
