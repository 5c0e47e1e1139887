"""What an organisation may say about its repository as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from opsready.model.service import Attestation


@dataclass(frozen=True, slots=True)
class Configuration:
    """A valid configuration; everything is empty where nothing is written, and the defaults then decide.

    `file` is the path that it was read from, empty where there is none. `environments` maps the name of an environment
    to patterns of paths; `production` names those that decide score and gate; `exclude` holds patterns as in a
    `.gitignore`; `adopted` is the day from which on postmortems are judged.
    """

    file: str = ""
    environments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    production: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    adopted: date | None = None
