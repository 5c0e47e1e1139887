"""`opsready schema`: the JSON Schemas of the files that people write and programs read, for editors and validators."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from opsready.errors import UsageError
from opsready.spelling import closest

_PACKAGE = "opsready_schemas"
_SUFFIX = ".v1.json"


def schema(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A schema's name; without it the names are listed.", show_default=False),
    ] = None,
) -> None:
    """Print a JSON Schema, such as the one of `opsready-service.yaml`, or list their names."""
    files = _files()
    if name is None:
        sys.stdout.write("".join(f"{known}\n" for known in files))
        return
    if name not in files:
        close = closest(name, files)
        suggestion = f"did you mean `{close}`? " if close else ""
        message = f"there is no schema `{name}`"
        raise UsageError(message, help=f"{suggestion}the schemas are {', '.join(files)}")
    text = files[name].read_text(encoding="utf-8")
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:  # JSON is UTF-8 wherever it goes
        reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(text)


def _files() -> dict[str, Path]:
    """The file of every schema by its name."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        message = f"`{_PACKAGE}` is not installed"
        raise UsageError(message, help="install opsready again")
    folder = Path(next(iter(spec.submodule_search_locations)))
    return {file.name.removesuffix(_SUFFIX): file for file in sorted(folder.glob(f"*{_SUFFIX}"))}
