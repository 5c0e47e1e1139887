"""What is deployed together: units, the resources in them, and the inputs that could not be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from opsready.records import dataclass

if TYPE_CHECKING:
    from opsready.model.source import Place
    from opsready.parse.syntax import Map
    from opsready.resolve.terraform_blocks import TerraformRoot

UnitKind = Literal["raw", "kustomization", "chart", "gitops", "terraform"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One evaluated declaration. `name` is the deployed name, `written_name` the one in its file.

    `namespace` is the written one, `deploy_namespace` the one that takes effect where something sets it.
    """

    api_version: str
    kind: str
    name: str
    written_name: str
    namespace: str | None
    deploy_namespace: str | None
    file: str
    tree: Map

    @property
    def group(self) -> str:
        """The API group: `apps` of `apps/v1`; the core group is the empty text."""
        return self.api_version.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that could not be opened, standing for `workload` (empty: for anything that may be inside).

    `name` is how the user knows the input; `holds` are the neutral types of subject that may be inside. A workload that
    is `switched_off` is only there for those who ask for it. Its `images` are given where the chart's author publishes
    none of them; it is `configured` where it mounts files of the input.
    """

    input: str
    name: str
    opens_with: str
    place: Place
    holds: frozenset[str]
    workload: str = ""
    workload_kind: str = ""
    third_party: bool = False
    switched_off: bool = False
    images: tuple[str, ...] = ()
    configured: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    """A directory of this repository that a GitOps object deploys, and the names by which it says where to."""

    path: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that is deployed together; `id` is its directory, or the file that defines it.

    What Terraform declares is not among the `resources`, which are Kubernetes'.
    """

    id: str
    kind: UnitKind
    directory: str
    environment: str
    production: bool
    resources: tuple[Resource, ...]
    opaque: tuple[Opaque, ...] = ()
    other_kinds: tuple[str, ...] = ()
    destinations: tuple[Destination, ...] = ()
    terraform: TerraformRoot | None = None


ANY_KUBERNETES = frozenset(
    {
        *("Workload", "Container", "DisruptionBudget", "Autoscaler", "Reference", "Alert", "Rollout", "Slo"),
        *("Telemetry", "Collector"),
        *("Volume", "BackupPlan", "Datastore", "Setting"),
    }
)
# What is found in any chart; the others show in the text of a template.
WORKLOAD_TYPES = ANY_KUBERNETES - {"Alert", "Slo", "Collector", "Rollout", "Volume", "BackupPlan", "Datastore"}
