"""What a force may set: ``lines.toml``, read once."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

from redshank.assessment import load_config

_DATA = tomllib.loads((Path(__file__).parent / "lines.toml").read_text(encoding="utf-8"))
REVIEW = timedelta(days=_DATA["review"]["days"])
MARKING: str = _DATA["paper"]["marking"]
_BANDS = load_config()["lines"]["bands"]
#: The tiers, the highest first.
TIERS: tuple[str, ...] = tuple(
    sorted((k for k, v in _BANDS.items() if isinstance(v, int)), key=lambda k: -_BANDS[k])
)
TOP: str = _BANDS["top"]
