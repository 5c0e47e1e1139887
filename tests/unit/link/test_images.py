"""Which images are built here, and which are a known third party's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from opsready.link.images import Images
from opsready.model.image import image_parts, without_registry
from opsready.model.standard import KnownImage

KNOWN = [
    KnownImage("redis", "Redis"),
    KnownImage("grafana/*", "Grafana"),
    KnownImage("prom/prometheus", "Prometheus"),
]


def images(tools: Mapping[str, str] | None = None, dockerfiles: Sequence[str] = ()) -> Images:
    return Images(tools or {}, dockerfiles, KNOWN)


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("cart", "cart"),
        ("cart:1", "cart"),
        ("registry:5000/cart", "registry:5000/cart"),
        ("registry:5000/cart:1", "registry:5000/cart"),
        ("registry:5000/cart@sha256:ab", "registry:5000/cart"),
        ("registry:5000/cart:1@sha256:ab", "registry:5000/cart"),
        ("localhost:5000/shop/cart:1.2", "localhost:5000/shop/cart"),
        ("", ""),
    ],
)
def test_a_colon_before_the_last_slash_is_a_port(reference: str, name: str) -> None:
    assert image_parts(reference)[0] == name


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("docker.io/library/redis", "redis"),
        ("library/redis", "redis"),
        ("registry:5000/shop/cart", "shop/cart"),
        ("localhost/cart", "cart"),
        ("ghcr.io/shop/cart", "shop/cart"),
        ("shop/cart", "shop/cart"),
        ("redis", "redis"),
    ],
)
def test_a_registry_is_what_looks_like_a_host(name: str, rest: str) -> None:
    assert without_registry(name) == rest


@pytest.mark.parametrize(
    ("reference", "product"),
    [
        ("redis", "Redis"),
        ("redis:7.2", "Redis"),
        ("docker.io/library/redis:7.2@sha256:ab", "Redis"),
        ("mirror.local:5000/redis:7", "Redis"),
        ("shop/redis", ""),
        ("grafana/grafana:11", "Grafana"),
        ("mirror.local:5000/grafana/loki/canary:1", "Grafana"),
        ("prom/prometheus", "Prometheus"),
        ("prom/prometheus-fork", ""),
        ("cart", ""),
    ],
)
def test_third_parties_are_known_without_registry_and_tag(reference: str, product: str) -> None:
    assert images().third_party(reference) == product


def test_what_is_built_here_is_no_third_party_whatever_its_name() -> None:
    assert images(dockerfiles=["src/redis/Dockerfile"]).third_party("redis:7") == ""
    assert images({"grafana/grafana": "skaffold.yaml"}).third_party("grafana/grafana") == ""
    assert images(dockerfiles=["src/redis/Dockerfile"]).third_party("grafana/loki") == "Grafana"


@pytest.mark.parametrize(
    ("path", "image"),
    [
        ("src/cart/Dockerfile", "registry:5000/shop/cart:1"),
        ("cart/src/Dockerfile", "cart"),
        ("cart/docker/Dockerfile", "cart"),
        ("cart/build/prod.Dockerfile", "shop/cart"),
    ],
)
def test_a_dockerfile_builds_the_image_that_is_called_like_its_folder(path: str, image: str) -> None:
    assert images(dockerfiles=[path]).built_here(image) == path


def test_a_dockerfile_at_the_top_names_nothing() -> None:
    assert images(dockerfiles=["Dockerfile"]).built_here("cart") == ""


def test_a_tool_is_asked_before_a_dockerfile_and_the_first_of_two_dockerfiles_counts() -> None:
    both = images({"gcr.io/shop/cart": "skaffold.yaml"}, ["src/cart/Dockerfile"])
    assert both.built_here("gcr.io/shop/cart:1") == "skaffold.yaml"
    two = images(dockerfiles=["b/cart/Dockerfile", "a/cart/Dockerfile"])
    assert two.built_here("cart") == "a/cart/Dockerfile"
