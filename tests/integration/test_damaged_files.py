"""No file makes opsready crash or go silent: the examples are damaged at random, and every report is still made."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from opsready.options import Options
from opsready.report import concise, full, json
from opsready.run import examine
from opsready.tree import MemoryTree

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
_CONFIGURATION = ".opsready/config.yaml"
_FRAGMENTS = (
    *(
        b"{{ .Values.x }}",
        b"&a ",
        b"*a",
        b"<<: ",
        b"- ",
        b": ",
        b"null",
        b"[]",
        b"{}",
        b"\t",
        b"0644",
        b"~",
        b'"',
        b"'",
    ),
    *(b"\x00", b"\xff", b"|", b">", b"---\n", b"name", b"spec", b"kind: List\nitems: 3\n", b"1e999", b"-1", b"? "),
    *(b"99999999999999999999", b"true", b"[1,2]", b"{a: b}", b"!!binary x", b"\xe2\x80\xae", b"\x1b[31m"),
)


def _files(example: str) -> dict[str, bytes]:
    root = EXAMPLES / example
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != Path(_CONFIGURATION).name
    }


def _damaged(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(text) + 1)
    lines = text.split(b"\n")
    line = chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            return text[:at] + chance.choice(_FRAGMENTS) + text[at:]
        case 1:
            return text[:at] + text[at + chance.randint(1, 60) :]
        case 2:
            lines[line] = lines[line].partition(b":")[0] + b": " + chance.choice(_FRAGMENTS)
        case 3:
            lines[line] = b"  " * chance.randrange(4) + lines[line].strip()
        case _:
            return text[:at]
    return b"\n".join(lines)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_are_reported_and_the_rest_is_judged(seed: int) -> None:
    chance = random.Random(seed)
    files = _files(chance.choice(("storefront-ready", "storefront-on-fire")))
    for path in chance.sample(sorted(files), 8):
        for _ in range(chance.randint(1, 5)):
            files[path] = _damaged(files[path], chance)
    report = examine(MemoryTree(files), Options(as_of=date(2026, 11, 24), show="all"))
    assert [found for found in report.diagnostics if "crashed" in found.kind] == []
    verdicts = [*(finding.verdict for finding in report.findings), *report.others]
    assert len({verdict.fingerprint for verdict in verdicts}) == len(verdicts)
    text = "".join((*json.render(report), *concise.render(report), *full.render(report, width=80, colour=False)))
    assert "\x1b" not in text
    assert "\u202e" not in text
