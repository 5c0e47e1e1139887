"""Credentials in configuration: where they are found, whose they are, and that nobody is shown them."""

from __future__ import annotations

from io import StringIO

import pytest

from opsready.cli.output import FORMATS, _rendered
from repositories import report_of, verdicts_of

RULE = "secret-in-configuration"


def pod(body: str, kind: str = "containers") -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\nspec:\n"
        "  selector: {matchLabels: {app: cart}}\n  template:\n    metadata: {labels: {app: cart}}\n"
        f"    spec:\n      {kind}:\n      - name: cart\n        image: cart:1\n        {body}\n"
    )


def said(files: dict[str, str]) -> list[tuple[str, str]]:
    """What is said of each setting: the outcome and the words."""
    report = report_of(files)
    assert not [item for item in report.diagnostics if "crash" in item.kind]
    return [
        (verdict.outcome, verdict.message or verdict.reason or verdict.evidence[0])
        for verdict in verdicts_of(report, RULE)
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "env: [{name: DB_PASSWORD, value: sommer}]",
            "`DB_PASSWORD` of container `cart` holds a credential in plain text",
        ),
        (
            "env: [{name: DB_PASSWORD, value: 1983}]",
            "`DB_PASSWORD` of container `cart` holds a credential in plain text",
        ),
        ("args: [--token, a1b2c3d4e5]", "argument `--token` of container `cart` holds a credential in plain text"),
        (
            "command: ['curl http://u:sommer@b']",
            "an argument of container `cart` holds a password in a URL in plain text",
        ),
    ],
)
def test_containers(body: str, expected: str) -> None:
    assert said({"a.yaml": pod(body)}) == [("fail", expected)]
    assert said({"a.yaml": pod(body, "initContainers")}) == [("fail", expected)]


@pytest.mark.parametrize(
    "body",
    [
        *("env: 7", "env: [7]", "env: [{name: 7, value: {}}]", "env: [{name: DB_PASSWORD}]", "args: {}", "args: [{}]"),
        *("env: [{name: DB_PASSWORD, value: ''}]", "env: [{name: DB_PASSWORD, valueFrom: 7}]", "command: 7"),
        *("env: [{name: TOKEN_TTL, value: a1b2c3d4e5}]", "env: [{name: MAX_TOKEN, value: '4096'}]"),
        "env: [{name: LEVEL, valueFrom: {secretKeyRef: {name: db, key: a}}}]",
        "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: 7}}]",
        "env: [{name: DB_PASSWORD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
    ],
)
def test_nothing_is_said_of_what_is_no_credential(body: str) -> None:
    assert said({"a.yaml": pod(body)}) == []


def test_a_value_that_a_kustomization_decides_cannot_be_told() -> None:
    variable = pod(
        "env: [{name: A_TOKEN, valueFrom: {secretKeyRef: {name: s, key: t}}}, {name: DB_PASSWORD, value: $(X)}]"
    )
    files = {
        "a.yaml": variable,
        "kustomization.yaml": (
            "resources: [a.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: x, fieldPath: data.y}\n"
            "  targets:\n  - select: {kind: Deployment, name: cart}\n"
            "    fieldPaths: ['spec.template.spec.containers.[name=cart].env.[name=DB_PASSWORD].value']\n"
        ),
    }
    outcomes = [outcome for outcome, _ in said(files)]
    assert "fail" not in outcomes


@pytest.mark.parametrize(
    ("fields", "outcomes"),
    [
        ("data: {password: c29tbWVyLTE5ODM=}", ["fail"]),
        ("stringData: {password: sommer}", ["fail"]),
        ("data: {password: 7834}\nstringData: 7", ["fail"]),
        ("stringData: {a: x, b-key: sommer, c-key: winter}", ["fail"]),
        ("data: {username: Y2FydA==}", ["pass"]),
        ("data: {password: Y2hhbmdlbWU=}", ["pass"]),
        ("data: {}", []),
        ("data: 7", ["unknown"]),
        ("type: kubernetes.io/service-account-token", []),
    ],
)
def test_secrets(fields: str, outcomes: list[str]) -> None:
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\n{fields}\n"
    assert [outcome for outcome, _ in said({"a.yaml": text})] == outcomes


def test_of_a_file_in_a_config_map_each_line_is_shown() -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n"
        "  a.yaml: |\n    x: 1\n    db:\n      password: sommer\n"
    )
    (verdict,) = verdicts_of(report_of({"a.yaml": text}), RULE)
    assert verdict.place is not None
    assert verdict.message == "`a.yaml` of ConfigMap `c` sets `password` to a credential in plain text"
    span = verdict.place.span
    assert (span.line, span.column, span.end_column) == (8, 7, 20)


def test_they_belong_to_the_services_of_who_uses_them() -> None:
    holder = "apiVersion: v1\nkind: {}\nmetadata: {{name: {}}}\n{}: {{password: sommer}}\n"
    uses = "envFrom: [{secretRef: {name: s}}, {configMapRef: {name: c}}]"
    files = {
        "cart.yaml": pod(f"env:\n        - {{name: X_PASSWORD, value: sommer}}\n        {uses}"),
        "s.yaml": holder.format("Secret", "s", "stringData"),
        "c.yaml": holder.format("ConfigMap", "c", "data"),
        "o.yaml": holder.format("ConfigMap", "other", "data"),
        "svc.yaml": (
            "apiVersion: v1\nkind: Service\nmetadata: {name: cart}\n"
            "spec: {selector: {app: cart}, ports: [{port: 80}]}\n"
        ),
        "cart/Dockerfile": "FROM a\nENV DB_PASSWORD sommer\nCMD a\n",
    }
    owners = {verdict.subject.address: verdict.services for verdict in verdicts_of(report_of(files), RULE)}
    assert owners == {
        "Deployment/cart": ("cart",),
        "Secret/s": ("cart",),
        "ConfigMap/c": ("cart",),
        "ConfigMap/other": (),
        "Image/cart/Dockerfile": ("cart",),
    }


@pytest.mark.parametrize(
    ("lines", "outcomes"),
    [
        ("ENV DB_PASSWORD=sommer", ["fail"]),
        ("ENV DB_PASSWORD sommer", ["fail"]),
        ("ENV A=1 URL=amqp://u:sommer@b", ["fail"]),
        ("ARG A_TOKEN=a1b2c3d4e5", ["fail"]),
        ("ARG A_TOKEN", []),
        ("ENV A_TOKEN=", []),
        ("ENV A_TOKEN=$A_TOKEN", ["pass"]),
        ("ENV A_PASSWORD=changeme\nENV LEVEL=info", ["pass"]),
        ("ENV A_PASSWORD=sommer\nENV A_PASSWORD=changeme", ["pass"]),
        ("ENV MAX_TOKEN=12", []),
        ("RUN a --password=sommer", []),
    ],
)
def test_dockerfiles(lines: str, outcomes: list[str]) -> None:
    assert [outcome for outcome, _ in said({"a/Dockerfile": f"FROM a\n{lines}\nCMD a\n"})] == outcomes


def test_moving_a_credential_into_a_chart_that_cannot_be_opened_does_not_help() -> None:
    files = {
        "chart/Chart.yaml": "apiVersion: v2\nname: cart\nversion: 1.0.0\n",
        "chart/templates/a.yaml": pod("env: [{name: DB_PASSWORD, value: sommer}]"),
    }
    verdicts = verdicts_of(report_of(files), "input-not-evaluated")
    assert "configuration-as-code" in {verdict.objective for verdict in verdicts}


def test_no_value_is_in_any_format() -> None:
    value = "kastanie-77"
    files = {
        "a.yaml": pod(
            f"env: [{{name: DB_PASSWORD, value: {value}}}]\n        args: [--password, {value}, --token={value}]"
        ),
        "s.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData: {{password: {value}}}\n",
        "c.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  a.ini: |\n    password={value}\n",
        "kustomization.yaml": f"secretGenerator:\n- name: x\n  literals: [password={value}]\n",
        "a/Dockerfile": f"FROM a\nENV DB_PASSWORD {value}\nARG A_TOKEN={value}\nCMD a\n",
    }
    report = report_of(files)
    assert len([verdict for verdict in verdicts_of(report, RULE) if verdict.outcome == "fail"]) == 8
    for name in FORMATS:
        shown = "".join(_rendered(report, "", name, StringIO()))
        assert RULE in shown or name == "badge"
        assert value not in shown, name
