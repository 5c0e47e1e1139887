"""What is built or installed for building in a stage, and stays in its image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model.built_image import BuildStep
from opsready.model.source import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsready.parse.dockerfile import Instruction

_LONGEST = 65_536  # characters of a RUN that are looked at
_COMMANDS = re.compile(r"&&|\|\||[;\n|&]")
# Commands that compile or bundle, by their first words.
_BUILDS = (
    ("go", "build"),
    ("go", "install"),
    ("mvn", "package"),
    ("mvn", "install"),
    ("mvn", "verify"),
    ("gradle", "build"),
    ("gradle", "installdist"),
    ("gradle", "bootjar"),
    ("cargo", "build"),
    ("cargo", "install"),
    ("dotnet", "build"),
    ("dotnet", "publish"),
    ("npm", "run", "build"),
    ("yarn", "build"),
    ("yarn", "run", "build"),
    ("pnpm", "build"),
    ("pnpm", "run", "build"),
    ("mix", "release"),
    ("sbt", "assembly"),
)
_INSTALLERS = {
    "apt-get": "install",
    "apt": "install",
    "apk": "add",
    "yum": "install",
    "dnf": "install",
    "microdnf": "install",
    "zypper": "install",
}
_REMOVERS = frozenset({"purge", "remove", "autoremove", "del", "erase"})
_WRAPPERS = {"./mvnw": "mvn", "mvnw": "mvn", "./gradlew": "gradle", "gradlew": "gradle"}


def build_steps(instructions: Sequence[Instruction], tools: frozenset[str]) -> Iterator[BuildStep]:
    """The steps of a stage that build, and those that install one of these tools and leave it there."""
    for instruction in instructions:
        if instruction.name == "RUN":
            place = Place("RUN", instruction.span)
            for what in dict.fromkeys(_found(instruction, tools)):
                yield BuildStep(what, place)


def _found(instruction: Instruction, tools: frozenset[str]) -> Iterator[str]:
    commands = list(_commands(instruction))
    removes = any(words[0] in _INSTALLERS and _REMOVERS.intersection(words) for words in commands)
    for words in commands:
        plain = [word for word in words if not word.startswith("-")]
        if built := next((build for build in _BUILDS if _begins(plain, build)), None):
            yield f"runs `{' '.join(built)}`"
        elif not removes and _INSTALLERS.get(words[0]) in words:
            names = (word.partition("=")[0] for word in plain[1:])
            yield from (f"installs `{name}`" for name in names if name in tools)


def _begins(words: list[str], build: tuple[str, ...]) -> bool:
    """Whether a command is one that builds; what Maven and Gradle are asked for may stand anywhere in it."""
    if not words or words[0] != build[0]:
        return False
    if build[0] in {"mvn", "gradle"}:
        return build[1] in (word.rpartition(":")[2] for word in words)
    return tuple(words[: len(build)]) == build


def _commands(instruction: Instruction) -> Iterator[list[str]]:
    """The commands of a RUN as words in lower case, without the variables that are set before them."""
    texts = [" ".join(instruction.words) if instruction.words is not None else instruction.arguments]
    texts.extend(heredoc.body for heredoc in instruction.heredocs)
    for text in texts:
        for command in _COMMANDS.split(text[:_LONGEST]):
            words = command.lower().split()
            while words and ("=" in words[0] or words[0] in {"sudo", "(", "{", "exec", "env", "set", "if", "then"}):
                words = words[1:]
            if words:
                yield [_WRAPPERS.get(words[0], words[0]), *words[1:]]
