"""Runs the steps of a composite action as a runner of GitHub Actions does: expressions in `env`, bash, files."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

# What pip says where it reaches no index.
NO_NETWORK = re.compile(
    r"Could not find a version|No matching distribution|NewConnectionError|Temporary failure", re.IGNORECASE
)
EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")


@dataclass
class Job:
    """One job: where it works, the outputs of its steps, what they printed, and how the last one ended."""

    workspace: Path
    temporary: Path
    inputs: Mapping[str, str]
    environment: Mapping[str, str]
    steps: dict[str, dict[str, str]] = field(default_factory=dict)
    log: str = ""
    code: int = 0

    def value(self, text: str) -> str:
        """A text with its expressions replaced, as GitHub does before a step begins."""
        return EXPRESSION.sub(lambda match: self._looked_up(match[1]), text)

    def _looked_up(self, expression: str) -> str:
        kind, *names = expression.split(".")
        if kind == "inputs":
            return self.inputs[names[0]]
        assert (kind, names[1]) == ("steps", "outputs"), expression
        return self.steps.get(names[0], {}).get(names[2], "")

    @property
    def summary(self) -> str:
        """What the steps wrote for the page of the job."""
        return "".join(
            path.read_text(encoding="utf-8") for path in sorted(self.temporary.glob("GITHUB_STEP_SUMMARY-*"))
        )


def loaded(path: Path) -> dict[str, Any]:
    """What a file of a CI service says; to YAML 1.1 the key `on` is true."""
    read: dict[object, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else str(key): value for key, value in read.items()}


def defaults(described: Mapping[str, Any]) -> dict[str, str]:
    """The inputs of an action where its user says nothing."""
    return {name: given.get("default", "") for name, given in described["inputs"].items()}


def run(step: Mapping[str, Any], job: Job) -> None:
    """Run one step in the job's workspace, with nothing of our own environment but where programs are."""
    assert step["shell"] == "bash"
    assert "${{" not in step["run"]
    identity = step.get("id", "last")
    files = {name: job.temporary / f"{name}-{identity}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    script = job.temporary / f"{identity}.sh"
    script.write_text(step["run"], encoding="utf-8")
    for file in files.values():
        file.touch()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ},
        **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTP", "http"))},
        **job.environment,
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(job.workspace),
        "RUNNER_TEMP": str(job.temporary),
        **{name: str(file) for name, file in files.items()},
        **{name: job.value(text) for name, text in step.get("env", {}).items()},
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    ended = subprocess.run(  # noqa: S603 - the steps are ours
        command, cwd=job.workspace, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    job.steps[identity] = dict(_pairs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8")))
    job.log += ended.stdout + ended.stderr
    job.code = ended.returncode


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        assert equals, f"no output: {line}"
        yield name, value
