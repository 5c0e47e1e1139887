"""What founds a service that nobody describes: other people's programs with files of the team's, and made-up load."""

from __future__ import annotations

import pytest

from repositories import report_of, verdicts_of

_POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: it}}}}
  template:
    metadata: {{labels: {{app: it}}}}
    spec:
      volumes: {volumes}
      containers:
        - {{name: a, image: "{image}", ports: [{{containerPort: 80}}]}}
"""
_FILES = "[{name: pages, configMap: {name: pages}}]"
_ENTRY = "apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {name: locust}\n"


def services(files: dict[str, str]) -> set[str]:
    return {verdict.subject.name for verdict in verdicts_of(report_of(files), "uncatalogued-service")}


def serving(files: dict[str, str]) -> str:
    (verdict,) = verdicts_of(report_of(files), "too-few-replicas")
    return verdict.outcome


@pytest.mark.parametrize(
    ("name", "founds"),
    [
        ("load-generator", False),
        ("otel_demo_load_generator", False),
        ("LoadGenerator", False),
        ("locust-master", False),
        ("k6", False),
        ("virtual-customer", False),
        ("loadtester", True),
        ("payload-generator", True),
        ("k6000", True),
        ("generator", True),
    ],
)
def test_what_makes_load_is_known_by_whole_words_of_its_name(name: str, founds: bool) -> None:
    files = {"k8s/a.yaml": _POD.format(name=name, image="shop/a:1", volumes="[]")}
    assert services(files) == ({name} if founds else set())
    assert serving(files) == ("fail" if founds else "not-applicable")


def test_what_makes_load_is_a_service_where_an_entry_says_so() -> None:
    files = {"k8s/a.yaml": _POD.format(name="locust", image="shop/a:1", volumes="[]"), "opsready-service.yaml": _ENTRY}
    assert services(files) == {"locust"}
    assert serving(files) == "fail"


@pytest.mark.parametrize(
    ("image", "volumes", "founds"),
    [
        ("nginx:1.27.0", _FILES, True),
        ("docker.io/library/httpd:2.4", _FILES, True),
        ("nginx:1.27.0", "[{name: pages, projected: {sources: [{configMap: {name: pages}}]}}]", True),
        ("nginx:1.27.0", "[{name: pages, emptyDir: {}}]", False),
        ("nginx:1.27.0", "[{name: pages, secret: {secretName: pages}}]", False),
        ("ingress-nginx/controller:1.9", _FILES, False),
        ("redis:7.4.1", _FILES, False),
        ("kubernetes/redis:v1", _FILES, False),
        ("ghcr.io/documentdb/documentdb/documentdb-local:pg17-0.112.0", _FILES, False),
    ],
)
def test_a_web_server_with_files_of_the_team_is_the_teams(image: str, volumes: str, founds: bool) -> None:
    files = {
        "k8s/a.yaml": _POD.format(name="static", image=image, volumes=volumes),
        "k8s/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: pages}\n",
        # Another unit's pod of this name mounts files; that says nothing of this one.
        "other/a.yaml": _POD.format(name="static", image="redis:7.4.1", volumes=_FILES),
    }
    assert services(files) == ({"static"} if founds else set())


@pytest.mark.parametrize(
    ("image", "volume", "founds"),
    [
        ("nginx:1.27.0", "configMap:", True),
        ("nginx:1.27.0", "- configMap: {name: a}", True),
        ("nginx:1.27.0", "emptyDir:", False),
        ("nginx:1.27.0", "# configMap:", False),
        ("grafana/grafana:11.0.0", "configMap:", False),
    ],
)
def test_so_is_one_of_a_chart(image: str, volume: str, founds: bool) -> None:
    template = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n"
        f"      volumes:\n        - name: files\n          {volume}\n      containers:\n        - image: {image}\n"
    )
    files = {"a/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "a/templates/deployment.yaml": template}
    assert services(files) == ({"web"} if founds else set())


@pytest.mark.parametrize(
    ("kind", "name", "founds"),
    [
        ("Pod", "test-volume", False),
        ("Pod", "Cart-Example", False),
        ("Pod", "debug", False),
        ("Pod", "contest", True),
        ("Pod", "cart", True),
        ("Deployment", "test-volume", True),
    ],
)
def test_a_bare_pod_that_tries_something_out_is_no_service(kind: str, name: str, founds: bool) -> None:
    pod = "{containers: [{name: a, image: 'shop/a:1', ports: [{containerPort: 80}]}]}"
    spec = pod if kind == "Pod" else f"{{template: {{spec: {pod}}}}}"
    group = "v1" if kind == "Pod" else "apps/v1"
    files = {"k8s/a.yaml": f"apiVersion: {group}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"}
    assert services(files) == ({name} if founds else set())
