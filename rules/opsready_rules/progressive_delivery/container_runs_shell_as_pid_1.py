"""Rule: a shell that is the first process of a container keeps the signal to stop for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.built_image import Image, Start, user_of_base
from opsready.model.source import Known, Unset

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
# What separates commands; a program that replaces its shell is the last of them.
_COMMANDS = re.compile(r"&&|\|\||[;\n]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_HELP = 'write it as a JSON array, `["program", "argument"]`, or begin the last command with `exec`'


class ContainerRunsShellAsPid1(Rule[Image]):
    """A container's first process is a shell, which passes no signal on to the program."""

    name = "container-runs-shell-as-pid-1"
    objective = "zero-downtime"
    severity = "M/M/L/L"

    def applies(self, image: Image, context: Context, /) -> Applicability:
        """Ask of what may be deployed, stays up, and is started as its file says."""
        asked = context.graph.built.asked(image)
        if not isinstance(asked, Yes):
            return asked
        containers = context.graph.built.containers_of(image)
        if containers and not context.graph.built.hidden(image):
            if all(container.own_command for container in containers):
                return NotApplicable(f"what runs `{image.name}` starts it with a command of its own")
            if not any(context.graph.workload_of(container).runs_forever for container in containers):
                return NotApplicable(f"`{containers[0].workload_address}` ends by itself")
        if isinstance(image.start, Unset) and user_of_base(image, context.standard):
            return NotApplicable(f"`{image.name}` starts what `{image.base_name}` starts")
        if isinstance(image.start, Known) and _waits_for_words(image.start.value):
            return NotApplicable(f"`{image.name}` starts a shell for whoever runs it")
        return asked

    def check(self, image: Image, context: Context, /) -> Iterator[Finding]:
        """Read the form of what is started first."""
        del context
        start = image.start
        if not isinstance(start, Known):
            yield cannot_tell(image.place, f"`{image.name}` starts what its base starts, and that is not known here")
            return
        begins = start.value
        what = f"`{begins.instruction}` of `{image.name}`"
        text = _text_for_shell(begins)
        if text is None:
            yield passes(begins.place, f"{what} starts `{begins.words[0]}` without a shell")
        elif _COMMANDS.split(_QUOTED.sub("_", text))[-1].lstrip().startswith("exec "):
            yield passes(begins.place, f"{what} replaces its shell by `exec`")
        elif begins.shell_chosen:
            yield passes(begins.place, f"{what} runs in a shell that the file chooses")
        else:
            yield fails(
                begins.place, f"{what} starts a shell, which may keep the signal to stop from the program", _HELP
            )


def _waits_for_words(start: Start) -> bool:
    """Whether a shell is started with nothing to run, as in images of tools: `["bash"]`, `["sh", "-c"]`."""
    return _is_shell(start) and all(word.startswith("-") for word in start.words[1:])


def _text_for_shell(start: Start) -> str | None:
    """The text that a shell is given to run, None where no shell is started that way."""
    if start.form == "shell":
        return start.words[0]
    if not _is_shell(start):
        return None
    flags = [word for word in start.words[1:-1] if word.startswith("-")]
    return start.words[-1] if any("c" in flag for flag in flags) else None


def _is_shell(start: Start) -> bool:
    return start.words[0].rpartition("/")[2] in _SHELLS
