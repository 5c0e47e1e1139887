"""What an organisation may say about its repository as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from opsready.model.overlay import Overlay
    from opsready.model.override import Override
    from opsready.model.service import Attestation
    from opsready.model.source import Span


@dataclass(frozen=True, slots=True)
class Configuration:
    """A valid configuration; everything is empty where nothing is written, and the defaults then decide.

    `file` is the path that it was read from, empty where there is none. `environments` maps the name of an environment
    to patterns of paths; `production` names those that decide score and gate; `exclude` holds patterns as in a
    `.gitignore`; `adopted` is the day from which on postmortems are judged. `places` says where each key is written.

    `select`, `ignore`, `fail_on`, `min_scores` (pillar, or the empty text for the whole, and a score), `min_evidence`
    (0..100) and `profile` are what flags say as well; `floors` is the least score of a service by its tier (1..4).
    `overrides` stand in the order written. `platform_services` are names of what no catalogue lists. `runbook_bases`
    maps the beginning of an address to the folder whose pages it shows. `standard` is the version that is pinned,
    `overlay` a standard of the repository's own.
    """

    file: str = ""
    environments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    production: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    adopted: date | None = None
    places: Mapping[str, Span] = field(default_factory=dict)
    profile: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = ""
    min_scores: tuple[tuple[str, float], ...] = ()
    min_evidence: float | None = None
    floors: Mapping[int, float] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    platform_services: tuple[str, ...] = ()
    runbook_bases: Mapping[str, str] = field(default_factory=dict)
    standard: str = ""
    overlay: Overlay | None = None
