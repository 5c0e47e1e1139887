"""`opsready explain`: the page of a rule, or how the score is made."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from opsready.errors import UsageError
from opsready.spelling import closest

_SCORE = "score"


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


def page(name: str) -> str:
    """The Markdown text about a name; an unknown one is a UsageError that suggests another."""
    from opsready.plugins import INPUT_NOT_EVALUATED, builtin_rules

    rules = builtin_rules()
    if name == _SCORE:
        return (Path(__file__).parent.parent / "score.md").read_text(encoding="utf-8")
    entry = rules.named(name)
    if entry is not None:
        return _beside(entry.module)
    if name == INPUT_NOT_EVALUATED:
        return _beside("opsready_rules.input_not_evaluated")
    close = closest(name, (*rules.names, _SCORE))
    suggestion = f"did you mean `{close}`? " if close else ""
    message = f"there is no rule `{name}`"
    raise UsageError(message, help=f"{suggestion}`opsready rules` lists them")


def _beside(module: str) -> str:
    """The page that lies beside a rule's module; a page without a module lies in the package itself."""
    package, _, stem = module.rpartition(".")
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"the page of `{module}` is not installed"
        raise UsageError(message, help="install opsready again")
    return (Path(next(iter(spec.submodule_search_locations))) / f"{stem}.md").read_text(encoding="utf-8")
