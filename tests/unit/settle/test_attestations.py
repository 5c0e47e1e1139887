"""Attestations: a person's dated word turns what cannot be told into a pass, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from opsready.model.period import Period
from opsready.model.service import SHARED, Attestation
from opsready.model.verdict import Diagnostic, Verdict
from opsready.settle.attestations import attest
from repositories import RepositorySpec, ServiceSpec, report_of, text, verdicts_of
from unit.entities import attestation, repository, service
from unit.report.reports import verdict

RULE = "missing-escalation-path"
DAY = date(2026, 11, 24)


def settled(
    outcome: str = "unknown",
    words: dict[str, list[Attestation]] | None = None,
    services: tuple[str, ...] = ("cart",),
    rule: str = RULE,
    day: date = DAY,
) -> tuple[Verdict, list[str]]:
    given = {"cart": [attestation(RULE)]} if words is None else words
    found, diagnostics = attest(
        [verdict(rule, outcome=outcome, services=services)],
        [service(name, attestations=tuple(said)) for name, said in given.items() if name != SHARED],
        repository(*given.get(SHARED, ())),
        frozenset({RULE}),
        day,
        lambda: Period(days=90),
    )
    return found[0], [diagnostic.kind for diagnostic in diagnostics]


def test_a_valid_word_turns_unknown_into_a_pass_that_says_on_whose_word() -> None:
    found, diagnostics = settled()
    assert (found.outcome, found.attested, found.reason) == ("pass", True, "")
    assert found.evidence == ("attested by Ada until 2026-12-01: we looked",)
    assert diagnostics == []


@pytest.mark.parametrize("outcome", ["fail", "pass", "waived", "not-applicable"])
def test_it_turns_nothing_else(outcome: str) -> None:
    found, _ = settled(outcome)
    assert (found.outcome, found.attested) == (outcome, False)


@pytest.mark.parametrize(
    ("day", "outcome", "diagnostics"),
    [
        (date(2026, 9, 30), "unknown", ["attestation-in-the-future"]),
        (date(2026, 10, 1), "pass", []),
        (date(2026, 12, 1), "pass", []),
        (date(2026, 12, 2), "unknown", ["attestation-expired"]),
    ],
)
def test_both_its_days_are_included(day: date, outcome: str, diagnostics: list[str]) -> None:
    found, said = settled(day=day)
    assert (found.outcome, said) == (outcome, diagnostics)


def test_a_renewed_word_counts_and_the_expired_one_is_still_said() -> None:
    words = [attestation(RULE, "2026-08-01", "2026-10-01"), attestation(RULE)]
    for order in (words, words[::-1]):
        found, said = settled(words={"cart": order})
        assert (found.outcome, said) == ("pass", ["attestation-expired"])


def test_a_rule_that_takes_no_attestation_is_left_alone() -> None:
    found, said = settled(rule="too-few-replicas", words={"cart": [attestation("too-few-replicas")]})
    assert (found.outcome, said) == ("unknown", ["attestation-without-effect"])


def test_a_verdict_of_several_services_needs_the_word_of_each() -> None:
    one = {"cart": [attestation(RULE)], "orders": []}
    both = {"cart": [attestation(RULE)], "orders": [attestation(RULE)]}
    assert settled(words=one, services=("cart", "orders"))[0].outcome == "unknown"
    assert settled(words=both, services=("cart", "orders"))[0].outcome == "pass"


def test_a_service_speaks_for_itself_and_the_repository_for_what_is_nobody_s() -> None:
    assert settled(words={"orders": [attestation(RULE)]})[0].outcome == "unknown"
    assert settled(words={SHARED: [attestation(RULE)]})[0].outcome == "unknown"
    assert settled(words={SHARED: [attestation(RULE)]}, services=())[0].outcome == "pass"
    assert settled(words={"cart": [attestation(RULE)]}, services=())[0].outcome == "unknown"


def attested(expires: str, **service_more: Any) -> tuple[str, float | None, list[Diagnostic]]:
    spec = ServiceSpec(escalation=False, **service_more)
    entry = spec.entry()
    entry["spec"]["attestations"] = [
        {"rule": RULE, "statement": "the pager has two steps", "by": "Ada", "date": "2026-11-01", "expires": expires}
    ]
    files = RepositorySpec((spec,)).files() | {"services/cart/opsready-service.yaml": text(entry)}
    report = report_of(files)
    (found,) = verdicts_of(report, RULE)
    return found.outcome, report.score, list(report.diagnostics)


def test_an_attestation_in_a_service_file_counts_until_it_expires() -> None:
    outcome, score, diagnostics = attested("2026-11-24")
    assert (outcome, score, diagnostics) == ("pass", 100.0, [])
    outcome, score, diagnostics = attested("2026-11-23")
    assert outcome == "unknown"
    assert score is not None
    assert score < 100
    (diagnostic,) = diagnostics
    assert (diagnostic.kind, diagnostic.file) == ("attestation-expired", "services/cart/opsready-service.yaml")
    assert diagnostic.line > 1


def test_more_than_90_days_do_not_count() -> None:
    assert attested("2027-01-30")[0] == "pass"
    outcome, _, diagnostics = attested("2027-01-31")
    assert outcome == "unknown"
    assert [note.kind for note in diagnostics] == ["attestation-too-long"]
    assert "longer than 90 days; it may until 2027-01-30" in diagnostics[0].message


def test_the_standard_says_for_how_long_a_word_may_hold() -> None:
    given = [attestation(RULE, "2026-10-01", "2026-12-01")]
    for days, kinds in ((61, []), (60, ["attestation-too-long"])):
        found, said = attest(
            [verdict(RULE, outcome="unknown", services=("cart",))],
            [service("cart", attestations=tuple(given))],
            repository(),
            frozenset({RULE}),
            DAY,
            lambda: Period(days=days),  # noqa: B023 - called at once
        )
        assert (found[0].attested, [note.kind for note in said]) == (not kinds, kinds)


def test_the_repository_s_own_words_hold_no_longer() -> None:
    words = {"rule": "missing-postmortem-practice", "statement": "in the wiki", "by": "Ada"}
    listed = {"attestations": [words | {"date": "2026-11-01", "expires": "2027-01-31"}]}
    report = report_of(RepositorySpec((ServiceSpec(),)).files() | {".opsready/config.yaml": text(listed)})
    assert [(note.kind, note.file) for note in report.diagnostics] == [
        ("attestation-too-long", ".opsready/config.yaml")
    ]


def test_the_repository_s_own_attestations_stand_in_its_configuration() -> None:
    words = {"rule": "missing-postmortem-practice", "statement": "they are in the wiki", "by": "Ada"}
    wiki = ServiceSpec()
    entry = wiki.entry()
    entry["spec"]["docs"] = {"postmortems": "https://wiki.example/postmortems"}
    files = RepositorySpec((wiki,), postmortem=False).files() | {"services/cart/opsready-service.yaml": text(entry)}
    (before,) = verdicts_of(report_of(files), "missing-postmortem-practice")
    assert before.outcome == "unknown"
    listed = {"attestations": [words | {"date": "2026-11-01", "expires": "2026-12-01"}]}
    (after,) = verdicts_of(report_of(files | {".opsready/config.yaml": text(listed)}), "missing-postmortem-practice")
    assert (after.outcome, after.attested) == ("pass", True)
