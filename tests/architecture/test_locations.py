"""Every place that a report names is where the report says: in the examples, and where everything goes wrong."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec, runbook, text

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "check_locations.py"
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/.opsready"))


def everything() -> dict[str, str]:
    """Faults of every kind, and values that a kustomization, a patch or nobody wrote."""
    bad = ContainerSpec(image="shop/app", requests=False, probe=False)
    worse = WorkloadSpec(
        replicas=1, budget=False, spread=False, containers=(bad,), ignores=("not-spread-across-zones",)
    )
    scaled = WorkloadSpec(name="orders", replicas=None, scaled_from=1)
    files = RepositorySpec(
        (
            ServiceSpec(workloads=(worse,), tier=None, owner="", alert_links_runbook=True),
            ServiceSpec(name="orders", declared=False, runbook=False, workloads=(scaled,), alert_links_runbook=False),
            ServiceSpec(name="mail", workloads=(WorkloadSpec(name="mail", replicas=1),)),
        ),
        postmortem=False,
        charted=frozenset({"mail"}),
    ).files()
    overlay = {
        "resources": ["../base", "github.com/shop/base?ref=v1"],
        "namePrefix": "live-",
        "images": [{"name": "shop/app", "newTag": "latest"}],
        "replicas": [{"name": "search", "count": 1}],
        "patches": [{"path": "probe.yaml", "target": {"kind": "Deployment"}}],
    }
    patch = [{"op": "remove", "path": "/spec/template/spec/containers/0/readinessProbe"}]
    search = WorkloadSpec(name="search", replicas=None, containers=(ContainerSpec(image="shop/app"),))
    return files | {
        "search/base/all.yaml": text(*search.objects()),
        "search/base/kustomization.yaml": text({"resources": ["all.yaml"]}),
        "search/prod/kustomization.yaml": text(overlay),
        "search/prod/probe.yaml": text(patch),  # type: ignore[arg-type]
        "flow/all.json": json.dumps(WorkloadSpec(name="flow", replicas=1).objects()[0], indent=2),
        "crlf/all.yaml": "\ufeff" + text(*WorkloadSpec(name="crlf", replicas=1).objects()).replace("\n", "\r\n"),
        "docs/runbooks/orders.md": runbook("orders", "2020-01-01", ["", "TODO: write this down"]),
        "docs/runbooks/bare.md": "Restart it.\n",
        ".github/CODEOWNERS": "* @shop/platform\n",
    }


def report_of(root: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "opsready", "check", str(root), "--format", "json", "--show", "all"]
    command += ["--as-of", "2026-11-24", "--root", str(root)]
    result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - ourselves
    assert result.returncode in {0, 1}, result.stderr.decode()
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


def checked(root: Path, report: dict[str, Any], file: Path) -> tuple[int, list[str]]:
    file.write_text(json.dumps(report), encoding="utf-8")
    command = [sys.executable, str(SCRIPT), str(root), str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    return result.returncode, result.stdout.splitlines()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A directory with everything in it, and its report."""
    root = tmp_path_factory.mktemp("repository")
    for path, content in everything().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode())
    return root, report_of(root)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_places_of_the_examples(example: Path, tmp_path: Path) -> None:
    report = report_of(example)
    assert sum(verdict["location"] is not None for verdict in report["verdicts"]) > 50
    assert checked(example, report, tmp_path / "report.json") == (0, [])


def test_places_of_a_repository_with_everything_in_it(repository: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    root, report = repository
    rules = {verdict["rule"] for verdict in report["verdicts"] if verdict["outcome"] in {"fail", "unknown", "waived"}}
    assert len(rules) > 14
    assert checked(root, report, tmp_path / "report.json") == (0, [])


@pytest.mark.parametrize(
    "change",
    [
        {"line": 1, "end_line": 1},
        {"column": 3, "end_column": 3},
        {"line": 10_000, "end_line": 10_000},
        {"end_line": -1_000},
        {"column": 500},
    ],
)
def test_places_that_are_shifted_are_found(
    repository: tuple[Path, dict[str, Any]], tmp_path: Path, change: dict[str, int]
) -> None:
    root, report = repository
    shifted = copy.deepcopy(report)
    places = [verdict["location"] for verdict in shifted["verdicts"] if verdict["location"] is not None]
    for place in places:
        for key, by in change.items():
            place[key] += by
    code, found = checked(root, shifted, tmp_path / "report.json")
    assert code == 1
    assert len(found) > len(places) * 0.7


@pytest.mark.parametrize("file", ["nowhere.yaml", "../outside.yaml", "/etc/hostname"])
def test_files_that_are_not_in_the_tree_are_found(
    repository: tuple[Path, dict[str, Any]], tmp_path: Path, file: str
) -> None:
    root, report = repository
    (root.parent / "outside.yaml").write_text("a: b\n" * 100, encoding="utf-8")
    moved = copy.deepcopy(report)
    moved["verdicts"] = [verdict for verdict in moved["verdicts"] if verdict["location"] is not None][:1]
    moved["verdicts"][0]["location"]["file"] = file
    code, found = checked(root, moved, tmp_path / "report.json")
    assert code == 1
    assert "there is no such file" in found[0]
