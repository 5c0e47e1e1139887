"""The entry point: `--version` is answered before anything is imported, everything else by the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from opsready import __version__

        sys.stdout.write(f"opsready {__version__}\n")
        sys.exit(0)
    # The working directory may be the repository that is scanned: nothing of it may be imported.
    here = sys.path[0] if sys.path else None
    if here in {"", "."}:
        del sys.path[0]
    from opsready.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
