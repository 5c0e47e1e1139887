"""The words that catalogues use for a tier and a lifecycle, and what each stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import Known, Unknown, Unset

if TYPE_CHECKING:
    from opsready.model.source import Value

# Words for a tier as catalogues use them, without regard to case, spaces, `_` and `-`.
_TIER_WORDS: dict[str, int] = {
    **dict.fromkeys(("1", "tier1", "t1", "p1", "critical", "missioncritical", "platinum", "a", "high"), 1),
    **dict.fromkeys(("2", "tier2", "t2", "p2", "gold", "important", "b"), 2),
    **dict.fromkeys(("3", "tier3", "t3", "p3", "silver", "medium", "standard", "coreservices"), 3),
    **dict.fromkeys(("4", "tier4", "t4", "p4", "bronze", "low", "c", "noncritical", "experimental"), 4),
}
_LIFECYCLE_WORDS: dict[str, str] = {
    **dict.fromkeys(("production", "prod", "live", "ga", "generallyavailable", "active", "stable"), "production"),
    **dict.fromkeys(("experimental", "alpha", "beta", "prealpha", "sandbox", "staging", "development"), "experimental"),
    **dict.fromkeys(("deprecated", "endoflife", "retired", "decommissioned"), "deprecated"),
}


def tier_of(text: str) -> int | None:
    """The tier 1 to 4 that a word stands for; None where it is no word for a tier (`backend`)."""
    return _TIER_WORDS.get(_plain(text))


def tier_value(written: Value[str]) -> Value[int]:
    """A tier as written; Unknown where what is written is none."""
    if not isinstance(written, Known):
        return written if isinstance(written, Unknown) else Unset()
    tier = tier_of(written.value)
    if tier is None:
        return Unknown(f"`{written.value[:40]}` is not a tier (1 to 4)", written.place)
    return Known(tier, written.place, written.origin)


def lifecycle_value(written: Value[str]) -> Value[str]:
    """A lifecycle as `production`, `experimental` or `deprecated`; Unknown where what is written is none of them."""
    if not isinstance(written, Known):
        return written
    found = _LIFECYCLE_WORDS.get(_plain(written.value))
    if found is None:
        return Unknown(f"`{written.value[:40]}` is not a known lifecycle", written.place)
    return Known(found, written.place, written.origin)


def _plain(text: str) -> str:
    return text.strip().lower().replace("_", "").replace("-", "").replace(" ", "")
