"""What flags, and else variables of the environment, say of limits and of what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsready.cli.check_options import FAIL_ON, IGNORE, MIN_EVIDENCE, MIN_SCORE, NEVER, PROFILE, SELECT, SETTINGS
from opsready.errors import UsageError
from opsready.model.verdict import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsready.cli.check_options import Option


def said(flags: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The fields of `Options` that somebody said, and in `origins` who did; a UsageError for what makes no sense."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for option in SETTINGS:
        written, origin = flags[option.name], option.flag
        if not written and option.variable in environment:
            variable = environment[option.variable].strip()
            # One variable says what a flag says several times.
            written, origin = variable.split(",") if option.repeatable and variable else variable, option.variable
        if written:
            name, value = _read(option, written, origin)
            values[name], origins[name] = value, origin
    return {**values, "origins": origins} if origins else values


def choose(option: Option, text: str, message: str, remedy: str) -> None:
    """Refuse a text that is none of an option's few words."""
    if text not in option.choices:
        raise UsageError(message, help=remedy)


def _read(option: Option, written: Any, origin: str) -> tuple[str, Any]:
    """A field of `Options` and its value."""
    if option in (SELECT, IGNORE):
        return option.name, tuple(name.strip() for text in written for name in text.split(",") if name.strip())
    if option is MIN_SCORE:
        return "min_scores", tuple(_limit(text.strip(), origin) for text in written)
    if option is MIN_EVIDENCE:
        return option.name, _percentage(written, origin)
    if option is FAIL_ON:
        severities = f"use {', '.join(SEVERITIES)} or {NEVER}"
        choose(FAIL_ON, written, f"{origin} is `{written}`, which is no severity", severities)
        return option.name, None if written == NEVER else written
    choose(PROFILE, written, f"{origin} is `{written}`, which is no profile", f"use {', '.join(PROFILE.choices)}")
    return option.name, written


def _limit(text: str, origin: str) -> tuple[str, float]:
    """`80` or `PILLAR=80`."""
    pillar, _, number = text.rpartition("=")
    least = _number(number)
    if least is None:
        message = f"{origin} is `{text}`, which is no score"
        raise UsageError(message, help="use a number from 0 to 100, alone or as PILLAR=NUMBER")
    return pillar, least


def _percentage(text: str, origin: str) -> float:
    least = _number(text)
    if least is None:
        message = f"{origin} is `{text}`, which is no percentage"
        raise UsageError(message, help="use a number from 0 to 100, without a sign")
    return least


def _number(text: str) -> float | None:
    """A number from 0 to 100; None for anything else."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 100 else None
