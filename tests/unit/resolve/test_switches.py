"""What a chart leaves out unless somebody switches it on."""

from __future__ import annotations

import pytest

from opsready.resolve.chart_values import ChartValues
from opsready.resolve.sources import TextFile
from opsready.resolve.switches import Switches
from unit.resolve.trees import unit

_OFF = "tracing: {enabled: false}\nqueue: {enabled: true}\nbare: false\n"


def left_out(template: str, *values: str) -> bool:
    """Whether the place `HERE` of a template is left out."""
    switches = Switches(
        ChartValues([TextFile(f"shop/values{number}.yaml", text) for number, text in enumerate(values or (_OFF,))])
    )
    return switches.left_out(template).at(template.index("HERE"))


@pytest.mark.parametrize(
    "template",
    [
        "{{ if .Values.tracing.enabled }}HERE{{ end }}",
        "{{- if .Values.tracing.enabled -}}\nHERE\n{{- end -}}",
        "{{- if .Values.bare }}HERE",
        "{{- if and .Values.queue.enabled .Values.tracing.enabled }}HERE",
        "{{- if .Values.bare }}{{ if .Values.x }}a{{ else }}b{{ end }}{{ with .Values.y }}c{{ end }}HERE",
        "{{- if .Values.queue.enabled }}{{- if .Values.bare }}HERE",
        "{{ end }}{{ else }}{{ if .Values.bare }}HERE",
    ],
)
def test_under_a_condition_that_is_off(template: str) -> None:
    assert left_out(template)


@pytest.mark.parametrize(
    "template",
    [
        "HERE{{ if .Values.bare }}",
        "{{ if .Values.bare }}a{{ end }}HERE",
        "{{ if .Values.bare }}a{{ else }}HERE",
        "{{ if .Values.bare }}a{{ else if .Values.tracing.enabled }}HERE",
        "{{ if .Values.queue.enabled }}HERE",
        "{{ if .Values.tracing }}HERE",
        "{{ if .Values.tracing.enabled.more }}HERE",
        "{{ if .Values.unknown }}HERE",
        "{{ if not .Values.bare }}HERE",
        "{{ if or .Values.bare .Values.queue.enabled }}HERE",
        "{{ if and .Values.bare (not .Values.x) }}HERE",
        "{{ if .Values.bare .Values.bare }}HERE",
        "{{ if and }}HERE",
        "{{ if .Release.bare }}HERE",
        "{{ if }}HERE",
        "{{ with .Values.bare }}HERE",
        "{{ if .Values.bare | default true }}HERE",
        "{{/* if .Values.bare */}}HERE",
    ],
)
def test_anything_else_may_be_there(template: str) -> None:
    assert not left_out(template)


@pytest.mark.parametrize(
    ("values", "off"),
    [
        (("bare: false",), True),
        (("bare: false", "other: true"), True),
        (("bare: false", "bare: false"), True),
        (("bare: false", "bare: true"), False),
        (("bare: false", "bare: '{{ x }}'"), False),
        (("bare: 0",), False),
        (("bare: null",), False),
        (("- bare",), False),
        (("bare: [",), False),
        (("",), False),
    ],
)
def test_off_is_what_every_values_file_leaves_off(values: tuple[str, ...], off: bool) -> None:
    assert left_out("{{ if .Values.bare }}HERE", *values) is off


def test_a_chart_without_values_switches_nothing_off() -> None:
    assert not Switches(ChartValues(())).off("bare")


_WORKLOAD = "kind: Deployment\nmetadata:\n  name: {}\n"


@pytest.mark.parametrize("root", ["", "shop/"])
def test_a_workload_is_off_where_all_its_templates_are(root: str) -> None:
    files = {
        "Chart.yaml": "name: shop\n",
        "values.yaml": "bare: false\n",
        "values/x.yaml": "bare: true\n",
        "values.schema.json": "{",
        "templates/a.yaml": "{{ if .Values.bare }}\n---\n"
        + _WORKLOAD.format("pay")
        + "---\n"
        + _WORKLOAD.format("cart")
        + "{{ end }}\n---\n"
        + _WORKLOAD.format("web"),
        "templates/b.yaml": _WORKLOAD.format("cart"),
    }
    found = unit({root + path: text for path, text in files.items()}, f"{root}Chart.yaml").opaque
    assert [(item.workload, item.switched_off) for item in found] == [("cart", False), ("pay", True), ("web", False)]


@pytest.mark.parametrize("name", ["values-prod.yaml", "values.prod.yml"])
def test_a_values_file_beside_it_switches_it_on(name: str) -> None:
    files = {
        "shop/Chart.yaml": "name: shop\n",
        "shop/values.yaml": "bare: false\n",
        f"shop/{name}": "bare: true\n",
        "shop/templates/a.yaml": "{{ if .Values.bare }}\n" + _WORKLOAD.format("pay") + "{{ end }}",
    }
    assert [item.switched_off for item in unit(files).opaque] == [False]


_DEFAULTS = "bare: {enabled: false}\nweb: {replicas: 1}\ncart: {replicas: 1}\npay: {replicas: 1}\n"


@pytest.mark.parametrize(
    ("values", "off"),
    [
        ("bare:\n  enabled: true\nweb: {}\ncart: {}\n", False),
        ("bare:\n  enabled: true\nweb: {}\ncart: {}\na: 1\nb: 1\nc: 1\n", False),
        ("bare:\n  enabled: true\nweb: {}\ncart: {}\na: 1\nb: 1\nc: 1\nd: 1\n", True),
        ("bare:\n  enabled: true\nweb: {}\n", True),
        ("bare:\n  enabled: false\nweb: {enabled: true}\ncart: {}\n", True),
        ("bare:\n  enabled: 'enabled: true'\nweb: {}\ncart: {}\n", True),
        ("bare: # enabled: true\nweb: {}\ncart: {}\n", True),
        ("pay:\n  enabled: true\nweb: {}\ncart: {}\n", True),
        ("bare:\n  enabled: true\nweb: {}\ncart: {}\n---\nbare: {}\n", True),
        ("- bare:\n    enabled: true\n", True),
        ("bare: [\n  enabled: true\n", True),
        ("bare:\n  enabled: true\nweb: {}\ncart: {}\nkind: Config\n", True),
    ],
)
def test_values_elsewhere_switch_on_what_is_this_charts(values: str, off: bool) -> None:
    files = {
        "shop/Chart.yaml": "name: shop\n",
        "shop/values.yaml": _DEFAULTS,
        "shop/templates/a.yaml": "{{ if .Values.bare.enabled }}\n" + _WORKLOAD.format("tracing") + "{{ end }}\n",
        "config/prod.yaml": values,
    }
    (found,) = unit(files, "shop/Chart.yaml").opaque
    assert found.switched_off is off


def test_values_elsewhere_say_nothing_of_a_chart_without_defaults() -> None:
    files = {
        "shop/Chart.yaml": "name: shop\n",
        "shop/values-dev.yaml": _DEFAULTS,
        "shop/templates/a.yaml": "{{ if .Values.bare.enabled }}\n" + _WORKLOAD.format("tracing") + "{{ end }}\n",
        "config/prod.yaml": "bare:\n  enabled: true\nweb: {}\ncart: {}\n",
    }
    assert unit(files, "shop/Chart.yaml").opaque[0].switched_off
