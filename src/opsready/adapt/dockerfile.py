"""Dockerfiles as images: the last stage with all that it inherits, arguments resolved by their defaults.

The rules: https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

import re
from collections import ChainMap
from typing import TYPE_CHECKING, Literal, NamedTuple

from opsready.adapt.dockerfile_builds import build_steps
from opsready.model.built_image import Image, Start
from opsready.model.entity import Identity
from opsready.model.source import Entry, Known, Place, Unknown, Unset, Value
from opsready.parse.credentials import mask_text, may_name_a_credential
from opsready.parse.dockerfile import parse_dockerfile
from opsready.parse.dockerfile_expansion import expand
from opsready.parse.dockerfile_words import blank_separated, declared_arguments, first_word, key_values
from opsready.resolve.sources import parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsready.model.setting import Setting
    from opsready.model.standard import Standard
    from opsready.model.verdict import Diagnostic
    from opsready.parse.dockerfile import Dockerfile, Instruction
    from opsready.resolve.environments import Environments

_PARTS = re.compile(r"[-_.]")
# Folders with these names hold what builds and tests, whatever else is in their path.
_TOOLING = frozenset({".devcontainer", ".github", ".gitlab", ".circleci", ".buildkite", ".ci", ".gitpod"})
# What a builder sets by itself: https://docs.docker.com/build/building/variables/#multi-platform-build-arguments
_GIVEN = ("TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH")
_NOTHING = "scratch"


class _Stage(NamedTuple):
    """A stage: its FROM, what it is called, and the instructions after it."""

    source: Instruction
    name: str
    instructions: list[Instruction]


def image(text: str, path: str, where: Environments, standard: Standard) -> tuple[Image | None, tuple[Diagnostic, ...]]:
    """The image that a file builds, None where it builds none; and what is wrong with the file."""
    read = parse_dockerfile(text, path)
    stages, outer = _stages(read)
    if not stages:
        return None, read.diagnostics
    environment = where.of(path)
    last = stages[-1].source.span
    identity = Identity(
        kind="Image",
        name=path,
        namespace=None,
        unit=parent(path),
        environment=environment,
        production=where.production(environment),
        place=Place("FROM", last),
        written_name=path,
    )
    base, chain = _inherited(stages, outer, read.escape)
    reading = _Effective(read.escape, dict(outer))
    for stage in chain:
        reading.begin_stage()
        for instruction in stage.instructions:
            reading.take(instruction)
    steps = tuple(step for stage in chain for step in build_steps(stage.instructions, standard.build_tools))
    made = Image(
        identity,
        base,
        len(stages),
        reading.entrypoint,
        reading.command,
        reading.user,
        reading.health_check,
        tuple(reading.environment.values()),
        tuple(reading.labels.values()),
        reading.exposes,
        steps,
        development_word(path, standard.development_words),
    )
    return made, read.diagnostics


def credentials(text: str, made: Image) -> Iterator[Setting]:
    """The variables and arguments of a file that are credentials, those of all its stages.

    What a stage sets is in the layers that are kept of it, and in the file in any case.
    """
    if not may_name_a_credential(text) and mask_text(text) == text:
        return
    from opsready.adapt.dockerfile_settings import settings

    yield from settings(parse_dockerfile(text, made.name), made)


def development_word(path: str, words: frozenset[str]) -> str:
    """The word of a path that says that what is built by it is for development; empty where none does."""
    *folders, file = path.lower().split("/")
    tooling = next((folder for folder in folders if folder in _TOOLING), "")
    if tooling:
        return tooling
    for segment in (file, *reversed(folders)):
        for part in _PARTS.split(segment):
            if part in words:
                return part
    return ""


def _stages(read: Dockerfile) -> tuple[list[_Stage], dict[str, str]]:
    """The stages of a file, and the arguments before the first one that have a value."""
    stages: list[_Stage] = []
    outer = dict.fromkeys(_GIVEN, "linux/amd64")
    for instruction in read.instructions:
        if instruction.name == "FROM" and instruction.arguments:
            words = blank_separated(instruction.arguments)
            stages.append(_Stage(instruction, words[-1].lower() if len(words) > 1 else "", []))
        elif stages:
            stages[-1].instructions.append(instruction)
        elif instruction.name == "ARG":
            for item in declared_arguments(instruction.arguments, read.escape):
                if item.value is not None:
                    value = expand(item.value, outer, read.escape)
                    if value.certain:
                        outer[item.name] = value.text
    return stages, outer


def _inherited(stages: list[_Stage], outer: Mapping[str, str], escape: str) -> tuple[Value[str], list[_Stage]]:
    """The base of the last stage, and the stages that lead from it to the last, which are stages before it."""
    by_name: dict[str, int] = {}
    parents: list[int | None] = []
    sources: list[str | None] = []
    for position, stage in enumerate(stages):
        found = expand(blank_separated(stage.source.arguments)[0], outer, escape)
        source = found.text if found.certain and found.text else None
        sources.append(source)
        parents.append(by_name.get(source.lower()) if source is not None else None)
        if stage.name:
            by_name[stage.name] = position
    chain = [len(stages) - 1]
    while (above := parents[chain[-1]]) is not None:
        chain.append(above)
    first = stages[chain[-1]].source
    place = Place("FROM", first.span)
    source = sources[chain[-1]]
    base: Value[str]
    if source is None:
        written = blank_separated(first.arguments)[0]
        base = Unknown(f"the base image is `{written}`, and nothing here says what that is without a default", place)
    else:
        base = Unset() if source.lower() == _NOTHING else Known(source, place)
    return base, [stages[position] for position in reversed(chain)]


class _Effective:
    """What holds after each instruction of a chain of stages; the last word wins."""

    def __init__(self, escape: str, outer: dict[str, str]) -> None:
        self._escape = escape
        self._outer = outer
        self._arguments: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._shell_chosen = False
        self.entrypoint: Value[Start] = Unset()
        self.command: Value[Start] = Unset()
        self.user: Value[str] = Unset()
        self.health_check: Value[str] = Unset()
        self.environment: dict[str, Entry] = {}
        self.labels: dict[str, Entry] = {}
        self.exposes = False

    def begin_stage(self) -> None:
        """Forget the arguments of the stage before; what it set with ENV stays."""
        self._arguments = {}

    def take(self, instruction: Instruction) -> None:
        """Follow one instruction."""
        match instruction.name:
            case "ARG":
                self._declare(instruction)
            case "ENV" | "LABEL":
                self._set(instruction)
            case "USER":
                self.user = self._expanded(instruction, instruction.arguments)
            case "SHELL":
                self._shell_chosen = True
            case "EXPOSE":
                self.exposes = True
            case "ENTRYPOINT":
                self.entrypoint = self._start(instruction)
                # A new entry point forgets the command that was inherited or written before it.
                self.command = Unset()
            case "CMD":
                self.command = self._start(instruction)
            case "HEALTHCHECK":
                kind, rest = first_word(instruction.arguments)
                place = Place("HEALTHCHECK", instruction.span)
                self.health_check = Known("" if kind.upper() == "NONE" else rest, place)
            case _:
                pass

    def _declare(self, instruction: Instruction) -> None:
        for item in declared_arguments(instruction.arguments, self._escape):
            if item.value is not None:
                value = expand(item.value, self._known(), self._escape)
                if value.certain:
                    self._arguments[item.name] = value.text
            elif item.name in self._outer:
                self._arguments[item.name] = self._outer[item.name]

    def _set(self, instruction: Instruction) -> None:
        into = self.environment if instruction.name == "ENV" else self.labels
        known = self._known()
        # Within one instruction all values are those from before it.
        read = [
            (item, expand(item.value or "", known, self._escape))
            for item in key_values(instruction.arguments, self._escape)[0]
        ]
        for item, found in read:
            place = Place(f"{instruction.name}.{item.name}", instruction.span)
            # A credential never enters the model.
            text = mask_text(f"{item.name}={found.text}")[len(item.name) + 1 :]
            value: Value[str] = self._unknown(item.name, found.missing)
            if found.certain:
                value = Known(text, place, sensitive=text != found.text)
            into[item.name] = Entry(item.name, value)
            if instruction.name == "ENV":
                self._values.pop(item.name, None)
                if found.certain:
                    self._values[item.name] = text

    def _known(self) -> Mapping[str, str]:
        # ENV overrides an argument of the same name. A copy each time would be slow where there are very many.
        return ChainMap(self._values, self._arguments)

    def _unknown(self, what: str, missing: tuple[str, ...]) -> Unknown:
        if missing:
            return Unknown(f"`{what}` is set from `{missing[0]}`, which has no value here")
        return Unknown(f"`{what}` cannot be read")

    def _expanded(self, instruction: Instruction, text: str) -> Value[str]:
        place = Place(instruction.name, instruction.span)
        found = expand(text, self._known(), self._escape)
        if found.certain:
            return Known(found.text, place)
        return Unknown(self._unknown(instruction.name, found.missing).reason, place)

    def _start(self, instruction: Instruction) -> Value[Start]:
        place = Place(instruction.name, instruction.span)
        which: Literal["ENTRYPOINT", "CMD"] = "ENTRYPOINT" if instruction.name == "ENTRYPOINT" else "CMD"
        if instruction.words is not None:
            if not instruction.words:
                return Unset()
            return Known(Start(which, "exec", instruction.words, place), place)
        if not instruction.arguments:
            return Unset()
        return Known(Start(which, "shell", (instruction.arguments,), place, self._shell_chosen), place)
