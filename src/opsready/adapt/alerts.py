"""Prometheus alerting rules, in PrometheusRule resources and in plain rule files, as alerts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.model.alert import Alert
from opsready.model.source import Known, Place, Unknown, Unset, known
from opsready.parse.syntax import Map, Seq, span
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.entity import Identity
    from opsready.model.source import Value
    from opsready.model.standard import Standard
    from opsready.resolve.units import Resource, Unit

# Alerts that fire to show that alerting works, or to inhibit others: nobody has anything to do.
_HEARTBEATS = frozenset({"Watchdog", "DeadMansSwitch", "InfoInhibitor"})
_RUNBOOK_KEYS = ("runbook_url", "runbook", "runbook-url", "runbookUrl", "runbookURL", "playbook_url")
_TEMPLATE = re.compile(r"\{\{.{0,500}?\}\}|\$\{[^}]{0,200}\}|<%.{0,500}?%>", re.DOTALL)
_MATCHER = re.compile(
    r"\b(?P<label>[a-zA-Z_][a-zA-Z0-9_]*)\s*=(?P<regex>~?)\s*(?P<quote>[\"'`])(?P<value>[^\"'`\\\n]{1,300})(?P=quote)"
)
_ALTERNATIVES = re.compile(r"[\w.:/-]+(?:\|[\w.:/-]+)*\Z")
# Labels whose value names what runs, and so a service; namespaces and instances do not.
NAMING_LABELS = frozenset(
    {
        *("service", "service_name", "job", "app", "application", "component", "name", "release", "workload"),
        *("deployment", "statefulset", "daemonset", "rollout", "container", "container_name", "destination_service"),
        *("destination_service_name", "destination_workload", "destination_app", "exported_service", "exported_job"),
        *("app_kubernetes_io_name", "label_app", "label_app_kubernetes_io_name", "k8s_app", "backend", "ingress"),
        *("sloth_service", "slo", "service_id", "kubernetes_name"),
    }
)
_CLUSTER_DOMAIN = re.compile(r"(?P<name>[a-z0-9-]{1,63})\.[a-z0-9-]{1,63}\.svc(?:\.[a-z0-9.-]{1,200})?\Z")


def is_rule_file(root: object) -> bool:
    """Whether a document is a plain file of Prometheus rules; Grafana's provisioning files have groups as well."""
    if not isinstance(root, Map) or "apiVersion" in root or not isinstance(groups := root.get("groups"), Seq):
        return False
    rules = [group.get("rules") for group in groups if isinstance(group, Map) and "name" in group]
    return any(
        isinstance(rule, Map) and ("alert" in rule or "record" in rule)
        for listed in rules
        if isinstance(listed, Seq)
        for rule in listed
    )


def alerts_of_resource(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Alert]:
    """The alerts of a PrometheusRule."""
    return _alerts(root_node(resource).node("spec"), identity_of(resource, unit), standard)


def alerts(root: Map, file: str, identity: Identity, standard: Standard) -> Iterator[Alert]:
    """The alerts of a PrometheusRule or of a plain rule file; `identity` is that of the file or resource."""
    top = Node(root, file, "", identity.place)
    return _alerts(top.node("spec") if isinstance(root.get("spec"), Map) else top, identity, standard)


def _alerts(spec: Node, identity: Identity, standard: Standard) -> Iterator[Alert]:
    met: dict[tuple[str, str], int] = {}
    for group in spec.items("groups").items:
        group_name = group.plain_text("name")
        for rule in _rules(group):
            name = rule.plain_text("alert")
            # Two severities of one alert are two rules of one name; `#2` keeps their addresses apart.
            count = met[group_name, name] = met.get((group_name, name), 0) + 1
            own = replace(
                identity,
                kind="Alert",
                name=name if count == 1 else f"{name}#{count}",
                written_name=name,
                namespace=group_name or None,
                place=Place("", rule.value_place("alert").span),
            )
            yield _alert(rule, group, own, standard)


def _rules(group: Node) -> Iterator[Node]:
    """The alerting rules of a group, each named by its alert in the symbolic path."""
    listed = group.raw("rules")
    if not isinstance(listed, Known) or not isinstance(listed.value, Seq):
        return
    base = group.inner_path("rules")
    for item, (start, end) in zip(listed.value, listed.value.pos, strict=False):
        name = item.get("alert") if isinstance(item, Map) else None
        if isinstance(name, str) and name:
            path = f"{base}[{name}]"
            yield Node(item, group.file, path, Place(path, span(group.file, start, max(start, end))))


def _alert(rule: Node, group: Node, identity: Identity, standard: Standard) -> Alert:
    labels = rule.node("labels")
    severity = labels.text("severity")
    if isinstance(severity, Unset):
        severity = group.node("labels").text("severity")
    severity = _unless_templated(severity, "the severity")
    expression = rule.text("expr")
    paging = (
        isinstance(severity, Known)
        and severity.value.strip().lower() in standard.paging_severities
        and identity.written_name not in _HEARTBEATS
    )
    static = dict((*group.pairs("labels"), *rule.pairs("labels")))
    return Alert(
        identity,
        severity=severity,
        paging=paging,
        expression=expression,
        runbook=_runbook(rule.node("annotations")),
        matchers=tuple(dict.fromkeys((*matchers_in(known(expression) or ""), *_named(static)))),
    )


def _unless_templated(value: Value[str], what: str) -> Value[str]:
    if isinstance(value, Known) and _TEMPLATE.search(value.value):
        return Unknown(f"{what} is filled in from a template: `{value.value[:60]}`", value.place)
    return value


def _runbook(annotations: Node) -> Value[str]:
    """The link as written; Unknown where a template gives all of it, so that nobody can tell what it will be."""
    for key in _RUNBOOK_KEYS:
        value = annotations.text(key)
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Known) and value.value.strip():
            rest = _TEMPLATE.sub("", value.value).strip()
            return value if rest else _unless_templated(value, "the runbook link")
    return Unset()


def _named(labels: dict[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in labels.items():
        if key != "severity" and value and not _TEMPLATE.search(value):
            yield key, value


def matchers_in(expression: str) -> Iterator[tuple[str, str]]:
    """What an expression says about names: `job="cart"`, and each of `job=~"cart|orders"`."""
    for found in _MATCHER.finditer(expression):
        label, value = found["label"], found["value"]
        if label.lower() not in NAMING_LABELS or (found["regex"] and not _ALTERNATIVES.match(value)):
            continue
        for name in value.split("|") if found["regex"] else (value,):
            domain = _CLUSTER_DOMAIN.match(name)
            yield label, domain["name"] if domain else name
