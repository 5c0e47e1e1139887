"""A second process that works on a part while this one works on the rest."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")


def can_fork() -> bool:
    """Whether a process can be copied here, and would run beside this one.

    Only on Linux: what other systems' libraries hold may not survive a copy. Never beside threads, for the same reason.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        return False
    threading = sys.modules.get("threading")
    return threading is None or threading.active_count() == 1


def fork(work: Callable[[], T]) -> Callable[[], T | None]:
    """Do some work in a copy of this process; who calls what comes back waits for it. None: it did not end well.

    What comes back is read with `pickle`, which is safe for what our own copy wrote, and for nothing else.
    """
    out, into = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(out)
        _end_as_copy(work, into)
    os.close(into)

    def finish() -> T | None:
        import pickle

        with open(out, "rb") as pipe:  # noqa: PTH123 - a descriptor
            data = pipe.read()
        _, status = os.waitpid(process, 0)
        if status != 0:
            return None
        result: T = pickle.loads(data)  # noqa: S301 - see above
        return result

    return finish


def _end_as_copy(work: Callable[[], object], into: int) -> None:
    """Work, say what came of it, and end without anything else of what the original would do at its end."""
    code = 1
    try:
        import pickle

        data = memoryview(pickle.dumps(work(), protocol=5))
        while data:
            data = data[os.write(into, data) :]
        code = 0
    finally:
        os._exit(code)
