"""Kustomizations: what they set is known with its origin, what they patch is withheld with its name, all else stays."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from opsready.parse.syntax import Map, Seq, Withheld
from unit.resolve.trees import at, deployment, names, resolved, resource, service, unit, why

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from opsready.resolve.units import Resource, Unit

_IMAGE = "spec.template.spec.containers.0.image"
_SECOND_IMAGE = "spec.template.spec.containers.1.image"


def overlay(kustomization: str, **files: str) -> Unit:
    """One kustomization over `cart.yaml` with a Deployment and a Service; `patch_yaml="..."` adds `patch.yaml`."""
    more = {f"k/{name.replace('_', '.')}": text for name, text in files.items()}
    base = {"k/cart.yaml": f"{deployment()}---\n{service()}", "k/kustomization.yaml": kustomization}
    if "resources" not in kustomization:
        base["k/kustomization.yaml"] = "resources: [cart.yaml]\n" + kustomization
    return unit({**base, **more}, "k/kustomization.yaml")


def cart(kustomization: str, **files: str) -> Map:
    """The Deployment of such an overlay."""
    return resource(overlay(kustomization, **files), "Deployment/cart").tree


def withheld(tree: object, path: str = "") -> dict[str, str]:
    """Every withheld value by its path, and `[...]` for lists that may have more items."""
    found: dict[str, str] = {}
    if isinstance(tree, Withheld):
        return {path: tree.reason}
    if isinstance(tree, Seq):
        if tree.incomplete:
            found[f"{path}[...]"] = tree.incomplete
        for index, item in enumerate(tree):
            found.update(withheld(item, f"{path}.{index}"))
    if isinstance(tree, Map):
        for key, value in tree.items():
            found.update(withheld(value, f"{path}.{key}" if path else key))
    return found


class TestResources:
    @pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
    def test_files_and_directories_are_taken_together(self, name: str) -> None:
        found = resolved(
            {
                f"overlays/prod/{name}": "resources:\n- ../../base\n- extra.yaml\n",
                "overlays/prod/extra.yaml": deployment("extra"),
                f"base/{name}": "resources: [cart.yaml, ./more/]\n",
                "base/cart.yaml": deployment(),
                f"base/more/{name}": "resources: [s.yaml]\n",
                "base/more/s.yaml": service(),
            }
        )
        assert [(item.id, item.environment) for item in found] == [(f"overlays/prod/{name}", "prod")]
        assert names(found[0]) == ["Deployment/cart", "Deployment/extra", "Service/cart"]
        assert resource(found[0], "Deployment/cart").file == "base/cart.yaml"

    def test_bases_are_an_older_word_for_them(self) -> None:
        found = unit(
            {
                "o/kustomization.yaml": "bases: [../b]",
                "b/kustomization.yaml": "resources: [c.yaml]",
                "b/c.yaml": service(),
            }
        )
        assert (found.id, names(found)) == ("o/kustomization.yaml", ["Service/cart"])

    def test_a_base_that_nobody_uses_is_deployed_itself(self) -> None:
        files = {"base/kustomization.yaml": "resources: [cart.yaml]", "base/cart.yaml": deployment()}
        assert unit(files).id == "base/kustomization.yaml"

    @pytest.mark.parametrize(
        "remote",
        [
            "https://github.com/shop/base//deploy?ref=v1",
            "github.com/shop/base",
            "git@github.com:shop/base.git",
            "https://x.example/install.yaml",
            "../../../outside",
        ],
    )
    def test_what_lies_elsewhere_is_an_input_that_could_not_be_opened(self, remote: str) -> None:
        found = overlay(f"namespace: shop\nresources:\n- cart.yaml\n- {remote}\n")
        (opaque,) = found.opaque
        assert (opaque.input, opaque.name) == (f"remote base `{remote}`", remote)
        assert (opaque.place.span.file, opaque.place.span.line, opaque.place.span.column) == (
            "k/kustomization.yaml",
            4,
            3,
        )
        assert names(found) == ["Deployment/cart", "Service/cart"]

    def test_what_is_missing_or_unreadable_is_one_too(self) -> None:
        found = overlay(
            "resources: [cart.yaml, gone.yaml, ../gone, broken.yaml, text.txt]",
            broken_yaml="apiVersion: [",
            text_txt="x",
        )
        assert [opaque.name for opaque in found.opaque] == ["k/gone.yaml", "gone", "k/broken.yaml", "k/text.txt"]

    def test_what_is_not_judged_is_one_too(self) -> None:
        files = {"k/kustomization.yaml": "resources: [../tests/x]", "tests/x/kustomization.yaml": "resources: [c.yaml]"}
        (opaque,) = unit({**files, "tests/x/c.yaml": service()}).opaque
        assert "nothing is judged" in opaque.input

    def test_a_half_broken_file_gives_what_can_be_read(self) -> None:
        found = overlay("resources: [half.yaml]", half_yaml=f"{service('half')}---\nkind: [\n")
        assert names(found) == ["Service/half"]
        assert [opaque.name for opaque in found.opaque] == ["k/half.yaml"]

    def test_a_file_of_kinds_that_nobody_reads_hides_nothing(self) -> None:
        crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
        assert overlay("resources: [cart.yaml, crd.yaml]", crd_yaml=crd).opaque == ()

    @pytest.mark.parametrize(
        "value", ["resources: text", "resources: {a: b}", "resources: [1, null, [x]]", "resources:"]
    )
    def test_a_list_of_something_else_is_passed_over(self, value: str) -> None:
        assert resolved({"k/kustomization.yaml": value + "\nnamespace: x\n"}) == ()

    def test_charts_and_generators_are_inputs(self) -> None:
        found = overlay("helmCharts:\n- name: redis\n  releaseName: cache\n- name: pg\ngenerators: [gen.yaml]\n")
        assert [(item.input, item.place.span.line) for item in found.opaque] == [
            ("chart `cache`", 3),
            ("chart `pg`", 5),
            ("generator `gen.yaml`", 6),
        ]


class TestCircles:
    def test_a_circle_of_bases_hides_nothing(self) -> None:
        found = resolved(
            {
                "a/kustomization.yaml": "resources: [../b, a.yaml]",
                "a/a.yaml": deployment("a"),
                "b/kustomization.yaml": "resources: [../a, b.yaml]",
                "b/b.yaml": deployment("b"),
            }
        )
        assert [(item.id, names(item)) for item in found] == [
            ("a/kustomization.yaml", ["Deployment/a", "Deployment/b"])
        ]
        assert [(opaque.input, opaque.place.span.file) for opaque in found[0].opaque] == [
            ("`../a`", "b/kustomization.yaml")
        ]

    def test_one_that_is_used_from_outside_is_deployed_from_there(self) -> None:
        files = {"a/kustomization.yaml": "resources: [../b]", "b/kustomization.yaml": "resources: [../a, s.yaml]"}
        found = unit({**files, "b/s.yaml": service(), "prod/kustomization.yaml": "resources: [../a]"})
        assert (found.id, names(found)) == ("prod/kustomization.yaml", ["Service/cart"])

    @pytest.mark.parametrize("itself", [".", "./", "../a"])
    def test_one_that_names_itself(self, itself: str) -> None:
        found = unit({"a/kustomization.yaml": f"resources: [s.yaml, {itself}]", "a/s.yaml": service()})
        assert names(found) == ["Service/cart"]
        assert len(found.opaque) == 1

    def test_components_that_name_one_another(self) -> None:
        component = "kind: Component\ncomponents: [../{other}]\nnamePrefix: {other}-\n"
        found = unit(
            {
                "k/kustomization.yaml": "resources: [s.yaml]\ncomponents: [../x]\n",
                "k/s.yaml": service(),
                "x/kustomization.yaml": component.format(other="y"),
                "y/kustomization.yaml": component.format(other="x"),
            }
        )
        assert names(found) == ["Service/y-x-cart"]

    def test_a_tower_that_doubles_at_every_level_takes_no_time(self) -> None:
        files = {f"d{n}/kustomization.yaml": f"resources: [../d{n + 1}, ../d{n + 1}/]" for n in range(30)}
        started = time.process_time()
        resolved({**files, "d30/kustomization.yaml": "namespace: x\n"})
        assert time.process_time() - started < 2


class TestSimpleFields:
    def test_a_namespace_takes_effect_but_is_not_written(self) -> None:
        found = overlay("namespace: shop\nresources: [a.yaml]\n", a_yaml=deployment(namespace="own"))
        (draft,) = found.resources
        assert (draft.namespace, draft.deploy_namespace) == ("own", "shop")
        (draft,) = overlay("resources: [a.yaml]\n", a_yaml=deployment(namespace="own")).resources
        assert (draft.namespace, draft.deploy_namespace) == ("own", "own")

    def test_prefixes_and_suffixes_go_around_the_written_name(self) -> None:
        files = {"o/kustomization.yaml": "resources: [../b]\nnamePrefix: eu-\n", "b/c.yaml": deployment()}
        found = unit({**files, "b/kustomization.yaml": "resources: [c.yaml]\nnamePrefix: shop-\nnameSuffix: -v2\n"})
        assert [(item.name, item.written_name) for item in found.resources] == [("eu-shop-cart-v2", "cart")]

    def test_some_kinds_keep_their_names(self) -> None:
        namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
        found = overlay("resources: [a.yaml]\nnamePrefix: x-\n", a_yaml=f"{service()}---\n{namespace}")
        assert [item.name for item in found.resources if item.kind == "Namespace"] == ["shop"]

    def test_common_labels_go_everywhere(self) -> None:
        found = overlay("commonLabels: {team: a, app: b}\n")
        tree = resource(found, "Deployment/cart").tree
        both = {"team": "a", "app": "b"}
        assert at(tree, "metadata.labels") == at(tree, "spec.selector.matchLabels") == both
        assert at(tree, "spec.template.metadata.labels") == both
        assert at(resource(found, "Service/cart").tree, "spec.selector") == both

    @pytest.mark.parametrize(
        ("item", "template", "selector"),
        [
            ("{pairs: {team: a}}", {"app": "cart"}, {"app": "cart"}),
            ("{pairs: {team: a}, includeTemplates: true}", {"app": "cart", "team": "a"}, {"app": "cart"}),
            ("{pairs: {team: a}, includeSelectors: true}", {"app": "cart", "team": "a"}, {"app": "cart", "team": "a"}),
        ],
    )
    def test_labels_go_where_they_are_asked_to(
        self, item: str, template: dict[str, str], selector: dict[str, str]
    ) -> None:
        tree = cart(f"labels: [{item}]\n")
        assert at(tree, "metadata.labels") == {"team": "a"}
        assert at(tree, "spec.template.metadata.labels") == template
        assert at(tree, "spec.selector.matchLabels") == selector

    @pytest.mark.parametrize(
        ("written", "change", "image"),
        [
            ("cart:1", "{name: cart, newTag: '2'}", "cart:2"),
            ("cart", "{name: cart, newTag: v2}", "cart:v2"),
            ("cart:1", "{name: cart, newName: eu/cart}", "eu/cart:1"),
            ("cart", "{name: cart, newName: eu/cart}", "eu/cart"),
            ("cart:1", "{name: cart, digest: 'sha256:ab'}", "cart@sha256:ab"),
            ("cart@sha256:cd", "{name: cart, digest: 'sha256:ab'}", "cart@sha256:ab"),
            ("cart@sha256:cd", "{name: cart, newTag: '2'}", "cart:2"),
            ("cart:1@sha256:cd", "{name: cart, newName: x}", "x:1@sha256:cd"),
            ("cart:1", "{name: cart, newTag: '2', digest: 'sha256:ab'}", "cart:2@sha256:ab"),
            ("cart:1", "{name: cart, tagSuffix: -eu}", "cart:1-eu"),
            ("cart:1", "{name: cart, newTag: ''}", "cart:1"),
            ("r.example:5000/cart:1", "{name: 'r.example:5000/cart', newTag: '2'}", "r.example:5000/cart:2"),
            ("r.example:5000/cart", "{name: 'r.example:5000/cart', newTag: '2'}", "r.example:5000/cart:2"),
            ("r.example:5000/cart", "{name: r.example, newTag: '2'}", "r.example:5000/cart"),
            ("shop/cart:1", "{name: cart, newTag: '2'}", "shop/cart:1"),
            ("cart-api:1", "{name: cart, newTag: '2'}", "cart-api:1"),
        ],
    )
    def test_images(self, written: str, change: str, image: str) -> None:
        tree = cart(f"images:\n- {change}\n", cart_yaml=deployment(image=f"'{written}'"))
        assert at(tree, _IMAGE) == image
        assert at(tree, _SECOND_IMAGE) == "shop/proxy:7"
        container = at(tree, "spec.template.spec.containers.0")
        assert isinstance(container, Map)
        if image == written and "newTag: ''" not in change:
            assert not container.origins
        else:
            assert container.origins is not None
            origin = container.origins["image"]
            assert origin.what == "`images` in k/kustomization.yaml"
            assert origin.span is not None
            assert origin.span.line == 3

    def test_images_of_init_containers_and_of_every_kind(self) -> None:
        pod = "{spec: {initContainers: [{name: a, image: 'x:1'}]}}"
        spec = f"{{jobTemplate: {{spec: {{template: {pod}}}}}}}"
        job = f"apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: n}}\nspec: {spec}\n"
        found = overlay("resources: [job.yaml]\nimages: [{name: x, newTag: '2'}]\n", job_yaml=job)
        assert at(found.resources[0].tree, "spec.jobTemplate.spec.template.spec.initContainers.0.image") == "x:2"

    def test_replicas_by_the_written_and_by_the_deployed_name(self) -> None:
        for name in ("cart", "eu-cart"):
            tree = cart(f"namePrefix: eu-\nreplicas: [{{name: {name}, count: 5}}]\n")
            assert at(tree, "spec.replicas") == 5
            spec = tree["spec"]
            assert isinstance(spec, Map)
            assert spec.origins is not None
            assert spec.origins["replicas"].what == "`replicas` in k/kustomization.yaml"
        assert at(cart("replicas: [{name: other, count: 5}]\n"), "spec.replicas") == 1

    def test_what_a_base_sets_an_overlay_sets_anew(self) -> None:
        files = {"o/kustomization.yaml": "resources: [../b]\nreplicas: [{name: cart, count: 9}]\nnamespace: prod\n"}
        base = "resources: [c.yaml]\nreplicas: [{name: cart, count: 2}]\nnamespace: base\n"
        found = unit({**files, "b/kustomization.yaml": base, "b/c.yaml": deployment()})
        assert (at(found.resources[0].tree, "spec.replicas"), found.resources[0].deploy_namespace) == (9, "prod")


class TestComponents:
    def test_one_adds_and_works_on_all_that_is_there(self) -> None:
        found = unit(
            {
                "k/kustomization.yaml": "resources: [a.yaml]\ncomponents: [../x]\nconfigMapGenerator: [{name: c}]\n",
                "k/a.yaml": deployment("a"),
                "x/kustomization.yaml": "kind: Component\nresources: [b.yaml]\nnamespace: shop\nnameSuffix: -x\n",
                "x/b.yaml": deployment("b"),
            }
        )
        assert names(found) == ["ConfigMap/c-x", "Deployment/a-x", "Deployment/b-x"]
        assert {item.deploy_namespace for item in found.resources} == {"shop"}

    def test_one_by_itself_is_not_deployed(self) -> None:
        files = {"x/kustomization.yaml": "kind: Component\nresources: [b.yaml, ../y]\n", "x/b.yaml": deployment()}
        assert resolved({**files, "y/kustomization.yaml": "resources: [c.yaml]", "y/c.yaml": service()}) == ()

    @pytest.mark.parametrize("name", ["../gone", "https://github.com/x/y"])
    def test_one_that_is_not_here_may_have_changed_everything(self, name: str) -> None:
        found = overlay(f"components: ['{name}']\n")
        assert [opaque.input for opaque in found.opaque] == [f"component `{name}`"]
        assert name in why(resource(found, "Deployment/cart").tree, "spec")
        assert names(found) == ["Deployment/cart", "Service/cart"]


class TestGenerators:
    def test_config_maps_and_secrets_with_their_keys(self) -> None:
        found = overlay(
            "namePrefix: x-\nconfigMapGenerator:\n- name: conf\n  namespace: own\n  literals: [A=1, 'B=x=y']\n"
            "  files: [a.txt, dir/b.txt, key=c.txt]\nsecretGenerator:\n- name: db\n  envs: [.env]\n"
        )
        config, secret = resource(found, "ConfigMap/conf"), resource(found, "Secret/db")
        assert isinstance(config.tree["data"], Map)
        assert set(config.tree["data"]) == {"A", "B", "a.txt", "b.txt", "key"}
        assert (config.name, config.namespace, config.file) == ("x-conf", "own", "k/kustomization.yaml")
        # What files hold is not read here; what is written in the kustomization is.
        assert set(withheld(config.tree)) == {"data.a.txt", "data.b.txt", "data.key"}
        assert config.tree["data"]["A"] == "1"
        assert why(secret.tree, "binaryData") == "`secretGenerator` in k/kustomization.yaml adds more keys"

    @pytest.mark.parametrize(("behavior", "keys"), [("merge", {"A", "B"}), ("replace", {"B"}), ("create", {"B"})])
    def test_one_over_that_of_a_base(self, behavior: str, keys: set[str]) -> None:
        generator = "configMapGenerator: [{{name: conf, literals: [{key}=1], behavior: {behavior}}}]\n"
        found = unit(
            {
                "o/kustomization.yaml": "resources: [../b]\n" + generator.format(key="B", behavior=behavior),
                "b/kustomization.yaml": "namePrefix: p-\n" + generator.format(key="A", behavior="create"),
            }
        )
        last = found.resources[-1]
        assert isinstance(last.tree["data"], Map)
        assert set(last.tree["data"]) == keys
        assert len(found.resources) == (2 if behavior == "create" else 1)


_MERGE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  annotations: {a: b}
spec:
  replicas: 9
  template:
    spec:
      containers:
      - name: proxy
        image: other
        livenessProbe: {httpGet: {port: 1}}
"""
_MERGED = {
    "metadata.annotations",
    "spec.replicas",
    "spec.template.spec.containers.1.image",
    "spec.template.spec.containers.1.livenessProbe",
}


class TestStrategicMergePatches:
    @pytest.mark.parametrize(
        "kustomization",
        [
            "patches: [{path: patch.yaml}]",
            "patches: [{path: ./patch.yaml, target: {kind: Deployment}}]",
            "patchesStrategicMerge: [patch.yaml]",
        ],
    )
    def test_what_one_touches_is_withheld_and_the_rest_is_known(self, kustomization: str) -> None:
        found = overlay(kustomization, patch_yaml=_MERGE)
        hidden = withheld(resource(found, "Deployment/cart").tree)
        assert set(hidden) == _MERGED
        assert set(hidden.values()) == {"the patch k/patch.yaml changes it"}
        assert withheld(resource(found, "Service/cart").tree) == {}
        assert at(resource(found, "Deployment/cart").tree, _IMAGE) == "shop/cart:1"

    @pytest.mark.parametrize("field", ["patches", "patchesStrategicMerge"])
    def test_one_may_be_written_inside(self, field: str) -> None:
        inline = "".join(f"    {line}\n" for line in _MERGE.splitlines())
        item = f"- patch: |-\n{inline}" if field == "patches" else f"- |-\n{inline}"
        hidden = withheld(cart(f"{field}:\n{item}"))
        assert set(hidden) == _MERGED
        assert set(hidden.values()) == {f"`{field}` in k/kustomization.yaml changes it"}

    def test_one_line_is_enough(self) -> None:
        one = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart}, spec: {replicas: 2}}"
        assert set(withheld(cart(f"patches:\n- patch: '{one}'\n"))) == {"spec.replicas"}
        assert set(withheld(cart(f"patchesStrategicMerge: ['{one}']\n"))) == {"spec.replicas"}

    @pytest.mark.parametrize(
        ("container", "hidden"),
        [
            ("{name: new, image: x}", "[...]"),
            ("{name: cart, ports: [{containerPort: 9}]}", ".0.ports[...]"),
            ("{name: cart, ports: [{containerPort: 8080, name: h}]}", ".0.ports.0.name"),
            ("{name: cart, args: [x]}", ".0.args"),
            ("{name: cart, env: []}", ".0.env"),
            ("{name: proxy, image: shop/proxy:7}", ".1.image"),
            ("{$patch: replace}, {name: new}", ""),
            ("{image: without-a-name}", "[...]"),
            ("text", "[...]"),
        ],
    )
    def test_lists_merge_by_their_keys(self, container: str, hidden: str) -> None:
        patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\n"
        patch += f"spec: {{template: {{spec: {{containers: [{container}]}}}}}}\n"
        tree = cart("patches: [{path: p.yaml}]", p_yaml=patch)
        assert set(withheld(tree)) == {f"spec.template.spec.containers{hidden}"}

    @pytest.mark.parametrize(
        ("patch", "hidden"),
        [
            ("spec: {template: {spec: {affinity: {nodeAffinity: {}}}}}", {"spec.template.spec.affinity"}),
            ("spec: {template: {spec: null}}", {"spec.template.spec"}),
            ("spec: {selector: {$patch: replace, matchLabels: {a: b}}}", {"spec.selector"}),
            ("spec: {replicas: null}", {"spec.replicas"}),
            ("spec: text", {"spec"}),
            ("metadata: {name: cart, namespace: other}", set()),
        ],
    )
    def test_what_is_merged_into_what(self, patch: str, hidden: set[str]) -> None:
        head = "apiVersion: apps/v1\nkind: Deployment\n" + (
            "" if patch.startswith("meta") else "metadata: {name: cart}\n"
        )
        assert set(withheld(cart("patches: [{path: p.yaml}]", p_yaml=head + patch + "\n"))) == hidden

    def test_a_container_that_is_deleted_is_gone(self) -> None:
        patch = (
            _MERGE.partition("      - name: proxy")[0]
            .replace("  replicas: 9\n", "")
            .replace("  annotations: {a: b}\n", "")
        )
        tree = cart("patches: [{path: p.yaml}]", p_yaml=f"{patch}      - name: proxy\n        $patch: delete\n")
        containers = at(tree, "spec.template.spec.containers")
        assert isinstance(containers, Seq)
        assert [item["name"] for item in containers if isinstance(item, Map)] == ["cart"]
        assert len(containers.pos) == 1
        assert withheld(tree) == {}

    def test_a_resource_that_is_deleted_is_gone(self) -> None:
        delete = "apiVersion: v1\nkind: Service\nmetadata: {name: cart}\n$patch: delete\n"
        for field in ("patchesStrategicMerge: [p.yaml]", "patches: [{path: p.yaml}]"):
            assert names(overlay(field, p_yaml=delete)) == ["Deployment/cart"]

    def test_one_for_another_name_or_kind_touches_nothing(self) -> None:
        for other in (_MERGE.replace("name: cart", "name: ca.t"), _MERGE.replace("Deployment", "StatefulSet")):
            assert withheld(cart("patches: [{path: p.yaml}]", p_yaml=other)) == {}

    def test_lists_of_kinds_without_a_schema_are_replaced(self) -> None:
        rollout = deployment().replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")
        patch = _MERGE.replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")
        found = overlay("resources: [r.yaml]\npatches: [{path: p.yaml}]", r_yaml=rollout, p_yaml=patch)
        assert "spec.template.spec.containers" in withheld(found.resources[0].tree)

    def test_what_is_set_after_a_patch_is_known_again(self) -> None:
        tree = cart("patches: [{path: p.yaml}]\nreplicas: [{name: cart, count: 4}]\n", p_yaml=_MERGE)
        assert at(tree, "spec.replicas") == 4

    @pytest.mark.parametrize(
        "patch", ["path: gone.yaml", "path: ../../../x.yaml", "path: broken.yaml", "patch: '{a: ['"]
    )
    def test_one_that_cannot_be_read_may_have_changed_everything_of_its_target(self, patch: str) -> None:
        found = overlay(f"patches:\n- {patch}\n  target: {{kind: Deployment}}\n", broken_yaml="apiVersion: [\n")
        assert set(withheld(resource(found, "Deployment/cart").tree)) == {"spec"}
        assert withheld(resource(found, "Service/cart").tree) == {}


class TestTargets:
    @pytest.mark.parametrize(
        ("target", "hits"),
        [
            ("{kind: Deployment}", True),
            ("{kind: Deployment, name: cart}", True),
            ("{name: cart}", True),
            ("{name: ca.*}", True),
            ("{name: (cart|pay)}", True),
            ("{name: cart|pay}", True),
            ("{name: '.+'}", True),
            ("{name: '[a-z]+'}", True),
            ("{name: 'c?art'}", True),
            ("{kind: '.*'}", True),
            ("{name: car}", False),
            ("{name: art}", False),
            ("{name: pay.*}", False),
            ("{kind: StatefulSet|DaemonSet}", False),
            ("{namespace: elsewhere}", True),
            ("{labelSelector: app=cart}", True),
            ("{labelSelector: app==cart}", True),
            ("{labelSelector: app=pay}", False),
            ("{labelSelector: 'app in (pay)'}", True),
            ("{}", True),
        ],
    )
    def test_names_are_expressions_and_what_cannot_be_told_fits(self, target: str, hits: bool) -> None:
        labelled = deployment().replace("  name: cart\nspec", "  name: cart\n  labels: {app: cart}\nspec")
        patch = "[{op: replace, path: /spec/replicas, value: 2}]"
        tree = cart(f"patches:\n- target: {target}\n  patch: '{patch}'\n", cart_yaml=labelled)
        assert set(withheld(tree)) == ({"spec.replicas"} if hits else set())

    def test_a_written_namespace_decides(self) -> None:
        patch = "patches:\n- target: {namespace: other}\n  patch: '[{op: replace, path: /spec/replicas, value: 2}]'\n"
        assert withheld(cart(patch, cart_yaml=deployment(namespace="own"))) == {}

    @pytest.mark.parametrize(
        "name", ["(a|a)*$", "(a*)*b", ".*.*.*.*.*b", "(a|a)(a|a)" * 20, "(((a*)*)*)*b", "a*a*a*a*b", "(a+)+b", "(" * 90]
    )
    def test_a_hostile_expression_takes_no_time(self, name: str) -> None:
        patch = (
            f"patches:\n- target: {{name: '{name}'}}\n  patch: '[{{op: replace, path: /spec/replicas, value: 2}}]'\n"
        )
        long = "a" * 250
        started = time.process_time()
        overlay(f"resources: [a.yaml]\n{patch}", a_yaml=deployment(long))
        assert time.process_time() - started < 2


class TestJsonPatches:
    @pytest.mark.parametrize(
        ("operation", "hidden"),
        [
            ("op: replace, path: /spec/template/spec/containers/1/image, value: x", {".1.image"}),
            ("op: add, path: /spec/template/spec/containers/-, value: {}", {"[...]"}),
            ("op: add, path: /spec/template/spec/containers/0, value: {}", {""}),
            ("op: remove, path: /spec/template/spec/containers/0", {""}),
            ("op: remove, path: /spec/template/spec/containers/0/ports/0", {".0.ports"}),
            ("op: replace, path: /spec/template/spec/containers/7/image, value: x", {"[...]"}),
            ("op: replace, path: /spec/template/spec/containers/0, value: {}", {".0"}),
        ],
    )
    def test_items_of_lists_by_their_number(self, operation: str, hidden: set[str]) -> None:
        tree = cart("patches: [{path: p.yaml, target: {kind: Deployment}}]", p_yaml=f"- {{{operation}}}\n")
        assert set(withheld(tree)) == {f"spec.template.spec.containers{path}" for path in hidden}

    @pytest.mark.parametrize(
        ("operations", "hidden"),
        [
            ("[{op: replace, path: /spec/replicas, value: 3}]", {"spec.replicas"}),
            ("[{op: add, path: /spec/paused, value: true}]", {"spec.paused"}),
            ("[{op: add, path: /spec/strategy/type, value: Recreate}]", {"spec.strategy"}),
            ("[{op: move, from: /spec/replicas, path: /spec/paused}]", {"spec.replicas", "spec.paused"}),
            ("[{op: copy, from: /spec/replicas, path: /spec/paused}]", {"spec.paused"}),
            ("[{op: test, path: /spec/replicas, value: 1}]", set()),
            ("[{op: add, path: /metadata/annotations/a.b~1c~0d, value: x}]", {"metadata.annotations"}),
            ("[{op: replace, path: spec/replicas}, {op: replace}, text, {op: replace, path: [x]}]", set()),
        ],
    )
    def test_what_one_touches_is_withheld(self, operations: str, hidden: set[str]) -> None:
        target = "target: {kind: Deployment, name: cart}"
        for patch in (
            f"patches:\n- {target}\n  patch: '{operations}'\n",
            f"patchesJson6902:\n- {target}\n  path: p.yaml\n",
        ):
            found = overlay(patch, p_yaml=operations)
            assert set(withheld(resource(found, "Deployment/cart").tree)) == hidden
            assert withheld(resource(found, "Service/cart").tree) == {}

    def test_one_in_a_file_of_json(self) -> None:
        patch = '[\n\t{"op": "replace", "path": "/spec/replicas", "value": 3}\n]\n'
        tree = cart("patches: [{path: p.json, target: {kind: Deployment}}]\n", p_json=patch)
        assert withheld(tree) == {"spec.replicas": "the patch k/p.json changes it"}


class TestOtherTransformers:
    @pytest.mark.parametrize(
        ("path", "hidden"),
        [
            ("spec.replicas", {"spec.replicas"}),
            ("spec.template.spec.containers.[name=proxy].image", {"spec.template.spec.containers.1.image"}),
            ("spec.template.spec.containers.0.image", {"spec.template.spec.containers.0.image"}),
            ("spec.template.spec.containers.[name=none].image", {"spec.template.spec.containers[...]"}),
            ("spec.template.spec.containers.*.image", {"spec.template.spec.containers[...]"}),
            ("metadata.annotations.a\\.b/c", {"metadata.annotations"}),
        ],
    )
    def test_replacements_change_their_targets(self, path: str, hidden: set[str]) -> None:
        select = "source: {kind: ConfigMap, name: c}\ntargets:\n- select: {kind: Deployment}\n"
        entry = f"{select}  fieldPaths: ['{path}']\n"
        inside = "replacements:\n- " + entry.replace("\n", "\n  ").rstrip() + "\n"
        for text, files in (
            (inside, {}),
            ("replacements: [{path: r.yaml}]\n", {"r_yaml": f"- {entry}".replace("\n", "\n  ")}),
        ):
            found = overlay(text, **files)
            assert set(withheld(resource(found, "Deployment/cart").tree)) == hidden
            assert withheld(resource(found, "Service/cart").tree) == {}

    def test_a_replacement_comes_after_what_is_set(self) -> None:
        targets = "[{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]"
        text = f"replicas: [{{name: cart, count: 4}}]\nreplacements:\n- targets: {targets}\n"
        assert set(withheld(cart(text))) == {"spec.replicas"}

    def test_a_transformer_may_change_everything(self) -> None:
        found = overlay("transformers: [t.yaml]\nimages: [{name: shop/cart, newTag: '2'}]\n")
        for item in found.resources:
            assert why(item.tree, "spec") == "transformer `t.yaml` in k/kustomization.yaml may change it"


def test_two_overlays_over_one_base_do_not_influence_each_other() -> None:
    base = f"{deployment()}---\n{service()}"
    files = {
        "base/kustomization.yaml": "resources: [cart.yaml]\ncommonLabels: {all: a}\n",
        "base/cart.yaml": base,
        "one/kustomization.yaml": "resources: [../base]\nnamePrefix: one-\nnamespace: one\ncommonLabels: {only: one}\n"
        "images: [{name: shop/cart, newTag: one}]\nreplicas: [{name: cart, count: 11}]\npatches: [{path: p.yaml}]\n",
        "one/p.yaml": _MERGE,
        "two/kustomization.yaml": "resources: [../base]\n",
    }
    found = {item.id: item for item in resolved(files)}
    assert set(found) == {"one/kustomization.yaml", "two/kustomization.yaml"}
    alone = unit({path: text for path, text in files.items() if not path.startswith("one/")})
    assert _plain(found["two/kustomization.yaml"].resources) == _plain(alone.resources)
    tree = resource(found["two/kustomization.yaml"], "Deployment/cart").tree
    assert (at(tree, "spec.replicas"), at(tree, _IMAGE), withheld(tree)) == (1, "shop/cart:1", {})
    assert at(resource(found["one/kustomization.yaml"], "Deployment/cart").tree, _IMAGE) == "shop/cart:one"


def _plain(resources: Iterable[Resource]) -> list[dict[str, Any]]:
    return [
        {"kind": item.kind, "name": item.name, "namespace": item.deploy_namespace, **item.tree} for item in resources
    ]


# The oracle: what `kubectl kustomize` makes of generated kustomizations without patches.

_NAMES = st.sampled_from(["cart", "pay", "user"])
_DIGESTS = ["sha256:" + letter * 64 for letter in "abc"]
_IMAGES = st.sampled_from(
    [
        *("cart", "cart:1", "shop/cart:1", "r.example:5000/cart", "pay:2"),
        *(f"cart@{_DIGESTS[0]}", f"cart:1@{_DIGESTS[1]}"),
    ]
)
_LABELS = st.dictionaries(st.sampled_from(["app", "team", "tier"]), st.sampled_from(["a", "b"]), max_size=2)
_KINDS = st.sampled_from(
    [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("v1", "ReplicationController"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
        ("argoproj.io/v1alpha1", "Rollout"),
        ("v1", "Service"),
        ("policy/v1", "PodDisruptionBudget"),
        ("v1", "Namespace"),
    ]
)


@st.composite
def _manifests(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Objects with distinct kinds and names, each of the shape that its kind has."""
    made = {}
    for api_version, kind in draw(st.lists(_KINDS, min_size=1, max_size=4)):
        name, labels = draw(_NAMES), draw(_LABELS)
        template = {
            "metadata": {"labels": labels} if draw(st.booleans()) else {},
            "spec": {"containers": [{"name": "a", "image": draw(_IMAGES)}, {"name": "b", "image": draw(_IMAGES)}]},
        }
        spec: dict[str, Any] = {"template": template}
        if kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"}:
            spec["selector"] = {"matchLabels": dict(labels)}
        elif kind == "ReplicationController":
            spec["selector"] = dict(labels)
        elif kind == "CronJob":
            spec = {"jobTemplate": {"spec": spec}}
        elif kind == "Service":
            spec = {"selector": dict(labels)} if draw(st.booleans()) else {"type": "ExternalName"}
        elif kind == "PodDisruptionBudget":
            spec = {"selector": draw(st.sampled_from([{"matchLabels": dict(labels)}, {"matchExpressions": []}]))}
        elif kind == "Namespace":
            spec = {}
        metadata: dict[str, Any] = {"name": name}
        if draw(st.booleans()):
            metadata["labels"] = dict(draw(_LABELS))
        made[kind, name] = {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}
    return list(made.values())


_SCALED = {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"}
# One value for each key: where two are set one after the other, kubectl changes places that were not asked for.
_PAIRS = st.sets(st.sampled_from(["app", "team", "tier"]), max_size=2).map(
    lambda keys: {key: f"{key}-1" for key in keys}
)
_FIELDS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "namespace": st.sampled_from(["shop", "prod"]),
        "namePrefix": st.sampled_from(["eu-", "x"]),
        "nameSuffix": st.sampled_from(["-v2", "-x"]),
        "commonLabels": _PAIRS,
        "labels": st.lists(
            st.fixed_dictionaries(
                {"pairs": _PAIRS}, optional={"includeSelectors": st.booleans(), "includeTemplates": st.booleans()}
            ),
            max_size=2,
        ),
        "images": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["cart", "shop/cart", "r.example:5000/cart", "r.example", "pay"])},
                optional={
                    "newName": st.sampled_from(["other", "r.example:5000/other"]),
                    "newTag": st.sampled_from(["9", "v1.2"]),
                    "digest": st.just(_DIGESTS[2]),
                },
            ),
            max_size=2,
        ),
    },
)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_builds_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    compared = 0

    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    @given(manifests=_manifests(), base=_FIELDS, over=_FIELDS, component=_FIELDS, data=st.data())
    def compare(
        manifests: list[dict[str, Any]],
        base: dict[str, Any],
        over: dict[str, Any],
        component: dict[str, Any],
        data: st.DataObject,
    ) -> None:
        nonlocal compared
        scaled = [item for item in manifests if item["kind"] in _SCALED]
        replicas = [{"name": item["metadata"]["name"], "count": data.draw(st.integers(0, 9))} for item in scaled[:1]]
        generator = [{"name": "conf", "literals": ["A=1"]}]
        files = {
            "base/kustomization.yaml": {"resources": ["all.yaml"], "configMapGenerator": generator, **base},
            "part/kustomization.yaml": {"kind": "Component", "namePrefix": "part-", **component},
            "over/kustomization.yaml": {
                "resources": ["../base"],
                "components": ["../part"],
                "replicas": replicas,
                **over,
            },
        }
        texts = {path: yaml.safe_dump(content) for path, content in files.items()}
        texts["base/all.yaml"] = yaml.safe_dump_all(manifests)
        theirs = _kubectl(tmp_path_factory.mktemp("kustomize"), texts)
        if theirs is not None:
            assert _seen(_plain(unit(texts).resources)) == theirs, texts
            compared += 1

    compare()
    assert compared >= 30


def _kubectl(directory: Path, texts: dict[str, str]) -> list[dict[str, Any]] | None:
    """What kubectl builds; None where it refuses the input."""
    for path, text in texts.items():
        (directory / path).parent.mkdir(exist_ok=True)
        (directory / path).write_text(text)
    command = ["kubectl", "kustomize", str(directory / "over")]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode:
        return None
    built = [document for document in yaml.safe_load_all(answer.stdout) if document]
    return _seen(
        [{**item, "name": item["metadata"]["name"], "namespace": item["metadata"].get("namespace")} for item in built]
    )


def _seen(built: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What of an object anybody can notice, sorted."""
    seen = []
    for item in built:
        if item["kind"] == "Namespace":  # nobody asks about one, so a file of nothing else is not even parsed
            continue
        spec = item.get("spec") or {}
        template = (spec.get("jobTemplate", {}).get("spec") or spec).get("template") or {}
        selector = spec.get("selector") or {}
        # Kustomize ends the name of what it generates with a hash of the content.
        name = re.sub(r"-[a-z0-9]{10}$", "", item["name"]) if item["kind"] == "ConfigMap" else item["name"]
        seen.append(
            {
                "kind": item["kind"],
                "name": name,
                "namespace": item.get("namespace"),
                "labels": item["metadata"].get("labels") or {},
                "pods": (template.get("metadata") or {}).get("labels") or {},
                "selector": dict(
                    selector.get("matchLabels") or (selector if "matchExpressions" not in selector else {})
                ),
                "images": [container["image"] for container in (template.get("spec") or {}).get("containers", [])],
                "replicas": spec.get("replicas"),
            }
        )
    return sorted(seen, key=str)
