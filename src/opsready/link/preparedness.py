"""What each service has for the day of the disaster and for growth: procedures, plans, drills, reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.network import Resolution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opsready.link.documents import Documents
    from opsready.link.files import Files
    from opsready.model.document import Document
    from opsready.model.opaque import Stub
    from opsready.model.preparedness import Drill, Review
    from opsready.model.service import Link, Service
    from opsready.model.workload import Workload

_NOUNS = {"recovery-procedure": "recovery procedure", "capacity-plan": "capacity plan"}
_MAY_KEEP_DATA = frozenset({"StatefulSet", "Input"})
_MARKDOWN = (".md", ".markdown", ".mdx", ".md.erb")
# What is only a copy of something else needs no recovery.
_COPIES = frozenset({"cache", "caches", "memcached"})


class Preparations:
    """Answers about recovery and capacity; each looks at one service's documents and workloads only."""

    def __init__(
        self,
        documents: Documents,
        files: Files,
        services: Iterable[Service],
        workloads_of: Callable[[Service], tuple[Workload, ...]],
        stubs: Iterable[tuple[Stub, tuple[Service, ...]]] = (),
    ) -> None:
        """Take what is linked already; `stubs` come with the services that they belong to."""
        self._documents = documents
        self._files = files
        self._services = {service.name: service for service in services}
        self._workloads_of = workloads_of
        self._nobodys: dict[str, list[Document]] = {}
        self._stubs_of: dict[str, list[Stub]] = {}
        for stub, owners in stubs:
            for service in owners:
                self._stubs_of.setdefault(service.name, []).append(stub)

    def written(self, service: Service, kind: str, /) -> Resolution:
        """What became of the search for a service's document of a kind."""
        noun, name = _NOUNS[kind], service.name
        found = self._documents.about(service, kind)
        sure = next((document for document in found if document.certain), None)
        if sure is not None:
            return Resolution("found", f"`{sure.path}` is a {noun} of `{name}`", sure.place)
        links = self._documents.links_to_other_files(service, kind)
        here = next((link for link in links if not link.external and not self._is_markdown(link)), None)
        if here is not None:
            return Resolution("found", f"`{here.target}` is a {noun} of `{name}`", here.place)
        if links:
            return self._only_linked(service, links, noun)
        if found:
            return Resolution(
                "unknown", f"`{found[0].path}` may be a {noun} of `{name}`, by its path alone", found[0].place
            )
        return self._unclaimed(service, kind) or self._none(service, kind)

    def _only_linked(self, service: Service, links: list[Link], noun: str) -> Resolution:
        outside = next((link for link in links if link.external), None)
        if outside is not None:
            reason = f"the {noun} of `{service.name}` is elsewhere ({outside.target})"
            return Resolution("outside", reason, outside.place)
        reason = f"`{links[0].target}`, the {noun} of `{service.name}`, is a draft, a signpost or a list of pages"
        return Resolution("unknown", reason, links[0].place)

    def _unclaimed(self, service: Service, kind: str) -> Resolution | None:
        """A page of the kind that names no service, or one of another kind that may serve as well."""
        noun, name = _NOUNS[kind], service.name
        general = next(iter(self._of_nobody(kind)), None)
        if general is not None:
            reason = f"`{general.path}` is a {noun} that names no service, so whether it covers `{name}` is unknown"
            return Resolution("unknown", reason, general.place)
        if kind == "recovery-procedure":
            for runbook in self._documents.about(service, "runbook"):
                if runbook.certain and _is_about_recovery(runbook):
                    reason = f"the runbook `{runbook.path}` may be the {noun} of `{name}`, by its title"
                    return Resolution("unknown", reason, runbook.place)
        return None

    def _none(self, service: Service, kind: str) -> Resolution:
        noun, name = _NOUNS[kind], service.name
        broken = next((link for link in self._documents.broken_links(service) if link.kind == kind), None)
        if broken is not None:
            return Resolution("missing", f"the {noun} of `{name}`, `{broken.target}`, does not exist", broken.place)
        return Resolution("missing", f"`{name}` has no {noun}", service.place)

    def _is_markdown(self, link: Link) -> bool:
        """Whether a link leads to pages that could be read, and none of which is a document."""
        return all(path.lower().endswith(_MARKDOWN) for path in self._files.at(link.target))

    def _of_nobody(self, kind: str) -> list[Document]:
        """Pages that are certainly of a kind and name no service; where there is only one service they are its own."""
        if kind not in self._nobodys:
            found = [] if len(self._services) == 1 else self._documents.of_kind(kind)
            self._nobodys[kind] = [
                document
                for document in found
                if document.certain
                and not document.template
                and not document.services
                and not self._documents.services_of(document)
            ]
        return self._nobodys[kind]

    def drills_of(self, service: Service, /) -> tuple[Drill, ...]:
        """The drills of a service's own log, then those of reports about it."""
        logged = service.preparedness.drills if service.preparedness is not None else ()
        reported = (document.drill for document in self._documents.about(service, "drill"))
        return (*logged, *(drill for drill in reported if drill is not None))

    def drills_of_nobody(self) -> tuple[Drill, ...]:
        """The drills of reports that name no service."""
        reported = (document.drill for document in self._of_nobody("drill"))
        return tuple(drill for drill in reported if drill is not None)

    def reviews_of(self, service: Service, /) -> tuple[Review, ...]:
        """The reviews of a service's own log, then those of minutes that name it."""
        logged = service.preparedness.reviews if service.preparedness is not None else ()
        minuted = (document.review for document in self._documents.about(service, "review"))
        return (*logged, *(review for review in minuted if review is not None))

    def reviews_of_nobody(self) -> tuple[Review, ...]:
        """The reviews of minutes that name no service."""
        minuted = (document.review for document in self._of_nobody("review"))
        return tuple(review for review in minuted if review is not None)

    def lacks_report(self, drill: Drill, /) -> bool:
        """Whether a drill's report is said to be in this repository and is not."""
        return bool(drill.evidence) and "://" not in drill.evidence and not self._files.at(drill.evidence)

    def uncovered(self, procedure: Document, /) -> tuple[str, ...]:
        """The datastores of a procedure's services that none of their procedures mentions.

        Of several procedures of one service the first by path answers for all.
        """
        from opsready.model.mentions import mentions

        missing = (
            name
            for service, stems in self._answered_by(procedure)
            for name in self._datastores(service)
            if not mentions(stems, name, _known_words(service))
        )
        return tuple(dict.fromkeys(missing))

    def may_leave_out(self, procedure: Document, /) -> str:
        """Why a procedure may not cover a datastore that cannot be read; empty where it cannot leave out any."""
        from opsready.model.mentions import mentions

        for service, stems in self._answered_by(procedure):
            for stub in self._stubs_of.get(service.name, ()):
                if stub.identity.kind not in _MAY_KEEP_DATA or "Workload" not in stub.could_hold:
                    continue
                if not stub.workload_name:
                    return f"what `{service.name}` keeps in {stub.input} is unknown: it could not be opened"
                if not mentions(stems, stub.workload_name, _known_words(service)):
                    return f"whether `{stub.workload_name}` keeps data is unknown: {stub.input} could not be opened"
        return ""

    def _answered_by(self, procedure: Document) -> Iterator[tuple[Service, frozenset[str]]]:
        """The services for which a procedure answers, each with the stems of all that is written for it."""
        for service in self._services_about(procedure):
            procedures = self._procedures(service)
            if procedures and procedures[0] is procedure and not self._elsewhere(service):
                stems = (item.recovery.stems for item in procedures if item.recovery is not None)
                yield service, frozenset().union(*stems)

    def _services_about(self, document: Document) -> list[Service]:
        names = self._documents.services_of(document)
        if not names and len(self._services) == 1 and not document.services:
            return list(self._services.values())
        return [self._services[name] for name in names if name in self._services]

    def _procedures(self, service: Service) -> list[Document]:
        found = self._documents.about(service, "recovery-procedure")
        return sorted((item for item in found if item.certain), key=lambda item: item.path)

    def _elsewhere(self, service: Service) -> bool:
        """Whether some of a service's procedures cannot be looked through."""
        if self._documents.links_to_other_files(service, "recovery-procedure"):
            return True
        return any(item.recovery is None for item in self._procedures(service))

    def _datastores(self, service: Service) -> list[str]:
        """What a service keeps data in: what its file names, and its production workloads with a volume each."""
        from opsready.model.mentions import words

        declared = service.preparedness.datastores if service.preparedness is not None else ()
        found = {_own_name(address): address for address in declared}
        for workload in self._workloads_of(service):
            name = workload.identity.written_name
            keeps = workload.identity.production and any(claim.own for claim in workload.volume_claims)
            if keeps and _COPIES.isdisjoint(words(name)):
                found.setdefault(_own_name(name), name)
        return list(found.values())


def _is_about_recovery(document: Document) -> bool:
    from opsready.model.headings import RECOVERY, says
    from opsready.model.mentions import words

    return says(" ".join(words(document.title)), RECOVERY)


def _known_words(service: Service) -> frozenset[str]:
    from opsready.model.mentions import words

    return frozenset(word for name in (service.name, *service.aliases) for word in words(name))


def _own_name(address: str) -> str:
    return address.rpartition("/")[2].lower()
