"""Why something stands where it does, down to the records: a query over the state, no second computation.

``explain(store, kind, id)`` gives plain data; ``render`` prints it. Every kind ends in the records themselves,
quoted from the version that the run saw, with their grade and handling.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from redshank.explain import charts, things
from redshank.explain.render import render
from redshank.explain.scene import Scene
from redshank.store import Store

KINDS = ("person", "group", "child", "place", "line", "signal")

_BY_KIND: dict[str, Callable[[Scene, str], dict[str, Any]]] = {
    "person": things.person,
    "group": things.group,
    "child": things.child,
    "place": things.place,
    "line": things.line,
    "signal": things.signal,
}


def explain(store: Store, kind: str, identity: str) -> dict[str, Any]:
    """The explanation of one thing of the last completed run.

    Raises :class:`UsageError` where there was no run, or the run holds no such thing.
    """
    return _BY_KIND[kind](Scene.of(store), identity)


def write_chart(told: dict[str, Any], path: Path) -> None:
    """The group's chart as .svg or .html (with its table beside it)."""
    charts.write(told, path)


__all__ = ["KINDS", "explain", "render", "write_chart"]
