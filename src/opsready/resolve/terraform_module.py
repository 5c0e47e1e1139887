"""One module as it is called: its variables, locals, resources and the modules that it calls in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.source import Origin, Place
from opsready.parse.credentials import names_credential
from opsready.parse.hcl_syntax import HclError
from opsready.records import dataclass, field, replace
from opsready.resolve.sources import join
from opsready.resolve.terraform_blocks import Content, TerraformBlock
from opsready.resolve.terraform_evaluate import Budget, Evaluator
from opsready.resolve.terraform_tree import TreeBuilder, items_of
from opsready.resolve.terraform_values import OpenObject, Val, number_of, text_of, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from opsready.parse.hcl import HclFile
    from opsready.parse.hcl_syntax import Attribute, Block
    from opsready.parse.syntax import Map
    from opsready.resolve.terraform_blocks import Mode

_MAX_MODULES = 400  # of one root
_MAX_DEPTH = 12  # of calls
_MAX_INSTANCES = 50
_MAX_OPENED = 4  # levels of objects whose type may give more
ANY = "*"  # whatever else may be given
_META = frozenset({"count", "for_each", "depends_on", "provider", "providers"})
_MODES: dict[str, Mode] = {"resource": "resource", "data": "data"}


@dataclass(slots=True, eq=False)
class Project:
    """The Terraform files by directory, and what is used up of one root's allowance."""

    files: Mapping[str, tuple[HclFile, ...]]
    budget: Budget
    modules: int = 0
    unread: dict[int, tuple[Block, HclFile]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What decides a variable: an expression where it is evaluated, or why nobody can tell."""

    attribute: Attribute | None
    file: HclFile | None
    evaluator: Evaluator | None
    what: str


class Module:
    """A directory's declarations, with what its variables are given; `address` is the call's, empty for a root."""

    def __init__(self, project: Project, directory: str, address: str, given: Mapping[str, Given], depth: int) -> None:
        """Index the declarations; nothing is evaluated yet."""
        self.project = project
        self.directory = directory
        self.address = address
        self.given = given
        self.depth = depth
        self.blocks: list[tuple[Block, HclFile]] = []
        self._variables: dict[str, tuple[Block, HclFile]] = {}
        self._locals: dict[str, tuple[Attribute, HclFile]] = {}
        self._outputs: dict[str, tuple[Block, HclFile]] = {}
        self._resources: dict[tuple[str, str], tuple[Block, HclFile]] = {}
        self._calls: dict[str, tuple[Block, HclFile]] = {}
        self._children: dict[str, Module | str] = {}
        self._memo: dict[tuple[str, ...], Val] = {}
        self._busy: set[tuple[str, ...]] = set()
        project.modules += 1
        for file in project.files.get(directory, ()):
            for block in file.body.blocks:
                self._declare(block, file)
        self.plain = Evaluator(self, project.budget, {})

    def _declare(self, block: Block, file: HclFile) -> None:
        labels = block.labels
        if block.type == "locals":
            self._locals.update({name: (found, file) for name, found in block.body.attributes.items()})
        elif block.type == "variable" and len(labels) == 1:
            self._variables[labels[0]] = (block, file)
        elif block.type == "output" and len(labels) == 1:
            self._outputs[labels[0]] = (block, file)
        elif block.type == "module" and len(labels) == 1:
            self._calls[labels[0]] = (block, file)
            self.blocks.append((block, file))
        elif block.type in _MODES and len(labels) == 2:
            if block.type == "resource":
                self._resources[labels[0], labels[1]] = (block, file)
            self.blocks.append((block, file))
        elif block.type in {"provider", "terraform"}:
            self.blocks.append((block, file))

    # --- what names stand for ------------------------------------------------------------------------------------

    def resolve(self, root: str, steps: Sequence[str | Val]) -> tuple[Val, int]:
        """The value of a name with its first steps, and how many those were."""
        first = steps[0] if steps and isinstance(steps[0], str) else ""
        match root:
            case "var" if first:
                return self._once(("var", first), lambda: self._variable(first)), 1
            case "local" if first:
                return self._once(("local", first), lambda: self._local(first)), 1
            case "module" if first:
                return self._output(first, steps)
            case "data":
                second = steps[1] if len(steps) > 1 and isinstance(steps[1], str) else ""
                address = f"{self._prefix}data.{first}.{second}"
                return unknown(f"`{address}` is looked up when Terraform runs", (address,)), len(steps)
            case "each" | "count" | "self":
                return unknown(f"`{root}{'.' + first if first else ''}` differs for each instance"), len(steps)
            case "path" | "terraform" | "dependency" | "include":
                return unknown(f"`{root}{'.' + first if first else ''}` is decided when Terraform runs"), len(steps)
            case _:
                return self._resource(root, first, steps)

    @property
    def _prefix(self) -> str:
        return f"{self.address}." if self.address else ""

    def _once(self, key: tuple[str, ...], evaluate: Callable[[], Val]) -> Val:
        known = self._memo.get(key)
        if known is not None:
            return known
        if key in self._busy:
            return unknown(f"`{'.'.join(key)}` refers to itself")
        self._busy.add(key)
        try:
            found = evaluate()
        finally:
            self._busy.discard(key)
        self._memo[key] = found
        return found

    def _evaluated(self, attribute: Attribute, evaluator: Evaluator | None = None) -> Val:
        if attribute.problem:
            return unknown(attribute.problem)
        try:
            return (evaluator or self.plain).value(attribute.expression())
        except HclError as error:
            return unknown(f"`{attribute.name}` is no HCL: {error.message}")

    def _variable(self, name: str) -> Val:
        declared = self._variables.get(name)
        attributes = declared[0].body.attributes if declared is not None else {}
        secret = names_credential(name) or _is(attributes.get("sensitive"), "true")
        optional = "type" in attributes and "optional(" in attributes["type"].written
        found = self._given(name, nullable=not _is(attributes.get("nullable"), "false"))
        if found is None:
            found = self._default(name, attributes.get("default"), declared[1] if declared is not None else None)
        secret = secret and not isinstance(found.value, bool)
        value = _opened(found.value) if optional else found.value
        return Val(value, found.names, found.origin, secret=found.secret or secret)

    def _given(self, name: str, *, nullable: bool) -> Val | None:
        given = self.given.get(name) or self.given.get(ANY)
        if given is None:
            return None
        if given.attribute is None or given.file is None:
            return unknown(f"`var.{name}` cannot be told: {given.what}")
        found = self._evaluated(given.attribute, given.evaluator)
        if found.value is None and not nullable:
            return None
        span = given.file.lines.span(given.file.path, given.attribute.value_start, given.attribute.value_end)
        return found.given_by(Origin(given.what, span))

    def _default(self, name: str, default: Attribute | None, file: HclFile | None) -> Val:
        if default is not None and file is not None:
            span = file.lines.span(file.path, default.value_start, default.value_end)
            return self._evaluated(default).given_by(Origin(f"the default of `var.{name}`", span))
        if file is None:
            return unknown(f"`var.{name}` is not declared")
        if self.address:
            return unknown(f"`var.{name}` has no default, and `{self.address}` does not give it")
        return unknown(f"`var.{name}` has no default; set it in `terraform.tfvars`")

    def _local(self, name: str) -> Val:
        declared = self._locals.get(name)
        if declared is None:
            return unknown(f"`local.{name}` is not declared")
        attribute, file = declared
        found = self._evaluated(attribute)
        span = file.lines.span(file.path, attribute.value_start, attribute.value_end)
        secret = names_credential(name) and isinstance(found.value, str)
        return found.given_by(Origin(f"`local.{name}`", span), secret=secret)

    def _output(self, name: str, steps: Sequence[str | Val]) -> tuple[Val, int]:
        address = f"{self._prefix}module.{name}"
        taken = 1
        while taken < len(steps) and not isinstance(steps[taken], str):
            taken += 1
        output = steps[taken] if taken < len(steps) else ""
        if not isinstance(output, str) or not output:
            return unknown(f"`{address}` is decided by its module", (address,)), len(steps)
        child = self.child(name)
        if isinstance(child, str):
            return unknown(f"`{address}.{output}` is decided by a module that was not read", (address,)), len(steps)
        found = child.output(output)
        return Val(
            found.value, tuple(dict.fromkeys((*found.names, address))), found.origin, secret=found.secret
        ), taken + 1

    def output(self, name: str) -> Val:
        """What the module gives to its caller under a name."""
        declared = self._outputs.get(name)
        if declared is None or "value" not in declared[0].body.attributes:
            return unknown(f"`{self.address}` has no output `{name}`")
        return self._once(("output", name), lambda: self._evaluated(declared[0].body.attributes["value"]))

    def _resource(self, root: str, name: str, steps: Sequence[str | Val]) -> tuple[Val, int]:
        address = f"{self._prefix}{root}.{name}" if name else f"{self._prefix}{root}"
        declared = self._resources.get((root, name))
        if declared is None:
            return unknown(f"`{address}` is not declared here", (address,) if name else ()), len(steps)
        taken = 1
        if taken < len(steps) and not isinstance(steps[taken], str):
            taken += 1
        attribute = steps[taken] if taken < len(steps) else ""
        written = declared[0].body.attributes.get(attribute) if isinstance(attribute, str) else None
        if written is None or written.name in _META:
            shown = f"{address}.{attribute}" if isinstance(attribute, str) and attribute else address
            return unknown(f"`{shown}` is known when it is there", (address,)), len(steps)
        found = self._once((root, name, written.name), lambda: self._evaluated(written))
        return Val(
            found.value, tuple(dict.fromkeys((address, *found.names))), found.origin, secret=found.secret
        ), taken + 1

    # --- calls ---------------------------------------------------------------------------------------------------

    def child(self, name: str) -> Module | str:
        """The module that a call leads to, as one instance of it; a text says why it cannot be read."""
        if name not in self._children:
            call = self._calls.get(name)
            if call is None:
                return f"module `{name}` is not called here"
            block, file = call
            self._children[name] = self.called(block, file, f"{self._prefix}module.{name}", self.plain)
        return self._children[name]

    def called(self, block: Block, file: HclFile, address: str, evaluator: Evaluator) -> Module | str:
        """The module of a call, at an address; a text says why it cannot be read."""
        directory = self.source(block)
        if directory is None:
            return "it is not in this repository"
        if self.depth >= _MAX_DEPTH or self.project.modules >= _MAX_MODULES:
            return "modules call one another more often than is followed"
        what = f"module `{block.labels[0]}`"
        given = {
            name: Given(attribute, file, evaluator, f"the argument `{name}` of {what}")
            for name, attribute in block.body.attributes.items()
            if name not in {"source", "version", *_META}
        }
        return Module(self.project, directory, address, given, self.depth + 1)

    def source(self, block: Block) -> str | None:
        """The directory of a call's module, where it lies in this repository."""
        attribute = block.body.attributes.get("source")
        source = text_of(self._evaluated(attribute).value) if attribute is not None else None
        if source is None or not source.startswith(("./", "../")):
            return None
        directory = join(self.directory, source)
        return directory if directory is not None and directory in self.project.files else None

    # --- blocks --------------------------------------------------------------------------------------------------

    def evaluated(self) -> Iterator[TerraformBlock]:
        """Every block of the module and of the modules that it calls, as far as they exist."""
        for block, file in self.blocks:
            if block.broken:
                self.project.unread[id(block)] = (block, file)
                continue
            base = self._address(block)
            for index, evaluator, conditional in self._instances(block):
                found = self._block(block, file, base + index, evaluator, conditional)
                yield found
                if block.type == "module" and found.local is not None:
                    child = self.called(block, file, base + index, evaluator)
                    if isinstance(child, Module):
                        yield from child.under(conditional)

    def under(self, conditional: str) -> Iterator[TerraformBlock]:
        """The same for a module whose call may not exist."""
        for block in self.evaluated():
            yield replace(block, conditional=conditional) if conditional and not block.conditional else block

    def _address(self, block: Block) -> str:
        words = block.labels if block.type == "resource" else (block.type, *block.labels)
        return self._prefix + ".".join(words)

    def _block(
        self, block: Block, file: HclFile, address: str, evaluator: Evaluator, conditional: str
    ) -> TerraformBlock:
        def build() -> tuple[Map, Mapping[str, tuple[str, ...]]]:
            builder = TreeBuilder(file, evaluator)
            tree = builder.body(block.body, block.start, leave=_META)
            provider = block.body.attributes.get("provider")
            if provider is not None:
                builder.attribute(tree, provider, "provider")
                tree["provider"] = provider.written
                builder.references.pop("provider", None)
            return tree, builder.references

        type_, name = (*block.labels, "", "")[:2] if block.type in _MODES else (block.type, (*block.labels, "")[0])
        place = Place("", file.lines.span(file.path, block.start, block.header_end))
        return TerraformBlock(
            mode=block.type,  # type: ignore[arg-type]
            type=type_,
            name=name,
            address=address,
            file=file.path,
            place=place,
            content=Content(build),
            module=self.address,
            directory=self.directory,
            conditional=conditional,
            local=self.source(block) if block.type == "module" else None,
            nested=tuple([inner.type for inner in block.body.blocks]),
        )

    def _instances(self, block: Block) -> Iterator[tuple[str, Evaluator, str]]:
        """Each instance of a block: its index in the address, how it is evaluated, and why it may not exist."""
        attributes = block.body.attributes
        if "count" in attributes and block.type in {"resource", "data", "module"}:
            yield from self._counted(attributes["count"])
        elif "for_each" in attributes and block.type in {"resource", "data", "module"}:
            items = items_of(attributes["for_each"], self.plain)
            if isinstance(items, Val):
                yield "", self.plain, f"how many there are cannot be told: {items.reason}"
                return
            for key, item in items[:_MAX_INSTANCES]:
                text = text_of(key.value) or ""
                yield f'["{text}"]', self.plain.binding(each=Val({"key": key, "value": item})), ""
        else:
            yield "", self.plain, ""

    def _counted(self, attribute: Attribute) -> Iterator[tuple[str, Evaluator, str]]:
        found = self._evaluated(attribute)
        count = number_of(found.value)
        if count is None:
            reason = found.reason or "`count` is no number"
            yield "", self.plain, f"how many there are cannot be told: {reason}"
            return
        for index in range(min(int(count), _MAX_INSTANCES)):
            yield f"[{index}]", self.plain.binding(count=Val({"index": Val(index)})), ""


def _is(attribute: Attribute | None, word: str) -> bool:
    return attribute is not None and attribute.written == word


def _opened(value: object, depth: int = 0) -> object:
    """Objects as those whose type may give attributes that nobody wrote."""
    if depth > _MAX_OPENED:
        return value
    if isinstance(value, dict):
        return OpenObject({key: item.holding(_opened(item.value, depth + 1)) for key, item in value.items()})
    return [item.holding(_opened(item.value, depth + 1)) for item in value] if isinstance(value, list) else value
