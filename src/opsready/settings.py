"""Who decides about a run: a flag before a variable, that before the configuration, that before what is usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsready.config.profiles import PROFILES
from opsready.config.settings import NEVER, WHOLE
from opsready.records import dataclass, replace

if TYPE_CHECKING:
    from opsready.config.model import Configuration
    from opsready.options import Options

USUAL = "default"
# What a profile may say; the names are fields of `Options`, of `Configuration` and of `Profile`.
_OF_PROFILES = ("fail_on", "min_evidence", "floors")
_NAMES = ("profile", "select", "ignore", "fail_on", "min_scores", "min_evidence", "floors")
KEYS = {"fail_on": "fail-on", "min_scores": "min-score", "min_evidence": "min-evidence"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that a run goes by, with what decided it; `name` is a field of `Options`."""

    name: str
    value: Any
    origin: str

    @property
    def key(self) -> str:
        """What the configuration calls it."""
        return KEYS.get(self.name, self.name)


def effective(options: Options, configuration: Configuration) -> Options:
    """The options of a run with what the configuration, or a profile, says where nobody said anything."""
    found = settings(options, configuration)
    return replace(
        options,
        **{setting.name: setting.value for setting in found},
        origins={setting.name: setting.origin for setting in found if setting.origin != USUAL},
        configured=_filtered(options, configuration),
    )


def settings(options: Options, configuration: Configuration) -> list[Setting]:
    """Every limit and filter with what decided it."""
    said = options.origins
    profile = _profile(options, configuration)
    found = []
    for name in _NAMES:
        if name in said:
            setting = Setting(name, getattr(options, name), said[name])
        elif name == "profile":
            setting = profile
        elif (from_profile := _from_profile(name, profile)) is not None and "profile" in said:
            setting = from_profile
        elif KEYS.get(name, name) in configuration.places and not _replaced(name, options):
            setting = Setting(name, _configured(name, configuration), place_of(configuration, KEYS.get(name, name)))
        elif from_profile is not None:
            setting = from_profile
        else:
            setting = Setting(name, getattr(options, name), USUAL)
        found.append(setting)
    return found


def _filtered(options: Options, configuration: Configuration) -> tuple[str, int] | None:
    """Where the configuration decides what is listed."""
    for name in ("ignore", "select"):
        if name in configuration.places and name not in options.origins and not _replaced(name, options):
            return configuration.file, configuration.places[name].line
    return None


def place_of(configuration: Configuration, key: str) -> str:
    """Where the configuration says something, with the key: `.opsready/config.yaml:3: fail-on`."""
    span = configuration.places[key]
    return f"{span.file}:{span.line}: {key}"


def _replaced(name: str, options: Options) -> bool:
    """Whether a flag or variable that selects stands in for all that the configuration says of what is listed."""
    return name in {"select", "ignore"} and "select" in options.origins


def _profile(options: Options, configuration: Configuration) -> Setting:
    if "profile" in options.origins:
        return Setting("profile", options.profile, options.origins["profile"])
    if configuration.profile:
        return Setting("profile", configuration.profile, place_of(configuration, "profile"))
    return Setting("profile", "standard", USUAL)


def _from_profile(name: str, profile: Setting) -> Setting | None:
    if name not in _OF_PROFILES or profile.origin == USUAL:
        return None
    origin = f"profile {profile.value} ({profile.origin})"
    return Setting(name, getattr(PROFILES[profile.value], name), origin)


def _configured(name: str, configuration: Configuration) -> Any:
    value = getattr(configuration, name)
    return None if name == "fail_on" and value == NEVER else value


def shown(setting: Setting) -> object:
    """A setting's value as the configuration writes it."""
    value = setting.value
    if setting.name == "fail_on":
        return NEVER if value is None else value
    if setting.name == "min_scores":
        return {pillar or WHOLE: number for pillar, number in value}
    if setting.name == "floors":
        return {str(tier): number for tier, number in sorted(value.items())}
    return list(value) if isinstance(value, tuple) else value
