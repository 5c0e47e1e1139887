"""`opsready config show`: what a check would go by, and who decided it."""

from __future__ import annotations

import json
import os
import sys
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsready.cli.check_options import PATHS, SETTINGS, Option
from opsready.cli.command import parameter
from opsready.cli.configured import configuration_at
from opsready.cli.limits import said
from opsready.config.load import KEYS
from opsready.errors import UsageError
from opsready.options import Options
from opsready.overrides import Overrides
from opsready.plugins import builtin_rules
from opsready.report.escape import on_one_line
from opsready.settings import USUAL, place_of, settings, shown
from opsready.standard import builtin_standard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.config.model import Configuration
    from opsready.model.override import Override

_ROOT = Option("root", "--root", "The repository's root, instead of finding it.", "DIR", kind="path")
_Row = tuple[str, object, str]

app = typer.Typer(help="Show what a check of this repository would go by.", no_args_is_help=True)


def show(*, paths: list[str], root: str | None, origin: bool, format_: str, **flags: Any) -> int:
    """Show every setting of the configuration, and with --origin what decided it.

    A flag comes before a variable, that before the configuration, that before the default.
    """
    if format_ not in {"text", "json"}:
        message = f"--format is `{format_}`"
        raise UsageError(message, help="use text or json")
    from opsready.cli.dates import day_to_judge

    options = Options(as_of=day_to_judge(None, os.environ), **said(flags, os.environ))
    configuration = configuration_at(paths, root)
    Overrides(configuration.overrides, builtin_rules(), builtin_standard())  # names that are none are errors here too
    rows = list(_rows(options, configuration))
    sys.stdout.write(_as_json(rows) if format_ == "json" else "".join(_as_text(rows, origins=origin)))
    return 0


def _rows(options: Options, configuration: Configuration) -> Iterator[_Row]:
    """Each setting with its value and its origin, in the order of the schema."""
    decided = {setting.key: setting for setting in settings(options, configuration)}
    for key in KEYS:
        if key in decided:
            yield key, shown(decided[key]), decided[key].origin
        else:
            written = key in configuration.places
            yield key, _value(key, configuration), place_of(configuration, key) if written else USUAL


def _value(key: str, configuration: Configuration) -> object:
    if key == "attestations":
        return [
            {"rule": given.rule, "by": given.by, "expires": given.expires.isoformat()}
            for given in configuration.attestations
        ]
    if key == "overrides":
        return [_override(override) for override in configuration.overrides]
    if key == "adopted":
        return configuration.adopted.isoformat() if configuration.adopted else None
    if key == "standard":
        return f"opsready/{configuration.standard}" if configuration.standard else None
    fields = {"platform-services": "platform_services", "runbook-base-urls": "runbook_bases"}
    value = getattr(configuration, fields.get(key, key))
    if isinstance(value, tuple):
        return list(value)
    return {name: list(item) if isinstance(item, tuple) else item for name, item in value.items()}


def _override(override: Override) -> dict[str, object]:
    found: dict[str, object] = {
        name: list(getattr(override, name))
        for name in ("paths", "namespaces", "services", "environments")
        if getattr(override, name)
    }
    if override.severities:
        found["severity"] = {rule: list(words) for rule, words in override.severities.items()}
    if override.parameters:
        found["parameters"] = dict(override.parameters)
    return {**found, "reason": override.reason} if override.reason else found


def _as_json(rows: list[_Row]) -> str:
    found = {key: {"value": value, "origin": origin} for key, value, origin in rows}
    return json.dumps(found, indent=2) + "\n"


def _as_text(rows: list[_Row], *, origins: bool) -> Iterator[str]:
    """One setting a line; the value is JSON, which is YAML as well."""
    for key, value, origin in rows:
        line = on_one_line(f"{key}: {json.dumps(value, ensure_ascii=False)}")
        yield f"{line}  # {on_one_line(origin)}\n" if origins else f"{line}\n"


def _signature() -> Signature:
    origin = Annotated[bool, typer.Option("--origin", help="Say what decided each of them.")]
    how = Annotated[str, typer.Option("--format", metavar="text|json", help="How to print them.")]
    only = Parameter.KEYWORD_ONLY
    return Signature(
        [
            *(parameter(option) for option in (PATHS, _ROOT)),
            Parameter("origin", only, default=False, annotation=origin),
            Parameter("format_", only, default="text", annotation=how),
            *(parameter(option) for option in SETTINGS),
        ],
        return_annotation=int,
    )


def show_command(**values: Any) -> int:
    """Call `show` with what Typer read."""
    return show(**values)


show_command.__doc__ = show.__doc__
show_command.__signature__ = _signature()  # type: ignore[attr-defined]
show_command.__annotations__ = {
    "return": int,
    **{found.name: found.annotation for found in _signature().parameters.values()},
}
app.command(name="show")(show_command)


@app.callback()
def _verbs() -> None:
    """Show what a check of this repository would go by."""
