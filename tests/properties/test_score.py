"""The score: its formula by hand, and its properties over random repositories whose manifests are edited."""

from __future__ import annotations

import gc
import math
from dataclasses import replace
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from opsready.gains import Gains, next_repairs, repairs
from opsready.model.verdict import Severity
from opsready.report.model import Report, ServiceScore
from opsready.score import (
    Mark,
    floored,
    objective_value,
    pillar_value,
    repository_value,
    standing,
    standings,
    tally,
)
from opsready.standard import builtin_standard
from repositories import (
    GOOD_IMAGE,
    PATCHED,
    ContainerSpec,
    RepositorySpec,
    ServiceSpec,
    WorkloadSpec,
    report_of,
    text,
    verdicts_of,
)
from unit.report.reports import verdict

ROUNDING = 0.1 + 1e-9  # scores are floored to one decimal
TINY = 1e-9


def mark(
    outcome: str, severity: Severity = "high", *, rule: str = "r", subject: str = "s", caps: bool = False, **more: Any
) -> Mark:
    return Mark(0, rule, subject, outcome, severity, caps, more.get("whole", False))


def value(*marks: Mark, best: bool = False) -> float:
    return objective_value(marks, best=best)


# The formula, with every expected number worked out by hand.


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], 1.0),
        ([mark("pass", "critical")], 1.0),
        ([mark("fail", "critical")], 1 / 5),
        ([mark("fail", "high")], 1 / 2),
        ([mark("fail", "medium")], 1 / 1.3),
        ([mark("fail", "low")], 1 / 1.1),
        ([mark("fail", "info")], 1.0),
        ([mark("unknown", "high")], 1 / 2),
        ([mark("waived", "high")], 1 / 1.2),
        ([mark("waived", "critical")], 1 / 1.8),
    ],
)
def test_one_subject_costs_its_severity_times_its_outcome(marks: list[Mark], expected: float) -> None:
    assert value(*marks) == pytest.approx(expected)


def test_further_subjects_of_one_rule_add_by_the_logarithm() -> None:
    two = [mark("fail", subject="a"), mark("fail", subject="b")]
    four = [mark("fail", subject=name) for name in "abcd"]
    assert value(*two) == pytest.approx(1 / 3)  # q = 1 * (1 + log2(2))
    assert value(*four) == pytest.approx(1 / 4)  # q = 1 * (1 + log2(4))
    mixed = [mark("fail", subject="a"), mark("waived", subject="b")]
    assert value(*mixed) == pytest.approx(1 / (1 + 1 + math.log2(1.2)))


def test_rules_add_up_and_only_the_worst_verdict_of_a_subject_counts() -> None:
    assert value(mark("fail", rule="a"), mark("fail", "medium", rule="b")) == pytest.approx(1 / 2.3)
    assert value(mark("fail", "medium"), mark("fail"), mark("pass")) == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("severity", "expected"), [("critical", 0.0), ("high", 0.0), ("medium", 0.2), ("low", 0.5), ("info", 1.0)]
)
def test_existence_rules_cap_their_objective(severity: Severity, expected: float) -> None:
    assert value(mark("fail", severity, caps=True)) == pytest.approx(expected)
    assert value(mark("unknown", severity, caps=True)) == pytest.approx(expected)
    assert value(mark("pass", severity, caps=True)) == 1.0
    assert value(mark("waived", severity, caps=True)) > expected or severity == "info"
    assert value(mark("unknown", severity, caps=True), best=True) == 1.0


def test_an_unknown_number_of_subjects_caps_at_nothing_and_is_lifted_in_the_best_case() -> None:
    assert value(mark("unknown", "low", whole=True)) == 0.0
    assert value(mark("unknown", "low", whole=True), best=True) == 1.0
    assert value(mark("unknown", "low", whole=True), mark("fail", subject="b"), best=True) == pytest.approx(1 / 2)


def test_means_are_weighted_and_what_does_not_apply_is_outside() -> None:
    standard = builtin_standard()
    values = {"runbooks": 0.5, "ownership": 1.0}  # weights 10 and 6 of the same pillar
    pillars = {pillar.name: pillar for pillar in standard.pillars}
    assert pillar_value(values, pillars["incident-management"]) == pytest.approx(100 * (10 * 0.5 + 6) / 16)
    assert pillar_value(values, pillars["disaster-recovery"]) is None
    both = {"runbooks": 0.5, "health-checks": 1.0}  # pillars of weight 15 and 20
    assert standing(both, standard).value == pytest.approx(100 * (15 * 0.5 + 20) / 35)
    assert standing({}, standard).value is None


@pytest.mark.parametrize(
    ("services", "shared", "expected"),
    [
        ([], None, None),
        ([], 40.0, 40.0),
        ([80.0, 60.0], None, 70.0),
        ([80.0, 60.0], 100.0, 70.0),  # the shared part never lifts the services
        ([80.0, 60.0], 10.0, 50.0),
    ],
)
def test_repository_is_the_lower_of_two_means(
    services: list[float], shared: float | None, expected: float | None
) -> None:
    assert repository_value(services, shared) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(("exact", "shown"), [(99.99, 99.9), (100.0, 100.0), (99.95, 99.9), (57.3, 57.3), (None, None)])
def test_scores_are_floored_so_that_100_means_perfect(exact: float | None, shown: float | None) -> None:
    assert floored(exact) == shown


def test_a_repository_by_hand() -> None:
    """One tier-2 service, perfect but for its readiness probe (high)."""
    service = ServiceSpec(workloads=(WorkloadSpec(containers=(ContainerSpec(probe=False),)),))
    report = report_of(RepositorySpec((service,)).files())
    assert values_of(report, "cart")["health-checks"] == pytest.approx(0.5)
    # The probe costs half of an objective of weight 10; everything else that applies is perfect.
    (only,) = [found for found in report.services if found.name == "cart"]
    weights = {pillar.name: pillar.weight for pillar in report.standard.pillars}
    capacity = sum(o.weight for o in only.objectives if o.pillar == "capacity-and-resilience")
    others = sum(weights[name] for name in {o.pillar for o in only.objectives} - {"capacity-and-resilience"})
    value = (20 * (capacity - 5) / capacity + others) / (20 + others)
    assert report.score == floored(100 * value)
    assert report.best == report.score
    assert report.debt == pytest.approx(10 * 0.5)


# Random repositories. Names are few, so that workloads share services.

containers = st.builds(
    ContainerSpec,
    name=st.just("app"),
    image=st.sampled_from([GOOD_IMAGE, "shop/app", "shop/app:latest"]),
    requests=st.booleans(),
    probe=st.booleans(),
    flags=st.booleans(),
    alive=st.booleans(),
    port=st.sampled_from([0, 8080]),
)


@st.composite
def workloads(draw: st.DrawFn, name: str, application: str) -> WorkloadSpec:
    listed = [draw(containers)]
    if draw(st.integers(0, 3)) == 0:
        listed.append(replace(draw(containers), name="sidekick"))
    return WorkloadSpec(
        name=name,
        application=application,
        kind=draw(st.sampled_from(["Deployment", "Deployment", "StatefulSet", "CronJob"])),
        replicas=draw(st.sampled_from([None, 0, 1, 2, 3])),
        scaled_from=draw(st.sampled_from([None, None, 1, 2])),
        served=draw(st.booleans()),
        budget=draw(st.booleans()),
        spread=draw(st.booleans()),
        sized=draw(st.booleans()),
        volume=draw(st.integers(0, 3)) == 0,
        containers=tuple(listed),
    )


@st.composite
def services(draw: st.DrawFn, name: str, *, alone: bool = False) -> ServiceSpec:
    declared = draw(st.booleans())
    count = 1 if alone else draw(st.integers(1, 3))
    names = [name, *(f"{name}-{suffix}" for suffix in ("worker", "admin"))][:count]
    found = [draw(workloads(each, "" if each == name else name)) for each in names]
    # The first founds the service where no entry declares it.
    found[0] = replace(found[0], kind="Deployment") if found[0].kind == "CronJob" else found[0]
    return ServiceSpec(
        name=name,
        declared=declared,
        tier=draw(st.sampled_from([None, 1, 2, 3, 4])),
        owner=draw(st.sampled_from(["", "team-a"])),
        escalation=draw(st.booleans()),
        runbook=draw(st.booleans()),
        alert_links_runbook=draw(st.sampled_from([None, False])),
        levels=draw(st.booleans()),
        recovery=draw(st.booleans()),
        workloads=tuple(found),
    )


@st.composite
def repositories(draw: st.DrawFn, *, alone: bool = False) -> RepositorySpec:
    names = ["cart", "orders", "search"][: draw(st.integers(1, 3))]
    found = tuple(draw(services(name, alone=alone)) for name in names)
    return RepositorySpec(
        found, postmortem=draw(st.booleans()), backup=draw(st.booleans()), kustomized=draw(st.booleans())
    )


few = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)


def service_of(report: Report, name: str) -> ServiceScore:
    return next(service for service in report.services if service.name == name)


def values_of(report: Report, name: str) -> dict[str, float]:
    return {objective.name: objective.score for objective in service_of(report, name).objectives}


def points(report: Report) -> float:
    assert report.score is not None
    return report.score


def exact_points(report: Report) -> float:
    """The repository's score before it is floored, from what the report shows of each service."""
    standard = builtin_standard()
    values = {
        service.name: standing({o.name: o.score for o in service.objectives}, standard).value
        for service in report.services
        if service.scored
    }
    shared = values.pop("(shared)", None)
    found = repository_value([value for value in values.values() if value is not None], shared)
    assert found is not None
    return found


def failing(report: Report) -> set[tuple[str, str]]:
    return {(v.rule, v.subject.address) for v in verdicts_of(report) if v.outcome in {"fail", "unknown"}}


def owners(report: Report) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(v.subject.type, v.subject.address): v.services for v in verdicts_of(report)}


def same_owners(before: Report, after: Report) -> bool:
    """Whether every subject of both belongs to the same services: the properties hold for an unchanged assignment."""
    left, right = owners(before), owners(after)
    return all(left[subject] == right[subject] for subject in left.keys() & right.keys())


def turned(before: Report, after: Report, old: str, new: str) -> bool:
    """Whether any question has another answer than before, in this way."""
    left, right = outcomes(before), outcomes(after)
    return any(left[key] == old and right[key] == new for key in left.keys() & right.keys())


def described(before: RepositorySpec, after: RepositorySpec) -> str:
    left, right = report_of(before.files()), report_of(after.files())
    lines = [f"{left.score} -> {right.score}", f"{before}", f"{after}"]
    old, new = outcomes(left), outcomes(right)
    lines += [
        f"  {key}: {old.get(key)} -> {new.get(key)}" for key in sorted({*old, *new}) if old.get(key) != new.get(key)
    ]
    return "\n".join(lines)


def outcomes(report: Report) -> dict[str, str]:
    return {
        f"{v.services} {v.rule} {v.subject.address} {v.objective} {v.subject.name}": v.outcome
        for v in verdicts_of(report)
    }


@given(repositories())
@few
def test_score_is_never_above_best(repository: RepositorySpec) -> None:
    report = report_of(repository.files())
    assert report.best is not None
    assert 0 <= points(report) <= report.best <= 100
    assert points(report) == floored(exact_points(report))
    for service in report.services:
        assert service.score is None or service.best is None or service.score <= service.best
        assert all(objective.score <= objective.best + TINY for objective in service.objectives)


def fixes_of_workload(workload: WorkloadSpec) -> list[WorkloadSpec]:
    made = []
    if workload.replicas is None or workload.replicas == 1:
        made.append(replace(workload, replicas=2))
    if workload.scaled_from == 1:
        made.append(replace(workload, scaled_from=2))
    if not workload.budget:
        made.append(replace(workload, budget=True))
    if not workload.spread:
        made.append(replace(workload, spread=True))
    if not workload.sized:
        made.append(replace(workload, sized=True))
    for index, container in enumerate(workload.containers):
        for better in (
            replace(container, image=GOOD_IMAGE),
            replace(container, requests=True),
            replace(container, probe=True),
            replace(container, flags=True),
            replace(container, alive=True),
        ):
            if better != container:
                listed = (*workload.containers[:index], better, *workload.containers[index + 1 :])
                made.append(replace(workload, containers=listed))
    return made


def fixes(repository: RepositorySpec) -> list[RepositorySpec]:
    made = [] if repository.postmortem else [replace(repository, postmortem=True)]
    made.extend([] if repository.backup else [replace(repository, backup=True)])
    for service in repository.services:
        better = [
            replace(service, **change)
            for change, needed in (
                ({"runbook": True}, not service.runbook),
                ({"declared": True, "tier": 2}, not service.declared),
                ({"owner": "team-a"}, service.declared and not service.owner),
                ({"escalation": True}, service.declared and not service.escalation),
                ({"tier": 2}, service.declared and service.tier is None),
                ({"recovery": True}, service.declared and not service.recovery),
                ({"alert_links_runbook": True}, service.runbook and service.alert_links_runbook is False),
            )
            if needed
        ]
        for index, workload in enumerate(service.workloads):
            for fixed in fixes_of_workload(workload):
                listed = (*service.workloads[:index], fixed, *service.workloads[index + 1 :])
                better.append(replace(service, workloads=listed))
        made.extend(repository.with_service(each) for each in better)
    return made


@given(repositories(), st.integers(0, 10_000))
@few
def test_a_fix_that_adds_no_other_failing_subject_never_lowers(repository: RepositorySpec, choice: int) -> None:
    possible = fixes(repository)
    assume(possible)
    fixed = possible[choice % len(possible)]
    before, after = report_of(repository.files()), report_of(fixed.files())
    # An entry may claim more than the workload that founded the service, and with it the faults of what it claims.
    assume(failing(after) <= failing(before) and same_owners(before, after))
    assert exact_points(after) >= exact_points(before) - TINY, described(repository, fixed)
    assert points(after) >= points(before)


@given(repositories(), st.integers(0, 2), st.sampled_from(["workload", "container", "alert", "levels", "service"]))
@few
def test_a_good_subject_more_never_lowers(repository: RepositorySpec, choice: int, what: str) -> None:
    service = repository.services[choice % len(repository.services)]
    if what == "workload":
        added = WorkloadSpec(name=f"{service.name}-new", application=service.name)
        after = repository.with_service(replace(service, workloads=(*service.workloads, added)))
    elif what == "container":
        first = service.workloads[0]
        better = replace(first, containers=(*first.containers, ContainerSpec(name="new", port=0)))
        after = repository.with_service(replace(service, workloads=(better, *service.workloads[1:])))
    elif what == "alert":
        assume(service.alert_links_runbook is None and service.runbook)
        after = repository.with_service(replace(service, alert_links_runbook=True))
    elif what == "levels":
        after = repository.with_service(replace(service, levels=True))
    else:
        after = repository.with_service(ServiceSpec(name="new", workloads=(WorkloadSpec(name="new"),)))
    left, right = report_of(repository.files()), report_of(after.files())
    assume(failing(right) <= failing(left))
    assert exact_points(right) >= exact_points(left) - TINY, described(repository, after)


@given(repositories(), st.integers(0, 10_000), st.sampled_from(sorted(PATCHED)))
@few
def test_a_value_that_a_patch_makes_unknown_never_raises(repository: RepositorySpec, choice: int, hidden: str) -> None:
    repository = replace(repository, kustomized=True)
    names = [w.name for s in repository.services for w in s.workloads if w.kind != "CronJob"]
    assume(names)
    after = replace(repository, patched=((names[choice % len(names)], hidden),))
    left, right = report_of(repository.files()), report_of(after.files())
    assert exact_points(right) <= exact_points(left) + TINY, described(repository, after)


def test_a_question_that_hiding_opens_never_raises() -> None:
    worker = WorkloadSpec(served=False, containers=(ContainerSpec(image="a/b", requests=False, probe=False, port=0),))
    service = ServiceSpec(tier=4, owner="", escalation=False, runbook=False, workloads=(worker,))
    repository = RepositorySpec((service,), kustomized=True)
    hidden = replace(repository, patched=(("cart", "ports"),))
    assert points(report_of(hidden.files())) <= points(report_of(repository.files()))


def test_hiding_the_replicas_of_what_is_parked_never_raises() -> None:
    for tier in (1, 2, 3, 4):
        for served, budget, probe in (
            (True, True, True),
            (True, True, False),
            (False, True, True),
            (True, False, True),
        ):
            only = ContainerSpec(image="a/b", requests=False, probe=probe, port=8080 if served else 0)
            worker = WorkloadSpec(replicas=0, served=served, budget=budget, containers=(only,))
            service = ServiceSpec(tier=tier, owner="", escalation=False, runbook=False, workloads=(worker,))
            repository = RepositorySpec((service,), kustomized=True)
            hidden = replace(repository, patched=(("cart", "replicas"),))
            assert points(report_of(hidden.files())) <= points(report_of(repository.files())), f"{tier} {worker}"


def test_hiding_what_is_parked_or_silent_never_raises() -> None:
    for tier in (1, 2, 3, 4):
        for replicas in (0, 2):
            for telemetry in (True, False):
                only = ContainerSpec(image="a/b", requests=False, probe=False, telemetry=telemetry)
                worker = WorkloadSpec(replicas=replicas, containers=(only,))
                service = ServiceSpec(tier=tier, owner="", escalation=False, runbook=False, workloads=(worker,))
                repository = RepositorySpec((service,), kustomized=True)
                before = points(report_of(repository.files()))
                for hidden in ("replicas", "telemetry"):
                    after = replace(repository, patched=(("cart", hidden),))
                    assert points(report_of(after.files())) <= before, f"{tier} {hidden} {worker}"


def test_a_bad_container_with_a_port_never_answers_for_those_that_declare_none() -> None:
    web, api = (ContainerSpec(name=name, probe=False, alive=False, port=0) for name in ("web", "api"))
    undecided = ServiceSpec(workloads=(WorkloadSpec(containers=(web, api)),))
    added = replace(BAD.containers[0], name="bad")
    worse = ServiceSpec(workloads=(WorkloadSpec(containers=(web, api, added)),))
    before, after = (values_of(report_of(RepositorySpec((each,)).files()), "cart") for each in (undecided, worse))
    assert all(after[name] <= number + TINY for name, number in before.items())


@given(repositories(alone=True), st.integers(0, 2))
@few
def test_manifests_that_become_a_chart_never_raise(repository: RepositorySpec, choice: int) -> None:
    service = repository.services[choice % len(repository.services)]
    after = replace(repository, charted=frozenset({service.name}))
    left, right = report_of(repository.files()), report_of(after.files())
    assert exact_points(right) <= exact_points(left) + TINY, described(repository, after)


BAD = WorkloadSpec(
    name="cart-bad",
    application="cart",
    replicas=1,
    budget=False,
    spread=False,
    sized=False,
    containers=(ContainerSpec(image="shop/app", requests=False, probe=False, alive=False, flags=False),),
)


@pytest.mark.parametrize("good", [1, 10, 100])
def test_one_bad_subject_among_many_good_ones_weighs_the_same_as_alone(good: int) -> None:
    many = tuple(WorkloadSpec(name=f"cart-{number}", application="cart") for number in range(good))
    alone = report_of(RepositorySpec((ServiceSpec(workloads=(BAD,)),)).files())
    among = report_of(RepositorySpec((ServiceSpec(workloads=(BAD, *many)),)).files())
    # The good ones bring an objective of their own (budgets that let a drain through); the rest is as it was.
    assert values_of(among, "cart").items() >= values_of(alone, "cart").items()
    assert points(among) == points(alone)


@given(repositories(), st.integers(0, 2), st.sampled_from(["workload", "container"]))
@few
def test_a_bad_subject_more_never_raises_an_objective(repository: RepositorySpec, choice: int, what: str) -> None:
    service = repository.services[choice % len(repository.services)]
    if what == "workload":
        added = replace(BAD, name=f"{service.name}-bad", application=service.name)
        after = repository.with_service(replace(service, workloads=(*service.workloads, added)))
    else:
        first = service.workloads[0]
        worse = replace(first, containers=(*first.containers, replace(BAD.containers[0], name="bad")))
        after = repository.with_service(replace(service, workloads=(worse, *service.workloads[1:])))
    left, right = report_of(repository.files()), report_of(after.files())
    before = values_of(left, service.name)
    for name, number in values_of(right, service.name).items():
        assert number <= before.get(name, 1.0) + TINY, f"{name}\n{described(repository, after)}"


@given(repositories(), st.integers(0, 10_000))
@few
def test_waiving_never_lowers(repository: RepositorySpec, choice: int) -> None:
    before = report_of(repository.files())
    open_rules = sorted(rule for rule, address in failing(before) if address.startswith(("Deployment/", "Stateful")))
    assume(open_rules)
    rule = open_rules[choice % len(open_rules)]
    ignoring = replace(
        repository,
        services=tuple(
            replace(service, workloads=tuple(replace(w, ignores=(rule,)) for w in service.workloads))
            for service in repository.services
        ),
    )
    after = report_of(ignoring.files())
    assert after.counts["waived"] > 0
    assert exact_points(after) > exact_points(before) - TINY, described(repository, ignoring)


def test_a_file_that_becomes_unreadable_never_raises() -> None:
    """The other manifests of its directory say that it was one; what it held counts as unknown."""
    bad = replace(BAD, name="cart")
    good = WorkloadSpec(name="orders")
    files = {
        "k8s/cart.yaml": text(*bad.objects()),
        "k8s/orders.yaml": text(*good.objects()),
        "cart/opsready-service.yaml": text(ServiceSpec().entry()),
        "orders/opsready-service.yaml": text(ServiceSpec(name="orders").entry()),
    }
    broken = files | {"k8s/cart.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart\n  : ]\n"}
    assert exact_points(report_of(broken)) <= exact_points(report_of(files)) + TINY


# What to do next.


def test_the_gain_of_a_step_is_what_the_repair_brings() -> None:
    bad = ServiceSpec(workloads=(WorkloadSpec(replicas=1, budget=False, containers=(ContainerSpec(probe=False),)),))
    repository = RepositorySpec((bad, ServiceSpec(name="orders", workloads=(WorkloadSpec(name="orders"),))))
    before = report_of(repository.files())
    steps = {step.rules[0]: step.gain for step in before.next_steps}
    workload = bad.workloads[0]
    for rule, fixed in (
        ("missing-readiness-probe", replace(workload, containers=(ContainerSpec(),))),
        ("too-few-replicas", replace(workload, replicas=2, budget=True)),
    ):
        after = report_of(repository.with_service(replace(bad, workloads=(fixed,))).files())
        alone = exact_points(after) - exact_points(before)
        assert steps[rule] == pytest.approx(alone, abs=1e-3)
    everything = replace(workload, replicas=2, budget=True, containers=(ContainerSpec(),))
    perfect = report_of(repository.with_service(replace(bad, workloads=(everything,))).files())
    assert sum(steps.values()) == pytest.approx(exact_points(perfect) - exact_points(before), abs=1e-3)


@given(repositories())
@few
def test_steps_never_promise_more_than_there_is_to_gain(repository: RepositorySpec) -> None:
    report = report_of(repository.files())
    gains = [step.gain for step in report.next_steps]
    assert len(gains) <= 5
    assert all(gain > 0 for gain in gains)
    assert exact_points(report) + sum(gains) <= 100 + 1e-3


def steps_of(services: int) -> float:
    """Seconds to find the next steps of so many services, each with the same six faults."""
    rules = ["too-few-replicas", "missing-readiness-probe", "image-not-pinned", "missing-runbook", "missing-owner", "x"]
    objectives = [
        "high-availability",
        "health-checks",
        "immutable-infrastructure",
        "runbooks",
        "ownership",
        "escalation",
    ]
    made = [
        verdict(rule, f"s{number}", objective=objective)
        for number in range(services)
        for rule, objective in zip(rules, objectives, strict=True)
    ]
    tallies = tally(made, {f"s{number}": 2 for number in range(services)}, 2)
    gc.collect()
    gc.disable()  # how long that takes depends on what other tests keep
    try:
        start = process_time()
        now = {name: standings(service, builtin_standard()).now for name, service in tallies.items()}
        chosen = next_repairs(repairs(made), Gains(tallies, now, builtin_standard()))
        seconds = process_time() - start
    finally:
        gc.enable()
    assert len(chosen) == 5
    return seconds


def test_the_next_steps_of_three_times_the_services_take_about_three_times_as_long() -> None:
    small = min(steps_of(300) for _ in range(3))
    large = min(steps_of(900) for _ in range(3))
    assert large / small < 6, f"{small:.2f} s for 300 services, {large:.2f} s for 900"
