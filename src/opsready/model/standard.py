"""The governance standard as data: pillars, objectives, targets and word lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.period import Cadence, Period

Decidable = Literal["files", "attestation"]


@dataclass(frozen=True, slots=True)
class Objective:
    """One clause of the standard.

    `target` is what the clause asks for in one sentence; `decidable` says whether files can show it, or only a
    person's dated word (`attestation`).
    """

    name: str
    title: str
    pillar: str
    weight: float
    target: str
    decidable: Decidable


@dataclass(frozen=True, slots=True)
class Pillar:
    """A section of the standard; weights of pillars and of objectives within one are relative.

    `short` is its title in a narrow column.
    """

    name: str
    title: str
    short: str
    weight: float
    objectives: tuple[Objective, ...]


@dataclass(frozen=True, slots=True)
class KnownImage:
    """An image of a third party: the repository's name without registry prefix and tag, or a glob of it."""

    image: str
    product: str


@dataclass(frozen=True, slots=True)
class Standard:
    """The whole standard.

    `parameters` holds numbers and texts by name; one that differs by tier is a tuple of four. Word lists are
    lower case. `disposable_words` and `disposable_images` tell volumes that nobody misses; `backup_words` are words in
    the names of what copies data, `load_generators` in those of what only makes traffic. `configured_images` are globs
    of third parties' images that serve whatever they are configured to. `root_images` (globs) are known to start as
    root, `rootless_images` not to stay so; `build_tools` are packages that only building needs; `development_words` are
    words in paths of what is never deployed, `log_words` in names of buckets whose objects are written once. `extends`
    is what an organisation's own standard began with (`opsready/1.3.2`).
    """

    name: str
    version: str
    owner: str
    review_cycle: str
    last_updated: str
    pillars: tuple[Pillar, ...]
    parameters: Mapping[str, object]
    environment_names: frozenset[str]
    production_names: frozenset[str]
    moving_tags: frozenset[str]
    paging_severities: frozenset[str]
    placeholder_owners: frozenset[str]
    third_party_images: tuple[KnownImage, ...]
    third_party_charts: frozenset[str]
    disposable_words: frozenset[str] = frozenset()
    disposable_images: tuple[str, ...] = ()
    backup_words: frozenset[str] = frozenset()
    configured_images: tuple[str, ...] = ()
    load_generators: frozenset[str] = frozenset()
    extends: str = ""
    root_images: tuple[str, ...] = ()
    rootless_images: tuple[str, ...] = ()
    build_tools: frozenset[str] = frozenset()
    development_words: frozenset[str] = frozenset()
    log_words: frozenset[str] = frozenset()

    @property
    def objectives(self) -> dict[str, Objective]:
        """Every objective by name, in the standard's order."""
        return {objective.name: objective for pillar in self.pillars for objective in pillar.objectives}

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each objective, by its name."""
        return {objective.name: objective.weight for pillar in self.pillars for objective in pillar.objectives}

    def number(self, name: str, tier: int) -> float:
        """A numeric parameter for a tier (1..4); KeyError where the standard has none of that name."""
        value = self.parameters[name]
        if isinstance(value, tuple):
            value = value[tier - 1]
        if isinstance(value, bool) or not isinstance(value, int | float):
            message = f"parameter `{name}` of the standard is not a number: {value!r}"
            raise TypeError(message)
        return value

    def length(self, name: str, tier: int) -> timedelta:
        """A parameter as an exact length of time (`PT4H`) for a tier (1..4)."""
        from opsready.model.period import exact_length

        found = exact_length(self.text(name, tier))
        if found is None:
            message = f"parameter `{name}` of the standard is not an exact length of time: {self.text(name, tier)!r}"
            raise TypeError(message)
        return found

    def text(self, name: str, tier: int) -> str:
        """A parameter as text for a tier (1..4), such as `P6M`; KeyError where the standard has none of that name."""
        value = self.parameters[name]
        return str(value[tier - 1] if isinstance(value, tuple) else value)

    def period(self, name: str, tier: int) -> Period:
        """A parameter that is a period, such as `P6M`; ValueError where it is none."""
        from opsready.model.period import period

        text = self.text(name, tier)
        found = period(text)
        if found is None:
            message = f"parameter `{name}` of the standard is not a period: `{text}`"
            raise ValueError(message)
        return found

    def cadence(self, name: str, tier: int) -> Cadence:
        """A parameter that says how often a thing is done again, with the grace that the standard gives."""
        from opsready.model.period import Cadence

        return Cadence(self.period(name, tier), self.period("grace", tier))
