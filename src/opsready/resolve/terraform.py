"""Where Terraform is run in a repository: roots, with everything in them evaluated as far as it can be told.

A root is a directory with a backend, a `cloud` block, or a provider's configuration, or one that Terragrunt runs a
module for. What a root calls is judged where it is called from; a module that nobody calls is judged by itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from opsready.model.source import Place, Span
from opsready.resolve.sources import parent, within
from opsready.resolve.terraform_beside import Beside
from opsready.resolve.terraform_blocks import TerraformRoot
from opsready.resolve.terraform_evaluate import Budget
from opsready.resolve.terraform_module import ANY, Given, Module, Project
from opsready.resolve.terraform_terragrunt import TERRAGRUNT, Stack, stacks
from opsready.resolve.units import Opaque, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from opsready.parse.hcl import HclFile
    from opsready.parse.hcl_syntax import Block
    from opsready.resolve.environments import Environments
    from opsready.resolve.terraform_blocks import TerraformBlock

# What may be inside of what cannot be opened: everything that keeps data.
HOLDS = frozenset({"Datastore", "Bucket", "BackupPlan"})
_MANY = 4  # modules that nobody calls make a collection
_FEW_AMONG = 3  # times as many of them as of what has a provider
# What a file that cannot be read may declare besides.
_DECLARES = HOLDS | {"TerraformRoot", "ModuleCall"}
_SETTINGS = ("block `terraform`", "file `")
_CONFIGURATION = (".tf", ".tf.json", ".tofu", ".tofu.json")
_AUTOMATIC = ("terraform.tfvars", "terraform.tfvars.json")
_AUTO = (".auto.tfvars", ".auto.tfvars.json")
_OVERRIDES = ("override", "_override")
# Words in the source or the name of a module that keeps no data, which most modules are.
_KEEPS_DATA = (
    *("rds", "aurora", "postgres", "mysql", "mariadb", "sql", "database", "db", "dynamo", "s3", "bucket", "storage"),
    *("redis", "elasticache", "memcache", "mongo", "documentdb", "efs", "backup", "spanner", "cosmos", "opensearch"),
)


def terraform_units(
    files: Mapping[str, HclFile],
    environments: Environments,
    paths: Iterable[str] = (),
    versions: Mapping[str, str] | None = None,
) -> Iterator[Unit]:
    """A unit for each root, and for each module that nobody calls.

    `paths` are those of all files, `versions` what files for version managers say, by path.
    """
    finder = _Finder(files)
    beside = Beside(paths, versions or {})
    run = {stack.directory: stack for stack in stacks(finder.terragrunt, finder.directories)}
    called = finder.called(run.values())
    # What Terragrunt runs often leaves room for a backend, and is run by nobody else.
    for_terragrunt = {stack.source for stack in run.values()}
    collections = finder.collections(called)
    found = sorted({*finder.directories, *run})
    beside.settle(found)
    pairs = environments.pairs(found)
    for directory in found:
        stack = run.get(directory)
        is_root = (
            stack is not None
            or (directory not in for_terragrunt and finder.has_backend(directory))
            or (directory not in called and finder.has_provider(directory) and parent(directory) not in collections)
        )
        if directory in called and not is_root:
            continue
        made, opaque = finder.evaluate(directory, stack, module=not is_root)
        if is_root:
            made = beside.told(made, stack)
        if not is_root and not made.blocks and not opaque:
            continue
        identifier = stack.file.path if stack is not None else f"{directory}/*.tf" if directory else "*.tf"
        environment = environments.of_directory(identifier, pairs)
        yield Unit(
            identifier,
            "terraform",
            directory,
            environment,
            environments.production(environment),
            (),
            tuple(opaque),
            terraform=made,
        )


class _Finder:
    """The files of a repository by what Terraform takes them for."""

    def __init__(self, files: Mapping[str, HclFile]) -> None:
        by_directory: dict[str, list[HclFile]] = {}
        self.values: dict[str, list[HclFile]] = {}
        self.others: list[HclFile] = []
        self.terragrunt: dict[str, HclFile] = {}
        for path, file in sorted(files.items()):
            name = path.rpartition("/")[2]
            if name in TERRAGRUNT:
                self.terragrunt[path] = file
            elif name.endswith(_CONFIGURATION):
                by_directory.setdefault(parent(path), []).append(file)
            elif name in _AUTOMATIC or name.endswith(_AUTO):
                self.values.setdefault(parent(path), []).append(file)
            elif name.endswith((".tfvars", ".tfvars.json")):
                self.others.append(file)
        self.directories = {directory: _overridden(found) for directory, found in by_directory.items()}

    def blocks(self, directory: str, type_: str) -> Iterator[Block]:
        for file in self.directories.get(directory, ()):
            for block in file.body.blocks:
                if block.type == type_:
                    yield block

    def settings(self, directory: str) -> Iterator[Block]:
        """What stands in a directory's `terraform` blocks."""
        for block in self.blocks(directory, "terraform"):
            yield from block.body.blocks

    def has_backend(self, directory: str) -> bool:
        return any(setting.type in {"backend", "cloud"} for setting in self.settings(directory))

    def has_workspaces(self, directory: str) -> bool:
        """Whether HCP Terraform runs a root: its workspaces hold variables, which win over defaults.

        https://developer.hashicorp.com/terraform/cloud-docs/workspaces/variables
        """
        named = ((setting.type, *setting.labels) for setting in self.settings(directory))
        return any(name[0] == "cloud" or name == ("backend", "remote") for name in named)

    def has_provider(self, directory: str) -> bool:
        """Whether a provider is configured; an empty block of old modules only names one."""
        return any(block.body.attributes or block.body.blocks for block in self.blocks(directory, "provider"))

    def called(self, run: Iterable[Stack]) -> set[str]:
        """The directories that a call or Terragrunt leads to."""
        project = Project(self.directories, Budget())
        found = {stack.source for stack in run if stack.source is not None}
        for directory in self.directories:
            module = Module(project, directory, "", {}, 0)
            sources = (module.source(block) for block in self.blocks(directory, "module"))
            found.update(source for source in sources if source is not None and source != directory)
        return found

    def collections(self, called: Collection[str]) -> set[str]:
        """The folders whose folders are modules for others to call: hardly one of them is ever run, or called here.

        An old module configures its provider itself, and looks like a root for that.
        """
        for_others: Counter[str] = Counter()
        run: Counter[str] = Counter()
        for directory in self.directories:
            if directory not in called and directory:
                configured = self.has_provider(directory) or self.has_backend(directory)
                (run if configured else for_others)[parent(directory)] += 1
        return {folder for folder, count in for_others.items() if count >= _MANY and count > _FEW_AMONG * run[folder]}

    def evaluate(self, directory: str, stack: Stack | None, *, module: bool) -> tuple[TerraformRoot, list[Opaque]]:
        """A root's blocks, and what in it could not be opened."""
        project = Project(self.directories, Budget())
        blocks: list[TerraformBlock] = []
        opaque: list[Opaque] = []
        source = directory
        given = self.given(directory)
        if stack is not None:
            blocks.extend(stack.evaluated(project))
            opaque.extend(stack.opaque(HOLDS))
            source = stack.source if stack.source is not None else directory
            given = {**given, **stack.given(project)}
        if self.has_workspaces(directory):
            given.setdefault(ANY, Given(None, None, None, "a workspace of HCP Terraform may set it"))
        top = Module(project, source, "", given, 0)
        blocks.extend(top.evaluated())
        unread = tuple(_unread(project, self.directories.get(source, ())))
        opaque.extend(unread)
        opaque.extend(_unopened(blocks))
        files = tuple(file.path for file in self.directories.get(directory, ()))
        settings = (item.input for item in unread if item.input.startswith(_SETTINGS))
        hidden = next((f"{name} cannot be read" for name in settings), "")
        return TerraformRoot(directory, module, stack is not None, tuple(blocks), files, hidden=hidden), opaque

    def given(self, directory: str) -> dict[str, Given]:
        """What the files of values give to a root's variables; a later file wins over an earlier one."""
        given: dict[str, Given] = {}
        for file in self.others:
            if self.may_be_passed(file, directory):
                name = file.path.rpartition("/")[2]
                what = f"`{name}` sets it, which Terraform only reads when it is passed"
                given.update(dict.fromkeys(file.body.attributes, Given(None, None, None, what)))
        project = Project({}, Budget())
        alone = Module(project, "", "", {}, 0).plain
        values = self.values.get(directory, [])
        for file in sorted(values, key=lambda file: (not file.path.endswith(_AUTOMATIC), file.path)):
            name = file.path.rpartition("/")[2]
            for key, attribute in file.body.attributes.items():
                if key not in given or given[key].attribute is not None:
                    given[key] = Given(attribute, file, alone, f"`{name}`")
        return given

    def may_be_passed(self, file: HclFile, directory: str) -> bool:
        """Whether a file of values is for a root: it lies in it, or beside it where there is no other root."""
        folder = parent(file.path)
        if folder == directory:
            return True
        if folder in self.directories:
            return False
        return within(folder, directory) or within(folder, parent(directory))


def _overridden(files: list[HclFile]) -> tuple[HclFile, ...]:
    """A directory's files, with what override files change put where it takes effect."""
    own = [file for file in files if not _is_override(file.path)]
    for override in (file for file in files if _is_override(file.path)):
        added = []
        for block in override.body.blocks:
            targets = [
                found for file in own for found in file.body.blocks
                if (found.type, found.labels) == (block.type, block.labels)
            ]  # fmt: skip
            if not targets or block.type in {"locals", "terraform"}:
                added.append(block)
            for target in targets[:1] if block.type not in {"locals", "terraform"} else ():
                for name in block.body.attributes:
                    if name in target.body.attributes:
                        target.body.attributes[name].problem = f"`{name}` is set again in `{override.path}`"
                    else:
                        target.broken = f"more of it stands in `{override.path}`"
                if block.body.blocks:
                    target.broken = f"more of it stands in `{override.path}`"
        override.body.blocks[:] = added
        own.append(override)
    return tuple(own)


def _is_override(path: str) -> bool:
    stem = path.rpartition("/")[2].partition(".")[0]
    return stem.endswith(_OVERRIDES[1]) or stem == _OVERRIDES[0]


def _unread(project: Project, files: Iterable[HclFile]) -> Iterator[Opaque]:
    """The blocks of a root and of what it calls that could not be read, and files that have more that could not."""
    for block, file in project.unread.values():
        place = Place("", file.lines.span(file.path, block.start, block.header_end))
        shown = ".".join((block.type, *block.labels))
        holds = HOLDS | {"ModuleCall"} if block.type == "module" else HOLDS
        yield Opaque(f"block `{shown}`", shown, f"repair it: {block.broken}", place, holds)
    for file in files:
        if file.broken and not any(block.broken for block in file.body.blocks):
            found = file.diagnostics[0]
            place = Place("", Span(file.path, found.line, 1, found.line, 1))
            yield Opaque(f"file `{file.path}`", file.path, "repair its HCL", place, _DECLARES)


def _unopened(blocks: Iterable[TerraformBlock]) -> Iterator[Opaque]:
    """The modules that are called and are not in this repository."""
    for block in blocks:
        if block.mode == "module" and block.local is None:
            source = block.tree.get("source")
            written = source if isinstance(source, str) else ""
            words = f"{written} {block.name}".lower()
            holds = HOLDS if any(word in words for word in _KEEPS_DATA) else frozenset[str]()
            shown = f"module `{block.address}`" + (f" (`{written}`)" if written else "")
            opens = "keep the module in this repository, and call it from there"
            yield Opaque(shown, block.address, opens, block.place, holds)
