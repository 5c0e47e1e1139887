"""Start-up: what a command imports, because imports are most of what a small run takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from repositories import WorkloadSpec, runbook, text

_PROGRAM = """
import os, sys
before = set(sys.modules)
sys.argv[0] = "opsready"
os._exit = sys.exit
from opsready.__main__ import main
try:
    main()
except SystemExit as end:
    code = end.code
print("\\n".join(["modules:", *sorted(set(sys.modules) - before)]))
"""


def imported(*arguments: str | Path) -> set[str]:
    """The modules that a command imports, those of a bare interpreter aside."""
    command = [sys.executable, "-I", "-c", _PROGRAM, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    return set(result.stdout.partition("modules:\n")[2].split())


@pytest.fixture(scope="module")
def one_manifest(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What judging one manifest imports."""
    file = tmp_path_factory.mktemp("one") / "one.yaml"
    file.write_text(text(*WorkloadSpec(replicas=1, budget=False).objects()), encoding="utf-8")
    return imported("check", file, "--format", "concise")


def test_the_version_is_answered_before_anything_is_imported() -> None:
    for flag in ("--version", "-V"):
        assert imported(flag) <= {"opsready", "opsready.__main__", "__future__"}


def below(modules: set[str], *names: str) -> list[str]:
    return sorted(
        module for module in modules if module.startswith(tuple(f"{name}." for name in names)) or module in names
    )


def test_one_manifest_is_judged_at_all(one_manifest: set[str]) -> None:
    """Else the tests below would say nothing."""
    assert "opsready_rules.capacity_and_resilience.too_few_replicas" in one_manifest
    assert "opsready.report.concise" in one_manifest


@pytest.mark.parametrize(
    "name",
    [
        *("typer", "inspect", "pathlib", "opsready.cli.verbs", "opsready.cli.explain"),
        *("rich", "jsonschema", "markdown_it", "pathspec", "pydantic", "importlib.metadata", "pygments", "click"),
        *("dataclasses", "tomllib", "logging", "asyncio", "socket", "ssl", "http", "email", "xml", "sqlite3", "pickle"),
        *(
            "multiprocessing",
            "concurrent",
            "unittest",
            "pdb",
            "decimal",
            "fractions",
            "statistics",
            "random",
            "tempfile",
        ),
    ],
)
def test_one_manifest_needs_none_of_these(one_manifest: set[str], name: str) -> None:
    assert below(one_manifest, name) == []


@pytest.mark.parametrize(
    "name",
    [
        *("opsready.report.full", "opsready.report.terminal", "opsready.report.json"),
        *("opsready.parse.markdown", "opsready.adapt.documents", "opsready.adapt.codeowners", "opsready.adapt.alerts"),
        *("opsready.adapt.backstage", "opsready.adapt.service_file", "opsready.adapt.service_schema"),
        *("opsready_schemas", "opsready_rules.observability.alert_without_runbook"),
        *("opsready.adapt.preparedness", "opsready.adapt.preparedness_pages", "opsready.adapt.document_topics"),
        *("opsready.model.mentions", "opsready.model.headings", "calendar"),
        *("opsready.adapt.waivers", "opsready.settle.waivers", "opsready.model.waiver", "opsready.settle.kept"),
        *("opsready.adapt.baseline", "opsready.settle.baseline", "opsready.report.decisions"),
        *("opsready.adapt.comment_ignores", "opsready.parse.comments", "opsready.settle.governance"),
        *("promql_parser", "opsready.parse.promql", "opsready.link.slo_binding", "opsready.adapt.indicators"),
        *(
            "opsready.parse.hcl",
            "opsready.parse.hcl_syntax",
            "opsready.parse.hcl_credentials",
            "opsready.parse.hcl_json",
        ),
        *("opsready.resolve.terraform", "opsready.resolve.terraform_blocks", "opsready.adapt.terraform"),
        *("opsready.resolve.terraform_beside", "opsready.adapt.terraform_roots", "opsready.adapt.terraform_sources"),
        *("opsready.model.infrastructure", "opsready_rules.infrastructure_as_code.module_unpinned"),
        *("opsready.adapt.openslo", "opsready.adapt.sloth", "opsready.adapt.pyrra", "opsready.adapt.slo_entities"),
        *("opsready.config.reader", "opsready.config.settings", "opsready.config.profiles", "opsready.config.overlay"),
        *("opsready.settings", "opsready.overrides", "opsready.governance", "opsready.model.override"),
        *("opsready.parse.dockerfile", "opsready.adapt.dockerfile", "opsready.model.built_image"),
        *("opsready.parse.credential_looks", "opsready.model.setting", "opsready.adapt.kubernetes_settings"),
        *("opsready.link.built_images", "opsready_rules.infrastructure_as_code.image_runs_as_root"),
        *("opsready.history", "opsready.conversation", "opsready.renames", "opsready.base", "opsready.cli.compared"),
        *("opsready.settle.ratchet", "opsready.config.terms", "opsready.model.changes", "opsready.report.against"),
        *(
            "opsready_rules.incident_management.runbook_stale",
            "opsready_rules.incident_management.runbook_not_actionable",
        ),
    ],
)
def test_what_a_manifest_does_not_hold_is_not_imported(one_manifest: set[str], name: str) -> None:
    assert below(one_manifest, name) == []


def test_a_runbook_brings_the_reader_of_markdown_and_the_rules_about_documents(tmp_path: Path) -> None:
    (tmp_path / "docs" / "runbooks").mkdir(parents=True)
    (tmp_path / "docs" / "runbooks" / "cart.md").write_text(runbook("cart"), encoding="utf-8")
    found = imported("check", tmp_path, "--format", "concise")
    assert below(found, "markdown_it")
    assert below(found, "opsready_rules.incident_management.runbook_stale")
    assert below(found, "opsready_rules.capacity_and_resilience.too_few_replicas") == []


def test_an_ordinary_page_is_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Hello\n\nWords.\n", encoding="utf-8")
    (tmp_path / "one.yaml").write_text(text(*WorkloadSpec().objects()), encoding="utf-8")
    assert below(imported("check", tmp_path, "--format", "concise"), "markdown_it") == []


@pytest.mark.parametrize("format_", ["json", "full", "sarif", "junit", "gitlab", "markdown", "badge"])
def test_a_format_brings_its_own_renderer_only(tmp_path: Path, format_: str) -> None:
    (tmp_path / "one.yaml").write_text(text(*WorkloadSpec().objects()), encoding="utf-8")
    found = imported("check", tmp_path, "--format", format_)
    assert below(found, f"opsready.report.{format_}")
    assert below(found, "opsready.report.concise", "rich", "jsonschema", "pydantic") == []
    assert below(found, "typer", "pathlib", "urllib", "html", "xml") == []


def test_the_formats_for_people_and_json_bring_nothing_of_those_for_platforms(one_manifest: set[str]) -> None:
    assert below(one_manifest, "opsready.cli.platforms", "opsready.cli.files", "opsready.report.markup") == []
