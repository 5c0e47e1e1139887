"""The schemas: each is valid, explains itself, accepts what is right and says what is wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from opsready.adapt.baseline import written
from opsready.adapt.waivers import load_waivers
from opsready.model.decisions import WAIVERS_FILE, Accepted
from opsready.model.verdict import OUTCOMES, SEVERITIES, TIERS
from opsready.tree import MemoryTree

NAMES = ("baseline", "config", "overlay", "report", "service", "standard", "waivers")

Tree = Any  # trees of JSON and YAML, edited below in ways that no type allows


def schema(name: str) -> Tree:
    return json.loads(files("opsready_schemas").joinpath(f"{name}.v1.json").read_text(encoding="utf-8"))


def problem(name: str, data: Tree) -> str:
    """What is most wrong with the data, as `path: message`; empty where it is right."""
    validator = Draft202012Validator(schema(name), format_checker=FormatChecker())
    error = best_match(validator.iter_errors(data))
    return f"{error.json_path}: {error.message}" if error else ""


def subschemas(part: Tree) -> Iterator[Tree]:
    """Every schema inside a schema."""
    for keyword in ("properties", "$defs"):
        for sub in part.get(keyword, {}).values():
            yield sub
            yield from subschemas(sub)
    for keyword in ("items", "additionalProperties"):
        if isinstance(part.get(keyword), dict):
            yield part[keyword]
            yield from subschemas(part[keyword])
    for sub in part.get("anyOf", []):
        yield sub
        yield from subschemas(sub)


def properties(part: Tree) -> Iterator[tuple[str, Tree]]:
    """Every key that a schema names anywhere, with the schema of its value."""
    for holder in (part, *subschemas(part)):
        yield from holder.get("properties", {}).items()


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_valid_and_knows_its_address(name: str) -> None:
    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"] == f"https://opsready.dev/schema/v1/{name}.json"
    assert found["title"]
    assert found["description"]


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_explained(name: str) -> None:
    found = schema(name)
    keys = list(properties(found))
    assert keys
    silent = [
        key
        for key, value in keys
        if "description" not in value and "description" not in found["$defs"][value["$ref"].rpartition("/")[2]]
    ]
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_leads_somewhere(name: str) -> None:
    found = schema(name)
    used = {line.split('"')[3] for line in json.dumps(found, indent=0).splitlines() if line.startswith('"$ref"')}
    assert used == {f"#/$defs/{definition}" for definition in found.get("$defs", {})}


def test_what_a_service_and_the_configuration_share_is_equal() -> None:
    service, config = schema("service")["$defs"], schema("config")["$defs"]
    assert service["date"] == config["date"]
    # Only a service has room for keys of one's own.
    assert service["attestation"].pop("patternProperties") == {"^x-": {}}
    assert service["attestation"] == config["attestation"]


def test_what_a_standard_of_one_s_own_shares_is_equal() -> None:
    overlay, config = schema("overlay"), schema("config")
    assert overlay["$defs"]["date"] == config["$defs"]["date"]
    assert overlay["$defs"]["severity"] == config["$defs"]["severity"]
    assert overlay["properties"]["extends"]["pattern"] == config["properties"]["standard"]["pattern"]


def test_the_standard_is_valid() -> None:
    text = files("opsready_rules").joinpath("standard.yaml").read_text(encoding="utf-8")
    assert problem("standard", yaml.safe_load(text)) == ""


def test_the_schema_of_the_standard_refuses_an_objective_without_a_weight() -> None:
    text = files("opsready_rules").joinpath("standard.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    del data["pillars"]["observability"]["objectives"]["alerting"]["weight"]
    assert problem("standard", data) == "$.pillars.observability.objectives.alerting: 'weight' is a required property"


# Dates are quoted because this reader, unlike ours, turns others into date objects.
SERVICE = """
apiVersion: opsready.dev/v1
kind: Service
metadata: {name: checkout, aliases: [checkout-api], x-code: 7}
spec:
  owner: {team: payments, contact: "slack:#payments-oncall", manager: ana@acme.example}
  tier: 1
  lifecycle: production
  scope: {paths: [services/checkout/**], workloads: [Deployment/shop/checkout], terraform: ["module.checkout.*"]}
  docs:
    runbooks: [docs/runbooks/checkout-*.md, "https://wiki.acme.example/checkout"]
    playbooks: [docs/playbooks/major-incident.md]
    recovery_procedure: docs/recovery/checkout.md
    capacity_plan: docs/capacity/checkout.md
    postmortems: docs/postmortems/
  escalation:
    - {to: "schedule:payments-primary", within: 5m}
    - {to: "role:engineering-manager", within: PT30M}
  data:
    stateful: true
    datastores:
      - ref: aws_rds_cluster.orders
        rpo: 5m
        rto: 1h
        backup: {frequency: 1d, retention: 35d, pitr: true, offsite: eu-west-2}
  objectives: {rpo: 1h, rto: 4h, slo: [slo/checkout.yaml], by_failure: {region: {rpo: 1h, rto: 4h}}}
  drills:
    - {date: "2026-09-18", kind: restore, result: pass, measured_rto: 47m, measured_rpo: 4m, evidence: d.md, by: ana}
  capacity:
    projections:
      - metric: peak_rps
        unit: req/s
        current: 820
        measured_on: "2026-10-01"
        projected: 1500
        by: "2027-04-01"
        basis: docs/capacity/checkout.md
    growth: {rate: 6%/month, source: dashboard}
    limit: {metric: peak_rps, value: 2000, load_tested_on: "2026-08-20", evidence: perf/2026-08.md}
    right_sizing: {tool: krr, run_on: "2026-10-02", evidence: reports/krr.json}
    regions: {primary: eu-west-1, others: [eu-central-1], mode: active-passive}
  reviews:
    - {kind: cost, date: "2026-11-03", by: ana, evidence: docs/reviews/2026-11-cost.md}
  error_budget_policy: {doc: docs/slo/error-budget.md, window: 28d, revisit_on: "2027-02-01"}
  not_applicable:
    - {objective: multi-region, reason: one country only by law, by: cto, review_by: "2027-03-01"}
  attestations:
    - rule: missing-escalation-path
      statement: The pager pages the rotation, then its manager.
      by: ana
      date: "2026-10-10"
      expires: "2027-01-08"
      evidence: https://pager.acme.example/x
  x-team-notes: {anything: goes}
"""


@pytest.fixture
def service() -> Tree:
    return yaml.safe_load(SERVICE)


def test_a_full_service_is_accepted(service: Tree) -> None:
    assert problem("service", service) == ""


def test_the_full_service_uses_every_key(service: Tree) -> None:
    def keys(data: Tree) -> Iterator[str]:
        for key, value in data.items() if isinstance(data, dict) else ():
            yield key
            yield from keys(value)
        for item in data if isinstance(data, list) else ():
            yield from keys(item)

    assert {key for key, _ in properties(schema("service"))} <= set(keys(service))


def test_a_service_needs_no_more_than_a_name() -> None:
    assert problem("service", {"apiVersion": "opsready.dev/v1", "kind": "Service", "metadata": {"name": "a"}}) == ""


def at(*path: str | int, put: object) -> Callable[[Tree], None]:
    def edit(tree: Tree) -> None:
        for key in path[:-1]:
            tree = tree[key]
        tree[path[-1]] = put

    return edit


WRONG_SERVICES = [
    (at("apiVersion", put="v2"), "$.apiVersion: 'opsready.dev/v1' was expected"),
    (at("kind", put="Component"), "$.kind: 'Service' was expected"),
    (at("metadata", put={}), "$.metadata: 'name' is a required property"),
    (at("metadata", "name", put="Check Out"), "$.metadata.name: 'Check Out' does not match"),
    (at("tier", put=1), "$: 'tier' does not match any of the regexes: '^x-'"),
    (at("spec", "teir", put=1), "$.spec: 'teir' does not match"),
    (at("spec", "tier", put=5), "$.spec.tier: 5 is not one of [1, 2, 3, 4]"),
    (at("spec", "tier", put="1"), "$.spec.tier: '1' is not one of [1, 2, 3, 4]"),
    (at("spec", "owner", put="payments"), "$.spec.owner: 'payments' is not of type 'object'"),
    (at("spec", "docs", "runbooks", put="a.md"), "$.spec.docs.runbooks: 'a.md' is not of type 'array'"),
    (at("spec", "escalation", 0, "within", put="5 minutes"), "$.spec.escalation[0].within: '5 minutes' does not match"),
    (at("spec", "escalation", 0, "within", put="P"), "$.spec.escalation[0].within: 'P' does not match"),
    (at("spec", "escalation", 0, put={"within": "5m"}), "$.spec.escalation[0]: 'to' is a required property"),
    (at("spec", "drills", 0, "kind", put="rehearsal"), "$.spec.drills[0].kind: 'rehearsal' is not one of"),
    (at("spec", "drills", 0, "date", put="2026-02-30"), "$.spec.drills[0].date: '2026-02-30' is not a 'date'"),
    (at("spec", "drills", 0, "date", put="20260918"), "$.spec.drills[0].date: '20260918'"),
    (at("spec", "capacity", "growth", "rate", put="6 %"), "$.spec.capacity.growth.rate: '6 %' does not match"),
    (at("spec", "attestations", 0, "rule", put="INC305"), "$.spec.attestations[0].rule: 'INC305' does not match"),
    (
        at("spec", "attestations", 0, put={"rule": "a", "statement": "b", "by": "c", "date": "2026-10-10"}),
        "$.spec.attestations[0]: 'expires' is a required property",
    ),
]


@pytest.mark.parametrize(("edit", "message"), WRONG_SERVICES, ids=[message for _, message in WRONG_SERVICES])
def test_a_wrong_service_is_refused_with_its_place(service: Tree, edit: Callable[[Tree], None], message: str) -> None:
    edit(service)
    assert message in problem("service", service)


@pytest.mark.parametrize("duration", ["90s", "15m", "4h", "30d", "2w", "PT1H", "PT1H30M", "P3M", "P1DT12H"])
def test_durations(service: Tree, duration: str) -> None:
    service["spec"]["objectives"]["rto"] = duration
    assert problem("service", service) == ""


CONFIGURATION = {
    "environments": {"prod": ["clusters/eu-*/**"], "lab": ["clusters/lab/**"]},
    "production": ["prod"],
    "exclude": ["legacy/**"],
    "attestations": [
        {"rule": "missing-rollback-path", "statement": "s", "by": "ana", "date": "2026-10-10", "expires": "2027-01-08"}
    ],
}


@pytest.mark.parametrize("data", [None, {}, CONFIGURATION])
def test_a_configuration_is_accepted(data: Tree) -> None:
    assert problem("config", data) == ""


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (at("excludes", put=[]), "$: Additional properties are not allowed ('excludes' was unexpected)"),
        (at("exclude", put="legacy/**"), "$.exclude: 'legacy/**' is not of type 'array'"),
        (at("environments", "prod", put="a/**"), "$.environments.prod: 'a/**' is not of type 'array'"),
        (at("production", put=[""]), "$.production[0]: ''"),
        (
            at("attestations", 0, "until", put="2027-01-01"),
            "$.attestations[0]: Additional properties are not allowed ('until'",
        ),
    ],
)
def test_a_wrong_configuration_is_refused_with_its_place(edit: Callable[[Tree], None], message: str) -> None:
    data = copy.deepcopy(CONFIGURATION)
    edit(data)
    assert message in problem("config", data)


def test_the_report_knows_the_words_of_the_model() -> None:
    found = schema("report")["$defs"]
    assert found["outcome"]["enum"] == list(OUTCOMES)
    assert found["counts"]["required"] == list(OUTCOMES)
    assert found["severity"]["enum"] == list(SEVERITIES)
    assert found["service"]["properties"]["profile"]["enum"] == list(TIERS)


WAIVER = {
    "rule": "too-few-replicas",
    "service": "cart",
    "reason": "one writer",
    "owner": "team-cart",
    "approver": "ana",
    "created": "2026-11-01",
    "expires": "2027-01-30",
}


@pytest.mark.parametrize("data", [{}, {"waivers": []}, {"waivers": [WAIVER, WAIVER | {"issue": "x", "x-y": 1}]}])
def test_waivers_are_accepted(data: Tree) -> None:
    assert problem("waivers", data) == ""


@pytest.mark.parametrize(
    "entry",
    [
        WAIVER | {"expires": "9999-99-99"},
        WAIVER | {"subject": "Deployment/cart"},
        WAIVER | {"until": "2027-01-30"},
        WAIVER | {"reason": " "},
        {key: value for key, value in WAIVER.items() if key != "service"},
        {key: value for key, value in WAIVER.items() if key != "approver"},
    ],
)
def test_what_is_no_waiver_is_refused(entry: Tree) -> None:
    assert problem("waivers", {"waivers": [entry]})
    read = load_waivers(MemoryTree({WAIVERS_FILE: json.dumps({"waivers": [entry]})}), ["too-few-replicas"], [])
    assert read.waivers == ()


def test_a_baseline_is_accepted_as_it_is_written() -> None:
    assert problem("baseline", json.loads(written([Accepted("f", "a-rule", "Deployment/a", "high")]))) == ""
    assert problem("baseline", {"version": 2, "failures": []})
