"""Which values hold in one environment only."""

from __future__ import annotations

import time

import pytest

from opsready.model.environment_values import holds_in_one_environment
from opsready.standard import builtin_standard

STANDARD = builtin_standard()


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("APP_ENV", "prod", "the environment `prod`"),
        ("environment", "Staging", "the environment `Staging`"),
        ("URL", "https://api.staging.shop.example/v1", "the host `api.staging.shop.example`"),
        ("URL", "https://api-dev.shop.example:8443", "the host `api-dev.shop.example`"),
        ("HOST", "db.prod.shop.example", "the host `db.prod.shop.example`"),
        ("DSN", "postgres://u:p@db.prod.shop.example/x", "the host `db.prod.shop.example`"),
        ("KAFKA_BROKERS", "k.shop.example:9,k.prod.shop.example:9", "the host `k.prod.shop.example`"),
        ("HOST", "192.168.1.4", "the private address `192.168.1.4`"),
        ("HOST", "172.20.1.4:80", "the private address `172.20.1.4`"),
    ],
)
def test_values_of_one_environment(name: str, value: str, what: str) -> None:
    assert holds_in_one_environment(name, value, STANDARD) == what


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NODE_ENV", "production"),
        ("RAILS_ENV", "production"),
        ("ASPNETCORE_ENVIRONMENT", "Production"),
        ("APP_ENV", ""),
        ("APP_ENV", "default"),
        ("URL", "https://shop.example/prod"),
        ("URL", "https://registry.npmjs.org"),
        ("PATH", "/opt/dev/bin:/usr/bin"),
        ("HOST", "1.0.0.1"),
        ("HOST", "172.32.1.4"),
        ("HOST", "127.0.0.1"),
        ("VERSION", "10.2"),
        ("PACKAGE", "com.shop.test.Runner"),
        ("JAVA_OPTS", "-Dspring.config=dev.yaml"),
        ("FILE", "config.prod.yaml"),
        ("HOST_VERSION", "10.2"),
    ],
)
def test_values_of_every_environment(name: str, value: str) -> None:
    assert holds_in_one_environment(name, value, STANDARD) == ""


def test_a_long_value_takes_no_time() -> None:
    begun = time.process_time()
    holds_in_one_environment("X", "a." * 1_000_000, STANDARD)
    assert time.process_time() - begun < 1
