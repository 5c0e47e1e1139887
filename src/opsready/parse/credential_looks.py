"""What a text that is being masked looks like: a credential, what only stands for one, or neither.

Masking hides more than this is sure of: what is hidden by mistake costs a reader little, an accusation more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from opsready.parse.credentials import ASSIGNMENT, INNER, LOGIN, POINTER, PRIVATE_KEY, TOKENS
from opsready.parse.syntax import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

Look = Literal["credential", "stand-in", "neither"]
PLAIN = "a credential"
_MOST_MARKS = 20
_LONGEST_LINE = 4_000  # characters of a line that are looked at

_BEGINNINGS = {
    "AKIA": "an AWS access key",
    "ASIA": "an AWS access key",
    "gh": "a GitHub token",
    "glpat": "a GitLab token",
    "xox": "a Slack token",
    "sk_": "a Stripe key",
    "AIza": "a Google API key",
    "eyJ": "a signed token",
    "hooks": "a Slack webhook",
}
# What people write where the value is to be put.
_STAND_IN = re.compile(
    r"""(?ix)
    ^\W*$ | ^(.)\1*$ | ^x+(?:[-_ ]x+)*$ | \.\.\. | ^todo | ^tbd | ^fixme | ^n/?a$
    | ^(?:none|null|nil|empty|unset|unused)$
    | ^(?-i:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$ | ^(?:insert|replace|enter|change|put|your)[-_]
    | (?:change|replace|fill|insert|put|enter|override|overwrite|set|update|provide)[-_. ]?
      (?:me|this|it|in|here|your|with|before|by|on|at|the|later)(?![a-z])
    | (?:^|[^a-z])your | placeholder | example | dummy | (?:^|[^a-z])(?:fake|mock|sample|redacted|bogus)(?![a-z])
    | not[-_ ]?(?:a[-_ ]?)?(?:real|used|set|secret|needed) | ^\[.*\]$
    | ^(?:secret|password|token|key)[-_]?(?:here|value)$ | ^my[-_]?(?:password|passwd|pass|secret|token|api[-_]?key)$
    """
)
# What names where the value is kept, or what it is encrypted with.
_REFERENCE = re.compile(
    r"""(?ix)
    \$\{ | \$\( | ^\$[A-Za-z_]\w*$ | \{\{ | ^%.+%$ | %\( | ^@.+@$ | ^__.+__$ | ^<[^<>]*>$ | ^/[\w./-]+$ | ^\.{1,2}/
    | ^(?:ENC\[ | ENC\( | \{cipher\} | \$ANSIBLE_VAULT | !vault | vault: | ref\+ | secretref\+? | op:// | arn:aws
      | gsm:// | sm:// | awssm | akv: | file: | env: | path: | @Microsoft\.KeyVault | projects/ | pkcs11: | keyvault)
    """
)
# The last word of a name whose value is taken for a credential as long as it is not plainly something else.
_STRONG = re.compile(
    r"(?i)(?:passw(?:or)?d|passphrase|pwd|(?:^|[-_.])pass|secret|(?:secret|private|encryption|signing)[-_]?key(?:[-_]?base)?)(?:[-_]?\d)?$"
)
_STRONG_ENTRY = re.compile(r"(?i)(?:^|[-_.])(?:key|pass)$")
_OBJECT_NAME = re.compile(
    r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:secrets?|creds?|credentials?|tokens?|tls|certs?|keys?)|regcred"
)
_MAY_NAME_AN_OBJECT = re.compile(r"(?i)(?:secret|credentials?|token)$")
_CONNECTION = re.compile(r"(?i)connection[-_]?string(?:[-_]?\d)?$")
_SHARED_KEY = re.compile(r"(?i)(?:AccountKey|SharedAccessKey|Password|Pwd)=([^;\s]{4,})")
# T and B are a workspace and an app: https://api.slack.com/messaging/webhooks
_WEBHOOK = re.compile(r"/services/T[A-Z0-9]{5,}/B[A-Z0-9]{5,}/(?!X+$)[A-Za-z0-9]{10,}")
_URL = re.compile(r"^[a-z][a-z0-9+.-]*://\S*$", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*(?:-?\d)?")
_SWITCHES = frozenset({"true", "false", "yes", "no", "on", "off"})
_SHORTEST_TOKEN = 8
_SHORTEST_BODY = 60  # characters of a private key between its first and its last line

# Entries of a secret that are no secret by themselves.
_PUBLIC_ENTRY = re.compile(
    r"""(?ix)
    (?:user(?:name)?(?:_in)?|login|host|port|data[-_]?base|url|uri|endpoint|address|addr|server|e?mail|issuer|region|bucket
    |name|namespace|realm|domain|scheme|protocol|mode|type|version|project|enabled|crt|cert|ca|pub|public[-_]?key)$
    | (?:^|[-_.]|(?<=[a-z])(?=I))(?:id|db)$
    """
)
_FILE_ENTRY = re.compile(r"(?i)\.(?:ya?ml|json|ini|conf|cfg|cnf|toml|properties|xml|env|hcl|sh|py|sql|tmpl|tpl|txt)$")
_COMMENT = re.compile(r"\s*(?:#|;|//|--(?=\s)|/?\*|<!--)")
# Names of files that hold programs: `token = get_token()` gives no credential away.
_PROGRAM = re.compile(
    r"(?i)\.(?:sh|bash|py|js|mjs|ts|lua|rb|pl|php|go|java|sql|groovy|ps1|jsonnet|star|cel|html|md|j2|erb)$"
)
_CALLS = re.compile(r"^[\w.]+[(\[]|^(?:os|process|self|this|args|env|config|settings|request|req|params)[.\[]")


def look_of_value(name: str, value: str) -> Look:
    """What the whole value of something with the name of a credential looks like."""
    text = value.strip()
    if _REFERENCE.search(text):
        return "stand-in"
    if _CONNECTION.search(name) or _URL.match(text):
        found = LOGIN.search(text) or _SHARED_KEY.search(text)
        return _unless_stands_in(found[1].rpartition(":")[2]) if found else "neither"
    if stands_in(text):
        return "stand-in"
    # The name of a Secret, a switch, or a sentence.
    if (_MAY_NAME_AN_OBJECT.search(name) and _OBJECT_NAME.fullmatch(text)) or text.lower() in _SWITCHES:
        return "neither"
    if text.count(" ") > 2 and "PRIVATE KEY" not in text:
        return "neither"
    if _STRONG.search(name):
        return "credential"
    plain = text.isdecimal() or _WORD.fullmatch(text) is not None
    return "neither" if plain or len(text) < _SHORTEST_TOKEN else "credential"


def stands_in(text: str) -> bool:
    """Whether a text is only a placeholder of a credential, or names where it is kept."""
    text = text.strip()
    return not text or _STAND_IN.search(text) is not None or _REFERENCE.search(text) is not None


def _unless_stands_in(text: str) -> Look:
    return "stand-in" if stands_in(text) else "credential"


def marks_of_value(name: str, value: str) -> tuple[tuple[Mark, ...], bool]:
    """The mark of a value with the name of a credential, if it is one; and whether it only stands in for one."""
    look = look_of_value(name, value)
    if look != "credential":
        return (), look == "stand-in"
    shapes = [mark.what for mark in _by_shape(value)]
    return (Mark(shapes[0] if shapes else PLAIN, "", 0),), False


def marks_of_text(text: str, name: str = "") -> tuple[tuple[Mark, ...], bool]:
    """The credentials in a text: an argument, a file in a file; and whether all that was found only stands in.

    `name` is that of the file. What is commented out is no setting, and a program mostly asks for what it assigns.
    """
    program = _PROGRAM.search(name) is not None
    marks: list[Mark] = []
    stand_in = False
    keys = list(_private_keys(text))
    lines = text.split("\n")
    several = len(lines) > 1
    for number, line in enumerate(lines):
        if len(marks) >= _MOST_MARKS:
            break
        if several and _COMMENT.match(line):
            continue
        for look, what, said in _in_line(line[:_LONGEST_LINE], several=several, program=program):
            stand_in = stand_in or look == "stand-in"
            if look == "credential" and all((mark.name, mark.line) != (said, number) for mark in marks):
                marks.append(Mark(what, said, number))
    marks.extend(keys)
    marks.sort(key=lambda mark: mark.line)
    return tuple(marks), stand_in and not marks


def _in_line(line: str, *, several: bool, program: bool) -> Iterator[tuple[Look, str, str]]:
    for found in TOKENS.finditer(line):
        yield _look_of_token(found[0]), _kind_of(found[0]), ""
    for found in LOGIN.finditer(line):
        password = found[1].rpartition(":")[2]
        yield _unless_stands_in(password), "a password in a URL", ""
    if program:
        return
    for found in ASSIGNMENT.finditer(line):
        name = line[: found.start(1)].rstrip("\"' =").rpartition(" ")[2].lstrip("-\"'")
        yield _look_of_assigned(name, found[1]), PLAIN, name
    inner = INNER.search(line) if several and ":" in line else None
    if inner is not None and not POINTER.search(inner["value"]):
        name = line[: inner.start("value")].rstrip("\"' :\t").rpartition(" ")[2].strip("-{\"',")
        yield _look_of_assigned(name, inner["value"]), PLAIN, name


def _look_of_assigned(name: str, value: str) -> Look:
    value = value.strip().strip("\"'")
    return "neither" if _CALLS.match(value) else look_of_value(name, value)


def _look_of_token(token: str) -> Look:
    if token.startswith("hooks") and not _WEBHOOK.search(token):
        return "stand-in"
    return _unless_stands_in(token)


def _kind_of(token: str) -> str:
    return next((kind for beginning, kind in _BEGINNINGS.items() if token.startswith(beginning)), PLAIN)


def _private_keys(text: str) -> Iterator[Mark]:
    if "PRIVATE KEY" in text:
        for found in PRIVATE_KEY.finditer(text):
            body = re.sub(r"-----[^-\n]+-----|\s", "", found[0])
            if len(body) >= _SHORTEST_BODY and not stands_in(body):
                yield Mark("a private key", "", text.count("\n", 0, found.start()))


def _by_shape(text: str) -> Iterator[Mark]:
    yield from _private_keys(text)
    for found in TOKENS.finditer(text):
        yield Mark(_kind_of(found[0]), "", 0)


def marks_of_entry(key: str, value: str, *, encoded: bool) -> tuple[tuple[Mark, ...], bool]:
    """What an entry of a secret gives away; `encoded` values are in base64, which hides nothing."""
    text = _decoded(value) if encoded else value
    if text is None:
        return (Mark(PLAIN, "", 0),), False  # bytes, as a key store has them
    text = text.strip()
    if stands_in(text) and "\n" not in text:
        return (), True
    if "-----BEGIN " in text and "PRIVATE KEY" not in text:
        return (), False
    if "\n" in text or _FILE_ENTRY.search(key):
        found = marks_of_text(text, key)
        return (tuple(Mark(mark.what, mark.name, 0) for mark in found[0]), found[1]) if encoded else found
    inside = marks_of_text(text)
    if inside[0] or _PUBLIC_ENTRY.search(key):
        return inside
    if text.isdecimal() and not _STRONG.search(key):
        return (), False
    if _WORD.fullmatch(text) and not _STRONG.search(key) and not _STRONG_ENTRY.search(key):
        return (), False
    return (Mark(PLAIN, "", 0),), False


def _decoded(value: str) -> str | None:
    """What a value in base64 says; None where it says no text, the value itself where it is no base64."""
    import base64
    import binascii

    try:
        data = base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return value
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
