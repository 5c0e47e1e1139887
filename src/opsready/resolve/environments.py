"""Which environment a file or unit belongs to: by configuration, else by the words of its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def _matcher(globs: tuple[str, ...]) -> Callable[[str], bool]:
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(globs)
    return lambda path: spec.match_file(path) or spec.match_file(path + "/")
