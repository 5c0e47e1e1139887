"""The images of a chart that is not rendered, with the values that its templates take them from."""

from __future__ import annotations

import pytest

from opsready.resolve.chart_images import written_images
from repositories import report_of, verdicts_of
from unit.resolve.trees import unit

_CHART = "apiVersion: v2\nname: metrics\nversion: 1.0.0\n"
_VALUES = "image:\n  repository: grafana/grafana\n  tag: 7.2.0\nproxy: prom/prometheus:v2\nnumber: 1\n"


def template(*images: str) -> str:
    containers = "".join(
        f"        - name: c{number}\n          image: {image}\n" for number, image in enumerate(images)
    )
    head = "kind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n"
    return head + "spec:\n  template:\n    spec:\n      containers:\n" + containers


def images_of(*written: str, chart: str = _CHART, values: str = _VALUES) -> tuple[str, ...]:
    files = {"metrics/Chart.yaml": chart, "metrics/values.yaml": values, "metrics/templates/x.yaml": template(*written)}
    (opaque,) = unit(files).opaque
    return opaque.images


@pytest.mark.parametrize(
    ("written", "image"),
    [
        ("grafana/grafana:7.2.0", "grafana/grafana:7.2.0"),
        ('"{{ .Values.image.repository }}:{{ .Values.image.tag }}"', "grafana/grafana:7.2.0"),
        ("{{.Values.proxy}}", "prom/prometheus:v2"),
        ("{{- .Values.proxy -}} # why", "prom/prometheus:v2"),
        ('"{{ .Values.image.repository }}:{{ .Values.other | default .Chart.AppVersion }}"', "grafana/grafana:"),
        ("{{ .Values.image }}", ""),
        ("{{ .Values.proxy.deeper }}", ""),
        ("{{ .Values.image..tag }}", ""),
        ('{{ include "metrics.image" . }}', '{{ include "metrics.image" . }}'),
    ],
)
def test_values_are_filled_in_where_they_are_texts(written: str, image: str) -> None:
    assert images_of(written) == (image,)


@pytest.mark.parametrize("values", ["", "- a\n", "{{ x }}: [", "image: text\n"])
def test_values_that_cannot_be_read_fill_in_nothing(values: str) -> None:
    assert images_of("{{ .Values.image.repository }}", values=values) == ("",)


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ("home: https://github.com/grafana/helm\n", False),
        ("sources: [https://x.org/a/b, https://github.com/Grafana/helm]\n", False),
        ("home: https://github.com/shop/charts\n", True),
        ("home: https://grafana\nsources: text\n", True),
        ("home: [1]\nsources: [1, {a: b}, 'https://github.com//']\n", True),
    ],
)
def test_what_the_author_of_the_chart_publishes_is_no_third_partys(more: str, kept: bool) -> None:
    assert images_of("docker.io/grafana/grafana:7", chart=_CHART + more) == (
        ("docker.io/grafana/grafana:7",) if kept else ()
    )


def test_a_line_that_is_no_image_and_a_long_template_do_no_harm() -> None:
    assert written_images("imagePullPolicy: x\nimage:\n  repository: y\n# image: z\nmy-image: w\n") == []
    assert len(written_images("- image: a\n" * 1000)) == 50


@pytest.mark.parametrize(
    ("images", "founds"),
    [
        (["grafana/grafana:7"], False),
        (["grafana/grafana:7", "prom/prometheus:v2"], False),
        (["grafana/grafana:7", "shop/theme:1"], True),
        (["{{ .Values.nothing }}"], True),
        ([], True),
    ],
)
def test_a_chart_that_runs_only_third_parties_founds_no_service(images: list[str], founds: bool) -> None:
    report = report_of({"metrics/Chart.yaml": _CHART, "metrics/templates/deployment.yaml": template(*images)})
    services = {verdict.subject.name for verdict in verdicts_of(report, "uncatalogued-service")}
    assert services == ({"metrics"} if founds else set())
