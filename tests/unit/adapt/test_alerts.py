"""Prometheus alerting rules as alerts."""

from __future__ import annotations

import pytest

from opsready.adapt.alerts import alerts, is_rule_file
from opsready.model.alert import Alert
from opsready.model.entity import Identity
from opsready.model.source import Known, Place, Span, Unknown, Unset, known
from opsready.parse.syntax import Map
from opsready.parse.yaml import parse_yaml
from opsready.standard import builtin_standard

HERE = Identity(
    "RuleFile", "rules.yaml", None, "monitoring", "", production=True, place=Place("", Span("rules.yaml", 1, 1, 1, 1))
)


def root(text: str) -> Map:
    found = parse_yaml(text, "rules.yaml").documents[0].root
    assert isinstance(found, Map)
    return found


def read(text: str) -> list[Alert]:
    return list(alerts(root(text), "rules.yaml", HERE, builtin_standard()))


def one(*lines: str) -> Alert:
    body = "\n".join(f"    {line}" for line in lines)
    (alert,) = read(f"groups:\n- name: g\n  rules:\n  - alert: A\n{body}\n")
    return alert


def test_a_plain_file_and_a_resource_read_alike() -> None:
    groups = "groups: [{name: g, rules: [{record: r, expr: a}, {alert: A, expr: 'up == 0'}]}]"
    resource = (
        f"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: x}}\nspec: {{{groups}}}\n"
    )
    assert [alert.address for alert in read(groups)] == ["Alert/g/A"]
    assert [alert.address for alert in read(resource)] == ["Alert/g/A"]


def test_place_and_unit() -> None:
    alert = one("expr: up == 0", "annotations: {runbook_url: docs/a.md}")
    assert alert.place.span == Span("rules.yaml", 4, 12, 4, 13)
    assert alert.identity.unit == "monitoring"
    assert isinstance(alert.runbook, Known)
    assert alert.runbook.place.path == "groups[g].rules[A].annotations.runbook_url"


def test_alerts_of_one_name_have_addresses_of_their_own() -> None:
    text = "groups:\n- name: g\n  rules:\n" + "".join(
        f"  - {{alert: A, expr: up, labels: {{severity: {severity}}}}}\n"
        for severity in ("warning", "critical", "page")
    )
    found = read(text)
    assert [alert.address for alert in found] == ["Alert/g/A", "Alert/g/A#2", "Alert/g/A#3"]
    assert {alert.identity.written_name for alert in found} == {"A"}
    assert [alert.paging for alert in found] == [False, True, True]


@pytest.mark.parametrize(
    ("name", "severity", "paging"),
    [
        ("A", "critical", True),
        ("A", "Page", True),
        ("A", "warning", False),
        ("A", "none", False),
        ("A", "info", False),
        ("Watchdog", "critical", False),
        ("InfoInhibitor", "critical", False),
    ],
)
def test_paging(name: str, severity: str, *, paging: bool) -> None:
    (alert,) = read(f"groups: [{{name: g, rules: [{{alert: {name}, expr: up, labels: {{severity: {severity}}}}}]}}]")
    assert alert.paging is paging


def test_severity_of_the_group_counts_where_the_rule_has_none() -> None:
    (alert,) = read("groups: [{name: g, labels: {severity: page}, rules: [{alert: A, expr: up}]}]")
    assert alert.paging


def test_a_templated_severity_is_unknown() -> None:
    alert = one("expr: up", 'labels: {severity: "{{ $labels.severity }}"}')
    assert isinstance(alert.severity, Unknown)
    assert not alert.paging


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ("runbook_url: https://a.example", "https://a.example"),
        ("runbook: docs/a.md", "docs/a.md"),
        ("runbook-url: docs/a.md", "docs/a.md"),
        ("playbook_url: docs/a.md", "docs/a.md"),
        ("runbook_url: '', runbook: docs/a.md", "docs/a.md"),
        ('runbook_url: "https://a.example/{{ $labels.alertname }}"', "https://a.example/{{ $labels.alertname }}"),
        ("summary: down", None),
        ("runbook_url: ' '", None),
    ],
)
def test_runbook_link_as_written(annotations: str, expected: str | None) -> None:
    assert known(one("expr: up", f"annotations: {{{annotations}}}").runbook) == expected


def test_a_runbook_link_that_is_all_template_is_unknown() -> None:
    assert isinstance(one("expr: up", 'annotations: {runbook_url: "{{ $x }}"}').runbook, Unknown)
    assert isinstance(one("expr: up").runbook, Unset)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('up{job="cart"} == 0', [("job", "cart")]),
        ("up{job='cart'}", [("job", "cart")]),
        ('up{job=~"cart|orders"}', [("job", "cart"), ("job", "orders")]),
        ('up{job=~"cart-.*"}', []),
        ('up{job!="cart", job!~"orders"}', []),
        ('up{namespace="shop"}', []),
        ('r{destination_service="cart.shop.svc.cluster.local"}', [("destination_service", "cart")]),
        ('a{app = "cart"} / b{app="cart"}', [("app", "cart")]),
    ],
)
def test_matchers_name_services(expression: str, expected: list[tuple[str, str]]) -> None:
    assert list(one("expr: |", f"  {expression}").matchers) == expected


def test_labels_name_services_too() -> None:
    alert = one("expr: up", 'labels: {severity: page, service: cart, team: payments, pod: "{{ $labels.pod }}"}')
    assert alert.matchers == (("service", "cart"), ("team", "payments"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("groups: [{name: g, rules: [{alert: A}]}]", True),
        ("groups: [{name: g, rules: [{record: r}]}]", True),
        ("apiVersion: 1\ngroups: [{name: g, rules: [{uid: a, title: A}]}]", False),
        ("groups: [{name: g, rules: [{uid: a, title: A}]}]", False),
        ("groups: [admins]", False),
        ("groups: {a: b}", False),
    ],
)
def test_rule_files_are_told_from_other_groups(text: str, *, expected: bool) -> None:
    assert is_rule_file(root(text)) is expected


@pytest.mark.parametrize(
    "text",
    ["groups: 1", "groups: [1]", "groups: [{rules: 1}]", "groups: [{rules: [1, {alert: [a]}]}]", "spec: {groups: {}}"],
)
def test_what_is_no_rule_is_passed_over(text: str) -> None:
    assert read(text) == []
