"""Every figure a second time, by other means: plain Python over the extracts' own CSVs, what ``redshank findings export``
writes, and the decisions in the database by plain SQL.

Nothing here imports :mod:`redshank.products`; each was written from the figure's question and its "How it counts" text
before its code was read. ``FIGURES`` has one function for each figure of the registry.
"""

from __future__ import annotations

from collections.abc import Callable

from . import children, crimes, deeds, groups, signals
from .told import Told
from .world import World

FIGURES: dict[str, Callable[[World], Told]] = {
    **crimes.FIGURES,
    **children.FIGURES,
    **groups.FIGURES,
    **signals.FIGURES,
    **deeds.FIGURES,
}

__all__ = ["FIGURES", "Told", "World"]
