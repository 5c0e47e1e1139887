"""Compose files: which are for production, what they start, and what they build."""

from __future__ import annotations

import pytest

from opsready.adapt.compose import composed
from opsready.discover import role_of
from opsready.model.composed import ComposedService
from opsready.model.setting import Setting
from opsready.model.source import Known, Unknown, Unset, known
from opsready.parse.credentials import mask_documents
from opsready.parse.yaml import parse_yaml
from opsready.resolve.environments import environments
from opsready.resolve.sources import ParsedFile
from opsready.standard import builtin_standard
from repositories import report_of, verdicts_of

STANDARD = builtin_standard()
WHERE = environments(STANDARD, {}, ())


def read(text: str, path: str = "compose.yaml") -> tuple[list[ComposedService], list[Setting]]:
    parsed = parse_yaml(text, path)
    mask_documents(parsed.documents, text)
    entities = list(composed(ParsedFile(path, parsed.documents), WHERE, STANDARD))
    services = [entity for entity in entities if isinstance(entity, ComposedService)]
    return services, [entity for entity in entities if isinstance(entity, Setting)]


def service(body: str, path: str = "compose.yaml") -> ComposedService:
    (found,), _ = read(f"services:\n  web: {{{body}}}\n", path)
    return found


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("compose.yaml", "compose"),
        ("deploy/docker-compose.yml", "compose"),
        ("docker-compose.prod.yml", "compose"),
        ("docker-compose-dev.yaml", "compose"),
        ("compose_test.yml", "compose"),
        ("composer.yaml", "yaml"),
        ("docker-composed.yaml", "yaml"),
        ("compose.json", "json"),
    ],
)
def test_names(path: str, role: str) -> None:
    assert role_of(path) == role


@pytest.mark.parametrize(
    ("body", "path", "production"),
    [
        ("image: a", "compose.yaml", False),
        ("image: a, restart: 'no'", "compose.yaml", False),
        ("image: a, restart: always", "compose.yaml", True),
        ("image: a, restart: unless-stopped", "compose.yaml", True),
        ("image: a, restart: 'on-failure:3'", "compose.yaml", True),
        ("image: a, deploy: {replicas: 2}", "compose.yaml", True),
        ("image: a, deploy: {resources: {}}", "compose.yaml", False),
        ("image: a", "compose.prod.yaml", True),
        ("image: a", "docker-stack-compose.yaml", True),
        ("image: a, restart: always", "docker-compose.override.yml", False),
        ("image: a, restart: always", "docker-compose.dev.yml", False),
        ("image: a, restart: always", "local/docker-compose.yml", False),
        ("image: a, restart: 7", "compose.yaml", False),
    ],
)
def test_for_whom_a_file_is(body: str, path: str, production: bool) -> None:
    assert (service(body, path).development == "") is production


@pytest.mark.parametrize(
    ("image", "value"),
    [
        ("a:1", "a:1"),
        ("a:${TAG:-1.2}", "a:1.2"),
        ("a:${TAG-}", "a:"),
        ("${R:-r.example:5000}/a:${TAG-2}", "r.example:5000/a:2"),
        ("a:$$b", "a:$b"),
    ],
)
def test_images(image: str, value: str) -> None:
    assert known(service(f"image: '{image}'").image) == value


@pytest.mark.parametrize("image", ["a:${TAG}", "a:$TAG", "a:${TAG:?say it}", "${TAG+x}"])
def test_images_that_the_environment_decides(image: str) -> None:
    found = service(f"image: '{image}'").image
    assert isinstance(found, Unknown)
    assert "`TAG`" in found.reason


@pytest.mark.parametrize(
    ("body", "path", "dockerfile"),
    [
        ("build: .", "compose.yaml", "Dockerfile"),
        ("build: ./cart/", "deploy/compose.yaml", "deploy/cart/Dockerfile"),
        ("build: ../cart", "deploy/compose.yaml", "cart/Dockerfile"),
        ("build: {context: ., dockerfile: docker/Dockerfile.web}", "compose.yaml", "docker/Dockerfile.web"),
        ("build: {dockerfile: x}", "compose.yaml", ""),
        ("build: ../../cart", "deploy/compose.yaml", ""),
        ("build: 'https://github.com/shop/cart.git'", "compose.yaml", ""),
        ("build: '${DIR}'", "compose.yaml", ""),
        ("build: {context: ., dockerfile: '${FILE}'}", "compose.yaml", ""),
        ("build: [x]", "compose.yaml", ""),
        ("image: a", "compose.yaml", ""),
    ],
)
def test_what_builds_a_service(body: str, path: str, dockerfile: str) -> None:
    found = service(body, path)
    assert found.dockerfile == dockerfile
    assert body.startswith("image") or found.image == Unset()


@pytest.mark.parametrize(
    ("check", "value"),
    [
        ("{test: [CMD, curl, localhost]}", "CMD curl localhost"),
        ("{test: curl localhost}", "curl localhost"),
        ("{test: [NONE]}", ""),
        ("{disable: true, test: x}", ""),
    ],
)
def test_health_checks(check: str, value: str) -> None:
    assert known(service(f"healthcheck: {check}").health_check) == value


@pytest.mark.parametrize("check", ["{interval: 3s}", "7", "{test: ''}", "{}"])
def test_health_checks_that_leave_it_to_the_image(check: str) -> None:
    assert service(f"healthcheck: {check}").health_check == Unset()


@pytest.mark.parametrize(
    "text", ["services: 7", "services: [a]", "services: {a: 7}", "services: {a: null}", "[services]", "services:"]
)
def test_what_is_no_service(text: str) -> None:
    assert read(text) == ([], [])


def test_variables_and_arguments() -> None:
    _, found = read(
        "services:\n  web:\n    image: a\n"
        "    environment: [A_PASSWORD=sommer, LEVEL=info, B_PASSWORD=change-me-1, C_TOKEN]\n"
        "    command: [--token, a1b2c3d4e5]\n  db:\n    image: b\n    environment:\n      D_PASSWORD: 1983\n"
        "      E_PASSWORD: ${E}\n    command: serve --password=sommer\n"
    )
    assert [(item.title, bool(item.exposed), item.kept != "") for item in found] == [
        ("`A_PASSWORD` of service `web`", True, False),
        ("`B_PASSWORD` of service `web`", False, True),
        ("`--token` of service `web`", True, False),
        ("`D_PASSWORD` of service `db`", True, False),
        ("`password` of service `db`", True, False),
    ]
    assert all(item.without_orchestrator for item in found)
    assert [item.place.span.line for item in found] == [4, 4, 5, 9, 11]


def test_services_with_one_name_in_two_folders_are_two() -> None:
    text = "services:\n  web: {image: a, restart: always}\n"
    verdicts = verdicts_of(report_of({"a/compose.yaml": text, "b/compose.yaml": text}), "image-not-pinned")
    assert {verdict.subject.address for verdict in verdicts} == {"ComposeService/a/web", "ComposeService/b/web"}


def test_a_broken_file_is_one_diagnostic_and_hides_no_manifest() -> None:
    report = report_of({"compose.yaml": "services:\n  web: {image: a\n", "a.yaml": "apiVersion: v1\nkind: X\n"})
    assert [(item.kind, item.file) for item in report.diagnostics if item.file == "compose.yaml"] == [
        ("unreadable-document", "compose.yaml")
    ]
    assert not verdicts_of(report, "input-not-evaluated")


def test_a_known_image_is_at_its_place() -> None:
    found = service("image: a:1").image
    assert isinstance(found, Known)
    assert (found.place.span.line, found.place.path) == (2, "services.web.image")
