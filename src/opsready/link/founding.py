"""What founds a service that no catalogue entry describes, and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.api import NotApplicable
from opsready.model.opaque import Stub
from opsready.model.source import Known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.link.images import Images
    from opsready.link.selection import Selection
    from opsready.model.network import Reference
    from opsready.model.workload import Workload

# Words in the name of a bare pod that somebody starts to see whether a thing works, and deletes again.
_TRIALS = frozenset({"test", "example", "debug"})


class Founding:
    """Tells a team's services from other people's products, from bare pods that serve nobody, and from made-up load."""

    def __init__(
        self,
        selection: Selection,
        images: Images,
        references: Iterable[Reference],
        configured_images: tuple[str, ...],
        load_generators: frozenset[str],
    ) -> None:
        """Take what is asked; `configured_images` and `load_generators` are those of the standard."""
        self._selection = selection
        self._images = images
        self._references = references
        self._configured_images = configured_images
        self._load_generators = load_generators
        self._made_up: dict[str, bool] = {}
        self._with_files: frozenset[tuple[str, str]] | None = None

    def founds_nothing(self, runs: Workload | Stub) -> bool:
        """Whether what no entry claims is no service."""
        if self.makes_load(runs):
            return True
        if not isinstance(runs, Stub) and runs.kind == "single" and self._serves_nobody(runs):
            return True
        return self._images.runs_others_only(runs) and not self._is_configured_here(runs)

    def _serves_nobody(self, pod: Workload) -> bool:
        """Whether a bare pod answers nobody, or by its own name is there to try something out."""
        if not _TRIALS.isdisjoint(pod.identity.written_name.lower().split("-")):
            return True
        return isinstance(self._selection.serving(pod), NotApplicable)

    def makes_load(self, runs: Workload | Stub) -> bool:
        """Whether a name says that what runs makes traffic to try others out with: `otel-load-generator`, `locust`."""
        written = runs.identity.written_name
        found = self._made_up.get(written)
        if found is None:
            name = f"-{written.lower().replace('_', '-')}-"
            found = self._made_up[written] = any(f"-{word}-" in name for word in self._load_generators)
        return found

    def _is_configured_here(self, runs: Workload | Stub) -> bool:
        """Whether a web server or proxy of others serves what files of this repository say: that is the team's."""
        if isinstance(runs, Stub):
            return runs.configured and any(map(self._does_as_configured, runs.images))
        images = [container.image for container in runs.containers.items if container.role == "main"]
        if not any(isinstance(image, Known) and self._does_as_configured(image.value) for image in images):
            return False
        if self._with_files is None:
            self._with_files = frozenset(
                (reference.identity.unit, reference.owner_address)
                for reference in self._references
                if reference.target_kind == "ConfigMap" and ".volumes[" in reference.field
            )
        return (runs.identity.unit, runs.identity.address) in self._with_files

    def _does_as_configured(self, image: str) -> bool:
        return self._images.is_one_of(image, self._configured_images)
