"""The configuration of a repository for verbs that judge nothing: three files are read, and nothing else."""

# Paths are compared as text, as where the root is found.
# ruff: noqa: PTH114, PTH118, PTH120

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from opsready.config.load import CONFIGURATION_FILE, PYPROJECT, STANDARD_FILE, load_configuration
from opsready.errors import ConfigurationError
from opsready.root import find_root
from opsready.tree import MAX_FILE_SIZE, MemoryTree, read_regular_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsready.config.model import Configuration

_FILES = (CONFIGURATION_FILE, ".opsready/config.yml", STANDARD_FILE, ".opsready/standard.yml", PYPROJECT)


def configuration_at(paths: Sequence[str], root: str | None) -> Configuration:
    """The configuration that a check of these paths would go by."""
    top = find_root(paths or ["."], root)
    found = {}
    for name in _FILES:
        file = os.path.join(top, name)
        if not os.path.lexists(file) or os.path.islink(os.path.dirname(file)):
            continue
        try:
            found[name] = read_regular_file(file, MAX_FILE_SIZE)
        except OSError as error:
            message = f"`{name}` cannot be read: {error.strerror or error}"
            raise ConfigurationError(message, help="make it a file that can be read") from error
        if len(found[name]) > MAX_FILE_SIZE:
            message = f"`{name}` is larger than {MAX_FILE_SIZE} bytes"
            raise ConfigurationError(message, help="say less, or nothing")
    return load_configuration(MemoryTree(found))
