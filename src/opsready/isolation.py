"""A crash while one file is read costs that file, is reported, and never the rest of the report."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from opsready.errors import OpsreadyError
from opsready.model.verdict import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def isolated(file: str, diagnostics: list[Diagnostic]) -> Iterator[None]:
    """Turn a crash into a `parser-crashed` diagnostic about a file; errors that are the user's to repair go through."""
    try:
        yield
    except OpsreadyError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it must cost this file alone
        message = f"reading it crashed, so it was left out: {type(error).__name__}: {error}"
        diagnostics.append(Diagnostic("parser-crashed", file, 1, message))
