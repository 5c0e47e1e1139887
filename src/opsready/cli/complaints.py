"""Errors in the words that reach the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.report.escape import on_one_line

if TYPE_CHECKING:
    from opsready.errors import OpsreadyError


def in_words(error: OpsreadyError) -> str:
    """What is wrong on one line, and what to do about it on another."""
    remedy = f"  help: {on_one_line(error.help)}\n" if error.help else ""
    return f"opsready: {on_one_line(str(error))}\n{remedy}"
