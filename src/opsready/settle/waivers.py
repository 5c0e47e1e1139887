"""Waivers: which hold on a day, what they waive, and what is said about those that do not or will soon not."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from opsready.engine import tier_of
from opsready.model.service import SHARED
from opsready.model.verdict import OPEN, TIERS, UNDECLARED_TIER, Diagnostic, Suppression
from opsready.model.waiver import ActiveWaiver
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from opsready.model.service import Service
    from opsready.model.standard import Standard
    from opsready.model.verdict import Verdict
    from opsready.model.waiver import Waiver


class Waivers:
    """The waivers of a repository on one day."""

    def __init__(self, written: Iterable[Waiver], standard: Standard, as_of: date) -> None:
        """Sort out those that hold; the others are diagnostics."""
        self._as_of = as_of
        self._longest = standard.period("waiver-maximum", UNDECLARED_TIER)
        self._longest_critical = standard.period("waiver-maximum-critical", UNDECLARED_TIER)
        self._warning = standard.period("waiver-warning", UNDECLARED_TIER)
        self._budgets = {tier: int(standard.number("waiver-budget", tier)) for tier in TIERS}
        self._problems: list[Diagnostic] = []
        self._holding: dict[tuple[str, str, str], Waiver] = {}
        self._by_rule: dict[str, list[Waiver]] = defaultdict(list)
        self._used: Counter[Waiver] = Counter()
        self._refused: dict[Waiver, int] = {}
        self._by_service: dict[str, set[Waiver]] = defaultdict(set)
        for waiver in written:
            self._take(waiver)

    def _take(self, waiver: Waiver) -> None:
        kind, problem = self._problem(waiver)
        if problem:
            self._say(kind, waiver, f"{_named(waiver)} {problem}")
            return
        same = self._holding.setdefault((waiver.rule, waiver.service, waiver.subject), waiver)
        if same is not waiver:
            line = same.place.span.line
            self._say("waiver-malformed", waiver, f"{_named(waiver)} has no effect: line {line} waives the same")
            return
        self._by_rule[waiver.rule].append(waiver)

    def _problem(self, waiver: Waiver) -> tuple[str, str]:
        """Why a waiver does not hold, with the kind of the diagnostic."""
        if waiver.created > self._as_of:
            problem = f"has no effect: it is dated {waiver.created}, after the day that is judged"
            return "waiver-malformed", problem
        if waiver.expires > self._longest.after(waiver.created):
            return "waiver-malformed", f"has no effect: it is meant for longer than {self._longest}"
        if waiver.expires < self._as_of:
            problem = f"expired on {waiver.expires}; {waiver.owner} owns what it waived"
            return "waiver-expired", problem
        return "", ""

    def _say(self, kind: str, waiver: Waiver, message: str) -> None:
        span = waiver.place.span
        self._problems.append(Diagnostic(kind, span.file, span.line, message, _name(waiver), span))

    def apply(self, verdicts: Iterable[Verdict]) -> list[Verdict]:
        """Waive what a waiver that holds is for; a waiver of the cause covers what follows from it."""
        if not self._by_rule:
            return list(verdicts)
        return [self._waived(verdict) if verdict.outcome in OPEN else verdict for verdict in verdicts]

    def _waived(self, verdict: Verdict) -> Verdict:
        for rule in (verdict.rule, verdict.cause):
            found = self._matching(rule, verdict) if rule in self._by_rule else ()
            if not found:
                continue
            for waiver in found:
                self._used[waiver] += 1
            for name in verdict.services or (SHARED,):
                self._by_service[name].update(found)
            first = min(found, key=_ends)
            said = f"{first.reason} (owned by {first.owner}, approved by {first.approver})"
            suppression = Suppression("waiver", said, first.expires.isoformat(), first.place)
            return replace(verdict, outcome="waived", suppression=suppression)
        return verdict

    def _matching(self, rule: str, verdict: Verdict) -> tuple[Waiver, ...]:
        """The waivers that hold for a verdict: one of its subject, else one of every service that it belongs to."""
        address = verdict.subject.address
        candidates = [waiver for waiver in self._by_rule[rule] if self._allowed(waiver, verdict)]
        for waiver in candidates:
            if waiver.subject and covers(waiver.subject, address):
                return (waiver,)
        by_service = {waiver.service: waiver for waiver in candidates if waiver.service}
        found = [by_service.get(name) for name in verdict.services or (SHARED,)]
        return tuple(waiver for waiver in found if waiver is not None) if all(found) else ()

    def _allowed(self, waiver: Waiver, verdict: Verdict) -> bool:
        """Whether a waiver may waive what is as severe as this."""
        if verdict.severity != "critical" or waiver.expires <= self._longest_critical.after(waiver.created):
            return True
        names = verdict.services or (SHARED,)
        if covers(waiver.subject, verdict.subject.address) if waiver.subject else waiver.service in names:
            self._refused[waiver] = self._refused.get(waiver, 0) + 1
        return False

    @property
    def active(self) -> tuple[ActiveWaiver, ...]:
        """Those that hold, the first to expire first, with how many verdicts each waives."""
        holding = sorted(self._holding.values(), key=_ends)
        return tuple(ActiveWaiver(waiver, self._used[waiver]) for waiver in holding)

    def diagnostics(self, services: Iterable[Service]) -> list[Diagnostic]:
        """What a reader must know about the waivers, once they have been applied."""
        found = list(self._problems)
        soon = self._warning.after(self._as_of)
        for waiver in self._holding.values():
            span = waiver.place.span
            refused = self._refused.get(waiver, 0)
            if refused:
                message = (
                    f"{_named(waiver)} has no effect on {refused} critical failure{'s' if refused > 1 else ''}: it is "
                    f"meant for longer than {self._longest_critical}"
                )
                found.append(Diagnostic("waiver-malformed", span.file, span.line, message, _name(waiver), span))
            elif not self._used[waiver]:
                message = f"{_named(waiver)} is not needed: nothing of it fails"
                found.append(Diagnostic("waiver-unused", span.file, span.line, message, _name(waiver), span))
            if self._used[waiver] and waiver.expires <= soon:
                left = (waiver.expires - self._as_of).days
                when = "today" if left == 0 else f"in {left} day{'s' if left > 1 else ''}, on {waiver.expires}"
                message = f"{_named(waiver)} expires {when}; {waiver.owner} owns what it waives"
                found.append(Diagnostic("waiver-expires-soon", span.file, span.line, message))
        return [*found, *self._over_budget(services)]

    def _over_budget(self, services: Iterable[Service]) -> Iterable[Diagnostic]:
        tiers = {service.name: tier_of(service) for service in services}
        for name, waivers in sorted(self._by_service.items()):
            most = self._budgets[tiers.get(name, UNDECLARED_TIER)]
            if len(waivers) > most:
                beyond = sorted(waivers, key=lambda waiver: (waiver.created, waiver.place.span.line))[most]
                span = beyond.place.span
                whose = "what belongs to no service" if name == SHARED else f"`{name}`"
                message = f"{len(waivers)} waivers hold for {whose}, and {most} are allowed; this is one too many"
                yield Diagnostic("waiver-budget-exceeded", span.file, span.line, message, name, span)


def covers(pattern: str, address: str) -> bool:
    """Whether an address is meant by one in which `*` stands for any text; a workload's covers its containers'."""
    if matches(pattern, address):
        return True
    workload, bracket, _ = address.partition("[")
    return bool(bracket) and matches(pattern, workload)


def matches(pattern: str, text: str) -> bool:
    """Whether a text is as a pattern has it; in one pass, whatever the pattern."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _named(waiver: Waiver) -> str:
    return f"the waiver of `{waiver.rule}` for {waiver.target}"


def _name(waiver: Waiver) -> str:
    return f"{waiver.rule}/{waiver.service or waiver.subject}"


def _ends(waiver: Waiver) -> tuple[date, int]:
    return waiver.expires, waiver.place.span.line
