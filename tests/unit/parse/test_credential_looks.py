"""What is told apart among masked values: a credential, what stands for one, and what is neither."""

from __future__ import annotations

import base64
import pickle
import time

import pytest

from opsready.parse.credential_looks import Look, look_of_value, marks_of_entry, marks_of_text
from opsready.parse.credentials import MASK, mask_documents
from opsready.parse.syntax import Map, Mark, Masked, Seq
from opsready.parse.yaml import parse_yaml

# Secrets by shape are put together here, so that no scanner takes this file for a leak.
_AWS = "AKIA" + "ABCDEFGHIJ234567"
_HOOK = "hooks.slack.com/services/" + "T0123ABCD/B0123ABCD/" + "a1B2c3D4e5F6"
_KEY = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 3 + "-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("name", "value", "look"),
    [
        ("DB_PASSWORD", "sommer-1983", "credential"),
        ("DB_PASSWORD", "password", "credential"),
        ("DB_PASSWORD", "123456", "credential"),
        ("DB_PASS", "otel", "credential"),
        ("SECRET_KEY", "minioadmin", "credential"),
        ("SECRET_KEY_BASE", "a1b2c3d4", "credential"),
        ("API_KEY", "9f8e7d6c5b4a", "credential"),
        ("API_KEY", "9f8e7d", "neither"),
        ("MAX_TOKEN", "40960000", "neither"),
        ("TOKEN", "bearer", "neither"),
        ("CLUSTER_TOKEN", "etcd-cluster-1", "neither"),
        ("TLS_SECRET", "cart-tls", "neither"),
        ("PULL_SECRET", "regcred", "neither"),
        ("USE_PASSWORD", "True", "neither"),
        ("PASSWORD", "ask the team for the password", "neither"),
        ("TOKEN", "https://login.shop.example/token", "neither"),
        ("TOKEN", "https://u:sommer-83@login.shop.example/token", "credential"),
        ("TOKEN", "https://u:$(PASSWORD)@login.shop.example/token", "stand-in"),
        ("CONNECTION_STRING", "redis:6379", "neither"),
        ("CONNECTION_STRING", "postgres://u:sommer@db/cart", "credential"),
        ("CONNECTION_STRING", "postgres://u:<password>@db/cart", "stand-in"),
        ("CONNECTION_STRING", "Endpoint=x;AccountKey=abcd1234==", "credential"),
        ("CONNECTION_STRING", "Endpoint=x;AccountKey=...1234==", "stand-in"),
    ],
)
def test_values_with_the_name_of_a_credential(name: str, value: str, look: Look) -> None:
    assert look_of_value(name, value) == look


@pytest.mark.parametrize(
    "value",
    [
        *("", "***", "xxxx", "XXX-XXX", "changeme", "change-me-1", "CHANGE_THIS", "changeit", "replace_with_yours"),
        *("your-password", "yourpassword", "<password>", "example-key", "dummy", "fake_password", "TODO", "TBD: ask"),
        *("INSERT_TOKEN", "DB_PASSWORD", "placeholder", "[redacted]", "not-a-real-one", "n/a", "abc...xyz", "unused"),
        *("mypassword", "my-secret", "MY_API_KEY"),
        *("${DB}", "$(DB)", "$DB", "{{ .Values.db }}", "%(db)s", "%DB%", "@db@", "__DB__", "/run/secrets/db", "./db"),
        *("ENC[AES256_GCM,data:x]", "ENC(abc)", "{cipher}abc", "vault:secret/data/db#p", "ref+vault://db", "op://a/b"),
        *("arn:aws:secretsmanager:eu-west-1:1:secret:db", "projects/1/secrets/db", "file:/run/db", "put_here"),
    ],
)
def test_placeholders_and_references(value: str) -> None:
    assert look_of_value("DB_PASSWORD", value) == "stand-in"


@pytest.mark.parametrize(
    "value", ["sommer", "examination"[:4] + "1983", "exchange-2019", "Setter-1", "input", "yourself"[4:] + "1", "A_b"]
)
def test_passwords_with_such_words_in_them_are_passwords(value: str) -> None:
    assert look_of_value("DB_PASSWORD", value) == "credential"


class TestTexts:
    @pytest.mark.parametrize(
        ("text", "marks"),
        [
            ("--password=sommer-1983", [Mark("a credential", "password", 0)]),
            ("--api-key=9f8e7d6c5b4a", [Mark("a credential", "api-key", 0)]),
            (f"key {_AWS}", [Mark("an AWS access key", "", 0)]),
            (f"https://{_HOOK}", [Mark("a Slack webhook", "", 0)]),
            ("amqp://u:sommer@host", [Mark("a password in a URL", "", 0)]),
            ("a: 1\npassword: sommer\n", [Mark("a credential", "password", 1)]),
            ("a=1\ndb.password = sommer\n", [Mark("a credential", "db.password", 1)]),
            ("x\n" + _KEY, [Mark("a private key", "", 1)]),
            ('{\n"client_secret": "a1b2c3"\n}', [Mark("a credential", "client_secret", 1)]),
        ],
    )
    def test_what_they_give_away(self, text: str, marks: list[Mark]) -> None:
        assert marks_of_text(text) == (tuple(marks), False)

    @pytest.mark.parametrize(
        "text",
        [
            *("--password=$(PASSWORD)", "--password=changeme", "amqp://u:<password>@host", "amqp://u:$P@host"),
            *("AKIA" + "IOSFODNN7EXAMPLE", "https://hooks.slack.com/services/API_URL_SECRET"),
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXX",
        ],
    )
    def test_what_only_stands_for_it(self, text: str) -> None:
        assert marks_of_text(text) == ((), True)

    @pytest.mark.parametrize(
        "text",
        [
            *("a\n# password=sommer", "a\n; password = sommer", "a\n// password: sommer", "a\n -- password=sommer"),
            *("password=os.environ['P']", "token=get_token()", "key: 1\ntoken: 3600"),
            "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n" + "abcdefgh" * 10 + "...\n-----END PRIVATE KEY-----",
        ],
    )
    def test_what_gives_nothing_away(self, text: str) -> None:
        assert marks_of_text(text)[0] == ()

    def test_programs_assign_what_they_asked_for(self) -> None:
        assert marks_of_text("a\npassword=sommer\n", "init.sh") == ((), False)
        assert marks_of_text(f"a\npassword={_AWS}\n", "init.sh") == ((Mark("an AWS access key", "", 1),), False)

    def test_many(self) -> None:
        assert len(marks_of_text("password=sommer\n" * 10_000)[0]) == 20

    @pytest.mark.parametrize(
        "part", ["password=a", "://a:b@", "eyJ", "-----BEGIN PRIVATE KEY-----", "token: ", "a" * 99]
    )
    def test_long_lines_take_no_long_time(self, part: str) -> None:
        start = time.perf_counter()
        marks_of_text(part * 20_000)
        marks_of_text((part + "\n") * 20_000)
        assert time.perf_counter() - start < 5


class TestEntriesOfSecrets:
    @pytest.mark.parametrize(
        ("key", "value"),
        [
            *(("password", "sommer"), ("key", "sommer"), ("RABBITMQ_PASS", "sommer"), ("anything", "sommer-1983")),
            *(("tls.key", _KEY), ("config.yaml", "a: 1\npassword: sommer"), ("url", "amqp://u:sommer@host")),
            *(("azurestorageaccountkey", "abc=="), ("admin-password", "1234"), ("aws_access_key_id", _AWS)),
        ],
    )
    def test_credentials(self, key: str, value: str) -> None:
        assert marks_of_entry(key, value, encoded=False)[0]
        assert marks_of_entry(key, base64.b64encode(value.encode()).decode(), encoded=True)[0]

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            *(
                ("username", "cart-1"),
                ("node.auth.username_in", "cart-1"),
                ("DB_HOST", "db-1.example"),
                ("port", "5432"),
            ),
            *(("azurestorageaccountname", "abc1"), ("apiAddress", "tcp://10.0.0.1:5705"), ("client_id", "a1b2")),
            *(("clientId", "a1b2"), ("tls.crt", "-----BEGIN CERTIFICATE-----\nMIIE\n"), ("url", "amqp://host")),
            *(("mode", "production"), ("retries", "12345"), ("config.yaml", "a: 1\nroute: {receiver: shop}")),
            *(("password", "changeme"), ("password", ""), ("config.json", '{"a": 1}')),
        ],
    )
    def test_what_is_none(self, key: str, value: str) -> None:
        assert marks_of_entry(key, value, encoded=False)[0] == ()
        assert marks_of_entry(key, base64.b64encode(value.encode()).decode(), encoded=True)[0] == ()

    def test_bytes_are_a_key_store(self) -> None:
        assert marks_of_entry("store", base64.b64encode(b"\xff\xfe\x00").decode(), encoded=True)[0]

    def test_what_is_no_base64_is_taken_as_it_is(self) -> None:
        assert marks_of_entry("password", "sommer!", encoded=True)[0]


def root_of(text: str) -> Map:
    documents = parse_yaml(text, "a.yaml").documents
    mask_documents(documents, text)
    root = documents[0].root
    assert isinstance(root, Map)
    return root


def test_the_tree_says_what_was_masked() -> None:
    root = root_of("password: sommer-1983\ntoken: ${TOKEN}\nsecret: changeme1\nargs: [--token, a1b2c3d4e5, --x=1]\n")
    password, token, secret, args = root["password"], root["token"], root["secret"], root["args"]
    assert isinstance(password, Masked)
    assert isinstance(secret, Masked)
    assert isinstance(args, Seq)
    assert (password, password.marks, password.stand_in) == (MASK, (Mark("a credential", "", 0),), False)
    assert (secret, secret.marks, secret.stand_in) == (MASK, (), True)
    assert not isinstance(token, Masked)
    assert isinstance(args[1], Masked)
    assert (args[1], args[1].marks) == (MASK, (Mark("a credential", "--token", 0),))
    assert not isinstance(args[2], Masked)


def test_what_follows_an_option_is_masked_in_the_text_too() -> None:
    text = "args:\n  - --password\n  - sommer-1983\n  - --user\n  - cart\ncommand: [--api-key, 'a1b2c3d4', -v]\n"
    shown = mask_documents(parse_yaml(text, "a.yaml").documents, text)
    assert "sommer" not in shown
    assert "a1b2" not in shown
    assert "- cart\n" in shown
    assert "-v]" in shown


def test_an_alias_keeps_what_was_found_first() -> None:
    root = root_of("kind: Secret\nstringData: &it\n  password: sommer-1983\nother: *it\n")
    other = root["other"]
    assert isinstance(other, Map)
    assert isinstance(other["password"], Masked)
    assert other["password"].marks


def test_what_was_found_survives_another_process() -> None:
    masked = Masked("a", (Mark("b", "c", 1),), stand_in=True)
    copy = pickle.loads(pickle.dumps(masked, protocol=5))  # noqa: S301 - our own
    assert isinstance(copy, Masked)
    assert (copy, copy.marks, copy.stand_in) == (masked, masked.marks, True)
