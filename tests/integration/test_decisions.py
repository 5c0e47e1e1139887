"""Waivers, baseline and ignores on a scratch repository, as a user meets them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration import commands
from opsready.cli.app import run
from opsready.model.decisions import BASELINE_FILE, WAIVERS_FILE
from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec

BAD = WorkloadSpec(replicas=1, budget=False, spread=False, containers=(ContainerSpec(image="shop/app", probe=False),))
BETTER = WorkloadSpec(replicas=2, containers=(ContainerSpec(image="shop/app", probe=False),))


class Result(commands.Result):
    """What a run ended with and said, and what became of a rule."""

    def outcome(self, rule: str) -> str:
        """What became of a rule, a failure coming first."""
        found = {verdict["outcome"] for verdict in self.verdicts(rule)}
        return min(found, key="fail unknown waived pass".index) if found else "none"


Run = Callable[..., Result]


@pytest.fixture
def opsready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPSREADY_AS_OF", "2026-11-24")
    (tmp_path / ".opsready").mkdir()
    (tmp_path / ".opsready" / "config.yaml").write_text("", encoding="utf-8")

    def execute(*arguments: str) -> Result:
        code = run(list(arguments))
        captured = capfd.readouterr()
        return Result(code, captured.out, captured.err)

    return execute


def write(*workloads: WorkloadSpec, name: str = "cart") -> None:
    commands.write(Path(), RepositorySpec((ServiceSpec(name=name, workloads=workloads),)).files())


def check(opsready: Run, *options: str) -> Result:
    return opsready("check", "--no-cache", "--show", "all", "--format", "json", *options)


WAIVE = ("waive", "too-few-replicas", "--owner", "team-cart", "--approver", "ana")
WHY = ("--reason", "one writer", "--expires", "2027-01-31")


def test_a_baseline_of_a_bad_repository_passes_the_gate_and_leaves_the_score(opsready: Run) -> None:
    write(BAD)
    before = check(opsready)
    assert before.code == 1
    created = opsready("baseline", "create")
    assert (created.code, created.err) == (0, "")
    after = check(opsready)
    assert after.code == 0
    assert after.json["score"] == before.json["score"]
    assert after.json["counts"] == before.json["counts"]
    failed = before.json["counts"]["fail"]
    assert (len(after.json["baseline"]["known"]), after.json["baseline"]["gone"]) == (failed, [])
    assert check(opsready, "--no-baseline").code == 1
    shown = opsready("check", "--format", "concise", "--no-cache").out
    assert f"baseline: {failed} known failures not gated, counted in the score\n" in shown
    assert shown.count("[in the baseline]") > 1
    assert f"baseline: {failed} known failures" in opsready("check", "--format", "full", "--no-cache").out


def test_a_baseline_shrinks_after_a_repair_and_does_not_grow_by_itself(opsready: Run) -> None:
    write(BAD)
    opsready("baseline", "create")
    entries = len(json.loads(Path(BASELINE_FILE).read_text(encoding="utf-8"))["failures"])
    write(BETTER)
    found = check(opsready)
    assert found.code == 0
    gone = [entry["rule"] for entry in found.json["baseline"]["gone"]]
    assert sorted(gone) == ["missing-disruption-budget", "not-spread-across-zones", "too-few-replicas"]
    assert "3 entries are gone: `opsready baseline prune`" in opsready("check", "--format", "concise").out
    assert "gone      " in opsready("baseline", "show").out
    assert opsready("baseline", "prune").out == f"took 3 entries out, {entries - 3} left\n"
    assert check(opsready).json["baseline"]["gone"] == []
    assert opsready("baseline", "prune").out == f"took 0 entries out, {entries - 3} left\n"

    write(BAD)
    worse = check(opsready)
    assert worse.code == 1
    assert "too-few-replicas" in worse.err
    text = Path(BASELINE_FILE).read_text(encoding="utf-8")
    refused = opsready("baseline", "create")
    assert refused.code == 2
    assert "the baseline would grow by 3 failures" in refused.err
    assert "say --grow" in refused.err
    assert Path(BASELINE_FILE).read_text(encoding="utf-8") == text
    assert opsready("baseline", "create", "--grow").code == 0
    assert check(opsready).code == 0


def test_a_new_failure_is_the_only_one_that_the_gate_names(opsready: Run) -> None:
    write(BETTER)
    opsready("baseline", "create")
    write(WorkloadSpec(replicas=1, containers=BETTER.containers))
    found = check(opsready)
    assert found.json["gate"]["reasons"] == ["1 new failure of severity high or worse: too-few-replicas"]


@pytest.mark.parametrize("verb", ["prune", "show"])
def test_without_a_baseline_there_is_nothing_to_prune(opsready: Run, verb: str) -> None:
    write(BAD)
    found = opsready("baseline", verb)
    assert found.code == 2
    assert "there is no baseline `.opsready/baseline.json`" in found.err


def test_a_broken_baseline_accepts_nothing_and_is_not_written_over(opsready: Run) -> None:
    write(BAD)
    Path(BASELINE_FILE).write_text("<<<<<<< HEAD\n", encoding="utf-8")
    found = check(opsready)
    assert found.code == 1
    assert [note["line"] for note in found.json["diagnostics"] if note["kind"] == "baseline-malformed"] == [1]
    for arguments in (("create",), ("create", "--grow"), ("prune",), ("show",)):
        assert "baseline.json:1: the baseline has no effect" in opsready("baseline", *arguments).err
    assert Path(BASELINE_FILE).read_text(encoding="utf-8") == "<<<<<<< HEAD\n"


def test_a_waiver_is_written_counted_and_shown(opsready: Run) -> None:
    write(BAD)
    before = check(opsready).json["score"]["value"]
    made = opsready(*WAIVE, *WHY, "--subject", "Deployment/cart", "--issue", "https://tracker.example/1")
    assert (made.code, made.err) == (0, "")
    assert made.out == "waived until 2027-01-31: 3 verdicts, Deployment/cart\n"
    found = check(opsready)
    assert found.outcome("too-few-replicas") == "waived"
    assert found.outcome("missing-disruption-budget") == "waived"  # it follows from that
    assert found.json["score"]["value"] > before
    (waiver,) = found.json["waivers"]
    assert waiver["verdicts"] == 3
    assert waiver == waiver | {
        "rule": "too-few-replicas",
        "service": None,
        "subject": "Deployment/cart",
        "reason": "one writer",
        "owner": "team-cart",
        "approver": "ana",
        "created": "2026-11-24",
        "expires": "2027-01-31",
        "issue": "https://tracker.example/1",
    }
    (suppression,) = {json.dumps(v["suppression"]) for v in found.json["verdicts"] if v["outcome"] == "waived"}
    assert json.loads(suppression)["kind"] == "waiver"
    line = "1 waiver: 3 verdicts waived; the next one expires on 2027-01-31 (in 68 days): too-few-replicas for "
    for form in ("concise", "full"):
        shown = opsready("check", "--format", form, "--no-cache").out
        assert f"{line}`Deployment/cart` " in " ".join(shown.split())


def test_a_waiver_ends_and_is_announced_before(opsready: Run) -> None:
    write(BAD)
    opsready(*WAIVE, *WHY, "--service", "cart")
    soon = check(opsready, "--as-of", "2027-01-20")
    assert soon.outcome("too-few-replicas") == "waived"
    assert "waiver-expires-soon" in {note["kind"] for note in soon.json["diagnostics"]}
    late = check(opsready, "--as-of", "2027-02-01")
    assert late.outcome("too-few-replicas") == "fail"
    (found,) = [verdict for verdict in late.json["verdicts"] if verdict["pillar"] == "governance"]
    where = found["location"]
    assert (found["rule"], where["file"], where["line"]) == ("waiver-expired", WAIVERS_FILE, 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("--expires", "9999-99-99"), "which is no day as YYYY-MM-DD"),
        (("--expires", "2026-11-23"), "it expires before the day on which it was created"),
        (("--expires", "2027-02-23"), "it is meant for longer than 90 days"),
        (("--approver", "team-cart"), "somebody else has to"),
        (("--owner", "tbd"), "which stands for nobody"),
        (("--reason", " "), "`reason` is no text"),
        (("--service", "cart"), "both `service` and `subject`"),
        (("--subject", "Deployment/other"), "it fails for Deployment/cart"),
        (("--subject", "*"), "`subject` stands for everything"),
    ],
)
def test_a_waiver_without_effect_is_refused(opsready: Run, change: tuple[str, str], words: str) -> None:
    write(BAD)
    found = opsready(*WAIVE, *WHY, "--subject", "Deployment/cart", *change)
    assert found.code == 2
    assert words in found.err
    assert not Path(WAIVERS_FILE).exists()


def test_a_waiver_leaves_what_is_written_and_its_mode(opsready: Run) -> None:
    write(BAD)
    text = "# ours\nwaivers:\n- rule: nonsense # kept\n"
    Path(WAIVERS_FILE).write_text(text, encoding="utf-8")
    Path(WAIVERS_FILE).chmod(0o640)
    assert opsready(*WAIVE, *WHY, "--service", "cart").code == 0
    found = Path(WAIVERS_FILE).read_text(encoding="utf-8")
    assert found.startswith(text)
    assert [entry["rule"] for entry in yaml.safe_load(found)["waivers"]] == ["nonsense", "too-few-replicas"]
    assert Path(WAIVERS_FILE).stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in Path(".opsready").iterdir()) == ["config.yaml", "waivers.yaml"]


@pytest.mark.parametrize("kept", [WAIVERS_FILE, BASELINE_FILE])
def test_no_link_is_followed_out_of_the_repository(opsready: Run, tmp_path_factory: Any, kept: str) -> None:
    write(BAD)
    outside = tmp_path_factory.mktemp("outside") / "file"
    Path(kept).symlink_to(outside)
    verb = ("baseline", "create") if kept == BASELINE_FILE else (*WAIVE, *WHY, "--service", "cart")
    found = opsready(*verb)
    assert found.code == 2
    assert "is a symbolic link in the repository" in found.err
    assert not outside.exists()


def test_the_folder_may_not_be_a_link_either(opsready: Run, tmp_path_factory: Any) -> None:
    write(BAD)
    outside = tmp_path_factory.mktemp("outside")
    Path(".opsready", "config.yaml").unlink()
    Path(".opsready").rmdir()
    Path(".opsready").symlink_to(outside)
    found = opsready("baseline", "create", "--root", ".")
    assert found.code == 2
    assert "`.opsready` is a symbolic link" in found.err
    assert list(outside.iterdir()) == []


def test_ten_megabytes_of_waivers_are_one_note_and_the_rest_is_judged(opsready: Run) -> None:
    write(BAD)
    Path(WAIVERS_FILE).write_text("waivers:\n" + "- rule: too-few-replicas\n" * 420_000, encoding="utf-8")
    found = check(opsready)
    assert found.code == 1
    assert found.json["diagnostics"] == []
    assert found.outcome("waiver-malformed") == "fail"
    assert found.outcome("too-few-replicas") == "fail"
    assert opsready(*WAIVE, *WHY, "--service", "cart").code == 2


def test_ignores_are_written_where_the_failures_are(opsready: Run) -> None:
    write(BAD)
    path = Path("services/cart/k8s/cart.yaml")
    before = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    added = opsready("check", "services/cart/k8s", "--add-ignores", "old cluster,  moves in March")
    assert added.code == 0
    text = path.read_text(encoding="utf-8")
    assert list(yaml.safe_load_all(text)) == before
    assert "# opsready: ignore[too-few-replicas] -- old cluster, moves in March\n" in text
    found = check(opsready)
    assert found.code == 0
    assert found.outcome("too-few-replicas") == found.outcome("not-spread-across-zones") == "waived"
    assert [verdict for verdict in found.json["verdicts"] if verdict["pillar"] == "governance"] == []
    assert check(opsready, "--no-ignores").code == 1
    again = opsready("check", "services/cart/k8s", "--add-ignores", "x")
    assert again.out.startswith("wrote 0 ignores into 0 files\n")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("reason", ["", " ", ".", "--", "\x1b"])
def test_ignores_need_a_reason(opsready: Run, reason: str) -> None:
    write(BAD)
    found = opsready("check", "--add-ignores", reason)
    assert found.code == 2
    assert "opsready: ignore" not in Path("services/cart/k8s/cart.yaml").read_text(encoding="utf-8")


def test_a_file_behind_a_link_is_not_written(opsready: Run) -> None:
    write(BAD)
    path = Path("services/cart/k8s/cart.yaml")
    Path("tests").mkdir()
    path.rename("tests/cart.yaml")
    path.symlink_to("../../../tests/cart.yaml")
    found = opsready("check", "--add-ignores", "old cluster")
    assert "cannot be ignored in place" in found.out
    assert "opsready: ignore" not in path.read_text(encoding="utf-8")
    assert path.is_symlink()


def test_a_baseline_that_git_ignores_is_told(opsready: Run) -> None:
    write(BAD)
    subprocess.run(["git", "init", "-q"], check=True)  # noqa: S607 - the git that is there
    Path(".gitignore").write_text("baseline.json\n", encoding="utf-8")
    found = opsready("baseline", "create")
    assert found.code == 2
    assert "git ignores it" in found.err
