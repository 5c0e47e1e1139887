"""The entry point: `--version` is answered before anything is imported, an unchanged `check` from what was kept."""

# No `from __future__` here: it is an import as well, and comes before the working directory is off the path.
import os
import sys

_INTERRUPTED = 130
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # The working directory may be the repository that is scanned: nothing of it may be imported.
    sys.path[:] = _without_working_directory(sys.path)
    if sys.argv[1:] in (["--version"], ["-V"]):
        from opsready import __version__

        sys.stdout.write(f"opsready {__version__}\n")
        sys.exit(0)
    try:
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        code = _INTERRUPTED
    _end(code)


def _without_working_directory(path: list[str]) -> list[str]:
    """The places to import from, without the working directory where `python -m` or PYTHONPATH put it.

    Both stand before the standard library. What stands behind it was installed, be it a checkout that is the working
    directory. What Python itself imports until `-m` has found us (`contextlib`, `warnings`) is beyond our reach: in a
    directory of somebody else's the command `opsready`, or `python -P -m opsready`, is the safe one.
    """
    library = os.path.dirname(os.__file__)  # noqa: PTH120 - path objects would have to be imported
    installed = path.index(library) if library in path else len(path)
    return [place for place in path[:installed] if not _is_working_directory(place)] + path[installed:]


def _is_working_directory(place: str) -> bool:
    if place in {"", "."}:
        return True
    try:
        return os.path.samestat(os.stat(place), os.stat("."))  # noqa: PTH116 - as above
    except (OSError, ValueError):
        return False


def _run(arguments: list[str]) -> int:
    replay = None
    if arguments[:1] == ["check"]:
        import gc

        # What a run makes lives until its end, and next to nothing of it in circles: looking for those takes a fifth of
        # the time for ten thousand manifests, and without it the memory is the same.
        gc.disable()
        from opsready.cli.replay import Replay

        replay = Replay.of(arguments[1:])
        kept = replay.found() if replay is not None else None
        if kept is not None:
            return kept.show()
    from opsready.cli.app import run

    return run(arguments, replay)


def _end(code: int) -> "NoReturn":
    """End the process at once: to take every object apart first takes as long as a small part of the work.

    Where somebody traces or profiles the process, it ends as usual, so that they can write down what they saw.
    """
    if sys.gettrace() is None and sys.getprofile() is None:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):
            pass  # the interpreter says what it always says
        else:
            os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
