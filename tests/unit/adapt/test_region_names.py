"""Which names say a region."""

from __future__ import annotations

from time import perf_counter

import pytest

from opsready.adapt.region_names import region_in, region_of_path


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("eu-west-1", "eu-west-1"),
        ("shop-prod-us-gov-east-1", "us-gov-east-1"),
        ("ap-southeast-2a", "ap-southeast-2"),
        ("europe-west1-b", "europe-west1"),
        ("gke_shop_us-central1_main", "us-central1"),
        ("northamerica-northeast1", "northamerica-northeast1"),
        ("aks-westeurope", "westeurope"),
        ("EastUS2", "eastus2"),
        ("uksouth.prod", "uksouth"),
        ("eu", "eu"),
        ("prod-us", "us"),
        ("us-east", "us-east"),
        ("cluster-eu-01", "eu-01"),
        ("apac-production", "apac"),
        ("shop", ""),
        ("contact-us", ""),
        ("menu", ""),
        ("house", ""),
        ("eu-west", "eu-west"),
        ("prod", ""),
        ("", ""),
        ("my-eu-west-10", ""),
        ("ca-certificates", ""),
        ("northwesteurope2", ""),
    ],
)
def test_names(name: str, region: str) -> None:
    assert region_in(name) == region


def test_the_directory_nearest_to_a_file_decides_and_the_file_s_own_name_does_not() -> None:
    assert region_of_path("clusters/eu-west-1/us-east-1/cart.yaml") == "us-east-1"
    assert region_of_path("clusters/eu-west-1/cart/cart.yaml") == "eu-west-1"
    assert region_of_path("k8s/eu-west-1.yaml") == ""
    assert region_of_path("cart.yaml") == ""


def test_long_names_take_no_time() -> None:
    start = perf_counter()
    for name in ("eu-" * 50_000, "prod-" * 50_000, "-" * 200_000, "cluster" * 50_000):
        region_in(name)
    assert perf_counter() - start < 1
