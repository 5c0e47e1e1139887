"""From what was read to everything that rules may be asked about: resolve, adapt and link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.kubernetes import adapt_unit
from opsready.adapt.slo_files import slos
from opsready.adapt.stubs import stubs_of
from opsready.isolation import isolated
from opsready.link.files import Files
from opsready.link.graph import Facts, RepositoryGraph
from opsready.link.images import Images
from opsready.model.alert import Alert
from opsready.model.entity import Entity, Identity
from opsready.model.opaque import Stub
from opsready.model.service import Repository
from opsready.model.source import Known, Place, Span
from opsready.model.verdict import Diagnostic
from opsready.parse.syntax import Map, span
from opsready.records import dataclass, field
from opsready.resolve.build_tools import build_tools
from opsready.resolve.environments import environments
from opsready.resolve.repository import units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opsready.adapt.comment_ignores import CommentIgnore
    from opsready.config.model import Configuration
    from opsready.config.terms import Terms
    from opsready.intake import Intake
    from opsready.model.document import Document, DocumentKind
    from opsready.model.service import Service
    from opsready.model.standard import Standard
    from opsready.resolve.environments import Environments
    from opsready.resolve.units import Opaque

# What a catalogue entry may call a page. A later kind wins: a procedure is often named by a glob of runbooks as well.
_DOCUMENT_KINDS: tuple[DocumentKind, ...] = (
    "runbook",
    "playbook",
    "postmortem",
    "capacity-plan",
    "recovery-procedure",
    "policy",
)
_NOWHERE = Place("", Span("", 0, 0, 0, 0))


@dataclass(slots=True)
class Model:
    """Everything that rules may be asked about."""

    graph: RepositoryGraph
    repository: Repository
    entities: list[Entity]
    documents: list[Document]
    stubs: list[Stub]
    opaque: tuple[Opaque, ...]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    comments: tuple[CommentIgnore, ...] = ()


def build_model(intake: Intake, configuration: Configuration, standard: Standard, terms: Terms | None = None) -> Model:
    """Resolve, adapt and link; with `terms`, services keep the tiers that they had there."""
    where = environments(standard, configuration.environments, configuration.production)
    found = units(intake.sources, where, standard.third_party_charts)
    diagnostics: list[Diagnostic] = []
    entities: list[Entity] = []
    foreign: dict[str, tuple[str, ...]] = {}
    stubs: list[Stub] = []
    for unit in found:
        if unit.terraform is not None:
            from opsready.adapt.terraform import adapt_root

            entities.extend(adapt_root(unit, unit.terraform, standard, diagnostics))
        else:
            adapted = adapt_unit(unit, standard, diagnostics)
            entities.extend(adapted.entities)
            foreign[unit.id] = tuple(adapted.foreign_kinds)
        stubs.extend(stubs_of(unit))
    tools = build_tools(intake.skaffold, intake.tiltfiles)
    catalogue = _catalogue(intake, diagnostics)
    entities.extend(_rule_file_alerts(intake, standard, where))
    entities.extend(slos(intake.sources.parsed.values(), where, diagnostics))
    entities.extend(_collector_files(intake, where))
    entities.extend(_images(intake, where, standard, diagnostics))
    entities.extend(_composed(intake, where, standard, diagnostics))
    files = Files(intake.sources.paths, configuration.runbook_bases)
    alerts = (entity for entity in entities if isinstance(entity, Alert))
    documents, actions = _documents(intake, catalogue, alerts, files, diagnostics)
    entities.extend(actions)
    repository = Repository(
        Identity("Repository", ".", None, "", "", production=True, place=_NOWHERE), configuration.attestations
    )
    graph = RepositoryGraph(
        Facts(
            entities=(*entities, *stubs),
            catalogue=catalogue,
            documents=tuple(documents),
            repository=repository,
            images=Images(tools.images, intake.dockerfiles, standard.third_party_images),
            foreign_kinds=foreign,
            files=files,
            code_owner=_code_owners(intake),
            tool_inputs=tools.inputs,
            destinations=tuple(item for unit in found for item in unit.destinations),
            configured_images=standard.configured_images,
            load_generators=standard.load_generators,
            image_labeller=intake.image_labeller,
            terms=terms,
        )
    )
    opaque = tuple(item for unit in found for item in unit.opaque)
    return Model(graph, repository, entities, documents, stubs, opaque, diagnostics, _comments(intake))


def _comments(intake: Intake) -> tuple[CommentIgnore, ...]:
    """The ignores in comments."""
    if not intake.commented:
        return ()
    from opsready.adapt.comment_ignores import comment_ignores

    return tuple(found for file, text in sorted(intake.commented.items()) for found in comment_ignores(text, file))


def _catalogue(intake: Intake, diagnostics: list[Diagnostic]) -> tuple[Service, ...]:
    """Catalogue entries of every format, one for each service."""
    from opsready.adapt.catalogue import merge as merge_entries
    from opsready.adapt.catalogue import services_in

    services: list[Service] = []
    for path, parsed in intake.sources.parsed.items():
        for document in parsed.documents:
            with isolated(path, diagnostics):
                service, found = services_in(document.root, path)
                diagnostics.extend(found)
                if service is not None:
                    services.append(service)
    return merge_entries(services) if services else ()


def _documents(
    intake: Intake, catalogue: tuple[Service, ...], alerts: Iterable[Alert], files: Files, diagnostics: list[Diagnostic]
) -> tuple[list[Document], list[Entity]]:
    """Operational documents, told by path or front matter or referred to, and the actions they decide on."""
    referred = _referred_documents(catalogue, alerts, files)
    for path in referred:
        intake.take_document(path)
    if not intake.markdown:
        return [], []
    from opsready.adapt.documents import document
    from opsready.parse.markdown import parse_markdown

    found: list[Document] = []
    actions: list[Entity] = []
    for path, text in sorted(intake.markdown.items()):
        with isolated(path, diagnostics):
            read = document(parse_markdown(text, path), referred.get(path))
            diagnostics.extend(read.diagnostics)
            if read.document is not None:
                found.append(read.document)
                actions.extend(read.actions)
    return found, actions


def _referred_documents(
    catalogue: tuple[Service, ...], alerts: Iterable[Alert], files: Files
) -> dict[str, DocumentKind]:
    """The pages that catalogue entries and alerts refer to, and as what."""
    found: dict[str, DocumentKind] = {}
    for alert in alerts:
        if isinstance(alert.runbook, Known):
            found.update(dict.fromkeys(files.linked(alert.runbook.value), "runbook"))
    for kind in _DOCUMENT_KINDS:
        for service in catalogue:
            for link in service.links:
                if link.kind == kind:
                    found.update(dict.fromkeys(files.of(link), kind))
    return found


def _code_owners(intake: Intake) -> Callable[[str], tuple[str, Place] | None]:
    if not intake.codeowners:
        return lambda _: None
    from opsready.adapt.codeowners import owner_lookup

    return owner_lookup(intake.codeowners)


def _rule_file_alerts(intake: Intake, standard: Standard, where: Environments) -> Iterator[Entity]:
    """Alerts of plain Prometheus rule files; those of Kubernetes objects come with their unit."""
    for path, parsed in intake.sources.parsed.items():
        for document in parsed.documents:
            root = document.root
            if isinstance(root, Map) and "groups" in root and "apiVersion" not in root:
                from opsready.adapt.alerts import alerts, is_rule_file

                if is_rule_file(root):
                    environment = where.of(path)
                    top = Place("", span(path, document.start, document.start))
                    identity = Identity("RuleFile", path, None, path, environment, where.production(environment), top)
                    yield from alerts(root, path, identity, standard)


def _images(intake: Intake, where: Environments, standard: Standard, diagnostics: list[Diagnostic]) -> Iterator[Entity]:
    """The images that Dockerfiles build."""
    if not intake.dockerfile_texts:
        return
    from opsready.adapt.dockerfile import credentials, image

    for path, text in sorted(intake.dockerfile_texts.items()):
        with isolated(path, diagnostics):
            made, found = image(text, path, where, standard)
            diagnostics.extend(found)
            if made is not None:
                yield made
                yield from credentials(text, made)


def _composed(
    intake: Intake, where: Environments, standard: Standard, diagnostics: list[Diagnostic]
) -> Iterator[Entity]:
    """The services of compose files."""
    if not intake.composed:
        return
    from opsready.adapt.compose import composed

    for parsed in intake.composed:
        with isolated(parsed.path, diagnostics):
            yield from tuple(composed(parsed, where, standard))


def _collector_files(intake: Intake, where: Environments) -> Iterator[Entity]:
    """Collectors that have a file of their own; those of Kubernetes objects come with their unit."""
    likely: dict[str, list[str]] | None = None
    for path, parsed in intake.sources.parsed.items():
        for document in parsed.documents:
            root = document.root
            if isinstance(root, Map) and "receivers" in root and "service" in root and "apiVersion" not in root:
                from opsready.adapt.collectors import is_configuration, likely_files, partial_file, plain_collector

                if is_configuration(root):
                    environment = where.of(path)
                    top = Place("", span(path, document.start, document.start))
                    production = where.production(environment)
                    identity = Identity("CollectorFile", path, None, path, environment, production, top)
                    if likely is None:
                        likely = likely_files(intake.sources.paths)
                    yield plain_collector(root, path, identity, partial_file(path, likely))
