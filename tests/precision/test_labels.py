"""What was read by hand is written down in a way that can be used: `measure.py` works it out again."""

from __future__ import annotations

from collections import Counter

from opsready_rules.index import RULES
from precision.measure import Finding, faults, labels, sample


def test_every_label_is_about_a_rule_that_exists() -> None:
    names = {rule.name for rule in RULES}
    assert not {label.rule for label in (*labels(), *faults())} - names


def test_nothing_was_read_twice() -> None:
    read = [label.key for label in labels()]
    assert len(read) == len(set(read))


def test_a_repository_was_read_at_one_commit() -> None:
    commits = {(label.repository, label.commit) for label in (*labels(), *faults())}
    assert max(Counter(repository for repository, _ in commits).values()) == 1


def test_a_sample_takes_one_rule_after_the_other() -> None:
    found = [Finding("shop", "often", f"Deployment/{n}", "high", "a.yaml:1", "") for n in range(50)]
    found += [Finding("shop", "seldom", "Deployment/1", "high", "a.yaml:1", "")]
    chosen = sample(found, {("shop", "often", "Deployment/7")}, 10, seed=3)
    assert chosen == sample(found, {("shop", "often", "Deployment/7")}, 10, seed=3)
    assert Counter(finding.rule for finding in chosen) == {"often": 9, "seldom": 1}
    assert all(finding.address != "Deployment/7" or finding.rule == "seldom" for finding in chosen)
