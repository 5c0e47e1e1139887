"""Reading in two processes gives the bytes that one gives, whatever is in the files and however a process ends."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from integration.test_determinism import repository
from opsready import forks, intake
from opsready.options import Options
from opsready.report.json import render
from opsready.run import examine
from opsready.tree import MemoryTree

needs_fork = pytest.mark.skipif(not forks.can_fork(), reason="processes cannot be copied here, or would not run beside")
DAY = date(2026, 11, 24)
ODD = {
    ".github/workflows/build.yaml": "jobs:\n  a:\n    steps:\n    - uses: docker/metadata-action@v5\n",
    ".github/workflows/again.yaml": "jobs:\n  a:\n    steps:\n    - uses: docker/metadata-action@v5\n",
    "cart/Dockerfile": "FROM alpine:3.20\nCMD cart\n",
    "odd/values.yaml": "web:\n  enabled: true\n",
    "odd/twice.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nmetadata: {name: b}\n",
    "odd/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n",
    "odd/control.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: \x01}\n",
    "odd/foreign.yaml": "apiVersion: example.com/v1\nkind: PodMaker\nmetadata: {name: m}\n",
    "odd/shared.yaml": "kind: List\napiVersion: v1\nitems: [&a {apiVersion: v1, kind: Service}, *a]\n",
    "odd/surrogate.json": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "\\ud800"}}\n',
}


def reported(files: dict[str, str], processes: int) -> str:
    report = examine(MemoryTree(files), Options(as_of=DAY, show="all", fail_on=None, processes=processes))
    return "".join(render(report))


def edited(files: dict[str, str], chance: random.Random, number: int) -> dict[str, str]:
    path = chance.choice(sorted(files))
    lines = files[path].splitlines(keepends=True)
    at = chance.randrange(len(lines)) if lines else 0
    match chance.randrange(5):
        case 0:
            changed = "".join(lines[:at] + lines[at + 1 :])
        case 1:
            changed = "".join([*lines[:at], "  : [\n", *lines[at:]])
        case 2:
            return {name: text for name, text in files.items() if name != path}
        case 3:
            return files | {f"copy-{number}/{path}": files[path]}
        case _:
            changed = "\n" + files[path]
    return files | {path: changed}


@needs_fork
def test_after_any_edit_one_process_and_two_say_the_same() -> None:
    chance = random.Random(11)
    files = repository() | ODD
    for number in range(25):
        assert reported(files, 2) == reported(files, 1)
        files = edited(files, chance, number)


@needs_fork
def test_the_second_process_takes_about_half(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[Any] = []

    def noted(work: Callable[[], Any]) -> Callable[[], Any]:
        finish = forks.fork(work)

        def finished() -> Any:
            parts.append(finish())
            return parts[-1]

        return finished

    monkeypatch.setattr(intake, "fork", noted)
    files = repository()
    reported(files, 2)
    (part,) = parts
    share = sum(len(files[path]) for path in part.parsed) / sum(map(len, files.values()))
    assert 0.2 < share < 0.6


@needs_fork
@pytest.mark.parametrize("end", [lambda: os._exit(3), lambda: 1 / 0, lambda: os.kill(os.getpid(), 9)])
def test_what_a_process_that_fails_leaves_is_read_here(
    end: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = repository()
    expected = reported(files, 1)
    monkeypatch.setattr(intake, "fork", lambda _: forks.fork(end))
    assert reported(files, 2) == expected


def test_a_small_repository_is_read_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(intake, "fork", refuse)
    assert reported(repository(), 0)


def test_nothing_is_copied_beside_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not forks.can_fork()
