"""Objectives that a service is excused from: on whose word, until when, and what that takes out of the score."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from opsready.model.verdict import Diagnostic, Suppression, Verdict
from opsready.records import replace
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from opsready.model.service import Exemption, Service

_OPEN = {"fail": "failed", "unknown": "cannot be told", "waived": "waived"}
_Key = tuple[str, str]


def exempt(
    verdicts: Iterable[Verdict], services: Iterable[Service], objectives: Collection[str], as_of: date
) -> tuple[list[Verdict], list[Diagnostic]]:
    """Take the verdicts of objectives out of the score where every service that owns the subject is excused.

    Nothing disappears without a word: what failed or could not be told keeps its message and says who excused it, and
    each exemption is a diagnostic that counts them.
    """
    valid: dict[_Key, Exemption] = {}
    diagnostics = []
    for service in services:
        for exemption in service.exemptions:
            problem = _problem(service.name, exemption, objectives, as_of)
            if problem is None:
                valid.setdefault((service.name, exemption.objective), exemption)
            else:
                diagnostics.append(problem)
    if not valid:
        return list(verdicts), diagnostics
    excused: Counter[tuple[_Key, str]] = Counter()
    settled = []
    for verdict in verdicts:
        keys = [(name, verdict.objective) for name in verdict.services]
        if not keys or any(key not in valid for key in keys):
            settled.append(verdict)
            continue
        excused.update((key, verdict.outcome) for key in keys)
        settled.append(_excused(verdict, valid[keys[0]]))
    return settled, [*diagnostics, *(_said(key, exemption, excused) for key, exemption in valid.items())]


def _problem(service: str, exemption: Exemption, objectives: Collection[str], as_of: date) -> Diagnostic | None:
    span = exemption.place.span
    what = f"that `{exemption.objective}` does not apply to `{service}`"
    if exemption.objective not in objectives:
        close = closest(exemption.objective, objectives)
        hint = f"; did you mean `{close}`?" if close else "; `opsready standard` lists them"
        message = f"the decision {what} has no effect: the standard has no such objective{hint}"
        return Diagnostic("exemption-without-effect", span.file, span.line, message)
    if exemption.review_by < as_of:
        message = f"the decision {what} was to be looked at again by {exemption.review_by}, and counts no longer"
        return Diagnostic("exemption-expired", span.file, span.line, message)
    return None


def _excused(verdict: Verdict, exemption: Exemption) -> Verdict:
    until = exemption.review_by.isoformat()
    decided = f"{exemption.reason} (decided by {exemption.by})"
    suppression = Suppression("not-applicable", decided, until, exemption.place)
    return replace(
        verdict,
        outcome="not-applicable",
        reason=f"{decided}, until {until}",
        evidence=(),
        cause="",
        suppression=suppression if verdict.outcome in _OPEN else None,
    )


def _said(key: _Key, exemption: Exemption, excused: Counter[tuple[_Key, str]]) -> Diagnostic:
    service, objective = key
    span = exemption.place.span
    counts = ((excused[key, outcome], word) for outcome, word in _OPEN.items())
    found = ", ".join(f"{count} {word}" for count, word in counts if count)
    message = (
        f"`{objective}` is not asked of `{service}` until {exemption.review_by}, by the word of {exemption.by}: "
        f"{f'taken out of the score: {found}' if found else 'nothing is wrong with it'}"
    )
    return Diagnostic("objective-not-asked", span.file, span.line, message)
