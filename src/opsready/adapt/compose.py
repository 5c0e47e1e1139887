"""Compose files as the containers that they start, and the credentials that these are given.

The format: https://github.com/compose-spec/compose-spec/blob/main/spec.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node
from opsready.adapt.dockerfile import development_word
from opsready.model.composed import ComposedService
from opsready.model.entity import Identity
from opsready.model.source import Known, Place, Unknown, Unset
from opsready.parse.syntax import Map, Masked, Seq, span
from opsready.resolve.sources import join, parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.entity import Entity
    from opsready.model.setting import Setting
    from opsready.model.source import Value
    from opsready.model.standard import Standard
    from opsready.resolve.environments import Environments
    from opsready.resolve.sources import ParsedFile

_KIND = "ComposeService"
# `${TAG:-1.4}` and `${TAG-1.4}` give a default; `$$` is a dollar sign.
_VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<braced>\w+)(?P<rest>[^{}]*)\}|(?P<plain>\w+))")
_STAYS_UP = frozenset({"always", "unless-stopped", "on-failure"})
_PRODUCTION = frozenset({"prod", "production", "live", "swarm", "stack"})
_PARTS = re.compile(r"[-_.]")
# What adds to another file on the machine of a developer, without being named:
# https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/
_OVERRIDE = "override"
_LONGEST = 2_000  # characters of an image's name that are looked at


def composed(parsed: ParsedFile, where: Environments, standard: Standard) -> Iterator[Entity]:
    """The services of a compose file, and their settings."""
    for document in parsed.documents:
        if not isinstance(document.root, Map):
            continue
        top = Place("", span(parsed.path, document.start, document.start))
        services = Node(document.root, parsed.path, "", top).node("services")
        reason = _development(parsed.path, services, standard)
        for name in services.tree or ():
            service = services.node(name)
            if service:
                yield from _service(name, service, services, reason, where)


def _service(name: str, service: Node, services: Node, reason: str, where: Environments) -> Iterator[Entity]:
    environment = where.of(service.file)
    identity = Identity(
        kind=_KIND,
        name=name,
        namespace=parent(service.file) or None,
        unit=service.file,
        environment=environment,
        production=where.production(environment),
        place=services.key_place(name),
        written_name=name,
    )
    dockerfile = _dockerfile(service)
    image: Value[str] = Unset() if "build" in service else _image(service)
    yield ComposedService(identity, image, dockerfile, _health_check(service), reason)
    if _holds_credentials(service):
        yield from _settings(identity, service, reason)


def _development(path: str, services: Node, standard: Standard) -> str:
    """Why a compose file is not for production; empty where it may be.

    Most are for developers. One that is not says so in its name, or keeps its containers running.
    """
    words = set(_PARTS.split(path.lower().rpartition("/")[2]))
    word = _OVERRIDE if _OVERRIDE in words else development_word(path, standard.development_words)
    if word:
        return f"`{word}` in the path of `{path}` says that it is not for production"
    if words & _PRODUCTION or any(_stays_up(services.node(name)) for name in services.tree or ()):
        return ""
    return f"`{path}` keeps nothing running, and so is taken for one of developers"


def _stays_up(service: Node) -> bool:
    return service.plain_text("restart").partition(":")[0] in _STAYS_UP or "replicas" in service.node("deploy")


def _image(service: Node) -> Value[str]:
    value = service.text("image")
    if not isinstance(value, Known):
        return value
    missing = ""

    def given(found: re.Match[str]) -> str:
        nonlocal missing
        if found["escaped"]:
            return "$"
        rest = found["rest"] or ""
        if rest.startswith((":-", "-")):
            return rest.lstrip(":").removeprefix("-")
        missing = missing or found["braced"] or found["plain"]
        return ""

    text = _VARIABLE.sub(given, value.value[:_LONGEST])
    if missing:
        return Unknown(f"`image` is `{value.value}`, and nothing here says what `{missing}` is", value.place)
    return Known(text, value.place)


def _dockerfile(service: Node) -> str:
    """The path of the Dockerfile that a service is built by; empty where it is not built from this repository."""
    build = service.node("build")
    context = build.plain_text("context") if build else service.plain_text("build")
    if not context or "$" in context or "://" in context:
        return ""
    file = (build.plain_text("dockerfile") if build else "") or "Dockerfile"
    directory = join(parent(service.file), context)
    return "" if directory is None or "$" in file else join(directory, file) or ""


def _health_check(service: Node) -> Value[str]:
    check = service.node("healthcheck")
    if not check:
        return Unset()
    place = service.key_place("healthcheck")
    test = check.tree.get("test") if check.tree is not None else None
    words = [str(word) for word in test] if isinstance(test, Seq) else str(test or "").split()
    if check.plain_text("disable") == "true" or words[:1] == ["NONE"]:
        return Known("", place)
    # Without a test the image's own is asked at other intervals.
    return Known(" ".join(words), place) if words else Unset()


def _holds_credentials(service: Node) -> bool:
    held = [service.tree.get(key) if service.tree is not None else None for key in ("environment", "command")]
    return any(
        isinstance(value, Masked)
        for values in held
        for value in (values.values() if isinstance(values, Map) else values if isinstance(values, Seq) else [values])
    )


def _settings(identity: Identity, service: Node, reason: str) -> Iterator[Setting]:
    from opsready.adapt.compose_settings import settings

    yield from settings(identity, service, reason)
