"""One line on the terminal while a run takes longer than a second."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading

_PATIENCE_SECONDS = 1.0


class Progress:
    """Shows the stage that a run is in; silent where nobody watches."""

    def __init__(self) -> None:
        """Begin to wait, if standard error is a terminal of a person."""
        self._stage = ""
        self._shown = False
        self._watched = sys.stderr.isatty() and not os.environ.get("CI")
        self._timer: threading.Timer | None = None
        if self._watched:
            import threading

            self._timer = threading.Timer(_PATIENCE_SECONDS, self._show)
            self._timer.daemon = True
            self._timer.start()

    def __call__(self, stage: str) -> None:
        """Note that a stage begins."""
        self._stage = stage
        if self._shown:
            self._show()

    def _show(self) -> None:
        self._shown = True
        sys.stderr.write(f"\r\x1b[Kopsready: {self._stage} ...")
        sys.stderr.flush()

    def done(self) -> None:
        """Take the line away."""
        if self._timer is not None:
            self._timer.cancel()
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
