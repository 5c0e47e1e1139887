"""Write `rules/opsready_rules/standard.py`: the standard of `standard.yaml`, checked and ready to import.

Parsing and checking the YAML takes half as long as starting Python; people edit the YAML all the same.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "rules" / "opsready_rules"
SOURCE = PACKAGE / "standard.yaml"
MODULE = PACKAGE / "standard.py"
STALE = "rules/opsready_rules/standard.py is stale: run `python scripts/generate_standard.py`"

sys.path[:0] = [str(ROOT / "src"), str(ROOT / "rules")]

from opsready.errors import ConfigurationError  # noqa: E402 - found by the line above in a checkout not installed
from opsready.model.standard import Standard  # noqa: E402
from opsready.standard import parse_standard  # noqa: E402

_HEADER = '''"""The standard as it is judged by; generated from `standard.yaml` by `scripts/generate_standard.py`."""

# fmt: off
# ruff: noqa: E501
from __future__ import annotations

from opsready.model.standard import {names}

STANDARD = '''


def source() -> str:
    """The module's text; a ConfigurationError says what is wrong with the YAML, and where."""
    standard = parse_standard(SOURCE.read_text(encoding="utf-8"), SOURCE.name)
    names = sorted(kind.__name__ for kind in _kinds(standard))
    return _HEADER.replace("{names}", ", ".join(names)) + _written(standard, "") + "\n"


def _kinds(value: Any) -> set[type]:
    """The classes of the records that a value is made of."""
    if hasattr(value, "__record_fields__"):
        parts = [getattr(value, field) for field in value.__record_fields__]
        return {type(value)}.union(*map(_kinds, parts))
    parts = list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, tuple) else []
    return set().union(*map(_kinds, parts))


def _written(value: Any, indent: str) -> str:
    """A value as Python source: one entry of a collection a line, sets sorted, so that differences read well."""
    inner = indent + "    "
    if hasattr(value, "__record_fields__"):
        parts = [f"{field}={_written(getattr(value, field), inner)}" for field in value.__record_fields__]
        name = type(value).__name__
        if isinstance(value, Standard) or any("\n" in part for part in parts):
            return f"{name}(\n{_lines(parts, inner)}{indent})"
        return f"{name}({', '.join(parts)})"
    if isinstance(value, frozenset):
        return f"frozenset({{\n{_lines([repr(item) for item in sorted(value)], inner)}{indent}}})"
    if isinstance(value, dict):
        parts = [f"{key!r}: {_written(item, inner)}" for key, item in value.items()]
        return f"{{\n{_lines(parts, inner)}{indent}}}"
    if isinstance(value, tuple) and any(hasattr(item, "__record_fields__") for item in value):
        return f"(\n{_lines([_written(item, inner) for item in value], inner)}{indent})"
    return repr(value)


def _lines(parts: list[str], indent: str) -> str:
    return "".join(f"{indent}{part},\n" for part in parts)


def main() -> int:
    """Write the module, or with `--check` say whether it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the module is stale")
    check = parser.parse_args().check
    try:
        text = source()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    if check:
        fresh = MODULE.is_file() and MODULE.read_text(encoding="utf-8") == text
        if not fresh:
            print(STALE, file=sys.stderr)
        return 0 if fresh else 1
    MODULE.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
