"""YAML and JSON as trees whose positions are true, and which never cost more than the text that is broken."""

from __future__ import annotations

import json
import re
import string
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from opsready.parse.syntax import COLUMN_BITS, Map, Seq
from opsready.parse.yaml import MAX_DEPTH, Parsed, parse_json, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLUMN = (1 << COLUMN_BITS) - 1


def documents(text: str) -> list[object]:
    """The trees of a text that can be read as a whole."""
    parsed = parse_yaml(text, "a.yaml")
    assert parsed.diagnostics == ()
    assert not parsed.broken
    return [document.root for document in parsed.documents]


def tree(text: str) -> Map:
    """The one mapping of a text."""
    (root,) = documents(text)
    assert isinstance(root, Map)
    return root


def found(parsed: Parsed) -> list[object]:
    return [document.root for document in parsed.documents]


def complaints(parsed: Parsed) -> list[tuple[str, int]]:
    return [(diagnostic.kind, diagnostic.line) for diagnostic in parsed.diagnostics]


def cut(text: str, start: int, end: int) -> str:
    """What stands between two packed positions, counting lines as editors and git do."""
    lines = text.split("\n")
    first, last = start >> COLUMN_BITS, end >> COLUMN_BITS
    if first == last:
        return lines[first][start & _COLUMN : end & _COLUMN]
    return "\n".join([lines[first][start & _COLUMN :], *lines[first + 1 : last], lines[last][: end & _COLUMN]])


def spans(node: object) -> Iterator[tuple[str, int, int, object]]:
    """Every key and every plain value in a tree with its place: what it is, where, and what must stand there."""
    if isinstance(node, Map):
        for key, value in node.items():
            start, value_start, end = node.pos[key]
            yield "key", start, value_start, key
            if not isinstance(value, Map | Seq):
                yield "value", value_start, (node.ends or {}).get(key) or end, value
            yield from spans(value)
    elif isinstance(node, Seq):
        for value, (start, end) in zip(node, node.pos, strict=True):
            if not isinstance(value, Map | Seq):
                yield "value", start, end, value
            yield from spans(value)


def read_back(written: str) -> object:
    """The value that a piece of YAML stands for on its own."""
    (value,) = found(parse_yaml(written, "piece"))
    return value


_KEYS = st.text(string.ascii_letters + string.digits + " -_.:#'\"{}é☃", min_size=1, max_size=8)
_PLAIN = st.one_of(
    st.integers(-(10**6), 10**6),
    st.booleans(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], max_codepoint=0x2FFFF), max_size=12),
    st.sampled_from(
        ["on", "0644", "12:30", "=", "~", "a: b", "- x", "two\nlines", " lead", "tail ", "#", "'", '"', "é😀"]
    ),
)
_NESTED = st.dictionaries(
    _KEYS,
    st.recursive(
        _PLAIN,
        lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=4), st.dictionaries(_KEYS, inner, min_size=1)),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)
_STYLES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([None, True, False]),
        "default_style": st.sampled_from([None, '"', "'", "|", ">"]),
        "indent": st.sampled_from([2, 4, 7]),
        "width": st.sampled_from([20, 80, 10_000]),
        "allow_unicode": st.booleans(),
        "explicit_start": st.booleans(),
        "line_break": st.sampled_from(["\n", "\r\n"]),
        "canonical": st.booleans(),
    }
)


@settings(max_examples=120, deadline=None)
@given(data=_NESTED, style=_STYLES)
def test_every_position_cuts_the_key_or_value_out_of_the_text(data: dict[str, object], style: dict[str, Any]) -> None:
    """Spans end on the line of their key: what ends later is checked by its beginning."""
    text = yaml.dump(data, Dumper=yaml.SafeDumper, **style)
    (root,) = found(parse_yaml(text, "a.yaml"))
    checked = 0
    for what, start, end, expected in spans(root):
        written = cut(text, start, end)
        if what == "key":
            written = re.sub(r"\s*(?:\n\s*)?:\s*(?:!!\w+\s*)?(?:[|>][-+0-9]*)?\Z", "", written)
            written = written.removesuffix(":")
        read = yaml.safe_load(f"[{written}]") if written[:1] in {'"', "'"} else None
        if read is not None:
            assert read == [expected], (text, written)
            checked += 1
        elif what == "value" and "\n" not in written and written[:1] not in {"|", ">", "!"}:
            assert read_back(written) == expected if written else expected is None, (text, written)
            checked += 1
    assert checked or style["default_style"] in {"|", ">"} or style["canonical"]


@settings(max_examples=100, deadline=None)
@given(data=_NESTED, style=_STYLES, quote=st.sampled_from(["'", '"']))
def test_what_is_quoted_or_tagged_is_read_as_pyyaml_reads_it(
    data: dict[str, object], style: dict[str, Any], quote: str
) -> None:
    text = yaml.dump(data, Dumper=yaml.SafeDumper, **{**style, "default_style": quote})
    assert found(parse_yaml(text, "a.yaml")) == [yaml.safe_load(text)]


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    parse_yaml(text, "a.yaml")
    parse_json(text, "a.json")


_PIECES = st.sampled_from(
    [
        *(
            "a",
            "b: ",
            "- ",
            ": ",
            "? ",
            "\n",
            "\n  ",
            "\n    ",
            " ",
            "---\n",
            "--- ",
            "...\n",
            "# c\n",
            "\t",
            "|\n",
            ">-\n",
        ),
        *("[", "]", "{", "}", ", ", '"x"', "'y'", "&a ", "*a ", "<<: ", "!!str ", "!t ", "1", "on", "~", "%YAML 1.1\n"),
        *(
            "\r\n",
            "\r",
            "\x85",
            "\u2028",
            "\ufeff",
            "😀",
            '"\\u263a"',
            "key",
            "@",
            "`",
            "\\",
            "=",
            "x: 1\n",
            "&b {c: d}",
        ),
    ]
)
_YAMLISH = st.lists(_PIECES, max_size=25).map("".join)


@settings(max_examples=1_000, deadline=None)
@given(_YAMLISH)
def test_every_text_that_pyyaml_accepts_is_parsed(text: str) -> None:
    try:
        accepted = list(yaml.load_all(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValueError, TypeError):
        parse_yaml(text, "a.yaml")
        return
    parsed = parse_yaml(text, "a.yaml")
    if _intended_exception(parsed):
        return
    assert not parsed.broken, parsed.diagnostics
    assert len(parsed.documents) == len([document for document in accepted if document is not None])


def _intended_exception(parsed: Parsed) -> bool:
    """What PyYAML reads and we refuse on purpose; the table below names the cases."""
    return any("alias" in diagnostic.message for diagnostic in parsed.diagnostics)


_LAUGHS = "".join(f"{key}: &{key} [{', '.join([f'*{before}'] * 10)}]\n" for before, key in pairwise("abcdefgh"))
_REFUSED_ON_PURPOSE = {
    "recursive alias": ("a: &x [*x]\n", "alias"),
    "deeper than any manifest": ("[" * 250 + "]" * 250, "nested more than 200 levels"),
    "expansion": ("a: &a [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + _LAUGHS, "expand to more than"),
}


@pytest.mark.parametrize("case", _REFUSED_ON_PURPOSE)
def test_what_pyyaml_accepts_and_we_refuse_by_name(case: str) -> None:
    text, reason = _REFUSED_ON_PURPOSE[case]
    started = time.perf_counter()
    parsed = parse_yaml(text + "\n---\nkind: Next\n", "a.yaml")
    assert time.perf_counter() - started < 2
    assert found(parsed) == [{"kind": "Next"}]
    (diagnostic,) = parsed.diagnostics
    assert diagnostic.kind == "unreadable-document"
    assert reason in diagnostic.message
    assert parsed.broken
    list(yaml.compose_all(text, Loader=yaml.CSafeLoader))  # does not raise


@pytest.mark.parametrize(
    "text",
    [
        "a: !Ref foo",
        "a: !Sub [x, y]",
        "a: !!binary aGVsbG8=",
        "a: =",
        "a: 12:30:45",
        "? a\n: b",
        "[a, b]",
        "just text",
        "a: |\n  x\n   y\n",
        "a: >+\n  x\n\n",
        "'it''s': \"a\\tb\"",
        "{a: 1, b: [x, {c: d}]}",
        "- - a\n  - b\n-\n  - c",
        "a:\n- b\n- c",
        "%YAML 1.1\n---\na: 1",
        "%TAG ! tag:x,2000:\n---\na: !y z",
        "a: &x 1\nb: *x",
        "&x a: 1\nb: *x",
        "a: b #c\n# d\n",
        "a: 'x\n  y'",
        "{a, b: }",
        '{"a":1,"b":[true,null]}',
    ],
)
def test_all_of_yaml_is_read(text: str) -> None:
    documents(text)


class TestDocuments:
    def test_every_document_has_its_own_lines(self) -> None:
        parsed = parse_yaml("a: 1\n---\n# nothing\n---\n\nb: 2\n...\n---\nc: 3\n", "a.yaml")
        assert found(parsed) == [{"a": 1}, {"b": 2}, {"c": 3}]
        assert [document.start >> COLUMN_BITS for document in parsed.documents] == [0, 5, 8]

    def test_an_empty_file_has_none(self) -> None:
        assert [documents(text) for text in ("", "\n", "# x\n", "---\n", "---\n---\n", "null\n", "~")] == [[]] * 7

    def test_anchors_end_with_their_document(self) -> None:
        parsed = parse_yaml("a: &x 1\n---\nb: *x\n---\nc: 2\n", "a.yaml")
        assert found(parsed) == [{"a": 1}, {"c": 2}]
        assert complaints(parsed) == [("unreadable-document", 3)]

    def test_line_breaks_of_windows(self) -> None:
        text = "a: 1\r\nb:\r\n- x\r\n---\r\nc: |\r\n  y\r\n"
        parsed = parse_yaml(text, "a.yaml")
        assert found(parsed) == [{"a": 1, "b": ["x"]}, {"c": "y\n"}]
        root = parsed.documents[0].root
        assert isinstance(root, Map)
        assert cut(text, root.pos["b"][0], root.pos["b"][2]) == "b"
        assert root.pos["b"][0] == 1 << COLUMN_BITS

    def test_a_byte_order_mark_is_no_part_of_the_first_key(self) -> None:
        text = "\ufeffkind: Pod\nb: 2"
        root = tree(text)
        assert root == {"kind": "Pod", "b": 2}
        assert cut(text, root.pos["kind"][0], root.pos["kind"][0] + 4) == "kind"


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029", "\r"])
def test_separators_that_no_editor_counts_do_not_shift_lines(separator: str) -> None:
    text = f"# one{separator}# two\na: 'x{separator}  y'\nb: here\nc:\n- d{separator}- e\n"
    root = tree(text)
    assert cut(text, root.pos["b"][1], root.pos["b"][2]) == "here"
    assert root.pos["b"][0] >> COLUMN_BITS == 2
    assert isinstance(items := root["c"], Seq)
    assert [cut(text, *place) for place in items.pos] == ["d", "e"]
    parsed = parse_yaml(text + "b: again\nd: [x\n---\ne: 1\n", "a.yaml")
    assert complaints(parsed) == [("duplicate-key", 6), ("unreadable-document", 7)]
    assert found(parsed) == [{"e": 1}]


class TestAliases:
    def test_an_alias_is_what_its_anchor_was_last(self) -> None:
        assert tree("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == {"a": 1, "b": 1, "c": 2, "d": 2}

    def test_an_alias_may_be_a_key(self) -> None:
        assert tree("a: &x name\n*x : 1\n") == {"a": "name", "name": 1}

    def test_a_merge_adds_what_is_not_written(self) -> None:
        text = "base: &b {a: 1, c: 1}\nover:\n  a: 2\n  <<: *b\n"
        over = tree(text)["over"]
        assert over == {"a": 2, "c": 1}
        assert isinstance(over, Map)
        assert cut(text, over.pos["c"][0], over.pos["c"][2]) == "c: 1"

    def test_keys_win_over_merges_wherever_they_stand(self) -> None:
        read = tree("base: &b {a: 1}\nfirst: {<<: *b, a: 2}\nlast: {a: 2, <<: *b}")
        assert read["first"] == read["last"] == {"a": 2}

    def test_the_first_of_several_merges_wins(self) -> None:
        text = "p: &p {a: 1, b: 1}\nq: &q {a: 2, b: 2, c: 2}\nx:\n  <<: [*p, *q]\n  b: 3\n"
        assert tree(text)["x"] == {"b": 3, "a": 1, "c": 2}

    def test_a_merge_may_be_written_out_and_nested(self) -> None:
        assert tree("x: {<<: {a: 1, <<: {a: 0, b: 2}}}")["x"] == {"a": 1, "b": 2}

    @pytest.mark.parametrize("key", ["'<<'", '"<<"', "!!str <<"])
    def test_a_merge_that_is_meant_as_text_is_a_key(self, key: str) -> None:
        assert tree(f"{key}: {{a: 1}}") == {"<<": {"a": 1}}

    def test_a_merge_may_have_its_tag(self) -> None:
        assert tree("base: &b {a: 1}\nx:\n  !!merge <<: *b\n")["x"] == {"a": 1}

    @pytest.mark.parametrize("value", ["1", "[1]", "text", "~"])
    def test_only_mappings_can_be_merged(self, value: str) -> None:
        parsed = parse_yaml(f"a: 1\nb:\n  <<: {value}\n---\nc: 1\n", "a.yaml")
        assert found(parsed) == [{"c": 1}]
        assert "not a mapping" in parsed.diagnostics[0].message

    def test_a_billion_laughs_take_no_time(self) -> None:
        text = "a0: &a0 {x: 1, y: 1}\n" + "".join(
            f"a{n}: &a{n} {{l: *a{n - 1}, r: *a{n - 1}, <<: *a{n - 1}}}\n" for n in range(1, 40)
        )
        started = time.perf_counter()
        parsed = parse_yaml(text, "a.yaml")
        assert time.perf_counter() - started < 2
        assert parsed.broken


class TestDuplicates:
    def test_the_last_one_counts_and_both_are_told(self) -> None:
        parsed = parse_yaml("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 2\n", "a.yaml")
        assert found(parsed) == [{"b": {"c": 3, "d": 2}, "a": 2}]
        assert complaints(parsed) == [("duplicate-key", 5), ("duplicate-key", 6)]
        assert not parsed.broken
        assert "`c`" in parsed.diagnostics[0].message

    def test_keys_that_are_one_text_to_kubernetes_are_one(self) -> None:
        assert complaints(parse_yaml("on: 1\ntrue: 2\n'8': 1\n8: 2\n", "a.yaml")) == [
            ("duplicate-key", 2),
            ("duplicate-key", 4),
        ]

    def test_equal_keys_of_different_mappings_are_none(self) -> None:
        assert documents("a: {x: 1}\nb: {x: 1}\n---\na: 1") == [{"a": {"x": 1}, "b": {"x": 1}}, {"a": 1}]

    def test_the_place_is_the_last_ones(self) -> None:
        text = "a: |\n  long\n  text\nb: 1\na: short\n"
        (root,) = found(parse_yaml(text, "a.yaml"))
        assert isinstance(root, Map)
        assert cut(text, root.pos["a"][0], root.pos["a"][2]) == "a: short"
        assert not root.ends


class TestBrokenDocuments:
    @pytest.mark.parametrize(
        ("broken", "line"),
        [
            ("b: [1, 2\n", 3),
            ("b: 'x\n", 3),
            ('b: "x\n', 3),
            ("b: {x: 1\n", 3),
            ("x: 1\nb: c: d\n", 4),
            ("x: 1\n y: 2\n", 4),
            ("b: *nowhere\n", 3),
            ("b:\n\tc: 1\n", 4),
            ("b: x\x07y\n", 3),
            ("{{ .Values.all }}\n", 3),
            ("b: {{ .Values.b }}\n", 3),
            ("b: @x\n", 3),
            ("b: %x\n", 3),
            ("b: `x`\n", 3),
            ("- a\nb: 1\n", 4),
            ('b: "\\q"\n', 3),
            ("<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n", 4),
        ],
    )
    def test_others_are_still_read_and_the_line_is_right(self, broken: str, line: int) -> None:
        parsed = parse_yaml(f"a: 1\n---\n{broken}---\nc: 3\n---\nd: 4\n", "a.yaml")
        assert found(parsed) == [{"a": 1}, {"c": 3}, {"d": 4}]
        assert complaints(parsed) == [("unreadable-document", line)]
        assert parsed.broken
        after = broken.count("\n") + 4
        root = parsed.documents[1].root
        assert isinstance(root, Map)
        assert root.pos["c"][0] >> COLUMN_BITS == after - 1

    def test_several_are_told_one_by_one(self) -> None:
        parsed = parse_yaml("a: [x\n---\nb: 1\n---\nc: }\n---\nd: \x01\n---\ne: 5\n", "a.yaml")
        assert found(parsed) == [{"b": 1}, {"e": 5}]
        assert [line for _, line in complaints(parsed)] == [1, 5, 7]

    def test_only_so_many_are_tried(self) -> None:
        started = time.perf_counter()
        parsed = parse_yaml("a: [\n---\n" * 20_000, "a.yaml")
        assert time.perf_counter() - started < 2
        assert 1 < len(parsed.diagnostics) < 50

    def test_three_dashes_inside_a_block_begin_no_document(self) -> None:
        assert documents("a: |\n  ---\n  b\nc: 1\n") == [{"a": "---\nb\n", "c": 1}]

    def test_an_unrendered_template_is_called_by_its_name(self) -> None:
        parsed = parse_yaml("kind: Pod\nname: {{ .Values.name }}\n", "a.yaml")
        assert "unrendered template" in parsed.diagnostics[0].message
        assert parsed.diagnostics[0].line == 2

    @pytest.mark.parametrize("key", ["[a, b]", "{a: b}", "? [a]\n"])
    def test_a_key_that_is_no_text_is_refused(self, key: str) -> None:
        assert parse_yaml(f"x: 1\n{key}: c\n", "a.yaml").broken

    def test_a_control_character_is_found_far_behind_what_is_read_first(self) -> None:
        text = "a: 1\n---\n" + "b: 2\n---\n" * 40_000 + "c: \x02\n---\nd: 4\n"
        parsed = parse_yaml(text, "a.yaml")
        assert complaints(parsed) == [("unreadable-document", 80_003)]
        assert found(parsed)[0] == {"a": 1}
        assert len(parsed.documents) == 40_002
        assert found(parsed)[-1] == {"d": 4}


class TestDepth:
    def test_as_deep_as_allowed(self) -> None:
        assert len(documents("[" * MAX_DEPTH + "]" * MAX_DEPTH)) == 1

    @pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
    def test_a_million_levels_take_no_time(self, opening: str) -> None:
        started = time.perf_counter()
        parsed = parse_yaml(opening * 1_000_000, "a.yaml")
        assert time.perf_counter() - started < 2
        assert re.search("levels deep|nesting depth", parsed.diagnostics[0].message)


class TestJson:
    def test_the_examples_of_the_format(self) -> None:
        text = '{"a":1,"b" : [1.5e3, -2, true, null, ""],\n\t"c":{"d":"\\/\\b\\u00e9\\"\\\\"}}'
        (root,) = found(parse_json(text, "a.json"))
        assert root == json.loads(text)

    def test_pairs_of_surrogates_are_one_character(self) -> None:
        text = '{"a": "\\ud83d\\ude00 \\uD83D\\uDE00", "b": "x", "c": {"d": "\\ud83d\\ude00", "e": [1]}}'
        (root,) = found(parse_json(text, "a.json"))
        assert root == {"a": "😀 😀", "b": "x", "c": {"d": "😀", "e": [1]}}
        assert isinstance(root, Map)
        assert cut(text, root.pos["b"][0], root.pos["b"][2]) == '"b": "x"'
        assert isinstance(inner := root["c"], Map)
        assert cut(text, inner.pos["d"][1], inner.pos["d"][2]) == '"\\ud83d\\ude00"'
        assert isinstance(items := inner["e"], Seq)
        assert cut(text, *items.pos[0]) == "1"

    def test_lone_surrogates_and_escaped_backslashes(self) -> None:
        text = '{"a": "\\ud83d!", "b": "\\ude00", "c": "\\\\ud83d\\\\ude00", "d": "\\\\\\ud83d\\ude00"}'
        (root,) = found(parse_json(text, "a.json"))
        assert root == {"a": "\ufffd!", "b": "\ufffd", "c": "\\ud83d\\ude00", "d": "\\😀"}

    @settings(max_examples=120, deadline=None)
    @given(
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6),
            st.recursive(
                st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.text(max_size=8)),
                lambda inner: st.one_of(
                    st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
                ),
                max_leaves=8,
            ),
            max_size=5,
        ),
        st.sampled_from([None, 2, "\t"]),
        st.sampled_from([(",", ":"), (", ", ": ")]),
    )
    def test_what_json_writes_is_read_with_true_positions(
        self, data: dict[str, object], indent: int | str | None, separators: tuple[str, str]
    ) -> None:
        text = json.dumps(data, indent=indent, separators=separators)
        parsed = parse_json(text, "a.json")
        assert not parsed.broken, parsed.diagnostics
        assert found(parsed) == [data]
        for what, start, end, expected in spans(parsed.documents[0].root):
            if what == "value":
                assert json.loads(cut(text, start, end)) == expected
            else:
                assert json.JSONDecoder().raw_decode(cut(text, start, end))[0] == expected


def test_a_file_of_one_long_line_has_columns() -> None:
    text = '{"a":"' + "x" * 2_000_000 + '","b":1}'
    (root,) = found(parse_json(text, "a.json"))
    assert isinstance(root, Map)
    assert cut(text, root.pos["b"][0], root.pos["b"][2]) == '"b":1'
