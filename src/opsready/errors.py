"""Errors by whose fault they are; each is one sentence that names the place and the remedy."""

from __future__ import annotations


class OpsreadyError(Exception):
    """Something that ends the run; its text is shown to the user as it is.

    `help` says what to do about it and `exit_code` follows the contract of `opsready check`.
    """

    exit_code = 2

    def __init__(self, message: str, *, help: str = "") -> None:  # noqa: A002 - the field's own word
        super().__init__(message)
        self.help = help


class UsageError(OpsreadyError):
    """The command line asks for something that is not there: a path, a rule, a format."""


class ConfigurationError(OpsreadyError):
    """`.opsready/config.yaml`, the standard or a rule pack does not say what it must."""


class NothingToCheckError(OpsreadyError):
    """The root holds nothing that a rule could be asked about."""

    exit_code = 3
