"""Instructions of Dockerfiles as BuildKit reads them: case by case, with spans, comments and faults."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.parse.dockerfile import Instruction, parse_dockerfile
from opsready.parse.dockerfile_expansion import expand
from opsready.parse.dockerfile_words import declared_arguments, key_values, split_words


def shown(instruction: Instruction) -> str:
    """An instruction on one line: `NAME --flag=value [exec form] or arguments`, its heredocs, its lines."""
    flags = "".join(f" --{name}={value}" for name, value in instruction.flags)
    what = repr(list(instruction.words)) if instruction.words is not None else repr(instruction.arguments)
    docs = "".join(f" <<{doc.name}{'!' if doc.quoted else ''}:{doc.body!r}" for doc in instruction.heredocs)
    return f"{instruction.name}{flags} {what}{docs} @{instruction.span.line}-{instruction.span.end_line}"


CASES = {
    "one line": ("FROM alpine\n", ["FROM 'alpine' @1-1"]),
    "no line end": ("FROM alpine", ["FROM 'alpine' @1-1"]),
    "lower case": ("from alpine as build", ["FROM 'alpine as build' @1-1"]),
    "mixed case": ("FrOm alpine\nrUn ls", ["FROM 'alpine' @1-1", "RUN 'ls' @2-2"]),
    "byte-order mark": ("\ufeffFROM alpine", ["FROM 'alpine' @1-1"]),
    "byte-order mark before a directive": (
        "\ufeff# escape=`\nFROM a\nRUN x `\ny",
        ["FROM 'a' @2-2", "RUN 'x y' @3-4"],
    ),
    "Windows line ends": ("FROM alpine\r\nRUN a \\\r\n  b\r\n", ["FROM 'alpine' @1-1", "RUN 'a   b' @2-3"]),
    "indented instruction": ("  FROM alpine\n\t RUN ls", ["FROM 'alpine' @1-1", "RUN 'ls' @2-2"]),
    "several blanks": ("FROM \t alpine   AS  x", ["FROM 'alpine   AS  x' @1-1"]),
    "blank lines between": ("\n\nFROM alpine\n\n\nRUN ls\n", ["FROM 'alpine' @3-3", "RUN 'ls' @6-6"]),
    "comment lines": ("# a\nFROM alpine\n  # b\nRUN ls", ["FROM 'alpine' @2-2", "RUN 'ls' @4-4"]),
    "no comment at the end of a line": ("FROM alpine\nRUN ls # all", ["FROM 'alpine' @1-1", "RUN 'ls # all' @2-2"]),
    "shebang": ("#!/usr/bin/env docker\n# escape=`\nFROM a\nRUN b`\nc", ["FROM 'a' @3-3", "RUN 'bc' @4-5"]),
    "continuation": ("FROM a\nRUN x \\\n && y", ["FROM 'a' @1-1", "RUN 'x  && y' @2-3"]),
    "continuation in the middle of a word": ("FR\\\nOM a", ["FROM 'a' @1-2"]),
    "blanks after the escape character": ("FROM a\nRUN x \\ \t\n y", ["FROM 'a' @1-1", "RUN 'x  y' @2-3"]),
    "comment within a continuation": ("FROM a\nRUN x \\\n# no\n  # no\n y", ["FROM 'a' @1-1", "RUN 'x  y' @2-5"]),
    "blank line within a continuation": ("FROM a\nRUN x \\\n\n \t\n y", ["FROM 'a' @1-1", "RUN 'x  y' @2-5"]),
    "only an escape character": ("FROM a\nRUN x \\\n\\\n y", ["FROM 'a' @1-1", "RUN 'x  y' @2-4"]),
    "only an escape character to begin with": ("\\\nFROM a", ["FROM 'a' @1-2"]),
    "two escape characters": ("FROM a\nRUN x \\\\\nRUN y", ["FROM 'a' @1-1", "RUN 'x \\\\\\\\' @2-2", "RUN 'y' @3-3"]),
    "continuation at the end": ("FROM a\nRUN x \\", ["FROM 'a' @1-1", "RUN 'x' @2-2"]),
    "continuation, then only comments": ("FROM a\nRUN x \\\n# c\n", ["FROM 'a' @1-1", "RUN 'x' @2-3"]),
    "escape directive": (
        "# escape=`\nFROM a\nRUN x `\n y\\\nRUN z",
        ["FROM 'a' @2-2", "RUN 'x  y\\\\' @3-4", "RUN 'z' @5-5"],
    ),
    "directive in capitals, with blanks": ("#  EsCaPe  =  `  \nFROM a\nRUN x`\ny", ["FROM 'a' @2-2", "RUN 'xy' @3-4"]),
    "directive after another": ("# syntax=x\n# escape=`\nFROM a`\nb", ["FROM 'ab' @3-4"]),
    "directive after a comment is a comment": ("# note\n# escape=`\nFROM a\\\nb", ["FROM 'ab' @3-4"]),
    "directive after a blank line is a comment": ("\n# escape=`\nFROM a\\\nb", ["FROM 'ab' @3-4"]),
    "directive after an unknown one is a comment": ("# foo=bar\n# escape=`\nFROM a\\\nb", ["FROM 'ab' @3-4"]),
    "exec form": ('FROM a\nCMD ["x", "y z"]', ["FROM 'a' @1-1", "CMD ['x', 'y z'] @2-2"]),
    "exec form over lines": ('FROM a\nCMD ["x", \\\n# c\n "y"]', ["FROM 'a' @1-1", "CMD ['x', 'y'] @2-4"]),
    "empty exec form": ("FROM a\nENTRYPOINT []", ["FROM 'a' @1-1", "ENTRYPOINT [] @2-2"]),
    "exec form with escapes": ('FROM a\nCMD ["a\\"b", "\\u00e9"]', ["FROM 'a' @1-1", "CMD ['a\"b', 'é'] @2-2"]),
    "single quotes are the shell form": ("FROM a\nCMD ['x', 'y']", ["FROM 'a' @1-1", "CMD \"['x', 'y']\" @2-2"]),
    "a comma too many is the shell form": ('FROM a\nCMD ["x",]', ["FROM 'a' @1-1", "CMD '[\"x\",]' @2-2"]),
    "text after the array is the shell form": ('FROM a\nCMD ["x"] y', ["FROM 'a' @1-1", "CMD '[\"x\"] y' @2-2"]),
    "a test is the shell form": ("FROM a\nRUN [ -f x ]", ["FROM 'a' @1-1", "RUN '[ -f x ]' @2-2"]),
    "shell form": ("FROM a\nCMD x y", ["FROM 'a' @1-1", "CMD 'x y' @2-2"]),
    "exec form of COPY": ('FROM a\nCOPY ["a b", "/c"]', ["FROM 'a' @1-1", "COPY ['a b', '/c'] @2-2"]),
    "exec form of VOLUME": ('FROM a\nVOLUME ["/a"]', ["FROM 'a' @1-1", "VOLUME ['/a'] @2-2"]),
    "no exec form of USER": ('FROM a\nUSER ["a"]', ["FROM 'a' @1-1", "USER '[\"a\"]' @2-2"]),
    "health check": (
        'FROM a\nHEALTHCHECK --interval=5s --timeout=3s CMD ["x"]',
        ["FROM 'a' @1-1", "HEALTHCHECK --interval=5s --timeout=3s ['x'] @2-2"],
    ),
    "health check in the shell form": (
        "FROM a\nHEALTHCHECK CMD curl -f x || exit 1",
        ["FROM 'a' @1-1", "HEALTHCHECK 'CMD curl -f x || exit 1' @2-2"],
    ),
    "no health check": ("FROM a\nHEALTHCHECK NONE", ["FROM 'a' @1-1", "HEALTHCHECK 'NONE' @2-2"]),
    "platform": ("FROM --platform=$BUILDPLATFORM a AS b", ["FROM --platform=$BUILDPLATFORM 'a AS b' @1-1"]),
    "flags of COPY": (
        "FROM a\nCOPY --from=b --chown=1:1 --link x /y",
        ["FROM 'a' @1-1", "COPY --from=b --chown=1:1 --link= 'x /y' @2-2"],
    ),
    "flags of RUN over lines": (
        "FROM a\nRUN --mount=type=cache,target=/c \\\n    --network=none \\\n    ls --all",
        ["FROM 'a' @1-1", "RUN --mount=type=cache,target=/c --network=none 'ls --all' @2-4"],
    ),
    "quoted flag": (
        'FROM a\nRUN --mount="type=x,target=/a b" ls',
        ["FROM 'a' @1-1", "RUN --mount=type=x,target=/a b 'ls' @2-2"],
    ),
    "two hyphens end the flags": (
        "FROM a\nRUN --network=none -- --x",
        ["FROM 'a' @1-1", "RUN --network=none '--x' @2-2"],
    ),
    "no flag after the arguments": ("FROM a\nRUN x --y=z", ["FROM 'a' @1-1", "RUN 'x --y=z' @2-2"]),
    "heredoc": (
        "FROM a\nRUN <<EOF\nb\n  c\nEOF\nUSER d",
        ["FROM 'a' @1-1", "RUN '<<EOF' <<EOF:'b\\n  c' @2-5", "USER 'd' @6-6"],
    ),
    "heredoc for an interpreter": (
        "FROM a\nRUN python3 <<E\nx\nE",
        ["FROM 'a' @1-1", "RUN 'python3 <<E' <<E:'x' @2-4"],
    ),
    "heredoc with an argument after it": (
        "FROM a\nRUN <<E bash\nx\nE",
        ["FROM 'a' @1-1", "RUN '<<E bash' <<E:'x' @2-4"],
    ),
    "heredoc without its tabs": ("FROM a\nRUN <<-E\n\tx\n\t\ty\n\tE", ["FROM 'a' @1-1", "RUN '<<-E' <<E:'x\\ny' @2-5"]),
    "tabs before the end of a plain heredoc": (
        "FROM a\nRUN <<E\n\tE\nE",
        ["FROM 'a' @1-1", "RUN '<<E' <<E:'\\tE' @2-4"],
    ),
    "heredoc in single quotes": ("FROM a\nRUN <<'E'\n$x\nE", ["FROM 'a' @1-1", "RUN \"<<'E'\" <<E!:'$x' @2-4"]),
    "heredoc in double quotes": ('FROM a\nRUN <<-"E"\nx\nE', ["FROM 'a' @1-1", "RUN '<<-\"E\"' <<E!:'x' @2-4"]),
    "heredoc with an escaped name": ("FROM a\nRUN <<-\\E\nx\nE", ["FROM 'a' @1-1", "RUN '<<-\\\\E' <<E!:'x' @2-4"]),
    "two heredocs": (
        "FROM a\nCOPY <<A <<B /x/\n1\nA\n2\nB",
        ["FROM 'a' @1-1", "COPY '<<A <<B /x/' <<A:'1' <<B:'2' @2-6"],
    ),
    "heredoc of a file descriptor": ("FROM a\nRUN x 3<<E\ny\nE", ["FROM 'a' @1-1", "RUN 'x 3<<E' <<E:'y' @2-4"]),
    "heredoc of ADD": ("FROM a\nADD <<E /f\ny\nE", ["FROM 'a' @1-1", "ADD '<<E /f' <<E:'y' @2-4"]),
    "no continuation in a heredoc": (
        "FROM a\nRUN <<E\nx \\\nE\nUSER b",
        ["FROM 'a' @1-1", "RUN '<<E' <<E:'x \\\\' @2-4", "USER 'b' @5-5"],
    ),
    "comments and blanks stay in a heredoc": (
        "FROM a\nRUN <<E\n# x\n\nE",
        ["FROM 'a' @1-1", "RUN '<<E' <<E:'# x\\n' @2-5"],
    ),
    "instructions stay in a heredoc": (
        "FROM a\nRUN <<E\nFROM evil\nE",
        ["FROM 'a' @1-1", "RUN '<<E' <<E:'FROM evil' @2-4"],
    ),
    "empty heredoc": ("FROM a\nRUN <<E\nE", ["FROM 'a' @1-1", "RUN '<<E' <<E:'' @2-3"]),
    "heredoc behind a continuation": (
        "FROM a\nRUN x && \\\n cat <<E\ny\nE",
        ["FROM 'a' @1-1", "RUN 'x &&  cat <<E' <<E:'y' @2-5"],
    ),
    "heredoc and Windows line ends": ("FROM a\r\nRUN <<E\r\nx\r\nE\r\n", ["FROM 'a' @1-1", "RUN '<<E' <<E:'x' @2-4"]),
    "a here-string is none": (
        'FROM a\nRUN cat <<<"x"\nUSER b',
        ["FROM 'a' @1-1", "RUN 'cat <<<\"x\"' @2-2", "USER 'b' @3-3"],
    ),
    "a shift is none": (
        "FROM a\nRUN echo $((1<<2))\nUSER b",
        ["FROM 'a' @1-1", "RUN 'echo $((1<<2))' @2-2", "USER 'b' @3-3"],
    ),
    "in quotes it is none": (
        'FROM a\nRUN echo "a <<E"\nUSER b',
        ["FROM 'a' @1-1", "RUN 'echo \"a <<E\"' @2-2", "USER 'b' @3-3"],
    ),
    "in an exec form it is none": (
        'FROM a\nRUN ["x", "<<E"]\nUSER b',
        ["FROM 'a' @1-1", "RUN ['x', '<<E'] @2-2", "USER 'b' @3-3"],
    ),
    "of other instructions it is none": (
        "FROM a\nENV X=<<E\nUSER b",
        ["FROM 'a' @1-1", "ENV 'X=<<E' @2-2", "USER 'b' @3-3"],
    ),
    "trigger": ("FROM a\nONBUILD RUN x", ["FROM 'a' @1-1", "ONBUILD 'RUN x' @2-2"]),
    "trigger with a heredoc": ("FROM a\nONBUILD RUN <<E\nx\nE", ["FROM 'a' @1-1", "ONBUILD 'RUN <<E' <<E:'x' @2-4"]),
    "argument before the first stage": ("ARG V=1\nFROM a:$V", ["ARG 'V=1' @1-1", "FROM 'a:$V' @2-2"]),
    "bare command": ("FROM a\nCMD", ["FROM 'a' @1-1", "CMD '' @2-2"]),
}


@pytest.mark.parametrize("case", CASES)
def test_reads(case: str) -> None:
    text, expected = CASES[case]
    read = parse_dockerfile(text, "Dockerfile")
    assert [shown(instruction) for instruction in read.instructions] == expected
    assert read.diagnostics == ()


FAULTS = {
    "empty": ("", [(1, "holds no instruction")]),
    "only comments": ("# a\n\n# b\n", [(1, "holds no instruction")]),
    "unknown instruction": (
        "FROM a\nRUNN ls\n",
        [(2, "`RUNN` is no instruction of a Dockerfile; did you mean `RUN`?")],
    ),
    "a line that was to be continued": ("FROM a\nRUN x &&\n  ls -l\n", [(3, "join the line to the one before")]),
    "no stage": ("ARG X=1\n", [(1, "has no `FROM`")]),
    "instruction before the first stage": ("RUN a\nUSER b\nFROM c\n", [(1, "before the first `FROM`")]),
    "open heredoc": ("FROM a\nRUN <<EOF\nx\n EOF\n", [(2, "`<<EOF` is never closed")]),
    "second open heredoc": ("FROM a\nRUN <<A <<B\nA\n", [(2, "`<<B` is never closed")]),
    "directive twice": ("# escape=`\n# escape=`\nFROM a\n", [(2, "a second time")]),
    "escape character that cannot be": ("# escape=x\nFROM a\n", [(1, "cannot be the escape character")]),
    "stage with two words": ("FROM a b\n", [(1, "`FROM` takes an image")]),
    "stage without its word": ("FROM a IS b\n", [(1, "`FROM` takes an image")]),
    "stage without an image": ("FROM\n", [(1, "`FROM` has no argument")]),
    "variable without a value": ("FROM a\nENV X\n", [(2, "`X` of `ENV` has no value")]),
    "second variable without a value": ("FROM a\nENV X=1 Y\n", [(2, "`Y` of `ENV` has no value")]),
    "label without a value": ("FROM a\nLABEL X\n", [(2, "`X` of `LABEL` has no value")]),
    "array of more than strings": ('FROM a\nCMD ["a", ["b"]]\n', [(2, "holds more than strings")]),
    "argument without a name": ("FROM a\nARG =1\n", [(2, "a name that is empty")]),
    "health check of another kind": ("FROM a\nHEALTHCHECK curl x\n", [(2, "neither `CMD` nor `NONE`")]),
    "health check without a command": ("FROM a\nHEALTHCHECK CMD\n", [(2, "has no command")]),
    "none, with arguments": ("FROM a\nHEALTHCHECK NONE x\n", [(2, "takes no arguments")]),
    "shell in the shell form": ("FROM a\nSHELL sh -c\n", [(2, "takes a JSON array only")]),
    "trigger of a trigger": ("FROM a\nONBUILD ONBUILD RUN x\n", [(2, "cannot be a trigger")]),
    "stage as a trigger": ("FROM a\nONBUILD FROM x\n", [(2, "cannot be a trigger")]),
    "unknown trigger": ("FROM a\nONBUILD RUNN x\n", [(2, "`RUNN` is no instruction")]),
    "two faults": ("FROM a\nX y\nRUN <<E\n", [(2, "`X` is no instruction"), (3, "never closed")]),
    "a conflict of git": ("FROM a\n<<<<<<< HEAD\nUSER b\n", [(2, "`<<<<<<<` is no instruction")]),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults_are_told_once_with_their_line(case: str) -> None:
    text, expected = FAULTS[case]
    found = parse_dockerfile(text, "d/Dockerfile").diagnostics
    assert [(item.kind, item.file, item.line) for item in found] == [
        ("unreadable-document", "d/Dockerfile", line) for line, _ in expected
    ]
    for item, (_, words) in zip(found, expected, strict=True):
        assert words in item.message


def test_what_stands_beside_a_fault_is_read() -> None:
    read = parse_dockerfile("FROM a\nRUNN x\nUSER b\n", "Dockerfile")
    assert [item.name for item in read.instructions] == ["FROM", "RUNN", "USER"]


def test_very_many_faults_are_not_all_told() -> None:
    found = parse_dockerfile("FROM a\n" + "text of a book\n" * 1000, "Dockerfile").diagnostics
    assert len(found) == 21
    assert found[-1].message == "has more than 20 faults, and the others are not named; is it a Dockerfile at all?"


def test_comments_belong_to_the_instruction_after_them() -> None:
    read = parse_dockerfile("# syntax=x\n# a\nFROM a\n#b\n\n#  c\nRUN x \\\n # d\n y\nUSER z\n", "Dockerfile")
    assert [item.comments for item in read.instructions] == [("a",), ("b", "c", "d"), ()]
    assert read.directives == (("syntax", "x"),)


def test_spans_have_columns() -> None:
    span = parse_dockerfile("FROM a\n  RUN x \\\n    yz\n", "Dockerfile").instructions[1].span
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 3, 3, 7)


def test_a_trigger_is_read_as_an_instruction() -> None:
    trigger = parse_dockerfile('FROM a\nONBUILD COPY --from=b ["x", "y"]\n', "Dockerfile").instructions[1].trigger
    assert trigger is not None
    assert (trigger.name, trigger.flag("from"), trigger.words) == ("COPY", "b", ("x", "y"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b  'c d' \"e 'f\" g\\ h", ["a", "b", "'c d'", '"e \'f"', "g\\ h"]),
        ("a=\"b c\"'d e'f", ["a=\"b c\"'d e'f"]),
        ("  ", []),
        ("'open", ["'open"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert split_words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('A=1 B="2 3" C=4\\ 5 D=', [("A", "1"), ("B", '"2 3"'), ("C", "4\\ 5"), ("D", "")]),
        ("A b  c=d", [("A", "b  c=d")]),
        ('"A"=b=c', [("A", "b=c")]),
    ],
)
def test_names_and_values(text: str, expected: list[tuple[str, str]]) -> None:
    assert key_values(text, "\\") == (expected, "")


def test_declared_arguments() -> None:
    assert declared_arguments("A B= C=d", "\\") == [("A", None), ("B", ""), ("C", "d")]


VALUES = {"V": "v1.2", "EMPTY": "", "PATHS": "/a/b/c.tar.gz"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("$V", "v1.2"),
        ("${V}x", "v1.2x"),
        ("$V-x", "v1.2-x"),
        ("a$V$EMPTY.b", "av1.2.b"),
        ("${NONE:-d}", "d"),
        ("${NONE-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${V:-d}", "v1.2"),
        ("${V:+a}", "a"),
        ("${V+a}", "a"),
        ("${EMPTY:+a}", ""),
        ("${EMPTY+a}", "a"),
        ("${NONE:+a}", ""),
        ("${V:?no}", "v1.2"),
        ("${NONE:-${V:-x}}", "v1.2"),
        ("${NONE:-$V/y}", "v1.2/y"),
        ("${V:-$NONE}", "v1.2"),
        ("'$V'", "$V"),
        ('"$V x"', "v1.2 x"),
        ('"\\$V \\" \\n"', '$V " \\n'),
        ("\\$V", "$V"),
        ("a\\ b", "a b"),
        ("$", "$"),
        ("a$/b", "a$/b"),
        ("${V#v}", "1.2"),
        ("${V%.*}", "v1"),
        ("${PATHS##*/}", "c.tar.gz"),
        ("${PATHS#*/}", "a/b/c.tar.gz"),
        ("${PATHS%.*}", "/a/b/c.tar"),
        ("${PATHS%%.*}", "/a/b/c"),
        ("${PATHS/b/x}", "/a/x/c.tar.gz"),
        ("${PATHS//a/x}", "/x/b/c.txr.gz"),
        ("${V#x}", "v1.2"),
        ("${V/?1/x}", "x.2"),
    ],
)
def test_variables(word: str, expected: str) -> None:
    found = expand(word, VALUES)
    assert (found.text, found.certain) == (expected, True)


@pytest.mark.parametrize(
    ("word", "missing"), [("$NONE", "NONE"), ("${NONE}", "NONE"), ("${NONE:-$X}", "X"), ("${N:?e}", "N")]
)
def test_variables_without_a_value_are_named(word: str, missing: str) -> None:
    assert expand(word, VALUES).missing == (missing,)


@pytest.mark.parametrize(
    "word", ["${", "${}", "${V", "${V:x}", "${V^}", "${:-a}", "'a", '"a', "${V/a}", "${V%" + "*a" * 9 + "}"]
)
def test_words_that_no_builder_accepts(word: str) -> None:
    found = expand(word, VALUES)
    assert found.fault
    assert not found.certain


def test_another_escape_character() -> None:
    assert expand("a\\b`$V", VALUES, "`").text == "a\\b$V"


def _hostile() -> dict[str, str]:
    return {
        "a long line": "FROM a\nRUN " + "x" * 10_000_000,
        "a long word of an unknown kind": "FROM a\n" + "x" * 10_000_000,
        "open quotes": 'FROM a\nENV A="' + "\\a" * 2_000_000,
        "quotes": "FROM a\nRUN <<A " + "'\"" * 1_000_000,
        "flags": "FROM a\nRUN " + "--a=b " * 500_000,
        "continuations": "FROM a\nRUN x" + " \\\n y" * 500_000,
        "stages": "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(100_000)),
        "heredocs": "FROM a\nRUN " + "<<A " * 100_000 + "\n" + "A\n" * 100_000,
        "open heredocs": "FROM a\nRUN <<A\n" * 2 + "x\n" * 500_000,
        "nested arrays": "FROM a\nCMD " + "[" * 1_000_000,
        "triggers": "FROM a\n" + "ONBUILD " * 500_000,
        "numbers": "FROM a\nCMD [" + "9" * 1_000_000 + "]",
        "unknown instructions": "FROM a\n" + "".join(f"X{n}\n" for n in range(200_000)),
        "escapes": "FROM a\nRUN " + "\\" * 5_000_000,
    }


@pytest.mark.parametrize("case", sorted(_hostile()))
def test_hostile_sizes_take_bounded_time(case: str) -> None:
    text = _hostile()[case]
    begun = time.process_time()
    parse_dockerfile(text, "Dockerfile")
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    "word", ["${A:-" * 100_000, "$A" * 100_000, "${A#" + "*" * 1000 + "}", "'" * 99_999, "\\" * 1_000_000]
)
def test_hostile_words_take_bounded_time(word: str) -> None:
    begun = time.process_time()
    assert len(expand(word, {"A": "a" * 1_000}).text) <= 1_000_000
    assert time.process_time() - begun < 5


PIECES = st.sampled_from(
    [
        "FROM a", "RUN x", "<<E", "<<-'E'", "E", "\\", "`", "\n", "\r\n", " ", "\t", "#", "# escape=`",
        "[", '["a"]', '"', "'",
        "--a=b", "--", "ONBUILD ", "ENV ", "A=1", "$A", "${A:-", "}", "HEALTHCHECK ", "CMD ", "\ufeff", "ARG ", "=",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_nothing_raises_and_spans_hold_their_instruction(text: str) -> None:
    read = parse_dockerfile(text, "Dockerfile")
    lines = text.removeprefix("\ufeff").split("\n")
    last = 0
    for instruction in read.instructions:
        span = instruction.span
        assert last < span.line <= span.end_line <= len(lines)
        assert span.end_column <= len(lines[span.end_line - 1]) + 1
        last = span.end_line
        begins = lines[span.line - 1][span.column - 1 :]
        assert begins.upper().startswith(instruction.name[:1].upper()) or begins[0] in "\\`"
        expand(instruction.arguments, {"A": "1"}, read.escape)
        key_values(instruction.arguments, read.escape)
