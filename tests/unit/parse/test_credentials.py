"""Credentials never leave the parser: neither in the tree, which feeds the model, nor in the text, which is shown."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsready.parse import credentials
from opsready.parse.credentials import mask_documents, mask_text
from opsready.parse.yaml import parse_json, parse_yaml

if TYPE_CHECKING:
    from opsready.parse.yaml import Parsed

# Secrets by shape are put together here, so that no scanner takes this file for a leak.
_BY_SHAPE = {
    "AWS access key": "AKIA" + "ABCDEFGHIJ234567",
    "temporary AWS access key": "ASIA" + "ABCDEFGHIJ234567",
    "GitHub token": "ghp" + "_" + "a1B2" * 9,
    "GitHub app token": "ghs" + "_" + "a1B2" * 9,
    "fine-grained GitHub token": "github" + "_pat_" + "a1B2_" * 8,
    "GitLab token": "glpat" + "-" + "a1B2-" * 4,
    "Slack token": "xoxb" + "-" + "123456789012-abcdef",
    "Stripe key": "sk" + "_live_" + "a1B2" * 6,
    "Google key": "AIza" + "a1B2_" * 7,
    "JSON web token": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0In0." + "c2lnbmF0dXJl_-X",
    "Slack webhook": "hooks.slack.com/services/" + "T000/B000/XXXXXXXXXXXX",
}


def masked(text: str) -> tuple[list[object], str]:
    """The trees and the text of a YAML file after masking."""
    return _masked(parse_yaml(text, "a.yaml"), text)


def _masked(parsed: Parsed, text: str) -> tuple[list[object], str]:
    assert not parsed.broken
    shown = mask_documents(parsed.documents, text)
    assert [len(line) for line in shown.split("\n")] == [len(line) for line in text.split("\n")]
    return [document.root for document in parsed.documents], shown


def assert_hidden(text: str, *secrets: str) -> None:
    """Nothing of a secret is left, in the tree or in the text, and its neighbours stay."""
    trees, shown = masked(text)
    for secret in secrets:
        assert secret in text
        assert secret not in shown
        assert secret not in json.dumps(trees)


@pytest.mark.parametrize("kind", _BY_SHAPE)
@pytest.mark.parametrize(
    "text",
    ["a: {}\n", 'a: "{}"\n', "a: '{}'\n", "a:\n- x\n- {}\n", "a: |\n  x\n  y {} z\n", "a: [x, {}]\n", "# {}\na: 1\n"],
)
def test_what_looks_like_a_token_is_masked_wherever_it_stands(kind: str, text: str) -> None:
    assert_hidden(text.replace("{}", _BY_SHAPE[kind]) + "after: kept\n", _BY_SHAPE[kind])
    assert masked(text.replace("{}", _BY_SHAPE[kind]) + "after: kept\n")[1].endswith("after: kept\n")


@pytest.mark.parametrize(
    "name",
    [
        *("password", "PASSWORD", "dbPassword", "DB_PASSWORD", "db-passwd", "db.pwd", "passphrase", "secret", "token"),
        *(
            "authToken",
            "AUTH_TOKEN_2",
            "apiKey",
            "api_key",
            "API-KEY",
            "accessKey",
            "AWS_SECRET_ACCESS_KEY",
            "privateKey",
        ),
        *("client_secret", "clientSecret", "credentials", "connectionString", "signing-key", "encryptionKey", "token1"),
    ],
)
def test_the_name_of_a_key_gives_its_value_away(name: str) -> None:
    assert_hidden(f"{name}: hunter22\nafter: kept\n", "hunter22")
    assert_hidden(f"env:\n- name: {name}\n  value: hunter22\n", "hunter22")
    assert_hidden(f"a: {{{name}: hunter22, b: 1}}\n", "hunter22")
    trees, _ = masked(f"{name}: 12345678\nafter: kept\n")
    assert trees == [{name: "***", "after": "kept"}]


@pytest.mark.parametrize(
    "name",
    ["secretName", "tokenPath", "passwordRef", "secretKeyRef", "passwordFile", "keyring", "tokens", "monkey", "author"],
)
def test_names_that_only_refer_to_a_secret_do_not(name: str) -> None:
    text = f"{name}: db-login\nafter: kept\n"
    assert masked(text) == ([{name: "db-login", "after": "kept"}], text)


def test_the_entries_of_an_external_secret_keep_their_names() -> None:
    text = "kind: ExternalSecret\nspec:\n  data:\n  - secretKey: password\n    remoteRef: {key: shop/db}\n"
    assert masked(text)[1] == text


@pytest.mark.parametrize(
    "value",
    [
        *("$(DB_PASSWORD)", "${DB_PASSWORD}", "'{{ .Values.password }}'", "<password>", "'<your password>'", "true"),
        *("false", "~", "''", "none", "changeme", "/var/run/secrets/token", "./token.txt", "'prefix-${PASSWORD}'"),
    ],
)
def test_references_and_placeholders_stay(value: str) -> None:
    text = f"password: {value}\n"
    before = parse_yaml(text, "a.yaml").documents[0].root
    assert masked(text) == ([before], text)
    argument = f"--password={value.strip(chr(39))}"
    assert mask_text(argument) == argument or " " in argument


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("--password=hunter22 --user=x", "--password=***      --user=x"),
        ("--db-password=hunter22", "--db-password=***     "),
        ("-DdbPassword=hunter22", "-DdbPassword=***     "),
        ("spring.datasource.password=hunter22", "spring.datasource.password=***     "),
        ('API_KEY="hunter22";x', 'API_KEY="***     ";x'),
        ("token = hunter22", "token = ***     "),
        ("a=1&access_key=hunter22&b=2", "a=1&access_key=***     &b=2"),
        ("compassword=hunter22", "compassword=hunter22"),
        ("tokens=hunter22", "tokens=hunter22"),
        ("postgres://shop:hunter22@db:5432/shop", "postgres://***          @db:5432/shop"),
        ("https://:hunter22@host/", "https://***      @host/"),
        ("https://host:8080/a@b", "https://host:8080/a@b"),
        ("https://user@host/", "https://user@host/"),
    ],
)
def test_assignments_and_addresses(text: str, shown: str) -> None:
    assert mask_text(text) == shown


def test_a_long_value_is_masked_to_its_end() -> None:
    assert mask_text("password=" + "x" * 5_000 + " after") == "password=" + "***".ljust(5_000) + " after"


class TestSecretObjects:
    def test_data_of_every_style_is_masked_and_keys_stay(self) -> None:
        text = (
            "kind: Secret\nmetadata: {name: db, labels: {app: cart}}\ndata:\n  user: c2hvcA==\n  'pin': 1234\n"
            "stringData:\n  conf: |\n    first line\n\n    second line\n  folded: >-\n    third line\n    fourth line\n"
            '  plain: fifth line\n    sixth line\n  quoted: "seventh line\n    eighth line"\ntype: Opaque\n'
        )
        assert_hidden(text, "c2hvcA==", "1234", *(f"{word} line" for word in ("first", "second", "third", "fourth")))
        assert_hidden(text, *(f"{word} line" for word in ("fifth", "sixth", "seventh", "eighth")))
        (root,), shown = masked(text)
        assert isinstance(root, dict)
        assert root["metadata"] == {"name": "db", "labels": {"app": "cart"}}
        assert list(root["data"]) == ["user", "pin"]
        assert set(root["stringData"].values()) == {"***"}
        assert shown.endswith("\ntype: Opaque\n")

    def test_a_secret_in_a_list_or_beside_others_is_masked(self) -> None:
        assert_hidden(
            "kind: List\nitems:\n- kind: ConfigMap\n  data: {a: kept}\n- kind: Secret\n  data: {a: aHVudGVy}\n",
            "aHVudGVy",
        )
        trees, _ = masked("kind: ConfigMap\ndata: {a: kept}\n---\nkind: Secret\ndata: {a: aHVudGVy}\n")
        assert trees[0] == {"kind": "ConfigMap", "data": {"a": "kept"}}

    def test_what_is_merged_or_shared_into_it_is_masked(self) -> None:
        assert_hidden("kind: Secret\nx: &common {pin: hunter22}\ndata:\n  <<: *common\n  more: hunter33\n", "hunter33")
        trees, shown = masked("kind: Secret\nx: &common {pin: hunter22}\ndata: *common\n")
        assert "hunter22" not in json.dumps(trees) + shown

    def test_a_kustomization_that_makes_one(self) -> None:
        text = "secretGenerator:\n- name: db\n  literals:\n  - pin=hunter22\n  - 'user=hunter33'\n  - url=$(URL)\n"
        assert_hidden(text, "hunter22", "hunter33")
        assert masked(text)[0] == [
            {"secretGenerator": [{"name": "db", "literals": ["pin=***", "user=***", "url=$(URL)"]}]}
        ]


@pytest.mark.parametrize(
    "value",
    [
        "hunter22\n  and33",
        "\n  hunter22\n  and33",
        "'hunter22\n  and33'",
        '"hunter22\nand33"',
        "|\n  hunter22\n  and33",
        "|2-\n    hunter22\n  and33",
        ">+\n  hunter22\n\n\n  and33\n",
        "&x !!str hunter22\n  and33",
    ],
)
def test_values_of_several_lines_are_masked_to_their_last(value: str) -> None:
    for text in (
        f"a: 1\npassword: {value}\nafter: kept\n",
        f"a: 1\npassword: {value}\nafter: kept\n".replace("\n", "\r\n"),
    ):
        assert_hidden(text, "hunter22", "and33")
        assert masked(text)[1].rstrip("\r\n").endswith("after: kept")


def test_a_private_key_is_masked_to_its_end() -> None:
    marks = ("-----BEGIN RSA PRIVATE" + " KEY-----", "-----END RSA PRIVATE" + " KEY-----")
    body = "MIIEpAIBAAKCAQEA\n  abcdefghijklmnop"
    assert_hidden(f"ca: |\n  {marks[0]}\n  {body}\n  {marks[1]}\nafter: kept\n", "MIIEpAIBAAKCAQEA", "abcdefghijklmnop")
    assert mask_text(f"{marks[0]}\n{body}\n").count("MII") == 0
    prose = f"1. Look for `{marks[0]}` in the file.\n2. Restart the pod.\n"
    assert "2. Restart the pod." in mask_text(prose)


def test_separators_that_only_yaml_counts_do_not_move_the_mask() -> None:
    for separator in ("\x85", "\u2028", "\u2029", "\r"):
        assert_hidden(f"# a{separator}# b\npassword: hunter22\nafter: kept\n", "hunter22")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(max_size=6), max_size=4),
    st.sampled_from([None, 2, "\t"]),
    st.text(st.sampled_from('abcXYZ0189_ é😀"\\'), min_size=12).map(lambda text: f"<{text}"),
)
def test_json_is_masked_whatever_characters_surround_it(
    notes: list[str], indent: int | str | None, secret: str
) -> None:
    data = {"notes": notes, "password": secret, "inner": [{"x": "😀" * 5, "token": secret, "y": 1}], "last": "kept"}
    text = json.dumps(data, indent=indent)
    (root,), shown = _masked(parse_json(text, "a.json"), text)
    assert root == {**data, "password": "***", "inner": [{"x": "😀" * 5, "token": "***", "y": 1}]}
    assert json.dumps(secret)[2:-1] not in shown
    assert '"last": "kept"' in shown


def test_what_holds_no_credential_is_left_as_it_is() -> None:
    text = "kind: Pod\nspec:\n  automountServiceAccountToken: false\n  containers: []\n"
    before = parse_yaml(text, "a.yaml").documents[0].root
    assert masked(text) == ([before], text)


_HOSTILE = {
    "words": "a_",
    "dots": "a.",
    "assignments": "password =",
    "equals": "=",
    "credentials": "secret.",
    "beginnings of web tokens": "eyJ-",
    "web tokens without an end": "eyJaaaaaaaaaaa.eyJ-",
    "addresses": "://",
    "addresses with a colon": "://a:",
    "keys without an end": "-----BEGIN PRIVATE" + " KEY-----",
    "halves of keys": "-----BEGIN PRIVATE" + " KEY",
    "spaces": " ",
    "webhooks": "hooks.slack.com/services/",
    "one word": "a",
    "kinds": "kind:\n",
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_hostile_megabyte_takes_no_longer_than_its_length(name: str) -> None:
    text = _HOSTILE[name] * (1_000_000 // len(_HOSTILE[name])) + "="
    started = time.process_time()
    mask_documents([], text)
    assert time.process_time() - started < 2


_PIECES = (
    *("password", "Passwd", "passphrase", "pwd", "secret", "token", "api", "access", "private", "client", "connection"),
    *("string", "auth", "encryption", "signing", "credential", "key", "_", "-", "=", " ", "hunter22", "s", "\n", "x"),
    *("pa\u017f\u017fword", "to\u212aen", "connect\u0130on_str\u0131ng", "ghp_", "AKIA"),
    *("0123456789ABCDEFGHIJ", "eyJ", "sk_live_"),
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_the_first_look_at_a_text_overlooks_nothing(text: str) -> None:
    words = credentials.CREDENTIAL_WORDS
    assert credentials.may_name_a_credential(text) or re.search(words, text, re.IGNORECASE) is None
    assert any(mark in text for mark in credentials.TOKEN_BEGINNINGS) or credentials.TOKENS.search(text) is None
