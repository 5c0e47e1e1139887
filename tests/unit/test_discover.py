"""What files are, which of them are judged, and how their bytes become text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opsready import tree as tree_module
from opsready.discover import decode, discover, role_of
from opsready.errors import ConfigurationError
from opsready.model.verdict import Diagnostic
from opsready.tree import Entry, MemoryTree, open_directory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def judged(*paths: str, exclude: Sequence[str] = ()) -> list[str]:
    return [file.path for file in discover(MemoryTree(dict.fromkeys(paths, "")), exclude=exclude).files]


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("deploy/app.yaml", "yaml"),
        ("deploy/APP.YML", "yaml"),
        ("values.yaml", "yaml"),
        ("a.json", "json"),
        ("docs/runbook.md", "markdown"),
        ("docs/runbook.markdown", "markdown"),
        ("Dockerfile", "dockerfile"),
        ("build/Dockerfile.prod", "dockerfile"),
        ("api.Dockerfile", "dockerfile"),
        ("api.dockerfile", "dockerfile"),
        ("Containerfile", "dockerfile"),
        ("Dockerfile.dockerignore", "other"),
        ("Dockerfile.md", "markdown"),
        ("Dockerfiles/notes", "other"),
        ("Dockerfiling", "other"),
        ("CODEOWNERS", "codeowners"),
        (".github/CODEOWNERS", "codeowners"),
        (".gitlab/CODEOWNERS", "codeowners"),
        ("docs/CODEOWNERS", "codeowners"),
        ("src/CODEOWNERS", "other"),
        ("Tiltfile", "tiltfile"),
        ("web/dev.tiltfile", "tiltfile"),
        ("base/kustomization.yaml", "kustomization"),
        ("base/kustomization.yml", "kustomization"),
        ("base/Kustomization", "kustomization"),
        ("chart/Chart.yaml", "chart"),
        ("chart/chart.yaml", "yaml"),
        ("skaffold.yaml", "skaffold"),
        ("skaffold-dev.yml", "skaffold"),
        ("skaffold.json", "json"),
        ("cart/opsready-service.yaml", "service-file"),
        ("cart/opsready-service.yml", "service-file"),
        ("catalog-info.yaml", "catalog"),
        ("main.tf", "terraform"),
        ("main.tf.json", "terraform"),
        ("prod.tfvars", "terraform"),
        ("prod.auto.tfvars.json", "terraform"),
        ("live/terragrunt.hcl", "terraform"),
        ("other.hcl", "other"),
        (".opsready/config.yaml", "other"),
        ("shop/.opsready/waivers.yaml", "other"),
        (".yaml", "other"),
        ("README", "other"),
        ("main.go", "other"),
    ],
)
def test_a_role_follows_from_the_name(path: str, role: str) -> None:
    assert role_of(path) == role


def test_files_come_sorted_with_their_size_and_role() -> None:
    found = discover(MemoryTree({"b.yaml": "12", "a.md": "1", "LICENSE": ""}))
    assert [(file.path, file.size, file.role) for file in found.files] == [
        ("LICENSE", 0, "other"),
        ("a.md", 1, "markdown"),
        ("b.yaml", 2, "yaml"),
    ]
    assert found.skips == ()


@pytest.mark.parametrize(
    "folder",
    [
        *("tests", "test", "testdata", "fixtures", "node_modules", "vendor", ".terraform", "skeleton", "skeletons"),
        *("example", "examples", "Tests", "EXAMPLES", ".git"),
    ],
)
def test_some_folders_are_not_judged_by_default_at_any_depth(folder: str) -> None:
    assert judged("a.yaml", f"{folder}/b.yaml", f"x/{folder}/y/c.yaml") == ["a.yaml"]


def test_a_folder_is_recognised_by_its_whole_name_and_a_file_is_not() -> None:
    paths = ["contests/a.yaml", "examples.yaml", "my-tests/b.yaml", "tests.yaml", "vendors/c.yaml"]
    assert judged(*paths) == paths


@pytest.mark.parametrize("name", ["example.yaml", "Example.yml", "example.json"])
def test_a_manifest_called_nothing_but_example_is_not_judged(name: str) -> None:
    paths = ["a/example-pod.yaml", "a/example.md", "a/my-example.yaml"]
    assert judged(*paths, f"images/init/{name}", name) == paths


def test_an_environment_called_test_is_judged_and_a_folder_of_tests_is_not() -> None:
    judged_paths = ["deploy/prod/a.yaml", "deploy/test/a.yaml", "envs/test/db/a.yaml", "overlays/test/a.yaml"]
    assert judged(*judged_paths, "src/test/resources/a.yaml", "src/main/a.yaml", "test/e2e/a.yaml") == sorted(
        [*judged_paths, "src/main/a.yaml"]
    )


def test_skips_are_counted_by_reason_with_examples() -> None:
    paths = [f"tests/{number}.yaml" for number in range(5)] + ["vendor/a/b.yaml", "examples/c.yaml", "a.yaml"]
    skips = discover(MemoryTree(dict.fromkeys(paths, ""))).skips
    assert {skip.reason.split(",")[0]: (skip.files, skip.examples) for skip in skips} == {
        "tests and fixtures": (5, ("tests/0.yaml", "tests/1.yaml", "tests/2.yaml")),
        "other people's code (node_modules": (1, ("vendor/a/b.yaml",)),
        "examples": (1, ("examples/c.yaml",)),
    }
    assert [skip.reason for skip in skips] == sorted(skip.reason for skip in skips)


def test_exclude_takes_patterns_of_gitignore() -> None:
    paths = ["a.yaml", "docs/a.yaml", "legacy/keep.yaml", "legacy/old.yaml", "x/generated/y.yaml"]
    assert judged(*paths, exclude=["legacy/*", "!legacy/keep.yaml", "generated/", "/a.yaml", "# a comment", ""]) == [
        "docs/a.yaml",
        "legacy/keep.yaml",
    ]
    (skip,) = discover(MemoryTree(dict.fromkeys(paths, "")), exclude=["*.yaml"]).skips
    assert (skip.reason, skip.files) == ("excluded by configuration", 5)


def test_a_pattern_that_is_none_is_a_mistake_of_the_configuration() -> None:
    with pytest.raises(ConfigurationError, match="`exclude` holds a pattern that is none") as caught:
        judged("a.yaml", exclude=["!"])
    assert caught.value.help


class TreeWithLinks(MemoryTree):
    """A tree in memory, with symbolic links."""

    def __init__(self, files: Sequence[str], links: dict[str, str]) -> None:
        super().__init__(dict.fromkeys(files, ""))
        self.links = links

    def entries(self) -> list[Entry]:
        links = [Entry(path, 0, target) for path, target in self.links.items()]
        return sorted([*super().entries(), *links], key=lambda entry: entry.path)


def test_a_link_is_judged_only_where_its_target_is_not() -> None:
    tree = TreeWithLinks(
        ["deploy/a.yaml", "examples/b.yaml"],
        {
            "0.yaml": "deploy/a.yaml",
            "1.yaml": "examples/b.yaml",
            "2.yaml": "examples/b.yaml",
            "3.yaml": "ignored/c.yaml",
        },
    )
    found = discover(tree)
    assert [file.path for file in found.files] == ["1.yaml", "3.yaml", "deploy/a.yaml"]
    same = next(skip for skip in found.skips if skip.reason.startswith("symbolic links to files"))
    assert same.examples == ("0.yaml", "2.yaml")


def test_what_the_tree_withholds_is_counted(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "a.yaml").write_text("")
    found = discover(open_directory(tmp_path))
    assert [(skip.reason, skip.files, skip.examples) for skip in found.skips] == [
        (tree_module.WITHHELD_PRUNED, 1, ("node_modules",))
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"a: \xc3\xbc\n", "a: ü\n"),
        (b"\xef\xbb\xbfa: 1\n", "a: 1\n"),
        (b"\xef\xbb\xbf", ""),
        ("a: ü\n".encode("utf-16"), "a: ü\n"),
        (b"\xfe\xff" + "a: ü\n".encode("utf-16-be"), "a: ü\n"),
        (b"a\r\nb\r\n", "a\r\nb\r\n"),
    ],
)
def test_text_is_utf8_or_utf16_with_a_mark(data: bytes, text: str) -> None:
    assert decode("a.yaml", data) == (text, None)


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"\0GITCRYPT\0abc", 1, "git-crypt unlock"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n", 1, "git lfs pull"),
        (b"a\0b", 1, "NUL"),
        (b"a: 1\nb: caf\xe9\n", 2, "UTF-8"),
        (b"\xef\xbb\xbfa\nb\nc: \xff", 3, "UTF-8"),
        (b"\xff\xfe\x00", 1, "UTF-16"),
        ("a".encode("utf-32"), 1, "NUL"),
    ],
)
def test_what_is_no_text_is_a_diagnostic(data: bytes, line: int, words: str) -> None:
    text, diagnostic = decode("a.yaml", data)
    assert text is None
    assert diagnostic is not None
    assert (diagnostic.kind, diagnostic.file, diagnostic.line) == ("unreadable-file", "a.yaml", line)
    assert words in diagnostic.message


def test_what_could_not_be_read_stays_what_it_is() -> None:
    problem = Diagnostic("unreadable-file", "a.yaml", 1, "cannot be read")
    assert decode("a.yaml", problem) == (None, problem)


def test_a_huge_text_is_refused() -> None:
    text, diagnostic = decode("a.yaml", b"a" * (tree_module.MAX_FILE_SIZE + 1))
    assert text is None
    assert diagnostic is not None
    assert diagnostic.kind == "file-too-large"
