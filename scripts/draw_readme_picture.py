"""Draws the README's picture: the beginning and the end of the real report on examples/storefront-on-fire, as SVG.

python scripts/draw_readme_picture.py
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
_WIDTH = 100
_FIRST_GROUPS = 2
_COMMAND = ["check", "examples/storefront-on-fire", "--as-of", "2026-11-24", "--format", "full"]


def main() -> None:
    """Run opsready as a terminal would show it, and draw what it says."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(_WIDTH), "PYTHONIOENCODING": "utf-8"}
    environment.pop("NO_COLOR", None)
    shown = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "opsready", *_COMMAND], cwd=ROOT, env=environment, capture_output=True, check=False
    ).stdout.decode()
    lines = shown.rstrip("\n").split("\n")
    groups = [number for number, line in enumerate(lines) if " costs " in line and not line.startswith(" ")]
    end = next(number for number, line in enumerate(lines) if "Do these next" in line)
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ opsready " + " ".join(_COMMAND[:4]), style="dim"))
    console.print(Text.from_ansi("\n".join([*lines[: groups[_FIRST_GROUPS]], "...", "", *lines[end:]])))
    drawn = console.export_svg(title="opsready check", unique_id="report")
    # The picture must not load a font from anywhere.
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    (ROOT / "examples" / "report.svg").write_text(drawn, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
