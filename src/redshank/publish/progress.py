"""How far a running night is, as the pages ask for it: read from the home, where the night tells it."""

from __future__ import annotations

from pathlib import Path

from redshank.night.progress import Stand, stand


def of_night(home: Path) -> Stand | None:
    """The night that began last on this home, or None before any; nothing of a record is in it."""
    return stand(home)
