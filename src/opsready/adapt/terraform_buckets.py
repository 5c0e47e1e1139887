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


def disposable(block: Block, names: Sequence[str], standard: Standard) -> str:
    """Why nobody would miss what is in a bucket, by what it is called; empty where somebody may."""
    word = min(_words(block, names) & standard.disposable_words, default="")
    return f"by its name it is `{word}`: what it keeps is made again" if word else ""


def written_once(
    block: Block,
    names: Sequence[str],
    standard: Standard,
    writers: Sequence[Block] = (),
    functions: Sequence[Block] = (),
) -> str:
    """Why the objects of a bucket have no former versions: logs, backups, generated files; empty where they may."""
    if writers:
        return f"`{writers[0].address}` writes to it, and overwrites nothing"
    if functions:
        return f"`{functions[0].address}` takes its code from it, which is built again"
    words = _words(block, names)
    backups = min(words & standard.backup_words, default="")
    if backups:
        return f"by its name it keeps `{backups}`, which are copies already"
    word = min(words & standard.log_words, default="")
    return f"by its name it keeps what is written once or made again (`{word}`)" if word else ""


def _words(block: Block, names: Sequence[str]) -> set[str]:
    own = block.address.rpartition(".")[2].partition("[")[0]
    return {word.lower() for text in (*names, own) for word in _WORD.findall(text.replace("_", "-"))}
