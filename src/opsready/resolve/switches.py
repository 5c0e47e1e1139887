"""What a chart leaves out unless somebody switches it on: `{{ if .Values.tracing.enabled }}` and its values files."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from opsready.parse.syntax import Map
from opsready.patterns import pattern

if TYPE_CHECKING:
    from opsready.resolve.chart_values import ChartValues

_ACTION = pattern(r"\{\{-?[ \t]*(if|with|range|define|block|else|end)\b([^{}\n]*)")
_VALUE = ".Values."


class Switches:
    """Which values of a chart switch something off."""

    def __init__(self, values: ChartValues) -> None:
        """Keep the values, which are read when the first template asks for a condition."""
        self._values = values

    def off(self, path: str) -> bool:
        """Whether a value (`tracing.enabled`) is written as false, and by no file as anything else."""
        keys = path.split(".")
        written = [value for root in self._values.all for value in _at(root, keys)]
        if not written or not all(value is False for value in written):
            return False
        return not any(value is True for root in self._values.elsewhere(keys[0]) for value in _at(root, keys))

    def left_out(self, text: str) -> LeftOut:
        """The parts of a template that render to nothing as long as nobody switches them on."""
        return LeftOut(text, self)


class LeftOut:
    """Where a template is under a condition that is off."""

    def __init__(self, text: str, switches: Switches) -> None:
        """Walk over the template's actions; after each of them it is either left out or not."""
        self._starts: list[int] = []
        self._off: list[bool] = []
        open_blocks: list[bool] = []
        for action in _ACTION.finditer(text):
            if action[1] == "end" or (action[1] == "else" and open_blocks):
                if open_blocks:
                    open_blocks.pop()
                if action[1] == "else":
                    open_blocks.append(False)
            elif action[1] != "else":
                open_blocks.append(action[1] == "if" and _is_off(action[2], switches))
            self._starts.append(action.start())
            self._off.append(any(open_blocks))

    def at(self, offset: int) -> bool:
        """Whether the template is left out there."""
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and self._off[index]


def _is_off(condition: str, switches: Switches) -> bool:
    """Whether a plain value, or one of several that must all be true, is off; anything cleverer may be true."""
    words = condition.strip().removesuffix("-").split()
    if words[:1] == ["and"]:
        words = words[1:]
    elif len(words) != 1:
        return False
    plain = all(word.startswith(_VALUE) for word in words)
    return plain and any(switches.off(word.removeprefix(_VALUE)) for word in words)


def _at(root: Map, path: list[str]) -> list[object]:
    """The value at a path of keys, as a list of one; empty where there is none."""
    value: object = root
    for key in path:
        if not isinstance(value, Map) or key not in value:
            return []
        value = value[key]
    return [value]
