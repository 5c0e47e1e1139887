"""`.opsready/baseline.json`: written so that differences can be read; what is no entry has no effect and is told."""

from __future__ import annotations

import json

import pytest

from opsready.adapt.baseline import load_baseline, written
from opsready.model.decisions import BASELINE_FILE, Accepted
from opsready.model.verdict import Diagnostic
from opsready.tree import MAX_FILE_SIZE, MemoryTree

A = Accepted("f1", "a-rule", "Deployment/a", "high")
B = Accepted("f2", "a-rule", "Deployment/b\u2028", "low")
C = Accepted("f0", "b-rule", "Deployment/a", "high")


def read(text: str | bytes) -> tuple[tuple[Accepted, ...], tuple[Diagnostic, ...]]:
    return load_baseline(MemoryTree({BASELINE_FILE: text}))


def test_it_is_sorted_with_one_entry_a_line_and_read_as_it_was_written() -> None:
    text = written([C, B, A])
    assert text == (
        '{\n"version": 1,\n"failures": [\n'
        '{"rule": "a-rule", "subject": "Deployment/a", "severity": "high", "fingerprint": "f1"},\n'
        '{"rule": "a-rule", "subject": "Deployment/b\\u2028", "severity": "low", "fingerprint": "f2"},\n'
        '{"rule": "b-rule", "subject": "Deployment/a", "severity": "high", "fingerprint": "f0"}\n]\n}\n'
    )
    assert read(text) == ((A, B, C), ())
    assert read(written([])) == ((), ())


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "it is no JSON"),
        ("[]", 1, "no object with a list `failures`"),
        ('{"failures": {}, "version": 1}', 1, "no object with a list `failures`"),
        ('{"failures": []}', 1, "its `version` is not 1"),
        ('{"failures": [], "version": 2}', 1, "its `version` is not 1"),
        ('{"failures": [], "version": true}', 1, "its `version` is not 1"),
        ('{\n"version": 1,\n<<<<<<< HEAD\n', 3, "it is no JSON"),
        ("[" * 200_000, 1, "it is no JSON that can be read"),
        ('{"failures": [], "version": ' + "9" * 10_000 + "}", 1, ""),
        (b"\x00", 1, "not text"),
        (b" " * (2 * MAX_FILE_SIZE), 1, "over the limit"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_file_of_another_shape_has_no_effect(text: str | bytes, line: int, words: str) -> None:
    entries, (problem,) = read(text)
    assert entries == ()
    assert (problem.kind, problem.file, problem.line) == ("baseline-malformed", BASELINE_FILE, line)
    assert "the baseline has no effect" in problem.message
    assert words in problem.message


@pytest.mark.parametrize(
    "item",
    [
        7,
        None,
        [],
        {},
        {"rule": "a", "subject": "b", "severity": "high"},
        {"rule": "a", "subject": "b", "severity": "high", "fingerprint": 7},
        {"rule": "a", "subject": "b", "severity": "high", "fingerprint": ""},
        {"rule": "a", "subject": "b", "severity": "grave", "fingerprint": "c"},
        {"rule": "a", "subject": ["b"], "severity": "high", "fingerprint": "c"},
        {"rule": "a", "subject": "b", "severity": "high", "fingerprint": "f1"},
    ],
)
def test_what_is_no_entry_is_told_with_its_line_and_the_others_count(item: object) -> None:
    lines = written([A]).splitlines()
    lines[3] += ","
    lines.insert(4, json.dumps(item))
    entries, (problem,) = read("\n".join(lines))
    assert entries == (A,)
    assert (problem.kind, problem.line) == ("baseline-malformed", 5)
    assert "an entry of the baseline has no effect" in problem.message


def test_many_mistakes_are_counted() -> None:
    _, problems = read(json.dumps({"version": 1, "failures": [1] * 30}))
    assert len(problems) == 21
    assert problems[-1].message == "10 more entries of the baseline have no effect"
