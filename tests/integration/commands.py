"""What a command ended with and said, and files to run one on; the fixture `command` runs it in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Result:
    """What a command ended with and said; a report in JSON can be asked further."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.err.splitlines()[-1]

    @property
    def json(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    @property
    def value(self) -> float:
        return float(self.json["score"]["value"])

    def verdicts(self, rule: str) -> list[dict[str, Any]]:
        return [verdict for verdict in self.json["verdicts"] if verdict["rule"] == rule]

    def failures(self, rule: str) -> list[dict[str, Any]]:
        return [verdict for verdict in self.verdicts(rule) if verdict["outcome"] == "fail"]

    def notes(self, kind: str) -> list[str]:
        return [note["message"] for note in self.json["diagnostics"] if note["kind"] == kind]

    @property
    def noted(self) -> dict[str, str]:
        """The last note of each kind."""
        return {note["kind"]: note["message"] for note in self.json["diagnostics"]}


Run = Callable[..., Result]


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        (root / path).write_bytes(data)
    return root
