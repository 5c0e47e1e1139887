"""The names of container images."""

from __future__ import annotations

import pytest

from opsready.model.image import distribution_in


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("gcr.io/distroless/static-debian12", "debian12"),
        ("gcr.io/distroless/nodejs24-debian13", "debian13"),
        ("gcr.io/distroless/static", ""),
        ("shop/cart-debian", ""),
        ("shop/cart-2", ""),
        ("shop/cart-", ""),
        ("debian12", "debian12"),
        ("", ""),
    ],
)
def test_the_release_of_a_distribution(name: str, release: str) -> None:
    assert distribution_in(name) == release
