"""Whether a query is PromQL, cannot be told, or is not, and that none of them hurts."""

from __future__ import annotations

import pytest

from opsready.parse.promql import check


@pytest.mark.parametrize(
    "query",
    [
        'sum(rate(http_requests_total{job="cart",code=~"5.."}[5m]))',
        "sum(rate(a[{{.window}}])) / sum(rate(b[{{ .window }}]))",
        "rate(a[$__rate_interval])",
        "rate(a[${__interval}])",
        "avg_over_time(a[{{ window }}:1m])",
        "rate(a[$interval])",
        'a{job="{{ job }}"}',
        'a{job="$job"}',
        '{"http.requests", job="cart"}',
        'a{b="-(-(-("}',
    ],
)
def test_valid(query: str) -> None:
    assert check(query).outcome == "valid"


@pytest.mark.parametrize(
    "query", ["sum(rate(a[5m])", "rate(a)", 'a{b="c"', "", "sum by (x) rate(a[5m])", 'a{b=~"("}', "a b"]
)
def test_invalid(query: str) -> None:
    found = check(query)
    assert found.outcome == "invalid"
    assert found.reason


@pytest.mark.parametrize(
    "query",
    [
        "sum(rate({{ metric }}[5m])) {{ filter }} x",
        "rate(a[1m * 2])",
        "rate(a[5m] anchored)",
        "holt_winters(a[5m], 0.1, 0.1)",
        "rate(a[5m]) keep_metric_names",
        "a default 0",
        "a > 1_000",
        "label_graphite_group(a, 1)",
    ],
)
def test_what_is_filled_in_or_newer_cannot_be_told(query: str) -> None:
    assert check(query).outcome == "unknown"


@pytest.mark.parametrize(
    "query",
    [
        "(" * 100_000 + "a" + ")" * 100_000,
        "(" * 5_000 + "a" + ")" * 5_000,
        "-" * 9_000 + "a",
        "+".join(["a"] * 5_000),
        " and ".join(["a"] * 3_000),
        "2^" * 4_000 + "2",
        "a{" * 9_000,
        "{{" * 9_000,
        "[" * 19_000,
        '"' * 19_999,
        "\\" * 19_999,
        "\0",
        "😀",
    ],
)
def test_what_would_hurt_does_not(query: str) -> None:
    assert check(query).outcome in {"unknown", "invalid"}


def test_the_depth_that_is_still_read() -> None:
    assert check("(" * 200 + "a" + ")" * 200).outcome == "valid"
    assert check("+".join(["a"] * 201)).outcome == "valid"
    assert check("+".join(["a"] * 202)).outcome == "unknown"


def test_a_plain_selector_is_told_from_more() -> None:
    assert check('a{b="c"}').selector
    assert not check('sum(a{b="c"})').selector
