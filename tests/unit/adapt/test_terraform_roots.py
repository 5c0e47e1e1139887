"""Terraform's roots and calls of modules as neutral subjects: state, versions, what lies beside, what is hostile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opsready.adapt.terraform import adapt_root
from opsready.adapt.version_constraints import bound_of, names_version
from opsready.intake import take_in
from opsready.model.infrastructure import ModuleCall, State, TerraformRoot, Versions
from opsready.model.source import Known, Unknown
from opsready.parse.credentials import MASK
from opsready.resolve.repository import units
from opsready.standard import builtin_standard
from opsready.tree import MemoryTree
from unit.resolve.trees import ENVIRONMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsready.model.entity import Entity
    from opsready.model.verdict import Diagnostic

_ROOT = 'provider "aws" {\n  region = "eu-central-1"\n}\n'
_LIVE = 'terraform {\n  source = "../../modules/shop"\n}\n'
_MODULE = 'resource "aws_sqs_queue" "orders" {\n  name = "orders"\n}\n'


def entities(files: Mapping[str, str]) -> list[Entity]:
    diagnostics: list[Diagnostic] = []
    found: list[Entity] = []
    for unit in units(take_in(MemoryTree(files), ()).sources, ENVIRONMENTS, frozenset()):
        assert unit.terraform is not None
        found.extend(adapt_root(unit, unit.terraform, builtin_standard(), diagnostics))
    assert not diagnostics
    return found


def root(files: Mapping[str, str]) -> TerraformRoot:
    (found,) = (entity for entity in entities(files) if isinstance(entity, TerraformRoot))
    return found


def calls(files: Mapping[str, str]) -> list[ModuleCall]:
    return [entity for entity in entities(files) if isinstance(entity, ModuleCall)]


def call(source: str, version: str = "") -> ModuleCall:
    more = f'  version = "{version}"\n' if version else ""
    (found,) = calls({"main.tf": f'module "m" {{\n  source = "{source}"\n{more}}}\n'})
    return found


def backend(text: str) -> State:
    state = root({"main.tf": f"terraform {{\n  {text}\n}}\n"}).state
    assert isinstance(state, State)
    return state


@pytest.mark.parametrize(
    ("text", "locked"),
    [
        ('backend "s3" {\n bucket = "b"\n key = "k"\n}', False),
        ('backend "s3" {\n bucket = "b"\n key = "k"\n use_lockfile = "true"\n}', True),
        ('backend "s3" {\n bucket = "b"\n key = "k"\n dynamodb_table = ""\n}', False),
        ('backend "s3" {\n use_lockfile = true\n}', True),
        ('backend "s3" {}', None),
        ('backend "s3" {\n bucket = "b"\n key = "k"\n use_lockfile = "perhaps"\n}', None),
        ('backend "oss" {\n bucket = "b"\n}', False),
        ('backend "oss" {\n bucket = "b"\n tablestore_table = "t"\n}', True),
        ('backend "http" {\n address = "a"\n lock_address = "a"\n}', True),
        ('backend "http" {}', None),
        ('backend "pg" {}', True),
        ('backend "kubernetes" {}', True),
        ('backend "swift" {\n lock = "false"\n}', False),
        ('backend "etcdv3" {\n lock = [1]\n}', None),
        ("cloud {}", True),
        ('backend "local" {}', False),
    ],
)
def test_what_locks_state(text: str, locked: bool | None) -> None:
    found = backend(text).locked
    assert (found.value if isinstance(found, Known) else None) is locked


def test_state_that_is_not_shared() -> None:
    assert not backend('backend "local" {}').shared
    assert not backend('backend "inmem" {}').shared
    nothing = root({"main.tf": _ROOT}).state
    assert isinstance(nothing, State)
    assert (nothing.kind, nothing.shared) == ("", False)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ('resource "aws_s3_bucket" "b" {\n bucket = "acme-tfstate"\n}\n', "aws_s3_bucket.b"),
        ('resource "google_storage_bucket" "state-bucket" {}\n', "google_storage_bucket.state-bucket"),
        ('resource "aws_s3_bucket" "estate" {}\n', ""),
        ('resource "aws_s3_bucket" "tfstate" {}\nresource "aws_instance" "i" {}\n', ""),
        ('resource "aws_s3_bucket" "tfstate" {}\nmodule "m" {\n source = "a/b/c"\n}\n', ""),
        ("", ""),
    ],
)
def test_a_root_that_only_makes_the_place_for_state(more: str, place: str) -> None:
    assert root({"main.tf": _ROOT + more}).place_for_state == place


def test_only_the_backend_of_the_root_itself_counts() -> None:
    text = _ROOT + 'module "m" {\n  source = "./m"\n}\n'
    made = entities({"main.tf": text, "m/main.tf": 'terraform {\n backend "gcs" {}\n}\n'})
    found = {entity.name: entity.state for entity in made if isinstance(entity, TerraformRoot)}["."]
    assert isinstance(found, State)
    assert not found.shared


def test_a_module_that_terragrunt_runs_is_no_root_of_its_own() -> None:
    files = {
        "live/shop/terragrunt.hcl": _LIVE,
        "modules/shop/main.tf": 'terraform {\n  backend "gcs" {}\n}\n' + _MODULE,
    }
    found = root(files)
    assert found.name == "live/shop"
    assert isinstance(found.state, State)
    assert found.state.kind == "gcs"


def test_a_module_that_nobody_runs_is_no_root() -> None:
    assert entities({"main.tf": _MODULE}) == []


def test_what_terragrunt_generates_from_what_it_works_out_is_not_known() -> None:
    generated = 'generate "backend" {\n  path = "backend.tf"\n  contents = templatefile("b.tftpl", {})\n}\n'
    state = root({"live/shop/terragrunt.hcl": _LIVE + generated, "modules/shop/main.tf": _MODULE}).state
    assert isinstance(state, Unknown)
    assert state.reason == "what `terragrunt.generate.backend` generates cannot be told"


def test_what_terragrunt_generates_at_absurd_length_is_not_known() -> None:
    contents = "<<EOF\n" + "# terraform\n" * 10_000 + "EOF"
    generated = f'generate "backend" {{\n  path = "backend.tf"\n  contents = {contents}\n}}\n'
    state = root({"live/shop/terragrunt.hcl": _LIVE + generated, "modules/shop/main.tf": _MODULE}).state
    assert isinstance(state, Unknown)


def test_a_configuration_of_terragrunt_that_is_worked_out() -> None:
    remote = 'remote_state {\n  backend = "s3"\n  config = merge(local.a, {})\n}\n'
    state = root({"live/shop/terragrunt.hcl": _LIVE + remote, "modules/shop/main.tf": _MODULE}).state
    assert isinstance(state, State)
    assert state.shared
    assert isinstance(state.locked, Unknown)


def test_what_is_generated_stands_where_it_is_told_to() -> None:
    contents = '<<EOF\n\n\nterraform {\n  required_version = "1.9.5"\n}\nEOF\n'
    generated = f'generate "v" {{\n  path = "v.tf"\n  contents = {contents}}}\n'
    tool = root({"live/shop/terragrunt.hcl": _LIVE + generated, "modules/shop/main.tf": _MODULE}).tool
    assert isinstance(tool, Versions)
    assert tool.place is not None
    assert (tool.place.span.file, tool.place.span.line) == ("live/shop/terragrunt.hcl", 4)


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("infra/terraform.tfstate", True),
        ("infra/terraform.tfstate.d/prod/terraform.tfstate.backup", True),
        ("terraform.tfstate", False),
        ("infra/.terraform/terraform.tfstate", False),
        ("infra/examples/terraform.tfstate", False),
        ("infra/state.md", False),
    ],
)
def test_state_in_the_repository(path: str, owner: bool) -> None:
    found = root({"infra/main.tf": _ROOT, path: "{}"}).state_files
    assert [place.span.file for place in found] == ([path] if owner else [])


def test_state_belongs_to_the_nearest_root() -> None:
    files = {"main.tf": _ROOT, "dns/main.tf": _ROOT, "dns/old/a.tfstate": "{}"}
    found = {entity.name: entity for entity in entities(files) if isinstance(entity, TerraformRoot)}
    assert not found["."].state_files
    assert len(found["dns"].state_files) == 1


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("~> 1.11", "bounded"),
        ("1.11.4", "bounded"),
        ("= v1.11.4-rc1", "bounded"),
        (">= 1.5, < 2.0", "bounded"),
        (">= 1.5, <= 2.0", "bounded"),
        (">= 1.5", "open"),
        ("> 1", "open"),
        (">= 1.5, != 1.6.1", "open"),
        ("", "unclear"),
        (">= 1.5,", "unclear"),
        ("latest", "unclear"),
        ("=> 1.5", "unclear"),
        ("1." * 400 + "1", "unclear"),
    ],
)
def test_constraints(text: str, bound: str) -> None:
    assert bound_of(text) == bound


def test_what_a_version_manager_is_told() -> None:
    assert [names_version(text) for text in ("1.9.5", "v1.9", "latest:^1.9", "latest", "min-required", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (".terraform-version", "# pinned\n\n1.9.5\n", "1.9.5"),
        ("infra/.opentofu-version", "1.9.0", "1.9.0"),
        (".tool-versions", "terraform 1.8.1 1.8.0\n", "1.8.1"),
        (".tool-versions", "terraform\ngolang 1.24\n", ""),
        ("other/.terraform-version", "1.9.5", ""),
    ],
)
def test_files_of_version_managers(path: str, text: str, said: str) -> None:
    tool = root({"infra/main.tf": _ROOT, path: text}).tool
    assert isinstance(tool, Versions)
    assert (tool.written, tool.decided_by) == (said, path if said else "")


def test_providers_are_known_by_all_constraints_together() -> None:
    text = """
terraform {
  required_providers {
    aws    = { source = "hashicorp/aws", version = ">= 5" }
    random = "~> 3.7"
    tls    = 4
    dns    = { source = "hashicorp/dns", version = local.nowhere }
  }
}
provider "google" {
  version = "~> 2.0"
}
data "http" "it" {}
data "terraform_remote_state" "it" {}
module "m" {
  source = "./m"
}
"""
    module = 'terraform {\n  required_providers {\n    aws = { version = "< 7" }\n  }\n}\n'
    found = root({"main.tf": _ROOT + text, "m/main.tf": module})
    assert {item.name: item.bound for item in found.plugins} == {
        "aws": "bounded",
        "dns": "unclear",
        "google": "bounded",
        "http": "open",
        "random": "bounded",
        "tls": "unclear",
    }


@pytest.mark.parametrize(
    ("source", "kind", "bound"),
    [
        ("./m", "path", "open"),
        ("../../elsewhere", "path", "open"),
        ("/srv/modules/m", "path", "open"),
        ("terraform-aws-modules/vpc/aws", "registry", "open"),
        ("localhost.example:8443/acme/vpc/aws//sub", "registry", "open"),
        ("tfr://registry.acme.example/acme/vpc/aws?version=1.2.3", "registry", "bounded"),
        ("tfr:///acme/vpc/aws?version=>= 1.2", "registry", "open"),
        ("github.com/acme/m", "git", "open"),
        ("github.com/acme/m?ref=HEAD", "git", "open"),
        ("github.com/acme/m//sub?ref=v1", "git", "bounded"),
        ("github.com/acme/m?ref=ABC-123-fix", "git", "unclear"),
        ("github.com/acme/m?ref=refs/tags/nightly", "git", "bounded"),
        ("github.com/acme/m?ref=2024-05-01", "git", "bounded"),
        ("github.com/acme/m?ref=feature/v2", "git", "unclear"),
        ("bitbucket.org/acme/m?ref=66a7d870", "git", "bounded"),
        ("git@gitlab.acme.example:acme/m.git?ref=v1.2.3-rc1", "git", "bounded"),
        ("https://gitlab.acme.example/acme/m.git?ref=master", "git", "open"),
        ("hg::https://hg.acme.example/m?rev=1.2", "git", "bounded"),
        ("https://acme.example/m.zip", "archive", "open"),
        ("https://acme.example/m/1.2/m.tgz", "archive", "bounded"),
        ("s3::https://s3.amazonaws.com/acme/m.zip?versionId=3HL4kq", "archive", "bounded"),
        ("oci://registry.acme.example/m?tag=1.2.3", "archive", "bounded"),
        ("oci://registry.acme.example/m?tag=latest", "archive", "open"),
        ("modules/m", "unclear", "unclear"),
    ],
)
def test_sources_of_modules(source: str, kind: str, bound: str) -> None:
    found = call(source)
    if kind == "unclear":
        assert found.kind == kind
        return
    assert (found.kind, found.bound) == (kind, bound)


def test_a_version_beside_the_source() -> None:
    assert call("acme/vpc/aws", ">= 1").bound == "open"
    assert call("acme/vpc/aws", "1.2.3").bound == "bounded"
    assert call("acme/vpc/aws", "newest").bound == "unclear"


def test_a_call_is_known_once_however_often_it_is_made() -> None:
    text = 'module "a" {\n  source = "./m"\n  count = 3\n}\nmodule "b" {\n  source = "./m"\n}\n'
    found = calls({"main.tf": text, "m/main.tf": 'module "v" {\n  source = "acme/vpc/aws"\n}\n'})
    assert sorted(item.address for item in found) == [
        "ModuleCall/m/module.v",
        "ModuleCall/module.a",
        "ModuleCall/module.b",
    ]


def test_a_credential_in_a_source_is_masked() -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    found = call(f"git::https://x:{secret}@github.com/acme/m.git")
    assert secret not in repr(found)
    live = {
        "live/shop/terragrunt.hcl": f'terraform {{\n  source = "git::https://x:{secret}@github.com/acme/m.git"\n}}\n'
    }
    (found,) = calls(live)
    assert secret not in found.source
    assert MASK in found.source or "github.com" in found.source


def test_a_source_of_absurd_length() -> None:
    assert isinstance(call("git::https://acme.example/" + "a" * 5000).kind, Unknown)


@pytest.mark.parametrize(
    ("command", "by"),
    [
        ("ssh root@10.0.0.1 reboot", "ssh"),
        ("cd ansible && ANSIBLE_HOST_KEY_CHECKING=no ansible-playbook site.yml", "ansible-playbook"),
        ("echo done; scp a b:", "scp"),
        ("sudo ssh b", "ssh"),
        ("ssh-keyscan b >> known_hosts", ""),
        ("git clone ssh://git@acme.example/a.git", ""),
        ("docker build -t ansible .", ""),
        ("a" * 100_000, ""),
    ],
)
def test_commands_that_log_in(command: str, by: str) -> None:
    text = f'resource "terraform_data" "r" {{\n  provisioner "local-exec" {{\n    command = "{command}"\n  }}\n}}\n'
    found = root({"main.tf": _ROOT + text}).upkeep
    assert [item.shown for item in found] == (
        [f"`terraform_data.r` is changed by `{by}` after it was made"] if by else []
    )


def test_what_is_made_several_times_is_told_once() -> None:
    text = 'resource "aws_ecr_repository" "r" {\n  for_each = toset(["a", "b"])\n  name = each.key\n}\n'
    (found,) = root({"main.tf": _ROOT + text}).upkeep
    assert found.shown == "a tag in `aws_ecr_repository.r` can be moved to another image"


def test_a_group_whose_refresh_may_be_there() -> None:
    dynamic = '  dynamic "instance_refresh" {\n    for_each = var.v\n    content {}\n  }\n'
    text = f'variable "v" {{}}\nresource "aws_autoscaling_group" "g" {{\n{dynamic}}}\n'
    (found,) = root({"main.tf": _ROOT + text}).upkeep
    assert isinstance(found.replaced, Unknown)


def test_wrong_types_everywhere_are_survived() -> None:
    text = """
terraform {
  required_version = [1]
  backend = "s3"
  required_providers {
    aws = [1]
  }
}
resource "aws_ecr_repository" "r" {
  image_tag_mutability = [1]
  provisioner = "x"
}
resource "google_artifact_registry_repository" "r" {
  format        = "docker"
  docker_config = "x"
}
module "m" {
  source  = ["x"]
  version = {}
}
"""
    found = entities({"main.tf": _ROOT + text})
    assert {type(entity).__name__ for entity in found} == {"TerraformRoot", "ModuleCall"}
