"""Rule: a shell that is the first process of a container keeps the signal to stop for itself."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.built_image import Image, Start, user_of_base
from opsready.model.source import Known, Unset

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_HELP = 'write it as a JSON array, `["program", "argument"]`, or begin the text with `exec`'


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
        elif text.startswith("exec "):
            yield passes(begins.place, f"{what} replaces its shell by `exec`")
        elif begins.shell_chosen:
            yield passes(begins.place, f"{what} runs in a shell that the file chooses")
        else:
            yield fails(begins.place, f"{what} starts a shell, which keeps the signal to stop from the program", _HELP)


def _text_for_shell(start: Start) -> str | None:
    """The text that a shell is given to run, None where no shell is started that way."""
    if start.form == "shell":
        return start.words[0].lstrip()
    program, *arguments = start.words
    if program.rpartition("/")[2] not in _SHELLS:
        return None
    flags = [word for word in arguments if word.startswith("-")]
    return arguments[-1].lstrip() if any("c" in flag for flag in flags) else None
