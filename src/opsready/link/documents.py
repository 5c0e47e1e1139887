"""Which operational document serves which service and alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.link.files import Files
    from opsready.model.alert import Alert
    from opsready.model.document import Document
    from opsready.model.service import Link, Service


class Documents:
    """The documents of a repository, by path, kind and service."""

    def __init__(
        self,
        documents: Iterable[Document],
        files: Files,
        services: tuple[Service, ...],
    ) -> None:
        """Index documents once; `files` are all files, so that a link to another kind of file resolves too."""
        self._documents = tuple(documents)
        self.by_path = {document.path.lower(): document for document in self._documents}
        self._files = files
        self._services_of: dict[int, list[str]] = {id(document): [] for document in self._documents}
        self._by_service: dict[str, list[Document]] = {}
        names = {name: service.name for service in services for name in service.aliases}
        names |= {service.name: service.name for service in services}
        in_paths = {name.lower(): own_name for name, own_name in names.items()}
        self._general: list[Document] = []
        for document in self._documents:
            named = _named_services(document, names, in_paths)
            if not named and not document.services and not document.template:
                self._general.append(document)
            for name in named:
                self._belongs(document, name)
        for service in services:
            for link in service.links:
                for document in self._linked(link):
                    self._belongs(document, service.name)
        self._only_service = services[0].name if len(services) == 1 else ""

    def _belongs(self, document: Document, service: str) -> None:
        if service not in self._services_of[id(document)]:
            self._services_of[id(document)].append(service)
            self._by_service.setdefault(service, []).append(document)

    def of_kind(self, kind: str) -> tuple[Document, ...]:
        """All documents of a kind."""
        return tuple(document for document in self._documents if document.kind == kind)

    def services_of(self, document: Document) -> tuple[str, ...]:
        """The names of the services that a document is about: those it names, and those whose entry links it."""
        return tuple(sorted(self._services_of[id(document)]))

    def about(self, service: Service, kind: str) -> list[Document]:
        """The documents of a kind that name a service, or that the service's catalogue entry names."""
        found = [item for item in self._by_service.get(service.name, ()) if item.kind == kind]
        for link in service.links:
            if link.kind == kind:
                found.extend(item for item in self._linked(link) if item not in found)
        if not found and self._only_service == service.name:
            found = [item for item in self._documents if item.kind == kind]
        return [item for item in found if not item.template]

    def general(self, kind: str) -> list[Document]:
        """The documents of a kind that name no service, whoever links them."""
        return [document for document in self._general if document.kind == kind]

    def broken_links(self, service: Service) -> tuple[Link, ...]:
        """Links of a service's catalogue entry that lead to no file."""
        return tuple(link for link in service.links if not link.external and not self._files.at(link.target))

    def links_to_other_files(self, service: Service, kind: str) -> list[Link]:
        """Links of a kind that lead to a page elsewhere, or to a file here that is no Markdown document."""
        return [link for link in service.links if link.kind == kind and self._leads_to_no_document(link)]

    def _leads_to_no_document(self, link: Link) -> bool:
        paths = self._files.of(link)
        return not any(path.lower() in self.by_path for path in paths) if paths else link.external

    def _linked(self, link: Link) -> list[Document]:
        return [self.by_path[path.lower()] for path in self._files.of(link) if path.lower() in self.by_path]

    def runbooks_of_alerts(self, alerts: Iterable[Alert]) -> list[Document]:
        """The documents of this repository that alerts link as their runbooks."""
        found = []
        for alert in alerts:
            written = known(alert.runbook) or ""
            for path in self._files.linked(written):
                document = self.by_path.get(path.lower())
                if document is not None and document not in found:
                    found.append(document)
        return found


def _named_services(document: Document, names: dict[str, str], in_paths: dict[str, str]) -> list[str]:
    """Services that a document names: in its front matter, else by its file name or its folder."""
    named = [names[name] for name in document.services if name in names]
    if named or document.services:
        return list(dict.fromkeys(named))
    *folders, stem = document.path.lower().rpartition(".")[0].split("/")
    for part in (stem, *reversed(folders)):
        if part in in_paths:
            return [in_paths[part]]
    # `checkout-api-restart.md` is about `checkout-api` rather than about `checkout`.
    beginnings = (stem[:at] for at in range(len(stem) - 1, 0, -1) if stem[at] in "-_")
    return next(([in_paths[part]] for part in beginnings if part in in_paths), [])
