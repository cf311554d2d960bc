"""What a force may set: ``lines.toml``, read once."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

_DATA = tomllib.loads((Path(__file__).parent / "lines.toml").read_text(encoding="utf-8"))
REVIEW = timedelta(days=_DATA["review"]["days"])
MARKING: str = _DATA["paper"]["marking"]
#: The tiers, the highest first; the one that a rule puts a line into whatever its score.
TIERS: tuple[str, ...] = tuple(_DATA["tiers"]["order"])
TOP: str = _DATA["tiers"]["top"]
