"""The chart of a group as a file: an SVG by itself, or an HTML page with its table beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from redshank import networks
from redshank.errors import UsageError


def write(told: dict[str, Any], path: Path) -> None:
    """Writes the chart; the ending of the name says which kind."""
    kinds = {".svg": networks.chart_svg, ".html": networks.chart_html}
    if path.suffix not in kinds:
        raise UsageError(f"--chart {path}: no kind of chart has this ending", "end the name in .svg or .html")
    waiting = path.with_name(f".{path.name}.part")
    waiting.write_text(kinds[path.suffix](told), encoding="utf-8")
    os.replace(waiting, path)
