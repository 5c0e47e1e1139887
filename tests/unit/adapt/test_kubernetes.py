"""Kubernetes objects as neutral entities: every attribute with its place, and Unknown where it cannot be read."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from opsready.adapt.kubernetes import adapt_unit
from opsready.adapt.quantities import quantity
from opsready.adapt.stubs import stubs_of
from opsready.model.network import ConfigObject, NetworkService, Reference
from opsready.model.source import Known, Unknown, Unset, known
from opsready.model.workload import Autoscaler, Container, DisruptionBudget, ProgressiveDelivery, Workload
from opsready.standard import builtin_standard
from unit.resolve.trees import deployment, resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsready.model.entity import Entity
    from opsready.model.source import Place
    from opsready.model.verdict import Diagnostic

E = TypeVar("E", bound="Entity")


def adapted(files: Mapping[str, str | bytes] | str) -> list[Entity]:
    """Every entity of a repository, or of a repository of one file."""
    diagnostics: list[Diagnostic] = []
    found: list[Entity] = []
    for unit in resolved({"a.yaml": files} if isinstance(files, str) else files):
        found.extend(adapt_unit(unit, builtin_standard(), diagnostics).entities)
    assert diagnostics == []
    return found


def every(kind: type[E], files: Mapping[str, str | bytes] | str) -> list[E]:
    return [entity for entity in adapted(files) if isinstance(entity, kind)]


def one(kind: type[E], files: Mapping[str, str | bytes] | str) -> E:
    (found,) = every(kind, files)
    return found


def obj(kind: str, spec: str, *, api: str = "apps/v1", metadata: str = "{name: cart}") -> str:
    """A manifest with a spec in flow style."""
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {metadata}\nspec: {spec}\n"


def container(body: str) -> Container:
    """The one container of a Deployment, with a body in flow style."""
    return one(Container, obj("Deployment", f"{{template: {{spec: {{containers: [{{name: api, {body}}}]}}}}}}"))


def pod(body: str, kind: str = "Deployment") -> str:
    return obj(kind, f"{{template: {{spec: {{containers: [], {body}}}}}}}")


def cut(text: str, place: Place) -> str:
    """What a place covers of a text of one line."""
    span = place.span
    assert span.line == span.end_line
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


class TestKindsOfWorkload:
    @pytest.mark.parametrize(
        ("api", "kind", "neutral"),
        [
            ("apps/v1", "Deployment", "service"),
            ("extensions/v1beta1", "Deployment", "service"),
            ("apps/v1", "ReplicaSet", "service"),
            ("v1", "ReplicationController", "service"),
            ("argoproj.io/v1alpha1", "Rollout", "service"),
            ("apps/v1", "StatefulSet", "ordered"),
            ("apps/v1", "DaemonSet", "per-node"),
            ("batch/v1", "Job", "run-to-completion"),
        ],
    )
    def test_each_kind_with_its_containers_and_labels(self, api: str, kind: str, neutral: str) -> None:
        labels = "{app: a, count: 1, on: true}"
        template = f"{{template: {{metadata: {{labels: {labels}}}, spec: {{containers: [{{name: x, image: y:1}}]}}}}}}"
        text = obj(kind, template, api=api, metadata="{name: cart, namespace: shop, labels: {team: t}}")
        workload, only = one(Workload, text), one(Container, text)
        assert (workload.kind, workload.address, only.address) == (neutral, f"{kind}/shop/cart", f"{kind}/shop/cart[x]")
        assert workload.selected_labels == {"app": "a", "count": "1", "true": "true"}
        assert (workload.identity.label("team"), [item.name for item in workload.containers.items]) == ("t", ["x"])
        assert (only.workload_kind, known(only.image), only.role) == (neutral, "y:1", "main")

    def test_a_cron_job_and_a_pod_keep_their_pods_elsewhere(self) -> None:
        inner = "{metadata: {labels: {app: a}}, spec: {containers: [{name: x}]}}"
        job = one(Workload, obj("CronJob", f"{{jobTemplate: {{spec: {{template: {inner}}}}}}}", api="batch/v1"))
        assert (job.kind, job.selected_labels, len(job.containers.items)) == ("scheduled", {"app": "a"}, 1)
        single = obj("Pod", "{containers: [{name: x}]}", api="v1", metadata="{name: p, labels: {app: a}}")
        found = one(Workload, single)
        assert (found.kind, found.selected_labels, found.containers.items[0].address) == (
            "single",
            {"app": "a"},
            "Pod/p[x]",
        )

    @pytest.mark.parametrize(
        ("body", "neutral"),
        [
            ("restartPolicy: Never, containers: [{name: x}]", "run-to-completion"),
            ("restartPolicy: OnFailure, containers: [{name: x}]", "run-to-completion"),
            ("restartPolicy: Always, containers: [{name: x}]", "single"),
            ("restartPolicy: 1, containers: [{name: x}]", "single"),
            ("restartPolicy: Never, containers: [{name: x}, {name: y, ports: [{containerPort: 80}]}]", "single"),
            ("restartPolicy: Never, containers: text", "single"),
            ("restartPolicy: Never", "run-to-completion"),
        ],
    )
    def test_a_pod_that_ends_and_offers_no_port_is_a_job(self, body: str, neutral: str) -> None:
        assert one(Workload, obj("Pod", f"{{{body}}}", api="v1")).kind == neutral

    @pytest.mark.parametrize(
        ("api", "kind"), [("example.com/v1", "Deployment"), ("v1", "Deployment"), ("apps/v1", "Job")]
    )
    def test_the_group_belongs_to_the_kind(self, api: str, kind: str) -> None:
        assert adapted(obj(kind, "{}", api=api)) == []

    def test_kinds_of_others_are_told_where_they_may_make_pods(self) -> None:
        text = obj("Deployment", "{}") + "---\n" + obj("Redis", "{}", api="cache.example.com/v1")
        text += "---\n" + obj("Certificate", "{}", api="cert-manager.io/v1")
        (unit,) = resolved({"a.yaml": text})
        assert adapt_unit(unit, builtin_standard(), []).foreign_kinds == ["Redis/cart"]

    def test_the_header_is_where_the_name_is_written(self) -> None:
        text = deployment("cart")
        assert cut(text, one(Workload, text).place) == "cart"
        generated = obj("Job", "{}", api="batch/v1", metadata="{generateName: migrate-}")
        assert cut(generated, one(Workload, generated).place) == "migrate-"

    @pytest.mark.parametrize(
        "spec", ["{}", "null", "text", "[]", "{template: 7}", "{template: {spec: []}}", "{replicas: {}}"]
    )
    @pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
    def test_nothing_that_is_written_makes_it_crash(self, kind: str, spec: str) -> None:
        assert one(Workload, obj(kind, spec)).name == "cart"


class TestReplicas:
    @pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet"])
    def test_written_and_by_default(self, kind: str) -> None:
        text = obj(kind, "{replicas: 3}")
        value = one(Workload, text).replicas
        assert isinstance(value, Known)
        assert (value.value, value.place.path, cut(text, value.place)) == (3, "spec.replicas", "replicas: 3")
        assert one(Workload, obj(kind, "{}")).replicas == Unset(1)
        assert one(Workload, obj(kind, "{replicas: null}")).replicas == Unset(1)

    @pytest.mark.parametrize("written", ["'3'", "three", "3.5", "true", "[]", "${REPLICAS}", "{a: b}", ".inf"])
    def test_what_is_no_whole_number_is_unknown(self, written: str) -> None:
        value = one(
            Workload, obj("Deployment", f"{{replicas: {written if written[0] != '$' else repr(written)}}}")
        ).replicas
        assert isinstance(value, Unknown)
        assert "`spec.replicas`" in value.reason
        assert value.place is not None

    def test_kinds_without_a_number_have_none(self) -> None:
        assert one(Workload, obj("DaemonSet", "{replicas: 3}")).replicas == Unset(1)

    def test_a_rollout_that_names_another_workload_has_no_containers_of_its_own(self) -> None:
        spec = "{workloadRef: {kind: Deployment, name: cart}, replicas: 2, strategy: {blueGreen: {}}}"
        rollout = one(Workload, obj("Rollout", spec, api="argoproj.io/v1alpha1"))
        assert (rollout.delegates_to, rollout.containers.items, rollout.containers.complete) == ("cart", (), True)
        assert (known(rollout.replicas), known(rollout.strategy)) == (2, "progressive")


class TestStrategy:
    @pytest.mark.parametrize(
        ("kind", "spec", "strategy"),
        [
            ("Deployment", "{}", "RollingUpdate"),
            ("Deployment", "{strategy: {type: Recreate}}", "Recreate"),
            ("StatefulSet", "{updateStrategy: {type: OnDelete}}", "OnDelete"),
            ("DaemonSet", "{strategy: {type: Recreate}}", "RollingUpdate"),
            ("ReplicaSet", "{}", "OnDelete"),
        ],
    )
    def test_names_and_defaults(self, kind: str, spec: str, strategy: str) -> None:
        assert known(one(Workload, obj(kind, spec)).strategy) == strategy

    def test_a_strategy_of_the_wrong_type_is_unknown(self) -> None:
        assert isinstance(one(Workload, obj("Deployment", "{strategy: Recreate}")).strategy, Unknown)

    @pytest.mark.parametrize(
        ("written", "amount"), [("0", 0), ("2", 2), ("25%", 0.25), ("0%", 0.0), ("100%", 1.0), ("'25%'", 0.25)]
    )
    def test_amounts_are_counts_or_shares(self, written: str, amount: float) -> None:
        spec = f"{{strategy: {{rollingUpdate: {{maxUnavailable: {written}, maxSurge: {written}}}}}}}"
        rolling = one(Workload, obj("Deployment", spec)).rolling_update
        assert known(rolling.max_unavailable) == known(rolling.max_surge) == amount

    @pytest.mark.parametrize("written", ["half", "'2'", "1.5", "-5%", "12345%", "true", "[]", "{}"])
    def test_other_amounts_are_unknown(self, written: str) -> None:
        spec = f"{{strategy: {{rollingUpdate: {{maxUnavailable: {written}}}}}}}"
        assert isinstance(one(Workload, obj("Deployment", spec)).rolling_update.max_unavailable, Unknown)

    def test_defaults_differ_by_kind(self) -> None:
        found = [one(Workload, obj(kind, "{}")).rolling_update for kind in ("Deployment", "StatefulSet")]
        assert [(known(item.max_unavailable), known(item.max_surge)) for item in found] == [(0.25, 0.25), (1, 0)]


class TestContainers:
    def test_roles(self) -> None:
        init = "initContainers: [{name: i}, {name: s, restartPolicy: Always}, {name: x, restartPolicy: Never}]"
        text = obj(
            "Deployment", f"{{template: {{spec: {{containers: [{{name: m, restartPolicy: Always}}], {init}}}}}}}"
        )
        assert [(item.name, item.role) for item in one(Workload, text).containers.items] == [
            ("m", "main"),
            ("i", "init"),
            ("s", "sidecar"),
            ("x", "init"),
        ]

    def test_one_is_shown_where_its_name_is_written_and_found_by_it(self) -> None:
        text = deployment("cart")
        first, second = every(Container, text)
        assert [cut(text, item.place) for item in (first, second)] == ["cart", "proxy"]
        assert first.place.path == "spec.template.spec.containers[cart]"
        assert isinstance(first.image, Known)
        assert (first.image.place.path, cut(text, first.image.place)) == (
            "spec.template.spec.containers[cart].image",
            "image: shop/cart:1",
        )

    def test_one_without_a_name_is_found_by_its_number(self) -> None:
        (only,) = every(Container, obj("Deployment", "{template: {spec: {containers: [{image: x}]}}}"))
        assert only.place.path == "spec.template.spec.containers[0]"

    @pytest.mark.parametrize("containers", ["text", "{name: x}", "[text, {name: x}]", "[null, {name: x}]", "[[x]]"])
    def test_what_is_no_container_leaves_the_list_incomplete(self, containers: str) -> None:
        workload = one(Workload, obj("Deployment", f"{{template: {{spec: {{containers: {containers}}}}}}}"))
        assert not workload.containers.complete
        assert [item.name for item in workload.containers.items] in ([], ["x"])

    @pytest.mark.parametrize(
        "image",
        [
            "${IMAGE}",
            "$(IMAGE)",
            "shop/cart:$TAG_NAME",
            "shop/cart:{{ tag }}",
            "shop/cart:<tag>",
            "__IMAGE__",
            "cart:@@V@@",
            "%%I%%",
        ],
    )
    def test_an_image_that_somebody_fills_in_is_unknown(self, image: str) -> None:
        value = container(f"image: '{image}'").image
        assert isinstance(value, Unknown)
        assert f"`{image}`" in value.reason

    @pytest.mark.parametrize("image", ["cart", "shop/cart:1", "r.example:5000/a_b/cart@sha256:ab", "cart:v1-2_3.4"])
    def test_an_image_as_it_is_written(self, image: str) -> None:
        assert known(container(f"image: '{image}'").image) == image

    def test_images_that_are_none(self) -> None:
        assert container("image: null").image == Unset()
        assert container("x: y").image == Unset()
        assert isinstance(container("image: [a]").image, Unknown)
        assert known(container("image: 7").image) == "7"

    def test_a_hostile_image_takes_no_time(self) -> None:
        assert known(container(f"image: '{'<' * 200_000}'").image) == "<" * 200_000

    @pytest.mark.parametrize(
        ("written", "how", "port"),
        [
            ("{httpGet: {path: /, port: 8080}}", "http", 8080),
            ("{httpGet: {port: http}}", "http", "http"),
            ("{httpGet: {port: '8080'}}", "http", 8080),
            ("{tcpSocket: {port: 5432}}", "tcp", 5432),
            ("{grpc: {port: 9000}}", "grpc", 9000),
            ("{exec: {command: [x]}}", "exec", None),
            ("{httpGet: {}}", "http", None),
            ("{httpGet: text}", "http", None),
            ("{periodSeconds: 5}", "", None),
            ("{httpGet: null, exec: {}}", "exec", None),
        ],
    )
    def test_probes(self, written: str, how: str, port: int | str | None) -> None:
        for key, value in (
            ("readinessProbe", container(f"readinessProbe: {written}").readiness),
            ("livenessProbe", container(f"livenessProbe: {written}").liveness),
            ("startupProbe", container(f"startupProbe: {written}").startup),
        ):
            assert isinstance(value, Known)
            assert (value.value.how, value.value.port) == (how, port)
            assert value.place.path == f"spec.template.spec.containers[api].{key}"

    def test_probes_that_are_none(self) -> None:
        assert container("readinessProbe: null").readiness == container("x: y").readiness == Unset()
        for written in ("text", "true", "[a]", "7"):
            assert isinstance(container(f"readinessProbe: {written}").readiness, Unknown)

    def test_a_port_of_five_thousand_digits_does_not_crash(self) -> None:
        assert isinstance(container(f"readinessProbe: {{httpGet: {{port: '{'9' * 5000}'}}}}").readiness, Known)

    def test_ports(self) -> None:
        ports = container("ports: [{containerPort: 80, name: http}, {containerPort: '81', protocol: UDP}, {}]").ports
        assert [(port.name, port.number, port.protocol) for port in ports.items] == [
            ("http", 80, "TCP"),
            ("", None, "UDP"),
            ("", None, "TCP"),
        ]
        assert ports.complete
        assert not container("ports: 80").ports.complete

    def test_resources_are_read_where_they_are_written(self) -> None:
        found = container("resources: {requests: {cpu: 250m, memory: 64Mi}, limits: {cpu: 1, memory: 1e9}}")
        values = [found.cpu_request, found.memory_request, found.cpu_limit, found.memory_limit]
        assert [value.value.amount for value in values if isinstance(value, Known)] == [0.25, 64 * 2**20, 1, 1e9]
        assert isinstance(found.cpu_request, Known)
        assert found.cpu_request.value.text == "250m"
        assert found.cpu_request.place.path == "spec.template.spec.containers[api].resources.requests.cpu"

    def test_resources_that_are_none(self) -> None:
        for body in (
            "x: y",
            "resources: null",
            "resources: {}",
            "resources: {requests: null}",
            "resources: {requests: {cpu: null}}",
        ):
            assert container(body).cpu_request == Unset()
        for body in (
            "resources: text",
            "resources: {requests: [cpu]}",
            "resources: {requests: {cpu: lots}}",
            "resources: {requests: {cpu: [1]}}",
        ):
            assert isinstance(container(body).cpu_request, Unknown), body


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *(
            ("1", 1),
            ("0.5", 0.5),
            (".5", 0.5),
            ("5.", 5),
            ("+1", 1),
            ("-1", -1),
            ("100m", 0.1),
            ("1k", 1e3),
            ("1e3", 1e3),
        ),
        *(
            ("1E3", 1e3),
            ("1E", 1e18),
            ("1e-3", 1e-3),
            ("1Ki", 1024),
            ("1.5Gi", 1.5 * 2**30),
            ("2Ei", 2.0**61),
            ("5n", 5e-9),
        ),
        *(
            ("7u", 7e-6),
            ("1M", 1e6),
            ("1T", 1e12),
            ("1P", 1e15),
            ("3Mi", 3 * 2**20),
            ("1Ti", 2.0**40),
            ("1Pi", 2.0**50),
        ),
    ],
)
def test_quantities(text: str, amount: float) -> None:
    found = quantity(text)
    assert found is not None
    assert found.amount == pytest.approx(amount)
    assert found.text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "m",
        "1KB",
        "1 Gi x",
        "1mi",
        "1kI",
        "1GiB",
        "e3",
        "1e",
        "1e3Gi",
        "1.2.3",
        "--1",
        "٣",
        "１Gi",
        "1e999",
        "0x10",
        "9" * 400,
    ],
)
def test_texts_that_are_no_quantity(text: str) -> None:
    assert quantity(text) is None


class TestKustomized:
    _FILES: Mapping[str, str | bytes] = {
        "k/kustomization.yaml": "resources: [cart.yaml]\nnamespace: shop\nnamePrefix: eu-\n"
        "images: [{name: shop/cart, newTag: '2'}]\nreplicas:\n- name: cart\n  count: 4\npatches: [{path: p.yaml}]\n",
        "k/cart.yaml": deployment("cart"),
    }

    def patched(self, spec: str) -> dict[str, str | bytes]:
        return {**self._FILES, "k/p.yaml": obj("Deployment", spec)}

    def test_what_was_set_has_its_origin_and_the_rest_has_none(self) -> None:
        workload = one(Workload, self.patched("{paused: true}"))
        assert (workload.name, workload.address, workload.identity.written_name) == (
            "eu-cart",
            "Deployment/eu-cart",
            "cart",
        )
        assert (workload.identity.namespace, workload.identity.deploy_namespace) == (None, "shop")
        replicas, image = workload.replicas, workload.containers.items[0].image
        assert isinstance(replicas, Known)
        assert isinstance(image, Known)
        assert (replicas.value, image.value) == (4, "shop/cart:2")
        assert replicas.origin is not None
        assert image.origin is not None
        assert [item.what for item in (replicas.origin, image.origin)] == [
            "`replicas` in k/kustomization.yaml",
            "`images` in k/kustomization.yaml",
        ]
        assert replicas.origin.span is not None
        assert (replicas.origin.span.file, replicas.origin.span.line) == ("k/kustomization.yaml", 7)
        assert replicas.place.span.file == "k/cart.yaml"
        other = workload.containers.items[1].image
        assert isinstance(other, Known)
        assert other.origin is None

    @pytest.mark.parametrize(
        ("spec", "attribute"),
        [
            ("{template: {spec: {containers: [{name: cart, readinessProbe: {}}]}}}", "readiness"),
            ("{template: {spec: {containers: [{name: cart, livenessProbe: {}}]}}}", "liveness"),
            ("{template: {spec: {containers: [{name: cart, image: x}]}}}", "image"),
            ("{template: {spec: {containers: [{name: cart, resources: {requests: {cpu: 1}}}]}}}", "cpu_request"),
            ("{template: {spec: {containers: [{name: cart, resources: {limits: {memory: 1}}}]}}}", "memory_limit"),
        ],
    )
    def test_a_patched_attribute_is_unknown_with_the_patch_named(self, spec: str, attribute: str) -> None:
        first, second = every(Container, self.patched(spec))
        value = getattr(first, attribute)
        assert isinstance(value, Unknown)
        assert value.reason == "the patch k/p.yaml changes it"
        assert not isinstance(getattr(second, attribute), Unknown)

    def test_a_patched_strategy_spread_and_list(self) -> None:
        assert isinstance(one(Workload, self.patched("{strategy: {type: Recreate}}")).strategy, Unknown)
        affinity = "{template: {spec: {affinity: {podAntiAffinity: {}}}}}"
        assert isinstance(one(Workload, self.patched(affinity)).spreads, Unknown)
        more = one(Workload, self.patched("{template: {spec: {containers: [{name: new}]}}}")).containers
        assert (len(more.items), more.incomplete) == (2, "the patch k/p.yaml changes it")

    def test_an_item_that_a_patch_replaces_is_not_there_and_not_forgotten(self) -> None:
        patch = "- op: replace\n  path: /spec/template/spec/containers/0\n  value: {}\n"
        kustomization = "resources: [cart.yaml]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n"
        found = one(Workload, {**self._FILES, "k/kustomization.yaml": kustomization, "k/p.yaml": patch})
        assert [item.name for item in found.containers.items] == ["proxy"]
        assert found.containers.incomplete == "the patch k/p.yaml changes it"


def references(files: Mapping[str, str | bytes] | str) -> list[tuple[str, str, str]]:
    """Every reference: what is asked, of what, and the field."""
    return [(item.asks, item.target, item.field) for item in every(Reference, files)]


class TestReferencesOfPods:
    @pytest.mark.parametrize(
        ("body", "target", "field"),
        [
            ("serviceAccountName: s", "ServiceAccount/s", "serviceAccountName"),
            ("serviceAccount: s", "ServiceAccount/s", "serviceAccount"),
            ("volumes: [{name: v, configMap: {name: s}}]", "ConfigMap/s", "volumes[v].configMap.name"),
            ("volumes: [{name: v, secret: {secretName: s}}]", "Secret/s", "volumes[v].secret.secretName"),
            (
                "volumes: [{name: v, persistentVolumeClaim: {claimName: s}}]",
                "PersistentVolumeClaim/s",
                "volumes[v].persistentVolumeClaim.claimName",
            ),
            (
                "volumes: [{name: v, projected: {sources: [{secret: {name: s}}]}}]",
                "Secret/s",
                "volumes[v].projected.sources[0].secret.name",
            ),
            (
                "initContainers: [{name: i, envFrom: [{configMapRef: {name: s}}]}]",
                "ConfigMap/s",
                "initContainers[i].envFrom[0].configMapRef.name",
            ),
        ],
    )
    def test_names_with_the_exact_place(self, body: str, target: str, field: str) -> None:
        text = pod(body)
        (found,) = every(Reference, text)
        assert (found.asks, found.target, found.field) == ("object", f"`{target}`", f"spec.template.spec.{field}")
        assert cut(text, found.place).endswith(": s")
        assert (found.owner_address, found.optional) == ("Deployment/cart", False)

    def test_entries_are_asked_for_beside_their_object(self) -> None:
        env = "env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: url}}}, {name: B, value: x}]"
        text = obj("Deployment", f"{{template: {{spec: {{containers: [{{name: c, {env}}}]}}}}}}")
        field = "spec.template.spec.containers[c].env[A].valueFrom.secretKeyRef.name"
        assert references(text) == [("object", "`Secret/db`", field), ("key", "key `url` of `Secret/db`", field)]

    def test_each_thing_is_asked_for_once(self) -> None:
        source = (
            "envFrom: [{configMapRef: {name: s}}, {configMapRef: {name: s}}, {configMapRef: {name: s, optional: true}}]"
        )
        text = obj("Deployment", f"{{template: {{spec: {{containers: [{{name: c, {source}}}]}}}}}}")
        assert [item.optional for item in every(Reference, text)] == [False, True]

    def test_a_stateful_set_needs_its_service(self) -> None:
        assert references(obj("StatefulSet", "{serviceName: s}")) == [("object", "`Service/s`", "spec.serviceName")]

    @pytest.mark.parametrize("name", ["'$(NAME)'", "'{{ name }}'", "''", "null", "[x]", "{a: b}"])
    def test_what_is_no_name_is_not_asked_for(self, name: str) -> None:
        assert references(pod(f"serviceAccountName: {name}")) == []
        assert references(pod(f"volumes: [{{name: v, configMap: {{name: {name}}}}}]")) == []

    def test_claims_are_those_of_all_or_of_each(self) -> None:
        spec = "{volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce]}}]}"
        (own,) = one(Workload, obj("StatefulSet", spec)).volume_claims
        assert (own.name, own.own, own.access_modes) == ("d", True, ("ReadWriteOnce",))
        (shared,) = one(Workload, pod("volumes: [{persistentVolumeClaim: {claimName: d}}]")).volume_claims
        assert (shared.name, shared.own) == ("d", False)


class TestBudgetsAndScaling:
    def test_a_budget(self) -> None:
        expressions = "[{key: k, operator: In, values: [x]}]"
        spec = f"{{minAvailable: 50%, selector: {{matchLabels: {{app: a}}, matchExpressions: {expressions}}}}}"
        found = one(DisruptionBudget, obj("PodDisruptionBudget", spec, api="policy/v1"))
        assert (known(found.min_available), found.max_unavailable) == (0.5, Unset())
        selector = known(found.selector)
        assert selector is not None
        assert selector.matches({"app": "a", "k": "x"})
        assert not selector.matches({"app": "a", "k": "y"})

    @pytest.mark.parametrize(("api", "all_pods"), [("policy/v1", True), ("policy/v1beta1", False)])
    def test_an_empty_selector_depends_on_the_version(self, api: str, all_pods: bool) -> None:
        selector = known(one(DisruptionBudget, obj("PodDisruptionBudget", "{selector: {}}", api=api)).selector)
        assert selector is not None
        assert selector.matches({"a": "b"}) is all_pods

    @pytest.mark.parametrize(
        "selector",
        [
            "text",
            "[a]",
            "{matchLabels: text}",
            "{matchLabels: [a]}",
            "{matchExpressions: text}",
            "{matchLabels: {app: '${APP}'}}",
        ],
    )
    def test_a_selector_that_cannot_be_read_selects_nobody_knows_what(self, selector: str) -> None:
        text = obj("PodDisruptionBudget", f"{{selector: {selector}}}", api="policy/v1")
        assert isinstance(one(DisruptionBudget, text).selector, Unknown)

    def test_no_selector(self) -> None:
        assert one(DisruptionBudget, obj("PodDisruptionBudget", "{}", api="policy/v1")).selector == Unset()

    @pytest.mark.parametrize(
        ("kind", "target", "bounds", "expected"),
        [
            ("HorizontalPodAutoscaler", "kind: Deployment, ", "maxReplicas: 9", ("Deployment", "c", 1, 9)),
            ("HorizontalPodAutoscaler", "kind: StatefulSet, ", "minReplicas: 2", ("StatefulSet", "c", 2, None)),
            ("ScaledObject", "", "x: y", ("Deployment", "c", 0, 100)),
            ("ScaledObject", "kind: Rollout, ", "minReplicaCount: 2, maxReplicaCount: 4", ("Rollout", "c", 2, 4)),
            ("ScaledObject", "", "minReplicaCount: 2, idleReplicaCount: 0", ("Deployment", "c", 0, 100)),
        ],
    )
    def test_autoscalers_and_their_defaults(
        self, kind: str, target: str, bounds: str, expected: tuple[Any, ...]
    ) -> None:
        api = "keda.sh/v1alpha1" if kind == "ScaledObject" else "autoscaling/v2"
        text = obj(kind, f"{{scaleTargetRef: {{{target}name: c}}, {bounds}}}", api=api)
        found = one(Autoscaler, text)
        assert (found.target_kind, found.target_name, known(found.minimum), known(found.maximum)) == expected
        (asked,) = every(Reference, text)
        assert (asked.target, asked.field) == (f"`{expected[0]}/c`", "spec.scaleTargetRef.name")
        assert cut(text, asked.place) == "name: c"

    def test_a_canary(self) -> None:
        spec = "{targetRef: {kind: Deployment, name: c}, autoscalerRef: {kind: HorizontalPodAutoscaler, name: h}}"
        found = one(ProgressiveDelivery, obj("Canary", spec, api="flagger.app/v1beta1"))
        assert (found.target_kind, found.target_name) == ("Deployment", "c")
        assert (found.autoscaler_kind, found.autoscaler_name) == ("HorizontalPodAutoscaler", "h")

    def test_wrong_types(self) -> None:
        text = obj("HorizontalPodAutoscaler", "{scaleTargetRef: text, minReplicas: two}", api="autoscaling/v2")
        found = one(Autoscaler, text)
        assert (found.target_name, isinstance(found.minimum, Unknown)) == ("", True)
        assert every(Reference, text) == []


class TestNetwork:
    def test_ports_lead_from_name_and_number_to_the_pod(self) -> None:
        others = "{port: 81}, {port: 82, targetPort: 8082}, {port: 83, targetPort: '8083'}"
        ports = f"[{{name: web, port: 80, targetPort: http}}, {others}]"
        text = obj("Service", f"{{selector: {{app: a}}, ports: {ports}}}", api="v1")
        found = one(NetworkService, text)
        assert dict(found.ports)["web"] == dict(found.ports)["80"] == "http"
        assert [dict(found.ports)[number] for number in ("81", "82", "83")] == [81, 8082, 8083]
        assert not found.headless
        asked = {item.asks: item for item in every(Reference, text)}
        assert (asked["port"].key, asked["port"].field) == ("http", "spec.ports[web].targetPort")
        assert cut(text, asked["port"].place) == "targetPort: http"
        assert asked["selector"].selector is not None
        assert asked["selector"].selector.matches({"app": "a", "b": "c"})
        assert asked["selector"].target_name == "app=a"

    @pytest.mark.parametrize("selector", ["selector: {}", "selector: null", "type: ExternalName"])
    def test_one_that_selects_nothing_asks_for_nothing(self, selector: str) -> None:
        text = obj("Service", f"{{{selector}, ports: [{{port: 80, targetPort: http}}]}}", api="v1")
        assert one(NetworkService, text).selector == Unset()
        assert every(Reference, text) == []

    @pytest.mark.parametrize("selector", ["text", "[a]", "{app: '{{ name }}'}"])
    def test_one_whose_selector_cannot_be_read(self, selector: str) -> None:
        text = obj("Service", f"{{selector: {selector}}}", api="v1")
        assert isinstance(one(NetworkService, text).selector, Unknown)
        assert every(Reference, text) == []

    def test_headless(self) -> None:
        assert one(NetworkService, obj("Service", "{clusterIP: None}", api="v1")).headless

    @pytest.mark.parametrize(
        ("api", "backend", "key"),
        [
            ("networking.k8s.io/v1", "{service: {name: s, port: {number: 80}}}", "80"),
            ("networking.k8s.io/v1", "{service: {name: s, port: {name: web}}}", "web"),
            ("networking.k8s.io/v1", "{service: {name: s, port: {name: use-annotation}}}", ""),
            ("networking.k8s.io/v1", "{service: {name: s}}", ""),
            ("networking.k8s.io/v1beta1", "{serviceName: s, servicePort: 80}", "80"),
            ("extensions/v1beta1", "{serviceName: s, servicePort: web}", "web"),
        ],
    )
    @pytest.mark.parametrize(
        "spec", ["{rules: [{http: {paths: [{backend: %s}]}}]}", "{defaultBackend: %s}", "{backend: %s}"]
    )
    def test_an_ingress_asks_for_its_services(self, api: str, backend: str, key: str, spec: str) -> None:
        text = obj("Ingress", spec % backend, api=api)
        found = every(Reference, text)
        assert [(item.asks, item.target_name, item.key) for item in found] == [
            ("object", "s", ""),
            *([("key", "s", key)] if key else []),
        ]
        assert cut(text, found[0].place) in {"name: s", "serviceName: s"}

    @pytest.mark.parametrize(
        "spec",
        [
            "{}",
            "{rules: text}",
            "{rules: [{http: null}]}",
            "{backend: {resource: {kind: X, name: y}}}",
            "{backend: {service: {}}}",
        ],
    )
    def test_an_ingress_without_a_service_asks_for_none(self, spec: str) -> None:
        assert adapted(obj("Ingress", spec, api="networking.k8s.io/v1")) == []

    def test_config_maps_and_secrets_have_keys(self) -> None:
        config = one(
            ConfigObject, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\nbinaryData: {c: ZA==}\n"
        )
        assert (config.keys, config.complete) == (("a", "c"), True)
        secret = one(
            ConfigObject, "apiVersion: v1\nkind: Secret\nmetadata: {name: c}\ndata: {a: Yg==}\nstringData: {c: d}\n"
        )
        assert secret.keys == ("a", "c")

    def test_an_external_secret_has_the_keys_and_the_name_that_it_will_have(self) -> None:
        spec = "{target: {name: db}, data: [{secretKey: password, remoteRef: {key: x}}]}"
        found = one(ConfigObject, obj("ExternalSecret", spec, api="external-secrets.io/v1"))
        assert (found.keys, found.complete, found.identity.written_name) == (("password",), True, "db")

    def test_claims_have_modes(self) -> None:
        text = obj("PersistentVolumeClaim", "{accessModes: [ReadWriteMany]}", api="v1")
        assert one(ConfigObject, text).access_modes == ("ReadWriteMany",)

    @pytest.mark.parametrize(
        ("limits", "defaults"),
        [
            ("[{type: Container, defaultRequest: {cpu: 1}}]", {"cpu"}),
            (
                "[{type: Container, default: {memory: 1Gi}}, {type: Container, defaultRequest: {cpu: 1}}]",
                {"cpu", "memory"},
            ),
            ("[{type: Pod, defaultRequest: {cpu: 1}}]", set()),
            ("[{type: Container, max: {cpu: 1}, min: {memory: 1Mi}}]", {"cpu", "memory"}),
            ("text", set()),
        ],
    )
    def test_limit_ranges_request_for_those_who_do_not(self, limits: str, defaults: set[str]) -> None:
        assert one(ConfigObject, obj("LimitRange", f"{{limits: {limits}}}", api="v1")).defaults == defaults


class TestPlacement:
    def test_spreads_of_every_mechanism(self) -> None:
        body = (
            "topologySpreadConstraints: [{topologyKey: zone, labelSelector: {matchLabels: {app: a}}}], "
            "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: host}], "
            "preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: rack}}]}}"
        )
        spreads = known(one(Workload, pod(body)).spreads)
        assert spreads is not None
        assert [(item.mechanism, item.topology_key, item.selector is None) for item in spreads] == [
            ("spread-constraint", "zone", False),
            ("anti-affinity", "host", True),
            ("anti-affinity", "rack", True),
        ]
        assert one(Workload, pod("x: y")).spreads == Unset(())
        assert isinstance(one(Workload, pod("affinity: text")).spreads, Unknown)

    @pytest.mark.parametrize(
        ("terms", "pinned"),
        [(("[a]",), True), (("[a, b]",), False), (("[a]", "[b]"), False), ((), False), (("text",), False)],
    )
    def test_pins_to_one_zone_by_affinity(self, terms: tuple[str, ...], pinned: bool) -> None:
        zone = "{{matchExpressions: [{{key: topology.kubernetes.io/zone, operator: In, values: {values}}}]}}"
        written = ", ".join(zone.format(values=values) for values in terms)
        required = f"requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{written}]}}"
        found = one(Workload, pod(f"affinity: {{nodeAffinity: {{{required}}}}}"))
        assert (found.node_zone_pinned is not None) is pinned

    @pytest.mark.parametrize(("label", "pinned"), [("topology.kubernetes.io/zone", True), ("disk", False)])
    def test_pins_to_one_zone_by_selector(self, label: str, pinned: bool) -> None:
        assert (one(Workload, pod(f"nodeSelector: {{{label}: a}}")).node_zone_pinned is not None) is pinned


class TestIgnores:
    @pytest.mark.parametrize(
        ("text", "reason", "until", "problem"),
        [
            ("a batch job; until=2027-03-31", "a batch job", "2027-03-31", ""),
            ("until=2027-03-31; a batch job", "a batch job", "2027-03-31", ""),
            ("a batch job, until=2027-03-31, really", "a batch job,  really", "2027-03-31", ""),
            ("until=2027-03-31", "", "2027-03-31", "gives no reason"),
            ("", "", "", "gives no reason"),
            ("a batch job", "a batch job", "", "names no last day (`until=YYYY-MM-DD`)"),
            ("x; until=soon", "x", "soon", "names a last day that is no date: `soon`"),
            ("x; until=2027-02-30", "x", "2027-02-30", "names a last day that is no date: `2027-02-30`"),
            ("x; until=20270331", "x", "20270331", "names a last day that is no date: `20270331`"),
            ("x; until=2027-W01-1", "x", "2027-W01-1", "names a last day that is no date: `2027-W01-1`"),
        ],
    )
    def test_reason_and_last_day(self, text: str, reason: str, until: str, problem: str) -> None:
        metadata = f"{{name: cart, annotations: {{opsready.dev/ignore.too-few: '{text}', other: x}}}}"
        manifest = obj("Deployment", "{}", metadata=metadata)
        (found,) = one(Workload, manifest).identity.ignores
        assert (found.rule, found.reason, found.until, found.problem) == ("too-few", reason, until, problem)
        assert cut(manifest, found.place).startswith("opsready.dev/ignore.too-few: ")

    def test_one_without_any_value_is_told_as_well(self) -> None:
        metadata = "{name: cart, annotations: {opsready.dev/ignore.x: null, opsready.dev/ignore.y: [a]}}"
        found = one(Workload, obj("Deployment", "{}", metadata=metadata)).identity.ignores
        assert [(item.rule, item.problem) for item in found] == [("x", "gives no reason"), ("y", "gives no reason")]

    def test_those_of_the_pod_template_and_for_the_containers(self) -> None:
        metadata = "{annotations: {opsready.dev/ignore.x: 'r; until=2027-03-31'}}"
        template = f"{{template: {{metadata: {metadata}, spec: {{containers: [{{name: c}}]}}}}}}"
        for text in (
            obj("Deployment", template),
            obj("CronJob", f"{{jobTemplate: {{spec: {template}}}}}", api="batch/v1"),
        ):
            assert [item.rule for item in one(Workload, text).identity.ignores] == ["x"]
            assert [item.rule for item in one(Container, text).identity.ignores] == ["x"]


def test_a_crash_costs_one_object_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from opsready.adapt import kubernetes_workloads

    def crash(*_: object, **_more: object) -> None:
        message = "boom"
        raise RuntimeError(message)

    monkeypatch.setattr(kubernetes_workloads, "_containers", crash)
    (unit,) = resolved({"a.yaml": deployment(), "b.yaml": obj("Service", "{}", api="v1")})
    diagnostics: list[Diagnostic] = []
    found = adapt_unit(unit, builtin_standard(), diagnostics)
    assert [type(entity) for entity in found.entities] == [NetworkService]
    assert [(item.kind, item.file) for item in diagnostics] == [("parser-crashed", "a.yaml")]
    assert "boom" in diagnostics[0].message


def test_an_input_that_could_not_be_opened_is_a_stub() -> None:
    template = indent(dedent("name: worker"), "  ")
    (unit,) = resolved(
        {
            "prod/shop/Chart.yaml": "name: shop\n",
            "prod/shop/templates/a.yaml": f"kind: Deployment\nmetadata:\n{template}\n",
        }
    )
    (stub,) = stubs_of(unit)
    assert (stub.address, stub.workload_name, stub.input) == ("Deployment/worker", "worker", "chart `prod/shop`")
    assert (stub.identity.environment, stub.identity.production, stub.third_party) == ("prod", True, False)
    assert "Workload" in stub.could_hold
    (release,) = resolved(
        {"a.yaml": obj("HelmRelease", "{chart: {spec: {chart: x}}}", api="helm.toolkit.fluxcd.io/v2")}
    )
    assert [item.address for item in stubs_of(release)] == ["Input/cart"]
