"""The day that is judged: the only place that reads a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from opsready.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def day_to_judge(flag: str | None, environment: Mapping[str, str]) -> date:
    """`--as-of`, else OPSREADY_AS_OF, else SOURCE_DATE_EPOCH, else today (UTC)."""
    for name, text in (("--as-of", flag), ("OPSREADY_AS_OF", environment.get("OPSREADY_AS_OF"))):
        if text:
            return _day(name, text)
    epoch = environment.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC).date()
        except (ValueError, OverflowError, OSError) as error:
            message = f"SOURCE_DATE_EPOCH is `{epoch}`, which is no number of seconds"
            raise UsageError(message, help="unset it, or set it to seconds since 1970") from error
    return datetime.now(UTC).date()


def _day(name: str, text: str) -> date:
    try:
        # `fromisoformat` takes `20260131` and `2026-W05-6` as well, which nobody reads as a date.
        if len(text) == len("2026-01-31") and text[4] == text[7] == "-":
            return date.fromisoformat(text)
    except ValueError:
        pass
    message = f"{name} is `{text}`, which is no date"
    raise UsageError(message, help="write it as YYYY-MM-DD")
