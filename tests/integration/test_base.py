"""`--base` and `--staged` on real repositories: a change is blamed for what it made worse, and for nothing else."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from integration import commands
from integration.commands import write
from opsready import git as git_module
from opsready.cli.app import run
from opsready.cli.replay import VARIABLES, Replay
from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec, runbook, text

pytestmark = pytest.mark.skipif(not git_module._binary("/nonexistent"), reason="git is not installed")

SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "opsready_schemas" / "report.v1.json"
GOOD = WorkloadSpec()
NOT_READY = replace(GOOD, containers=(ContainerSpec(probe=False),))
MANIFEST = "services/cart/k8s/cart.yaml"


class Result(commands.Result):
    """What a run ended with and said, and what it said of a change."""

    @property
    def comparison(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json["comparison"]
        return found

    def rules(self, change: str) -> list[str]:
        return sorted(verdict["rule"] for verdict in self.comparison[change])


Check = Callable[..., Result]


@pytest.fixture(autouse=True)
def _own_git_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, *(name for name in os.environ if name.startswith("GIT_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("OPSREADY_AS_OF", "2026-11-24")


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Checks the repository of a test against its branch `main`, in JSON."""

    def execute(*options: str, root: Path | None = None, base: str = "main", form: str = "json") -> Result:
        where = root or tmp_path / "shop"
        code = run(["check", str(where), "--format", form, *(("--base", base) if base else ()), *options])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return execute


def git(where: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "protocol.file.allow=always")
    command = ["git", *identity, *arguments]
    done = subprocess.run(command, cwd=where, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    return done.stdout.strip()


def shop(*workloads: WorkloadSpec, **given: Any) -> dict[str, str]:
    """A repository with one service."""
    return RepositorySpec((ServiceSpec(workloads=workloads or (GOOD,), **given),)).files()


@pytest.fixture
def begin(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Makes the repository whose branch `main` holds files, and checks the branch `change` out."""

    def made(files: Mapping[str, str]) -> Path:
        root = tmp_path / "shop"
        root.mkdir()
        git(root, "init", "--quiet", "--initial-branch", "main")
        write(root, files)
        commit(root)
        git(root, "checkout", "--quiet", "-b", "change")
        return root

    return made


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "a change")


Begin = Callable[[Mapping[str, str]], Path]


# --- what a change is blamed for -------------------------------------------------------------------------------------


def test_a_commit_that_worsens_one_workload_fails_with_exactly_that_finding(begin: Begin, check: Check) -> None:
    bad = WorkloadSpec("search", replicas=1, budget=False)
    root = begin(shop(GOOD, bad))
    write(root, shop(NOT_READY, bad))
    commit(root)
    found = check()
    assert found.code == 1
    (finding,) = found.comparison["new"]
    assert (finding["rule"], finding["subject"]["address"]) == ("missing-readiness-probe", "Deployment/cart[app]")
    assert found.comparison["still"] > 0
    assert found.err.splitlines()[-1] == (
        "opsready: gate missed: 1 new or worse failure of severity high or worse: missing-readiness-probe"
    )
    assert [found.comparison[key] for key in ("worse", "fixed", "hidden", "undecided")] == [[], [], [], []]


def test_a_commit_that_fixes_it_passes(begin: Begin, check: Check) -> None:
    bad = WorkloadSpec("search", replicas=1, budget=False)
    root = begin(shop(NOT_READY, bad))
    write(root, shop(GOOD, bad))
    commit(root)
    found = check()
    assert found.code == 0
    assert found.rules("fixed") == ["missing-readiness-probe"]
    assert found.comparison["debt"]["change"] < 0
    assert found.comparison["score"]["change"] > 0


def test_a_change_of_nothing_passes_on_a_bad_repository(begin: Begin, check: Check) -> None:
    begin(shop(NOT_READY, replicas_bad()))
    assert check(base="").code == 1
    found = check("--max-debt-increase", "0", "--no-new-ignores")
    assert found.code == 0
    assert found.comparison["debt"]["change"] == 0


def replicas_bad() -> WorkloadSpec:
    return WorkloadSpec("search", replicas=1, budget=False, spread=False)


def test_a_new_bad_service_fails_and_a_new_good_one_passes(begin: Begin, check: Check) -> None:
    root = begin(shop(NOT_READY))
    search = ServiceSpec("search", workloads=(WorkloadSpec("search"),))
    write(root, RepositorySpec((ServiceSpec(workloads=(NOT_READY,)), search)).files())
    assert check().code == 0
    bad = replace(search, workloads=(replace(NOT_READY, name="search"),))
    write(root, RepositorySpec((ServiceSpec(workloads=(NOT_READY,)), bad)).files())
    found = check()
    assert found.code == 1
    assert [item["subject"]["address"] for item in found.comparison["new"]] == ["Deployment/search[app]"]


def test_what_main_did_since_is_not_the_changes_fault(begin: Begin, check: Check) -> None:
    """The comparison is with where the change began, as in a pull request."""
    root = begin(shop(NOT_READY))
    write(root, {"README.md": "# Shop\n"})
    commit(root)
    git(root, "checkout", "--quiet", "main")
    write(root, shop(GOOD))
    commit(root)
    git(root, "checkout", "--quiet", "change")
    found = check()
    assert (found.code, found.comparison["new"]) == (0, [])
    assert found.comparison["base"] == git(root, "merge-base", "main", "change")


def test_a_value_that_is_written_where_its_default_failed_is_no_new_finding(begin: Begin, check: Check) -> None:
    root = begin(shop(WorkloadSpec(replicas=None)))
    write(root, shop(WorkloadSpec(replicas=1)))
    found = check()
    assert (found.code, found.comparison["new"], found.comparison["fixed"]) == (0, [], [])
    assert found.comparison["still"] > 0


# --- nobody lowers his own bar ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "configuration",
    [
        "exclude: ['services/**']\n",
        "environments: {staging: ['services/**']}\nproduction: [live]\n",
        "overrides: [{paths: ['services/**'], severity: {missing-readiness-probe: info}, reason: later}]\n",
        "ignore: [missing-readiness-probe]\n",
        "fail-on: never\n",
    ],
)
def test_a_change_of_the_configuration_does_not_excuse_itself(begin: Begin, check: Check, configuration: str) -> None:
    root = begin(shop())
    write(root, {**shop(NOT_READY), ".opsready/config.yaml": configuration})
    commit(root)
    assert check(base="").code != 1
    found = check()
    assert (found.code, found.rules("new")) == (1, ["missing-readiness-probe"])
    (note,) = (item for item in found.json["diagnostics"] if item["kind"] == "configuration-of-the-base")
    assert note["file"] == ".opsready/config.yaml"


def test_the_configuration_of_the_base_holds_even_where_the_change_removes_it(begin: Begin, check: Check) -> None:
    root = begin({**shop(), ".opsready/config.yaml": "exclude: [legacy/**]\n"})
    (root / ".opsready/config.yaml").unlink()
    write(root, {f"legacy/{path}": content for path, content in shop(replace(NOT_READY, name="old")).items()})
    found = check()
    assert (found.code, found.comparison["new"]) == (0, [])


def test_a_broken_configuration_ends_the_run_on_either_side(begin: Begin, check: Check) -> None:
    root = begin(shop())
    write(root, {".opsready/config.yaml": "exlude: []\n"})
    found = check()
    assert found.code == 2
    assert "unknown key `exlude`" in found.err
    commit(root)
    git(root, "branch", "--force", "main")
    write(root, {".opsready/config.yaml": "exclude: []\n"})
    found = check()
    assert found.code == 2
    assert "cannot be judged: .opsready/config.yaml:1:1: unknown key `exlude`" in found.err
    assert "checked without --base" in found.err


def declared(tier: int | None, name: str = "cart") -> dict[str, str]:
    """A repository with a single replica, whose service is of a tier; without one it is not declared at all."""
    files = shop(replace(GOOD, replicas=1))
    service = next(path for path in files if path.endswith("opsready-service.yaml"))
    if tier is None:
        del files[service]
    else:
        files[service] = files[service].replace("tier: 2", f"tier: {tier}")
        files[service] = files[service].replace("name: cart", f"name: {name}")
        files[service] += "" if name == "cart" else "  scope: {workloads: [Deployment/cart]}\n"
        assert f"tier: {tier}" in files[service]
    return files


def good(files: Mapping[str, str]) -> dict[str, str]:
    return {**files, MANIFEST: shop(GOOD)[MANIFEST]}


@pytest.mark.parametrize(
    ("after", "listed"),
    [
        (declared(4), [{"service": "cart", "before": 1, "after": 4}]),
        (declared(None), [{"service": "cart", "before": 1, "after": 2}]),
        (declared(4, "basket"), [{"service": "basket", "before": 1, "after": 4}]),
    ],
)
def test_a_lower_tier_does_not_excuse_the_change_that_lowers_it(
    begin: Begin, check: Check, after: dict[str, str], listed: list[dict[str, object]]
) -> None:
    root = begin(good(declared(1)))
    for path in set(declared(1)) - set(after):
        (root / path).unlink()
    write(root, after)
    commit(root)
    found = check("--fail-on", "critical")
    (finding,) = (item for item in found.comparison["new"] if item["rule"] == "too-few-replicas")
    assert finding["severity"] == "critical"
    assert found.code == 1
    assert found.comparison["tiers_lowered"] == listed


def test_a_workload_given_to_a_service_of_a_lower_tier_keeps_its_severities_and_is_named(
    begin: Begin, check: Check
) -> None:
    lab = "apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {name: lab}\nspec:\n  tier: 3\n"
    root = begin({**good(declared(1)), "lab/opsready-service.yaml": lab})
    scope = "  scope: {workloads: [Deployment/cart]}\n"
    write(root, {**declared(1), "lab/opsready-service.yaml": lab + scope})
    found = check("--fail-on", "critical")
    (finding,) = (item for item in found.comparison["new"] if item["rule"] == "too-few-replicas")
    assert (finding["services"], finding["severity"]) == (["lab"], "critical")
    assert found.code == 1
    assert "`Deployment/cart` belonged to a service of tier 1, and is judged as tier 3" in found.comparison["notes"]


def test_a_higher_tier_is_not_held_against_the_change_that_declares_it(begin: Begin, check: Check) -> None:
    root = begin(declared(4))
    write(root, declared(1))
    found = check("--fail-on", "info")
    assert (found.code, found.comparison["new"], found.comparison["worse"]) == (0, [], [])


def test_an_ignore_is_honoured_and_listed_and_refused_on_request(begin: Begin, check: Check) -> None:
    root = begin(shop())
    write(root, shop(replace(GOOD, replicas=1, ignores=("too-few-replicas",))))
    found = check()
    assert found.code == 0
    assert found.rules("new_ignores") == ["too-few-replicas"]
    refused = check("--no-new-ignores", form="concise")
    assert refused.code == 1
    assert "1 new ignore: too-few-replicas" in refused.err
    assert "new ignore of too-few-replicas for Deployment/cart: decided (until 2027-03-31)" in refused.out


def test_an_old_ignore_is_no_new_one(begin: Begin, check: Check) -> None:
    root = begin(shop(replace(GOOD, replicas=1, ignores=("too-few-replicas",))))
    write(root, {"README.md": "# Shop\n"})
    assert check("--no-new-ignores").code == 0


def test_what_is_waived_or_made_unreadable_is_hidden_and_not_fixed(begin: Begin, check: Check) -> None:
    root = begin(shop(replace(GOOD, replicas=1)))
    write(root, shop(replace(GOOD, replicas=1, ignores=("too-few-replicas",))))
    found = check()
    assert found.rules("hidden") == ["too-few-replicas"]
    assert "too-few-replicas" not in found.rules("fixed")


def test_a_manifest_that_becomes_a_chart_hides_what_failed_in_it(begin: Begin, check: Check) -> None:
    root = begin(shop(NOT_READY))
    manifest = (root / MANIFEST).read_text(encoding="utf-8")
    (root / MANIFEST).unlink()
    chart = {
        "Chart.yaml": "apiVersion: v2\nname: cart\nversion: 1.0.0\n",
        "templates/cart.yaml": "{{ if .x }}\n" + manifest,
    }
    write(root, {f"services/cart/chart/{path}": content for path, content in chart.items()})
    found = check()
    assert "missing-readiness-probe" in found.rules("hidden")
    assert "missing-readiness-probe" not in found.rules("fixed")
    assert "input-not-evaluated" in found.rules("undecided")
    assert found.comparison["debt"]["change"] > 0
    assert check("--max-debt-increase", "0").code == 1


def test_a_service_that_goes_is_listed(begin: Begin, check: Check) -> None:
    search = ServiceSpec("search", workloads=(WorkloadSpec("search"),))
    root = begin(RepositorySpec((ServiceSpec(), search)).files())
    for path in set(RepositorySpec((ServiceSpec(), search)).files()) - set(shop()):
        (root / path).unlink()
    found = check()
    assert (found.code, found.comparison["services_gone"]) == (0, ["search"])


def test_a_service_that_leaves_production_is_listed(begin: Begin, check: Check) -> None:
    files = shop(NOT_READY)
    root = begin({f"envs/prod/{path}": content for path, content in files.items()})
    git(root, "mv", "envs/prod", "envs/staging")
    found = check()
    assert found.comparison["notes"] == ["`cart` is not in production any more, so nothing about it counts"]


def test_the_debt_gates_on_request(begin: Begin, check: Check) -> None:
    root = begin(shop())
    write(root, shop(NOT_READY))
    found = check("--fail-on", "never", "--max-debt-increase", "0.01")
    assert found.code == 1
    assert "the debt rises by " in found.err
    assert check("--fail-on", "never", "--max-debt-increase", "1000").code == 0


WAIVER = """version: 1
waivers:
  - rule: missing-readiness-probe
    subject: Deployment/cart[app]
    reason: the probe comes with the next release
    owner: team-cart
    approver: ana
    created: 2026-11-01
    expires: 2026-12-01
    issue: https://issues.example/1
"""


def test_a_waiver_does_not_excuse_the_change_that_writes_it(begin: Begin, check: Check) -> None:
    root = begin(shop())
    write(root, {**shop(NOT_READY), ".opsready/waivers.yaml": WAIVER})
    assert check(base="").json["counts"]["waived"] == 1
    found = check()
    assert (found.code, found.rules("new")) == (1, ["missing-readiness-probe"])
    assert "decisions-of-the-base" in {item["kind"] for item in found.json["diagnostics"]}
    commit(root)
    git(root, "branch", "--force", "main")
    (root / ".opsready/waivers.yaml").unlink()
    found = check()
    assert (found.code, found.comparison["new"], found.json["counts"]["waived"]) == (0, [], 1)


# --- names and places that change ------------------------------------------------------------------------------------


def test_a_renamed_manifest_is_no_new_finding(begin: Begin, check: Check) -> None:
    root = begin(shop(NOT_READY))
    git(root, "mv", MANIFEST, "services/cart/k8s/deployment.yaml")
    found = check("--fail-on", "info")
    assert (found.code, found.comparison["new"], found.comparison["fixed"]) == (0, [], [])


def test_a_renamed_page_is_no_new_finding_even_where_it_was_edited(begin: Begin, check: Check) -> None:
    page = "docs/runbooks/cart.md"
    root = begin({**shop(), page: runbook("cart", "2020-01-01")})
    assert check(base="").json["counts"]["fail"] > 0
    git(root, "mv", page, "docs/runbooks/basket.md")
    write(root, {"docs/runbooks/basket.md": runbook("cart", "2020-01-01") + "\nAsk before you restart it.\n"})
    found = check("--fail-on", "info")
    assert (found.code, found.comparison["new"], found.comparison["fixed"]) == (0, [], [])
    write(root, {"docs/runbooks/basket.md": "---\ntype: runbook\nservice: cart\n---\n# Another\n\nText.\n"})
    assert check("--fail-on", "info").comparison["new"]


def test_a_finding_in_a_folder_that_is_the_root_is_compared_with_that_folder(begin: Begin, check: Check) -> None:
    root = begin({f"shops/one/{path}": content for path, content in shop(NOT_READY).items()})
    write(root, {"shops/one/README.md": "# One\n"})
    found = check("--root", str(root / "shops/one"), root=root / "shops/one")
    assert (found.code, found.comparison["new"]) == (0, [])
    assert found.comparison["still"] > 0


def test_what_a_sparse_checkout_leaves_out_is_not_gone(begin: Begin, check: Check) -> None:
    root = begin(shop(NOT_READY, replicas_bad()))
    git(root, "update-index", "--skip-worktree", MANIFEST)
    (root / MANIFEST).unlink()
    found = check()
    assert found.code == 0
    assert not [item for item in found.comparison["fixed"] if item["location"]["file"] == MANIFEST]


def test_what_could_not_be_read_at_the_base_is_said_where_it_can_be_now(begin: Begin, check: Check) -> None:
    broken = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x\n  : ]\n"
    root = begin({**shop(), "k8s/mail.yaml": broken})
    assert check().comparison["notes"] == []
    write(root, {"k8s/mail.yaml": text(*replace(NOT_READY, name="mail").objects())})
    found = check()
    assert found.code == 1
    assert found.comparison["notes"] == [
        "of the base not all could be read (`k8s/mail.yaml`): what failed there seems to be new"
    ]


def test_filters_decide_what_of_the_change_is_listed_and_gated(begin: Begin, check: Check) -> None:
    root = begin(shop())
    write(root, shop(replace(NOT_READY, replicas=1)))
    found = check("--select", "too-few-replicas")
    assert found.rules("new") == ["too-few-replicas"]
    assert check("--ignore", "too-few-replicas,missing-readiness-probe").code == 0


# --- what is staged --------------------------------------------------------------------------------------------------


def test_what_is_staged_is_judged_and_nothing_else(begin: Begin, check: Check) -> None:
    root = begin(shop())
    write(root, shop(NOT_READY))
    assert check("--staged", base="HEAD").code == 0
    git(root, "add", "--all")
    write(root, shop(GOOD))
    found = check("--staged", base="HEAD")
    assert (found.code, found.rules("new")) == (1, ["missing-readiness-probe"])
    assert check(base="HEAD").code == 0
    assert check("--staged", base="").json["comparison"] is None
    assert check("--staged", base="").code == 1


def test_the_index_of_a_partial_commit_is_the_one_that_is_judged(
    begin: Begin, check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`git commit FILE` runs its hooks with an index of its own."""
    root = begin(shop())
    write(root, shop(NOT_READY))
    git(root, "add", "--all")
    other = root / ".git" / "next-index-1.lock"
    other.write_bytes((root / ".git" / "index").read_bytes())
    git(root, "reset", "--quiet")
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    assert check("--staged", base="HEAD").code == 1
    outside = tmp_path / "index"
    outside.write_bytes(other.read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", str(outside))
    assert check("--staged", base="HEAD").code == 0


# --- bases that are not there ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ref", ["-x", "--upload-pack=touch x", "", " ", "a\nb", "main..change", "main:README.md"])
def test_what_can_be_no_commit_is_refused(begin: Begin, check: Check, ref: str) -> None:
    root = begin(shop())
    code = run(["check", str(root), f"--base={ref}"])
    assert code == 2


def test_a_ref_that_is_not_there_is_named_with_what_may_be_meant(begin: Begin, check: Check) -> None:
    root = begin(shop())
    git(root, "update-ref", "refs/remotes/origin/trunk", "main")
    found = check(base="trunk")
    assert found.code == 2
    assert "--base names `trunk`, and there is no such commit here" in found.err
    assert "did you mean `origin/trunk`?" in found.err


@pytest.mark.parametrize("fetched", [False, True])
def test_a_shallow_clone_is_named_with_the_remedy(begin: Begin, check: Check, tmp_path: Path, *, fetched: bool) -> None:
    root = begin(shop())
    write(root, {"README.md": "# Shop\n"})
    commit(root)
    git(root, "checkout", "--quiet", "main")
    write(root, {"NEWS.md": "# News\n"})
    commit(root)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--branch", "change", root.as_uri(), str(clone))
    if fetched:
        git(clone, "fetch", "--quiet", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    found = check(root=clone, base="origin/main")
    assert found.code == 2
    assert "shallow clone" in found.err
    assert "git fetch --unshallow" in found.err
    assert "Traceback" not in found.err
    git(clone, "fetch", "--quiet", "--unshallow", "origin", "+refs/heads/*:refs/remotes/origin/*")
    assert check(root=clone, base="origin/main").code == 0


def test_a_merge_commit_of_depth_two_is_enough_for_its_own_parent(begin: Begin, check: Check, tmp_path: Path) -> None:
    root = begin(shop())
    write(root, shop(NOT_READY))
    commit(root)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "2", "--branch", "change", root.as_uri(), str(clone))
    assert check(root=clone, base="HEAD^").code == 1


def test_no_repository_no_commit_and_no_common_history(begin: Begin, check: Check, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    write(plain, shop())
    found = check(root=plain)
    assert found.code == 2
    assert "in no git repository" in found.err
    git(plain, "init", "--quiet")
    assert "there is no such commit" in check(root=plain, base="HEAD").err
    root = begin(shop())
    git(root, "checkout", "--quiet", "--orphan", "other")
    write(root, {"README.md": "# Another shop\n"})
    commit(root)
    found = check()
    assert found.code == 2
    assert "have no commit in common" in found.err


@pytest.mark.parametrize("options", [("--no-new-ignores",), ("--max-debt-increase", "1")])
def test_limits_of_a_comparison_need_a_base(begin: Begin, check: Check, options: tuple[str, ...]) -> None:
    begin(shop())
    found = check(*options, base="")
    assert found.code == 2
    assert "there is no --base" in found.err


@pytest.mark.parametrize("number", ["x", "-1", "nan", "inf"])
def test_a_debt_that_is_no_number_is_refused(begin: Begin, check: Check, number: str) -> None:
    begin(shop())
    assert check(f"--max-debt-increase={number}").code == 2


# --- a hostile repository --------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="the canary is a shell script")
def test_nothing_that_the_repository_configures_is_run(begin: Begin, check: Check, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch '{canary}'\ncat\n", encoding="utf-8")
    script.chmod(0o755)
    root = begin({**shop(), ".gitattributes": "* filter=evil diff=evil\n"})
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "filter.evil.smudge"):
        git(root, "config", name, str(script))
    for name in ("filter.evil.clean", "filter.evil.process", "diff.evil.textconv", "core.askPass", "gpg.program"):
        git(root, "config", name, str(script))
    git(root, "config", "remote.origin.url", f"ext::{script}")
    git(root, "config", "remote.origin.promisor", "true")
    git(root, "config", "core.hooksPath", str(tmp_path))
    canary.unlink(missing_ok=True)
    assert check().code == 0
    assert check("--staged").code == 0
    assert not canary.exists()


@pytest.mark.skipif(os.name == "nt", reason="the canary is a shell script")
def test_a_git_of_the_repositorys_own_is_not_run(
    begin: Begin, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = begin(shop())
    canary = tmp_path / "canary"
    write(root, {"bin/git": f"#!/bin/sh\ntouch '{canary}'\n"})
    (root / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert check().code == 0
    assert not canary.exists()


def test_a_planted_work_tree_is_refused(begin: Begin, check: Check, tmp_path: Path) -> None:
    root = begin(shop())
    (tmp_path / "elsewhere").mkdir()
    git(root, "config", "core.worktree", str(tmp_path / "elsewhere"))
    found = check()
    assert found.code == 2
    assert "core.worktree" in found.err


def test_a_bare_repository_in_a_folder_is_not_relied_upon(begin: Begin, check: Check, tmp_path: Path) -> None:
    root = begin(shop())
    git(root, "init", "--quiet", "--bare", "deploy")
    git(root, "--git-dir=deploy", "config", "core.fsmonitor", "false")
    write(root, {f"deploy/{path}": content for path, content in shop(replace(NOT_READY, name="planted")).items()})
    found = check("--root", str(root / "deploy"), root=root / "deploy")
    assert found.code == 2
    assert "git cannot be relied upon here" in found.err
    assert check().code == 1  # from outside it is a folder like any other


def test_a_replaced_commit_is_not_believed(begin: Begin, check: Check) -> None:
    root = begin(shop())
    write(root, shop(NOT_READY))
    commit(root)
    git(root, "replace", "main", "change")
    assert check().code == 1


def test_a_submodule_is_withheld_on_both_sides(begin: Begin, check: Check, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    git(library, "init", "--quiet")
    write(library, {"deploy.yaml": text(*replace(NOT_READY, name="library").objects())})
    commit(library)
    root = begin(shop())
    git(root, "submodule", "--quiet", "add", str(library), "vendored")
    commit(root)
    found = check("--staged")
    assert (found.code, found.comparison["new"]) == (0, [])
    git(root, "branch", "--force", "main")
    assert check().code == 0


def test_hostile_names_stay_names_in_every_format(begin: Begin, check: Check) -> None:
    evil = "x\x1b[2J\u202e|<b>::error::%0A"
    root = begin(shop())
    files = {f"k8s/{evil}/a.yaml": text(*replace(NOT_READY, name="evil").objects())}
    write(root, files)
    for form in ("full", "concise", "markdown", "github", "junit", "sarif", "json", "gitlab"):
        found = check(form=form)
        assert found.code == 1
        assert "\x1b[2J" not in found.out + found.err
        assert "\u202e" not in found.out
        assert not any(line.startswith("::error::") for line in found.out.splitlines())


# --- formats ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def changed(begin: Begin) -> Path:
    """A change that adds a finding, fixes one, and leaves one as it is."""
    old, other = WorkloadSpec("search", replicas=1, budget=False), replace(NOT_READY, name="mail")
    root = begin(shop(GOOD, old, other))
    write(root, shop(NOT_READY, old, replace(GOOD, name="mail")))
    return root


@pytest.mark.usefixtures("changed")
def test_json_is_valid_and_names_every_change(check: Check) -> None:
    found = check()
    jsonschema.validate(found.json, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert found.rules("new") == found.rules("fixed") == ["missing-readiness-probe"]


@pytest.mark.usefixtures("changed")
def test_text_shows_what_changed_and_counts_the_rest(check: Check) -> None:
    found = check(form="concise")
    lines = found.out.splitlines()
    assert any("missing-readiness-probe" in item and item.endswith("[new]") for item in lines)
    assert any(": fixed missing-readiness-probe: " in item for item in lines)
    assert not any("too-few-replicas" in item for item in lines)
    assert any(item.startswith("against main (") and "; debt " in item for item in lines)
    assert "too-few-replicas" in check("--show", "all", form="concise").out
    full = check(form="full")
    assert "1 new, 0 worse, 1 fixed" in full.out
    assert "what failed before as well is not shown" in full.out
    assert "too-few-replicas  " not in full.out


@pytest.mark.usefixtures("changed")
def test_platforms_are_told_what_is_new(check: Check) -> None:
    page = check(form="markdown").out
    assert "### What this change makes worse" in page
    assert "1 new, 0 worse, 1 fixed" in page
    assert "fixed: `missing-readiness-probe`" in page
    annotations = [line for line in check(form="github").out.splitlines() if line.startswith("::")]
    assert len(annotations) == 1
    assert "missing-readiness-probe" in annotations[0]


@pytest.mark.usefixtures("changed")
def test_sarif_has_a_state_for_every_result(check: Check) -> None:
    (run_,) = check(form="sarif").json["runs"]
    states = {result["ruleId"]: result["baselineState"] for result in run_["results"]}
    assert states["missing-readiness-probe"] == "new"
    assert states["too-few-replicas"] == "unchanged"
    assert run_["properties"]["comparison"]["fixed"] == 1


@pytest.mark.usefixtures("changed")
def test_junit_fails_only_what_is_new(check: Check) -> None:
    suites = ET.fromstring(check(form="junit").out)  # noqa: S314 - our own output
    failed = {case.get("classname") for case in suites.iter("testcase") if case.find("failure") is not None}
    assert failed == {"opsready", "capacity-and-resilience.missing-readiness-probe"}
    old = [item for item in suites.iter("skipped") if item.get("type") == "failed before"]
    assert old
    properties = {item.get("name"): item.get("value") for item in suites.iter("property")}
    assert (properties["new"], properties["fixed"]) == ("1", "1")


# --- the cache -------------------------------------------------------------------------------------------------------


def test_a_comparison_is_never_replayed(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = begin(shop())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    for arguments in (["check", str(root), "--base", "main"], ["check", str(root), "--staged"]):
        replay = Replay.of(arguments[1:])
        assert replay is not None
        run(arguments, replay)
        assert replay.found() is None
