"""What is read, what of it is parsed, and what becomes of files that cannot be."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from opsready import run
from opsready.intake import Intake, take_in
from opsready.options import Options
from opsready.tree import MemoryTree
from unit.resolve.trees import deployment, names, resolved, service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsready.model.verdict import Diagnostic

_RUNBOOK = "# Runbook: cart\n\n## Steps\n\n1. Restart it.\n2. Wait.\n"
_SKAFFOLD = "apiVersion: skaffold/v4beta6\nkind: Config\nbuild: {artifacts: [{image: cart}]}\n"


class CountingTree(MemoryTree):
    """A tree that counts how often each file is read."""

    __slots__ = ("reads",)

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        super().__init__(files)
        self.reads: Counter[str] = Counter()

    def read(self, path: str) -> bytes | Diagnostic:
        self.reads[path] += 1
        return super().read(path)


def taken(files: Mapping[str, bytes | str], *exclude: str) -> Intake:
    return take_in(MemoryTree(files), exclude)


def kinds_of(intake: Intake) -> list[tuple[str, str, int]]:
    return [(item.kind, item.file, item.line) for item in intake.diagnostics]


_REPOSITORY: dict[str, bytes | str] = {
    "deploy/cart.yaml": deployment(),
    "deploy/kustomization.yaml": "resources: [cart.yaml]\npatches: [{path: p.yaml}]\n",
    "deploy/p.yaml": deployment(),
    "deploy/data.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}',
    "chart/Chart.yaml": "name: shop\n",
    "chart/values.yaml": "a: 1\n",
    "chart/templates/cart.yaml": "kind: Deployment\n",
    "chart/charts/sub/Chart.yaml": "name: sub\n",
    "chart/charts/sub/templates/x.yaml": "kind: Deployment\n",
    "docs/runbooks/cart.md": _RUNBOOK,
    "docs/notes.md": "# Notes\n",
    "CODEOWNERS": "* @shop\n",
    "Tiltfile": "docker_build('cart', '.')\n",
    "skaffold.yaml": _SKAFFOLD,
    "catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart}\n",
    "opsready-service.yaml": "apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {name: cart}\n",
    "Dockerfile": "FROM x\n",
    "src/main.py": "kind: Deployment\n",
    "infra/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
    "tests/cart.yaml": deployment(),
    "ci/pipeline.yaml": "stages: [a]\n",
}


class TestReading:
    def test_each_file_is_read_once_and_code_never(self) -> None:
        tree = CountingTree(_REPOSITORY)
        take_in(tree, ())
        assert set(tree.reads.values()) == {1}
        unread = {"src/main.py", "tests/cart.yaml"}
        assert set(_REPOSITORY) - set(tree.reads) == unread | {
            "chart/charts/sub/Chart.yaml",
            "chart/charts/sub/templates/x.yaml",
        }

    def test_a_whole_run_reads_nothing_twice(self) -> None:
        tree = CountingTree(_REPOSITORY)
        run.examine(tree, Options(as_of=date(2026, 1, 1)))
        assert {path: count for path, count in tree.reads.items() if count > 1} == {}

    def test_what_is_excluded_is_neither_read_nor_parsed(self) -> None:
        tree = CountingTree(_REPOSITORY)
        intake = take_in(tree, ["deploy/", "*.md"])
        assert not [path for path in tree.reads if path.startswith("deploy/") or path.endswith(".md")]
        assert "deploy/cart.yaml" in intake.sources.paths
        assert "deploy/cart.yaml" in intake.sources.unjudged
        assert sum(skip.files for skip in intake.skips) >= 5

    def test_where_everything_goes(self) -> None:
        intake = taken(_REPOSITORY)
        assert set(intake.sources.parsed) == {
            *("deploy/cart.yaml", "deploy/kustomization.yaml", "deploy/p.yaml", "deploy/data.json", "chart/Chart.yaml"),
            *("skaffold.yaml", "catalog-info.yaml", "opsready-service.yaml"),
        }
        assert [file.path for file in intake.skaffold] == ["skaffold.yaml"]
        assert [file.path for file in intake.tiltfiles] == ["Tiltfile"]
        assert [file.path for file in intake.sources.charts["chart"]] == ["chart/templates/cart.yaml"]
        assert list(intake.sources.terraform) == ["infra/main.tf"]
        assert (intake.dockerfiles, list(intake.codeowners)) == (["Dockerfile"], ["CODEOWNERS"])
        assert (list(intake.markdown), list(intake.other_pages)) == (["docs/runbooks/cart.md"], ["docs/notes.md"])
        assert intake.files == len(_REPOSITORY)
        assert intake.diagnostics == []
        assert {"deploy", "chart/charts", "chart/charts/sub/templates", "docs/runbooks"} <= intake.sources.directories

    def test_terraform_is_read_with_its_credentials_masked_and_its_faults_told(self) -> None:
        files: dict[str, bytes | str] = {
            "main.tf": 'resource "t" "r" {\r\n  password = "hunter22"\r\n}\r\n',
            "bad.tf": 'resource "t" "bad" {\n  x = [\n}\n',
            "terraform.tfvars": 'db_password   = "hunter22"\n',
            "x.tf.json": '{"locals": {"a": 1}}',
            "terragrunt.hcl": "inputs = {}\n",
            "nul.tf": b"a\0",
        }
        intake = taken(files)
        assert set(intake.sources.terraform) == set(files)
        assert sorted(intake.texts) == ["main.tf", "terraform.tfvars", "terragrunt.hcl", "x.tf.json"]
        assert "hunter22" not in "".join(intake.texts.values())
        assert kinds_of(intake) == [("invalid-hcl", "bad.tf", 3), ("unreadable-file", "nul.tf", 1)]
        assert intake.parsed_files == 5

    def test_a_page_is_kept_once_somebody_refers_to_it(self) -> None:
        intake = taken({"docs/notes.md": "# Notes\npassword=hunter22\n"})
        before = intake.parsed_files
        intake.take_document("docs/notes.md")
        intake.take_document("docs/notes.md")
        intake.take_document("docs/none.md")
        assert list(intake.markdown) == ["docs/notes.md"]
        assert intake.parsed_files == before + 1
        assert "hunter22" not in intake.markdown["docs/notes.md"] + intake.texts["docs/notes.md"]


class TestWhatIsParsed:
    @pytest.mark.parametrize(
        "text",
        [
            deployment(),
            deployment().replace("\n", "\r\n"),
            "---\n# x\n" + deployment(),
            'apiVersion: "apps/v1"\nkind: "Deployment"\nmetadata: {name: x}\n',
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}\n",
            "kind: CustomResourceDefinition\napiVersion: a.k8s.io/v1\n---\n" + deployment(),
            "apiVersion: v1\nkind: List\nitems: []\n",
            "apiVersion: apps/v1\nkind: DeploymentList\nitems: []\n",
            "groups:\n- name: x\n  rules: []\n",
            "- op: replace\n  path: /a\n",
            "[{op: replace, path: /a}]\n",
            "- {op: replace, path: /a}\n",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n",
            "- source: {kind: X}\n  targets:\n  - select: {}\n",
        ],
    )
    def test_what_somebody_asks_about(self, text: str) -> None:
        assert list(taken({"a.yaml": text}).sources.parsed) == ["a.yaml"]

    @pytest.mark.parametrize(
        "text",
        [
            '{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"}}',
            '{\n  "kind": "Service",\n  "apiVersion": "v1"\n}\n',
            '{\n\t"apiVersion": "v1",\n\t"kind": "Service"\n}\n',
            '[{"op":"replace","path":"/a"}]',
            '[\n  {\n    "op": "replace"\n  }\n]\n',
        ],
    )
    def test_json_as_well(self, text: str) -> None:
        assert list(taken({"a.json": text}).sources.parsed) == ["a.json"]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\n",
            "stages: [a]\n",
            "name: x\non: push\njobs: {}\n",
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n",
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n",
            "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: x}\n",
        ],
    )
    def test_what_nobody_asks_about_is_left(self, text: str) -> None:
        intake = taken({"a.yaml": text})
        assert (intake.sources.parsed, intake.diagnostics, intake.texts) == ({}, [], {})

    def test_what_may_make_pods_is_known_by_kind(self) -> None:
        text = "apiVersion: cache.example.com/v1\nkind: Redis\nmetadata: {name: x}\n"
        intake = taken({"a.yaml": text})
        assert intake.sources.other_kinds == {"a.yaml": ("Redis",)}
        assert intake.sources.parsed == {}


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        "data",
        [b"\0GITCRYPT\0abc", b"version https://git-lfs.github.com/spec/v1\noid x\n", b"a: \xff\xfe\n", b"a: \0\n"],
    )
    def test_it_is_told_and_kept_as_unreadable(self, data: bytes) -> None:
        intake = taken({"a.yaml": data, "b.yaml": service()})
        assert kinds_of(intake) == [("unreadable-file", "a.yaml", 1)]
        assert (intake.sources.parsed["a.yaml"].broken, intake.sources.parsed["a.yaml"].documents) == (True, ())
        assert names(resolved({"a.yaml": data, "b.yaml": service()})[0]) == ["Service/cart"]

    def test_an_encrypted_file_that_a_kustomization_names(self) -> None:
        encrypted = b"\0GITCRYPT\0abc"
        files: dict[str, bytes | str] = {
            "k/kustomization.yaml": "resources: [cart.yaml, s.yaml]\n",
            "k/cart.yaml": deployment(),
            "k/s.yaml": encrypted,
        }
        (unit,) = resolved(files)
        assert names(unit) == ["Deployment/cart"]
        assert [(opaque.name, opaque.place.span.file) for opaque in unit.opaque] == [
            ("k/s.yaml", "k/kustomization.yaml")
        ]

    def test_a_file_that_is_too_large(self) -> None:
        intake = taken({"a.yaml": "a: " + "x" * (6 * 1024 * 1024), "b.yaml": service()})
        assert [kind for kind, _, _ in kinds_of(intake)] == ["file-too-large"]
        assert intake.sources.parsed["a.yaml"].broken

    def test_an_unreadable_template_of_a_chart_costs_that_alone(self) -> None:
        files: dict[str, bytes | str] = {
            "c/Chart.yaml": "name: x\n",
            "c/templates/a.yaml": b"\xff",
            "c/templates/b.yaml": "kind: Job",
        }
        intake = taken(files)
        assert kinds_of(intake) == [("unreadable-file", "c/templates/a.yaml", 1)]
        assert [file.path for file in intake.sources.charts["c"]] == ["c/templates/b.yaml"]

    def test_broken_yaml_is_told_with_its_line_and_shown_nowhere(self) -> None:
        intake = taken({"a.yaml": f"{deployment()}---\nkind: Secret\npassword: hunter22\nx: [\n"})
        ((kind, file, _),) = kinds_of(intake)
        assert (kind, file) == ("unreadable-document", "a.yaml")
        assert intake.texts == {}
        assert len(intake.sources.parsed["a.yaml"].documents) == 1

    def test_a_first_value_that_a_second_one_hides_is_shown_nowhere(self) -> None:
        intake = taken({"a.yaml": f"{service()}password: hunter22\npassword: hunter33\n"})
        assert [kind for kind, _, _ in kinds_of(intake)] == ["duplicate-key"]
        assert not any("hunter22" in text for text in intake.texts.values())


def test_credentials_are_masked_in_every_text_that_may_be_shown() -> None:
    token = "ghp" + "_" + "a1B2" * 9
    files = {
        "a.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: x}}\ndata:\n  a: hunter22\n  b: {token}\n",
        "docs/runbooks/cart.md": f"{_RUNBOOK}\n`curl -H 'token={token}'`\n",
        "b.json": f'{{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {{"name": "{token}"}}}}',
    }
    intake = taken(files)
    assert set(intake.texts) == set(files)
    everything = repr([*intake.texts.values(), *intake.markdown.values(), *_trees(intake)])
    assert token not in everything
    assert "hunter22" not in everything


def _trees(intake: Intake) -> list[object]:
    return [document.root for file in intake.sources.parsed.values() for document in file.documents]


class TestCrashes:
    @pytest.mark.parametrize("where", ["opsready.parse.yaml.parse_yaml", "opsready.parse.credentials.mask_documents"])
    def test_one_costs_a_file_and_is_told(self, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
        from opsready.parse import credentials, yaml

        module = yaml if "yaml" in where.rpartition(".")[0] else credentials
        original = getattr(module, where.rpartition(".")[2])

        def crash(first: object, second: str) -> object:
            if "crash-here" in repr(first) + second:
                message = "boom"
                raise RuntimeError(message)
            return original(first, second)

        monkeypatch.setattr(module, where.rpartition(".")[2], crash)
        crashing = service("crash-here") + "password: hunter22\n"
        intake = taken({"a.yaml": crashing, "b.yaml": deployment()})
        ((kind, file, line),) = kinds_of(intake)
        assert (kind, file, line) == ("parser-crashed", "a.yaml", 1)
        assert "boom" in intake.diagnostics[0].message
        assert len(intake.sources.parsed["b.yaml"].documents) == 1
        assert list(intake.texts) == ["b.yaml"]
        (unit,) = resolved({"a.yaml": crashing, "b.yaml": deployment()})
        assert names(unit) == ["Deployment/cart"]
        assert [opaque.name for opaque in unit.opaque] == ["a.yaml"]

    def test_a_file_that_crashes_is_missed_by_the_kustomization_that_names_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from opsready.parse import yaml

        original = yaml.parse_yaml

        def crash(text: str, file: str) -> object:
            if file == "k/s.yaml":
                raise ZeroDivisionError
            return original(text, file)

        monkeypatch.setattr(yaml, "parse_yaml", crash)
        files = {
            "k/kustomization.yaml": "resources: [cart.yaml, s.yaml]\n",
            "k/cart.yaml": deployment(),
            "k/s.yaml": service(),
        }
        (unit,) = resolved(files)
        assert (names(unit), [opaque.name for opaque in unit.opaque]) == (["Deployment/cart"], ["k/s.yaml"])
