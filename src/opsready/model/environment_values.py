"""Values that hold in one environment only: its name, and the hosts in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsready.model.standard import Standard

_LONGEST = 2_000  # characters of a value that are looked at
_HOST = r"([A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z0-9-]+)(?=$|[:/?,])"
_IN_URL = re.compile(f"(?:://|@){_HOST}")
_ALONE = re.compile(f"(?:^|,|://|@){_HOST}")
# Words in the names of variables whose values are hosts; of others a value with dots may be a file or a package.
_FOR_HOSTS = frozenset(
    {"HOST", "HOSTS", "HOSTNAME", "ADDR", "ADDRESS", "ENDPOINT", "SERVER", "SERVERS", "BROKERS", "URL", "URI", "DOMAIN"}
)
_PRIVATE = re.compile(r"(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+")
_PARTS = re.compile(r"[.-]")
# Names of variables that say where something runs. `NODE_ENV`, `RAILS_ENV`, `MIX_ENV` and the like are not among them:
# `production` is there a mode of the framework, which holds in every environment.
_NAMES = frozenset(
    {
        "APP_ENV",
        "APPLICATION_ENV",
        "APP_ENVIRONMENT",
        "DD_ENV",
        "DEPLOY_ENV",
        "DEPLOYMENT_ENV",
        "DEPLOYMENT_ENVIRONMENT",
        "ENV",
        "ENVIRONMENT",
        "RUNTIME_ENV",
        "SENTRY_ENVIRONMENT",
        "SPRING_PROFILES_ACTIVE",
        "STAGE",
    }
)


def holds_in_one_environment(name: str, value: str, standard: Standard) -> str:
    """What of a variable's value holds in one environment only; empty where nothing does."""
    if name.upper() in _NAMES:
        return f"the environment `{value}`" if value.lower() in standard.environment_names else ""
    hosts = _IN_URL if _FOR_HOSTS.isdisjoint(name.upper().split("_")) else _ALONE
    for found in hosts.finditer(value[:_LONGEST]):
        host = found[1].lower()
        if _PRIVATE.fullmatch(host):
            return f"the private address `{host}`"
        if not standard.environment_names.isdisjoint(_PARTS.split(host)):
            return f"the host `{host}`"
    return ""
