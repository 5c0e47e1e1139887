"""Text from the repository in other languages' clothes: what the language reads as its own is spelled out."""

from __future__ import annotations

import re
from collections.abc import Callable

from opsready.report.escape import on_one_line, spelled

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_BRACES = re.compile(r"\{(\d+)\}")
_ELLIPSIS = "…"
_NO_XML = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&apos;"))
_HTML = re.compile("[&<>\"'`]")
# Also the colon of an address and the dot of `www.`, which are links without any brackets.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~$&]|:(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):", re.IGNORECASE)
_REFERENCES = re.compile(r"(@|(?<!&)#)(?=\w)")


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


def in_xml(text: str) -> str:
    """Text of an element or of an attribute; what XML cannot hold at all is spelled out."""
    text = _NO_XML.sub(lambda found: spelled(found.group()), on_one_line(text))
    for character, entity in _ENTITIES:
        text = text.replace(character, entity)
    return text


def in_command(text: str) -> str:
    """The message of a workflow command of GitHub Actions."""
    return on_one_line(text).replace("%", "%25")


def in_property(text: str) -> str:
    """The value of a property of a workflow command."""
    return in_command(text).replace(":", "%3A").replace(",", "%2C")


def in_markdown(text: str) -> str:
    """Text inside a paragraph, a list or a cell of Markdown: what stands between backticks is code.

    Nothing else has a meaning, be it a link, an element, a mention or a reference.
    """
    return _spans(text, _markdown_code, _markdown_words)


def in_html(text: str) -> str:
    """Text between HTML elements, in a line that Markdown does not touch."""
    return _spans(text, lambda code: f"<code>{_escaped(code)}</code>", _html_words)


def code_in_markdown(text: str) -> str:
    """A name or a path as code."""
    return _markdown_code(on_one_line(text)) if text else ""


def _spans(text: str, code: Callable[[str], str], words: Callable[[str], str]) -> str:
    parts = on_one_line(text).split("`")
    if len(parts) % 2 == 0:
        # The last backtick closes nothing.
        parts[-2:] = [f"{parts[-2]}`{parts[-1]}"]
    return "".join((code if number % 2 else words)(part) for number, part in enumerate(parts) if part)


def _markdown_code(text: str) -> str:
    """A code span; an element where a span could not hold the text, or a table would cut it."""
    if "`" in text or "|" in text or not text.strip():
        return f"<code>{_numbered(text, _MARKDOWN)}</code>"
    return f"`{text}`"


def _markdown_words(text: str) -> str:
    return _apart(_numbered(text, _MARKDOWN))


def _html_words(text: str) -> str:
    return _apart(_escaped(text))


def _escaped(text: str) -> str:
    return _numbered(text, _HTML)


def _numbered(text: str, special: re.Pattern[str]) -> str:
    return special.sub(lambda found: f"&#{ord(found.group())};", text)


def _apart(text: str) -> str:
    """Mentions and references are found in the finished page, but not across elements."""
    return _REFERENCES.sub(r"<span>\1</span>", text)
