"""What a force may set: ``matrix.toml``, read once."""

from __future__ import annotations

import tomllib
from pathlib import Path

_DATA = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text(encoding="utf-8"))
MEETING: str = _DATA["meeting"]["name"]
EVERY_DAYS: int = _DATA["meeting"]["every_days"]
MARKING: str = _DATA["paper"]["marking"]
