"""What telemetry is linked from: objects that hold variables, operators, monitors, namespaces; and whose it is."""

from __future__ import annotations

import pytest

from opsready.adapt.kubernetes import adapt_unit
from opsready.api import NotApplicable, Yes
from opsready.link.files import Files
from opsready.link.graph import Facts, RepositoryGraph
from opsready.link.images import Images
from opsready.model.source import known
from opsready.model.standard import KnownImage
from opsready.model.telemetry import Collector, Signals, Telemetry
from opsready.model.verdict import Diagnostic
from opsready.model.workload import Workload
from opsready.standard import builtin_standard
from unit.entities import repository
from unit.resolve.trees import resolved


def linked(files: dict[str, str]) -> RepositoryGraph:
    diagnostics: list[Diagnostic] = []
    entities = [
        entity for unit in resolved(files) for entity in adapt_unit(unit, builtin_standard(), diagnostics).entities
    ]
    assert diagnostics == []
    return RepositoryGraph(
        Facts(
            entities=tuple(entities),
            catalogue=(),
            documents=(),
            repository=repository(),
            images=Images({}, (), (KnownImage("redis", "Redis"), KnownImage("envoyproxy/*", "Envoy"))),
            foreign_kinds={},
            files=Files([]),
            code_owner=lambda _: None,
        )
    )


def obj(kind: str, spec: str, *, name: str = "cart", api: str = "v1", metadata: str = "") -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}{metadata}}}\nspec: {spec}\n"


def pod(body: str = "", *, name: str = "cart", metadata: str = "", kind: str = "Deployment", template: str = "") -> str:
    containers = f"containers: [{{name: {name}, image: shop/{name}{body}}}]"
    spec = f"{{template: {{metadata: {{labels: {{app: {name}}}{template}}}, spec: {{{containers}}}}}}}"
    return obj(kind, spec, name=name, api="apps/v1", metadata=metadata)


def together(*objects: str) -> dict[str, str]:
    return {"k8s/all.yaml": "---\n".join(objects)}


def telemetry(graph: RepositoryGraph, name: str = "cart") -> Telemetry:
    (found,) = [item for item in graph.subjects("Telemetry") if isinstance(item, Telemetry) and item.name == name]
    return found


def signals(*objects: str, files: dict[str, str] | None = None) -> Signals:
    graph = linked(files or together(*objects))
    return graph.telemetry.signals(telemetry(graph))


def shown(found: Signals, state: str = "on") -> set[tuple[str, str]]:
    return {(sign.signal, sign.shown) for sign in found.signs if sign.state == state}


def config(data: str, *, name: str = "settings", metadata: str = "") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{metadata}}}\ndata: {{{data}}}\n"


IMPORT = ", envFrom: [{configMapRef: {name: settings}}]"
NAMED = ("traces", "`OTEL_SERVICE_NAME`")


def test_variables_of_a_config_map() -> None:
    found = signals(pod(IMPORT), config("OTEL_SERVICE_NAME: cart, OTHER: x"))
    assert shown(found) == {NAMED}
    assert found.hidden == ""
    named = found.attribute("service.name")
    assert named is not None
    assert named.place.span.line > 5


def test_a_later_object_wins_and_a_prefix_is_a_part_of_the_name() -> None:
    both = ", envFrom: [{configMapRef: {name: one}}, {prefix: OTEL_, configMapRef: {name: two}}]"
    found = signals(pod(both), config("OTEL_SERVICE_NAME: one", name="one"), config("SERVICE_NAME: two", name="two"))
    named = found.attribute("service.name")
    assert named is not None
    assert known(named.value) == "two"


@pytest.mark.parametrize(
    ("body", "objects"),
    [
        (IMPORT, ()),
        (IMPORT, (config("OTEL_SERVICE_NAME: cart", metadata=", namespace: bank"),)),
        (", env: 5", ()),
        (", env: [1, {name: OTEL_SERVICE_NAME, value: {a: 1}}], envFrom: no", ()),
    ],
    ids=["not here", "elsewhere", "no list", "no lists"],
)
def test_what_cannot_be_read_may_be_anything(body: str, objects: tuple[str, ...]) -> None:
    found = signals(pod(body, metadata=", namespace: shop"), *objects)
    assert found.hidden


def test_a_secret_is_no_switch() -> None:
    assert signals(pod(", envFrom: [{secretRef: {name: cart}}]")).hidden == ""


@pytest.mark.parametrize("key", ["none", "other"])
def test_a_value_from_a_key(key: str) -> None:
    source = f"valueFrom: {{configMapKeyRef: {{name: settings, key: {key}}}}}"
    found = signals(pod(f", env: [{{name: OTEL_TRACES_EXPORTER, {source}}}]"), config("none: none"))
    state = "off" if key == "none" else "unknown"
    assert [(sign.signal, sign.state) for sign in found.signs] == [("traces", state)]


def test_two_renditions_read_their_own_config_maps() -> None:
    base = {"base/kustomization.yaml": "resources: [cart.yaml]\n", "base/cart.yaml": pod(IMPORT)}
    files = dict(base)
    for name, value in (("prod", "none"), ("staging", "otlp")):
        files[f"{name}/kustomization.yaml"] = (
            "resources: [../base]\nconfigMapGenerator:\n- name: settings\n  literals:\n"
            f"  - OTEL_TRACES_EXPORTER='{value}'\n"
        )
    graph = linked(files)
    found = {
        item.identity.environment: [sign.state for sign in graph.telemetry.signals(item).signs]
        for item in graph.subjects("Telemetry")
        if isinstance(item, Telemetry)
    }
    assert found == {"prod": ["off"], "staging": ["on"]}


def test_what_an_init_container_and_a_product_of_others_say_is_not_the_programs() -> None:
    env = "env: [{name: OTEL_SERVICE_NAME, value: x}]"
    spec = (
        "{template: {spec: {initContainers: [{name: migrate, image: shop/migrate, " + env + "}], "
        "containers: [{name: cart, image: shop/cart}, {name: proxy, image: envoyproxy/envoy:v1, " + env + "}]}}}"
    )
    assert signals(obj("Deployment", spec, api="apps/v1")).signs == ()


def test_a_native_sidecar_of_the_teams_own_is_a_program() -> None:
    spec = (
        "{template: {spec: {initContainers: [{name: side, image: shop/side, restartPolicy: Always, "
        "env: [{name: OTEL_SERVICE_NAME, value: x}]}], containers: [{name: cart, image: shop/cart}]}}}"
    )
    assert shown(signals(obj("Deployment", spec, api="apps/v1"))) == {NAMED}


INJECT = "annotations: {instrumentation.opentelemetry.io/inject-java: %s}"


def instrumentation(spec: str = "{}", *, name: str = "default", namespace: str = "") -> str:
    metadata = f", namespace: {namespace}" if namespace else ""
    return obj("Instrumentation", spec, name=name, api="opentelemetry.io/v1alpha1", metadata=metadata)


@pytest.mark.parametrize(
    ("wanted", "namespace", "found"),
    [
        ('"true"', "", True),
        ('"true"', "shop", True),
        ('"true"', "bank", False),
        ("default", "shop", True),
        ("other", "shop", False),
        ("bank/default", "bank", True),
        ("bank/default", "shop", False),
        ('"false"', "shop", False),
        ('""', "shop", False),
    ],
)
def test_which_instrumentation_is_meant(wanted: str, namespace: str, found: bool) -> None:
    own = pod(metadata=", namespace: shop", template=", " + INJECT % wanted)
    assert bool(shown(signals(own, instrumentation(namespace=namespace)))) is found


def test_what_the_operator_gives_counts_unless_the_program_has_it() -> None:
    given = "{sampler: {type: always_off}, propagators: [b3], env: [{name: OTEL_METRICS_EXPORTER, value: none}]}"
    template = ", " + INJECT % '"true"'
    found = signals(pod(template=template), instrumentation(given))
    assert {(sign.signal, sign.state) for sign in found.signs} == {("traces", "off"), ("metrics", "off")}
    own = ", env: [{name: OTEL_TRACES_SAMPLER, value: always_on}, {name: OTEL_METRICS_EXPORTER, value: otlp}]"
    found = signals(pod(own, template=template), instrumentation(given))
    assert {(sign.signal, sign.state) for sign in found.signs} == {("traces", "on"), ("metrics", "on")}


def test_the_newer_spelling_of_an_instrumentation() -> None:
    spec = "{envConfig: {sampler: {type: always_off}, resource: {resourceAttributes: {team: shop}}}}"
    newer = instrumentation(spec).replace("v1alpha1", "v1beta1")
    found = signals(pod(template=", " + INJECT % '"true"'), newer)
    assert ("traces", "off") in {(sign.signal, sign.state) for sign in found.signs}
    assert found.attribute("team") is not None


@pytest.mark.parametrize(
    "spec", ["5", "{propagators: 5, sampler: [], env: no, resource: 1}", "{exporter: {endpoint: {}}}"]
)
def test_an_instrumentation_of_wrong_types(spec: str) -> None:
    assert signals(pod(template=", " + INJECT % '"true"'), instrumentation(spec)).signs


def test_a_namespace_asks_for_all_that_is_in_it() -> None:
    namespace = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, {INJECT % 'yes'}}}\n"
    inside = signals(pod(metadata=", namespace: shop"), namespace.replace("yes", '"true"'), instrumentation())
    assert {name for _, name in shown(inside)} == {"`instrumentation.opentelemetry.io/inject-java`"}
    outside = signals(pod(metadata=", namespace: bank"), namespace.replace("yes", '"true"'), instrumentation())
    assert outside.signs == ()


@pytest.mark.parametrize(
    ("annotations", "mesh"),
    [
        ("linkerd.io/inject: enabled", "Linkerd"),
        ("linkerd.io/inject: disabled", ""),
        ('sidecar.istio.io/inject: "true"', "Istio"),
        ('sidecar.istio.io/inject: "false", istio.io/rev: a', ""),
        ("istio.io/rev: stable", "Istio"),
        ("istio.io/dataplane-mode: ambient", "Istio"),
        ("istio.io/dataplane-mode: none", ""),
        ("sidecar.istio.io/inject: {}", ""),
    ],
)
def test_meshes(annotations: str, mesh: str) -> None:
    assert signals(pod(template=f", annotations: {{{annotations}}}")).mesh == mesh


def monitor(spec: str, kind: str = "ServiceMonitor", metadata: str = "") -> str:
    return obj(kind, spec, name="watch", api="monitoring.coreos.com/v1", metadata=metadata)


SERVICE = obj("Service", "{selector: {app: cart}, ports: [{name: http, port: 80}]}", metadata=", labels: {app: cart}")


@pytest.mark.parametrize(
    ("spec", "kind", "state"),
    [
        ("{selector: {matchLabels: {app: cart}}, endpoints: [{port: http}]}", "ServiceMonitor", "on"),
        ("{selector: {matchLabels: {app: cart}}, endpoints: [{targetPort: 9090}]}", "ServiceMonitor", "on"),
        ("{selector: {matchLabels: {app: cart}}, endpoints: [{port: admin}]}", "ServiceMonitor", "dead"),
        ("{selector: {matchLabels: {app: cart}}, endpoints: [{port: admin}, {port: http}]}", "ServiceMonitor", "on"),
        ("{selector: {}, endpoints: [{port: http}]}", "ServiceMonitor", "on"),
        ("{selector: {matchLabels: {app: other}}, endpoints: [{port: http}]}", "ServiceMonitor", ""),
        ("{selector: {matchLabels: 5}, endpoints: 7, namespaceSelector: [a]}", "ServiceMonitor", ""),
        ("{selector: {matchLabels: {app: cart}}, podMetricsEndpoints: [{port: web}]}", "PodMonitor", "on"),
        ("{selector: {matchLabels: {app: cart}}, podMetricsEndpoints: [{port: x}]}", "PodMonitor", "dead"),
        ("5", "PodMonitor", ""),
    ],
)
def test_monitors(spec: str, kind: str, state: str) -> None:
    found = signals(pod(", ports: [{name: web, containerPort: 80}]"), SERVICE, monitor(spec, kind))
    scraped = [sign for sign in found.signs if sign.product == "Prometheus"]
    assert ("on" if scraped else "dead" if found.dead_scrape else "") == state


@pytest.mark.parametrize(
    ("selector", "state"),
    [("", False), ("namespaceSelector: {any: true}, ", True), ("namespaceSelector: {matchNames: [shop]}, ", True)],
)
def test_the_namespaces_that_a_monitor_looks_into(selector: str, state: bool) -> None:
    spec = "{" + selector + "selector: {matchLabels: {app: cart}}, endpoints: [{port: http}]}"
    shop = ", namespace: shop"
    files = {
        "k8s/cart.yaml": pod(metadata=shop) + "---\n" + SERVICE.replace("labels:", "namespace: shop, labels:"),
        "monitoring/watch.yaml": monitor(spec, metadata=", namespace: monitoring"),
    }
    assert bool(signals(files=files).signs) is state


def test_who_is_asked() -> None:
    rollout = "{workloadRef: {apiVersion: apps/v1, kind: Deployment, name: cart}}"
    graph = linked(
        together(
            pod(),
            pod(name="redis").replace("shop/redis", "redis:7"),
            pod(name="worker", kind="DaemonSet"),
            obj("Deployment", "{replicas: 0}", name="parked", api="apps/v1"),
            obj("CronJob", "{}", name="nightly", api="batch/v1"),
            obj("Rollout", rollout, name="roll", api="argoproj.io/v1alpha1"),
            obj("Deployment", "{template: {spec: {containers: later}}}", name="hidden", api="apps/v1"),
        )
    )
    answers = {name: graph.telemetry.asked(telemetry(graph, name)) for name in ("cart", "worker", "hidden")}
    assert answers == {"cart": Yes(), "worker": Yes(), "hidden": Yes()}
    for name, word in (("redis", "Redis"), ("parked", "parked"), ("nightly", "ends"), ("roll", "`cart`")):
        answer = graph.telemetry.asked(telemetry(graph, name))
        assert isinstance(answer, NotApplicable)
        assert word in answer.reason
    assert graph.telemetry.signals(telemetry(graph, "hidden")).hidden


def test_telemetry_is_its_workloads_service_and_a_collector_that_of_who_runs_it() -> None:
    relay = "receivers: {otlp: {}}\\nexporters: {a: {}}\\nservice:\\n  pipelines: {}\\n"
    volumes = ", volumes: [{name: config, configMap: {name: settings}}]"
    gateway = pod(name="gateway").replace("}]}}}", f"}}]{volumes}}}}}}}")
    graph = linked(together(pod(), gateway, config(f'relay: "{relay}"')))
    assert [service.name for service in graph.services_of(telemetry(graph))] == ["cart"]
    (collector,) = graph.subjects("Collector")
    assert isinstance(collector, Collector)
    assert [service.name for service in graph.services_of(collector)] == ["gateway"]


HEADLESS = SERVICE.replace("{selector: {app: cart}", "{clusterIP: None, selector: {app: cart}")
WATCH = "{selector: {matchLabels: {app: cart}}, endpoints: [{port: http}]}"
WAY_IN = obj(
    "Ingress",
    "{rules: [{http: {paths: [{backend: {service: {name: cart, port: {number: 80}}}}]}}]}",
    name="web",
    api="networking.k8s.io/v1",
)


@pytest.mark.parametrize(
    ("objects", "alone"),
    [
        ((pod(), HEADLESS, monitor(WATCH)), True),
        ((pod(), HEADLESS.replace("80}", "80, targetPort: web}"), monitor(WATCH)), True),
        ((pod(), HEADLESS), False),
        ((pod(), monitor(WATCH)), False),
        ((pod(), SERVICE, monitor(WATCH)), False),
        ((pod(), HEADLESS, SERVICE.replace("name: cart", "name: api"), monitor(WATCH)), False),
        ((pod(), HEADLESS, monitor(WATCH), WAY_IN), False),
        ((pod(kind="StatefulSet"), HEADLESS, monitor(WATCH)), False),
        ((pod(), HEADLESS.replace("80}", "80}, {name: api, port: 81}"), monitor(WATCH)), False),
        ((pod(), HEADLESS.replace("80}", "80}, {name: api, port: 80}"), monitor(WATCH)), True),
        ((pod(), HEADLESS, monitor(WATCH.replace("port: http", "targetPort: 80"))), False),
        ((pod(), HEADLESS, monitor(WATCH.replace("http", "admin"))), False),
        ((pod(), HEADLESS, monitor(WATCH.replace("app: cart", "app: other"))), False),
        ((pod(), HEADLESS.replace("[{name: http, port: 80}]", "later"), monitor(WATCH)), False),
    ],
)
def test_what_nobody_but_a_monitor_calls(objects: tuple[str, ...], alone: bool) -> None:
    graph = linked(together(*objects))
    (cart,) = [item for item in graph.subjects("Workload") if isinstance(item, Workload)]
    assert bool(graph.only_scraped(cart)) is alone
