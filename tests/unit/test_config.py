"""The configuration of a repository, and the mistakes in it."""

from __future__ import annotations

from datetime import date

import pytest

from opsready.config.load import CONFIGURATION_FILE, load_configuration
from opsready.config.model import Configuration
from opsready.errors import ConfigurationError
from opsready.tree import MemoryTree

WHOLE = """\
environments:
  prod: [deploy/prod/**, "clusters/eu/*"]
  test:
    - deploy/test/**
production: [prod]
exclude:
  - legacy/
adopted: 2026-09-01
attestations:
  - rule: backups-untested
    statement: The restore was rehearsed.
    by: ada@example.org
    date: 2027-01-01
    expires: 2027-04-01
    evidence: https://example.org/rehearsal
"""
ATTESTATION = {
    "rule": "backups-untested",
    "statement": "The restore was rehearsed.",
    "by": "ada",
    "date": "2027-01-01",
    "expires": "2027-02-01",
}


def load(text: str) -> Configuration:
    return load_configuration(MemoryTree({CONFIGURATION_FILE: text}))


def mistake(text: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load(text)
    assert caught.value.help
    return caught.value


def attestation(**changes: str) -> str:
    return "attestations:\n- " + "\n  ".join(
        f"{key}: {value}" for key, value in {**ATTESTATION, **changes}.items() if value
    )


@pytest.mark.parametrize("files", [{}, {CONFIGURATION_FILE: ""}, {CONFIGURATION_FILE: "# nothing\n"}, {"a.yaml": "a"}])
def test_nothing_written_is_the_default(files: dict[str, str]) -> None:
    found = load_configuration(MemoryTree(files))
    assert (found.environments, found.production, found.exclude, found.attestations) == ({}, (), (), ())
    assert found.file == (CONFIGURATION_FILE if CONFIGURATION_FILE in files else "")


def test_everything_that_can_be_written_is_read() -> None:
    found = load(WHOLE)
    assert found.environments == {"prod": ("deploy/prod/**", "clusters/eu/*"), "test": ("deploy/test/**",)}
    assert found.production == ("prod",)
    assert found.exclude == ("legacy/",)
    assert found.adopted == date(2026, 9, 1)
    (attested,) = found.attestations
    assert (attested.rule, attested.by, attested.given, attested.expires) == (
        "backups-untested",
        "ada@example.org",
        date(2027, 1, 1),
        date(2027, 4, 1),
    )
    assert attested.evidence == "https://example.org/rehearsal"
    assert (attested.place.span.file, attested.place.span.line, attested.place.span.column) == (
        CONFIGURATION_FILE,
        10,
        5,
    )


@pytest.mark.parametrize("key", ["environments", "production", "exclude", "adopted", "attestations"])
def test_a_key_without_a_value_is_as_good_as_none(key: str) -> None:
    assert load(f"{key}:\n") == Configuration(CONFIGURATION_FILE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exclud: []", ":1:1: unknown key `exclud` of the configuration; did you mean `exclude`?"),
        ("exclude: []\nzzz: 1", ":2:1: unknown key `zzz` of the configuration"),
        ("- a", ":1:1: a configuration is a mapping of `environments`"),
        ("just text", "not the text `just text`"),
        ("exclude: a", ":1:10: `exclude` must be a list of patterns of paths, not the text `a`"),
        ("exclude: [a, 1]", ":1:14: `exclude` must hold patterns of paths, not the number `1`"),
        ("exclude: ['']", ":1:11: `exclude` must hold patterns of paths, not an empty text"),
        ("production:\n- yes", ":2:3: `production` must hold names of environments, not the boolean `true`"),
        ("production: {a: b}", ":1:13: `production` must be a list of names of environments, not a mapping"),
        ("environments: [a]", ":1:15: `environments` must map names to lists of patterns, not be a list"),
        ("environments: {prod: a}", ":1:22: `prod` must be a list of patterns of paths, not the text `a`"),
        ("environments: {prod: []}", ":1:16: environment `prod` has no pattern"),
        ("environments: {prod: }", ":1:16: environment `prod` has no pattern"),
        ("attestations: {}", ":1:15: `attestations` must be a list of attestations, not a mapping"),
        ("attestations: [a]", ":1:16: an attestation is a mapping, not the text `a`"),
        ("---\nexclude: []\n---\nexclude: []\n", ":4:1: a configuration is one document"),
        ("exclude: [", f"{CONFIGURATION_FILE}:"),
        ("adopted: 2026-13-01", ":1:10: `adopted` is `2026-13-01`, which is no date"),
        ("adopted: [2026-01-01]", ":1:10: `adopted` is a list, which is no date"),
        ("exclude: []\nexclude: []", f"{CONFIGURATION_FILE}:2: key `exclude` is written twice"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, expected: str) -> None:
    assert expected in str(mistake(text))
    assert str(mistake(text)).startswith(CONFIGURATION_FILE)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rule": ""}, ":2:3: the attestation has no `rule`"),
        ({"by": "''"}, ":4:7: `by` must be a text, not an empty text"),
        ({"by": "7"}, ":4:7: `by` must be a text, not the number `7`"),
        ({"evidence": "[a]"}, "`evidence` must be a text, not a list"),
        ({"signed": "yes"}, "unknown key `signed` of the attestation"),
        ({"expire": "2027-01-01"}, "unknown key `expire` of the attestation; did you mean `expires`?"),
        ({"date": "2027-02-30"}, ":5:9: `date` is `2027-02-30`, which is no date"),
        ({"date": "20270101"}, "`date` is `20270101`, which is no date"),
        ({"date": "2027-W01-1"}, "`date` is `2027-W01-1`, which is no date"),
        ({"date": "01.01.2027"}, "which is no date"),
        ({"date": "[2027]"}, "`date` is a list, which is no date"),
        ({"expires": "2026-12-31"}, ":6:12: the attestation expires before its date"),
    ],
)
def test_a_mistake_in_an_attestation_is_named_with_its_place(changes: dict[str, str], expected: str) -> None:
    assert expected in str(mistake(attestation(**changes)))


@pytest.mark.parametrize("expires", ["2027-01-01", "2027-04-02"])
def test_for_how_long_an_attestation_may_hold_is_the_standard_s_to_say(expires: str) -> None:
    assert load(attestation(expires=expires)).attestations[0].evidence == ""


def test_quotes_around_a_date_do_not_matter() -> None:
    assert load(attestation(date="'2027-01-01'")) == load(attestation())


def test_a_file_that_is_no_text_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"`\.opsready/config\.yaml` is encrypted with git-crypt"):
        load_configuration(MemoryTree({CONFIGURATION_FILE: b"\0GITCRYPT\0"}))


def test_the_other_ending_is_not_silently_left_out() -> None:
    with pytest.raises(ConfigurationError, match=r"config\.yml. is not read"):
        load_configuration(MemoryTree({".opsready/config.yml": "exclude: []"}))
    with pytest.raises(ConfigurationError, match=r"standard\.yml. is not read; the file is called .*standard\.yaml"):
        load_configuration(MemoryTree({".opsready/standard.yml": "name: x"}))


def test_a_table_of_pyproject_does_as_well() -> None:
    text = """\
[project]
name = "shop"

[tool.opsready]
production = ["live"]
environments = { live = ["deploy/live/**"] }

[[tool.opsready.attestations]]
rule = "backups-untested"
statement = "The restore was rehearsed."
by = "ada"
date = 2027-01-01
expires = "2027-02-01"
"""
    found = load_configuration(MemoryTree({"pyproject.toml": text}))
    assert (found.file, found.production, found.environments) == (
        "pyproject.toml",
        ("live",),
        {"live": ("deploy/live/**",)},
    )
    assert found.attestations[0].given == date(2027, 1, 1)
    assert found.attestations[0].place.span.line == 9


def test_a_mistake_in_pyproject_is_named_with_its_line() -> None:
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml:3:1: unknown key `exclud`.*did you mean `exclude`"):
        load_configuration(MemoryTree({"pyproject.toml": "\n[tool.opsready]\nexclud = []\n"}))
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml: it is not valid TOML"):
        load_configuration(MemoryTree({"pyproject.toml": "[tool.opsready\n"}))


@pytest.mark.parametrize("own", ["exclude: [a]", "", "{}"])
def test_two_configurations_are_an_error_that_names_both(own: str) -> None:
    files = {CONFIGURATION_FILE: own, "pyproject.toml": "[project]\n\n[tool.opsready]\nexclude = ['b']\n"}
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(MemoryTree(files))
    assert str(caught.value).startswith("pyproject.toml:3: `.opsready/config.yaml` and `[tool.opsready]` are both here")
    assert caught.value.help


def test_a_file_of_its_own_beside_a_pyproject_of_others_is_the_only_one() -> None:
    files = {CONFIGURATION_FILE: "exclude: [a]", "pyproject.toml": "[tool.ruff]\n# not tool.opsready\n"}
    assert load_configuration(MemoryTree(files)).exclude == ("a",)


@pytest.mark.parametrize("text", ["[project]\nname = 'x'\n", "[tool.other]\na = 'tool.opsready'\n", "not toml"])
def test_a_pyproject_that_is_not_about_us_is_left_alone(text: str) -> None:
    assert load_configuration(MemoryTree({"pyproject.toml": text})) == Configuration()
