"""Which containers run the images that are built here, and so which services own them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.api import NotApplicable, Yes
from opsready.model.source import Known, Unset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opsready.api import Applicability
    from opsready.link.images import Images
    from opsready.model.built_image import Image
    from opsready.model.composed import ComposedService
    from opsready.model.entity import Entity
    from opsready.model.opaque import Stub
    from opsready.model.service import Service
    from opsready.model.workload import Container, Workload


class BuiltImages:
    """Images by what runs them: a container, or a workload of a chart that could not be opened."""

    def __init__(
        self,
        workloads: Iterable[Workload],
        stubs: Iterable[Stub],
        images: Images,
        united: Callable[[Iterable[Entity]], tuple[Service, ...]],
        labeller: str,
        composed: Iterable[ComposedService] = (),
    ) -> None:
        """Index everything that runs by the file that builds what it runs."""
        self.labeller = labeller
        self._united = united
        self._runners: dict[str, list[Entity]] = defaultdict(list)
        self._containers: dict[str, list[Container]] = defaultdict(list)
        self._stubs: dict[str, list[Stub]] = defaultdict(list)
        self._composed: dict[str, list[ComposedService]] = defaultdict(list)
        for service in composed:
            if service.dockerfile and not service.development:
                self._composed[service.dockerfile].append(service)
        self.orchestrated = False
        for workload in workloads:
            self.orchestrated = True
            for container in workload.containers.items:
                if isinstance(container.image, Known) and (path := images.dockerfile_of(container.image.value)):
                    self._runners[path].append(workload)
                    self._containers[path].append(container)
        for stub in stubs:
            self.orchestrated = self.orchestrated or bool(stub.workload_name)
            for reference in stub.images:
                if path := images.dockerfile_of(reference):
                    self._runners[path].append(stub)
                    self._stubs[path].append(stub)

    def asked(self, image: Image, /) -> Applicability:
        """Whether an image is meant to run in production: what is seen to run is, else its path and content tell."""
        if self._runners.get(image.name):
            return Yes()
        if image.development:
            return NotApplicable(f"`{image.development}` in its path says that it is not for production")
        if isinstance(image.base, Unset) and isinstance(image.start, Unset):
            return NotApplicable(f"`{image.name}` starts nothing, it only carries files")
        return Yes()

    def containers_of(self, image: Image, /) -> tuple[Container, ...]:
        """The containers that run an image."""
        return tuple(self._containers.get(image.name, ()))

    def composed_of(self, image: Image, /) -> tuple[ComposedService, ...]:
        """The services of compose files for production that are built from an image's file."""
        return tuple(self._composed.get(image.name, ()))

    def hidden(self, image: Image, /) -> str:
        """Why more containers may run an image than can be read; empty where all can."""
        stubs = self._stubs.get(image.name)
        return f"{stubs[0].input}, which runs it, could not be opened" if stubs else ""

    def services_of(self, image: Image, /) -> tuple[Service, ...]:
        """The services whose workloads run an image."""
        return self.services_of_file(image.name)

    def services_of_file(self, path: str) -> tuple[Service, ...]:
        """The services whose workloads run what a file builds."""
        return self._united(self._runners.get(path, ()))
