"""What a force may set: ``retention.toml``, read once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "retention.toml").read_text(encoding="utf-8"))
KINDS: dict[str, str] = _DATA["kinds"]
#: What people make; the standing notice is there from the start.
MADE: dict[str, str] = {k: v for k, v in KINDS.items() if k != "standing"}
WIDE: dict[str, str] = _DATA["covers"]
EXPLOITATION_WORDS: str = _DATA["exploitation"]["words"]
DECIDED_WORDS: str = _DATA["erasure"]["decided"]
