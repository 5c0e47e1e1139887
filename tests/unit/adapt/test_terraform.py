"""Terraform's blocks on their way to adapters: who they are, and that a crash costs its family alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opsready.adapt import terraform
from opsready.adapt.terraform import adapt_root, identity_of, node_of
from opsready.model.entity import Entity
from opsready.model.source import Known, Unknown, Unset
from opsready.standard import builtin_standard
from unit.resolve.test_terraform import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.standard import Standard
    from opsready.model.verdict import Diagnostic
    from opsready.resolve.terraform_blocks import TerraformRoot
    from opsready.resolve.units import Unit

_TEXT = """
terraform {
  backend "s3" {}
}
variable "size" {}
resource "aws_db_instance" "main" {
  multi_az = true
  days     = 7
  size     = var.size
  tags = {
    team = "shop"
  }
}
"""


def unit() -> Unit:
    (found,) = resolved({"prod/main.tf": _TEXT})
    return found


def test_an_adapter_reads_a_block_as_it_reads_a_manifest() -> None:
    found = unit()
    assert found.terraform is not None
    (block,) = found.terraform.of("resource", "aws_db_instance")
    node = node_of(block)
    assert node.integer("days") == Known(7, node.key_place("days"))
    assert node.text("multi_az") == Known("true", node.key_place("multi_az"))
    size = node.text("size")
    assert isinstance(size, Unknown)
    assert size.reason == "`var.size` has no default; set it in `terraform.tfvars`"
    assert node.text("absent") == Unset()
    identity = identity_of(block, found)
    assert (identity.address, identity.environment, identity.production) == ("aws_db_instance.main", "prod", True)
    assert identity.labels == (("team", "shop"),)
    assert (identity.place.span.line, identity.unit) == (6, "prod/*.tf")


def test_a_family_is_asked_once_and_costs_nothing_else_where_it_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    def stores(root: TerraformRoot, unit: Unit, standard: Standard) -> Iterator[Entity]:
        del standard
        return (Entity(identity_of(block, unit)) for block in root.of("resource"))

    def crashes(root: TerraformRoot, unit: Unit, standard: Standard) -> Iterator[Entity]:
        del root, unit, standard
        message = "no"
        raise ValueError(message)

    def nothing(root: TerraformRoot, unit: Unit, standard: Standard) -> Iterator[Entity]:
        del root, unit, standard
        yield from ()

    monkeypatch.setattr(terraform, "FAMILIES", {"aws_db_instance": "stores", "terraform": "broken"})
    families = {"stores": stores, "broken": crashes, "roots": nothing}
    monkeypatch.setattr(terraform, "_adapter_of", families.__getitem__)
    found = unit()
    diagnostics: list[Diagnostic] = []
    assert found.terraform is not None
    entities = adapt_root(found, found.terraform, builtin_standard(), diagnostics)
    assert [entity.address for entity in entities] == ["aws_db_instance.main"]
    assert [(item.kind, item.file) for item in diagnostics] == [("parser-crashed", "prod/*.tf")]
