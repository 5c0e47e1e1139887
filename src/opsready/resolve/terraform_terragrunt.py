"""Terragrunt: which module a directory runs, with what inputs, and where its state is kept.

https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import Place
from opsready.parse.credentials import mask_text
from opsready.parse.hcl_syntax import Body, Call, Conditional, HclError, Literal, ObjectOf, Template
from opsready.parse.syntax import Withheld
from opsready.records import dataclass
from opsready.resolve.sources import join, parent
from opsready.resolve.terraform_blocks import Content, TerraformBlock
from opsready.resolve.terraform_module import ANY, Given, Module, Project
from opsready.resolve.terraform_tree import TreeBuilder
from opsready.resolve.units import Opaque

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsready.parse.hcl import HclFile
    from opsready.parse.hcl_syntax import Attribute, Block, Expression
    from opsready.parse.syntax import Map

FILE_NAME = "terragrunt.hcl"
TERRAGRUNT = frozenset({FILE_NAME, "root.hcl"})
_OWN_DIRECTORY = frozenset({"get_terragrunt_dir", "get_original_terragrunt_dir"})
_LONGEST_SHOWN = 120
_READ = frozenset({"remote_state", "generate"})
_CONTENTS = "contents"
_VERSION = "terraform_version_constraint"


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """A directory that Terragrunt runs a module for: its file, those that it includes, and where the module lies.

    `source` is the module's directory, None where it is not in this repository; `missing` are includes that could not
    be found.
    """

    directory: str
    file: HclFile
    included: tuple[HclFile, ...]
    source: str | None
    written: str
    place: Place
    missing: tuple[str, ...]

    def evaluated(self, project: Project) -> Iterator[TerraformBlock]:
        """`remote_state`, `generate` and the version, those of the file itself before those of what it includes."""
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for file in (self.file, *self.included):
            scope = _scope(project, file)
            version = file.body.attributes.get(_VERSION)
            if version is not None and (_VERSION, ()) not in seen:
                seen.add((_VERSION, ()))
                alone = Body()
                alone.attributes[_VERSION] = version
                place = Place("", file.lines.span(file.path, version.start, version.end))
                yield self._block(_VERSION, (), file, place, _content(alone, version.start, file, scope))
            for block in file.body.blocks:
                key = (block.type, block.labels)
                if block.type not in _READ or key in seen or block.broken:
                    continue
                seen.add(key)
                place = Place("", file.lines.span(file.path, block.start, block.header_end))
                content = _content(block.body, block.start, file, scope)
                yield self._block(block.type, block.labels, file, place, content)

    def _block(
        self, kind: str, labels: tuple[str, ...], file: HclFile, place: Place, content: Content
    ) -> TerraformBlock:
        return TerraformBlock(
            mode="terragrunt",
            type=kind,
            name=(*labels, "")[0],
            address=".".join(("terragrunt", kind, *labels)),
            file=file.path,
            place=place,
            content=content,
            module="",
            directory=parent(file.path),
        )

    @property
    def hidden(self) -> str:
        """Why settings may be where they cannot be read; empty where all are here."""
        if self.missing:
            return f"what `{self.file.path}` includes as `{self.missing[0]}` cannot be found"
        broken = next((file.path for file in (self.file, *self.included) if file.broken), "")
        return f"`{broken}` cannot be read" if broken else ""

    def opaque(self, holds: frozenset[str]) -> Iterator[Opaque]:
        """A module that is not here, and includes that are not."""
        if self.written and self.source is None:
            opens = "keep the module in this repository, and run it from there"
            yield Opaque(f"module (`{self.written}`)", self.directory or ".", opens, self.place, holds)

    def given(self, project: Project) -> dict[str, Given]:
        """The inputs, which are the variables of the module; what else may be given stands under `*`."""
        given: dict[str, Given] = {}
        for file in (*reversed(self.included), self.file):
            inputs = file.body.attributes.get("inputs")
            if inputs is None:
                continue
            read = _inputs(inputs, file, _scope(project, file))
            if read is None:
                given = {ANY: Given(None, None, None, f"it may be among the inputs of `{file.path}`")}
            else:
                given.update(read)
        if self.missing:
            given.setdefault(ANY, Given(None, None, None, f"it may be given by what `{self.file.path}` includes"))
        return given


def _content(body: Body, start: int, file: HclFile, scope: Module) -> Content:
    def build() -> tuple[Map, Mapping[str, tuple[str, ...]]]:
        builder = TreeBuilder(file, scope.plain)
        tree = builder.body(body, start)
        if isinstance(tree.get(_CONTENTS), Withheld):
            # What is filled in leaves most of the text as it is, and this is configuration of its own.
            lines = body.attributes[_CONTENTS].written.splitlines()
            if lines[0].startswith("<<"):
                tree[_CONTENTS] = mask_text("\n".join(lines[1:-1]), keep_columns=False)
        return tree, builder.references

    return Content(build)


class _Input:
    """An input, as if it were an attribute of its own."""

    __slots__ = ("expression_", "name", "problem", "value_end", "value_start", "written")

    def __init__(self, name: str, node: Expression, end: int, text: str) -> None:
        self.name = name
        self.expression_ = node
        self.problem = ""
        self.value_start = node.at
        self.value_end = end
        self.written = text[node.at : end]

    def expression(self) -> Expression:
        return self.expression_


def _inputs(inputs: Attribute, file: HclFile, scope: Module) -> dict[str, Given] | None:
    """The inputs that a file lists; None where it works them out."""
    try:
        node = inputs.expression()
    except HclError:
        return None
    if not isinstance(node, ObjectOf):
        return None
    given: dict[str, Given] = {}
    for (key, item), end in zip(node.items, node.ends, strict=True):
        if isinstance(key, Literal) and isinstance(key.value, str):
            attribute: Attribute = _Input(key.value, item, end, file.lines.text)  # type: ignore[assignment]
            given[key.value] = Given(attribute, file, scope.plain, "the inputs of Terragrunt")
    return given


def _scope(project: Project, file: HclFile) -> Module:
    """The file's own locals; everything else that Terragrunt knows is decided when it runs."""
    alone = Project({"": (file,)}, project.budget)
    return Module(alone, "", "", {}, 0)


def stacks(files: Mapping[str, HclFile], modules: Mapping[str, object]) -> Iterator[Stack]:
    """Every directory that Terragrunt runs a module for; a file that others include runs nothing by itself."""
    found = {path: _included(file, files) for path, file in files.items()}
    shared = {file.path for included, _ in found.values() for file in included}
    for path, file in files.items():
        if path.rpartition("/")[2] != FILE_NAME or path in shared:
            continue
        directory = parent(path)
        included, missing = found[path]
        for candidate in (file, *included):
            block = next((block for block in candidate.body.blocks if block.type == "terraform"), None)
            source = block.body.attributes.get("source") if block is not None else None
            if source is not None:
                paths = _paths(source)
                places = (join(directory, written.replace("//", "/")) for written in paths if _is_here(written))
                where = next((at for at in places if at is not None and at in modules), None)
                place = Place("", candidate.lines.span(candidate.path, source.start, source.value_end))
                shown = paths[0] if len(paths) == 1 else source.written[:_LONGEST_SHOWN]
                yield Stack(directory, file, tuple(included), where, shown, place, tuple(missing))
                break
        else:
            if directory in modules:
                place = Place("", file.lines.span(file.path, 0, 0))
                yield Stack(directory, file, tuple(included), directory, "", place, tuple(missing))


def _is_here(path: str) -> bool:
    return path.startswith(("./", "../"))


def _included(file: HclFile, files: Mapping[str, HclFile]) -> tuple[list[HclFile], list[str]]:
    """The files that a file includes, where they can be found."""
    found: list[HclFile] = []
    missing: list[str] = []
    for block in file.body.blocks:
        if block.type == "include":
            path = _include_path(block, file.path, files)
            if path is not None and files[path] is not file:
                found.append(files[path])
            else:
                missing.append(block.labels[0] if block.labels else "include")
    return found, missing


def _include_path(block: Block, own: str, files: Mapping[str, HclFile]) -> str | None:
    attribute = block.body.attributes.get("path")
    if attribute is None:
        return None
    try:
        node = attribute.expression()
    except HclError:
        return None
    if isinstance(node, Call) and node.name == "find_in_parent_folders":
        wanted = node.arguments[0] if node.arguments else Literal(FILE_NAME, 0)
        name = wanted.value if isinstance(wanted, Literal) else None
        directory = parent(own)
        while directory and isinstance(name, str):
            directory = parent(directory)
            candidate = f"{directory}/{name}" if directory else name
            if candidate in files:
                return candidate
        return None
    places = (join(parent(own), written) for written in _paths(attribute))
    return next((place for place in places if place is not None and place in files), None)


def _paths(attribute: Attribute) -> list[str]:
    """The paths that may be meant, `${get_terragrunt_dir()}/` and the like taken as the directory of the file."""
    try:
        stack = [attribute.expression()]
    except HclError:
        return []
    found: list[str] = []
    while stack:
        node = stack.pop()
        if isinstance(node, Conditional):
            # A release in production and the working copy elsewhere: what is here is what can be read.
            stack.extend((node.otherwise, node.then))
        elif isinstance(node, Literal) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, Template) and isinstance(node.parts[0], Call):
            rest = node.parts[1] if len(node.parts) == 2 else None
            if node.parts[0].name in _OWN_DIRECTORY and isinstance(rest, Literal) and isinstance(rest.value, str):
                found.append("." + rest.value)
    return found
