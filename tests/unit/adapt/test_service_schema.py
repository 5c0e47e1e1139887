"""The short walk over the service schema finds a fault exactly where a validator of JSON Schema finds one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import opsready_schemas
from opsready.adapt.service_schema import problems_of_service
from opsready.parse.syntax import Map
from opsready.parse.yaml import parse_yaml

_SCHEMA = json.loads(Path(opsready_schemas.__file__).with_name("service.v1.json").read_text(encoding="utf-8"))
_HEAD = "apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {name: cart}\n"


@pytest.mark.parametrize(
    "text",
    [
        _HEAD,
        _HEAD + "spec: {owner: {team: shop}, tier: 1, lifecycle: production}\n",
        _HEAD + "spec: {tier: 7}\n",
        _HEAD + "spec: {tier: one}\n",
        _HEAD + "spec: {lifecycle: forever}\n",
        _HEAD + "spec: {ower: {team: shop}}\n",
        _HEAD + "spec: {x-note: ours}\n",
        _HEAD + "spec: {docs: {runbooks: [docs/cart.md]}}\n",
        _HEAD + "spec: {docs: {runbooks: {a: b}}}\n",
        _HEAD + "spec: {escalation: [{to: 'schedule:shop', within: 5m}]}\n",
        _HEAD + "spec: {escalation: [{to: 'schedule:shop', within: soon}]}\n",
        _HEAD + "spec: {escalation: [{within: 5m}]}\n",
        _HEAD + "spec: {escalation: 'schedule:shop'}\n",
        _HEAD + "spec: {scope: {workloads: [deploy/shop/cart]}}\n",
        _HEAD + "spec: {scope: {workloads: 3}}\n",
        _HEAD + "spec: {attestations: [{rule: a, statement: b, by: c, date: 2026-01-01, expires: 2026-02-01}]}\n",
        _HEAD + "spec: {attestations: [{rule: a, statement: b, by: c, date: 2026-01-01}]}\n",
        _HEAD + "spec: []\n",
        _HEAD + "extra: 1\n",
        "apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {}\n",
        "apiVersion: opsready.dev/v1\nkind: Team\nmetadata: {name: cart}\n",
    ],
)
def test_both_say_whether_a_service_is_valid(text: str) -> None:
    root = parse_yaml(text, "opsready-service.yaml").documents[0].root
    assert isinstance(root, Map)
    ours = problems_of_service(root, "opsready-service.yaml")
    theirs = [error.message for error in Draft202012Validator(_SCHEMA).iter_errors(root)]
    assert bool(ours) == bool(theirs), (ours, theirs)
