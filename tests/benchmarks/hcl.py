"""Times the reader of HCL beside python-hcl2, in one process, on generated files or on those below a folder."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))
from hcl2.api import loads

from differential.generate import Generator
from opsready.parse.hcl import expression_faults, parse_hcl


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests/benchmarks/hcl.py", description=__doc__)
    parser.add_argument("directory", nargs="?", metavar="DIR", help="a folder of .tf files (default: generated ones)")
    parser.add_argument("--files", type=int, default=300, metavar="N", help="how many files (default 300)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each reader (default 3)")
    wanted = parser.parse_args(arguments)
    texts = [text for text in _texts(wanted.directory, wanted.files) if _both_read(text)]
    lines = sum(text.count("\n") for text in texts)
    readers: dict[str, Callable[[str], object]] = {
        "python-hcl2": loads,
        "opsready, every expression": lambda text: list(expression_faults(parse_hcl(text, "x.tf"))),
        "opsready, structure": lambda text: parse_hcl(text, "x.tf"),
    }
    seconds = {name: median([_timed(read, texts) for _ in range(wanted.rounds)]) for name, read in readers.items()}
    print(f"{len(texts)} files, {lines} lines: medians of {wanted.rounds} rounds\n")
    for name, took in seconds.items():
        ratio = seconds["python-hcl2"] / took
        print(f"{name:<28}{took * 1000:>9.0f} ms{lines / took:>10.0f} lines/s{ratio:>8.1f} x python-hcl2")
    return 0


def _texts(directory: str | None, count: int) -> list[str]:
    if directory is None:
        return [Generator(seed).file() for seed in range(count)]
    paths = sorted(path for path in Path(directory).rglob("*.tf") if path.is_file())
    return [path.read_text(encoding="utf-8", errors="replace") for path in paths[:count]]


def _both_read(text: str) -> bool:
    try:
        loads(text)
    except Exception:  # noqa: BLE001 - whatever python-hcl2 raises is its refusal
        return False
    return not parse_hcl(text, "x.tf").diagnostics


def _timed(read: Callable[[str], object], texts: Sequence[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        read(text)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
