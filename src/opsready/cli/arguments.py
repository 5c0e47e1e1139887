"""A small reader of `opsready check ...`: importing Typer alone takes as long as judging a small repository.

It understands what is plain and nothing else. Whatever it does not know or finds wrong is read again by Typer, so that
help and complaints have one author.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.cli.check_options import OPTIONS, PATHS, unsaid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from opsready.cli.check_options import Option

_BY_FLAG = {option.flag: option for option in OPTIONS}


def read(arguments: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any] | None:
    """The keywords of `check` that a command line after the verb says, or None where Typer has to read it."""
    if any(name.startswith("_") and name.endswith("_COMPLETE") for name in environment):
        return None  # a shell asks Typer for completions
    values = {option.name: unsaid(option) for option in (PATHS, *OPTIONS)}
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            paths = list(rest)
        elif argument.startswith("-"):
            if not _take_option(argument, rest, values):
                return None
            continue
        else:
            paths = [argument]
        if not all(paths):
            return None
        _add(values, PATHS, *paths)
    return values


def _take_option(argument: str, rest: Iterator[str], values: dict[str, Any]) -> bool:
    """Take an option with its value, which may be the next argument; false where it is not plain."""
    flag, equals, value = argument.partition("=")
    option = _BY_FLAG.get(flag)
    if option is None:
        return False
    if option.kind == "flag":
        values[option.name] = True
        return not equals
    if not equals:
        value = next(rest, "")
        if value.startswith("-"):
            return False  # more likely a forgotten value than one that begins so
    if not value:
        return False
    if option.repeatable:
        _add(values, option, value)
    else:
        values[option.name] = value
    return True


def _add(values: dict[str, Any], option: Option, *found: str) -> None:
    values[option.name].extend(found)
