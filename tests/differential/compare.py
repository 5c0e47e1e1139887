"""Reads every `.tf`, `.tfvars` and `.hcl` file below folders with opsready and with python-hcl2 and lists differences.

Where a terraform binary is installed, `terraform fmt` says of each file whether it is HCL at all.
`differences.md` beside this file says which differences are meant.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from differential.canonical import ours, theirs
from opsready.model.verdict import Diagnostic
from opsready.parse.hcl import expression_faults, parse_hcl

_SUFFIXES = (".tf", ".tfvars", ".hcl", ".tofu")


def refused_by_terraform(texts: Sequence[str]) -> set[int] | None:
    """Which of some texts `terraform fmt` refuses; None where there is no terraform."""
    terraform = shutil.which("terraform")
    if terraform is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for index, text in enumerate(texts):
            (Path(folder) / f"f{index}.tf").write_bytes(text.encode())
        command = [terraform, "fmt", "-list=true", "-write=false", "-no-color", folder]
        result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return {int(number) for number in re.findall(r"\bf(\d+)\.tf line", result.stdout + result.stderr)}


def faults(text: str) -> list[Diagnostic]:
    """What opsready refuses in a text."""
    file = parse_hcl(text, "x.tf")
    return list(file.diagnostics) or list(expression_faults(file))


def difference(text: str, *, refused: bool | None) -> str:
    """How the readers differ over a text; empty where they agree."""
    found = faults(text)
    if refused is not None and refused != bool(found):
        return f"opsready refuses it: line {found[0].line}: {found[0].message}" if found else "opsready accepts it"
    try:
        other = theirs(text)
    except Exception as error:  # noqa: BLE001 - whatever python-hcl2 raises is its refusal
        return "" if found else f"python-hcl2 refuses it: {type(error).__name__}"
    if found:
        return f"python-hcl2 accepts it: line {found[0].line}: {found[0].message}"
    mine = ours(parse_hcl(text, "x.tf"))
    return "" if mine == other else "they differ: " + _first_difference(mine, other)


def _first_difference(mine: object, other: object) -> str:
    if isinstance(mine, tuple) and isinstance(other, tuple) and len(mine) == len(other):
        for left, right in zip(mine, other, strict=True):
            if left != right:
                return _first_difference(left, right)
    return f"{str(mine)[:300]} / {str(other)[:300]}"


def _files(folders: Sequence[str]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.name.endswith(_SUFFIXES) and path.is_file() and not path.is_symlink():
                yield path


def main(arguments: Sequence[str]) -> int:
    """Compare, and print what differs and how long each reader took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--ours-alone", action="store_true", help="leave python-hcl2 out: terraform and speed only")
    wanted = parser.parse_args(arguments)
    paths = list(_files(wanted.folders))
    texts = [path.read_bytes().decode("utf-8", "replace") for path in paths]
    refused = refused_by_terraform(texts)
    start = time.perf_counter()
    for text in texts:
        parse_hcl(text, "x.tf")
    structure = time.perf_counter() - start
    start = time.perf_counter()
    for text in texts:
        list(expression_faults(parse_hcl(text, "x.tf")))
    whole = time.perf_counter() - start
    lines = sum(text.count("\n") for text in texts)
    print(f"{len(paths)} files, {lines} lines; opsready: structure {structure:.2f} s, expressions too {whole:.2f} s")
    kinds: Counter[str] = Counter()
    for index, (path, text) in enumerate(zip(paths, texts, strict=True)):
        verdict = None if refused is None else index in refused
        if wanted.ours_alone:
            mine = faults(text)
            found = "" if verdict == bool(mine) else f"terraform disagrees: {[(f.line, f.message) for f in mine][:1]}"
        else:
            found = difference(text, refused=verdict)
        if found:
            kinds[found.partition(":")[0]] += 1
            print(f"{path}: {found}")
    print(dict(kinds) or "no differences")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
