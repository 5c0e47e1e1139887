"""Terraform's roots: what they are, what values can be told, where they come from, and what is masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opsready.intake import take_in
from opsready.parse.credentials import MASK
from opsready.parse.syntax import Map, Seq, Withheld
from opsready.resolve.repository import units
from opsready.tree import MemoryTree
from unit.resolve.trees import ENVIRONMENTS, at, why

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsready.model.verdict import Diagnostic
    from opsready.resolve.terraform_blocks import TerraformBlock
    from opsready.resolve.units import Unit

_BACKEND = 'terraform {\n  backend "s3" {\n    bucket = "state"\n  }\n}\n'


def resolved(files: Mapping[str, str | bytes], diagnostics: list[Diagnostic] | None = None) -> tuple[Unit, ...]:
    intake = take_in(MemoryTree(files), ())
    if diagnostics is not None:
        diagnostics.extend(intake.diagnostics)
    return units(intake.sources, ENVIRONMENTS, frozenset())


def blocks(files: Mapping[str, str | bytes], unit: str = "") -> dict[str, TerraformBlock]:
    found = [item for item in resolved(files) if not unit or item.id == unit]
    assert len(found) == 1, [item.id for item in resolved(files)]
    assert found[0].terraform is not None
    return {block.address: block for block in found[0].terraform.blocks}


def evaluated(expression: str, more: str = "", **files: str) -> Map:
    """The tree of a resource whose `x` is an expression."""
    text = f'{_BACKEND}{more}\nresource "t" "r" {{\n  x = {expression}\n}}\n'
    return blocks({"main.tf": text, **{name.replace("__", "."): text for name, text in files.items()}})["t.r"].tree


def origin(tree: Map, key: str = "x") -> tuple[str, str, int]:
    assert tree.origins is not None
    found = tree.origins[key]
    assert found.span is not None
    return found.what, found.span.file, found.span.line


# --- roots -------------------------------------------------------------------------------------------------------


def test_roots_modules_and_what_is_only_called() -> None:
    resource = 'resource "t" "r" {}\n'
    found = resolved(
        {
            "a/main.tf": _BACKEND + 'module "m" {\n  source = "../modules/m"\n}\n',
            "b/main.tf": 'provider "aws" {\n  region = "x"\n}\n' + resource,
            "modules/m/main.tf": resource,
            "modules/alone/main.tf": resource + 'provider "aws" {}\n',
        }
    )
    kinds = {unit.id: unit.terraform.module for unit in found if unit.terraform}
    assert kinds == {"a/*.tf": False, "b/*.tf": False, "modules/alone/*.tf": True}
    assert {unit.kind for unit in found} == {"terraform"}


@pytest.mark.parametrize(("modules", "is_module"), [(4, True), (3, False)])
def test_a_provider_among_many_modules_that_nobody_calls_makes_no_root(modules: int, is_module: bool) -> None:
    provider = 'provider "aws" {\n  region = "eu-west-1"\n}\nresource "aws_sqs_queue" "q" {}\n'
    files = {f"m{number}/main.tf": 'resource "aws_sqs_queue" "q" {}\n' for number in range(modules)}
    found = {unit.directory: unit.terraform for unit in resolved({**files, "old/main.tf": provider})}
    assert found["old"] is not None
    assert found["old"].module is is_module


def test_roots_stay_roots_beside_modules() -> None:
    provider = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
    modules = {f"m{number}/main.tf": 'resource "aws_sqs_queue" "q" {}\n' for number in range(5)}
    backend = resolved({**modules, "run/main.tf": _BACKEND})
    assert [unit.directory for unit in backend if unit.terraform and not unit.terraform.module] == ["run"]
    several = resolved({**modules, "a/main.tf": provider, "b/main.tf": provider})
    assert [unit.directory for unit in several if unit.terraform and not unit.terraform.module] == ["a", "b"]


def test_a_module_with_a_provider_is_no_root_where_it_is_called() -> None:
    files = {
        "main.tf": _BACKEND + 'module "m" {\n  source = "./m"\n}\n',
        "m/main.tf": 'provider "aws" {\n  region = "x"\n}\nresource "t" "r" {}\n',
    }
    assert [unit.id for unit in resolved(files)] == ["*.tf"]
    assert "module.m.t.r" in blocks(files)


def test_the_environment_comes_from_the_path() -> None:
    found = resolved({"envs/prod/main.tf": _BACKEND, "envs/dev/main.tf": _BACKEND})
    assert [(unit.environment, unit.production) for unit in found] == [("dev", False), ("prod", True)]


@pytest.mark.parametrize(
    ("directories", "environments"),
    [
        (("shop-prod", "shop-dev"), ("prod", "dev")),
        (("accounts/shop_prod/app", "accounts/shop_Staging/app"), ("prod", "staging")),
        (("shop-dev/dev", "shop-prod/staging", "shop-prod/x"), ("dev", "staging", "prod")),
        (("dev/shop-prod", "dev/shop-dev"), ("dev", "dev")),
        (("shop-prod", "till-dev"), ("", "")),
        (("a/shop-prod", "b/shop-dev"), ("", "")),
        (("shop-staging", "shop-dev"), ("", "")),
        (("shop-prod", "shop-new"), ("", "")),
        (("x/-prod", "x/-dev"), ("", "")),
        (("load-test",), ("",)),
    ],
)
def test_the_environment_comes_from_the_end_of_a_name_beside_production(
    directories: tuple[str, ...], environments: tuple[str, ...]
) -> None:
    found = {
        unit.directory: unit.environment for unit in resolved({f"{name}/main.tf": _BACKEND for name in directories})
    }
    assert tuple(found[name] for name in directories) == environments


def test_cloud_is_a_backend_and_an_empty_provider_is_none() -> None:
    cloud = "terraform {\n  cloud {\n  }\n}\n"
    found = resolved({"a/x.tf": cloud, "b/x.tf": 'provider "aws" {}\nresource "t" "r" {}\n'})
    assert {unit.id: unit.terraform.module for unit in found if unit.terraform} == {"a/*.tf": False, "b/*.tf": True}


# --- values ------------------------------------------------------------------------------------------------------

_VARIABLE = 'variable "x" {\n  default = 1\n}\n'


@pytest.mark.parametrize(
    ("files", "value", "given"),
    [
        ({}, 1, ("the default of `var.x`", "main.tf", 7)),
        ({"terraform.tfvars": "x = 2\n"}, 2, ("`terraform.tfvars`", "terraform.tfvars", 1)),
        (
            {"terraform.tfvars": "x = 2\n", "terraform.tfvars.json": '{"x": 3}'},
            3,
            ("`terraform.tfvars.json`", "terraform.tfvars.json", 1),
        ),
        ({"terraform.tfvars": "x = 2\n", "a.auto.tfvars": "x = 4\n"}, 4, ("`a.auto.tfvars`", "a.auto.tfvars", 1)),
        ({"b.auto.tfvars": "\nx = 5\n", "a.auto.tfvars": "x = 4\n"}, 5, ("`b.auto.tfvars`", "b.auto.tfvars", 2)),
    ],
)  # fmt: skip
def test_which_file_decides_a_variable(files: dict[str, str], value: int, given: tuple[str, str, int]) -> None:
    text = f'{_BACKEND}{_VARIABLE}resource "t" "r" {{\n  x = var.x\n}}\n'
    tree = blocks({"main.tf": text, **files})["t.r"].tree
    assert tree["x"] == value
    assert origin(tree) == given


@pytest.mark.parametrize("path", ["prod.tfvars", "env/prod.tfvars"])
def test_a_file_that_is_passed_by_hand_may_decide_a_variable(path: str) -> None:
    text = f'{_BACKEND}{_VARIABLE}resource "t" "r" {{\n  x = var.x\n}}\n'
    tree = blocks({"main.tf": text, path: "x = 9\n"})["t.r"].tree
    assert (
        why(tree, "x") == "`var.x` cannot be told: `prod.tfvars` sets it, which Terraform only reads when it is passed"
    )


@pytest.mark.parametrize(
    "where", ['cloud {\n    organization = "o"\n  }', 'backend "remote" {\n    organization = "o"\n  }']
)
def test_a_workspace_of_hcp_terraform_may_set_what_no_file_sets(where: str) -> None:
    text = f"""terraform {{
  {where}
}}
variable "a" {{
  default = 1
}}
variable "b" {{
  default = 1
}}
resource "t" "r" {{
  x = var.a
  y = var.b
  z = 3
}}
"""
    tree = blocks({"main.tf": text, "b.auto.tfvars": "b = 2\n"})["t.r"].tree
    assert why(tree, "x") == "`var.a` cannot be told: a workspace of HCP Terraform may set it"
    assert (tree["y"], tree["z"]) == (2, 3)


@pytest.mark.parametrize(
    ("expression", "more", "reason"),
    [
        ("var.x", 'variable "x" {}', "`var.x` has no default; set it in `terraform.tfvars`"),
        ("var.x", "", "`var.x` is not declared"),
        ("local.a", "locals {\n  a = local.b\n  b = local.a\n}", "`local.a` refers to itself"),
        ("aws_vpc.main.id", "", "`aws_vpc.main` is not declared here"),
        ("t2.b.id", 'resource "t2" "b" {}', "`t2.b.id` is known when it is there"),
        ("data.a.b.c", "", "`data.a.b` is looked up when Terraform runs"),
        ("terraform.workspace", "", "`terraform.workspace` is decided when Terraform runs"),
        ('file("x")', "", "`file(...)` is not evaluated"),
        ('"a-${var.x}"', 'variable "x" {}', "`var.x` has no default; set it in `terraform.tfvars`"),
        ("var.x ? 1 : 2", 'variable "x" {}', "`var.x` has no default; set it in `terraform.tfvars`"),
        ("{ a = 1 }.b", "", "it has no `b` here"),
        ('upper({})', "", "`upper` does not take these arguments"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_says_why(expression: str, more: str, reason: str) -> None:
    assert why(evaluated(expression, more), "x") == reason


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('"a-${local.b}"', "a-2"),
        ("local.b == 2 ? local.c : null", "see"),
        ("var.unset == null ? 7 : 8", 7),
        ("var.nothing ? 1 : 1", 1),
        ("false && var.nothing", False),
        ("var.nothing || true", True),
        ("try(local.d.missing, 5)", 5),
        ('lookup(local.d, "k", 1)', "v"),
        ("t2.other.name", "named"),
        ("coalesce(var.unset, local.c)", "see"),
        ("contains([1, 2], local.b)", True),
        ('[for k, v in local.d : "${k}${v}"][0]', "kv"),
        ('length({ for x in ["a", "b"] : x => 1 })', 2),
        ("local.list.*.id[1]", 4),
        ("1 + 2 * 3 - 4 / 2", 5),
        ('"%{ if local.b > 1 }yes%{ else }no%{ endif }"', "yes"),
        ('"%{ for x in [1, 2] }${x},%{ endfor }"', "1,2,"),
        ('merge({ a = 1 }, { a = 2 })["a"]', 2),
    ],
)
def test_what_can_be_told(expression: str, value: object) -> None:
    more = (
        'variable "unset" {\n  default = null\n}\nvariable "nothing" {}\n'
        'locals {\n  b = 2\n  c = "see"\n  d = { k = "v" }\n  list = [{ id = 3 }, { id = 4 }]\n}\n'
        'resource "t2" "other" {\n  name = "named"\n}\n'
    )
    found = evaluated(expression, more)["x"]
    assert (found, type(found)) == (value, type(value))


def test_an_attribute_that_a_type_may_give_is_unknown_rather_than_missing() -> None:
    more = (
        'variable "db" {\n  type = object({ a = number, multi_az = optional(bool, true) })\n  default = { a = 1 }\n}\n'
    )
    assert why(evaluated("try(var.db.multi_az, false)", more), "x") == "it has no `multi_az` here"
    assert evaluated("try({ a = 1 }.multi_az, false)")["x"] is False


def test_nested_values_have_places_and_origins() -> None:
    text = (
        f'{_BACKEND}variable "size" {{\n  default = "big"\n}}\n'
        'resource "t" "r" {\n  tags = {\n    a = "1"\n    b = var.size\n  }\n  list = ["x", var.none]\n}\n'
    )
    tree = blocks({"main.tf": text})["t.r"].tree
    tags = tree["tags"]
    assert isinstance(tags, Map)
    assert (dict(tags), tags.pos["b"][0] >> 24) == ({"a": "1", "b": "big"}, 11)
    assert origin(tags, "b") == ("the default of `var.size`", "main.tf", 7)
    items = tree["list"]
    assert isinstance(items, Seq)
    assert items[0] == "x"
    assert items.incomplete == "`var.none` is not declared"


# --- blocks ------------------------------------------------------------------------------------------------------


def test_count_and_for_each() -> None:
    text = f"""{_BACKEND}
variable "who_knows" {{}}
resource "t" "none" {{
  count = 0
}}
resource "t" "empty" {{
  for_each = {{}}
}}
resource "t" "two" {{
  count = 2
  name  = "n-${{count.index}}"
}}
resource "t" "each" {{
  for_each = {{ a = {{ size = 1 }}, b = {{ size = 2 }} }}
  name     = each.key
  size     = each.value.size
}}
resource "t" "perhaps" {{
  count = var.who_knows
  name  = count.index
}}
"""
    found = blocks({"main.tf": text})
    resources = {address: block for address, block in found.items() if block.mode == "resource"}
    assert sorted(resources) == ['t.each["a"]', 't.each["b"]', "t.perhaps", "t.two[0]", "t.two[1]"]
    assert resources["t.two[1]"].tree["name"] == "n-1"
    assert dict(resources['t.each["b"]'].tree) == {"name": "b", "size": 2}
    assert resources["t.perhaps"].conditional.startswith("how many there are cannot be told: `var.who_knows` has")
    assert isinstance(resources["t.perhaps"].tree["name"], Withheld)
    assert resources["t.two[0]"].conditional == ""


def test_nested_and_dynamic_blocks() -> None:
    text = f"""{_BACKEND}
resource "t" "r" {{
  rule {{
    a = 1
  }}
  rule {{
    a = 2
  }}
  dynamic "known" {{
    for_each = ["x", "y"]
    content {{
      name = known.value
    }}
  }}
  dynamic "named" {{
    for_each = {{ k = 5 }}
    iterator = it
    content {{
      name = "${{it.key}}${{it.value}}"
    }}
  }}
  dynamic "none" {{
    for_each = []
    content {{}}
  }}
  dynamic "hidden" {{
    for_each = var.hidden
    content {{}}
  }}
  lifecycle {{
    prevent_destroy = true
    ignore_changes  = [tags]
  }}
}}
"""
    tree = blocks({"main.tf": text})["t.r"].tree
    assert [at(tree, f"rule.{index}.a") for index in (0, 1)] == [1, 2]
    assert [at(tree, f"known.{index}.name") for index in (0, 1)] == ["x", "y"]
    assert at(tree, "named.0.name") == "k5"
    assert "none" not in tree
    hidden = tree["hidden"]
    assert isinstance(hidden, Seq)
    assert not hidden
    assert hidden.incomplete == "how many `hidden` there are cannot be told: `var.hidden` is not declared"
    assert at(tree, "lifecycle.0") == {"prevent_destroy": True}


def test_references_survive_where_values_do_not() -> None:
    text = f"""{_BACKEND}
resource "aws_s3_bucket" "main" {{
  bucket = "shop"
}}
resource "aws_s3_bucket_versioning" "main" {{
  bucket = aws_s3_bucket.main.id
  rule {{
    target = [aws_s3_bucket.main.arn, "x"]
  }}
}}
resource "t" "named" {{
  bucket = aws_s3_bucket.main.bucket
  text   = "arn:${{aws_s3_bucket.main[0].id}}"
  tried  = try(aws_s3_bucket.main.id, data.aws_s3_bucket.other.id)
}}
"""
    found = blocks({"main.tf": text})
    versioning = found["aws_s3_bucket_versioning.main"]
    assert versioning.references == {
        "bucket": ("aws_s3_bucket.main",),
        "rule[0].target[0]": ("aws_s3_bucket.main",),
    }
    named = found["t.named"]
    assert named.tree["bucket"] == "shop"
    assert {key: names[0] for key, names in named.references.items()} == {
        "bucket": "aws_s3_bucket.main",
        "text": "aws_s3_bucket.main",
        "tried": "aws_s3_bucket.main",
    }


def test_what_a_block_is_and_where() -> None:
    text = """data "aws_vpc" "x" {}
provider "aws" {
  alias = "b"
}
module "ext" {
  source = "a/b/c"
}
"""
    found = blocks({"infra/main.tf": _BACKEND + text})
    assert {address: (block.mode, block.type, block.name) for address, block in found.items()} == {
        "terraform": ("terraform", "terraform", ""),
        "data.aws_vpc.x": ("data", "aws_vpc", "x"),
        "provider.aws": ("provider", "provider", "aws"),
        "module.ext": ("module", "module", "ext"),
    }
    assert at(found["terraform"].tree, "backend.0.bucket") == "state"
    place = found["data.aws_vpc.x"].place.span
    assert (place.file, place.line, place.column, place.end_column) == ("infra/main.tf", 6, 1, 19)
    assert found["module.ext"].local is None


def test_a_backend_keeps_its_label() -> None:
    assert at(blocks({"main.tf": _BACKEND})["terraform"].tree, "backend.0.label") == "s3"


# --- modules -----------------------------------------------------------------------------------------------------

_CALLED = """
variable "env" {}
variable "size" {
  default = 3
}
variable "name" {
  default  = "given"
  nullable = false
}
resource "t" "db" {
  env  = var.env
  size = var.size
  name = var.name
  from = var.bucket
}
variable "bucket" {
  default = ""
}
output "id" {
  value = t.db.id
}
output "size" {
  value = var.size
}
"""


def test_a_module_is_evaluated_where_it_is_called() -> None:
    files = {
        "root/main.tf": _BACKEND
        + """
resource "b" "logs" {}
module "one" {
  source = "../mod"
  env    = local.env
  name   = null
  bucket = b.logs.id
}
module "two" {
  source   = "../mod/"
  for_each = toset(["x", "y"])
  env      = each.key
  size     = 9
}
locals {
  env = "prod"
}
resource "t" "after" {
  one  = module.one.id
  size = module.one.size
}
""",
        "mod/main.tf": _CALLED,
    }
    found = blocks(files)
    one = found["module.one.t.db"]
    assert dict(one.tree) | {"from": None} == {"env": "prod", "size": 3, "name": "given", "from": None}
    assert origin(one.tree, "env") == ("`local.env`", "root/main.tf", 21)
    assert origin(one.tree, "size") == ("the default of `var.size`", "mod/main.tf", 4)
    assert one.references["from"] == ("b.logs",)
    assert (one.module, one.directory, one.file) == ("module.one", "mod", "mod/main.tf")
    assert [found[f'module.two["{key}"].t.db'].tree["env"] for key in "xy"] == ["x", "y"]
    after = found["t.after"]
    assert set(after.references["one"]) == {"module.one", "module.one.t.db"}
    assert after.tree["size"] == 3
    assert found["module.one"].local == "mod"


def test_what_a_caller_does_not_give() -> None:
    files = {"main.tf": _BACKEND + 'module "m" {\n  source = "./mod"\n}\n', "mod/main.tf": _CALLED}
    assert (
        why(blocks(files)["module.m.t.db"].tree, "env") == "`var.env` has no default, and `module.m` does not give it"
    )


def test_modules_that_are_not_here_are_opaque_and_say_what_they_may_hold() -> None:
    text = (
        _BACKEND
        + 'module "db" {\n  source = "terraform-aws-modules/rds/aws"\n}\nmodule "vpc" {\n  source = "a/vpc/aws"\n}\n'
    )
    (unit,) = resolved({"main.tf": text})
    assert [(item.name, bool(item.holds)) for item in unit.opaque] == [("module.db", True), ("module.vpc", False)]
    assert unit.opaque[0].place.span.line == 6


def test_a_module_whose_call_may_not_exist() -> None:
    files = {
        "main.tf": _BACKEND + 'module "m" {\n  source = "./m"\n  count = var.n\n}\n',
        "m/main.tf": 'resource "t" "r" {}\n',
    }
    assert blocks(files)["module.m.t.r"].conditional


# --- bad input ---------------------------------------------------------------------------------------------------


def test_a_broken_block_is_opaque_and_the_rest_is_read() -> None:
    diagnostics: list[Diagnostic] = []
    text = _BACKEND + 'resource "t" "bad" {\n  x = [\n}\n\nresource "t" "good" {\n  x = 1\n}\n'
    (unit,) = resolved({"main.tf": text}, diagnostics)
    assert unit.terraform is not None
    assert [block.address for block in unit.terraform.of("resource")] == ["t.good"]
    assert [item.name for item in unit.opaque] == ["resource.t.bad"]
    assert [(item.kind, item.line) for item in diagnostics] == [("invalid-hcl", 8)]


def test_a_fault_in_an_expression_is_said_once() -> None:
    diagnostics: list[Diagnostic] = []
    files = {
        "a/main.tf": _BACKEND + 'module "m" {\n  source = "../m"\n}\n',
        "b/main.tf": _BACKEND + 'module "m" {\n  source = "../m"\n}\n',
        "m/main.tf": 'resource "t" "r" {\n  x = 1 +\n  y = 2\n}\n',
    }
    found = resolved(files, diagnostics)
    assert [(item.file, item.line) for item in diagnostics] == [("m/main.tf", 2)]
    assert found[0].terraform is not None
    (block,) = found[0].terraform.of("resource")
    assert why(block.tree, "x").startswith("`x` is no HCL")
    assert block.tree["y"] == 2


def _chain(value: str, length: int) -> str:
    """Locals of which each is made of the next one."""
    made = "".join(f"  a{i} = {value.replace('?', f'local.a{i + 1}')}\n" for i in range(length))
    return f"locals {{\n{made}  a{length} = 1\n}}\n"


@pytest.mark.parametrize(
    "text",
    [
        'module "m" {\n  source = "./"\n}\n',
        'module "m" {\n  source = "../x"\n}\n',
        _chain("[?, ?]", 200),
        _chain("?", 5000),
        _chain('"${?}${?}"', 60).replace("= 1", f'= "{"x" * 1000}"'),
        _chain("[?, ?]", 40)
        + 'resource "t" "low" {\n'
        + "".join(f"  b{i} = local.a{i}\n" for i in range(40, 0, -1))
        + "}\n",
        "locals {\n  a0 = range(100000000)\n}\n",
        "locals {\n  a0 = 9 * 9e300 * 9e300\n  a60 = 1 / 0\n}\n",
        'resource "t" "loop" {\n  x = "${t.loop.x}${t.loop.x}"\n}\n',
        'resource "t" "many" {\n  count = 1000000000\n}\n',
        'resource "t" "few" {\n  count = -1\n}\nresource "t" "half" {\n  count = 1.5\n}\n',
        'resource "t" "text" {\n  count = "many"\n}\n',
        'override {\n}\nmodule {\n}\nresource "t" {\n}\nvariable {\n}\n',
    ],
)
def test_hostile_input_takes_bounded_time(text: str) -> None:
    more = 'resource "t" "r" {\n  x = local.a0\n  y = local.a60\n}\n'
    (unit, *_) = resolved({"x/main.tf": _BACKEND + text + more, "x/y.tf": ""})
    assert unit.terraform is not None
    assert len(unit.terraform.blocks) <= 1000


def test_an_override_is_never_judged_as_if_it_were_not_there() -> None:
    text = _BACKEND + 'resource "t" "r" {\n  x = 1\n  y = 2\n}\n'
    files = {"main.tf": text, "main_override.tf": 'resource "t" "r" {\n  x = 3\n}\n'}
    tree = blocks(files)["t.r"].tree
    assert why(tree, "x") == "`x` is set again in `main_override.tf`"
    assert tree["y"] == 2


def test_json_is_read_as_well() -> None:
    text = '{"terraform": {"backend": {"s3": {}}}, "resource": {"t": {"r": {"x": "a-${local.b}"}}}, "locals": {"b": 2}}'
    assert blocks({"main.tf.json": text})["t.r"].tree["x"] == "a-2"


# --- secrets -----------------------------------------------------------------------------------------------------

_SECRETS = """
variable "db_password" {
  default = "hunter2-a"
}
variable "other" {
  default   = "hunter2-b"
  sensitive = true
}
locals {
  token = "hunter2-c"
}
resource "t" "r" {
  master_password = "hunter2-d"
  env             = var.other
  mixed           = "user:${var.db_password}"
  list            = [local.token]
  tags            = { api_key = "hunter2-e", plain = "ok" }
  environment {
    name  = "DB_PASSWORD"
    value = "hunter2-f"
  }
  upper                       = upper(var.other)
  manage_master_user_password = true
  secret                      = var.db_password == "" ? 1 : 2
  password                    = <<EOT
hunter2-g
EOT
}
"""


def test_secrets_reach_neither_the_tree_nor_the_text() -> None:
    files = {"main.tf": _BACKEND + _SECRETS, "terraform.tfvars": 'db_password = "hunter2-h"\nother = "hunter2-i"\n'}
    for chosen in (files, {"main.tf": files["main.tf"]}):
        tree = blocks(chosen)["t.r"].tree
        assert "hunter2" not in repr(tree).lower()
        assert tree["master_password"] == MASK
        assert tree["manage_master_user_password"] is True
        assert at(tree, "tags.plain") == "ok"
    text = take_in(MemoryTree(files), ()).texts["main.tf"]
    assert "hunter2" not in text
    assert text.count("\n") == files["main.tf"].count("\n")
    assert 'plain = "ok"' in text


# --- Terragrunt --------------------------------------------------------------------------------------------------

_PARENT = """
locals {
  region = "eu-west-1"
}
remote_state {
  backend = "s3"
  config = {
    bucket  = "state"
    region  = local.region
    encrypt = true
  }
}
generate "provider" {
  path     = "provider.tf"
  contents = <<EOF
provider "aws" {}
EOF
}
inputs = {
  size = 5
}
"""


def test_terragrunt_runs_a_module_with_inputs_and_the_state_of_what_it_includes() -> None:
    files = {
        "live/terragrunt.hcl": _PARENT,
        "live/prod/db/terragrunt.hcl": 'include "root" {\n  path = find_in_parent_folders()\n}\n'
        'terraform {\n  source = "../../../modules//db"\n}\ninputs = {\n  env = "prod"\n}\n',
        "modules/db/main.tf": _CALLED,
    }
    (unit,) = resolved(files)
    assert (unit.id, unit.environment) == ("live/prod/db/terragrunt.hcl", "prod")
    found = blocks(files)
    state = found["terragrunt.remote_state"]
    assert (state.mode, state.type, state.file) == ("terragrunt", "remote_state", "live/terragrunt.hcl")
    assert at(state.tree, "config.region") == "eu-west-1"
    assert "terragrunt.generate.provider" in found
    tree = found["t.db"].tree
    assert (tree["env"], tree["size"]) == ("prod", 5)
    assert origin(tree, "size")[:2] == ("the inputs of Terragrunt", "live/terragrunt.hcl")


def test_inputs_that_are_worked_out_may_give_anything() -> None:
    files = {
        "live/terragrunt.hcl": 'terraform {\n  source = "../m"\n}\ninputs = merge(local.a, {})\n',
        "m/main.tf": _CALLED,
    }
    assert "it may be among the inputs of `live/terragrunt.hcl`" in why(blocks(files)["t.db"].tree, "size")


def test_terragrunt_that_runs_a_release_here_and_the_working_copy_there() -> None:
    source = '"${get_env("E") == "p" ? "git::https://x//m?ref=v1" : "../m"}"'
    files = {"live/terragrunt.hcl": f"terraform {{\n  source = {source}\n}}\n", "m/main.tf": _CALLED}
    assert "t.db" in blocks(files)


def test_terragrunt_that_runs_what_is_not_here_is_opaque() -> None:
    (unit,) = resolved({"live/terragrunt.hcl": 'terraform {\n  source = "git::https://x//m?ref=v1"\n}\n'})
    assert [item.input for item in unit.opaque] == ["module (`git::https://x//m?ref=v1`)"]
