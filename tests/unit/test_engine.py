"""The engine: a rule that breaks costs that rule alone, and every subject is asked as often as its tiers want."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

from opsready import engine
from opsready.api import (
    Applicability,
    CannotTell,
    Context,
    Finding,
    NotApplicable,
    Rule,
    RuleEntry,
    Yes,
    cannot_tell,
    fails,
    passes,
)
from opsready.cli.app import run
from opsready.engine import Answer, judge
from opsready.errors import ConfigurationError
from opsready.link.graph import RepositoryGraph
from opsready.model.source import Known
from opsready.model.verdict import Diagnostic
from opsready.model.workload import Workload
from opsready.plugins import RuleSet, load_rule
from opsready.standard import builtin_standard
from repositories import RepositorySpec, ServiceSpec, WorkloadSpec, report_of, verdicts_of
from unit.entities import graph, place, service, stub, workload

Check = Callable[[Workload, Context], Iterator[Finding]]


class Scripted(Rule[Workload]):
    """A rule that does what a test wants."""

    check_with: ClassVar[Check]
    applies_with: ClassVar[Callable[[Workload, Context], Applicability]]

    def applies(self, subject: Workload, context: Context, /) -> Applicability:
        return type(self).applies_with(subject, context)

    def check(self, subject: Workload, context: Context, /) -> Iterator[Finding]:
        return type(self).check_with(subject, context)


def entry(name: str, severity: str = "H/H/M/L", *, by_tier: bool = False) -> RuleEntry:
    return RuleEntry(name, "It is bad.", "high-availability", ("Workload",), severity, False, False, by_tier, "m", name)


def scripted(check: Check, applies: Callable[[Workload, Context], Applicability] | None = None) -> Rule[Any]:
    made = type("Made", (Scripted,), {"check_with": check, "applies_with": applies or (lambda *_: Yes())})
    rule: Rule[Any] = made()
    return rule


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[list[Answer], list[Diagnostic]]]:
    """Judges a graph with scripted rules, each with its entry."""

    def judge_with(
        linked: RepositoryGraph, *rules: tuple[RuleEntry, Rule[Any]]
    ) -> tuple[list[Answer], list[Diagnostic]]:
        by_name = {known.name: rule for known, rule in rules}
        monkeypatch.setattr(engine, "load_rule", lambda asked: by_name[asked.name])
        known = RuleSet(tuple(known for known, _ in rules))
        return judge(known, linked, builtin_standard(), date(2026, 11, 24))

    return judge_with


def fine(subject: Workload, context: Context) -> Iterator[Finding]:
    yield passes(subject.place, f"asked for tier {context.tier}")


def crashing(subject: Workload, context: Context) -> Iterator[Finding]:
    if subject.name == "orders":
        message = "boom"
        raise KeyError(message)
    yield passes(subject.place, "fine")


def silent(subject: Workload, context: Context) -> Iterator[Finding]:
    yield from ()


def nonsense(subject: Workload, context: Context) -> Iterator[Finding]:
    yield Finding("excellent", subject.place)


def endless(subject: Workload, context: Context) -> Iterator[Finding]:
    return endless(subject, context)


TWO = (workload("cart"), workload("orders"))
Judged = Callable[..., tuple[list[Answer], list[Diagnostic]]]


@pytest.mark.parametrize("broken", [crashing, silent, nonsense, endless])
def test_a_rule_that_breaks_loses_all_its_answers_and_no_other_rule_does(judged: Judged, broken: Check) -> None:
    answers, diagnostics = judged(
        graph(TWO), (entry("bad-rule"), scripted(broken)), (entry("good-rule"), scripted(fine))
    )
    assert [answer.entry.name for answer in answers] == ["good-rule", "good-rule"]
    (diagnostic,) = diagnostics
    assert diagnostic.kind == "rule-crashed"
    assert "`bad-rule`" in diagnostic.message
    assert "`Deployment/" in diagnostic.message
    assert diagnostic.file == "k8s/a.yaml"


def test_the_diagnostic_names_the_subject_and_the_error(judged: Judged) -> None:
    _, (diagnostic,) = judged(graph(TWO), (entry("bad-rule"), scripted(crashing)))
    assert "`Deployment/orders`" in diagnostic.message
    assert "KeyError: 'boom'" in diagnostic.message


def test_a_crash_while_asking_whether_it_applies_is_a_crash_of_the_rule(judged: Judged) -> None:
    def broken(subject: Workload, context: Context) -> Applicability:
        raise ValueError

    answers, diagnostics = judged(graph(TWO), (entry("bad-rule"), scripted(fine, broken)))
    assert answers == []
    assert [diagnostic.kind for diagnostic in diagnostics] == ["rule-crashed"]


def test_whether_it_applies_can_be_unknown(judged: Judged) -> None:
    own = place("k8s/b.yaml", 7)
    linked = graph([workload("cart")])
    for answer, shown in ((CannotTell("a patch changes it"), "k8s/a.yaml"), (CannotTell("why", own), "k8s/b.yaml")):
        (found,), _ = judged(linked, (entry("a-rule"), scripted(crashing, lambda *_, said=answer: said)))
        assert (found.finding.outcome, found.finding.reason) == ("unknown", answer.reason)
        assert found.finding.place.span.file == shown


def test_what_does_not_apply_is_not_checked(judged: Judged) -> None:
    (found,), diagnostics = judged(
        graph([workload("orders")]), (entry("a-rule"), scripted(crashing, lambda *_: NotApplicable("it is a job")))
    )
    assert (found.finding.outcome, found.finding.reason) == ("not-applicable", "it is a job")
    assert diagnostics == []


def test_a_rule_without_subjects_is_not_even_loaded() -> None:
    # Its module does not exist.
    answers, diagnostics = judge(
        RuleSet((entry("a-rule")._replace(subjects=("Alert",)),)), graph(TWO), builtin_standard(), date(2026, 11, 24)
    )
    assert (answers, diagnostics) == ([], [])


def tiers(*numbers: int | None) -> RepositoryGraph:
    """One workload that services of these tiers own."""
    declared = [
        service(
            f"service-{index}",
            workload_patterns=("cart",),
            **({} if tier is None else {"tier": Known(tier, place())}),
        )
        for index, tier in enumerate(numbers)
    ]
    return graph([workload("cart")], declared)


@pytest.mark.parametrize(
    ("numbers", "asked"),
    [((1,), [1]), ((4,), [4]), ((None,), [2]), ((3, 1), [1]), ((2, None), [2])],
)
def test_a_rule_is_asked_once_for_the_strictest_tier(
    judged: Judged, numbers: tuple[int | None, ...], asked: list[int]
) -> None:
    answers, _ = judged(tiers(*numbers), (entry("a-rule"), scripted(fine)))
    assert [answer.finding.evidence[0] for answer in answers] == [f"asked for tier {tier}" for tier in asked]
    assert [answer.tier for answer in answers] == [None]
    assert len(answers[0].services) == len(numbers)


def test_a_rule_whose_parameters_differ_is_asked_once_for_each_tier_of_the_owners_of_that_tier(judged: Judged) -> None:
    answers, _ = judged(tiers(3, 1, 3), (entry("a-rule", by_tier=True), scripted(fine)))
    found = {answer.tier: [owner.name for owner in answer.services] for answer in answers}
    assert found == {1: ["service-1"], 3: ["service-0", "service-2"]}


def test_a_tier_without_severity_is_not_asked(judged: Judged) -> None:
    (found,), diagnostics = judged(tiers(4), (entry("a-rule", "H/H/M/-"), scripted(crashing)))
    assert (found.finding.outcome, found.finding.reason) == ("not-applicable", "not asked of tier 4")
    assert diagnostics == []
    (found,), _ = judged(tiers(4, 3), (entry("a-rule", "H/H/M/-"), scripted(fine)))
    assert found.finding.evidence == ("asked for tier 3",)
    by_tier = entry("a-rule", "H/H/M/-", by_tier=True)
    answers, _ = judged(tiers(4, 3), (by_tier, scripted(fine)))
    assert [answer.tier for answer in answers] == [3]


def test_what_nobody_owns_is_asked_as_an_undeclared_service_is(judged: Judged) -> None:
    (found,), _ = judged(graph([workload("backup", "Job")]), (entry("a-rule"), scripted(fine)))
    assert (found.services, found.finding.evidence) == ((), ("asked for tier 2",))


def test_a_stub_cannot_be_told_for_each_objective_it_could_feed() -> None:
    known = RuleSet((entry("a-rule", "H/M/L/-"), entry("b-rule", "M/H/L/L")))
    (answer,) = engine.unanswered([stub("cart")], known, graph([stub("cart")]))
    assert answer.entry.objective == "high-availability"
    assert answer.entry.severity == "H/H/L/L"  # the worst of what could not be asked
    assert answer.finding.whole
    assert list(engine.unanswered([stub("cart")], RuleSet(()), graph([stub("cart")]))) == []


def test_what_is_wrong_with_a_service_that_may_not_be_there_cannot_be_told(judged: Judged) -> None:
    def failing(subject: Workload, _: Context) -> Iterator[Finding]:
        yield fails(subject.place, f"`{subject.name}` is bad", "repair it", cause="other", aspect="one")
        yield passes(subject.place, f"`{subject.name}` is good", aspect="two")

    about_services = entry("a-rule")._replace(subjects=("Service",))
    found, _ = judged(graph([stub("cart", switched_off=True), stub("orders")]), (about_services, scripted(failing)))
    doubted, good, failed, _ = [answer.finding for answer in found]
    assert (doubted.outcome, doubted.help, doubted.cause, doubted.aspect) == ("unknown", "repair it", "other", "one")
    assert doubted.reason == "chart `chart` leaves `cart` out unless it is switched on; else `cart` is bad"
    assert not doubted.whole
    assert (good.outcome, failed.outcome, failed.reason) == ("pass", "fail", "")


def test_a_rule_that_cannot_be_loaded_is_named() -> None:
    broken = entry("a-rule")._replace(module="opsready_rules.not_there")
    with pytest.raises(ConfigurationError, match="`a-rule`"):
        load_rule(broken)


def test_several_answers_about_one_subject_need_an_aspect_each(judged: Judged) -> None:
    def twice(subject: Workload, context: Context) -> Iterator[Finding]:
        yield fails(subject.place, "one", "repair it", aspect="one")
        yield cannot_tell(subject.place, "two", aspect="two")

    answers, diagnostics = judged(graph([workload("cart")]), (entry("a-rule"), scripted(twice)))
    assert [answer.finding.outcome for answer in answers] == ["fail", "unknown"]
    assert diagnostics == []


# What a user sees of it.


@pytest.fixture
def crashing_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the built-in rules crashes."""

    def load(asked: RuleEntry) -> Rule[Any]:
        return scripted(endless) if asked.name == "too-few-replicas" else load_rule(asked)

    monkeypatch.setattr(engine, "load_rule", load)


@pytest.mark.usefixtures("crashing_too_few")
def test_the_rest_of_the_report_survives() -> None:
    report = report_of(RepositorySpec((ServiceSpec(),)).files())
    assert verdicts_of(report, "too-few-replicas") == []
    assert verdicts_of(report, "missing-disruption-budget") != []
    assert [diagnostic.kind for diagnostic in report.diagnostics] == ["rule-crashed"]


@pytest.mark.usefixtures("crashing_too_few")
def test_the_exit_code_is_2_whatever_the_gate_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, content in RepositorySpec((ServiceSpec(workloads=(WorkloadSpec(budget=False),)),)).files().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    assert run(["check", str(tmp_path), "--format", "concise"]) == 2
    captured = capsys.readouterr()
    assert "missing-disruption-budget" in captured.out
    assert "`too-few-replicas` crashed" in captured.err


def test_a_day_of_adoption_that_is_still_to_come_excuses_nothing() -> None:
    page = "---\ntype: postmortem\ndate: 2026-10-02\n---\n# The cart was down\n"
    files = {"docs/postmortems/cart.md": page}
    for day, outcome, kinds in (
        ("2026-10-03", "not-applicable", []),
        ("2026-11-24", "not-applicable", []),
        ("2026-11-25", "fail", ["adoption-in-the-future"]),
    ):
        report = report_of(files | {".opsready/config.yaml": f"adopted: {day}\n"})
        (found,) = verdicts_of(report, "postmortem-incomplete")
        assert found.outcome == outcome
        assert [note.kind for note in report.diagnostics] == kinds
