"""What a change made of a repository: its verdicts beside those of the commit that it started from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.engine import tier_of
from opsready.model.changes import Told, classify
from opsready.model.source import Known
from opsready.model.verdict import TIERS, UNDECLARED_TIER, fingerprint_of
from opsready.records import dataclass
from opsready.report.model import Comparison, TierChange, Totals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from opsready.config.terms import Terms
    from opsready.model.changes import Change
    from opsready.model.service import Service
    from opsready.model.verdict import Diagnostic, Verdict

_OPEN = frozenset({"fail", "unknown", "waived"})
_UNREADABLE = frozenset({"unreadable-file", "unreadable-document", "file-too-large", "too-many-files"})
_SAID_FIRST = ("new", "worse")


@dataclass(frozen=True, slots=True)
class Before:
    """What was found at the base of a change.

    `ref` is what the user named and `commit` the id of the base. `scored` names the services that were in production.
    `verdicts` are those that did not pass. `renamed` gives, for paths that are gone and paths that are new, which
    became which. `unread` are the files that could not be read. `notes` are what a reader must know.
    """

    ref: str
    commit: str
    terms: Terms
    scored: frozenset[str]
    verdicts: tuple[Verdict, ...]
    totals: Totals
    renamed: Callable[[set[str], set[str]], Mapping[str, str]]
    unread: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def did_not_pass(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts that a later comparison needs."""
    return tuple(verdict for verdict in verdicts if verdict.outcome in _OPEN or verdict.suppression is not None)


def unread(diagnostics: Iterable[Diagnostic]) -> frozenset[str]:
    """The files that could not be read, or not all of them."""
    return frozenset(found.file for found in diagnostics if found.kind in _UNREADABLE)


def compare(
    before: Before,
    now: Totals,
    verdicts: Sequence[Verdict],
    services: Iterable[Service],
    diagnostics: Iterable[Diagnostic],
    listed: Callable[[Verdict], bool],
) -> Comparison:
    """Say what became of each verdict, and of what they come to; the lists hold what is `listed`."""
    told = [_told(verdict, {}) for verdict in verdicts]
    older = [_told(verdict, {}) for verdict in before.verdicts]
    changes = classify(older, told)
    renamed = _renamed(before, verdicts, changes.newer, changes.gone)
    if renamed:
        older = [_told(verdict, renamed) for verdict in before.verdicts]
        changes = classify(older, told)
    found: dict[str, list[Verdict]] = {}
    by_fingerprint: dict[str, Change] = {}
    for index, change in changes.gone:
        if listed(before.verdicts[index]):
            found.setdefault(change, []).append(before.verdicts[index])
    for verdict, change, item in zip(verdicts, changes.newer, told, strict=True):
        if change and listed(verdict):
            found.setdefault(change, []).append(verdict)
            if by_fingerprint.get(item.fingerprint) not in _SAID_FIRST:
                by_fingerprint[item.fingerprint] = change
    excused = {item.fingerprint for item, old in zip(older, before.verdicts, strict=True) if old.suppression}
    return Comparison(
        ref=before.ref,
        base=before.commit,
        new=tuple(found.get("new", ())),
        worse=tuple(found.get("worse", ())),
        hidden=tuple(found.get("hidden", ())),
        undecided=tuple(found.get("undecided", ())),
        fixed=tuple(found.get("fixed", ())),
        still=len(found.get("still", ())),
        new_ignores=tuple(
            verdict
            for verdict, item in zip(verdicts, told, strict=True)
            if verdict.suppression is not None and item.fingerprint not in excused and listed(verdict)
        ),
        services_gone=tuple(sorted(set(before.terms.tiers) - {service.name for service in services})),
        tiers_lowered=tuple(_lowered(services)),
        notes=(
            *before.notes,
            *_read_now(before.unread - unread(diagnostics)),
            *_out_of_production(before.scored, services),
            *_given_away(before.terms, verdicts, services),
        ),
        before=before.totals,
        after=now,
        changes=by_fingerprint,
    )


def _told(verdict: Verdict, renamed: Mapping[str, str]) -> Told:
    rule, environment, address, place, discriminator, tier = verdict.symbols
    if renamed:
        address, discriminator = _after(address, renamed), _after(discriminator, renamed)
    return Told(
        rule,
        fingerprint_of((rule, environment, address, place, discriminator, tier)),
        (rule, verdict.objective, environment, verdict.subject.type, address, discriminator, tier),
        verdict.outcome,
        verdict.severity,
        frozenset((name, verdict.objective) for name in verdict.services),
    )


def _after(text: str, renamed: Mapping[str, str]) -> str:
    """A text that names a file by its path, with the path that it has now."""
    for old, new in renamed.items():
        if old in text:
            return text.replace(old, new)
    return text


def _renamed(
    before: Before,
    verdicts: Sequence[Verdict],
    newer: Sequence[Change],
    gone: Sequence[tuple[int, Change]],
) -> Mapping[str, str]:
    """The files of what is new and of what is gone that are one file under another name."""
    new = {_file(verdict) for verdict, change in zip(verdicts, newer, strict=True) if change in {"new", "undecided"}}
    old = {_file(before.verdicts[index]) for index, _ in gone}
    return before.renamed(old - {""}, new - {""}) if old and new else {}


def _file(verdict: Verdict) -> str:
    return verdict.place.span.file if verdict.place else ""


def _read_now(files: frozenset[str]) -> Iterator[str]:
    if files:
        shown = f"`{min(files)}`" + (f" and {len(files) - 1} more" if len(files) > 1 else "")
        yield f"of the base not all could be read ({shown}): what failed there seems to be new"


def _out_of_production(scored: frozenset[str], services: Iterable[Service]) -> Iterator[str]:
    for service in services:
        if service.name in scored and not service.identity.production:
            yield f"`{service.name}` is not in production any more, so nothing about it counts"


def _given_away(terms: Terms, verdicts: Iterable[Verdict], services: Iterable[Service]) -> Iterator[str]:
    """The workloads that belong to services now that ask less of them."""
    tiers = {service.name: tier_of(service) for service in services}
    owners: dict[str, set[str]] = {}
    for verdict in verdicts:
        if verdict.subject.address in terms.workload_tiers:
            owners.setdefault(verdict.subject.address, set()).update(verdict.services)
    for address, names in sorted(owners.items()):
        before = terms.workload_tiers[address]
        now = min((tiers[name] for name in names if name in tiers), default=UNDECLARED_TIER)
        if now > before:
            yield f"`{address}` belonged to a service of tier {before}, and is judged as tier {now}"


def _lowered(services: Iterable[Service]) -> Iterator[TierChange]:
    """The services that say of themselves that they matter less than they did, or say nothing any more."""
    for service in services:
        declared = service.tier.value if isinstance(service.tier, Known) else UNDECLARED_TIER
        judged = tier_of(service)
        if service.judged_as is not None and judged < (declared if declared in TIERS else UNDECLARED_TIER):
            yield TierChange(service.name, judged, declared)
