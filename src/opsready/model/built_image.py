"""Container images that are built here, as a builder's last stage leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from opsready.model.entity import Entity
from opsready.model.image import image_parts, is_like, without_registry
from opsready.model.source import Entry, Known, Place, Unknown, Value
from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.standard import Standard


@dataclass(frozen=True, slots=True)
class Start:
    """How a container of an image starts a program, or with what it calls the program that is started.

    `words` are a program with its arguments in the `exec` form; in the `shell` form they are the one text that a shell
    is given. `shell_chosen` is true where the file itself names that shell.
    """

    instruction: Literal["ENTRYPOINT", "CMD"]
    form: Literal["exec", "shell"]
    words: tuple[str, ...]
    place: Place
    shell_chosen: bool = False


@dataclass(frozen=True, slots=True)
class BuildStep:
    """Something that is done while the image is built, and leaves tools in it that nothing needs when it runs."""

    what: str
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Image(Entity):
    """An image that is built here: the effective last stage, with what it takes over from the stages before it.

    Its name is the path of the file that says how it is built. `base` is the image from elsewhere that it begins with,
    unset where it begins with nothing. What is `Unset` else is written in no stage of it: the base decides.
    `health_check` is empty where it is switched off. `stages` counts all stages of the file. `development` is the word
    of the path that says that it is not for production (empty: none does).
    """

    base: Value[str]
    stages: int
    entrypoint: Value[Start]
    command: Value[Start]
    user: Value[str]
    health_check: Value[str]
    environment: tuple[Entry, ...]
    labels: tuple[Entry, ...]
    exposes: bool
    build_steps: tuple[BuildStep, ...]
    development: str = ""

    def label(self, *names: str) -> Entry | None:
        """The first label with one of these names, None where there is none."""
        return next((entry for entry in self.labels if entry.name in names), None)

    @property
    def start(self) -> Value[Start]:
        """What is started first: the entry point, else the command; unset where the base decides."""
        return self.entrypoint if isinstance(self.entrypoint, Known) else self.command

    @property
    def base_name(self) -> str:
        """The base as a sentence names it: without its digest, empty where it is unknown."""
        if isinstance(self.base, Known):
            return self.base.value.partition("@")[0]
        return "" if isinstance(self.base, Unknown) else "scratch"


def user_of_base(image: Image, standard: Standard) -> str:
    """As what an image starts that names no user: `root`, `another`, or empty where its base is not known."""
    if isinstance(image.base, Unknown):
        return ""
    if not isinstance(image.base, Known):
        return "root"
    name, tag, _ = image_parts(image.base.value)
    name = without_registry(name)
    written = (name, f"{name}:{tag}")
    if any(is_like(text, pattern) for pattern in standard.rootless_images for text in written):
        return "another"
    return "root" if any(is_like(name, pattern) for pattern in standard.root_images) else ""
