"""What expressions evaluate to, beside `terraform console`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from opsready.intake import take_in
from opsready.resolve.environments import Environments
from opsready.resolve.terraform import terraform_units
from opsready.tree import MemoryTree

_DECLARED = """
variable "none" {
  default = null
}
variable "list" {
  default = ["b", "a", "b"]
}
locals {
  object = { name = "shop", size = 3, inner = { a = [1, 2] } }
  texts  = ["x", "y"]
  heredoc = <<-EOT
      one
    two ${local.object.name}
  EOT
}
"""
_EXPRESSIONS = r"""
1 + 2 * 3
(1 + 2) * 3
7 % -3
-7 % 3
10 / 4
2 * -3
1 - 2 - 3
1e3
-1.5 + 1
1 < 2 && 2 < 3
!true || false
1 == 1.0
1 == "1"
true == true
null == var.none
[1] == [1]
"10" + 5
"5" > 3
{ a = 1 } == { a = 1 }
1 != 2
true ? "a" : "b"
var.none == null ? 1 : 2
"${local.object.name}-${1 + 1}"
"${true}"
"a${1.50}b"
"$${x}"
"%{ if true }a%{ else }b%{ endif }"
"%{ for t in local.texts ~} ${t} %{ endfor }"
local.heredoc
"${local.object.inner.a[1]}"
local.texts[0]
local.object["name"]
local.object.inner.a[0]
local.texts[*]
var.none[*]
5[*]
[for t in local.texts : upper(t)]
[for i, t in local.texts : i]
{ for t in local.texts : t => t }
[for k, v in local.object.inner : k]
{ for t in var.list : t => t... }
[for t in var.list : t if t != "b"]
[{ a = 1 }, { a = 2 }][*].a
[{ a = 1 }, { a = 2 }].*.a
try(local.object.missing, 5)
can(local.object.x)
abs(-3)
ceil(1.2)
floor(1.8)
max(1, 3, 2)
min(1, 3)
length(local.texts)
length("four")
join(",", local.texts)
split(",", "a,b")
replace("a-b", "-", "_")
trimprefix("abc", "a")
title("a b")
lower("AB")
upper("ab")
trimspace("  a ")
trimsuffix("abc", "c")
substr("hello", 1, 3)
chomp("a\n")
concat([1], [2, 3])
merge({ a = 1 }, { b = 2 })
merge({ a = 1 }, { a = 2 })
keys({ b = 1, a = 2 })
values({ b = 1, a = 2 })
flatten([[1, [2]], 3])
distinct(var.list)
compact(["", "a"])
contains(local.texts, "x")
lookup({ a = 1 }, "b", 2)
element([1, 2, 3], 4)
reverse([1, 2])
sort(var.list)
toset(var.list)
tolist(local.texts)
tonumber("3")
tostring(3)
tobool("true")
coalesce("", "a")
coalesce(var.none, 3)
one([])
one([1])
sum([1, 2])
range(3)
range(1, 7, 2)
slice([1, 2, 3], 1, 2)
format("%s-%d", "a", 3)
zipmap(["a"], [1])
alltrue([true, false])
anytrue([true, false])
max([1, 5]...)
startswith("abc", "a")
endswith("abc", "c")
strcontains("abc", "b")
parseint("ff", 16)
nonsensitive(3)
trim("xax", "x")
coalescelist([], [1])
{ (local.object.name) = 1 }
{ "a b" : 1 }
""".strip().splitlines()


def _ours() -> list[object]:
    attributes = "".join(f"  x{index} = {text}\n" for index, text in enumerate(_EXPRESSIONS))
    text = f'{_DECLARED}resource "t" "r" {{\n{attributes}}}\n'
    files = take_in(MemoryTree({"main.tf": text}), ()).sources.terraform
    (unit,) = terraform_units(files, Environments((), frozenset(), frozenset()))
    assert unit.terraform is not None
    (block,) = unit.terraform.of("resource")
    return [block.tree[f"x{index}"] for index in range(len(_EXPRESSIONS))]


def test_terraform_console_says_the_same(tmp_path: Path) -> None:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not installed")
    outputs = "".join(f"  x{index} = {text}\n" for index, text in enumerate(_EXPRESSIONS))
    (tmp_path / "main.tf").write_text(f"{_DECLARED}locals {{\n{outputs}}}\n", encoding="utf-8")
    everything = ", ".join(f"local.x{index}" for index in range(len(_EXPRESSIONS)))
    environment = {"PATH": os.environ["PATH"], "TF_CLI_CONFIG_FILE": os.devnull}
    result = subprocess.run(  # noqa: S603 - our own words
        [terraform, "console", "-no-color"], input=f"jsonencode([{everything}])\n", cwd=tmp_path, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    theirs = json.loads(json.loads(result.stdout))
    assert len(theirs) == len(_EXPRESSIONS) > 100
    found = dict(zip(_EXPRESSIONS, zip(_ours(), theirs, strict=True), strict=True))
    assert {text: pair for text, pair in found.items() if pair[0] != pair[1]} == {}
