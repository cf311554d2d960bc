"""Quarantine: row for row, since a row dropped in silence is the worst a load can do."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa

SHOWN = 20


def quarantine(found: pa.Table, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Exact agreement on (delivery, file, row); ``missing`` were planted and not found, ``extra`` the other way."""
    planted = {(r["delivery"], r["file"], r["row"]) for r in rows}
    said = set(zip(*(found[c].to_pylist() for c in ("delivery", "file", "row")), strict=True))
    missing, extra = sorted(planted - said, key=str), sorted(said - planted, key=str)
    return {
        "planted": len(planted),
        "found": len(said),
        "missing": len(missing),
        "extra": len(extra),
        "differences": len(missing) + len(extra),
        "missing_by_delivery": dict(sorted(Counter(str(m[0]) for m in missing).items())),
        "extra_by_delivery": dict(sorted(Counter(str(m[0]) for m in extra).items())),
        "first_missing": [list(m) for m in missing[:SHOWN]],
        "first_extra": [list(m) for m in extra[:SHOWN]],
    }
