"""Where infrastructure is described as code and run, and the modules that it is put together from."""

from __future__ import annotations

from typing import Literal

from opsready.model.entity import Entity
from opsready.model.source import Place, Unknown, Value
from opsready.records import dataclass

Bound = Literal["bounded", "open", "unclear"]
Source = Literal["path", "registry", "git", "archive", "unclear"]


@dataclass(frozen=True, slots=True)
class State:
    """Where the state of what was made is kept: `kind` is the word for it, empty where it lies in the folder itself.

    `shared` is whether others can reach it. `locked` says whether two people can be kept from changing it at once,
    `because` what shows it, `remedy` what would lock it.
    """

    kind: str
    place: Place
    shared: bool
    locked: Value[bool]
    because: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions that may be used of a tool or of a plugin: `written` as in its place, and whether they have an end.

    `name` is empty for the tool itself. `decided_by` says what else decides: a lock, a file of a version manager.
    """

    name: str
    written: str
    bound: Bound
    place: Place | None = None
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """One thing that a root makes, and whether a change makes a new one (`replaced`) or changes it in place.

    `address` is its own, `shown` what is said of it, `remedy` what would make it immutable.
    """

    address: str
    place: Place
    replaced: Value[bool]
    shown: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TerraformRoot(Entity):
    """A folder that infrastructure is applied from; its name is the folder's path.

    `state` is Unknown where it cannot be told. `place_for_state` is what keeps the state of other roots, where this one
    makes nothing else. `state_files` are files of state that the repository holds. `tool` and
    `plugins` are the versions of what applies it, `plugins_hidden` why there may be more of them, `lock_file` the file
    that keeps the plugins' versions (empty: there is none). `upkeep` is what of it a change could alter in place.
    """

    state: State | Unknown
    place_for_state: str
    state_files: tuple[Place, ...]
    tool: Versions | Unknown
    plugins: tuple[Versions, ...]
    plugins_hidden: str
    lock_file: str
    upkeep: tuple[Upkeep, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ModuleCall(Entity):
    """The use of a module: where it comes from (`source`, as written), and what chooses its version.

    `version` is a constraint for a registry, a tag, branch or commit for `git`, a number in the address or a checksum
    for an archive; Unset where nothing chooses. `kind` is Unknown where the source cannot be read.
    """

    source: str
    kind: Source | Unknown
    version: Value[str]
    bound: Bound
