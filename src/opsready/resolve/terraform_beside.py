"""What lies beside Terraform's configuration: the lock of providers, state, and files for version managers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.parse.credentials import mask_text
from opsready.records import replace
from opsready.resolve.sources import parent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opsready.resolve.terraform_blocks import TerraformRoot
    from opsready.resolve.terraform_terragrunt import Stack

_LOCK = ".terraform.lock.hcl"
_STATE = (".tfstate", ".tfstate.backup")
# https://github.com/tfutils/tfenv, https://github.com/tofuutils/tenv, https://asdf-vm.com/manage/configuration.html
_MANAGERS = (".terraform-version", ".opentofu-version", ".tool-versions")
_TOOLS = frozenset({"terraform", "opentofu"})


class Beside:
    """The files of a repository that are no configuration, by the directory that they matter to."""

    def __init__(self, paths: Iterable[str], versions: Mapping[str, str]) -> None:
        """Pick out what matters of all paths."""
        self._locks: set[str] = set()
        self._states: list[str] = []
        for path in paths:
            if path.endswith(_LOCK) and path.rpartition("/")[2] == _LOCK:
                self._locks.add(path)
            elif path.endswith(_STATE):
                self._states.append(path)
        self._versions = {path: said for path, text in versions.items() if (said := _said(path, text))}
        self._states_of: dict[str, list[str]] = defaultdict(list)

    def settle(self, directories: Iterable[str]) -> None:
        """Give each file of state to the nearest directory at or above it that is run or called."""
        known = frozenset(directories)
        for path in sorted(self._states):
            owner = next((folder for folder in _upwards(parent(path)) if folder in known), None)
            if owner is not None:
                self._states_of[owner].append(path)

    def told(self, root: TerraformRoot, stack: Stack | None) -> TerraformRoot:
        """A root with what lies beside it; Terragrunt takes a lock from the module that it runs as well."""
        places = [root.directory, *([stack.source] if stack is not None and stack.source is not None else [])]
        locks = (f"{place}/{_LOCK}" if place else _LOCK for place in places)
        version_file = next((found for place in places for found in self._managed(place)), "")
        missing = stack is not None and bool(stack.written) and stack.source is None
        return replace(
            root,
            lock_file=next((path for path in locks if path in self._locks), ""),
            state_files=tuple(self._states_of.get(root.directory, ())),
            version_file=version_file,
            version=self._versions.get(version_file, ""),
            hidden=root.hidden or (stack.hidden if stack is not None else ""),
            elsewhere=mask_text(stack.written.strip('"'), keep_columns=False) if stack is not None and missing else "",
        )

    def _managed(self, directory: str) -> Iterator[str]:
        """The files of version managers that hold in a directory, nearest first."""
        for folder in _upwards(directory):
            for name in _MANAGERS:
                path = f"{folder}/{name}" if folder else name
                if path in self._versions:
                    yield path


def _upwards(directory: str) -> Iterator[str]:
    yield directory
    while directory:
        directory = parent(directory)
        yield directory


def _said(path: str, text: str) -> str:
    """The version that a file of a version manager names; empty where it names none of Terraform's."""
    lines = (line.partition("#")[0].split() for line in text.splitlines()[:1000])
    if not path.endswith(_MANAGERS[2]):
        return next((words[0] for words in lines if words), "")
    return next((words[1] for words in lines if len(words) > 1 and words[0] in _TOOLS), "")
