"""What Skaffold and Tilt build and deploy."""

from __future__ import annotations

import time

import pytest

from opsready.intake import take_in
from opsready.resolve.build_tools import BuildTools, build_tools
from opsready.tree import MemoryTree


def tools(**files: str) -> BuildTools:
    """The tools of a repository; `app_skaffold_yaml` is `app/skaffold.yaml`, `Tiltfile` is itself."""
    paths = {name.replace("_yaml", ".yaml").replace("_", "/"): text for name, text in files.items()}
    intake = take_in(MemoryTree(paths), ())
    return build_tools(intake.skaffold, intake.tiltfiles)


_HEAD = "apiVersion: skaffold/v4beta6\nkind: Config\n"


class TestSkaffold:
    def test_artifacts_are_images_that_are_built_here(self) -> None:
        artifacts = "[{image: shop/cart}, {image: 'r.example:5000/pay', context: x}, {}, text]"
        found = tools(skaffold_yaml=f"{_HEAD}build: {{artifacts: {artifacts}}}\n")
        assert found.images == {"shop/cart": "skaffold.yaml", "r.example:5000/pay": "skaffold.yaml"}
        assert found.inputs == ()

    def test_the_oldest_name_of_the_field(self) -> None:
        text = "apiVersion: skaffold/v1alpha2\nkind: Config\nbuild: {artifacts: [{imageName: cart}]}\n"
        assert tools(skaffold_yaml=text).images == {"cart": "skaffold.yaml"}

    def test_profiles_have_the_same_shape(self) -> None:
        profile = "{name: prod, build: {artifacts: [{image: pay}]}, manifests: {kustomize: {paths: [overlays/prod]}}}"
        found = tools(skaffold_yaml=f"{_HEAD}build: {{artifacts: [{{image: cart}}]}}\nprofiles: [{profile}, text]\n")
        assert set(found.images) == {"cart", "pay"}
        assert found.inputs == ("overlays/prod",)

    @pytest.mark.parametrize(
        "field",
        [
            "manifests: {rawYaml: [k8s/cart.yaml]}",
            "manifests: {kustomize: {paths: [./k8s/cart.yaml]}}",
            "deploy: {kubectl: {manifests: ['k8s/cart.yaml']}}",
            "deploy: {kustomize: {paths: [k8s//cart.yaml]}}",
        ],
    )
    def test_manifests_of_every_generation(self, field: str) -> None:
        assert tools(skaffold_yaml=f"{_HEAD}{field}\n").inputs == ("k8s/cart.yaml",)
        assert tools(app_skaffold_yaml=f"{_HEAD}{field}\n").inputs == ("app/k8s/cart.yaml",)

    @pytest.mark.parametrize(
        ("written", "inputs"),
        [
            ("k8s/*.yaml", ("app/k8s",)),
            ("k8s/**", ("app/k8s",)),
            ("k8s/cart-*", ("app/k8s",)),
            ("../sibling/x.yaml", ("sibling/x.yaml",)),
            ("../../outside", ()),
            ("/absolute", ()),
        ],
    )
    def test_paths_are_relative_and_end_at_a_wildcard(self, written: str, inputs: tuple[str, ...]) -> None:
        assert tools(app_skaffold_yaml=f"{_HEAD}manifests: {{rawYaml: ['{written}', 1]}}\n").inputs == inputs

    def test_several_documents_and_files(self) -> None:
        one = f"{_HEAD}build: {{artifacts: [{{image: %s}}]}}\n"
        found = tools(skaffold_yaml=f"{one % 'a'}---\n{one % 'b'}", sub_skaffold_yaml=one % "a")
        assert found.images == {"a": "skaffold.yaml", "b": "skaffold.yaml"}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[]",
            "build: {artifacts: [{image: a}]}",
            "apiVersion: v1\nbuild: {artifacts: [{image: a}]}",
            f"{_HEAD}build: x\n",
        ],
    )
    def test_what_is_no_skaffold_file_builds_nothing(self, text: str) -> None:
        assert tools(skaffold_yaml=text) == BuildTools({}, ())


class TestTilt:
    @pytest.mark.parametrize(
        "call",
        [
            "docker_build('shop/cart', '.')",
            'docker_build("shop/cart", ".")',
            "docker_build(\n    'shop/cart',\n    context='.')",
            "docker_build(ref='shop/cart', context='.')",
            "custom_build('shop/cart', 'make', ['.'])",
            "if x:\n  docker_build( 'shop/cart')",
        ],
    )
    def test_images(self, call: str) -> None:
        assert tools(Tiltfile=call).images == {"shop/cart": "Tiltfile"}

    @pytest.mark.parametrize(
        ("call", "inputs"),
        [
            ("k8s_yaml('k8s/cart.yaml')", ("k8s/cart.yaml",)),
            ("k8s_yaml(['a.yaml', \"b.yaml\"])", ("a.yaml", "b.yaml")),
            ("k8s_yaml(kustomize('./overlays/dev'))", ("overlays/dev",)),
            ("k8s_yaml(listdir('k8s'))", ("k8s",)),
            ("x = kustomize('o')\nk8s_yaml(x)", ("o",)),
        ],
    )
    def test_manifests(self, call: str, inputs: tuple[str, ...]) -> None:
        assert tools(Tiltfile=call).inputs == inputs

    def test_a_comment_builds_nothing(self) -> None:
        assert tools(Tiltfile="# docker_build('old')\n  # k8s_yaml('old.yaml')\nx = '#'\n") == BuildTools({}, ())

    @pytest.mark.parametrize("piece", ["k8s_yaml(", "docker_build(", "docker_build(\n", "k8s_yaml('", "#"])
    def test_a_hostile_one_takes_no_longer_than_its_length(self, piece: str) -> None:
        started = time.process_time()
        tools(Tiltfile=piece * (1_000_000 // len(piece)))
        assert time.process_time() - started < 2
