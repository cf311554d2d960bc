"""A process that needs no pandas need not import it: Arrow looks for it when it first sees a list, and it is slow."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import Any


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def leave_pandas_out() -> None:
    """For the rest of this process Arrow finds no pandas; only for a process that does one thing and ends."""
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas())
