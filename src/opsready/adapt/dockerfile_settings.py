"""Credentials that a Dockerfile sets, as variables of the image or as defaults of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.setting import Exposed, Setting
from opsready.model.source import Place
from opsready.parse.credential_looks import marks_of_text, marks_of_value
from opsready.parse.credentials import CREDENTIAL_NAME
from opsready.parse.dockerfile_words import declared_arguments, key_values
from opsready.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.built_image import Image
    from opsready.parse.dockerfile import Dockerfile, Instruction
    from opsready.parse.syntax import Mark


def settings(read: Dockerfile, image: Image) -> Iterator[Setting]:
    """A setting for each variable and argument with the name or the look of a credential; the last of a name counts."""
    found: dict[str, Setting] = {}
    for instruction in read.instructions:
        for name, value in _assigned(instruction, read.escape):
            made = _setting(instruction, name, value, image)
            if made is not None:
                found[made.field] = made
    yield from found.values()


def _assigned(instruction: Instruction, escape: str) -> Iterator[tuple[str, str]]:
    if instruction.name == "ENV":
        pairs = key_values(instruction.arguments, escape)[0]
    elif instruction.name == "ARG":
        pairs = declared_arguments(instruction.arguments, escape)
    else:
        return
    for pair in pairs:
        if pair.value:
            yield pair.name, pair.value


def _setting(instruction: Instruction, name: str, value: str, image: Image) -> Setting | None:
    marks: tuple[Mark, ...]
    if CREDENTIAL_NAME.search(name):
        marks, stand_in = marks_of_value(name, value)
    else:
        marks, stand_in = marks_of_text(value)[0], False
    title = f"`{name}` of `{image.name}`"
    place = Place(f"{instruction.name}.{name}", instruction.span)
    identity = replace(image.identity, place=place)
    word = image.development
    development = f"`{word}` in the path of `{image.name}` says that it is not for production" if word else ""
    if marks:
        exposed = (Exposed(f"holds {marks[0].what} in plain text", place),)
        return Setting(identity, place.path, title, exposed, development=development)
    if stand_in:
        kept = f"{title} is a placeholder or a reference"
        return Setting(identity, place.path, title, kept=kept, development=development)
    return None
