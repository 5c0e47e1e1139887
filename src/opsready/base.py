"""What a change starts from: the base is judged first, and decides how the change is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.config.terms import Terms
from opsready.engine import tier_of
from opsready.errors import ConfigurationError
from opsready.records import replace
from opsready.renames import renames
from opsready.report.against import SHORT
from opsready.run import about_decisions, decide, prepare, rules_of
from opsready.settle.ratchet import Before, did_not_pass, unread
from opsready.summary import totals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opsready.link.graph import RepositoryGraph
    from opsready.model.verdict import Diagnostic
    from opsready.options import Options
    from opsready.tree import Tree


def judge_base(
    base: Tree, ref: str, commit: str, change: Tree, options: Options, progress: Callable[[str], None]
) -> Before:
    """Judge the base of a change by its own configuration, with the tool, the standard and the day of this run."""
    progress("reading the base")
    try:
        prepared = prepare(base, options)
    except ConfigurationError as error:
        message = f"the base ({commit[:SHORT]}) cannot be judged: {error}"
        raise ConfigurationError(message, help=f"{error.help}; what repairs it is checked without --base") from error
    progress("judging the base")
    verdicts, decided = decide(prepared, rules_of(prepared.configuration), options)
    noted = [*prepared.diagnostics, *decided]
    governance, _ = about_decisions(noted)
    graph = prepared.model.graph
    come_to = totals(verdicts, graph.services, prepared.standard)
    return Before(
        ref=ref,
        commit=commit,
        terms=_terms(base, graph),
        scored=frozenset(service.name for service in graph.services if service.identity.production),
        verdicts=did_not_pass([*verdicts, *governance]),
        totals=come_to if prepared.subjects else replace(come_to, score=None),
        renamed=lambda old, new: renames(base, change, old, new),
        unread=unread(prepared.diagnostics),
        notes=tuple(_notes(noted)),
    )


def _terms(base: Tree, graph: RepositoryGraph) -> Terms:
    tiers = {service.name: tier_of(service) for service in graph.services}
    workload_tiers: dict[str, int] = {}
    for service in graph.services:
        for workload in graph.workloads_of(service):
            address = workload.identity.address
            workload_tiers[address] = min(tiers[service.name], workload_tiers.get(address, tiers[service.name]))
    lifecycles = {service.name: service.lifecycle for service in graph.services}
    return Terms(base, tiers, lifecycles, workload_tiers)


def _notes(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """What a reader of a comparison must know about the base."""
    crashed = sorted({found.message for found in diagnostics if found.kind in {"rule-crashed", "parser-crashed"}})
    if crashed:
        yield f"judging the base crashed in part, so some of the findings may seem to be new: {crashed[0]}"
