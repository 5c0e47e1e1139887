"""What Terraform declares, evaluated: the blocks that adapters read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opsready.model.source import Place
    from opsready.parse.syntax import Map

Mode = Literal["resource", "data", "module", "provider", "terraform", "terragrunt"]


class Content:
    """A block's values and what they name, worked out when somebody asks: few types of block are read."""

    __slots__ = ("_build", "_built")

    def __init__(self, build: Callable[[], tuple[Map, Mapping[str, tuple[str, ...]]]]) -> None:
        """Remember how."""
        self._build = build
        self._built: tuple[Map, Mapping[str, tuple[str, ...]]] | None = None

    def built(self) -> tuple[Map, Mapping[str, tuple[str, ...]]]:
        """The tree, and the addresses that each path in it names."""
        if self._built is None:
            self._built = self._build()
        return self._built


@dataclass(frozen=True, slots=True, eq=False)
class TerraformBlock:
    """One block of a root or of a module that it calls, and what it says where it is called from there.

    `address` is Terraform's (`module.db.aws_db_instance.main[0]`); `place` its labels. `tree` holds known values, a
    Withheld for what cannot be told, nested blocks as sequences of mappings. `conditional` says why it may not exist
    or exist several times (empty: it exists). `references` maps the path of an attribute (`rule[0].bucket`) to the
    addresses, without an index, of the blocks that its expression names, whether or not its value can be told.
    `module` is the address of the call (empty: the root), `directory` the folder of its file, and `local` where the
    module of a call lies (None: it is not in this repository). `nested` are the types of the blocks
    in it.
    """

    mode: Mode
    type: str
    name: str
    address: str
    file: str
    place: Place
    content: Content
    module: str
    directory: str
    conditional: str = ""
    local: str | None = None
    nested: tuple[str, ...] = ()

    @property
    def tree(self) -> Map:
        """The attributes and nested blocks."""
        return self.content.built()[0]

    @property
    def references(self) -> Mapping[str, tuple[str, ...]]:
        """The addresses that each path names."""
        return self.content.built()[1]


@dataclass(frozen=True, slots=True, eq=False)
class TerraformRoot:
    """A directory that Terraform is run in; or a module that nothing here calls (`module`: judged without root rules).

    `terragrunt` says whether Terragrunt runs it, and `files` are the paths of its own files. `lock_file` is the path of
    its lock of providers (empty: none is here), `state_files` those of state that is kept in the repository,
    `version_file` that of the file that tells a version manager which Terraform to run, and `version` what it says.
    `hidden` says why settings of it may be where they cannot be read, `elsewhere` which module it runs that is not
    here.
    """

    directory: str
    module: bool
    terragrunt: bool
    blocks: tuple[TerraformBlock, ...]
    files: tuple[str, ...]
    lock_file: str = ""
    state_files: tuple[str, ...] = ()
    version_file: str = ""
    version: str = ""
    hidden: str = ""
    elsewhere: str = ""

    def of(self, mode: Mode, *types: str) -> tuple[TerraformBlock, ...]:
        """The blocks of a mode, of some types or of any."""
        return tuple(block for block in self.blocks if block.mode == mode and (not types or block.type in types))
