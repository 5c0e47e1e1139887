"""HCL: what is read, what is refused and where, what becomes of the rest of a file, and what damage can cost."""

from __future__ import annotations

import time

import pytest

from opsready.parse.hcl import HclFile, expression_faults, parse_hcl
from opsready.parse.hcl_syntax import Block, Expression, Literal, Template
from unit.parse.hcl_cases import ACCEPTED, REFUSED


def read(text: str) -> HclFile:
    file = parse_hcl(text, "main.tf")
    assert not file.diagnostics, file.diagnostics
    return file


def value(text: str) -> Expression:
    return read(f"x = {text}\n").body.attributes["x"].expression()


def faults(text: str) -> list[tuple[int, str]]:
    file = parse_hcl(text, "main.tf")
    found = file.diagnostics or tuple(expression_faults(file))
    assert all(item.file == "main.tf" and item.kind == "invalid-hcl" for item in found)
    return [(item.line, item.message) for item in found]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_terraform_accepts_is_read(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(("text", "line"), REFUSED)
def test_what_terraform_refuses_is_one_diagnostic_with_its_line(text: str, line: int) -> None:
    found = faults(text)
    assert [where for where, _ in found] == [line]
    assert found[0][1]
    assert found[0][1].isprintable()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"shop"', "shop"),
        (r'"a\tb\n\"c\"\\"', 'a\tb\n"c"\\'),
        (r'"\u00e9\U0001F600"', "é😀"),
        ('"$${x} %%{y} $$ 5% $"', "${x} %{y} $$ 5% $"),
        ('"$$${x}"', "$${x}"),
        ('""', ""),
        ("1.0", 1),
        ("1e3", 1000),
        ("1.5", 1.5),
        ("-7", -7),
        ("01", 1),
        ("true", True),
        ("null", None),
        ("<<EOT\na\n  b\nEOT", "a\n  b\n"),
        ("<<EOT\nEOT", ""),
        ("<<-EOT\n    a\n  b\n      c\n  EOT", "  a\nb\n    c\n"),
        ("<<-EOT\n\ta\n\t\tb\nEOT", "a\n\tb\n"),
        # Lines of white space neither count nor lose any.
        ("<<-EOT\n    a\n\n   \n      c\n  EOT", "a\n\n   \n  c\n"),
        ("<<EOT\na $${x} \\n\nEOT  ", "a ${x} \\n\n"),
        ("<<E\r\na\r\nE\r\n", "a\r\n"),
        ('"${"inner"}-x"', "inner-x"),
    ],
)
def test_a_literal_means_what_terraform_console_prints(written: str, meant: object) -> None:
    found = value(written)
    assert isinstance(found, Literal)
    assert (found.value, type(found.value)) == (meant, type(meant))


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ('"a ${~ v ~} b"', ["a", "b"]),
        ('"a ${ v } b"', ["a ", " b"]),
        ("<<-E\n    a ${v}    b\n      c\n  E", ["a ", "    b\n  c\n"]),
        # Strip markers take the rest of their own line only.
        ("<<E\n  ${~ v ~}  \n x\nE", [" x\n"]),
    ],
)
def test_the_text_around_what_is_filled_in(written: str, texts: list[str]) -> None:
    found = value(written)
    assert isinstance(found, Template)
    assert [part.value for part in found.parts if isinstance(part, Literal)] == texts


_TWO = 'resource "a" "one" {\n  x = 1\n%s}\n\nresource "a" "two" {\n  y = 2\n}\n'


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("  y 1\n", 3),
        ('  y = "open\n', 3),
        ("  y = [1\n", 4),
        ('  y = "\\q"\n', 3),
        ("  b {} c {}\n", 3),
        ("  y = )\n", 3),
        ("  b {\n", 1),
    ],
)
def test_a_fault_costs_its_block_and_the_rest_is_read(fault: str, line: int) -> None:
    file = parse_hcl(_TWO % fault, "main.tf")
    assert [found.line for found in file.diagnostics] == [line]
    one, two = file.body.blocks
    assert one.broken
    assert (two.labels, two.broken, two.body.attributes["y"].written) == (("a", "two"), "", "2")


def test_a_block_that_is_never_closed_does_not_swallow_the_next_one() -> None:
    file = parse_hcl('resource "a" "one" {\n  x = 1\n\nresource "a" "two" {\n  y = 2\n}\n', "main.tf")
    assert [(found.line, found.message) for found in file.diagnostics] == [
        (1, '`resource "a" "one"` is never closed; add the missing `}`')
    ]
    assert [block.labels[1] for block in file.body.blocks] == ["one", "two"]
    assert file.body.blocks[0].body.blocks == []


def test_an_attribute_that_is_set_twice_says_so_and_the_block_is_read() -> None:
    file = parse_hcl("b {\n  x = 1\n  x = 2\n  y = 3\n}\n", "main.tf")
    assert [(found.line, found.message) for found in file.diagnostics] == [(3, "`x` is set a second time; keep one")]
    body = file.body.blocks[0].body
    assert body.attributes["x"].problem == "`x` is set twice"
    assert body.attributes["y"].problem == ""


def test_offsets_are_those_of_the_written_text() -> None:
    text = 'resource "a" "ö" { # é\n  size = "${x}" # why\n}\n'
    file = read(text)
    block = file.body.blocks[0]
    assert text[block.start : block.header_end] == 'resource "a" "ö"'
    assert text[block.end - 1 : block.end] == "}"
    size = block.body.attributes["size"]
    assert text[size.start : size.end] == "size"
    assert size.written == '"${x}"'
    span = file.lines.span(file.path, size.value_start, size.value_end)
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 10, 2, 16)


def test_comments_are_kept_and_texts_are_none() -> None:
    text = '# one\na = "# no" # two\n/* three\n */ b = <<E\n# no\nE\nc = 1 // four'
    found = [text[start:end] for start, end in read(text).comments()]
    assert found == ["# one", "# two", "/* three\n */", "// four"]


def test_windows_line_ends_and_a_byte_order_mark() -> None:
    file = read("\ufeffa = 1\r\nb {\r\n  c = [\r\n    1,\r\n  ]\r\n}\r\n")
    assert file.body.attributes["a"].written == "1"
    assert not list(expression_faults(file))


_MEGABYTE = "x" * 99 + "\n"
_HOSTILE = {
    "a heredoc of 5 MB": "a = <<E\n" + _MEGABYTE * 50_000 + "E\n",
    "a heredoc that never ends": "a = <<E\n" + _MEGABYTE * 50_000,
    "heredocs that never end": "a = <<E\n" * 100_000,
    "brackets": "a = " + "[" * 100_000 + "]" * 100_000 + "\n",
    "open brackets": "a = " + "[" * 100_000,
    "brackets of every line": "a = [\n" * 100_000,
    "blocks": "a {\n" * 100_000 + "}\n" * 100_000,
    "an open text": 'a = "' + "x" * 5_000_000,
    "open texts": 'a = "\n' * 100_000,
    "templates in templates": "a = " + '"${' * 100_000 + '}"' * 100_000 + "\n",
    "signs": "a = " + "!" * 100_000 + "x\n",
    "conditionals": "a = " + "x ? 1 : " * 100_000 + "2\n",
    "calls": "a = " + "f(" * 100_000 + ")" * 100_000 + "\n",
    "splats": "a = x" + "[*]" * 100_000 + "\n",
    "open comments": "/* " * 1_000_000,
    "a number": "a = " + "1" * 1_000_000 + "\n",
    "labels": "a " + '"x" ' * 100_000,
    "quotes": '"' * 1_000_000,
    "directives": 'a = "' + "%{if x}" * 20_000 + '"\n',
    "braces": "}" * 1_000_000,
    "twice": "a = 1\n" * 100_000,
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_damage_costs_little_and_says_little(name: str) -> None:
    start = time.process_time()
    file = parse_hcl(_HOSTILE[name], "main.tf")
    found = list(file.diagnostics) or list(expression_faults(file))
    list(file.comments())
    assert time.process_time() - start < 5
    assert len(found) <= 21
    assert bool(found) == (name != "a heredoc of 5 MB")
    assert all(len(item.message) < 200 for item in found)


def test_long_chains_are_no_nesting() -> None:
    assert faults("a = 1" + " + 1" * 20_000 + "\nb = x" + ".y" * 20_000 + "\n") == []


def labels(blocks: list[Block]) -> list[tuple[str, ...]]:
    return [(block.type, *block.labels) for block in blocks]


def test_labels_with_escapes_comments_and_bare_words() -> None:
    file = read('a /* x */ "b\\tc" /* y */ d {\n}\ne f "g" { h = 1 }\n')
    assert labels(file.body.blocks) == [("a", "b\tc", "d"), ("e", "f", "g")]
