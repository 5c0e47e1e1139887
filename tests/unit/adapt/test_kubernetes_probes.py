"""Health checks as neutral facts: what two of them can be compared by, and what of it cannot be read."""

from __future__ import annotations

import pytest

from opsready.model.source import Known, Unknown
from opsready.model.workload import ProbeHandler
from unit.adapt.test_kubernetes import container


def handler(body: str) -> ProbeHandler:
    found = container(f"image: x, livenessProbe: {body}").liveness
    assert isinstance(found, Known)
    return found.value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{httpGet: {port: 80}}", "{httpGet: {port: 80, path: /, scheme: HTTP}}"),
        ("{httpGet: {port: 80, path: health}}", "{httpGet: {port: '80', path: /health, scheme: http}}"),
        (
            "{httpGet: {port: 80, httpHeaders: [{name: a, value: b}, {name: c, value: d}]}}",
            "{httpGet: {port: 80, httpHeaders: [{name: c, value: d}, {name: a, value: b}]}}",
        ),
        ("{grpc: {port: 80}}", "{grpc: {port: 80, service: ''}}"),
        ("{exec: {command: [a, 1]}}", "{exec: {command: [a, '1']}}"),
        ("{tcpSocket: {port: 80}}", "{tcpSocket: {port: 80, host: ''}}"),
    ],
)
def test_what_is_left_out_is_the_default(one: str, other: str) -> None:
    left, right = handler(one), handler(other)
    assert (left.how, left.port, left.asks, left.hidden) == (right.how, right.port, right.asks, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{httpGet: {port: 80, path: /a}}", "{httpGet: {port: 80, path: /b}}"),
        ("{httpGet: {port: 80, host: a}}", "{httpGet: {port: 80, host: b}}"),
        ("{httpGet: {port: 80, scheme: HTTPS}}", "{httpGet: {port: 80}}"),
        ("{httpGet: {port: 80, httpHeaders: [{name: a, value: b}]}}", "{httpGet: {port: 80}}"),
        ("{grpc: {port: 80, service: a}}", "{grpc: {port: 80, service: b}}"),
        ("{exec: {command: [a, b]}}", "{exec: {command: [a]}}"),
        ("{tcpSocket: {port: 80, host: a}}", "{tcpSocket: {port: 80}}"),
    ],
)
def test_every_part_of_the_question_counts(one: str, other: str) -> None:
    assert handler(one).asks != handler(other).asks


@pytest.mark.parametrize(
    "body",
    [
        "{httpGet: {port: 80, path: [a]}}",
        "{httpGet: {port: 80, httpHeaders: text}}",
        "{httpGet: {port: 80, httpHeaders: [{name: [a]}]}}",
        "{httpGet: text}",
        "{exec: {command: text}}",
        "{exec: {command: []}}",
        "{exec: {command: [{a: b}]}}",
        "{grpc: {port: 80, service: {a: b}}}",
    ],
)
def test_a_part_that_is_no_text_is_hidden(body: str) -> None:
    assert handler(body).hidden


@pytest.mark.parametrize(
    ("port", "read", "hidden"),
    [
        ("80", 80, False),
        ("'80'", 80, False),
        ("http", "http", False),
        ("'999999999999'", "999999999999", False),
        ("'٨٠'", "٨٠", False),
        ("'${PORT}'", None, True),
        ("[http]", None, True),
        ("true", None, True),
        ("1.5", None, True),
    ],
)
def test_a_port_is_a_number_or_a_name(port: str, read: object, hidden: bool) -> None:
    found = handler(f"{{tcpSocket: {{port: {port}}}}}")
    assert (found.port, bool(found.hidden_port)) == (read, hidden)


@pytest.mark.parametrize(
    ("more", "seconds"),
    [
        ("", 30),
        (", periodSeconds: 5", 15),
        (", failureThreshold: 6", 60),
        (", periodSeconds: 0, failureThreshold: 0", 30),
        (", periodSeconds: 7, failureThreshold: 2", 14),
    ],
)
def test_a_check_puts_up_with_failures_for_a_while(more: str, seconds: int) -> None:
    tolerance = handler(f"{{tcpSocket: {{port: 80}}{more}}}").tolerance
    assert isinstance(tolerance, Known)
    assert tolerance.value == seconds


@pytest.mark.parametrize("written", ["-1", "9999999999", "often", "[5]", "1.5", "true"])
def test_a_number_that_kubernetes_refuses_is_unknown(written: str) -> None:
    for key in ("periodSeconds", "failureThreshold"):
        assert isinstance(handler(f"{{tcpSocket: {{port: 80}}, {key}: {written}}}").tolerance, Unknown)
