"""A plain `check` is read without Typer, and nobody can tell: keywords, words and exit codes are the same."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from opsready.cli import app, command
from opsready.cli.arguments import read
from opsready.cli.check import check
from opsready.cli.check_options import OPTIONS, PATHS, Option
from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec

FILES = RepositorySpec(
    (ServiceSpec(workloads=(WorkloadSpec(replicas=1, containers=(ContainerSpec(probe=False),)),)),)
).files()
VALUES = {
    "root": ".",
    "exclude": "legacy/**",
    "as_of": "2026-11-24",
    "select": "too-few-replicas,runbooks",
    "ignore": "missing-owner",
    "show": "all",
    "add_ignores": "old cluster",
    "formats": "json",
    "fail_on": "never",
    "min_score": "incident-management=10",
    "min_evidence": "60",
    "profile": "baseline",
    "base": "origin/main",
    "max_debt_increase": "1.5",
}


def plain_lines() -> Iterator[list[str]]:
    """Every option, alone and together, in each way of writing it."""
    yield []
    yield ["services", "docs"]
    yield ["services", "--strict", "--", "docs"]
    yield ["--", "services", "docs"]
    yield ["--exclude=-x"]
    everything: list[str] = []
    for option in OPTIONS:
        if option.kind == "flag":
            written = [option.flag]
            yield [*written, *written]
        else:
            value = VALUES[option.name]
            written = [f"{option.flag}={value}"]
            yield [option.flag, value]
            yield [option.flag, "one", f"{option.flag}=two"]
            yield [option.flag, "one=two", "services", f"{option.flag}=a=b"]
        yield written
        yield ["services", *written]
        everything += written
    yield everything
    yield ["services", *everything, "docs"]


ODD = [
    ["--help"],
    ["-h"],
    ["services", "--help"],
    ["--unheard-of"],
    ["--unheard-of=1"],
    ["-x"],
    ["-"],
    [""],
    ["--", ""],
    ["--strict=yes"],
    ["--no-strict"],
    ["--min"],
    *([option.flag] for option in OPTIONS if option.kind != "flag"),
    *([f"{option.flag}="] for option in OPTIONS if option.kind != "flag"),
    *([option.flag, ""] for option in OPTIONS if option.kind != "flag"),
    *([option.flag, "--strict"] for option in OPTIONS if option.kind != "flag"),
    *([option.flag, "--"] for option in OPTIONS if option.kind != "flag"),
    ["--exclude", "-x"],
]
WRONG = [
    ["--show", "everything"],
    ["--fail-on", "severe"],
    ["--format", "yaml"],
    ["--as-of", "soon"],
    ["--min-score", "101"],
    ["--min-evidence", "half"],
    ["--max-debt-increase", "little"],
    ["--base", "main"],
    ["--root", "nowhere"],
    ["nowhere"],
]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, content in {".opsready/config.yaml": "", **FILES}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    # What one run writes into the repository, the next one would meet.
    monkeypatch.setattr("opsready.cli.kept_files.replace", lambda *_: None)
    return tmp_path


def by_typer(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """The keywords that Typer calls `check` with."""
    found: dict[str, Any] = {}
    monkeypatch.setattr(command, "check", lambda **values: found.update(values))
    from opsready.cli.verbs import app as typer_app

    typer_app(["check", *arguments], standalone_mode=False)
    return found


@pytest.mark.parametrize("arguments", list(plain_lines()), ids=" ".join)
def test_both_readers_give_the_same_keywords(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(arguments, {})
    assert found is not None
    assert found == by_typer(arguments, monkeypatch)


def test_every_option_is_tried_above() -> None:
    assert {option.name for option in OPTIONS if option.kind != "flag"} == set(VALUES)


def test_the_keywords_of_check_are_the_options() -> None:
    names = [option.name for option in (PATHS, *OPTIONS)]
    assert list(inspect.signature(check).parameters) == [*names, "replay"]


@pytest.mark.parametrize("arguments", ODD, ids=" ".join)
def test_what_is_not_plain_goes_to_typer(arguments: list[str]) -> None:
    assert read(arguments, {}) is None


def test_a_shell_that_asks_for_completions_talks_to_typer() -> None:
    assert read([], {"_OPSREADY_COMPLETE": "complete_bash"}) is None
    assert read([], {"OPSREADY_AS_OF": "2026-11-24", "_": "/usr/bin/opsready"}) is not None


def outcome(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = app.run(["check", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("arguments", [*plain_lines(), *ODD, *WRONG], ids=" ".join)
def test_behaviour_is_the_same_with_and_without_the_small_reader(
    arguments: list[str], repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSREADY_AS_OF", "2026-11-24")
    with_it = outcome(arguments, capsys)
    monkeypatch.setattr("opsready.cli.arguments.read", lambda *_: None)
    assert outcome(arguments, capsys) == with_it


@pytest.mark.parametrize(("name", "value"), [("OPSREADY_AS_OF", "soon"), ("SOURCE_DATE_EPOCH", "1700000000")])
def test_the_environment_counts_both_ways(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.delenv("OPSREADY_AS_OF", raising=False)
    monkeypatch.setenv(name, value)
    with_it = outcome(["--format", "json"], capsys)
    assert value in with_it[2] or '"as_of":"2023-11-14"' in with_it[1].replace(": ", ":")
    monkeypatch.setattr("opsready.cli.arguments.read", lambda *_: None)
    assert outcome(["--format", "json"], capsys) == with_it


def process(*arguments: str, through_typer: bool = False) -> tuple[int, bytes, bytes]:
    """The program itself; it leaves a line to Typer where a shell asks for completions of some other program."""
    environment = {**os.environ, "COLUMNS": "100"} | ({"_OTHER_COMPLETE": ""} if through_typer else {})
    line = [sys.executable, "-m", "opsready", "check", *arguments]
    done = subprocess.run(line, capture_output=True, env=environment, check=False)  # noqa: S603 - ourselves
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--as-of", "2026-11-24"],
        ["services", "--as-of=2026-11-24", "--fail-on", "never", "--show=all", "--format", "json"],
        ["--help"],
        ["--unheard-of"],
        ["--format", "yaml"],
        ["nowhere"],
    ],
    ids=" ".join,
)
def test_processes_behave_the_same_both_ways(repository: Path, arguments: list[str]) -> None:
    assert process(*arguments) == process(*arguments, through_typer=True)


def test_help_is_made_from_the_data(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, shown, _ = outcome(["--help"], capsys)
    text = " ".join(shown.replace("│", " ").split())

    def is_explained(option: Option) -> bool:
        return option.help.replace("\\", "") in text and option.flag in text and option.metavar in text

    assert [option.name for option in OPTIONS if not is_explained(option)] == []
