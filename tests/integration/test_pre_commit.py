"""The hooks, run by the real pre-commit on repositories as people have them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.composite import NO_NETWORK
from opsready import discover
from opsready.cli.check_options import OPTIONS
from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec

ROOT = Path(__file__).parents[2]
MANIFEST: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
HOOKS = {hook["id"]: hook for hook in MANIFEST}
MOST_SECONDS = 2.0
BAD_CONTAINER = ContainerSpec(image="shop/app", probe=False)

needs_pre_commit = pytest.mark.skipif(
    shutil.which("git") is None or find_spec("pre_commit") is None, reason="there is no pre-commit, or no git, here"
)


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    said: str


class Repository:
    """A git repository with hooks of ours; its pre-commit keeps its environments in a folder of the test."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
        self.environment = {
            **kept,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "HOME": str(home),
            "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
            "OPSREADY_AS_OF": "2026-11-24",
            "PIP_RETRIES": "1",
        }
        home.mkdir()
        (home / "gitconfig").write_text(
            "[user]\n\tname = Alma\n\temail = alma@example.com\n[init]\n\tdefaultBranch = main\n", encoding="utf-8"
        )
        root.mkdir()
        self.run("git", "init", "-q")

    def write(self, files: Mapping[str, str]) -> None:
        for path, content in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(content, encoding="utf-8")

    def run(self, *command: str) -> Ended:
        ended = subprocess.run(  # noqa: S603 - the commands are ours
            command,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        return Ended(ended.returncode, ended.stdout + ended.stderr)

    def pre_commit(self, *arguments: str) -> Ended:
        return self.run(sys.executable, "-m", "pre_commit", *arguments)

    def commit(self, message: str) -> Ended:
        self.run("git", "add", "-A")
        return self.run("git", "commit", "-qm", message)

    def install_hooks(self) -> None:
        """Our hooks as they are, but with the opsready of these tests: `language: system` needs no installation."""
        hooks = [{**hook, "language": "system"} for hook in MANIFEST]
        config = {
            "default_install_hook_types": ["pre-commit", "pre-push"],
            "repos": [{"repo": "local", "hooks": hooks}],
        }
        self.write({".pre-commit-config.yaml": yaml.safe_dump(config)})
        assert self.pre_commit("install").code == 0


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository", tmp_path / "home")


def shop(services: int = 1, **workload: Any) -> dict[str, str]:
    """Files of a shop; the first service has a workload of these properties."""
    first = ServiceSpec("cart", workloads=(WorkloadSpec("cart", **workload),))
    others = [
        ServiceSpec(f"shop-{number}", workloads=(WorkloadSpec(f"shop-{number}"),)) for number in range(1, services)
    ]
    return RepositorySpec((first, *others)).files()


@needs_pre_commit
def test_a_good_commit_goes_through_and_a_bad_one_does_not(repository: Repository) -> None:
    repository.write(shop())
    repository.install_hooks()
    good = repository.commit("good")
    assert good.code == 0, good.said
    repository.write(shop(containers=(BAD_CONTAINER,)))
    bad = repository.commit("bad")
    assert bad.code == 1
    assert "services/cart/k8s/cart.yaml:" in bad.said
    assert "high image-not-pinned: " in bad.said
    assert "opsready: gate missed: " in bad.said


@needs_pre_commit
def test_the_whole_repository_is_judged_and_only_when_something_that_is_read_changes(repository: Repository) -> None:
    repository.write({**shop(containers=(BAD_CONTAINER,)), "main.go": "package main\n"})
    repository.install_hooks()
    repository.run("git", "add", "-A")
    repository.run("git", "commit", "-qm", "as it was", "--no-verify")
    repository.write({"main.go": "package main // changed\n"})
    assert "(no files to check)Skipped" in repository.commit("code").said
    repository.write({"README.md": "# The shop\n"})
    elsewhere = repository.commit("a page")
    assert elsewhere.code == 1
    assert "services/cart/k8s/cart.yaml:" in elsewhere.said


@needs_pre_commit
def test_what_is_not_staged_is_not_judged(repository: Repository) -> None:
    repository.write(shop())
    repository.install_hooks()
    assert repository.commit("good").code == 0
    repository.write({"README.md": "# The shop\n"})
    repository.run("git", "add", "README.md")
    repository.write(shop(containers=(BAD_CONTAINER,)))
    ended = repository.run("git", "commit", "-qm", "only the page")
    assert ended.code == 0, ended.said


@needs_pre_commit
def test_a_repository_in_which_nothing_runs_yet_can_be_committed_to(repository: Repository) -> None:
    repository.write({"README.md": "# The shop\n"})
    repository.install_hooks()
    ended = repository.commit("first")
    assert ended.code == 0, ended.said


@needs_pre_commit
def test_a_push_fails_below_the_score_and_sees_what_was_deleted(repository: Repository, tmp_path: Path) -> None:
    repository.run("git", "init", "-q", "--bare", str(tmp_path / "origin.git"))
    repository.run("git", "remote", "add", "origin", str(tmp_path / "origin.git"))
    repository.write(shop())
    repository.install_hooks()
    assert repository.commit("good").code == 0
    pushed = repository.run("git", "push", "-q", "origin", "main")
    assert pushed.code == 0, pushed.said
    for gone in ("docs", "services/cart/opsready-service.yaml", "services/cart/slo.yaml"):
        repository.run("git", "rm", "-rq", gone)
    assert repository.run("git", "commit", "-qm", "tidy up").code == 0  # nothing that is left has changed
    refused = repository.run("git", "push", "-q", "origin", "main")
    assert refused.code == 1
    assert re.search(r"opsready: gate missed: the score is [0-9.]+, below 70", refused.said)


@needs_pre_commit
def test_a_staged_change_of_300_files_takes_less_than_two_seconds(repository: Repository) -> None:
    """Of the processor: what passes on the clock is the same where nothing else runs, and says little elsewhere."""
    resource = pytest.importorskip("resource")

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return float(usage.ru_utime + usage.ru_stime)

    files = shop(58)
    repository.write(files)
    repository.install_hooks()
    repository.write({f"src/module_{number}.go": "package main\n" for number in range(299 - len(files))})
    assert repository.commit("good").code == 0
    assert len(repository.run("git", "ls-files").said.splitlines()) == 300
    taken = []
    for number in range(3):
        repository.write(shop(58, replicas=3 + number))
        repository.run("git", "add", "-A")
        before = used()
        ended = repository.pre_commit("run")
        taken.append(used() - before)
        assert ended.code == 0, ended.said
        assert "Passed" in ended.said
    assert min(taken) < MOST_SECONDS, taken


@needs_pre_commit
def test_pre_commit_installs_the_hooks_from_a_checkout(repository: Repository, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for name in ("src", "rules", "schemas"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, checkout)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "as it is"]):
        assert repository.run("git", "-C", str(checkout), *words).code == 0
    repository.write(shop(containers=(BAD_CONTAINER,)))
    repository.run("git", "add", "-A")
    ended = repository.pre_commit("try-repo", str(checkout), "opsready", "--all-files")
    if NO_NETWORK.search(ended.said):
        pytest.skip("what opsready needs cannot be installed from here")
    assert ended.code == 1, ended.said
    assert "high image-not-pinned: " in ended.said


def test_every_hook_is_quick_to_decide_about() -> None:
    """Without names of files, in one process; before a commit only where something is read that has changed."""
    for hook in MANIFEST:
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False
        assert hook["require_serial"] is True
    assert "always_run" not in HOOKS["opsready"]
    assert HOOKS["opsready"]["stages"] == ["pre-commit"]
    assert HOOKS["opsready-score"]["stages"] == ["pre-push"]


def test_every_flag_of_a_hook_is_an_option() -> None:
    flags = {option.flag for option in OPTIONS}
    for hook in MANIFEST:
        program, verb, *words = [*hook["entry"].split(), *hook["args"]]
        assert (program, verb) == ("opsready", "check")
        assert {word.partition("=")[0] for word in words if word.startswith("-")} <= flags


@pytest.mark.parametrize(
    "path",
    [
        *discover.ROLE_BY_NAME,
        *discover.CODEOWNERS,
        *(f"deploy/cart.{extension}" for extension in discover.ROLE_BY_EXTENSION),
        *("cart.YAML", "OWNERS", "app/OWNERS", "skaffold.dev.yaml", "infra/main.tf.json"),
        *("Dockerfile", "build/Dockerfile.prod", "Containerfile-arm", "base.dockerfile"),
        *(".opsready/config.yaml", ".opsready/waivers.yaml", "pyproject.toml"),
    ],
)
def test_a_file_that_is_read_starts_the_hook(path: str) -> None:
    assert re.search(HOOKS["opsready"]["files"], path)


@pytest.mark.parametrize(
    "path", ["main.go", "yaml", "src/md.py", "Dockerfilex", "a.yaml.tmpl", "MyOWNERS", "x/.opsready"]
)
def test_a_file_that_is_not_read_does_not(path: str) -> None:
    assert not re.search(HOOKS["opsready"]["files"], path)
