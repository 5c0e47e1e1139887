"""Service level objectives in every format, as one kind of entity, whatever is written in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import yaml

from opsready.adapt.kubernetes import may_make_pods
from opsready.model.slo import Slo
from opsready.model.source import Known, Unknown, Unset
from opsready.options import Options
from opsready.run import prepare
from opsready.tree import MemoryTree
from repositories import AS_OF

BAD, TOTAL = 'a_total{job="cart",code=~"5.."}', 'a_total{job="cart"}'
QUERIES = {"error_query": f"rate({BAD}[{{{{.window}}}}])", "total_query": f"rate({TOTAL}[{{{{.window}}}}])"}


def read(files: dict[str, str]) -> tuple[list[Slo], list[str]]:
    prepared = prepare(MemoryTree(files), Options(as_of=AS_OF))
    found = [item for item in prepared.model.entities if isinstance(item, Slo)]
    return found, [diagnostic.kind for diagnostic in prepared.diagnostics]


def one(document: dict[str, Any]) -> Slo:
    found, diagnostics = read({"slo.yaml": yaml.safe_dump(document)})
    assert diagnostics == []
    (slo,) = found
    return slo


def about(slo: Slo) -> set[str]:
    return {problem.about for problem in slo.problems}


def metric(query: str, kind: str = "Prometheus") -> dict[str, Any]:
    return {"metricSource": {"type": kind, "spec": {"query": query}}}


def openslo(**spec: Any) -> dict[str, Any]:
    ratio = {"ratioMetric": {"counter": True, "bad": metric(BAD), "total": metric(TOTAL)}}
    whole = {
        "service": "cart",
        "budgetingMethod": "Occurrences",
        "timeWindow": [{"duration": "30d", "isRolling": True}],
        "indicator": {"spec": ratio},
        "objectives": [{"target": 0.999}],
        **spec,
    }
    spec = {key: value for key, value in whole.items() if value is not None}
    return {"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "cart"}, "spec": spec}


def sloth(**slo: Any) -> dict[str, Any]:
    whole = {"name": "requests", "objective": 99.9, "sli": {"events": QUERIES}, **slo}
    written = {key: value for key, value in whole.items() if value is not None}
    return {"version": "prometheus/v1", "service": "cart", "slos": [written]}


def pyrra(indicator: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    ratio = {"ratio": {"errors": {"metric": BAD}, "total": {"metric": TOTAL}}}
    whole = {"target": "99.9", "window": "4w", "indicator": indicator or ratio, **spec}
    spec = {key: value for key, value in whole.items() if value is not None}
    version = "pyrra.dev/v1alpha1"
    return {"apiVersion": version, "kind": "ServiceLevelObjective", "metadata": {"name": "cart"}, "spec": spec}


@pytest.mark.parametrize(
    ("document", "window"),
    [
        (openslo(), Known),
        (openslo(objectives=[{"targetPercent": 99.9}], timeWindow=[{"duration": "1M"}]), Known),
        (sloth(), Unset),
        (pyrra(window="30d"), Known),
    ],
)
def test_every_format_says_the_same(document: dict[str, Any], window: type) -> None:
    slo = one(document)
    assert isinstance(slo.target, Known)
    assert slo.target.value == pytest.approx(0.999)
    assert isinstance(slo.window, window)
    length = slo.window.value if isinstance(slo.window, Known) else getattr(slo.window, "default", None)
    assert length == timedelta(days=30)
    assert isinstance(slo.measures, Known)
    assert slo.measures.value == {"availability", "error-rate"}
    assert (slo.problems, slo.unread) == ((), ())


@pytest.mark.parametrize("target", [0, -1, 1, 99.9, 99900, 1e308, True, "0.999", [0.999], {"a": 1}, float("nan")])
def test_a_target_that_openslo_does_not_allow(target: object) -> None:
    slo = one(openslo(objectives=[{"target": target}]))
    assert about(slo) == {"spec.objectives[0].target"}
    assert isinstance(slo.target, Unknown)


@pytest.mark.parametrize("target", [0, -1, 0.5, 0.999, 1, 100, 99900, False, "99.9", [], float("inf")])
def test_a_target_that_sloth_does_not_allow(target: object) -> None:
    assert about(one(sloth(objective=target))) == {"slos[requests].objective"}


@pytest.mark.parametrize("target", ["0.999", "1", "100", "99900", "99.9%", "", "x", 99.9, True, "9" * 500])
def test_a_target_that_pyrra_does_not_allow(target: object) -> None:
    assert about(one(pyrra(target=target))) == {"spec.target"}


@pytest.mark.parametrize("written", ["{{ .Values.target }}", "${TARGET}"])
def test_a_target_that_is_filled_in_is_unknown_and_no_fault(written: str) -> None:
    for document in (openslo(objectives=[{"target": written}]), sloth(objective=written), pyrra(target=written)):
        slo = one(document)
        assert isinstance(slo.target, Unknown)
        assert slo.problems == ()


@pytest.mark.parametrize("length", ["1m", "5h", "0d", "30", "P30D", "30 days", "1y", "-1d", "9" * 50 + "d", "{}"])
def test_a_window_that_openslo_does_not_allow(length: str) -> None:
    slo = one(openslo(timeWindow=[{"duration": length}]))
    assert about(slo) == {"spec.timeWindow[0].duration"}
    assert isinstance(slo.window, Unknown)


@pytest.mark.parametrize(("length", "days"), [("1d", 1), ("4w", 28), ("1M", 30), ("1Q", 90), ("1Y", 365), ("24h", 1)])
def test_windows_of_openslo(length: str, days: int) -> None:
    slo = one(openslo(timeWindow=[{"duration": length, "isRolling": True}]))
    assert isinstance(slo.window, Known)
    assert slo.window.value == timedelta(days=days)


def test_pyrra_knows_no_months() -> None:
    assert about(one(pyrra(window="1M"))) == {"spec.window"}
    assert about(one(pyrra(window=None))) == {"spec.window"}
    assert about(one(pyrra(target=None))) == {"spec.target"}


def test_windows_that_openslo_does_not_allow_as_a_whole() -> None:
    window = {"duration": "30d", "isRolling": True}
    assert one(openslo(timeWindow=None)).problems == ()
    assert about(one(openslo(timeWindow=[]))) == {"spec.timeWindow"}
    assert about(one(openslo(timeWindow=[window, window]))) == {"spec.timeWindow"}
    assert about(one(openslo(timeWindow="30d"))) == {"spec.timeWindow"}
    assert about(one(openslo(timeWindow=[{"isRolling": True}]))) == {"spec.timeWindow[0].duration"}
    calendar = {**window, "calendar": {"startTime": "2026-01-01 00:00:00", "timeZone": "UTC"}}
    assert about(one(openslo(timeWindow=[calendar]))) == {"spec.timeWindow[0].calendar"}
    assert one(openslo(timeWindow=[{**calendar, "isRolling": False}])).calendar


def test_the_older_version_of_openslo() -> None:
    document = openslo(
        timeWindow=None,
        indicator=None,
        timeWindows=[{"unit": "Day", "count": 28, "isRolling": True}],
        objectives=[
            {
                "target": 0.99,
                "value": 1,
                "ratioMetrics": {
                    "bad": {"source": "prometheus", "queryType": "promql", "query": BAD},
                    "total": {"source": "prometheus", "queryType": "promql", "query": TOTAL},
                },
            }
        ],
    )
    slo = one({**document, "apiVersion": "openslo/v1alpha"})
    assert isinstance(slo.window, Known)
    assert slo.window.value == timedelta(days=28)
    assert [query.promql for query in slo.queries] == [True, True]
    assert slo.problems == ()
    for unit, count in (("Fortnight", 1), ("Day", 0), ("Day", 10**18), ("Day", "x")):
        broken = {**document, "spec": {**document["spec"], "timeWindows": [{"unit": unit, "count": count}]}}
        assert about(one(broken)) == {"spec.timeWindows[0]"}


def test_what_openslo_asks_for() -> None:
    assert about(one(openslo(service=None))) == {"spec.service"}
    assert about(one(openslo(indicator=None))) == {"spec.indicator"}
    assert about(one(openslo(objectives=[]))) == {"spec.objectives"}
    assert about(one(openslo(objectives=[{}]))) == {"spec.objectives[0].target"}
    assert about(one(openslo(objectives=[{"target": 0.9, "targetPercent": 90}]))) == {"spec.objectives[0].target"}
    assert about(one(openslo(budgetingMethod="Sometimes"))) == {"spec.budgetingMethod"}
    slices = {f"spec.objectives[0].{key}" for key in ("timeSliceTarget", "timeSliceWindow")}
    assert about(one(openslo(budgetingMethod="Timeslices"))) == slices
    threshold = {"spec": {"thresholdMetric": metric("x", "Datadog")}}
    assert about(one(openslo(indicator=threshold))) == {"spec.objectives[0].op", "spec.objectives[0].value"}
    for name in ("Cart", "cart_", "-", "c" * 64, ""):
        document = openslo()
        document["metadata"]["name"] = name
        assert about(one(document)) == {"metadata.name"}
    assert about(one({**openslo(), "apiVersion": "openslo/v2"})) == {"apiVersion"}


def test_of_several_targets_the_highest_counts() -> None:
    slo = one(openslo(objectives=[{"target": 0.99}, {"target": 0.999}, {"target": 7}]))
    assert isinstance(slo.target, Known)
    assert slo.target.value == 0.999
    assert about(slo) == {"spec.objectives[2].target"}


def test_references_are_followed_through_other_files() -> None:
    reference = {"metricSourceRef": "metrics", "spec": {"query": "rate(a_total["}}
    ratio = {"bad": {"metricSource": reference}, "total": {"metricSource": reference}}
    sli = {"apiVersion": "openslo/v1", "kind": "SLI", "metadata": {"name": "good"}, "spec": {"ratioMetric": ratio}}
    source = {
        "apiVersion": "openslo/v1",
        "kind": "DataSource",
        "metadata": {"name": "metrics"},
        "spec": {"type": "Prometheus"},
    }
    slo = yaml.safe_dump(openslo(indicator=None, indicatorRef="good"))
    (found,), _ = read({"a.yaml": slo, "b/sli.yaml": yaml.safe_dump(sli)})
    assert [query.promql for query in found.queries] == [False, False]
    assert found.problems == ()
    (found,), _ = read({"a.yaml": slo, "b/sli.yaml": yaml.safe_dump_all([sli, source])})
    assert len(found.problems) == 2
    (found,), _ = read({"a.yaml": slo})
    assert isinstance(found.measures, Unknown)


def test_a_list_of_documents_and_json() -> None:
    other = openslo()
    other["metadata"] = {"name": "other"}
    found, _ = read({"slo.yaml": yaml.safe_dump([openslo(), other])})
    assert [slo.name for slo in found] == ["cart", "other"]


def test_two_of_one_name_in_a_file_are_two() -> None:
    found, _ = read({"slo.yaml": yaml.safe_dump_all([openslo(), openslo()])})
    assert [slo.address for slo in found] == ["SLO/cart", "SLO/cart#2"]
    assert [about(slo) for slo in found] == [set(), {"metadata.name"}]


def test_sloth_s_resource_reads_like_its_file() -> None:
    slo = {"name": "requests", "objective": 99.9, "sli": {"events": {}}}
    slo["sli"] = {"events": {"errorQuery": QUERIES["error_query"], "totalQuery": QUERIES["total_query"]}}
    version = "sloth.slok.dev/v1"
    spec = {"service": "cart", "slos": [slo]}
    resource = {"apiVersion": version, "kind": "PrometheusServiceLevel", "metadata": {"name": "x"}, "spec": spec}
    found, file = one(resource), one(sloth())
    assert (found.address, found.target, found.measures) == (file.address, found.target, found.measures)
    assert found.problems == ()
    assert [query.text for query in found.queries] == [query.text for query in file.queries]


def test_what_sloth_asks_for() -> None:
    path = "slos[requests].sli"
    assert about(one(sloth(sli=None))) == {path}
    assert about(one(sloth(sli={"events": QUERIES, "raw": {"error_ratio_query": "a[{{.window}}]"}}))) == {path}
    assert about(one(sloth(sli={"events": {"error_query": QUERIES["error_query"]}}))) == {f"{path}.events.total_query"}
    assert about(one(sloth(sli={"raw": {"error_ratio_query": "sum(a)"}}))) == {f"{path}.raw.error_ratio_query"}
    assert about(one(sloth(objective=None))) == {"slos[requests].objective"}
    assert "name" in about(one(sloth(name=None)))


def test_a_plugin_hides_what_it_measures_unless_its_name_tells() -> None:
    assert isinstance(one(sloth(sli={"plugin": {"id": "acme/x"}})).measures, Unknown)
    slo = one(sloth(sli={"plugin": {"id": "sloth-common/http/latency"}}))
    assert isinstance(slo.measures, Known)
    assert slo.measures.value == {"latency"}


def test_indicators_of_pyrra() -> None:
    latency = {"success": {"metric": 'd_bucket{le="0.3"}'}, "total": {"metric": "d_count"}}
    quick = one(pyrra({"latency": latency}))
    assert isinstance(quick.threshold, Known)
    assert quick.threshold.value == timedelta(milliseconds=300)
    native = one(pyrra({"latencyNative": {"total": {"metric": "d"}, "latency": "300ms"}}))
    assert isinstance(native.threshold, Known)
    up = one(pyrra({"bool_gauge": {"metric": "probe_success"}}))
    assert isinstance(up.measures, Known)
    assert up.measures.value == {"availability"}
    late = {**latency, "success": {"metric": "d_bucket"}}
    assert about(one(pyrra({"latency": late}))) == {"spec.indicator.latency.success.metric"}
    assert about(one(pyrra({"ratio": {"errors": {"metric": "e"}}}))) == {"spec.indicator.ratio.total.metric"}
    assert about(one(pyrra({"other": {}}))) == {"spec.indicator"}


@pytest.mark.parametrize("junk", [None, 7, "x", [], [[]], {}, {"a": [1]}, [{"name": []}], [None]])
def test_wrong_types_everywhere_crash_nothing(junk: object) -> None:
    documents: list[dict[str, Any]] = [
        *({**openslo(), key: junk} for key in ("metadata", "spec", "kind")),
        *(
            openslo(**{key: junk})
            for key in ("service", "indicator", "indicatorRef", "objectives", "timeWindow", "budgetingMethod")
        ),
        openslo(indicator={"spec": junk}),
        openslo(indicator={"spec": {"ratioMetric": junk}}),
        openslo(indicator={"spec": {"ratioMetric": {"bad": junk, "total": {"metricSource": junk}}}}),
        {**sloth(), "slos": junk},
        {**sloth(), "service": junk},
        *(sloth(**{key: junk}) for key in ("name", "objective", "sli", "labels")),
        sloth(sli={"events": junk}),
        *({**pyrra(), key: junk} for key in ("metadata", "spec")),
        *(pyrra(**{key: junk}) for key in ("target", "window")),
        pyrra({"ratio": junk} if junk else {"ratio": {"errors": junk}}),
    ]
    for document in documents:
        _, diagnostics = read({"slo.yaml": yaml.safe_dump(document)})
        assert diagnostics == []


def test_what_only_looks_like_sloth_s_file_is_none() -> None:
    for version in ("'3'", "", "prometheus"):
        assert read({"compose.yaml": f"version: {version}\nslos: [{{name: a}}]\n"}) == ([], [])


def test_resources_of_the_tools_make_no_pods() -> None:
    for group, kind in (
        ("sloth.slok.dev", "AlertWindows"),
        ("pyrra.dev", "ServiceLevelObjective"),
        ("sre.google.com", "ServiceLevelObjective"),
    ):
        assert not may_make_pods(group, kind)
    generator = "apiVersion: sre.google.com/v2\nkind: ServiceLevelObjective\nmetadata: {name: s}\n"
    assert read({"b.yaml": generator}) == ([], [])
