"""Files of service level objectives that are no Kubernetes objects: OpenSLO documents and Sloth's plain files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.isolation import isolated
from opsready.parse.syntax import Map, Seq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.adapt.slo_entities import Where
    from opsready.model.slo import Slo
    from opsready.model.verdict import Diagnostic
    from opsready.resolve.environments import Environments
    from opsready.resolve.sources import ParsedFile

_OPENSLO = ("openslo/", "openslo.com/")


def slos(files: Iterable[ParsedFile], where: Environments, diagnostics: list[Diagnostic]) -> list[Slo]:
    """The objectives of all files; the modules that read them are imported when the first one is met."""
    openslo: list[tuple[Map, str]] = []
    found: list[Slo] = []
    for file in files:
        for root in _roots(file):
            version = root.get("apiVersion")
            if isinstance(version, str) and version.startswith(_OPENSLO):
                openslo.append((root, file.path))
            elif version is None and "slos" in root:
                from opsready.adapt.sloth import is_sloth, objectives_of_file

                if is_sloth(root):
                    with isolated(file.path, diagnostics):
                        found.extend(objectives_of_file(root, file.path, _where(file.path, where)))
    return [*found, *_openslo(openslo, where, diagnostics)] if openslo else found


def _roots(file: ParsedFile) -> Iterator[Map]:
    """The documents of a file; OpenSLO also allows a list of them."""
    for document in file.documents:
        if isinstance(document.root, Map):
            yield document.root
        elif isinstance(document.root, Seq):
            yield from (item for item in document.root if isinstance(item, Map) and "apiVersion" in item)


def _where(path: str, environments: Environments) -> Where:
    from opsready.adapt.slo_entities import Where

    environment = environments.of(path)
    return Where(path, environment, environments.production(environment))


def _openslo(found: list[tuple[Map, str]], where: Environments, diagnostics: list[Diagnostic]) -> Iterator[Slo]:
    from opsready.adapt.openslo import Documents, Found

    documents = Documents(Found(root, path, _where(path, where)) for root, path in found)
    for item, count in documents.objectives():
        with isolated(item.file, diagnostics):
            yield documents.objective(item, count)
