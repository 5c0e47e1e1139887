"""Times whole processes, interleaved, and prints them in starts of Python (`python -I -c pass`).

opsready is measured at start-up, cold (`--no-cache`), and on an unchanged repository; peers where they are installed.
checkov has an environment of its own, made on demand (`--checkov`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from manifests import write_manifests

_PEER_HOME = Path(tempfile.gettempdir()) / "opsready-benchmark-peers"


@dataclass(slots=True)
class Measured:
    """A command and what its runs took: seconds, and the peak of memory in megabytes."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Run the command once; what it prints and how it ends does not matter."""
        start = time.perf_counter()
        with subprocess.Popen(  # noqa: S603 - our own commands
            self.command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
        self.seconds.append(time.perf_counter() - start)
        self.megabytes.append(usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    wanted = _arguments().parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(wanted.directory) if wanted.directory else Path(temporary) / "repository"
        if wanted.manifests:
            write_manifests(directory, wanted.manifests)
        single = Path(temporary) / "one"
        write_manifests(single, 1)
        commands = list(_commands(wanted, directory, single, Path(temporary) / "cache"))
        # The first run fills caches of the file system, of compiled modules and of answers.
        for round_number in range(wanted.rounds + 1):
            for measured in commands:
                measured.run()
            if round_number == 0:
                for measured in commands:
                    measured.seconds.clear()
        _print(commands, str(wanted.directory or f"{wanted.manifests} manifests"), wanted.rounds)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests/benchmarks/run", description=__doc__)
    parser.add_argument("directory", nargs="?", metavar="DIR", help="the repository to measure")
    parser.add_argument("--manifests", type=int, default=0, metavar="N", help="generate a repository of N manifests")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="runs of each command (default 7)")
    parser.add_argument("--python", default=sys.executable, help="the Python that has opsready")
    parser.add_argument("--checkov", action="store_true", help="install checkov beside, and measure it")
    parser.add_argument("--alone", action="store_true", help="leave the peers out")
    return parser


def _commands(wanted: argparse.Namespace, directory: Path, single: Path, cache: Path) -> Iterator[Measured]:
    plain = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    kept = plain | {"XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}
    opsready = str(Path(wanted.python).parent / "opsready")
    check = [opsready, "check", "--fail-on", "never", "--allow-empty", "--format", "json"]
    yield Measured("python -I -c pass", [wanted.python, "-I", "-c", "pass"], plain)
    yield Measured("opsready --version", [opsready, "--version"], plain)
    yield Measured("opsready, one manifest, cold", [*check, "--no-cache", str(single)], plain)
    yield Measured("opsready, cold", [*check, "--no-cache", str(directory)], plain)
    yield Measured("opsready, unchanged", [*check, str(directory)], kept)
    if not wanted.alone:
        yield from _peers(directory, plain)
    if wanted.checkov:
        yield Measured("checkov", [_checkov(), "-d", str(directory), "--quiet", "--compact"], plain)


def _peers(directory: Path, environment: Mapping[str, str]) -> Iterator[Measured]:
    """The peers that are on PATH, each told to judge the same files."""
    whole: dict[str, list[str]] = {
        "kube-linter": ["lint", str(directory)],
        "polaris": ["audit", "--audit-path", str(directory)],
        "trivy": ["config", "--quiet", str(directory)],
        "kubescape": ["scan", str(directory)],
    }
    for name, arguments in whole.items():
        if found := shutil.which(name):
            yield Measured(name, [found, *arguments], environment)
    if found := shutil.which("kube-score"):
        yield Measured("kube-score", [found, "score", *_manifests(directory)], environment)


def _manifests(directory: Path) -> list[str]:
    """Files that hold Kubernetes objects: kube-score takes files and cannot look for them."""
    files = (path for pattern in ("*.yaml", "*.yml") for path in directory.rglob(pattern) if path.is_file())
    texts = ((path, path.read_text(encoding="utf-8", errors="replace")) for path in sorted(files))
    return [str(path) for path, text in texts if "apiVersion:" in text and "kind:" in text and "{{" not in text]


def _checkov() -> str:
    """checkov, installed into an environment of its own where it is not there yet."""
    environment = _PEER_HOME / "checkov"
    command = environment / "bin" / "checkov"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)  # noqa: S603
        pip = str(environment / "bin" / "pip")
        subprocess.run([pip, "install", "--quiet", "checkov"], check=True)  # noqa: S603
    return str(command)


def _print(commands: list[Measured], what: str, rounds: int) -> None:
    start = median(commands[0].seconds)
    cold = next(median(found.seconds) for found in commands if found.name == "opsready, cold")
    print(f"{what}: medians of {rounds} interleaved runs\n")
    print(f"{'command':<32}{'ms':>9}{'x Python':>10}{'x cold':>9}{'MB':>7}")
    for found in commands:
        seconds = median(found.seconds)
        print(
            f"{found.name:<32}{seconds * 1000:>9.0f}{seconds / start:>10.1f}{seconds / cold:>9.2f}"
            f"{max(found.megabytes):>7.0f}"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
