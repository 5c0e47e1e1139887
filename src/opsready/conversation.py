"""A program that is asked again and again while it runs, one question after the other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHUNK = 1_048_576
_LONGEST_LINE = 4096
_HAS_POLL = hasattr(os, "posix_spawn")


class Conversation:
    """A running program; an OSError says that it could not be started or has ended, a TimeoutError that it is stuck.

    What it writes to its standard error is thrown away. `close` has to be called at the end.
    """

    def __init__(self, command: tuple[str, ...], environment: Mapping[str, str], seconds: float) -> None:
        """Start a program by its absolute path; `seconds` is how long one answer may take to begin or to go on."""
        from subprocess import DEVNULL, PIPE, Popen

        self._seconds = seconds
        # Without buffers, so that waiting for the pipe is waiting for the answer.
        self._process = Popen(  # noqa: S603 - an absolute path, chosen by the caller
            command, env=dict(environment), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, bufsize=0
        )
        self._question, self._answer = self._process.stdin, self._process.stdout
        self._kept = b""

    def say(self, line: bytes) -> None:
        """Send one line, which must be short: nobody reads answers meanwhile."""
        if self._question is not None:
            self._question.write(line + b"\n")

    def line(self) -> bytes:
        """The next line, without its end."""
        while b"\n" not in self._kept:
            if len(self._kept) > _LONGEST_LINE:
                message = "a line without an end"
                raise OSError(0, message)
            self._kept += self._more(_CHUNK)
        found, _, self._kept = self._kept.partition(b"\n")
        return found

    def take(self, size: int) -> bytes:
        """The next so many bytes."""
        parts = [self._kept[:size]]
        self._kept = self._kept[size:]
        left = size - len(parts[0])
        while left:
            part = self._more(min(left, _CHUNK))
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """End the program, whatever it is doing."""
        self._process.kill()
        for pipe in (self._question, self._answer):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was not sent will not be read any more
        self._process.wait()

    def _more(self, most: int) -> bytes:
        descriptor = self._answer.fileno() if self._answer is not None else -1
        if _HAS_POLL:
            from select import POLLHUP, POLLIN, poll

            waiting = poll()
            waiting.register(descriptor, POLLIN | POLLHUP)
            if not waiting.poll(self._seconds * 1000):
                raise TimeoutError
        part = os.read(descriptor, most)
        if not part:
            message = "it has ended"
            raise OSError(0, message)
        return part
