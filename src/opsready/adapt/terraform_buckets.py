"""What a bucket is for, as far as its name and what writes to it tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsready.adapt.terraform_blocks import Block
    from opsready.model.standard import Standard

_WORD = pattern(r"[a-z0-9]+", re.IGNORECASE)


def keeps_logs(block: Block, name: str, standard: Standard, writers: Sequence[Block]) -> str:
    """Why nobody would miss a former version of what is in a bucket; empty where somebody may."""
    if writers:
        return f"`{writers[0].address}` writes logs to it, which nobody overwrites"
    for text in (name, block.address.rpartition(".")[2]):
        words = {word.lower() for word in _WORD.findall(text)}
        word = min(words & (standard.disposable_words | standard.log_words), default="")
        if word:
            return f"by its name it keeps what is made again or never changed (`{word}`)"
    return ""
