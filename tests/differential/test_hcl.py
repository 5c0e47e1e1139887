"""opsready's reader of HCL beside python-hcl2 and Terraform, on generated files."""

from __future__ import annotations

from random import Random

import pytest

from differential.compare import difference, faults, refused_by_terraform
from differential.generate import Generator, damaged

_FILES = 1000


@pytest.fixture(scope="module")
def generated() -> list[str]:
    return [Generator(seed).file() for seed in range(_FILES)]


def test_it_understands_what_python_hcl2_understands(generated: list[str]) -> None:
    found = {seed: difference(text, refused=None) for seed, text in enumerate(generated)}
    assert {seed: what for seed, what in found.items() if what} == {}


def test_it_accepts_and_refuses_what_terraform_does(generated: list[str]) -> None:
    random = Random(7)
    texts = generated + [damaged(text, random) for text in generated]
    refused = refused_by_terraform(texts)
    if refused is None:
        pytest.skip("terraform is not installed")
    assert _FILES < _FILES + len(refused) < 2 * _FILES  # else the damage would say nothing
    mine = {index for index, text in enumerate(texts) if faults(text)}
    assert {index: texts[index] for index in mine ^ refused} == {}
