"""What alerts count, by their expressions."""

from __future__ import annotations

import pytest

from opsready.adapt.indicators import counts_failed_requests, counts_requests_of_anything, follows_objective


@pytest.mark.parametrize(
    "expression",
    [
        'sum(rate(http_requests_total{job="cart", code=~"5.."}[5m])) > 1',
        'rate(grpc_server_handled_total{grpc_code!="OK"}[5m]) > 1',
        "job:errors:ratio5m > 0.01",
        "rate(http_request_errors_total[5m]) > 1",
        "rate(orders_api_failures_total[5m]) > 1",
        'rate(http_duration_seconds_count{status="500"}[5m]) > 1',
    ],
)
def test_failed_requests(expression: str) -> None:
    assert counts_failed_requests(expression)


@pytest.mark.parametrize(
    "expression",
    [
        'up{job="cart"} == 0',
        "node_network_receive_errs_total > 1",
        "kube_job_status_failed > 0",
        'histogram_quantile(0.99, rate(http_duration_seconds_bucket{code="200"}[5m])) > 1',
        'slo:sli_error:ratio_rate5m{sloth_service="cart"} > 0.01',
        "prometheus_rule_evaluation_failures_total > 0",
        "",
    ],
)
def test_something_else(expression: str) -> None:
    assert not counts_failed_requests(expression)


def test_metrics_of_anything_and_of_one_product() -> None:
    assert counts_requests_of_anything('rate(request_duration_seconds_count{status_code="500"}[5m]) > 1')
    assert not counts_requests_of_anything('rate(grafana_http_requests_total{status_code="500"}[5m]) > 1')
    assert not counts_requests_of_anything("http_requests_total > 1")


def test_alerts_on_a_budget_follow_an_objective() -> None:
    assert follows_objective('slo:current_burn_rate:ratio{sloth_slo="requests"} > 14')
    assert follows_objective('http_requests:burnrate5m{slo="cart"} > 14 * 0.001')
    assert not follows_objective('http_requests_total{code="500"} > 1')
