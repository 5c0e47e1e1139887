"""Rule: a service that nobody answers for."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.service import Service
from opsready.model.source import Known, Unknown

_STRICTEST_TIER_OF_ONE_PERSON = 3


class MissingOwner(Rule[Service]):
    """A service has no owning team."""

    name = "missing-owner"
    objective = "ownership"
    severity = "C/H/M/L"
    caps_objective = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Judge the owner of the catalogue entry; where it names none, the code owner of the service's files counts."""
        owner = service.owner
        if isinstance(owner, Known) and owner.value.strip():
            yield _judge(service, owner, context)
        elif isinstance(owner, Unknown):
            yield cannot_tell(owner.place or service.place, owner.reason)
        else:
            yield _code_owner(service, context)


def _judge(service: Service, owner: Known[str], context: Context) -> Finding:
    shown = f"`{owner.value}`"
    if _stands_for_nobody(owner.value, context):
        return fails(
            owner.place,
            f"the owner of `{service.name}` is {shown}, which stands for nobody",
            "name the team that is called when the service is down",
        )
    if service.owner_is_person and context.tier < _STRICTEST_TIER_OF_ONE_PERSON:
        return fails(
            owner.place,
            f"the owner of `{service.name}` is one person, {shown}",
            "name a team, so that somebody answers while that person is away",
        )
    return passes(owner.place, f"{shown} owns `{service.name}`")


def _code_owner(service: Service, context: Context) -> Finding:
    found = context.graph.code_owner_of(service)
    if found is not None and not _stands_for_nobody(found[0], context):
        return passes(found[1], f"the code owner of `{service.name}` is `{found[0]}`")
    return fails(
        service.place,
        f"nobody is named as the owner of `{service.name}`",
        "name the owning team in the catalogue entry, or in CODEOWNERS",
        cause="" if service.declared else "uncatalogued-service",
    )


def _stands_for_nobody(owner: str, context: Context) -> bool:
    """Whether it is a placeholder, as written (`n/a`) or by the name in it (`group:default/guests`, `@acme/guests`)."""
    written = owner.strip().lower()
    name = written.rpartition("/")[2].rpartition(":")[2].lstrip("@")
    return not context.standard.placeholder_owners.isdisjoint((written, name))
