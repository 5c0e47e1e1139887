"""What a container does before it is told to stop, and how long that takes.

https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/: the grace period begins before the hook runs.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from opsready.model.source import Known, Unknown, Unset
from opsready.model.workload import ShutdownHook
from opsready.parse.syntax import Seq

if TYPE_CHECKING:
    from opsready.adapt.attributes import Node
    from opsready.model.source import Place, Value

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
# Commands that come back at once: they send a signal or write a mark, and do not wait.
_IMMEDIATE = frozenset(
    {"nginx", "kill", "killall", "pkill", "touch", "rm", "echo", "printf", "true", ":", "exit", "set"}
)
_WORDS_OF_SHELLS = frozenset({"while", "until", "for", "if", "case", "wait", "trap", "function", "do", "done"})
_SEPARATOR = re.compile(r"&&|[;|\n]")
# What may not happen, or not before the hook ends: an alternative, and a command in the background.
_UNSURE = re.compile(r"\|\||(?<![&>])&(?![&>])")
_SLEEP = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)([smhd]?)\Z")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_LONGEST = timedelta(days=365)
_LONGEST_SCRIPT = 2000
_SHOWN = 40


def shutdown_hook(container: Node) -> Value[ShutdownHook]:
    """How long the `preStop` hook of a container takes; Unset where it has none."""
    lifecycle = container.node("lifecycle")
    written = lifecycle.raw("preStop")
    if not isinstance(written, Known):
        return written if isinstance(written, Unknown) else Unset()
    hook = lifecycle.node("preStop")
    if hook.withheld:
        return Unknown(hook.withheld, written.place)
    if "sleep" in hook:
        return _native_sleep(hook.node("sleep"), written.place)
    if "exec" in hook:
        return _command(hook.node("exec"), written.place)
    how = next((name for name in ("httpGet", "tcpSocket") if name in hook), "preStop")
    return Known(ShutdownHook(timedelta(), f"`{how}`"), written.place)


def _native_sleep(sleep: Node, place: Place) -> Value[ShutdownHook]:
    """The hook that sleeps by itself: `sleep.seconds`, since Kubernetes 1.29 (KEP-3960)."""
    seconds = sleep.integer("seconds")
    if isinstance(seconds, Known):
        return Known(ShutdownHook(_length(seconds.value)), seconds.place)
    if isinstance(seconds, Unknown):
        return seconds
    return Unknown(f"`{sleep.path}` names no seconds", place)


def _length(seconds: float) -> timedelta:
    """A time that a hook takes, within bounds that arithmetic survives."""
    return min(timedelta(seconds=max(0.0, min(seconds, _LONGEST.total_seconds()))), _LONGEST)


def _command(node: Node, place: Place) -> Value[ShutdownHook]:
    raw = node.raw("command")
    if isinstance(raw, Unknown):
        return raw
    words = list(node.texts("command").items) if isinstance(raw, Known) else []
    if not words or not isinstance(raw, Known) or not isinstance(raw.value, Seq) or len(words) < len(raw.value):
        return Unknown(f"`{node.inner_path('command')}` is not a list of texts", place)
    script = _script(words)
    if script is None:
        least, unmeasured = _measured([words])
    elif len(script) > _LONGEST_SCRIPT or _UNSURE.search(script):
        least, unmeasured = timedelta(), script
    else:
        least, unmeasured = _measured([part.split() for part in _SEPARATOR.split(script)])
    return Known(ShutdownHook(least, f"`{_short(unmeasured)}`" if unmeasured else ""), place)


def _script(words: list[str]) -> str | None:
    """The script that a shell is given, None where the command is no shell's."""
    if words[0].rpartition("/")[2] not in _SHELLS:
        return None
    for position, word in enumerate(words[1:], 1):
        if word.startswith("-") and word.endswith("c"):
            return " ".join(words[position + 1 : position + 2])
    return None


def _measured(commands: list[list[str]]) -> tuple[timedelta, str]:
    """The least time that commands take one after the other, and the first whose length is not known.

    Where a script decides or repeats, not even the sleeps in it are sure to happen, or to happen once.
    """
    if any(words and words[0] in _WORDS_OF_SHELLS for words in commands):
        return timedelta(), " ; ".join(" ".join(words) for words in commands if words)
    least, unmeasured = timedelta(), ""
    for words in commands:
        slept = _slept(words)
        if slept is not None:
            least = _length((least + slept).total_seconds())
        elif words and words[0].rpartition("/")[2] not in _IMMEDIATE:
            unmeasured = unmeasured or " ".join(words)
    return least, unmeasured


def _slept(words: list[str]) -> timedelta | None:
    """How long a `sleep` sleeps, which adds up its arguments; None where it is none or its length cannot be read."""
    if len(words) < 2 or words[0].rpartition("/")[2] != "sleep":
        return None
    total = 0.0
    for word in words[1:]:
        found = _SLEEP.match(word)
        if found is None:
            return None
        total += float(found[1]) * _UNITS[found[2]]
    return _length(total)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
