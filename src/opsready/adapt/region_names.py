"""Names of regions as cloud providers write them, and the words that people use for a part of the world."""

from __future__ import annotations

from opsready.patterns import pattern

_DIRECTIONS = "north|south|east|west|central|northeast|northwest|southeast|southwest|northcentral|southcentral"
# `eu-west-1`, `us-gov-east-1`; `europe-west1`, `us-central1`; `westeurope`, `eastus2`, `uksouth`.
_AWS = rf"(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov|-iso[a-z]?)?-(?:{_DIRECTIONS})-\d"
_GCP = rf"(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-(?:{_DIRECTIONS})\d{{1,2}}"
_AZURE = (
    r"(?:north|west)europe|(?:north|south)centralus|westcentralus|centralus(?:euap)?|(?:east|west)us\d?|uk(?:south|west)"
    r"|(?:east|southeast)asia|japan(?:east|west)|australia(?:east|southeast|central)|brazilsouth(?:east)?"
    r"|canada(?:central|east)|france(?:central|south)|germany(?:westcentral|north)|italynorth|korea(?:central|south)"
    r"|norway(?:east|west)|polandcentral|qatarcentral|southafrica(?:north|west)|spaincentral|sweden(?:central|south)"
    r"|switzerland(?:north|west)|uae(?:north|central)|(?:central|south|west)india|israelcentral|mexicocentral"
)
_REGION = pattern(rf"(?<![a-z0-9])(?:{_AWS}|{_GCP}|{_AZURE})(?![0-9])")
_PART_OF_THE_WORLD = pattern(
    r"(?P<part>africa|amer|america|apac|asia|au|australia|ca|canada|emea|eu|europe|india|jp|japan|latam|me|na|sa|uk|us|usa)"
    r"(?:-?(?P<side>north|south|east|west|central))?(?P<number>-?\d{1,2})?\Z"
)
# Words beside a part of the world in the name of a place: `prod-eu`, `cluster-us-east`.
_BESIDE = pattern(r"(?:^|(?<=-))(?:cluster|clusters|region|k8s|kube|eks|gke|aks|prod|production|prd|live)(?:-|\Z)")
_LONGEST = 200


def region_in(name: str) -> str:
    """The region that a name, a path's segment or a zone says, in lower case; empty where it says none."""
    text = name[:_LONGEST].lower().replace("_", "-").replace(".", "-")
    found = _REGION.search(text)
    if found is not None:
        return found[0]
    part = _PART_OF_THE_WORLD.match(_BESIDE.sub("", text).strip("-"))
    return part[0] if part is not None else ""


def region_of_path(path: str) -> str:
    """The region that a directory names, the nearest to the file first; empty where none does."""
    return next((region for part in reversed(path.split("/")[:-1]) if (region := region_in(part))), "")
