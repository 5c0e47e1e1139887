"""HCL in JSON: blocks by their labels, attributes with templates, and positions."""

from __future__ import annotations

from opsready.parse.hcl_json import parse_hcl_json
from opsready.parse.hcl_syntax import Access, Literal, ObjectOf, Template, TupleOf

_TEXT = """{
  "//": "a comment",
  "resource": {
    "aws_s3_bucket": {
      "logs": {"bucket": "logs-${var.env}", "count": 2, "tags": {"a": "${local.b}"}, "x": [true, null],
               "lifecycle": {"prevent_destroy": true}}
    }
  },
  "terraform": {"backend": {"s3": {"bucket": "state"}}, "required_version": "~> 1.5"},
  "locals": [{"a": 1}, {"b": 2}]
}
"""


def test_blocks_and_attributes_with_their_places() -> None:
    file = parse_hcl_json(_TEXT, "main.tf.json")
    assert not file.diagnostics
    assert [(block.type, block.labels) for block in file.body.blocks] == [
        ("resource", ("aws_s3_bucket", "logs")),
        ("terraform", ()),
        ("locals", ()),
        ("locals", ()),
    ]
    bucket, terraform, *_ = file.body.blocks
    assert isinstance(bucket.body.attributes["bucket"].expression(), Template)
    tags = bucket.body.attributes["tags"].expression()
    assert isinstance(tags, ObjectOf)
    assert isinstance(tags.items[0][1], Access)
    assert isinstance(bucket.body.attributes["x"].expression(), TupleOf)
    count = bucket.body.attributes["count"]
    assert isinstance(count.expression(), Literal)
    assert _TEXT[count.start : count.end] == '"count"'
    assert count.written == "2"
    assert [block.type for block in bucket.body.blocks] == ["lifecycle"]
    assert [(block.type, block.labels) for block in terraform.body.blocks] == [("backend", ("s3",))]
    assert file.lines.line(bucket.start) == 5


def test_values_of_variables() -> None:
    file = parse_hcl_json('{"env": "prod", "n": {"a": 1}}', "x.tfvars.json", values=True)
    assert sorted(file.body.attributes) == ["env", "n"]


def test_what_is_no_object_or_no_json() -> None:
    assert [found.line for found in parse_hcl_json("[1]", "x.tf.json").diagnostics] == [1]
    assert parse_hcl_json('{"a": ', "x.tf.json").diagnostics
    assert not parse_hcl_json('{"resource": [1, {"a": 2}]}', "x.tf.json").body.blocks


def test_a_template_with_a_fault() -> None:
    file = parse_hcl_json('{"locals": {"a": "${b", "c": "%{ if }"}}', "x.tf.json")
    from opsready.parse.hcl import expression_faults

    assert len(list(expression_faults(file))) == 2
