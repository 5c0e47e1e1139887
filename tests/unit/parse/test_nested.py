"""YAML inside YAML: positions of the outer file, and no credential that the inner one holds."""

from __future__ import annotations

import pytest

from opsready.parse.credentials import mask_documents
from opsready.parse.nested import Nested, parse_nested
from opsready.parse.syntax import COLUMN_BITS, Map
from opsready.parse.yaml import parse_yaml


def inner(text: str) -> tuple[Nested, str]:
    """What is read of the value of `data.file`, and the outer text as a report may show it."""
    parsed = parse_yaml(text, "a.yaml")
    masked = mask_documents(parsed.documents, text)
    root = parsed.documents[0].root
    assert isinstance(root, Map)
    data = root["data"]
    assert isinstance(data, Map)
    return parse_nested(data, "file", "a.yaml"), masked


def where(found: Nested, key: str) -> tuple[int, int]:
    """The 1-based line and column of a key of the inner file."""
    assert found.root is not None
    start, _, _ = found.root.pos[key]
    return (start >> COLUMN_BITS) + 1, (start & ((1 << COLUMN_BITS) - 1)) + 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("data:\n  file: |\n    a: 1\n    b: 2\n", (4, 5)),
        ("data:\n  file: |-  # note\n       a: 1\n       b: 2\n", (4, 8)),
        ("data:\n  file: |\n\n    a: 1\n\n    b: 2\n", (6, 5)),
        ("data:\n  file: |2\n    a: 1\n    b: 2\n", (2, 3)),
        ("data:\n  file: >\n    a: 1\n\n    b: 2\n", (2, 3)),
        ('data:\n  file: "a: 1\\nb: 2\\n"\n', (2, 3)),
        ('data: {file: "a: 1\\nb: 2"}\n', (1, 8)),
    ],
    ids=["literal", "deeper", "empty lines", "numbered", "folded", "quoted", "flow"],
)
def test_where_things_stand(text: str, place: tuple[int, int]) -> None:
    found, _ = inner(text)
    assert where(found, "b") == place


def test_an_error_stands_at_its_line_of_the_outer_file() -> None:
    found, _ = inner("data:\n  other: x\n  file: |\n    a: 1\n    b: [\n    c: }\n")
    assert found.broken
    assert [note.line for note in found.diagnostics] in ([5], [6])


def test_what_a_script_fills_in_keeps_its_width() -> None:
    found, _ = inner("data:\n  file: |\n    a: {{ PROJECT }}\n    b: 2\n")
    assert found.root is not None
    assert found.root["a"] == "x" * len("{{ PROJECT }}")
    assert not found.broken


@pytest.mark.parametrize("text", ["", "- 1\n", "word\n", "# nothing\n"])
def test_what_is_no_mapping(text: str) -> None:
    found, _ = inner("data:\n  file: |\n" + "".join(f"    {line}\n" for line in text.splitlines()) + "  b: 1\n")
    assert found.root is None


@pytest.mark.parametrize(
    "line",
    [
        "password: hunter2",
        'api_key: "hunter2"',
        "x-api-key: 'hunter2'",
        "auth: {token: hunter2, user: me}",
        "- client_secret:   hunter2 and more",
        "password: hunter2 # not hunter3",
    ],
)
def test_a_credential_in_a_block_is_masked_wherever_it_could_be_seen(line: str) -> None:
    found, shown = inner(f"data:\n  file: |\n    a: 1\n    {line}\n    b: 2\n".replace("- client", "- client"))
    assert "hunter2" not in shown
    assert len(shown.splitlines()) == 5
    assert "hunter2" not in repr(found.root)


@pytest.mark.parametrize("line", ["password: ${env:PASSWORD}", "tokenPath: /var/run/token", "secretName: cart"])
def test_a_pointer_is_none(line: str) -> None:
    _, shown = inner(f"data:\n  file: |\n    {line}\n")
    assert line in shown


def test_what_was_masked_by_its_shape_is_still_yaml() -> None:
    found, shown = inner("data:\n  file: |\n    key: AKIAABCDEFGHIJKLMNOP\n    b: 2\n")
    assert "AKIA" not in shown
    assert not found.broken
    assert where(found, "b") == (4, 5)
