"""Which images are built here, and which are a known third party's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.image import image_parts, is_like, without_registry
from opsready.model.opaque import Stub
from opsready.model.source import Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opsready.model.standard import KnownImage
    from opsready.model.workload import Workload


class Images:
    """What is known about images, by name."""

    def __init__(self, tool_images: Mapping[str, str], dockerfiles: Iterable[str], known: Iterable[KnownImage]) -> None:
        """Take the images that build tools name, the Dockerfiles that are here, and the table of third parties."""
        self._tool_images = {without_registry(name): file for name, file in tool_images.items()}
        self._dockerfiles: dict[str, str] = {}
        for path in sorted(dockerfiles, reverse=True):
            for directory in _naming_directories(path):
                self._dockerfiles[directory] = path
        known = tuple(known)
        self._exact = {item.image: item.product for item in known if "*" not in item.image}
        self._patterns = tuple((item.image, item.product) for item in known if "*" in item.image)
        self._third_parties: dict[str, str] = {}

    def built_here(self, reference: str) -> str:
        """The file that builds an image of this name: a tool's, else a Dockerfile in a folder of that name."""
        name = without_registry(image_parts(reference)[0])
        last = name.rpartition("/")[2]
        return self._tool_images.get(name) or self._tool_images.get(last) or self._dockerfiles.get(last, "")

    def dockerfile_of(self, reference: str) -> str:
        """The Dockerfile in a folder of an image's name; empty where there is none.

        Of images that share one repository the tag names the folder: `team/shop:1.4.2-cart`.
        """
        name, tag, _ = image_parts(reference)
        found = self._dockerfiles.get(name.rpartition("/")[2], "")
        if not found and "-" in tag and not self._known(reference):
            found = self._dockerfiles.get(tag.partition("-")[2], "")
        return found

    def third_party(self, reference: str) -> str:
        """The product that a known third party's image is; empty where the image is not known or is built here."""
        if reference not in self._third_parties:
            self._third_parties[reference] = "" if self.built_here(reference) else self._known(reference)
        return self._third_parties[reference]

    def runs_others_only(self, workload: Workload | Stub) -> bool:
        """Whether all main containers of a workload run known third parties' images; all that is read, of a stub's."""
        if isinstance(workload, Stub):
            return bool(workload.images) and all(map(self.third_party, workload.images))
        main = [container.image for container in workload.containers.items if container.role == "main"]
        return bool(main) and all(isinstance(image, Known) and self.third_party(image.value) for image in main)

    def is_one_of(self, reference: str, patterns: Iterable[str]) -> bool:
        """Whether an image is not built here and has a name that one of these globs matches."""
        name = without_registry(image_parts(reference)[0])
        return not self.built_here(reference) and any(is_like(name, pattern) for pattern in patterns)

    def _known(self, reference: str) -> str:
        name = without_registry(image_parts(reference)[0])
        if name in self._exact:
            return self._exact[name]
        return next((product for pattern, product in self._patterns if is_like(name, pattern)), "")


def _naming_directories(path: str) -> Iterable[str]:
    """The folders by which a Dockerfile names its image: its own, or the one above a folder named for the build."""
    parts = path.split("/")[:-1]
    if parts:
        yield parts[-1]
        if len(parts) > 1 and parts[-1] in {"src", "docker", "build", "app", "container", "image"}:
            yield parts[-2]
