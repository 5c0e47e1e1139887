"""Regular expressions that are compiled when they are first used.

Compiling is slow, about a millisecond for a long one, and most runs use few of those that are written down. Patterns
that every run uses anyway are better off with `re.compile`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import compile as pattern
else:

    class pattern:  # noqa: N801 - stands for the function of `re`
        """A compiled pattern, as far as anybody can tell."""

        def __init__(self, text: str, flags: int = 0) -> None:
            self._arguments = (text, flags)

        def __getattr__(self, name: str) -> Any:
            """What the compiled pattern has of this name; only asked for what is not kept yet."""
            value = getattr(re.compile(*self._arguments), name)
            setattr(self, name, value)
            return value


__all__ = ["pattern"]
