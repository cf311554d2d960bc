"""What a force may set: ``vvol.toml``, read once."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

_DATA = tomllib.loads((Path(__file__).parent / "vvol.toml").read_text(encoding="utf-8"))
REVIEW = timedelta(days=_DATA["review"]["days"])
LISTS: dict[str, str] = _DATA["lists"]
OF: dict[str, tuple[str, ...]] = {kind: tuple(names) for kind, names in _DATA["of"].items()}
