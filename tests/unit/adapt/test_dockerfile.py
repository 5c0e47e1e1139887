"""What a builder makes of a Dockerfile: the last stage with all that it inherits, and what only building left in it."""

from __future__ import annotations

import time

import pytest

from opsready.adapt.dockerfile import development_word, image
from opsready.model.built_image import Image, user_of_base
from opsready.model.source import Known, Unknown, Unset, Value, known
from opsready.resolve.environments import environments
from opsready.standard import builtin_standard
from repositories import report_of

STANDARD = builtin_standard()
WHERE = environments(STANDARD, {}, ())


def built(text: str, path: str = "cart/Dockerfile") -> Image:
    made, diagnostics = image(text, path, WHERE, STANDARD)
    assert made is not None
    assert diagnostics == ()
    return made


def started(text: str) -> tuple[str, str, tuple[str, ...]]:
    start = built(text).start
    assert isinstance(start, Known)
    return start.value.instruction, start.value.form, start.value.words


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("FROM a", "a"),
        ("ARG V=1\nFROM a:$V", "a:1"),
        ("ARG V=1\nARG W=$V-x\nFROM a:${W}", "a:1-x"),
        ("ARG V\nFROM a:${V:-2}", "a:2"),
        ('ARG A="b:1"\nFROM $A', "b:1"),
        ("FROM --platform=$BUILDPLATFORM a AS b\nFROM b", "a"),
        ("FROM a AS Base\nFROM BASE AS c\nFROM c", "a"),
        ("FROM a AS b\nFROM c\nFROM b", "a"),
        # A stage that comes later, or has the same name as what it begins with, is an image from elsewhere.
        ("FROM b AS a\nFROM a AS b\n", "b"),
        ("FROM a AS a\nFROM a", "a"),
        ("FROM a AS x\nFROM b AS x\nFROM x", "b"),
        # The index of a stage is for COPY only.
        ("FROM a\nFROM 0", "0"),
    ],
)
def test_the_base_of_the_last_stage(text: str, base: str) -> None:
    assert known(built(text).base) == base


def test_no_base() -> None:
    assert built("FROM a AS b\nFROM scratch").base == Unset()


@pytest.mark.parametrize(
    "text", ["ARG V\nFROM a:$V", "FROM a:$V", "FROM a\nARG V=1\nFROM b:$V", "ARG V=1\nARG W=$X\nFROM $W", "FROM ${A"]
)
def test_a_base_that_nothing_here_decides(text: str) -> None:
    assert isinstance(built(text).base, Unknown)


def test_instructions_of_other_stages_do_not_count() -> None:
    made = built("FROM a AS b\nUSER x\nLABEL l=1\nEXPOSE 80\nRUN go build\nCMD b\nFROM a")
    assert (made.user, made.labels, made.exposes, made.build_steps, made.command) == (Unset(), (), False, (), Unset())
    assert made.stages == 2


def test_instructions_of_inherited_stages_count() -> None:
    made = built("FROM a AS b\nUSER x\nLABEL l=1\nEXPOSE 80\nRUN go build\nCMD b\nFROM a AS c\nUSER y\nFROM b")
    assert (known(made.user), made.exposes, len(made.build_steps)) == ("x", True, 1)
    label = made.label("other", "l")
    assert label is not None
    assert known(label.value) == "1"


def test_triggers_are_for_the_images_built_on_this_one() -> None:
    assert built("FROM a\nONBUILD USER x").user == Unset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nCMD b c", ("CMD", "shell", ("b c",))),
        ('FROM a\nCMD ["b"]\nCMD ["c"]', ("CMD", "exec", ("c",))),
        ('FROM a\nCMD ["b"]\nENTRYPOINT ["c"]', ("ENTRYPOINT", "exec", ("c",))),
        ('FROM a\nENTRYPOINT c\nCMD ["b"]', ("ENTRYPOINT", "shell", ("c",))),
        ('FROM a AS x\nENTRYPOINT ["c"]\nFROM x\nCMD b', ("ENTRYPOINT", "exec", ("c",))),
        ('FROM a\nENTRYPOINT ["c"]\nENTRYPOINT []\nCMD b', ("CMD", "shell", ("b",))),
    ],
)
def test_what_is_started(text: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert started(text) == expected


def test_an_entry_point_forgets_the_command_before_it() -> None:
    assert built('FROM a\nCMD ["b"]\nENTRYPOINT ["c"]').command == Unset()
    assert isinstance(built('FROM a\nENTRYPOINT ["c"]\nCMD ["b"]').command, Known)


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("FROM a\nUSER b:c", "b:c"),
        ("ARG U=5\nFROM a\nARG U\nUSER $U", "5"),
        ("FROM a\nENV U=7\nARG U=8\nUSER ${U}", "7"),
        ("FROM a\nENV U 7\nUSER ${U}", "7"),
        ("FROM a\nENV A=1\nENV A=2 B=$A\nUSER $B", "1"),
        ("FROM a AS b\nENV U=9\nFROM b\nUSER $U", "9"),
    ],
)
def test_users(text: str, user: str) -> None:
    assert known(built(text).user) == user


@pytest.mark.parametrize(
    "text",
    [
        # An argument ends with its stage, and one from before the first stage has to be named again.
        "ARG U=5\nFROM a\nUSER $U",
        "FROM a AS b\nARG U=5\nFROM b\nUSER $U",
        "FROM a\nARG U\nUSER $U",
        "FROM a\nENV U=$BASE\nUSER $U",
    ],
)
def test_a_user_that_nothing_here_decides(text: str) -> None:
    assert isinstance(built(text).user, Unknown)


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("HEALTHCHECK CMD a b", "a b"),
        ('HEALTHCHECK --interval=5s CMD ["a"]', '["a"]'),
        ("HEALTHCHECK CMD a\nHEALTHCHECK none", ""),
    ],
)
def test_health_checks(text: str, check: str) -> None:
    assert known(built(f"FROM a\n{text}").health_check) == check


@pytest.mark.parametrize(
    ("run", "what"),
    [
        ("go build -o /a .", ["runs `go build`"]),
        ("CGO_ENABLED=0 GOOS=linux go build .", ["runs `go build`"]),
        ("cd x && mvn -B clean package", ["runs `mvn package`"]),
        ("mvn -q org.acme:plugin:package", ["runs `mvn package`"]),
        ("./gradlew --no-daemon installDist", ["runs `gradle installdist`"]),
        ("npm ci; npm run build", ["runs `npm run build`"]),
        ("npm run start", []),
        ("go version", []),
        ("echo go build", []),
        ("apt-get update && apt-get install -y gcc=4:12 curl", ["installs `gcc`"]),
        ("apk add --no-cache build-base", ["installs `build-base`"]),
        ("apk add --virtual .b gcc && make && apk del .b", []),
        ("apt-get install -y curl", []),
        ("apt-get install -y gcc && apt-get purge -y gcc", []),
        ("pip install gcc", []),
        ('["go", "build"]', ["runs `go build`"]),
        ("<<EOF\ngo build\nEOF", ["runs `go build`"]),
        ("go build a && go build b", ["runs `go build`"]),
        ("&& ; | =", []),
    ],
)
def test_steps_that_build(run: str, what: list[str]) -> None:
    assert [step.what for step in built(f"FROM a\nRUN {run}").build_steps] == what


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("Dockerfile", ""),
        ("cart/Dockerfile", ""),
        ("developer-portal/Dockerfile", ""),
        ("latest/Dockerfile", ""),
        ("Dockerfile.dev", "dev"),
        ("cart/dev.Dockerfile", "dev"),
        ("cart/Dockerfile-CI", "ci"),
        ("cart-e2e/Dockerfile", "e2e"),
        ("a/.devcontainer/x/Dockerfile", ".devcontainer"),
        (".github/actions/x/Dockerfile", ".github"),
    ],
)
def test_words_that_tell_images_for_development(path: str, word: str) -> None:
    assert development_word(path, STANDARD.development_words) == word


@pytest.mark.parametrize(
    ("base", "user"),
    [
        ("python:3.13", "root"),
        ("docker.io/library/python@sha256:ab", "root"),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", "root"),
        ("mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled", "another"),
        ("gcr.io/distroless/static", "root"),
        ("gcr.io/distroless/static:nonroot", "another"),
        ("postgres", "another"),
        ("cgr.dev/chainguard/node", "another"),
        ("acme/python:3", ""),
        ("scratch", "root"),
        ("$X", ""),
    ],
)
def test_as_what_bases_start(base: str, user: str) -> None:
    assert user_of_base(built(f"FROM {base}"), STANDARD) == user


def test_credentials_do_not_enter_the_model() -> None:
    made = built(
        "FROM a\nENV DB_PASSWORD hunter2hunter2\nENV URL=postgres://u:$DB_PASSWORD@db.prod.example/x PORT=80\n"
    )
    assert "hunter2" not in repr(made)
    assert [(entry.name, isinstance(entry.value, Known) and entry.value.sensitive) for entry in made.environment] == [
        ("DB_PASSWORD", True),
        ("URL", False),
        ("PORT", False),
    ]


def test_a_file_without_a_stage_builds_nothing() -> None:
    made, diagnostics = image("RUN a\n", "Dockerfile", WHERE, STANDARD)
    assert made is None
    assert len(diagnostics) == 2


def test_what_stands_beside_a_fault_is_judged() -> None:
    report = report_of({"cart/Dockerfile": "FROM python:3\nRUNN x\nCMD a\n"})
    assert [(note.line, note.kind) for note in report.diagnostics] == [(2, "unreadable-document")]
    failed = {item.verdict.rule for item in report.findings if item.verdict.outcome == "fail"}
    assert {"image-runs-as-root", "container-runs-shell-as-pid-1"} <= failed


def test_two_dockerfiles_of_one_folder_are_two_images() -> None:
    report = report_of({"cart/Dockerfile": "FROM a\nCMD b\n", "cart/Dockerfile.arm": "FROM a\nCMD b\n"})
    found = [item.verdict.subject.address for item in report.findings if "shell" in item.verdict.rule]
    assert sorted(found) == ["Image/cart/Dockerfile", "Image/cart/Dockerfile.arm"]


def test_templates_are_no_dockerfiles() -> None:
    report = report_of({"cart/Dockerfile.j2": "{% if x %}\nFROM a\n{% endif %}\n"})
    assert report.diagnostics == ()


def _none(value: Value[str]) -> bool:
    return isinstance(value, Unset)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(50_000)),
        "FROM a\n" + "".join(f"ENV A{n}=$A{n - 1}\n" for n in range(100_000)),
        "FROM a\n" + "ENV A=$A$A\n" * 100 + "ENV B=x\n",
        "FROM a\nENV A=xxxxxxxxxx\n" + "ENV A=$A$A\n" * 100,
        "FROM a\n" + "RUN apt-get install gcc && go build\n" * 50_000,
        "FROM a\nRUN " + "a && " * 1_000_000,
        "ARG A=a\n" * 100_000 + "FROM $A\n",
    ],
    ids=["stages", "variables", "unknown doubling", "doubling", "steps", "commands", "arguments"],
)
def test_hostile_files_take_bounded_time(text: str) -> None:
    begun = time.process_time()
    made, _ = image(text, "Dockerfile", WHERE, STANDARD)
    assert made is not None
    assert _none(made.user)
    assert time.process_time() - begun < 20
