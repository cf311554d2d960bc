"""The linkage that most teams write first: four exact keys, and connected components over their matches."""

from __future__ import annotations

import pyarrow as pa

KEYS = (
    ("fore_std", "sur_std", "date_of_birth"),
    ("sur_std", "date_of_birth", "postcode"),
    ("first_std", "date_of_birth", "postcode"),
    ("first_std", "sur_std", "address_std"),
)


def link(appearances: pa.Table) -> dict[int, int]:
    """Person (smallest appearance_id) of each appearance_id; a key with an empty part matches nobody."""
    rows = appearances.select(["appearance_id", *sorted({c for key in KEYS for c in key})]).to_pylist()
    up: dict[int, int] = {}

    def top(x: int) -> int:
        while up.get(x, x) != x:
            up[x] = up.get(up[x], up[x])
            x = up[x]
        return x

    for key in KEYS:
        first: dict[tuple, int] = {}
        for row in rows:
            value = tuple(row[c] for c in key)
            if all(value):
                a, b = sorted((top(row["appearance_id"]), top(first.setdefault(value, row["appearance_id"]))))
                if a != b:
                    up[b] = a
    return {row["appearance_id"]: top(row["appearance_id"]) for row in rows}
