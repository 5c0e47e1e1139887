"""What is deployed together, and what stands for inputs that cannot be opened."""

from __future__ import annotations

import pytest

from opsready.resolve.units import ANY_KUBERNETES, WORKLOAD_TYPES, Opaque
from unit.resolve.trees import deployment, names, resolved, service, unit

_CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
_TEMPLATE = (
    "{{- if .Values.enabled }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n"
    '  labels:\n    name: not-this\n  name: {{ include "shop.fullname" . }}\nspec: {}\n{{- end }}\n'
)


def stubs(*opaque: Opaque) -> list[tuple[str, str]]:
    return [(item.workload_kind, item.workload) for item in opaque]


class TestRawUnits:
    def test_the_topmost_directory_that_holds_a_manifest_takes_what_is_below(self) -> None:
        found = resolved(
            {
                "deploy/cart.yaml": deployment(),
                "deploy/more/service.yaml": service(),
                "deploy/more/deep/er/pay.yaml": deployment("pay"),
                "other/user.yaml": deployment("user"),
            }
        )
        assert [(item.id, item.kind, item.directory, names(item)) for item in found] == [
            ("deploy/", "raw", "deploy", ["Deployment/cart", "Deployment/pay", "Service/cart"]),
            ("other/", "raw", "other", ["Deployment/user"]),
        ]

    def test_a_directory_without_a_manifest_of_its_own_binds_nothing_together(self) -> None:
        found = resolved({"k8s/cart/d.yaml": deployment(), "k8s/pay/d.yaml": deployment("pay"), "k8s/README.md": "# x"})
        assert [item.id for item in found] == ["k8s/cart/", "k8s/pay/"]

    def test_the_root_is_a_unit_too(self) -> None:
        assert unit({"cart.yaml": deployment(), "sub/pay.yaml": deployment("pay")}).id == "./"

    def test_environments_cut(self) -> None:
        found = resolved(
            {
                "deploy/base.yaml": service("shared"),
                "deploy/prod/cart.yaml": deployment(),
                "deploy/prod/eu/pay.yaml": deployment("pay"),
                "deploy/Staging/cart.yaml": deployment(),
            }
        )
        assert [(item.id, item.environment, item.production) for item in found] == [
            ("deploy/", "", True),
            ("deploy/Staging/", "staging", False),
            ("deploy/prod/", "prod", True),
        ]

    def test_kustomizations_cut_and_what_they_do_not_name_is_raw(self) -> None:
        found = resolved(
            {
                "deploy/ns.yaml": service("top"),
                "deploy/cart/kustomization.yaml": "resources: [cart.yaml]\n",
                "deploy/cart/cart.yaml": deployment(),
                "deploy/cart/forgotten.yaml": deployment("forgotten"),
                "deploy/cart/more/pay.yaml": deployment("pay"),
            }
        )
        assert [(item.id, names(item)) for item in found] == [
            ("deploy/", ["Service/top"]),
            ("deploy/cart/", ["Deployment/forgotten", "Deployment/pay"]),
            ("deploy/cart/kustomization.yaml", ["Deployment/cart"]),
        ]

    @pytest.mark.parametrize(
        "field",
        [
            "patches: [{path: other.yaml}]",
            "patchesStrategicMerge: [other.yaml]",
            "patchesJson6902: [{path: ./other.yaml}]",
            "configMapGenerator: [{name: x, files: [other.yaml]}]",
            "secretGenerator: [{name: x, files: [key=other.yaml]}]",
            "replacements: [{path: other.yaml}]",
            "transformers: [other.yaml]",
            "generators: [other.yaml]",
            "configurations: [other.yaml]",
            "crds: [other.yaml]",
        ],
    )
    def test_what_a_kustomization_names_in_any_field_is_not_deployed_beside_it(self, field: str) -> None:
        files = {"k/kustomization.yaml": f"resources: [cart.yaml]\n{field}\n", "k/cart.yaml": deployment()}
        found = resolved({**files, "k/other.yaml": deployment("other")})
        assert [item.id for item in found] == ["k/kustomization.yaml"]

    def test_lists_are_flattened_whatever_kind_of_list(self) -> None:
        items = (
            "items:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: a}\n"
            "- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: v1\n    kind: Service\n    metadata: {name: b}\n"
            "- null\n- text\n- {kind: Pod}\n- {apiVersion: v1, kind: Pod, metadata: {}}\n"
        )
        for kind in ("List", "DeploymentList"):
            assert names(unit({"a.yaml": f"apiVersion: v1\nkind: {kind}\n{items}"})) == ["Deployment/a", "Service/b"]

    def test_json_and_several_documents(self) -> None:
        json = '{\n  "apiVersion": "v1",\n  "kind": "Service",\n  "metadata": {"name": "b", "namespace": ""}\n}\n'
        assert names(unit({"a.yaml": f"---\n{deployment('a')}---\n# none\n---\n{service('c')}", "b.json": json})) == [
            "Deployment/a",
            "Service/b",
            "Service/c",
        ]

    def test_a_generated_name_and_a_name_that_is_no_text(self) -> None:
        found = unit(
            {
                "a.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-}\n---\n"
                "apiVersion: batch/v1\nkind: Job\nmetadata: {name: 7}\n---\n"
                "apiVersion: batch/v1\nkind: Job\nmetadata: {name: [x]}\n"
            }
        )
        assert names(found) == ["Job/7", "Job/migrate-"]

    def test_files_that_are_for_tools_are_not_deployed(self) -> None:
        skaffold = "apiVersion: skaffold/v4beta6\nkind: Config\nmetadata: {name: x}\n"
        backstage = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\n"
        assert resolved({"skaffold.yaml": skaffold, "catalog-info.yaml": backstage, "a.yaml": backstage}) == ()


class TestUnreadableFiles:
    def test_one_beside_manifests_stands_for_what_it_may_hold(self) -> None:
        found = unit({"deploy/cart.yaml": deployment(), "deploy/pay.yaml": "apiVersion: apps/v1\nkind: [\n"})
        assert names(found) == ["Deployment/cart"]
        (opaque,) = found.opaque
        assert (opaque.input, opaque.name, opaque.place.span.file) == (
            "file `deploy/pay.yaml`",
            *["deploy/pay.yaml"] * 2,
        )
        assert opaque.holds == ANY_KUBERNETES

    def test_one_by_itself_is_no_unit(self) -> None:
        assert (
            resolved({"ci/pipeline.yaml": "apiVersion: x\nkind: [\n", "deploy/cart.yaml": deployment()})[0].opaque == ()
        )

    def test_one_with_a_readable_document_counts_with_that(self) -> None:
        found = unit({"cart.yaml": f"{deployment()}---\nkind: [\n"})
        assert names(found) == ["Deployment/cart"]

    def test_an_encrypted_one_is_one_too(self) -> None:
        found = unit({"cart.yaml": deployment(), "secret.yaml": b"\0GITCRYPT\0abc"})
        assert [opaque.name for opaque in found.opaque] == ["secret.yaml"]

    def test_a_kustomization_that_cannot_be_read_hides_nothing(self) -> None:
        found = resolved({"base/cart.yaml": deployment(), "prod/kustomization.yaml": "resources: [\n"})
        assert [(item.id, len(item.opaque)) for item in found] == [("base/", 0), ("prod/kustomization.yaml", 1)]


class TestOtherKinds:
    _REDIS = "apiVersion: databases.example.com/v1\nkind: Redis\nmetadata: {name: cache}\n"

    def test_kinds_that_nobody_reads_are_known_by_name_where_they_may_make_pods(self) -> None:
        found = unit({"deploy/cart.yaml": deployment(), "deploy/redis.yaml": self._REDIS})
        assert found.other_kinds == ("Redis",)
        assert names(found) == ["Deployment/cart"]

    def test_those_that_make_none_are_left_out(self) -> None:
        rule = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\n"
        crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
        assert unit({"cart.yaml": deployment(), "a.yaml": rule, "b.yaml": crd}).other_kinds == ()

    def test_a_kustomization_has_those_that_it_names(self) -> None:
        files = {"k/kustomization.yaml": "resources: [cart.yaml, redis.yaml]\n", "k/cart.yaml": deployment()}
        found = unit({**files, "k/redis.yaml": self._REDIS})
        assert (found.id, found.other_kinds) == ("k/kustomization.yaml", ("Redis",))


class TestCharts:
    def test_a_stub_for_each_workload_by_its_name(self) -> None:
        literal = (
            "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: nightly\n---\nkind: Service\n---\n" + _TEMPLATE
        )
        found = unit(
            {
                "helm/shop/Chart.yaml": _CHART,
                "helm/shop/values.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: no}\n",
                "helm/shop/templates/worker.yaml": literal,
                "helm/shop/templates/cart.yaml": _TEMPLATE.replace("Deployment", "StatefulSet"),
                "helm/shop/templates/_helpers.tpl": "kind: Deployment",
                "helm/shop/templates/NOTES.txt": "kind: Deployment",
                "helm/shop/templates/tests/smoke.yaml": "kind: Pod\nmetadata:\n  name: smoke\n",
                "helm/shop/crds/x.yaml": deployment("crd"),
            }
        )
        assert (found.id, found.kind, found.resources) == ("helm/shop/Chart.yaml", "chart", ())
        assert stubs(*found.opaque)[:3] == [("Deployment", "_helpers"), ("StatefulSet", "cart"), ("CronJob", "nightly")]
        assert stubs(*found.opaque)[3:] == [("Deployment", "worker")]
        first = found.opaque[0]
        assert (first.input, first.name, first.third_party, first.holds) == (
            "chart `helm/shop`",
            "shop",
            False,
            WORKLOAD_TYPES,
        )
        assert (first.place.span.file, first.place.span.line, first.place.span.column) == (
            "helm/shop/Chart.yaml",
            2,
            1 + 6,
        )

    @pytest.mark.parametrize(
        ("metadata", "name"),
        [
            ("  name: cart-api\n", "cart-api"),
            ("  labels:\n    name: no\n  name: 'cart-api' # x\n", "cart-api"),
            ("  {{- with .Values.x }}\n{{- end }}\n  annotations:\n    name: no\n  name: cart-api\n", "cart-api"),
            ("    name: cart-api\n", "cart-api"),
            ("  labels:\n    name: no\n", "worker"),
            ("  name: {{ .Release.Name }}-cart\n", "worker"),
            ("  name: Cart_API\n", "worker"),
            ("", "worker"),
        ],
    )
    def test_a_workloads_name_is_its_own_if_it_is_written(self, metadata: str, name: str) -> None:
        template = f"kind: Deployment\nmetadata:\n{metadata}spec:\n  name: no\n"
        files = {"shop/Chart.yaml": _CHART, "shop/templates/worker.yaml": template}
        assert stubs(*unit(files).opaque) == [("Deployment", name)]
        windows = {path: text.replace("\n", "\r\n") for path, text in files.items()}
        assert stubs(*unit(windows).opaque) == [("Deployment", name)]

    def test_one_without_a_workload_stands_for_itself(self) -> None:
        (opaque,) = unit({"shop/Chart.yaml": _CHART, "shop/templates/x.yaml": "kind: ConfigMap"}).opaque
        assert (opaque.workload, opaque.name) == ("", "shop")

    def test_one_with_alerts_may_hold_alerts(self) -> None:
        (opaque,) = unit({"shop/Chart.yaml": _CHART, "shop/templates/x.yaml": "kind: PrometheusRule"}).opaque
        assert opaque.holds == WORKLOAD_TYPES | {"Alert"}

    def test_one_with_objectives_may_hold_objectives(self) -> None:
        for kind in ("kind: PrometheusServiceLevel", "kind: ServiceLevelObjective", "apiVersion: openslo/v1"):
            (opaque,) = unit({"shop/Chart.yaml": _CHART, "shop/templates/x.yaml": kind}).opaque
            assert opaque.holds == WORKLOAD_TYPES | {"Slo"}

    @pytest.mark.parametrize(
        ("template", "held"),
        [
            ("kind: PersistentVolumeClaim", {"Volume"}),
            ("spec:\n  volumeClaimTemplates: []", {"Volume", "Datastore"}),
            ("apiVersion: postgresql.cnpg.io/v1", {"Datastore"}),
            ("kind: ScheduledBackup", {"BackupPlan"}),
            ("apiVersion: velero.io/v1", {"BackupPlan"}),
            ("kind: VolumeSnapshot", {"BackupPlan"}),
            ("kind: Canary", {"Rollout"}),
            ("kind: Rollout", {"Rollout"}),
            ("{{ with .Values.claimName }}", set()),
        ],
    )
    def test_volumes_backups_and_rollouts_show_in_its_templates(self, template: str, held: set[str]) -> None:
        (opaque,) = unit({"shop/Chart.yaml": _CHART, "shop/templates/x.yaml": template}).opaque
        assert opaque.holds == WORKLOAD_TYPES | held

    def test_at_the_root(self) -> None:
        found = resolved({"Chart.yaml": _CHART, "templates/cart.yaml": _TEMPLATE, "deploy/pay.yaml": deployment("pay")})
        assert [(item.id, stubs(*item.opaque)) for item in found] == [
            ("Chart.yaml", [("Deployment", "cart")]),
            ("deploy/", []),
        ]
        assert found[0].opaque[0].input == "chart `shop`"

    def test_a_library_is_nothing_by_itself(self) -> None:
        assert resolved({"lib/Chart.yaml": _CHART + "type: library\n", "lib/templates/x.yaml": _TEMPLATE}) == ()

    def test_sub_charts_belong_to_the_chart_around_them(self) -> None:
        found = unit(
            {
                "shop/Chart.yaml": _CHART,
                "shop/templates/cart.yaml": _TEMPLATE,
                "shop/charts/redis/Chart.yaml": "name: redis\n",
                "shop/charts/redis/templates/redis.yaml": _TEMPLATE,
                "shop/charts/redis/charts/more/Chart.yaml": "name: more\n",
            }
        )
        assert stubs(*found.opaque) == [("Deployment", "cart")]

    def test_a_folder_of_charts_is_the_teams_own_and_a_copied_one_is_not(self) -> None:
        files = {"charts/shop/Chart.yaml": _CHART, "third_party/redis/Chart.yaml": "name: redis\n"}
        assert [(item.id, item.opaque[0].third_party) for item in resolved(files)] == [
            ("charts/shop/Chart.yaml", False),
            ("third_party/redis/Chart.yaml", True),
        ]

    def test_a_broken_header_does_not_hide_it(self) -> None:
        found = unit({"helm/shop/Chart.yaml": "name: [\n", "helm/shop/templates/cart.yaml": _TEMPLATE})
        assert found.opaque[0].name == "shop"
        assert stubs(*found.opaque) == [("Deployment", "cart")]

    def test_a_manifest_beside_templates_is_raw(self) -> None:
        found = resolved({"shop/Chart.yaml": _CHART, "shop/extra/cart.yaml": deployment()})
        assert [item.id for item in found] == ["shop/Chart.yaml", "shop/extra/"]


class TestGitops:
    _RELEASE = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: shop\n"
        "spec:\n  chart:\n    spec:\n      chart: {chart}\n"
    )
    _APPLICATION = "apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: shop}}\nspec: {spec}\n"
    _FLUX = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {{name: shop}}\nspec: {{path: {path}}}\n"
    )

    def test_a_release_stands_for_its_chart(self) -> None:
        found = unit(
            {"clusters/prod/shop.yaml": self._RELEASE.format(chart="shop"), "clusters/prod/ns.yaml": service()}
        )
        assert names(found) == ["Service/cart"]
        (opaque,) = found.opaque
        assert (opaque.input, opaque.name, opaque.third_party) == ("HelmRelease `shop`", "shop", False)
        assert (opaque.place.span.file, opaque.place.span.line) == ("clusters/prod/shop.yaml", 4)

    def test_one_of_a_known_chart_is_a_third_partys(self) -> None:
        known = frozenset({"ingress-nginx"})
        (found,) = resolved({"a.yaml": self._RELEASE.format(chart="ingress-nginx")}, known)
        assert found.opaque[0].third_party
        (found,) = resolved({"a.yaml": self._RELEASE.format(chart="shop")}, known)
        assert not found.opaque[0].third_party

    @pytest.mark.parametrize("path", ["./apps/shop", "apps/shop", "/apps/shop"])
    def test_one_that_deploys_a_directory_of_this_repository_hides_nothing(self, path: str) -> None:
        spec = f"{{source: {{path: {path}, repoURL: https://x}}}}"
        for manifest in (self._FLUX.format(path=path), self._APPLICATION.format(kind="Application", spec=spec)):
            found = resolved({"gitops/shop.yaml": manifest, "apps/shop/cart.yaml": deployment()})
            assert [item.id for item in found if item.resources] == ["apps/shop/"]
            assert not any(item.opaque for item in found)
            (other,) = resolved({"gitops/shop.yaml": manifest})
            assert other.opaque[0].name == "shop"

    @pytest.mark.parametrize(
        "spec",
        [
            "{source: {chart: shop, repoURL: https://x}}",
            "{sources: [{path: apps/here}, {chart: shop}]}",
            "{template: {spec: {source: {path: 'apps/{{name}}'}}}}",
            "{source: {path: ../outside}}",
            "{}",
            "text",
        ],
    )
    def test_applications_whose_content_is_elsewhere(self, spec: str) -> None:
        files = {"apps/here/cart.yaml": deployment()}
        for kind in ("Application", "ApplicationSet"):
            found = resolved({**files, "gitops/shop.yaml": self._APPLICATION.format(kind=kind, spec=spec)})
            assert [len(item.opaque) for item in found] == [0, 1]

    def test_a_flux_object_in_a_file_named_like_kustomizes_own(self) -> None:
        found = unit({"flux/kustomization.yaml": self._FLUX.format(path="./nowhere")})
        assert (found.kind, [opaque.input for opaque in found.opaque]) == ("raw", ["Kustomization `shop`"])


def test_units_are_sorted_whatever_the_order_of_kinds() -> None:
    found = resolved({"b/Chart.yaml": _CHART, "a/cart.yaml": deployment(), "c/kustomization.yaml": "resources: [none]"})
    assert [item.id for item in found] == ["a/", "b/Chart.yaml", "c/kustomization.yaml"]


class TestDestinations:
    APP = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\n"

    def places(self, manifest: str, path: str = "clusters/eu/apps.yaml") -> list[tuple[str, set[str]]]:
        found = resolved({path: manifest, "apps/cart/cart.yaml": self.APP})
        return [(item.path, set(item.names)) for each in found for item in each.destinations]

    def test_an_application_says_where_its_directory_goes(self) -> None:
        source = "source: {path: /apps/cart}, destination: {name: shop-eu, server: https://eu.example}"
        manifest = (
            f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: cart-eu}}\nspec: {{{source}}}\n"
        )
        assert self.places(manifest) == [("apps/cart", {"clusters", "eu", "cart-eu", "shop-eu", "https://eu.example"})]

    def test_so_do_the_elements_of_a_set(self) -> None:
        elements = "generators: [{list: {elements: [{cluster: a}, {cluster: b, size: 3}]}}]"
        template = "template: {spec: {source: {path: apps/cart}, destination: {name: '{{cluster}}'}}}"
        manifest = (
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: cart}\n"
            f"spec: {{{elements}, {template}}}\n"
        )
        ((path, names),) = self.places(manifest)
        assert path == "apps/cart"
        assert {"a", "b", "{{cluster}}"} <= names

    def test_and_a_kustomization_of_flux_by_its_own_directory(self) -> None:
        manifest = (
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: cart}\n"
            "spec: {path: ./apps/cart, kubeConfig: {secretRef: {name: us-east-1}}}\n"
        )
        assert self.places(manifest) == [("apps/cart", {"clusters", "eu", "cart", "us-east-1"})]

    def test_a_directory_that_is_elsewhere_has_none(self) -> None:
        for spec in ("{source: {path: other}}", "{source: {chart: cart}}", "7", "{source: 7, destination: 7}"):
            manifest = f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: cart}}\nspec: {spec}\n"
            assert self.places(manifest) == []
