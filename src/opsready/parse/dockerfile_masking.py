"""Dockerfiles without their credentials, for snippets."""

from __future__ import annotations

import re

from opsready.parse.credentials import mask_text

# `ENV NAME value`, the older form, which has no `=` that masking would look for.
_OLDER = re.compile(r"^([ \t]*ENV[ \t]+)(\w+)([ \t]+)(?!=)(\S.*)$", re.MULTILINE | re.IGNORECASE)


def mask_dockerfile(text: str) -> str:
    """The text with everything masked that looks like a credential, its lines and columns as they were."""
    return mask_text(_OLDER.sub(_masked, text))


def _masked(found: re.Match[str]) -> str:
    before, name, blanks, value = found.groups()
    return f"{before}{name}{blanks}{mask_text(f'{name}={value}')[len(name) + 1 :]}"
