"""The Typer command `check`, made from the options that are data."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsready.cli.check import check
from opsready.cli.check_options import OPTIONS, PATHS, unsaid

if TYPE_CHECKING:
    from opsready.cli.check_options import Option


def check_command(**values: Any) -> int:
    """Call `check` with what Typer read."""
    return check(**values)


def _signature() -> Signature:
    return Signature([parameter(option) for option in (PATHS, *OPTIONS)], return_annotation=int)


def parameter(option: Option) -> Parameter:
    """An option as a parameter of a function that Typer reads."""
    default, wanted = unsaid(option), _type(option)
    return Parameter(option.name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[wanted, _info(option)])


def _type(option: Option) -> Any:
    if option.kind == "flag":
        return bool
    if option.repeatable:
        return list[str]
    return str if option.default else str | None


def _info(option: Option) -> Any:
    shared: dict[str, Any] = {"help": option.help, "show_default": option.default is not None}
    if option.metavar:
        shared["metavar"] = option.metavar
    if option.kind == "path":
        shared["parser"] = path
    if option.panel:
        shared["rich_help_panel"] = option.panel
    return typer.Option(option.flag, **shared) if option.flag else typer.Argument(**shared)


def path(text: str) -> str:
    """A path as it was written; Typer shows this function's name as the type."""
    return text


check_command.__doc__ = check.__doc__
check_command.__name__ = "check"
check_command.__signature__ = _signature()  # type: ignore[attr-defined]
check_command.__annotations__ = {
    "return": int,
    **{parameter.name: parameter.annotation for parameter in _signature().parameters.values()},
}
