"""What people copy into their CI: valid, current, and run in a shell with good and with hostile values."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.composite import loaded
from integration.published import invalid
from opsready import __version__
from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples/ci"
SPECIFICATION, COMPONENT = yaml.safe_load_all((ROOT / "templates/opsready.yml").read_text(encoding="utf-8"))
INPUTS: dict[str, dict[str, Any]] = SPECIFICATION["spec"]["inputs"]
JOB = COMPONENT["opsready"]
BAD_WORKLOAD = WorkloadSpec(replicas=1, budget=False, containers=(ContainerSpec(image="shop/app", probe=False),))
BAD = RepositorySpec((ServiceSpec(workloads=(BAD_WORKLOAD,)),)).files()
GOOD = RepositorySpec((ServiceSpec(),)).files()
HOSTILE = ("'\"; touch pwned; $(touch pwned) `touch pwned` $CI_JOB_TOKEN #", "-x; touch pwned", "a\nb; touch pwned")
SHELLS = [shell for shell in ("sh", "bash") if shutil.which(shell)]
# A Python that installs nothing: environments are made of the one that runs the tests.
FAKE_PYTHON = """#!/bin/sh
echo "$*" >> "$ASKED"
case "$1 $2 $3" in
  "-I -m venv") mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; ln -s "$REAL_PYTHON" "$4/bin/opsready" ;;
  "-I -m pip") ;;
  *) exec "$REAL_PYTHON" "$@" ;;
esac
"""

pytestmark = pytest.mark.skipif(not SHELLS, reason="there is no shell here")


class Place:
    """A checkout in which a script runs with a Python that installs nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout = folder / "checkout"
        self.asked = folder / "asked"
        (folder / "bin").mkdir()
        (folder / "bin/python3").write_text(FAKE_PYTHON, encoding="utf-8")
        (folder / "bin/python3").chmod(0o755)

    def run(self, shell: str, script: str, files: Mapping[str, str], variables: Mapping[str, str]) -> tuple[int, str]:
        for path, content in files.items():
            (self.checkout / path).parent.mkdir(parents=True, exist_ok=True)
            (self.checkout / path).write_text(content, encoding="utf-8")
        environment = {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "XDG_CACHE_HOME": f"{os.devnull}/none",
            "OPSREADY_AS_OF": "2026-11-24",
            "REAL_PYTHON": sys.executable,
            "ASKED": str(self.asked),
            **variables,
        }
        ended = subprocess.run(  # noqa: S603 - our own scripts
            [shell, "-e", "-c", script],
            cwd=self.checkout,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not list(self.folder.rglob("pwned"))
        return ended.returncode, ended.stdout + ended.stderr

    def written(self, file: str) -> Any:
        return json.loads((self.checkout / file).read_text(encoding="utf-8"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def component(**inputs: str) -> tuple[str, dict[str, str]]:
    """The script of the component's job and its variables, where these inputs are given."""
    given = {name: described["default"] for name, described in INPUTS.items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    variables = {}
    for name, variable in JOB["variables"].items():
        assert variable["expand"] is False
        variables[name] = re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda match: given[match[1]], variable["value"])
    return "\n".join(JOB["script"]), variables


@pytest.mark.parametrize("shell", SHELLS)
def test_the_component_reports_code_quality_and_tests(shell: str, place: Place) -> None:
    code, said = place.run(shell, *component_on(BAD))
    assert code == 1, said
    assert "high too-few-replicas: " in said
    issues = place.written("gl-code-quality-report.json")
    assert "image-not-pinned" in {issue["check_name"] for issue in issues}
    assert (place.checkout / "opsready-junit.xml").is_file()
    assert JOB["artifacts"]["when"] == "always"
    assert JOB["artifacts"]["reports"] == {"codequality": "gl-code-quality-report.json", "junit": "opsready-junit.xml"}
    asked = place.asked.read_text(encoding="utf-8").splitlines()
    assert asked[1].endswith(f" opsready=={__version__}")
    assert all(line.startswith("-I ") for line in asked)


def component_on(files: Mapping[str, str], **inputs: str) -> tuple[str, Mapping[str, str], dict[str, str]]:
    script, variables = component(**inputs)
    return script, files, variables


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, 0),
        ({"min_score": "100"}, 0),
        ({"min_evidence": "50", "path": "."}, 0),
        ({"min_score": "nowhere=50"}, 2),
        ({"fail_on": "sometimes"}, 2),
    ],
)
def test_inputs_of_the_component_reach_the_command_line(inputs: dict[str, str], code: int, place: Place) -> None:
    ended, said = place.run(SHELLS[0], *component_on(GOOD, **inputs))
    assert ended == code, said


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["path", "fail-on", "min-score", "min-evidence"])
def test_no_input_of_the_component_is_ever_part_of_its_script(name: str, value: str, place: Place) -> None:
    ended, said = place.run(SHELLS[0], *component_on({"a.yaml": "kind: Nothing\n"}, **{name: value}))
    assert ended == 2, said


def test_a_report_that_the_repository_brings_is_no_report_of_this_run(place: Place) -> None:
    brought = {**GOOD, "gl-code-quality-report.json": "[]", "opsready-junit.xml": "<x/>", "opsready.json": "{}"}
    assert place.run(SHELLS[0], *component_on(brought, fail_on="sometimes"))[0] == 2
    script = (EXAMPLES / "check.sh").read_text(encoding="utf-8")
    assert place.run(SHELLS[0], script, {}, {"OPSREADY_FAIL_ON": "sometimes"})[0] == 2
    assert not [name for name in set(brought) - set(GOOD) if (place.checkout / name).exists()]


def test_inputs_of_the_component_stand_in_variables_alone() -> None:
    used = {name: re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", json.dumps(JOB[name])) for name in JOB}
    assert {name for name, inputs in used.items() if inputs} == {"stage", "image", "variables"}
    assert {name for inputs in used.values() for name in inputs} == set(INPUTS)
    for described in INPUTS.values():
        assert described["description"]
        assert described["default"] in described.get("options", [described["default"]])
        assert re.fullmatch(described.get("regex", ".*"), described["default"])


@pytest.mark.parametrize("value", [*HOSTILE, "1;", "80 # x", "a b=80"])
def test_the_component_refuses_what_is_no_number_before_a_job_begins(value: str) -> None:
    for name in ("min-score", "min-evidence", "version"):
        assert not re.search(INPUTS[name]["regex"].replace("$", r"\Z"), value)


@pytest.mark.parametrize("value", ["70", "66.6", "incident-management=50"])
def test_the_component_takes_scores(value: str) -> None:
    assert re.search(INPUTS["min-score"]["regex"], value)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("files", "variables", "code", "last"),
    [
        (GOOD, {"OPSREADY_MIN_SCORE": "90"}, 0, ""),
        (BAD, {}, 1, "opsready: the gate is missed"),
        (BAD, {"OPSREADY_FAIL_ON": "never"}, 0, ""),
        ({"README.md": "# x\n"}, {}, 3, "opsready: there is nothing to check; is OPSREADY_PATH right?"),
        (GOOD, {"OPSREADY_FAIL_ON": HOSTILE[0]}, 2, "opsready: the job could not be done"),
        (GOOD, {"OPSREADY_MIN_SCORE": HOSTILE[1]}, 2, "opsready: the job could not be done"),
        (GOOD, {"OPSREADY_PATH": HOSTILE[2]}, 2, "opsready: the job could not be done"),
    ],
)
def test_the_plain_script(
    shell: str, files: dict[str, str], variables: dict[str, str], code: int, last: str, place: Place
) -> None:
    script = (EXAMPLES / "check.sh").read_text(encoding="utf-8")
    ended, said = place.run(shell, script, files, variables)
    assert ended == code, said
    assert not last or said.splitlines()[-1] == last
    assert code == 2 or (place.checkout / "opsready-junit.xml").is_file()


def test_files_are_valid_by_the_schemas_of_schemastore() -> None:
    assert invalid("gitlab-ci", {**SPECIFICATION, **COMPONENT}) == []
    assert invalid("gitlab-ci", loaded(EXAMPLES / "gitlab-ci.yml")) == []
    assert invalid("github-workflows", loaded(EXAMPLES / "github-workflow.yml")) == []


def test_the_pre_commit_example_is_valid_and_names_our_hooks() -> None:
    pre_commit = pytest.importorskip("pre_commit.clientlib")
    config = pre_commit.load_config(EXAMPLES / "pre-commit-config.yaml")
    manifest = pre_commit.load_manifest(ROOT / ".pre-commit-hooks.yaml")
    (repository,) = config["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in manifest]
    assert {stage for hook in manifest for stage in hook["stages"]} == set(config["default_install_hook_types"])


def test_the_workflow_asks_for_little_and_pins_what_is_not_ours() -> None:
    workflow = loaded(EXAMPLES / "github-workflow.yml")
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in workflow["on"]
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    described = loaded(ROOT / "action.yml")
    for step in job["steps"]:
        assert "${{" not in step.get("run", "")
        name, _, version = step.get("uses", "").partition("@")
        if name == "opsready/opsready":
            assert set(step["with"]) <= set(described["inputs"])
        elif name:
            assert re.fullmatch(r"[0-9a-f]{40}", version)
    used = re.findall(
        r"steps\.opsready\.outputs\.([a-z]+)", (EXAMPLES / "github-workflow.yml").read_text(encoding="utf-8")
    )
    assert set(used) <= set(described["outputs"])


def test_the_gitlab_example_gives_inputs_that_exist() -> None:
    (included,) = loaded(EXAMPLES / "gitlab-ci.yml")["include"]
    assert set(included["inputs"]) <= set(INPUTS)


def test_every_file_names_this_release() -> None:
    for path in [*EXAMPLES.iterdir(), ROOT / "templates/opsready.yml", ROOT / "README.md"]:
        named = re.findall(
            r"(?:opsready/opsready@v?|rev: v|OPSREADY_VERSION(?:=|:-| = ')|default: )([0-9]+\.[0-9]+\.[0-9]+)",
            path.read_text(encoding="utf-8"),
        )
        assert set(named) <= {__version__}, path


def test_every_example_is_in_the_table_and_the_script_can_be_run() -> None:
    table = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in EXAMPLES.iterdir()} == {"README.md", *re.findall(r"\]\(([^/)]+)\)", table)}
    assert os.access(EXAMPLES / "check.sh", os.X_OK)
