"""Which environment a file or unit belongs to: by configuration, else by the words of its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from opsready.model.standard import Standard


@dataclass(frozen=True, slots=True)
class Environments:
    """Names of environments and how to find them; `configured` are matchers of whole paths, in the order written."""

    configured: tuple[tuple[str, Callable[[str], bool]], ...]
    names: frozenset[str]
    production_names: frozenset[str]

    def of(self, path: str) -> str:
        """The environment of a path relative to the root; empty where nothing names one."""
        for name, matches in self.configured:
            if matches(path):
                return name
        return next((part for part in reversed(path.lower().split("/")) if self.is_segment(part)), "")

    def is_segment(self, part: str) -> bool:
        """Whether a path's segment names an environment."""
        return part.lower() in self.names

    def pairs(self, directories: Iterable[str]) -> dict[str, str]:
        """The environments of directories whose names end with one, where the same of production stands beside them.

        `accounts/shop-dev` is one beside `accounts/shop-prod`; by itself it may be called so after anything.
        """
        named: dict[str, dict[str, str]] = {}
        for above in {above for directory in directories for above in _with_above(directory)}:
            stem, _, word = above.lower().replace("_", "-").rpartition("-")
            if stem and not stem.endswith("/") and self.is_segment(word):
                named.setdefault(stem, {})[above] = word
        together = (found for found in named.values() if self.production_names & {*found.values()})
        return {path: word for found in together if len({*found.values()}) > 1 for path, word in found.items()}

    def of_directory(self, path: str, pairs: Mapping[str, str]) -> str:
        """The environment of a path by its words, else by the nearest of some pairs that it is in."""
        return self.of(path) or next((pairs[above] for above in _with_above(path) if above in pairs), "")

    def production(self, environment: str) -> bool:
        """Whether verdicts of an environment decide the score: production, and what names no environment."""
        return not environment or environment.lower() in self.production_names


def environments(
    standard: Standard, configured: Mapping[str, tuple[str, ...]], production: tuple[str, ...]
) -> Environments:
    """Join the standard's words with the configuration's, which adds names and, if it names any, decides production."""
    matchers = tuple((name, _matcher(globs)) for name, globs in configured.items())
    named = frozenset(name.lower() for name in (*configured, *production))
    return Environments(
        matchers,
        standard.environment_names | named,
        frozenset(name.lower() for name in production) if production else standard.production_names,
    )


def _with_above(path: str) -> Iterator[str]:
    """A path and all that it is in, the nearest first."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _matcher(globs: tuple[str, ...]) -> Callable[[str], bool]:
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(globs)
    return lambda path: spec.match_file(path) or spec.match_file(path + "/")
