"""Configurations of the OpenTelemetry Collector: what they define and use, and where each word of them stands."""

from __future__ import annotations

from textwrap import indent
from time import perf_counter

import pytest

from opsready.adapt.collectors import likely_files, partial_file
from opsready.adapt.kubernetes import adapt_unit
from opsready.model.pipelines import circle, keeping
from opsready.model.telemetry import Collector
from opsready.model.verdict import Diagnostic
from opsready.standard import builtin_standard
from repositories import report_of, verdicts_of
from unit.resolve.trees import resolved

CONFIGURATION = """\
receivers:
  otlp:
    protocols: {grpc: {}}
processors: {batch: {}}
exporters:
  otlphttp: {endpoint: https://backend.example}
extensions: {health_check: {}}
service:
  extensions: [health_check]
  pipelines:
    traces/shop:
      receivers: [otlp]
      processors: [batch]
      exporters:
        - otlphttp
"""


def config_map(text: str, key: str = "relay", header: str = "|") -> str:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: collector}\ndata:\n"
    return f"{head}  {key}: {header}\n" + indent(text, "    ")


def read(manifest: str) -> tuple[list[Collector], list[Diagnostic]]:
    diagnostics: list[Diagnostic] = []
    found = [
        entity
        for unit in resolved({"k8s/collector.yaml": manifest})
        for entity in adapt_unit(unit, builtin_standard(), diagnostics).entities
    ]
    return [entity for entity in found if isinstance(entity, Collector)], diagnostics


def one(manifest: str) -> Collector:
    (found,), diagnostics = read(manifest)
    assert diagnostics == []
    return found


def where(manifest: str, collector: Collector) -> set[tuple[str, str]]:
    """What stands at the place of every component: its id, and the text that is written there."""
    lines = manifest.split("\n")
    pipeline = collector.pipelines.items[0]
    lists = (collector.receivers, collector.exporters, pipeline.receivers, pipeline.processors, pipeline.exporters)
    found = set()
    for component in (component for listed in lists for component in listed.items):
        span = component.place.span
        found.add((component.id, lines[span.line - 1][span.column - 1 :][: len(component.id)]))
    return found


def test_what_is_defined_and_what_is_used() -> None:
    found = one(config_map(CONFIGURATION))
    assert [item.id for item in found.receivers.items] == ["otlp"]
    assert [item.id for item in found.extensions.items] == ["health_check"]
    assert [item.id for item in found.enabled_extensions.items] == ["health_check"]
    (pipeline,) = found.pipelines.items
    assert (pipeline.id, pipeline.signal) == ("traces/shop", "traces")
    assert [item.id for item in pipeline.processors.items] == ["batch"]
    assert found.connectors.items == ()


@pytest.mark.parametrize("header", ["|", "|-", "|+", "| # the gateway's", "|\n"])
def test_positions_inside_a_literal_block_are_those_of_the_outer_file(header: str) -> None:
    manifest = config_map(CONFIGURATION, header=header)
    assert where(manifest, one(manifest)) == {(name, name) for name in ("otlp", "batch", "otlphttp")}


def test_positions_with_other_line_ends_and_a_mark() -> None:
    manifest = ("\ufeff" + config_map(CONFIGURATION)).replace("\n", "\r\n")
    found = where(manifest.removeprefix("\ufeff"), one(manifest))
    assert found == {(name, name) for name in ("otlp", "batch", "otlphttp")}


def test_a_text_that_is_folded_or_quoted_stands_at_its_key() -> None:
    quoted = '"' + CONFIGURATION.replace('"', '\\"').replace("\n", "\\n") + '"'
    manifest = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: collector}}\ndata:\n  config.yaml: {quoted}\n"
    found = one(manifest)
    assert {item.place.span.line for item in found.exporters.items} == {5}
    assert {item.place.span.column for item in found.exporters.items} == {3}


@pytest.mark.parametrize("key", ["relay", "config", "otelcol.yaml", "any.yml"])
def test_keys_that_may_hold_a_configuration(key: str) -> None:
    assert len(read(config_map(CONFIGURATION, key))[0]) == 1


@pytest.mark.parametrize("key", ["notes", "README.md", "config.json.bak"])
def test_other_keys_hold_something_else(key: str) -> None:
    assert read(config_map(CONFIGURATION, key)) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "route: {receiver: a}\nreceivers: [{name: a}]\n",
        "receivers: {}\nexporters: {}\n",
        "receivers: {otlp: {}}\nservice: {pipelines: {}}\n",
    ],
    ids=["Alertmanager", "no pipelines", "no exporters"],
)
def test_what_looks_alike_is_no_collector(text: str) -> None:
    assert read(config_map(text)) == ([], [])


@pytest.mark.parametrize("version", ["v1alpha1", "v1beta1"])
def test_the_operators_kind_has_a_text_or_a_mapping(version: str) -> None:
    head = f"apiVersion: opentelemetry.io/{version}\nkind: OpenTelemetryCollector\nmetadata: {{name: gateway}}\nspec:\n"
    manifest = head + "  config:" + (" |" if version == "v1alpha1" else "") + "\n" + indent(CONFIGURATION, "    ")
    found = one(manifest)
    assert found.address == "OpenTelemetryCollector/gateway"
    assert where(manifest, found) == {(name, name) for name in ("otlp", "batch", "otlphttp")}


def test_another_kind_of_the_same_name_is_nobodys() -> None:
    manifest = "apiVersion: other.example/v1\nkind: OpenTelemetryCollector\nmetadata: {name: a}\nspec: {config: {}}\n"
    assert read(manifest) == ([], [])


def test_a_text_that_is_no_yaml_is_one_diagnostic_at_its_line() -> None:
    (found,), (diagnostic,) = read(config_map(CONFIGURATION.replace("[batch]", "[batch")))
    assert found.pipelines.incomplete == "the configuration in `data.relay` cannot be read as YAML"
    assert diagnostic.file == "k8s/collector.yaml"
    assert 18 <= diagnostic.line <= 20
    assert diagnostic.message.startswith("the configuration in `data.relay` cannot be read as YAML: ")


def test_a_configuration_that_is_deployed_twice_is_complained_of_once() -> None:
    broken = config_map(CONFIGURATION.replace("[batch]", "[batch"))
    files = {
        "base/kustomization.yaml": "resources: [collector.yaml]\n",
        "base/collector.yaml": broken,
        "one/kustomization.yaml": "resources: [../base]\n",
        "two/kustomization.yaml": "resources: [../base]\n",
    }
    assert len([found for found in report_of(files).diagnostics if "cannot be read as YAML" in found.message]) == 1


@pytest.mark.parametrize(
    "config",
    [
        "[]",
        "7",
        "{receivers: 1, exporters: [], service: {pipelines: {traces: 5}}}",
        "{receivers: {otlp: {}}, exporters: {a: {}}, service: {pipelines: {x: {receivers: {a: 1}, exporters: 9}}}}",
        "{receivers: null, exporters: null, service: {extensions: a, pipelines: {1: {receivers: [1, null, [x]]}}}}",
        "{service: {pipelines: [a]}}",
        "{receivers: {otlp: {}}, processors: {resource: {attributes: 3}}, exporters: {}, service: {pipelines: {}}}",
    ],
)
def test_wrong_types_everywhere_cost_nothing_else(config: str) -> None:
    manifest = (
        "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\nmetadata: {name: a}\n"
        f"spec: {{config: {config}}}\n"
    )
    report = report_of({"k8s/a.yaml": manifest})
    assert [found.kind for found in report.diagnostics] == []
    assert {verdict.outcome for verdict in verdicts_of(report, "collector-pipeline-broken")} <= {"fail", "unknown"}


def test_attributes_that_processors_add() -> None:
    added = "{attributes: [{key: a, action: insert, value: x}, {key: b, action: delete}, {key: c, action: upsert}]}"
    found = one(config_map(CONFIGURATION.replace("{batch: {}}", f"{{batch: {{}}, resource/shop: {added}}}")))
    assert found.attributes == {"a", "c"}


def test_several_files_that_are_called_like_one_may_be_merged() -> None:
    likely = likely_files(["a/otelcol.yaml", "a/otelcol-extras.yml", "b/collector.yaml", "b/values.yaml", "c/otel.md"])
    assert partial_file("a/otelcol.yaml", likely) == "`a/otelcol-extras.yml` may be merged with it"
    assert partial_file("b/collector.yaml", likely) == ""
    assert partial_file("c/config.yaml", likely) == ""


def test_credentials_in_a_configuration_are_nowhere_to_be_seen() -> None:
    spoilt = CONFIGURATION.replace(
        "{endpoint: https://backend.example}",
        "\n    headers:\n      x-api-key: hunter2-hunter2\n      password: 'correct horse'\n      token: ${env:TOKEN}",
    ).replace("[otlp]", "[zipkin]")
    report = report_of({"k8s/collector.yaml": config_map(spoilt)})
    (verdict,) = verdicts_of(report, "collector-pipeline-broken")
    assert verdict.message == "pipeline `traces/shop` names the receiver `zipkin`, which is not defined"
    shown = repr(report)
    assert "hunter2" not in shown
    assert "correct horse" not in shown


def test_ten_thousand_pipelines_are_walked_once() -> None:
    count = 10_000
    pipelines = "".join(
        f"    traces/{n}: {{receivers: [forward/{n}], exporters: [forward/{n + 1}]}}\n" for n in range(count)
    )
    connectors = "".join(f"  forward/{n}: {{}}\n" for n in range(count + 1))
    text = f"receivers: {{}}\nexporters: {{}}\nconnectors:\n{connectors}service:\n  pipelines:\n{pipelines}"
    collector = one(config_map(text))
    before = perf_counter()
    assert keeping(collector) == set()
    assert circle(collector) is None
    assert perf_counter() - before < 2


@pytest.mark.parametrize(
    ("wiring", "turning"),
    [
        ({"a": ("", "1"), "b": ("1", "2"), "c": ("2", "")}, ""),
        ({"a": ("", "1"), "b": ("1 2", "2")}, "b"),
        ({"a": ("", "1"), "b": ("1 3", "2"), "c": ("2", "3"), "d": ("2", "")}, "b"),
        ({"a": ("2", "1"), "b": ("1", "2")}, "a"),
    ],
)
def test_circles(wiring: dict[str, tuple[str, str]], turning: str) -> None:
    def names(listed: str) -> str:
        return ", ".join(f"forward/{name}" for name in listed.split())

    pipelines = "".join(
        f"    traces/{name}: {{receivers: [{names(ins)}], exporters: [{names(outs)}]}}\n"
        for name, (ins, outs) in wiring.items()
    )
    connectors = "{forward/1: {}, forward/2: {}, forward/3: {}}"
    text = f"receivers: {{}}\nexporters: {{}}\nconnectors: {connectors}\nservice:\n  pipelines:\n{pipelines}"
    found = circle(one(config_map(text)))
    assert (found.id.partition("/")[2] if found else "") == turning
