"""What an indicator or an alert measures, from what it says itself, from its queries, else from its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from opsready.model.source import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.model.slo import Measure, Query
    from opsready.model.source import Place, Value

Shape = Literal["events", "failures", "latency", "uptime", "threshold", "raw", "hidden"]
# Labels and annotations with which people say what kind of objective it is.
_CATEGORY_KEYS = ("category", "sli_type", "slo_type", "sli-type", "slo-type", "indicator", "sli", "type")
_AVAILABLE = re.compile(r"availab|uptime", re.IGNORECASE)
_LATENCY = re.compile(
    r"latenc|duration|response[ _.-]?times?|\bslow|(?:^|[^a-z0-9])p(?:50|75|9\d{1,2})(?![a-z0-9])|\d{1,6}ms\b",
    re.IGNORECASE,
)
_FAILURE = re.compile(r"error|fail(?:ed|ures?|s)?(?![a-z])|5xx|success", re.IGNORECASE)
_STATUS = re.compile(
    r"\b(?:code|status|status_?code|status_class|http_(?:status|code|response_status_code|status_code)|response_code"
    r"|response_status(?:_code)?|response_class|response_flags|grpc_(?:code|status|response_status)|rpc_grpc_status_code"
    r"|envoy_response_code(?:_class)?|classification|outcome|result|success|error|error_type|exception)"
    r"\s{0,9}(?:=~|!~|!=|=)\s{0,9}[\"'`]"
)
_DISTRIBUTION = re.compile(r"_bucket\b|\ble\s{0,9}=|\bhistogram_(?:quantile|fraction)\b|\bquantile\s{0,9}=")
_UPTIME = re.compile(r"\bprobe_success\b|(?<![\w:.])up(?![\w:.(])")
_FAILURE_METRIC = re.compile(r"\b[a-zA-Z_:][\w:]{0,200}")
_REQUEST_WORDS = re.compile(
    r"(?:^|[_:])(?:requests?|https?|grpc|rpc|calls?|responses?|quer(?:y|ies)|transactions?|messages?|api)(?=[_:]|$)",
    re.IGNORECASE,
)
_FAILED_SHARE = re.compile(r"(?:^|[_:])(?:error|failure)s?[_:]{1,2}(?:ratio|rate|percent)", re.IGNORECASE)
_GENERIC = re.compile(
    r"(?:https?|requests?|grpc|rpc|istio|envoy|nginx|traefik|haproxy|linkerd|responses?|server|client|api|errors?|failed"
    r"|job|service|app|namespace|route)(?:[_:]|\Z)"
)
# Series that tools record for an objective which is defined elsewhere; alerts on them follow it.
_OF_AN_OBJECTIVE = re.compile(
    r"\bslo:\w{1,60}:|\bsloth_(?:slo|service|id)\b|\bpyrra_\w|:burnrate\d|\bburn_?rate\w{0,20}\b|\berror_budget",
    re.IGNORECASE,
)


def category(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What labels and annotations call the kind of an objective."""
    found = {key.rpartition("/")[2].lower(): value for key, value in pairs}
    return tuple(found[key] for key in _CATEGORY_KEYS if key in found)


def measures(
    declared: Iterable[str],
    queries: tuple[Query, ...],
    names: Iterable[str],
    shape: Shape,
    place: Place,
    hidden: str = "",
) -> Value[frozenset[Measure]]:
    """All that an indicator is evidence of; Unknown where neither words nor a query that can be read tell.

    The share of events that succeed or fail is an error rate, and availability as users meet it.
    """
    found = next(filter(None, (_by_word(text, shape) for text in declared)), None)
    found = found or _by_shape(shape) or _by_query(queries)
    found = found or next(filter(None, (_by_word(text, shape) for text in names)), None)
    if found is None and (hidden or not queries):
        return Unknown(hidden or "no query says what it measures", place)
    return Known(found or _OTHER, place)


_OTHER: frozenset[Measure] = frozenset({"other"})
_UP: frozenset[Measure] = frozenset({"availability"})
_SLOW: frozenset[Measure] = frozenset({"latency"})
_FAILED: frozenset[Measure] = frozenset({"availability", "error-rate"})


def _by_word(text: str, shape: Shape) -> frozenset[Measure] | None:
    text = text[:300]
    if _LATENCY.search(text):
        return _SLOW
    if _AVAILABLE.search(text):
        return _FAILED if shape == "events" else _UP
    return _FAILED if _FAILURE.search(text) else None


def _by_shape(shape: Shape) -> frozenset[Measure] | None:
    shapes: dict[Shape, frozenset[Measure]] = {"latency": _SLOW, "uptime": _UP, "failures": _FAILED}
    return shapes.get(shape)


def _by_query(queries: tuple[Query, ...]) -> frozenset[Measure] | None:
    text = "\n".join(query.text[:20_000] for query in queries)
    if _DISTRIBUTION.search(text):
        return _SLOW
    if _STATUS.search(text):
        return _FAILED
    if _UPTIME.search(text):
        return _UP
    return _FAILED if any(_FAILURE.search(name) for name in _FAILURE_METRIC.findall(text)) else None


def counts_failed_requests(expression: str) -> bool:
    """Whether an alert's expression counts requests that fail: by their status, or by a metric named after them."""
    text = expression[:20_000]
    if _DISTRIBUTION.search(text):
        return False
    if _STATUS.search(text):
        return True
    if _OF_AN_OBJECTIVE.search(text):
        return False
    return any(
        _FAILED_SHARE.search(name) or (_FAILURE.search(name) and _REQUEST_WORDS.search(name))
        for name in _FAILURE_METRIC.findall(text)
    )


def counts_requests_of_anything(expression: str) -> bool:
    """Whether an alert counts failed requests by a metric that any program may have, not that of one product."""
    if not counts_failed_requests(expression):
        return False
    return any(_GENERIC.match(name) for name in _FAILURE_METRIC.findall(expression[:20_000]))


def follows_objective(expression: str) -> bool:
    """Whether an alert's expression watches the budget of an objective that something else defines."""
    return _OF_AN_OBJECTIVE.search(expression[:20_000]) is not None
