"""Attestations: a person's dated word settles what files cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.service import SHARED
from opsready.model.verdict import Diagnostic, Verdict
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from opsready.model.period import Period
    from opsready.model.service import Attestation, Repository, Service


def attest(
    verdicts: Iterable[Verdict],
    services: Iterable[Service],
    repository: Repository,
    attestable: frozenset[str],
    as_of: date,
    longest: Callable[[], Period],
) -> tuple[list[Verdict], list[Diagnostic]]:
    """Turn what cannot be told into a pass where a valid attestation says so; a failure is never attested.

    A verdict of several services needs the word of each. No word holds for longer than `longest` says, which
    is asked where there is one.
    """
    given: dict[str, dict[str, Attestation]] = {SHARED: {}}
    diagnostics = []
    for name, attestations in (
        *((service.name, service.attestations) for service in services),
        (SHARED, repository.attestations),
    ):
        for attestation in attestations:
            problem = _problem(attestation, attestable, as_of, longest())
            if problem:
                span = attestation.place.span
                diagnostics.append(Diagnostic(problem[0], span.file, span.line, problem[1]))
            else:
                given.setdefault(name, {})[attestation.rule] = attestation
    return [_settled(verdict, given) if verdict.rule in attestable else verdict for verdict in verdicts], diagnostics


def _problem(
    attestation: Attestation, attestable: frozenset[str], as_of: date, longest: Period
) -> tuple[str, str] | None:
    what = f"the attestation of `{attestation.rule}` by {attestation.by}"
    if attestation.rule not in attestable:
        return "attestation-without-effect", f"{what} has no effect: that rule takes no attestation"
    last = longest.after(attestation.given)
    if attestation.expires > last:
        message = f"{what} would hold until {attestation.expires}, which is longer than {longest}; it may until {last}"
        return "attestation-too-long", message
    if attestation.expires < as_of:
        return "attestation-expired", f"{what} expired on {attestation.expires}; look again and renew it"
    if attestation.given > as_of:
        return "attestation-in-the-future", f"{what} is dated {attestation.given}, after the day that is judged"
    return None


def _settled(verdict: Verdict, given: dict[str, dict[str, Attestation]]) -> Verdict:
    if verdict.outcome != "unknown":
        return verdict
    words = [given.get(name, {}).get(verdict.rule) for name in verdict.services or (SHARED,)]
    if not all(words):
        return verdict
    evidence = tuple(
        f"attested by {word.by} until {word.expires}: {word.statement}" for word in words if word is not None
    )
    return replace(verdict, outcome="pass", evidence=evidence, reason="", message="", help="", attested=True)
