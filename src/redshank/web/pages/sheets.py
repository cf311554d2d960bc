"""Files for a spreadsheet."""

from __future__ import annotations

from typing import Any

from redshank.products.papers.cells import safe


def cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return safe(str(value))
