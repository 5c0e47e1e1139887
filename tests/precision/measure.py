"""How often opsready is right: findings in public repositories, read by hand, against what it reports today.

`labels.csv` has a line for each finding that somebody read in the repository's own files: repository, commit, rule,
address, TP (the fault is there and worth saying) or FP, and why. `faults.csv` has faults that somebody found by
reading, before looking at any report. Nothing is fetched: TREES is a directory with a checkout of each repository.

    python tests/precision/measure.py TREES                    precision by rule and by severity, and the faults missed
    python tests/precision/measure.py TREES --sample 25        findings to read next, at random over rules
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
AS_OF = "2026-11-24"
SEVERITIES = ("critical", "high", "medium", "low", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """A failure as it is reported; several of one rule about one address count once, at the worst severity."""

    repository: str
    rule: str
    address: str
    severity: str
    where: str
    message: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What a label refers to."""
        return self.repository, self.rule, self.address


@dataclass(frozen=True, slots=True)
class Label:
    """A line of `labels.csv`, or of `faults.csv`, where `right` is always true."""

    repository: str
    commit: str
    rule: str
    address: str
    right: bool
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The finding that was read."""
        return self.repository, self.rule, self.address


def labels(path: Path = HERE / "labels.csv") -> list[Label]:
    """Everything that was read; a ValueError names a line that is no label."""
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            if row["label"] not in {"TP", "FP"} or not row["reason"].strip():
                message = f"{path.name}:{number}: a label is TP or FP, with a reason"
                raise ValueError(message)
            right = row["label"] == "TP"
            found.append(
                Label(row["repository"], row["commit"], row["rule"], row["address"], right, row["reason"].strip())
            )
    return found


def faults(path: Path = HERE / "faults.csv") -> list[Label]:
    """Faults that were found by reading."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Label(row["repository"], row["commit"], row["rule"], row["address"], right=True, reason=row["why"])
            for row in csv.DictReader(file)
        ]


def findings(tree: Path, repository: str) -> list[Finding]:
    """What opsready reports about a repository, by rule and address."""
    command = [sys.executable, "-m", "opsready", "check", str(tree), "--root", str(tree)]
    options = ["--fail-on", "never", "--allow-empty", "--format", "json", "--as-of", AS_OF]
    run = subprocess.run([*command, *options], capture_output=True, check=True)  # noqa: S603 - our own command
    worst: dict[tuple[str, str, str], Finding] = {}
    for verdict in json.loads(run.stdout)["verdicts"]:
        if verdict["outcome"] != "fail":
            continue
        location = verdict["location"]
        where = f"{location['file']}:{location['line']}" if location else "the repository"
        address = verdict["subject"]["address"]
        finding = Finding(repository, verdict["rule"], address, verdict["severity"], where, verdict["message"])
        kept = worst.get(finding.key)
        if kept is None or SEVERITIES.index(finding.severity) < SEVERITIES.index(kept.severity):
            worst[finding.key] = finding
    return [worst[key] for key in sorted(worst)]


def commit_of(tree: Path) -> str:
    """The commit that is checked out."""
    command = ["git", "-C", str(tree), "rev-parse", "HEAD"]
    run = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    return run.stdout.strip()


def main(arguments: Sequence[str]) -> int:
    """Print precision and recall, or a sample to read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", type=Path, metavar="TREES")
    parser.add_argument("--sample", type=int, metavar="N", help="print up to N unread findings of each repository")
    parser.add_argument("--only", metavar="REPOSITORY", help="sample this one only")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    wanted = parser.parse_args(arguments)
    read, missed = labels(), faults()
    repositories = sorted({label.repository for label in (*read, *missed)} | ({wanted.only} if wanted.only else set()))
    reported: dict[str, list[Finding]] = {}
    for repository in repositories:
        tree = wanted.trees / repository
        if not tree.is_dir():
            sys.exit(f"{tree} is not there: check the repository out at the commit that `labels.csv` names")
        commits = {label.commit for label in (*read, *missed) if label.repository == repository}
        if commits and commits != {commit_of(tree)}:
            sys.exit(f"{tree} is at {commit_of(tree)}; what was read is {', '.join(sorted(commits))}")
        reported[repository] = findings(tree, repository)
    if wanted.sample:
        for repository in [wanted.only] if wanted.only else repositories:
            known = {label.key for label in read}
            for finding in sample(reported[repository], known, wanted.sample, wanted.seed):
                print(
                    f"{repository}\t{finding.rule}\t{finding.severity}\t{finding.address}\t{finding.where}\t{finding.message}"
                )
        return 0
    return 0 if _report(reported, read, missed) else 1


def sample(found: Iterable[Finding], known: set[tuple[str, str, str]], count: int, seed: int) -> list[Finding]:
    """Unread findings at random, one rule after the other, so that rules that fire often do not drown the others."""
    chance = random.Random(seed)
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        if finding.key not in known:
            by_rule[finding.rule].append(finding)
    for rule in sorted(by_rule):
        chance.shuffle(by_rule[rule])
    chosen: list[Finding] = []
    while by_rule and len(chosen) < count:
        for rule in chance.sample(sorted(by_rule), len(by_rule)):
            chosen.append(by_rule[rule].pop())
            if not by_rule[rule]:
                del by_rule[rule]
    return chosen[:count]


def _report(reported: dict[str, list[Finding]], read: list[Label], written: list[Label]) -> bool:
    """Print the tables; false where precision is below what is promised or a fault of ten is missed twice."""
    current = {finding.key: finding for found in reported.values() for finding in found}
    judged = [(current[label.key], label.right) for label in read if label.key in current]
    print(f"{len(read)} findings were read, {len(judged)} of them are reported today\n")
    good = True
    for title, groups in (
        ("severity", _grouped((finding.severity, right) for finding, right in judged)),
        ("rule", _grouped((finding.rule, right) for finding, right in judged)),
        ("repository", _grouped((finding.repository, right) for finding, right in judged)),
    ):
        print(f"{title:<34}{'read':>6}{'right':>7}{'precision':>11}")
        for name, (right, total) in groups:
            print(f"{name:<34}{total:>6}{right:>7}{right / total:>11.1%}")
        print()
    right, total = sum(ok for _, ok in judged), len(judged)
    print(f"{'overall':<34}{total:>6}{right:>7}{(right / total if total else 1):>11.1%}")
    good &= not total or right / total >= 0.95
    good &= all(ok for finding, ok in judged if finding.severity == "critical")
    unread = _unread(reported, read)
    for rule, missing in unread:
        print(f"{rule}: {missing} more to read, of five")
    print()
    for repository in sorted({fault.repository for fault in written}):
        mine = [fault for fault in written if fault.repository == repository]
        lost = [fault for fault in mine if fault.key not in current]
        print(f"{repository}: {len(mine) - len(lost)} of {len(mine)} faults found by reading are reported")
        for fault in lost:
            print(f"  missed: {fault.rule} {fault.address}: {fault.reason}")
        good &= len(mine) - len(lost) >= 0.9 * len(mine)
    return good and not unread


def _grouped(judged: Iterable[tuple[str, bool]]) -> list[tuple[str, tuple[int, int]]]:
    right: dict[str, list[bool]] = defaultdict(list)
    for name, ok in judged:
        right[name].append(ok)
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    return [(name, (sum(right[name]), len(right[name]))) for name in sorted(right, key=lambda n: (order.get(n, 9), n))]


def _unread(reported: dict[str, list[Finding]], read: list[Label]) -> list[tuple[str, int]]:
    """Critical and high rules of which fewer than five findings were read, although there are more."""
    known = {label.key for label in read}
    counts: dict[str, tuple[int, int]] = {}
    severe = {f.rule for found in reported.values() for f in found if f.severity in {"critical", "high"}}
    for found in reported.values():
        for finding in found:
            done, total = counts.get(finding.rule, (0, 0))
            counts[finding.rule] = (done + (finding.key in known), total + 1)
    wanted = {rule: min(5, counts[rule][1]) - counts[rule][0] for rule in severe}
    return [(rule, missing) for rule, missing in sorted(wanted.items()) if missing > 0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
