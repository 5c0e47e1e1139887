"""Plain scalars mean what they mean to Kubernetes."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from opsready.parse.scalars import key_text, plain_value

if TYPE_CHECKING:
    from pathlib import Path

# What sigs.k8s.io/yaml makes of a plain scalar; the oracle test below asks kubectl about the same table.
_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULL = ("~", "null", "Null", "NULL")
_NUMBERS: dict[str, int | float] = {
    "0": 0,
    "-0": 0,
    "7": 7,
    "+5": 5,
    "-5": -5,
    "0644": 0o644,
    "-0644": -0o644,
    "00": 0,
    "0o644": 0o644,
    "0O17": 0o17,
    "08": 8.0,
    "09.5": 9.5,
    "0x1F": 31,
    "0XfF": 255,
    "-0x1F": -31,
    "0b11": 3,
    "0B11": 3,
    "-0b11": -3,
    "1_000": 1000,
    "1__0_": 10,
    "0x_1F": 31,
    "1e3": 1000.0,
    "1E3": 1000.0,
    "1e+3": 1000.0,
    "1e-3": 0.001,
    "7e12": 7e12,
    ".5": 0.5,
    "-.5": -0.5,
    "+.5": 0.5,
    "1.": 1.0,
    "1.10": 1.1,
    "1_0.5": 10.5,
    ".5e3": 500.0,
    ".5_0": 0.5,
    "9223372036854775807": 9223372036854775807,
    "18446744073709551615": 18446744073709551615,
    "18446744073709551616": 18446744073709551616.0,
    "123456789012345678901234567890": 123456789012345678901234567890.0,
    "-9223372036854775809": -9223372036854775809.0,
    "1" * 300: float("1" * 300),
}
_TEXTS = (
    *("=", "yEs", "tRUE", "oN", "nULL", "nil", "None", "t", "f", "o", "Y ES", "yess", "offf", "tru", "~a"),
    *("12:30:45", "1:2", "2001-12-14", "2001-12", "2001-12-14T21:59:43.10-05:00", "2001-12-14 21:59:43"),
    *(
        "1.2.3",
        "v1",
        "1.5Gi",
        "500m",
        "10%",
        "1e",
        "e3",
        "1e3e3",
        "0x",
        "0xG",
        "0b",
        "0b2",
        "0o8",
        "0o",
        "08x",
        "1 000",
    ),
    *("._5", ".5__0", ".5_", ".", "..", "_1", "+", "+-1", "++1", "- 1", "1-1", "infinity", "nan", "inf", "NaN"),
    *("1,000", "1e400", "-1e400", "12e34567", "0x1FFFFFFFFFFFFFFFFF", "0777777777777777777777777x"),
    *(".infinity", "-.nan", "１２", "١", "1１"),
)


@pytest.mark.parametrize("text", _TRUE)
def test_words_for_true(text: str) -> None:
    assert plain_value(text) is True


@pytest.mark.parametrize("text", _FALSE)
def test_words_for_false(text: str) -> None:
    assert plain_value(text) is False


@pytest.mark.parametrize("text", ["", *_NULL])
def test_words_for_nothing(text: str) -> None:
    assert plain_value(text) is None


@pytest.mark.parametrize(("text", "number"), _NUMBERS.items())
def test_numbers(text: str, number: float) -> None:
    value = plain_value(text)
    assert value == number
    assert type(value) is type(number)


@pytest.mark.parametrize("text", _TEXTS)
def test_what_only_looks_like_something_else_is_text(text: str) -> None:
    assert plain_value(text) == text


def test_infinity_and_what_is_not_a_number() -> None:
    assert [plain_value(text) for text in (".inf", "+.Inf", ".INF")] == [math.inf] * 3
    assert [plain_value(text) for text in ("-.inf", "-.Inf", "-.INF")] == [-math.inf] * 3
    assert all(math.isnan(float(str(plain_value(text)))) for text in (".nan", ".NaN", ".NAN"))


@pytest.mark.parametrize("text", ["9" * 5_000, "0x" + "f" * 5_000, "0" * 5_000 + "8", "1" * 399, "1." + "0" * 500_000])
def test_very_long_digits_are_text_and_do_not_crash(text: str) -> None:
    assert plain_value(text) == text


def test_asking_twice_gives_the_same_answer() -> None:
    assert plain_value("0644") == plain_value("0644") == 420
    assert plain_value("on") is plain_value("on") is True


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("on", "on"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (8080, "8080"),
        (1.5, "1.5"),
        (1.0, "1"),
        (1e3, "1000"),
    ],
)
def test_keys_are_text(key: object, text: str) -> None:
    assert key_text(key) == text


def _as_json(value: object) -> object:
    """JSON knows one kind of number, and kubectl takes whole numbers beyond 64 bits as fractions."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_reads_the_same_values(tmp_path: Path) -> None:
    """`kubectl label --local` reads YAML with sigs.k8s.io/yaml and writes JSON, without a cluster."""
    asked = [*_TRUE, *_FALSE, *_NULL, *_NUMBERS, *(text for text in _TEXTS if text.strip("-") == text)]
    assert len(asked) > 100
    lines = [f"  k{number}: {text}" for number, text in enumerate(asked)]
    keys = [f"  {key}: x" for key in ("on", "8080", "1.5", "1e3")]
    manifest = tmp_path / "scalars.yaml"
    head = ["apiVersion: example.com/v1", "kind: Scalars", "metadata: {name: a}"]
    manifest.write_text("\n".join([*head, "values:", *lines, "keys:", *keys, ""]))
    command = ["kubectl", "label", "--local", "-f", str(manifest), "a=b", "-o", "json"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    told = json.loads(answer.stdout)
    ours = {f"k{number}": plain_value(text) for number, text in enumerate(asked)}
    for key, text in zip(ours, asked, strict=True):
        assert (text, _as_json(told["values"][key])) == (text, _as_json(ours[key]))
    assert set(told["keys"]) == {key_text(plain_value(key)) for key in ("on", "8080", "1.5", "1e3")}
