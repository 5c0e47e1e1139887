"""The word that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that is written most like this one; empty where none is close."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1)), "")
