"""Text from the repository in other languages' clothes: what the language reads as its own is spelled out."""

from __future__ import annotations

import re

from opsready.report.escape import on_one_line

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_BRACES = re.compile(r"\{(\d+)\}")
_ELLIPSIS = "…"


def in_uri(path: str) -> str:
    """A relative path as a URI reference; a name that is no UTF-8 keeps its bytes."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = path.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in data)


def in_sarif(text: str) -> str:
    """A plain text message: no embedded link, no placeholder, one line."""
    text = _BRACES.sub(r"{{\1}}", on_one_line(text))
    if "](" in text:
        text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return text


def shortened(text: str, most: int) -> str:
    """At most so many UTF-16 code units, which is how platforms count; the end is then an ellipsis."""
    if len(text) * 2 <= most:
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) <= most * 2:
        return text
    return data[: (most - 1) * 2].decode("utf-16-le", "ignore") + _ELLIPSIS
