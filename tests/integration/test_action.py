"""The GitHub action: its steps run in bash as a runner runs them, on repositories and with inputs of every kind."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from integration.composite import EXPRESSION, NO_NETWORK, Job, defaults, loaded, run
from integration.published import invalid
from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec

ROOT = Path(__file__).parents[2]
ACTION = loaded(ROOT / "action.yml")
INSTALL, CHECK, MATCHER = ACTION["runs"]["steps"]
REQUIREMENTS = ROOT / ".github/requirements.txt"
AS_OF = {"OPSREADY_AS_OF": "2026-11-24"}
GOOD = RepositorySpec((ServiceSpec(),)).files()
BAD_WORKLOAD = WorkloadSpec(replicas=1, budget=False, containers=(ContainerSpec(image="shop/app", probe=False),))
BAD = RepositorySpec((ServiceSpec(workloads=(BAD_WORKLOAD,)),)).files()
# Each would make a file `pwned` if a shell read it as part of a script, or an output of its own.
HOSTILE = (
    "'\"; touch pwned; $(touch pwned) `touch pwned` ${{ github.token }} #",
    "-x; touch pwned",
    "x\npassed=true\nevil=$(touch pwned)",
)

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
Checked = Callable[..., Job]


@pytest.fixture
def job(tmp_path: Path) -> Checked:
    """Runs the step that checks, on files that are written first; `git` makes a repository of them."""

    def execute(files: Mapping[str, str], **inputs: str) -> Job:
        workspace = tmp_path / "work space"
        for path, content in files.items():
            (workspace / path).parent.mkdir(parents=True, exist_ok=True)
            (workspace / path).write_text(content, encoding="utf-8")
        return checked(workspace, tmp_path / "tempo rary", **inputs)

    return execute


def checked(workspace: Path, temporary: Path, **inputs: str) -> Job:
    temporary.mkdir()
    given = {**defaults(ACTION), **{name.replace("_", "-"): value for name, value in inputs.items()}}
    made = Job(workspace, temporary, given, AS_OF)
    made.steps["install"] = {"python": sys.executable, "folder": str(temporary)}
    run(CHECK, made)
    return made


def outputs(job: Job) -> dict[str, str]:
    """The outputs of the action, by way of its own table."""
    return {name: job.value(given["value"]) for name, given in ACTION["outputs"].items()}


def test_a_good_repository_passes(job: Checked) -> None:
    done = job(GOOD)
    assert done.code == 0, done.log
    made = outputs(done)
    assert made["passed"] == "true"
    report = json.loads(Path(made["report"]).read_text(encoding="utf-8"))
    assert float(made["score"]) == report["score"]["value"]
    assert made["sarif"] == ""


def test_a_bad_one_fails_with_annotations_a_summary_and_all_outputs(job: Checked) -> None:
    done = job(BAD, sarif_file="opsready.sarif")
    assert done.code == 1
    assert "\n::error file=" in f"\n{done.log}"
    assert "high too-few-replicas: " in done.log
    assert "opsready: gate missed: " in done.log
    assert "too-few-replicas" in done.summary
    made = outputs(done)
    assert made["passed"] == "false"
    assert re.fullmatch(r"\d+\.\d", made["score"])
    assert json.loads((done.workspace / made["sarif"]).read_text(encoding="utf-8"))["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"fail_on": "never"}, 0),
        ({"fail_on": "never", "min_score": "99"}, 1),
        ({"fail_on": "never", "min_score": "1\nobservability=1"}, 0),
        ({"fail_on": "never", "min_score": "1\r\ncapacity-and-resilience=100\r\n"}, 1),
        ({"fail_on": "never", "min_evidence": "1"}, 0),
        ({"arguments": "--exclude=**"}, 3),
        ({"arguments": "--exclude=**\n\n--allow-empty"}, 0),
        ({"arguments": "--exclude=**", "allow_empty": "true"}, 0),
        ({"fail_on": "sometimes"}, 2),
        ({"fail_on": ""}, 1),
        ({"strict": "yes"}, 2),
        ({"allow_empty": "1"}, 2),
        ({"path": "no/such/folder"}, 2),
    ],
)
def test_inputs_reach_the_command_line(inputs: dict[str, str], code: int, job: Checked) -> None:
    done = job(BAD, **inputs)
    assert done.code == code, done.log
    assert outputs(done)["passed"] == ("true" if code == 0 else "false")


def test_unreadable_input_is_an_error_where_it_is_asked_for(job: Checked) -> None:
    broken = {
        **GOOD,
        "services/cart/k8s/broken.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x\n  : ]\n",
    }
    assert job(broken, strict="true", fail_on="never").code == 2


def test_a_repository_without_a_score_has_an_empty_one(job: Checked) -> None:
    done = job({"README.md": "# Nothing here\n"}, allow_empty="true")
    assert (done.code, outputs(done)["score"], outputs(done)["passed"]) == (0, "", "true")


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", sorted(ACTION["inputs"].keys() - {"matcher"}))
def test_no_input_is_ever_part_of_a_script(name: str, value: str, job: Checked) -> None:
    done = job({"deploy/cart.yaml": "kind: Nothing\n"}, **{"allow_empty": "true", name.replace("-", "_"): value})
    assert not list(done.temporary.parent.rglob("pwned"))
    made = done.steps["check"]
    assert set(made) <= {"score", "passed", "report", "sarif"}
    if name == "sarif-file" and "\n" not in value:
        # It names a file in the working directory, strange as it is.
        assert (done.code, made["sarif"]) == (0, value)
        assert (done.workspace / value).is_file()
    else:
        assert done.code == 2, done.log
        assert made["passed"] == "false"


def test_nothing_of_the_repository_is_imported(job: Checked) -> None:
    planted = {f"{name}.py": "open('pwned', 'w')\n" for name in ("json", "opsready", "typing", "sitecustomize", "re")}
    done = job({**GOOD, **planted, "opsready/__main__.py": "open('pwned', 'w')\n"})
    assert done.code == 0, done.log
    assert not (done.workspace / "pwned").exists()


def test_names_in_the_repository_make_no_command_and_no_output(job: Checked) -> None:
    name = "a b$(touch pwned);::set-output name=passed::true.yaml"
    (content,) = [text for path, text in BAD.items() if "kind: Deployment" in text]
    done = job({f"deploy/{name}": content})
    assert done.code == 1
    assert set(done.steps["check"]) == {"score", "passed", "report", "sarif"}
    assert not list(done.temporary.parent.rglob("pwned"))
    commands = [line for line in done.log.splitlines() if line.startswith("::")]
    assert commands
    assert all(re.match(r"::(error|warning|notice) (file|title)=", line) for line in commands)


def test_a_report_that_the_repository_brings_is_no_report_of_this_run(job: Checked) -> None:
    done = job({**BAD, "opsready.sarif": "{}"}, sarif_file="opsready.sarif", fail_on="sometimes")
    assert (done.code, outputs(done)["sarif"], outputs(done)["report"]) == (2, "", "")


def test_a_link_that_the_repository_brings_is_not_written_through(job: Checked, tmp_path: Path) -> None:
    (tmp_path / "work space").mkdir()
    (tmp_path / "work space/opsready.sarif").symlink_to(tmp_path / "elsewhere")
    done = job(BAD, sarif_file="opsready.sarif")
    assert (done.code, outputs(done)["sarif"]) == (2, "")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_a_shallow_clone_is_judged_like_any_other(tmp_path: Path, job: Checked) -> None:
    origin = job(BAD, fail_on="never").workspace
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["commit", "-qm", "one"],
        ["commit", "-qm", "two", "--allow-empty"],
    ):
        git(origin, *words)
    git(tmp_path, "clone", "-q", "--depth=1", origin.as_uri(), "clone")
    assert git(tmp_path / "clone", "rev-parse", "--is-shallow-repository") == "true"
    done = checked(tmp_path / "clone", tmp_path / "shallow")
    full = checked(origin, tmp_path / "full")
    assert (done.code, outputs(done)["score"]) == (1, outputs(full)["score"])
    assert "shallow" not in done.log


def git(where: Path, *words: str) -> str:
    identity = ("-c", "user.name=Alma", "-c", "user.email=alma@example.com")
    command = ["git", "-C", str(where), *identity, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - our own words


def test_the_matcher_is_registered_after_the_check_and_exists(tmp_path: Path) -> None:
    assert [step["name"] for step in ACTION["runs"]["steps"]].index(MATCHER["name"]) == 2
    assert MATCHER["if"] == "${{ !cancelled() && inputs.matcher == 'true' }}"
    made = Job(tmp_path, tmp_path, defaults(ACTION), {"GITHUB_ACTION_PATH": str(ROOT)})
    run(MATCHER, made)
    command, _, file = made.log.strip().rpartition("::")
    assert command == "::add-matcher"
    assert Path(file) == ROOT / ".github/opsready-matcher.json"
    assert Path(file).is_file()


def test_a_python_that_is_too_old_or_missing_is_said_with_the_remedy(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "bash").symlink_to(str(shutil.which("bash")))
    made = Job(tmp_path, tmp_path, defaults(ACTION), {"PATH": str(programs), "GITHUB_ACTION_PATH": str(ROOT)})
    run(INSTALL, made)
    remedy = "add actions/setup-python with Python 3.11 or newer before this step"
    assert (made.code, made.log) == (2, f"::error title=opsready::there is no Python on this runner; {remedy}\n")
    (programs / "python3").write_text("#!/bin/bash\nexit 1\n", encoding="utf-8")
    (programs / "python3").chmod(0o755)
    made.log = ""
    run(INSTALL, made)
    assert made.code == 2
    assert made.log == f"::error title=opsready::the runner's Python is too old; {remedy}\n"


def test_it_installs_the_code_of_its_own_commit_by_hash(tmp_path: Path) -> None:
    """With a Python that only writes down what it is asked."""
    recorder = tmp_path / "bin/python3"
    recorder.parent.mkdir()
    recorder.write_text(
        '#!/bin/bash\nprintf "%s\\n" "$*" >> "$RUNNER_TEMP/asked"\n'
        'if [[ $3 == venv ]]; then mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; fi\n',
        encoding="utf-8",
    )
    recorder.chmod(0o755)
    path = f"{recorder.parent}:/usr/bin:/bin"
    made = Job(tmp_path, tmp_path, defaults(ACTION), {"PATH": path, "GITHUB_ACTION_PATH": "/action"})
    run(INSTALL, made)
    assert made.code == 0, made.log
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("-I ") for line in asked)
    pip = [line for line in asked if "-m pip" in line]
    assert "--require-hashes" in pip[0]
    assert pip[0].endswith("/action/.github/requirements.txt")
    assert "--no-index" in pip[1]
    assert pip[1].endswith(" /action")
    folder = Path(made.steps["install"]["folder"])
    assert made.steps["install"]["python"] == f"{folder}/environment/bin/python"
    assert folder.parent == tmp_path


def test_what_it_installs_checks(tmp_path: Path) -> None:
    for path, content in BAD.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    (tmp_path / "pip.py").write_text("open('pwned', 'w')\n", encoding="utf-8")
    surroundings = {**AS_OF, "GITHUB_ACTION_PATH": str(ROOT), "PIP_RETRIES": "1"}
    temporary = tmp_path / "tempo rary"
    temporary.mkdir()
    made = Job(tmp_path, temporary, defaults(ACTION), surroundings)
    run(INSTALL, made)
    if NO_NETWORK.search(made.log):
        pytest.skip("what opsready needs cannot be installed from here")
    assert made.code == 0, made.log
    run(CHECK, made)
    assert made.code == 1
    assert "high image-not-pinned: " in made.log
    assert not (tmp_path / "pwned").exists()


def test_expressions_stand_in_environments_and_conditions_only() -> None:
    for step in ACTION["runs"]["steps"]:
        assert set(step) <= {"name", "id", "shell", "env", "run", "if"}
        assert "${{" not in step["run"]
    used = {match[1] for text in CHECK["env"].values() for match in EXPRESSION.finditer(text)}
    known = {f"inputs.{name}" for name in ACTION["inputs"]} - {"inputs.matcher"}
    assert used == known | {"steps.install.outputs.python", "steps.install.outputs.folder"}


def test_the_action_is_valid_by_the_schema_of_schemastore() -> None:
    assert invalid("github-actions", ACTION) == []


def test_what_it_installs_is_pinned_by_hash_and_enough() -> None:
    text = REQUIREMENTS.read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]
    pinned: dict[str, str] = {}
    for entry in entries:
        head, *hashes = (part.strip() for part in entry.replace("\\\n", "\n").strip().splitlines())
        name, version = re.fullmatch(r"([a-z0-9-]+)==(\S+)( ; .+)?", head).groups()[:2]  # type: ignore[union-attr]
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes)
        pinned[name] = version
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for wanted in map(Requirement, [*project["project"]["dependencies"], *project["build-system"]["requires"]]):
        assert pinned[wanted.name] in wanted.specifier


def test_what_it_installs_is_what_is_locked() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    versions = {package["name"]: package["version"] for package in locked if "version" in package}
    text = REQUIREMENTS.read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))
    assert {name: pinned[name] for name in pinned if name in versions} == {
        name: versions[name] for name in pinned if name in versions
    }
