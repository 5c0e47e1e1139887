"""Where a written path, glob or link leads inside the repository."""

from __future__ import annotations

from bisect import bisect_left
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opsready.model.service import Link

_FILE_VIEWS = ("/-/blob/", "/blob/", "/tree/", "/raw/")
# Files that every repository has do not tell whose address it is.
_EVERYWHERE = pattern(r"(?:docs?/)?(?:readme|index|contributing|changelog|license)(?:\.\w{1,9})?\Z")
# What a site shows for a folder.
_INDEX = ("index", "readme", "_index")
_ENDINGS = (".md", ".markdown", ".mdx", ".rst", ".adoc", ".txt")


class Files:
    """The files of a repository by lower-cased path: case and a missing `.md` are forgiven, as code hosts do."""

    def __init__(self, paths: Iterable[str], bases: Mapping[str, str] | None = None) -> None:
        """Index paths relative to the root; `bases` are beginnings of addresses and the folders shown below them."""
        self._bases = tuple(sorted(bases.items(), key=lambda item: -len(item[0]))) if bases else ()
        self._paths = {path.lower(): path for path in paths}
        self._sorted = sorted(self._paths)

    def at(self, target: str) -> list[str]:
        """The files that a path or glob leads to; a directory leads to all that is in it."""
        wanted = target.partition("#")[0].removeprefix("./").strip("/").lower()
        if not wanted:
            return []
        if any(mark in wanted for mark in "*?["):
            return sorted(path for lower, path in self._paths.items() if fnmatchcase(lower, wanted))
        for candidate in (wanted, *(wanted + ending for ending in _ENDINGS)):
            if candidate in self._paths:
                return [self._paths[candidate]]
        # `0` comes right after `/`.
        first, end = bisect_left(self._sorted, f"{wanted}/"), bisect_left(self._sorted, f"{wanted}0")
        return sorted(self._paths[lower] for lower in self._sorted[first:end])

    def has(self, name: str) -> bool:
        """Whether a file or a folder of this name lies at the root."""
        wanted = name.lower()
        if not wanted or wanted in self._paths:
            return bool(wanted)
        at = bisect_left(self._sorted, f"{wanted}/")
        return at < len(self._sorted) and self._sorted[at].startswith(f"{wanted}/")

    def of(self, link: Link) -> list[str]:
        """The files that a link of a catalogue entry leads to, which may be an address of this repository's own."""
        return self.linked(link.target) if link.external else self.at(link.target)

    def linked(self, link: str) -> list[str]:
        """The files that a link of an alert or a page leads to; nothing where it leads elsewhere."""
        shown = self.below_base(link)
        if shown is not None:
            return self._page(shown)
        path = path_in_repository(link)
        if not path or ("://" in link and _EVERYWHERE.match(path.lower())):
            return []
        return self.at(path)

    def below_base(self, link: str) -> str | None:
        """The path that an address stands for by the configuration; None where it lies below none of its addresses."""
        if not self._bases or "://" not in link:
            return None
        address = _plain(link)
        lower = address.lower()
        for base, folder in self._bases:
            start = base.lower().rstrip("/")
            if lower == start or lower.startswith(f"{start}/"):
                return "/".join(part for part in (folder, address[len(start) :].strip("/")) if part)
        return None

    def _page(self, path: str) -> list[str]:
        """The page that a site shows at a path: itself, its source, or the page that stands for a folder."""
        path = path.lower()
        stem = path.rpartition(".")[0] if path.endswith((".html", ".htm")) else path
        names = (path, *(stem + ending for ending in _ENDINGS))
        folders = (f"{stem}/{name}{ending}" for name in _INDEX for ending in _ENDINGS)
        found = next((self._paths[name] for name in (*names, *folders) if name in self._paths), None)
        return [] if found is None else [found]


def path_in_repository(link: str) -> str:
    """The path of a link that may lead into this repository: a relative one, or a page of a code host's file view."""
    path = _plain(link)
    if "://" in path:
        return path[len(address) :] if (address := host_address(link)) else ""
    return "" if path.startswith("//") else path.removeprefix("./")


def host_address(link: str) -> str:
    """What comes before the path in a code host's file view (`https://host/team/shop/blob/main/`); empty for others."""
    path = _plain(link)
    for view in _FILE_VIEWS if "://" in path else ():
        before, found, after = path.partition(view)
        reference, slash, _ = after.partition("/")
        if found and slash:
            return f"{before}{view}{reference}/"
    return ""


def _plain(link: str) -> str:
    return link.partition("#")[0].partition("?")[0].strip()
