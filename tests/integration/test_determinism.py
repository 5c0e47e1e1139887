"""Same input, same options: same bytes, whatever the checkout path, the hash seed, the time zone or the locale."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec, text

GIT = [
    "git",
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@b.c",
    "-c",
    "init.defaultBranch=main",
    "-c",
    "commit.gpgsign=false",
]


def repository() -> dict[str, str]:
    """Everything whose order could depend on chance: many services, several owners, renditions, ties in cost."""
    bad = WorkloadSpec(replicas=1, budget=False, spread=False, containers=(ContainerSpec("app", "shop/app"),))
    services: list[ServiceSpec] = []
    for name in ("cart", "orders", "search", "mail", "till"):
        changes: dict[str, Any] = {"name": name, "application": name}
        workload = WorkloadSpec(**{**vars(bad), **changes})
        services.append(ServiceSpec(name=name, escalation=False, runbook=name > "m", workloads=(workload,)))
    files = RepositorySpec(tuple(services), postmortem=False).files()
    several = {"scope": {"workloads": ["deploy/gateway", "deploy/cart"]}, "tier": 1}
    for name in ("a", "b"):
        entry = {"apiVersion": "opsready.dev/v1", "kind": "Service", "metadata": {"name": name}, "spec": several}
        files[f"{name}/opsready-service.yaml"] = text(entry)
    for directory in ("k8s", "release", "overlays/prod", "overlays/staging"):
        files[f"{directory}/gateway.yaml"] = text(*WorkloadSpec(name="gateway", replicas=1).objects())
    chart = {"apiVersion": "v2", "name": "extra", "version": "1.0.0"}
    files["chart/Chart.yaml"] = text(chart)
    files["chart/templates/all.yaml"] = text(*bad.objects())
    files["k8s/broken.yaml"] = "apiVersion: apps/v1\nkind: Deployment\nmetadata: [\n"
    return files


def checkout(root: Path) -> Path:
    root.mkdir(parents=True)
    for path, content in reversed(repository().items()):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*GIT, *arguments], cwd=root, check=True, capture_output=True)  # noqa: S603 - our own words
    return root


def report(root: Path, format_: str, **environment: str) -> bytes:
    command = [sys.executable, "-m", "opsready", "check", ".", "--format", format_, "--show", "all"]
    surroundings = {**os.environ, "OPSREADY_AS_OF": "2026-11-24", **environment}
    result = subprocess.run(command, cwd=root, env=surroundings, capture_output=True, check=False)  # noqa: S603 - ourselves
    assert result.returncode == 1, result.stderr.decode()
    return result.stdout


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two checkouts of the same repository, far apart."""
    top = tmp_path_factory.mktemp("checkouts")
    return checkout(top / "a"), checkout(top / "somewhere" / "else" / "zzz staging test")


@pytest.mark.parametrize("format_", ["json", "full", "concise"])
def test_two_checkouts_and_any_surroundings_give_the_same_bytes(places: tuple[Path, Path], format_: str) -> None:
    one, other = places
    first = report(one, format_, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")
    assert b"too-few-replicas" in first
    for seed, zone in (("1", "Pacific/Kiritimati"), ("4711", "America/Los_Angeles")):
        assert report(other, format_, PYTHONHASHSEED=seed, TZ=zone, LC_ALL="tr_TR.UTF-8", HOME="/nowhere") == first


def test_a_report_tells_nothing_of_where_it_was_made(places: tuple[Path, Path]) -> None:
    for root in places:
        made = report(root, "json").decode()
        assert str(root) not in made
        assert root.name not in made or root.name == "a"


def test_a_plain_directory_is_judged_as_a_repository_is(places: tuple[Path, Path], tmp_path: Path) -> None:
    root = tmp_path / "plain"
    root.mkdir()
    for path, content in repository().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    assert report(root, "json") == report(places[0], "json")
