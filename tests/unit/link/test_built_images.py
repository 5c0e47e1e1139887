"""Which services own an image that is built here."""

from __future__ import annotations

import pytest

from repositories import report_of

DOCKERFILE = "FROM python:3.13\nCMD cart\n"


def deployment(name: str, image: str) -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n"
        f"    spec:\n      containers: [{{name: app, image: '{image}', ports: [{{containerPort: 80}}]}}]\n"
    )


def owners(files: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The services of each image's finding about its first process."""
    return {
        item.verdict.subject.name: item.verdict.services
        for item in report_of(files).findings
        if item.verdict.rule == "container-runs-shell-as-pid-1"
    }


@pytest.mark.parametrize(
    "image", ["cart", "cart:1", "r.example:5000/shop/cart:1.2@sha256:ab", "shop/cart", "shop/all:1.2-cart"]
)
def test_the_folder_names_the_image(image: str) -> None:
    files = {"src/cart/Dockerfile": DOCKERFILE, "k8s/cart.yaml": deployment("cart", image)}
    assert owners(files) == {"src/cart/Dockerfile": ("cart",)}


def test_an_image_of_two_services_belongs_to_both() -> None:
    files = {
        "src/cart/src/Dockerfile": DOCKERFILE,
        "k8s/cart.yaml": deployment("cart", "cart:1"),
        "k8s/worker.yaml": deployment("worker", "cart:1"),
    }
    assert owners(files) == {"src/cart/src/Dockerfile": ("cart", "worker")}


def test_what_nobody_runs_belongs_to_nobody() -> None:
    files = {"src/cart/Dockerfile": DOCKERFILE, "k8s/orders.yaml": deployment("orders", "orders:1")}
    assert owners(files) == {"src/cart/Dockerfile": ()}


@pytest.mark.parametrize("image", ["redis:7-cart", "shop/all:cart", "shop/all:1.2-cart-b", "shop/carts:1"])
def test_other_images_are_others(image: str) -> None:
    files = {"src/cart/Dockerfile": DOCKERFILE, "k8s/cart.yaml": deployment("cart", image)}
    assert owners(files) == {"src/cart/Dockerfile": ()}


def test_an_image_for_development_that_is_deployed_is_asked() -> None:
    files = {"src/hack/Dockerfile": DOCKERFILE, "k8s/hack.yaml": deployment("hack", "hack:1")}
    assert owners(files) == {"src/hack/Dockerfile": ("hack",)}


def test_what_only_carries_files_is_not_asked() -> None:
    files = {"src/app/Dockerfile": "FROM golang AS build\nRUN go build\nFROM scratch\nCOPY --from=build /a /a\n"}
    asked_by_itself = "image-not-pinned"  # what an image is built on matters whatever it carries
    images = [item for item in report_of(files).others if item.subject.type == "Image"]
    reasons = {item.reason for item in images if item.rule != asked_by_itself}
    assert reasons == {"`src/app/Dockerfile` starts nothing, it only carries files"}


def test_secrets_in_a_dockerfile_are_in_no_snippet() -> None:
    text = "FROM python:3.13\nENV DB_PASSWORD hunter2hunter2\nENV API_TOKEN=hunter3hunter3\nCMD cart\n"
    report = report_of({"src/cart/Dockerfile": text})
    assert "hunter" not in repr(report)
