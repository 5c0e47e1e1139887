"""Running another program and taking what it says: `subprocess` takes longer to import than git to answer."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CHUNK = 65_536
_HAS_SPAWN = hasattr(os, "posix_spawn")


def run(command: tuple[str, ...], environment: Mapping[str, str], seconds: float) -> tuple[int, bytes, bytes]:
    """Run a program by its absolute path, without standard input; its exit code, standard output and standard error.

    An OSError says why it could not be started, a TimeoutError that it took too long and was ended. A program that a
    signal ended has a negative exit code.
    """
    return start(command, environment)(seconds)


def start(command: tuple[str, ...], environment: Mapping[str, str]) -> Callable[[float], tuple[int, bytes, bytes]]:
    """Start a program as `run` does; who calls what comes back, with the time it may take, waits for its end."""
    if not _HAS_SPAWN:
        return lambda seconds: _run_anywhere(command, environment, seconds)
    out, out_end = os.pipe()
    err, err_end = os.pipe()
    try:
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, out_end, 1),
            (os.POSIX_SPAWN_DUP2, err_end, 2),
        ]
        process = os.posix_spawn(command[0], command, environment, file_actions=actions)
    except BaseException:
        os.close(out)
        os.close(err)
        raise
    finally:
        os.close(out_end)
        os.close(err_end)

    def finish(seconds: float) -> tuple[int, bytes, bytes]:
        ended = False
        try:
            said = _read((out, err), seconds)
            ended = True
        finally:
            os.close(out)
            os.close(err)
            if not ended:
                _kill(process)
            _, status = os.waitpid(process, 0)
        return os.waitstatus_to_exitcode(status), said[out], said[err]

    return finish


def _read(pipes: tuple[int, int], seconds: float) -> dict[int, bytes]:
    """Everything that comes out of pipes until all are closed."""
    from select import POLLHUP, POLLIN, poll
    from time import monotonic

    end = monotonic() + seconds
    parts: dict[int, list[bytes]] = {pipe: [] for pipe in pipes}
    waiting = poll()
    for pipe in pipes:
        waiting.register(pipe, POLLIN | POLLHUP)
    open_pipes = set(pipes)
    while open_pipes:
        ready = waiting.poll(max(0.0, end - monotonic()) * 1000)
        if not ready:
            raise TimeoutError
        for pipe, _ in ready:
            part = os.read(pipe, _CHUNK)
            if part:
                parts[pipe].append(part)
            else:
                waiting.unregister(pipe)
                open_pipes.discard(pipe)
    return {pipe: b"".join(found) for pipe, found in parts.items()}


def _kill(process: int) -> None:
    from signal import SIGKILL

    os.kill(process, SIGKILL)


def _run_anywhere(command: tuple[str, ...], environment: Mapping[str, str], seconds: float) -> tuple[int, bytes, bytes]:
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 - an absolute path, chosen by the caller
            command, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return done.returncode, done.stdout, done.stderr
