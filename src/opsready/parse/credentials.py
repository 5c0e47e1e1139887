"""Credential-like values are masked here, before anything else can see them.

The tree and the text are masked together: the tree feeds the model, the text feeds the snippets of a report.
"""

from __future__ import annotations

from re import DOTALL, IGNORECASE
from typing import TYPE_CHECKING

from opsready.parse.syntax import COLUMN_BITS, Map, Masked, Seq
from opsready.patterns import pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from opsready.parse.syntax import Document

MASK = "***"
_ENCODED = "data"  # of a Secret: https://kubernetes.io/docs/concepts/configuration/secret/
_COLUMN_MASK = (1 << COLUMN_BITS) - 1

# Words that end the name of something secret; `secretName`, `tokenPath` and `passwordRef` name a reference to it.
CREDENTIAL_WORDS = (
    "password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key(?:[_-]?base)?|"
    "client[_-]?secret|credentials?|connection[_-]?string|auth[_-]?key|encryption[_-]?key|signing[_-]?key"
)
CREDENTIAL_NAME = pattern(rf"(?:(?:^|[a-z0-9_.-])(?:{CREDENTIAL_WORDS})|(?:^|[_.-])pass)(?:[_-]?[0-9])?$", IGNORECASE)
# What each of those words has in it, for a first look at a whole text; the kind `Secret` is among them.
_KEYS = ("api", "access", "private", "auth", "encryption", "signing")
HINTS = (
    *("pass", "pwd", "secret", "token", "credential"),
    *(f"{word}{between}key" for word in _KEYS for between in ("", "-", "_")),
    *(f"connection{between}string" for between in ("", "-", "_")),
)
ALSO_LETTERS = "\u017f\u212a\u0130\u0131"  # an expression that ignores case takes these for s, k and i
# A value that only points at a secret, or that is a placeholder for one.
POINTER = pattern(r"\$[({]|\{\{|^<[^>]+>$|^(?:true|false|null|none|changeme)?$|^[/.][\w./-]*$", IGNORECASE)

# Tokens whose shape gives them away, wherever they stand; and `name=value` pairs in arguments and property files.
# Each begins with the letters that it can begin with: it runs over all text that there is.
TOKENS = pattern(
    r"""(?x)
    (?=[Aghxse])(?:
    \b(?:AKIA|ASIA)[0-9A-Z]{16}\b
    | \bgh[pousr]_[A-Za-z0-9]{20,255}
    | \bgithub_pat_[A-Za-z0-9_]{20,255}
    | \bglpat-[A-Za-z0-9_-]{20,255}
    | \bxox[abprs]-[A-Za-z0-9-]{10,255}
    | \bsk_(?:live|test)_[A-Za-z0-9]{16,255}
    | \bAIza[0-9A-Za-z_-]{35}
    | (?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000}
    | hooks\.slack\.com/services/[A-Za-z0-9/_-]{10,200}
    )
    """
)
TOKEN_BEGINNINGS = (
    *("AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"),
    *("xoxa", "xoxb", "xoxp", "xoxr", "xoxs", "sk_live_", "sk_test_", "AIza", "eyJ", "hooks.slack.com"),
)
LOGIN = pattern(r"""://([^\s:/@'"]{0,200}:[^\s:/@'"]{1,200})(?=@)""")
PRIVATE_KEY = pattern(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----"
    r"(?:(?:(?!-----BEGIN ).)*?-----END [A-Z ]{0,40}PRIVATE KEY-----|(?:\s*[A-Za-z0-9+/=]{16,})*)",
    DOTALL,
)
ASSIGNMENT = pattern(
    rf"(?=[apsctePSTACE])(?:(?<![A-Za-z0-9])|(?<=[a-z])(?=[A-Z]))(?i:{CREDENTIAL_WORDS})"
    r"[\"']?\s?=\s?[\"']?([^\s\"'&,;]{3,})"
)

INNER = pattern(
    rf"(?:^|[\s{{,\"'._-])(?i:[\w.-]{{0,60}}?(?:{CREDENTIAL_WORDS}))[\"']?:[ \t]+[\"']?"
    r"(?P<value>[^\s\"',}#][^\n\"',}]{2,})"
)


def names_credential(name: str) -> bool:
    """Whether what goes by a name is secret: `db_password`, and not `password_length` or `secret_name`."""
    return CREDENTIAL_NAME.search(name) is not None


def points_elsewhere(text: str) -> bool:
    """Whether a text in the place of a secret is a reference to one, a placeholder or a path."""
    return POINTER.search(text) is not None


def mask_text(text: str, *, keep_columns: bool = True) -> str:
    """The text with everything masked that looks like a credential by its own shape."""

    def mask(secret: str) -> str:
        return _same_shape(secret) if keep_columns else MASK

    def mask_assignment(found: re.Match[str]) -> str:
        return found[0] if POINTER.search(found[1]) else found[0][: -len(found[1])] + mask(found[1])

    if "PRIVATE KEY" in text:
        text = PRIVATE_KEY.sub(lambda found: mask(found[0]), text)
    if any(beginning in text for beginning in TOKEN_BEGINNINGS):
        text = TOKENS.sub(lambda found: mask(found[0]), text)
    if "://" in text:
        text = LOGIN.sub(lambda found: "://" + mask(found[1]), text)
    return ASSIGNMENT.sub(mask_assignment, text) if "=" in text and may_name_a_credential(text) else text


def may_name_a_credential(text: str) -> bool:
    """Whether any word that names a credential is in a text: plain searches take a tenth of what an expression does."""
    lower = text.lower()
    if any(word in lower for word in HINTS):
        return True
    return not text.isascii() and any(letter in text for letter in ALSO_LETTERS)


def _same_shape(secret: str) -> str:
    """A mask of the same lines and width, so that positions after it stay true; it does not tell the length."""
    lines = secret.split("\n")
    return "\n".join(MASK.ljust(len(line)) if len(line) >= len(MASK) else "*" * len(line) for line in lines)


def mask_documents(documents: Iterable[Document], text: str) -> str:
    """Mask credentials in the trees, in place, and return the text with the same values masked."""
    masked = mask_text(text)
    by_shape = masked != text
    if not by_shape and not may_name_a_credential(text):
        return text
    hidden: list[tuple[int, int]] = []
    for document in documents:
        hidden.extend(_masked_in(document.root, by_shape=by_shape))
    return blank(masked, hidden) if hidden else masked


def _masked_in(root: object, *, by_shape: bool) -> Iterator[tuple[int, int]]:
    """Mask a tree in place; yields the packed spans of what was masked."""
    seen: set[tuple[int, str]] = set()
    stack: list[tuple[object, str]] = [(root, "")]
    while stack:
        node, secret = stack.pop()
        if (id(node), secret) in seen:
            continue
        seen.add((id(node), secret))
        if isinstance(node, Map):
            yield from _mask_map(node, stack, secret=secret, by_shape=by_shape)
        elif isinstance(node, Seq):
            yield from _mask_list(node, by_shape=by_shape)
            stack.extend((value, secret) for value in node if not isinstance(value, str))


def _mask_list(node: Seq, *, by_shape: bool) -> Iterator[tuple[int, int]]:
    """Mask the texts of a list, and what follows an option: `--password`, and then the password."""
    option = ""
    for index, value in enumerate(node):
        if not isinstance(value, str):
            option = ""
            continue
        if option and not value.startswith("-") and not POINTER.search(value):
            if value != MASK:
                hidden = _wholly(option, value, "")
                marks = tuple(mark._replace(name=option) for mark in hidden.marks)
                node[index] = Masked(MASK, marks, stand_in=hidden.stand_in)
            yield node.pos[index]
        elif by_shape and (shown := mask_text(value, keep_columns=False)) != value:
            node[index] = _partly(value, shown)
        option = value if value.startswith("-") and CREDENTIAL_NAME.search(value) else ""


def _mask_map(node: Map, stack: list[tuple[object, str]], *, secret: str, by_shape: bool) -> Iterator[tuple[int, int]]:
    """Mask a mapping; `secret` names the field of a Secret that it is, `data` being in base64 (empty: it is none)."""
    is_secret_object = node.get("kind") == "Secret"
    named_secret = isinstance(name := node.get("name"), str) and CREDENTIAL_NAME.search(name) is not None
    for key, value in node.items():
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            covered = secret or CREDENTIAL_NAME.search(key) is not None or (key == "value" and named_secret)
            # An ExternalSecret calls the name of an entry so.
            covered = covered and not (key == "secretKey" and "remoteRef" in node)
            if covered and not POINTER.search(str(value)):
                if value != MASK:  # else it was met before, under another name
                    node[key] = _wholly(str(name) if key == "value" and named_secret else key, str(value), secret)
                _, start, end = node.pos[key]
                yield start, (node.ends or {}).get(key) or end
            elif isinstance(value, str):
                shown = mask_text(value, keep_columns=False) if by_shape else value
                if node.blocks and key in node.blocks:
                    shown, spans = _mask_block(shown, node.blocks[key])
                    yield from spans
                if shown != value:
                    node[key] = _partly(value, shown, key)
        else:
            if key == "secretGenerator" and isinstance(value, Seq):
                yield from _mask_literals(value)
            stack.append((value, secret or (key if is_secret_object and key in {"data", "stringData"} else "")))


def _wholly(name: str, value: str, secret: str) -> Masked:
    """What stands for a value of which nothing is left, the entry of a Secret's field or one with a telling name."""
    from opsready.parse.credential_looks import marks_of_entry, marks_of_text, marks_of_value

    if secret:
        marks, stand_in = marks_of_entry(name, value, encoded=secret == _ENCODED)
    elif "\n" in value.strip():
        marks, stand_in = marks_of_text(value, name)
    else:
        marks, stand_in = marks_of_value(name, value)
    return Masked(MASK, marks, stand_in=stand_in)


def _partly(value: str, shown: str, name: str = "") -> Masked:
    """What stands for a text of which parts were masked."""
    from opsready.parse.credential_looks import marks_of_text

    marks, stand_in = marks_of_text(value, name)
    return Masked(shown, marks, stand_in=stand_in)


def _mask_block(text: str, begin: int) -> tuple[str, list[tuple[int, int]]]:
    """Mask what a file inside a file calls a credential: `password: ...` in the text of a literal block."""
    lines = text.split("\n")
    spans = []
    for number, line in enumerate(lines):
        found = INNER.search(line) if ":" in line else None
        if found is not None and not POINTER.search(found["value"]):
            lines[number] = line[: found.start("value")] + MASK + line[found.end("value") :]
            start = begin + (number << COLUMN_BITS) + found.start("value")
            spans.append((start, start + len(found["value"])))
    return "\n".join(lines), spans


def _mask_literals(generators: Seq) -> Iterator[tuple[int, int]]:
    """Mask what Kustomize makes secrets of: `key=value` texts."""
    for generator in generators:
        literals = generator.get("literals") if isinstance(generator, Map) else None
        if isinstance(literals, Seq):
            for index, literal in enumerate(literals):
                key, _, value = str(literal).partition("=")
                if not POINTER.search(value):
                    literals[index] = _wholly(key, value.strip("\"'"), "stringData").of(f"{key}={MASK}")
                    yield literals.pos[index]


def blank(text: str, hidden: Iterable[tuple[int, int]]) -> str:
    """The text with spans masked."""
    lines = text.split("\n")
    for start, end in hidden:
        if end <= start:
            continue
        first, last = start >> COLUMN_BITS, end >> COLUMN_BITS
        for number in range(first, min(last + 1, len(lines))):
            line = lines[number]
            left = start & _COLUMN_MASK if number == first else 0
            right = end & _COLUMN_MASK if number == last else len(line)
            lines[number] = line[:left] + _same_shape(line[left:right]) + line[right:]
    return "\n".join(lines)
