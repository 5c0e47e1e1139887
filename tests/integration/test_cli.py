"""The command line as a user meets it: exit codes, words on standard error, filters, formats, safety."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from integration.commands import Result, Run, write
from opsready import __version__, engine
from opsready.cli.output import FORMATS
from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec, runbook, text

PERFECT = RepositorySpec((ServiceSpec(),)).files()
BAD_WORKLOAD = WorkloadSpec(replicas=1, budget=False, containers=(ContainerSpec(image="shop/app", probe=False),))
BAD = RepositorySpec((ServiceSpec(workloads=(BAD_WORKLOAD,)),)).files()
BROKEN = {"services/cart/k8s/broken.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x\n  : ]\n"}
ANY_FORMAT = pytest.mark.parametrize("format_", FORMATS)


@pytest.fixture
def check(command: Run, tmp_path: Path) -> Run:
    """Checks files in a directory of their own, as of a day on which they are good."""

    numbers = count()

    def execute(files: Mapping[str, str], *arguments: object, path: str = ".") -> Result:
        root = write(tmp_path / f"repository-{next(numbers)}", {".opsready/config.yaml": "", **files})
        given = () if "--as-of" in arguments else ("--as-of", "2026-11-24")
        return command("check", root / path, *given, *arguments)

    return execute


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the program itself."""
    inherited = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    command = [sys.executable, "-m", "opsready", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={**inherited, **environment}, check=False)  # noqa: S603 - ourselves


# Exit codes.


def test_0_where_the_gate_is_met(check: Run) -> None:
    result = check(PERFECT)
    assert (result.code, result.err) == (0, "")
    assert "score 100.0 / 100" in result.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "4 failures of severity high or worse: too-few-replicas, "),
        (["--fail-on", "low"], "of severity low or worse"),
        (["--fail-on", "never", "--min-score", "99"], ", below 99"),
        (["--fail-on", "never", "--min-score", "capacity-and-resilience=90"], ", below 90"),
        (["--min-score", "99"], "; the score is "),
    ],
)
def test_1_where_it_is_missed_and_the_last_line_says_why(check: Run, arguments: list[str], reason: str) -> None:
    result = check(BAD, *arguments)
    assert result.code == 1
    assert result.last.startswith("opsready: gate missed: ")
    assert reason in result.last


@pytest.mark.parametrize(
    "arguments",
    [
        ["--fail-on", "critical"],
        ["--fail-on", "never"],
        ["--fail-on", "never", "--min-score", "85.2"],
        ["--fail-on", "never", "--min-score", "capacity-and-resilience=50"],
    ],
)
def test_0_where_the_limits_are_kept(check: Run, arguments: list[str]) -> None:
    assert check(BAD, *arguments).code == 0


def test_the_gate_may_want_evidence_and_what_it_shows_as_evidence_is_enough(check: Run) -> None:
    charted = RepositorySpec((ServiceSpec(),), charted=frozenset({"cart"})).files()
    missed = check(charted, "--fail-on", "never", "--min-score", "99", "--min-evidence", "99.5")
    assert missed.code == 1
    found = re.search(r"below 99; the evidence is ([0-9.]+) %, below 99.5 %$", missed.last)
    assert found
    assert check(charted, "--fail-on", "never", "--min-evidence", found[1]).code == 0
    more = f"{float(found[1]) + 0.1:.1f}"
    assert check(charted, "--fail-on", "never", "--min-evidence", more).code == 1
    assert check(PERFECT, "--min-evidence", "100").code == 0
    assert check({}, "--min-evidence", "100").code == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--select", "too-few-replica"], "did you mean `too-few-replicas`?"),
        (["--ignore", "runbook"], "did you mean `runbooks`?"),
        (["--select", "zzz"], "`opsready rules` and `opsready standard` list them"),
        (["--format", "yaml"], "the formats are full, concise, json"),
        (["--format", "json:"], "names no file"),
        (["--format", "json", "--format", "full"], "more than one --format goes to standard output"),
        (["--format", "json:/nowhere/at/all.json"], "cannot write `/nowhere/at/all.json`"),
        (["--as-of", "24.11.2026"], "YYYY-MM-DD"),
        (["--as-of", "2026-02-30"], "YYYY-MM-DD"),
        (["--as-of", "20261124"], "YYYY-MM-DD"),
        (["--as-of", "2026-W48-2"], "YYYY-MM-DD"),
        (["--min-score", "101"], "--min-score is `101`"),
        (["--min-score", "-1"], "--min-score is `-1`"),
        (["--min-score", "nan"], "--min-score is `nan`"),
        (["--min-score", "high"], "--min-score is `high`"),
        (["--min-evidence", "101"], "--min-evidence is `101`"),
        (["--min-evidence", "-1"], "--min-evidence is `-1`"),
        (["--min-evidence", "nan"], "--min-evidence is `nan`"),
        (["--min-evidence", "90%"], "use a number from 0 to 100, without a sign"),
        (["--min-score", "capacity=80"], "--min-score names `capacity`, which is no pillar"),
        (["--show", "everything"], "use failures or all"),
        (["--fail-on", "severe"], "use critical, high, medium, low, info or never"),
        (["--root", "/nowhere/at/all"], "does not exist"),
        (["--unheard-of"], "--unheard-of"),
    ],
)
def test_2_for_a_command_line_that_cannot_be_followed(check: Run, arguments: list[str], words: str) -> None:
    result = check(BAD, *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert "Traceback" not in result.err


def test_2_for_a_path_that_is_not_there(command: Run, tmp_path: Path) -> None:
    result = command("check", tmp_path / "none")
    assert result.code == 2
    assert "does not exist" in result.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_2_for_a_directory_that_may_not_be_read(command: Run, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o000)
    result = command("check", tmp_path / "closed")
    assert result.code == 2
    assert "cannot be read" in result.err


def test_2_for_a_configuration_that_is_wrong_with_its_place(check: Run) -> None:
    result = check({**BAD, ".opsready/config.yaml": "exclude: services\n"})
    assert result.code == 2
    assert ".opsready/config.yaml:1:" in result.err


def test_2_for_unreadable_input_only_where_strict(check: Run) -> None:
    lenient = check(PERFECT | BROKEN)
    assert lenient.code == 0
    assert "broken.yaml" in lenient.out
    strict = check(PERFECT | BROKEN, "--strict")
    assert strict.code == 2
    assert "services/cart/k8s/broken.yaml:" in strict.err
    assert strict.out == lenient.out
    assert check(PERFECT, "--strict").code == 0


def test_3_for_an_empty_directory(check: Run) -> None:
    result = check({})
    assert (result.code, result.out) == (3, "")
    assert "nothing to check" in result.err


@pytest.mark.parametrize("files", [{"README.md": "# Hello\n"}, {"main.py": "print()\n"}, {"a.yaml": "a: b\n"}])
def test_3_where_nothing_runs_alerts_or_is_owned(check: Run, files: dict[str, str]) -> None:
    assert check(files).code == 3


@pytest.mark.parametrize(
    "files",
    [
        {"chart/Chart.yaml": "apiVersion: v2\nname: cart\nversion: 1.0.0\n"},
        {"opsready-service.yaml": text(ServiceSpec().entry())},
        {"docs/runbooks/cart.md": runbook("cart")},
        {"alerts.yaml": text(ServiceSpec().alert())},
    ],
)
def test_anything_else_is_something_to_check(check: Run, files: dict[str, str]) -> None:
    result = check(files, "--fail-on", "never")
    assert result.code == 0
    assert "score none" not in result.out


def test_an_empty_directory_is_no_error_where_it_is_allowed(check: Run) -> None:
    result = check({}, "--allow-empty")
    assert (result.code, result.err) == (0, "")
    assert "score none" in result.out


def test_programs_get_their_report_of_an_empty_directory(check: Run, tmp_path: Path) -> None:
    result = check({}, "--format", "json")
    assert (result.code, result.json["score"]["value"]) == (3, None)
    file = tmp_path / "report.json"
    assert check({}, "--format", f"json:{file}").code == 3
    assert json.loads(file.read_text(encoding="utf-8"))["score"]["value"] is None


def test_what_cannot_be_done_comes_before_a_missed_gate_and_that_before_an_empty_directory(
    check: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check(BAD | BROKEN).code == 1
    assert check(BAD | BROKEN, "--strict").code == 2
    assert check({"README.md": "# Hello\n"}).code == 3
    assert check({"README.md": "# Hello\n"}, "--fail-on", "medium").code == 1
    monkeypatch.setattr(engine, "load_rule", lambda _: None)
    assert check(BAD).code == 2
    assert check({"README.md": "# Hello\n"}).code == 2


def test_a_broken_file_alone_is_said_and_nothing_to_check(check: Run) -> None:
    result = check({"k8s/broken.yaml": BROKEN["services/cart/k8s/broken.yaml"]}, "--format", "full")
    assert result.code == 3
    assert "k8s/broken.yaml" in result.out


@ANY_FORMAT
def test_the_exit_code_is_the_same_for_every_format(check: Run, format_: str) -> None:
    assert check(PERFECT, "--format", format_).code == 0
    assert check(BAD, "--format", format_).code == 1
    assert check(BAD | BROKEN, "--format", format_, "--strict").code == 2
    assert check({}, "--format", format_).code == 3


# Days.


def test_the_day_comes_from_the_flag_else_the_environment(check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def day(*arguments: str) -> object:
        root = check(PERFECT, "--format", "json", *arguments)
        return root.json["as_of"]

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("OPSREADY_AS_OF", "2026-10-01")
    assert day("--as-of", "2026-11-24") == "2026-11-24"


@pytest.mark.parametrize(
    ("environment", "day"),
    [
        ({"OPSREADY_AS_OF": "2026-10-01", "SOURCE_DATE_EPOCH": "1700000000"}, "2026-10-01"),
        ({"SOURCE_DATE_EPOCH": "1700000000"}, "2023-11-14"),
    ],
)
def test_days_of_the_environment(
    command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], day: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = command("check", write(tmp_path, PERFECT), "--format", "json")
    assert result.json["as_of"] == day


@pytest.mark.parametrize(("name", "value"), [("OPSREADY_AS_OF", "soon"), ("SOURCE_DATE_EPOCH", "yesterday")])
def test_a_day_of_the_environment_that_is_none_is_named(
    command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    result = command("check", write(tmp_path, PERFECT))
    assert result.code == 2
    assert f"{name} is `{value}`" in result.err


def test_a_runbook_grows_stale_with_the_day_that_is_judged(check: Run) -> None:
    assert "runbook-stale" not in check(PERFECT).out
    assert "runbook-stale" in check(PERFECT, "--as-of", "2028-01-01").out


# What is checked, and what is listed.


def score(result: Result) -> str:
    found = re.search(r"score (\S+) / 100, best \S+, evidence [^:]*: .*", result.out)
    assert found
    return found[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--select", "too-few-replicas"],
        ["--select", "runbooks,health-checks"],
        ["--select", "incident-management"],
        ["--ignore", "high-availability"],
        ["--ignore", "capacity-and-resilience", "--ignore", "image-not-pinned"],
        ["--show", "all"],
        ["--fail-on", "never"],
    ],
)
def test_filters_change_what_is_listed_and_never_the_score(check: Run, arguments: list[str]) -> None:
    whole, filtered = check(BAD), check(BAD, *arguments)
    assert score(filtered) == score(whole)
    assert filtered.out != whole.out or arguments[0] == "--fail-on"


def test_a_path_changes_what_is_listed_and_never_the_score(check: Run) -> None:
    orders = ServiceSpec(name="orders", workloads=(WorkloadSpec(name="orders", spread=False),))
    both = RepositorySpec((ServiceSpec(workloads=(BAD_WORKLOAD,)), orders)).files()
    whole = check(both)
    for path in ("services/orders", "services/orders/k8s/orders.yaml"):
        one = check(both, path=path)
        assert score(one) == score(whole)
        assert "not-spread-across-zones" in one.out
        assert "services/cart" not in one.out
        assert "1 failure of severity high or worse" in one.last


def test_filters_decide_what_the_gate_sees(check: Run) -> None:
    assert check(BAD, "--select", "incident-management").code == 0
    assert check(BAD, "--ignore", "capacity-and-resilience,image-not-pinned").code == 0


def test_a_rule_is_chosen_from_an_objective_that_is_left_out(check: Run) -> None:
    out = check(BAD, "--select", "too-few-replicas", "--ignore", "high-availability").out
    assert " too-few-replicas" in out
    out = check(BAD, "--select", "high-availability", "--ignore", "too-few-replicas").out
    assert " too-few-replicas" not in out
    assert " missing-disruption-budget" in out


def test_excluding_changes_the_score_and_is_counted(check: Run) -> None:
    result = check(BAD, "--exclude", "services/*/k8s/", "--format", "json")
    assert result.code == 0
    assert result.json["score"]["value"] == 100.0
    assert any("excluded" in skip["reason"] and skip["files"] == 1 for skip in result.json["coverage"]["skipped"])


@pytest.mark.parametrize("format_", ["full", "concise", "json", "sarif", "github"])
def test_passes_are_listed_where_all_is_shown(check: Run, format_: str) -> None:
    evidence = "selects the pods of"
    assert evidence not in check(PERFECT, "--format", format_).out
    assert evidence in " ".join(check(PERFECT, "--format", format_, "--show", "all").out.split())


# Formats and where they go.


def test_reports_go_to_files_and_one_to_standard_output(check: Run, tmp_path: Path) -> None:
    file, other = tmp_path / "report.json", tmp_path / "report.txt"
    result = check(BAD, "--format", f"json:{file}", "--format", "concise", "--format", f"full:{other}")
    assert json.loads(file.read_text(encoding="utf-8"))["gate"]["passed"] is False
    assert "too-few-replicas" in result.out
    assert "\x1b" not in other.read_text(encoding="utf-8")


def test_nothing_is_said_on_standard_output_where_all_goes_to_files(check: Run, tmp_path: Path) -> None:
    result = check(BAD, "--format", f"json:{tmp_path / 'report.json'}")
    assert (result.code, result.out) == (1, "")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_program_gets_its_report_of_nothing_and_a_person_none(check: Run, format_: str) -> None:
    out = check({}, "--format", format_).out
    assert (out == "") is (format_ in {"full", "concise"})


def test_every_format_can_be_written_in_one_run(check: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    wanted = [part for name in FORMATS for part in ("--format", f"{name}:{folder / name}")]
    assert check(BAD, *wanted).code == 1
    assert {path.name for path in folder.iterdir()} == set(FORMATS)
    assert all(path.read_text(encoding="utf-8").endswith("\n") for path in folder.iterdir())


def test_a_report_is_not_written_through_a_link_of_the_repository(check: Run, command: Run, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine", encoding="utf-8")
    root = write(tmp_path / "planted", BAD)
    (root / "report.json").symlink_to(precious)
    result = command("check", root, "--format", f"json:{root / 'report.json'}", "--as-of", "2026-11-24")
    assert result.code == 2
    assert "`report.json` is a symbolic link in the repository" in result.err
    assert precious.read_text(encoding="utf-8") == "mine"


def test_the_job_summary_is_added_to_what_other_steps_wrote(
    check: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    check(BAD, "--format", "concise")
    assert summary.read_text(encoding="utf-8") == "before\n"
    out = check(BAD, "--format", "github").out
    assert summary.read_text(encoding="utf-8").startswith("before\n## Operational readiness: ")
    assert out.startswith("::error file=services/cart/k8s/")
    assert "gate missed" in out.splitlines()[-1]
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))
    result = check(BAD, "--format", "github")
    assert result.code == 2
    assert "cannot write the job summary" in result.err


def test_colour_follows_the_environment(check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in check(BAD, "--format", "full").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in check(BAD, "--format", "full").out
    assert "\x1b[" not in check(BAD, "--format", "json").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in check(BAD, "--format", "full").out


@pytest.mark.parametrize("columns", [40, 60, 100, 160])
def test_lines_are_as_wide_as_the_terminal(check: Run, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    widest = max(map(len, check(BAD, "--format", "full").out.splitlines()))
    assert widest <= columns
    assert widest > columns / 2 or columns == 160


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    many = tuple(WorkloadSpec(name=f"cart-{number}", budget=False) for number in range(300))
    root = write(tmp_path, RepositorySpec((ServiceSpec(workloads=many),)).files())
    command = [sys.executable, "-m", "opsready", "check", str(root), "--format", "concise"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:  # noqa: S603 - ourselves
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(1)
        running.stdout.close()
        err = running.stderr.read().decode()
    assert running.returncode == 1
    assert err.startswith("opsready: gate missed: ")
    assert err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device is Linux's")
def test_a_full_disk_is_no_fault_of_ours(tmp_path: Path) -> None:
    write(tmp_path, PERFECT)
    command = [sys.executable, "-m", "opsready", "check", str(tmp_path)]
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)  # noqa: S603 - ourselves
    assert result.returncode == 2
    assert result.stderr.decode().startswith("opsready: cannot write to standard output: ")
    assert b"Exception ignored" not in result.stderr


def test_json_is_utf_8_wherever_it_goes(tmp_path: Path) -> None:
    root = write(tmp_path, RepositorySpec((ServiceSpec(owner="Zahlungsverkehr-Köln"),)).files())
    result = process("check", root, "--format", "json", "--show", "all", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "Zahlungsverkehr-Köln" in json.dumps(json.loads(result.stdout), ensure_ascii=False)


def test_text_never_fails_on_characters_that_a_terminal_lacks(tmp_path: Path) -> None:
    root = write(tmp_path, RepositorySpec((ServiceSpec(owner="Zahlungsverkehr-Köln", runbook=False),)).files())
    for format_ in ("full", "concise"):
        result = process("check", root, "--format", format_, "--show", "all", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert result.returncode == 1
        assert b"Zahlungsverkehr-K\\xf6ln" in result.stdout


# Nothing of the working directory is imported, which may be the repository that is scanned.

_HOSTILE = "raise SystemExit('imported from the working directory')\n"
# Some of those that are imported first, last, by need, and from elsewhere than the standard library.
_IMPORTED = ("__future__", "gc", "json", "yaml", "datetime", "re", "opsready_rules", "opsready_schemas", "typer")


@pytest.mark.parametrize(
    ("places", "arguments"),
    [
        *(("", arguments) for arguments in (("check",), ("--version",), ("rules",))),
        *((places, ("check", "--format", "json")) for places in (".", "{here}", "{link}", "{elsewhere}:{here}")),
    ],
)
def test_nothing_of_the_working_directory_is_imported(tmp_path: Path, places: str, arguments: tuple[str, ...]) -> None:
    here, elsewhere, link = tmp_path / "repository", tmp_path / "elsewhere", tmp_path / "link"
    write(here, {**PERFECT, **{f"{name}.py": _HOSTILE for name in _IMPORTED}})
    elsewhere.mkdir()
    link.symlink_to(here, target_is_directory=True)
    path = places.format(here=here, elsewhere=elsewhere, link=link).replace(":", os.pathsep)
    result = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "opsready", *arguments],
        cwd=here,
        env={**os.environ, "PYTHONPATH": path, "OPSREADY_AS_OF": "2026-11-24"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_what_is_installed_may_be_the_working_directory() -> None:
    """A checkout in development, where somebody works in the folder of the rules."""
    rules = Path(__file__).resolve().parents[2] / "rules"
    command = [sys.executable, "-m", "opsready", "explain", "missing-owner"]
    assert subprocess.run(command, cwd=rules, capture_output=True, check=False).returncode == 0  # noqa: S603 - ourselves


# Two reports.


def test_two_reports_are_compared(check: Run, command: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    check(PERFECT, "--format", f"json:{good}")
    check(BAD, "--format", f"json:{bad}")
    worse = command("diff", good, bad)
    assert worse.code == 0
    assert "new services/cart/k8s/cart.yaml:" in worse.out
    assert "score 100.0 -> " in worse.out
    assert command("diff", good, bad, "--fail-on", "high").code == 1
    assert command("diff", good, bad, "--fail-on", "critical").code == 0
    assert command("diff", bad, good, "--fail-on", "info").code == 0
    assert command("diff", bad, good, "--format", "json").json["new"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.json", "none.json"], "cannot read `none.json`"),
        ([__file__, __file__], "is no report of opsready"),
        ([os.devnull, os.devnull, "--fail-on", "huge"], "which is no severity"),
        ([os.devnull, os.devnull, "--format", "xml"], "--format is `xml`"),
    ],
)
def test_what_cannot_be_compared_is_an_error(command: Run, arguments: list[str], said: str) -> None:
    result = command("diff", *arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


# Other verbs.


def test_explain_shows_the_page_of_a_rule(command: Run) -> None:
    result = command("explain", "too-few-replicas")
    assert result.code == 0
    assert result.out.startswith("# too-few-replicas\n")
    assert "## When to ignore" in result.out
    assert command("explain", "input-not-evaluated").out.startswith("# input-not-evaluated\n")
    assert "0 to 100" in command("explain", "score").out


def test_explain_suggests_a_name(command: Run) -> None:
    result = command("explain", "too-few-replica")
    assert (result.code, result.out) == (2, "")
    assert "did you mean `too-few-replicas`?" in result.err
    assert command("explain", "zzz").code == 2
    assert command("explain", "../../../../etc/passwd").code == 2


def test_rules_lists_every_rule_as_text_and_as_json(command: Run) -> None:
    rows = json.loads(command("rules", "--format", "json").out)
    listed = command("rules").out
    assert len(rows) > 10
    assert all(re.search(rf"^{row['name']} +{row['severity']}  ", listed, re.MULTILINE) for row in rows)
    assert f"{len(rows)} rules" in listed
    assert command("rules", "--format", "xml").code == 2


def test_every_name_that_is_listed_can_be_explained_and_selected(command: Run, check: Run) -> None:
    for row in json.loads(command("rules", "--format", "json").out):
        assert command("explain", row["name"]).code == 0
        assert check(PERFECT, "--select", row["name"]).code == 0
        assert check(PERFECT, "--select", row["objective"]).code == 0


def test_standard_shows_pillars_objectives_and_who_serves_them(command: Run) -> None:
    out = command("standard").out
    assert "Incident management (incident-management), weight 15" in out
    assert "high-availability 10:" in out
    assert "too-few-replicas" in out
    assert "not assessed: no rule serves it" in out


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version_is_one_line(flag: str) -> None:
    result = process(flag)
    assert (result.returncode, result.stdout.decode(), result.stderr) == (0, f"opsready {__version__}\n", b"")


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["explain", "-h"], ["rules", "-h"]])
def test_help_fits_a_terminal(arguments: list[str]) -> None:
    lines = process(*arguments, COLUMNS="80").stdout.decode().splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 80


def test_help_groups_its_options_and_shows_defaults() -> None:
    out = process("check", "--help", COLUMNS="80").stdout.decode()
    groups = {group: out.index(group) for group in ("What is checked", "What is listed", "The gate")}
    assert list(groups.values()) == sorted(groups.values())
    for option, group in (("--exclude", "What is checked"), ("--select", "What is listed"), ("--strict", "The gate")):
        assert max(name for name in groups if groups[name] < out.index(option)) in groups
        assert max((at, name) for name, at in groups.items() if at < out.index(option))[1] == group
    assert "[default: today, UTC]" in out
    assert "[default: high]" in out
    assert "Exit codes: 0" in out


def test_no_command_shows_the_help() -> None:
    result = process()
    assert result.returncode == 2
    assert b"Usage" in result.stdout + result.stderr


# What the repository must not be able to do to its reader.

_BIDI_AND_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff]")
EVIL = "evil\x1b[2J\u202egnp.\u200b\x07"
# What a log, a page, an XML document or a link would read as its own.
ORDERS = "]]> ::error::x ##[error]y %0A::add-mask::z [a](https://evil.example) <img src=x> `` | @octocat"


def hostile(root: Path) -> Path:
    """A repository in which every name wants to be more than a name."""
    bad = WorkloadSpec(name=EVIL, replicas=1, containers=(ContainerSpec(name=EVIL, image=EVIL, probe=False),))
    files = RepositorySpec((ServiceSpec(name="cart", owner=EVIL, workloads=(bad,)),)).files()
    files = {path.replace(EVIL, "evil"): content for path, content in files.items()}
    files["services/evil\x1b[31m\u202efile/k8s.yaml"] = text(*WorkloadSpec(name="orders", replicas=1).objects())
    files["docs/runbooks/\x1b[2J\u202e.md"] = runbook(EVIL, "2020-01-01")
    files["opsready-service.yaml"] = text(
        {"apiVersion": "opsready.dev/v1", "kind": "Service", "metadata": {"name": EVIL, EVIL: 1}, "spec": {EVIL: EVIL}}
    )
    files["chart/Chart.yaml"] = text({"apiVersion": "v2", "name": EVIL, "version": "1"})
    files["services/evil\x1b[31m\u202efile/broken.yaml"] = "a: [\x1b"
    return write(root, files)


@ANY_FORMAT
def test_names_cannot_move_a_cursor_or_reorder_text(tmp_path: Path, command: Run, format_: str) -> None:
    result = command("check", hostile(tmp_path), "--format", format_, "--show", "all", "--as-of", "2026-11-24")
    assert result.code == 1
    assert ("evil" in result.out) is (format_ != "badge")
    assert _BIDI_AND_CONTROL.findall(result.out + result.err) == []


@pytest.mark.parametrize("format_", ["full", "json", "sarif", "junit", "markdown"])
def test_a_folder_whose_name_is_no_text_is_named_and_hides_nothing_else(
    tmp_path: Path, command: Run, format_: str
) -> None:
    directory = os.fsencode(write(tmp_path, PERFECT)) + b"/k8s-\xff\xfe"
    os.mkdir(directory)  # noqa: PTH102 - a path of bytes
    result = command("check", tmp_path, "--format", format_, "--as-of", "2026-11-24")
    assert result.code == 0
    assert "k8s-" in result.out
    assert "xff" in result.out
    assert result.out.encode()
    assert command("check", tmp_path, "--strict", "--as-of", "2026-11-24").code == 2


def test_errors_cannot_move_a_cursor_either(command: Run, tmp_path: Path) -> None:
    for arguments in (["check", EVIL], ["explain", EVIL], ["check", tmp_path, "--select", EVIL]):
        result = command(*arguments)
        assert result.code == 2
        assert _BIDI_AND_CONTROL.findall(result.err) == []


# Credentials never reach a reader.

PLANTED = {
    "secret": "pl4nted-in-secret-Zx81",
    "encoded": "cGw0bnRlZC1pbi1zZWNyZXQtWng4Mg==",
    "env": "pl4nted-in-env-Zx83",
    "args": "pl4nted-in-args-Zx84",
    "url": "pl4nted-in-url-Zx85",
    "markdown": "pl4nted-in-markdown-Zx86",
    "token": "ghp_pl4nted0000000000000000000000000000",
    "annotation": "pl4nted-in-annotation-Zx87",
}


def planted() -> dict[str, str]:
    """Credentials right beside what fails, where a snippet shows the neighbouring lines."""
    (made, *others) = WorkloadSpec(replicas=1, budget=False).objects()
    pod = made["spec"]["template"]["spec"]
    # In this order `image`, which fails, stands between the two.
    pod["containers"] = [
        {
            "name": "app",
            "env": [
                {"name": "DB_PASSWORD", "value": PLANTED["env"]},
                {"name": "DB_URL", "value": f"postgres://cart:{PLANTED['url']}@db.example/cart"},
                {"name": "GITHUB_TOKEN", "value": PLANTED["token"]},
            ],
            "image": "shop/app",
            "args": [f"--password={PLANTED['args']}"],
            "ports": [{"containerPort": 80}],
        }
    ]
    made["metadata"]["annotations"] = {"example.com/password": PLANTED["annotation"]}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db"},
        "stringData": {"password": PLANTED["secret"]},
        "data": {"encoded": PLANTED["encoded"]},
    }
    page = runbook("cart", "2020-01-01", ["", "TODO: write this down", f"export DB_PASSWORD={PLANTED['markdown']}"])
    return {
        "services/cart/k8s/cart.yaml": text(made, *others),
        "services/cart/k8s/secret.yaml": text(secret),
        "services/cart/opsready-service.yaml": text(ServiceSpec().entry()),
        "docs/runbooks/cart.md": page,
    }


@ANY_FORMAT
def test_names_give_no_orders_to_whoever_shows_the_report(
    check: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, format_: str
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    workload = WorkloadSpec(name=ORDERS, replicas=1, containers=(ContainerSpec(name=ORDERS, image=ORDERS),))
    files = {
        "::error::services/x.yaml": text(*WorkloadSpec(name="orders", replicas=1).objects()),
        "services/y ::warning::z.yaml": text(*workload.objects()),
    }
    out = check(files, "--format", format_, "--show", "all").out
    lines = out.splitlines()
    ours = re.compile("::(error|warning|notice) file=[^:]*::[^\n]*")
    assert [line for line in lines if line.lstrip().startswith("::") and not ours.fullmatch(line)] == []
    assert "##[" not in out
    if format_ == "junit":
        ET.fromstring(out)  # noqa: S314 - our own output
    pages = out if format_ == "markdown" else summary.read_text(encoding="utf-8") if summary.exists() else ""
    assert summary.exists() is (format_ == "github")
    assert not re.search(r"<img|\]\(https://evil|@octocat", re.sub(r"`[^`\n]*`|<code>[^<]*</code>", "", pages))


@ANY_FORMAT
@pytest.mark.parametrize("broken", [False, True])
def test_credentials_are_in_no_report(
    check: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, format_: str, broken: bool
) -> None:
    files = planted()
    if broken:
        # What cannot be parsed cannot be masked either: then nothing of it is shown.
        files = {
            path: content + "\n- : [" if path.endswith("k8s/cart.yaml") else content for path, content in files.items()
        }
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = check(files, "--format", format_, "--show", "all")
    assert result.code == 1
    page = summary.read_text(encoding="utf-8") if format_ == "github" else ""
    assert [kind for kind, value in PLANTED.items() if value in result.out + result.err + page] == []


def test_the_lines_beside_the_faults_are_shown_at_all(check: Run) -> None:
    """Else the test before would say nothing."""
    out = check(planted(), "--format", "full").out
    assert "image: shop/app" in out
    assert "TODO: write this down" in out


# Schemas.


def test_schemas_are_listed_and_printed_as_they_are(command: Run) -> None:
    names = command("schema").out.split()
    assert {"config", "report", "service"} <= set(names)
    for name in names:
        file = Path(__file__).parents[2] / "schemas" / "opsready_schemas" / f"{name}.v1.json"
        result = command("schema", name)
        assert (result.code, result.out, result.err) == (0, file.read_text(encoding="utf-8"), "")
        assert result.json["$schema"]


def test_a_schema_that_does_not_exist_is_an_error_that_suggests_another(command: Run) -> None:
    result = command("schema", "servise")
    assert (result.code, result.out) == (2, "")
    assert "there is no schema `servise`" in result.err
    assert "did you mean `service`?" in result.err
    assert "the schemas are baseline, config, overlay, report, service" in command("schema", "x").err
